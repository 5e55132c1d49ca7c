# SPDX-License-Identifier: Apache-2.0
# The helpers of scenarios; each sources it, from its own directory.  A command that fails
# unexpectedly ends the scenario, and init reports it.
# shellcheck shell=sh disable=SC2034 # scenarios use the names
set -eu
# shellcheck source=tests/tap.sh
. ../../tap.sh
imxpt=imxpt

LPCG=5b230000.clock-controller
FEC1=5b040000.ethernet
LPCG2=5b240000.clock-controller
FEC2=5b050000.ethernet
MU2=5d1d0000.mailbox

# capture COMMAND...: keep its output in $out and $err, its exit status in $rc
capture() {
	rc=0
	"$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
	out=$(cat "$tmp/out") err=$(cat "$tmp/err")
}

exited() {
	[ "$rc" -eq "$1" ] || {
		printf 'exit status %s, not %s\n%s\n%s\n' "$rc" "$1" "$out" "$err"
		return 1
	}
}

# figure TEXT...: something measured, printed where the scenario succeeds, too
figure() {
	echo "# figure: $*"
}

note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# expect NAME STATUS COMMAND...: does the command exit so?
expect() {
	name=$1 want=$2
	shift 2
	capture "$@"
	ok "$name" exited "$want"
}

# says TEXT, prints TEXT: the last command's stderr, or stdout, has it
says() { has "says '$1'" "$err" "$1"; }
prints() { has "prints '$1'" "$out" "$1"; }

# wait_until COMMAND...: for a minute at most.  What is checked next says what is missing.
wait_until() {
	tries=0
	until "$@" || [ "$tries" -eq 240 ]; do
		sleep 0.25
		tries=$((tries + 1))
	done
}

# traced OPTION... COMMAND...: strace to /tmp/trace.  On one CPU, since each stop would
# wake the other, which is dear in an emulated machine.
traced() {
	taskset 1 strace -y -o /tmp/trace "$@"
}

# How many writes to sysfs were traced.
sys_writes() {
	grep -q '^write' /tmp/trace || echo "nothing was traced"
	grep -c '^write([0-9]*</sys' /tmp/trace
}

# The driver of a device, or nothing.
driver() {
	link=$(readlink "/sys/bus/platform/devices/$1/driver") || return 0
	echo "${link##*/}"
}

# Drivers and overrides of the board's devices, to compare before and after.
state() {
	(
		cd /sys/bus/platform/devices || exit
		# shellcheck disable=SC2012 # one process is cheaper than a readlink for each
		ls -l 5[bd]*/driver 2>/dev/null | sed 's|.* \(5.*\)/driver -> .*/|\1 has |'
		grep . 5[bd]*/driver_override
	)
}

# The host's drivers for the system controller.  The kernel probes the devices that waited for
# a power domain in a work of its own, after modprobe: here these are the two gpios.  They wait
# only with deferred_probe_timeout=-1 (cmdline), since a slow machine is here after the
# kernel's 10 s.
load_scu_drivers() {
	modprobe -a imx-mailbox scu-firmware scu-power
	for gpio in 5d090000.gpio 5d0c0000.gpio; do
		wait_until has_driver "$gpio" gpio-mxc
		is "$gpio has its driver" gpio-mxc "$(driver "$gpio")"
	done
}

has_driver() {
	[ "$(driver "$1")" = "$2" ]
}

# How many devices are bound to vfio-platform.
bound() {
	state | grep -c ' has vfio-platform$'
}

# The three are bound to vfio-platform, and no others, and the group has its node.
is_bound() {
	is "the three devices are bound, and no other" "$FEC1
$LPCG
$MU2" "$(state | sed -n 's/ has vfio-platform$//p' | sort)"
	# the glob is one number where all is well
	is "one group node" /dev/vfio/0 "$(echo /dev/vfio/[0-9]*)"
}

# hold_group DEVICE...: a process, $holder, has them open until release_group
hold_group() {
	: >/tmp/held
	vfio-probe --hold 0 "$@" >>/tmp/held &
	holder=$!
	wait_until has_lines $# /tmp/held
}

has_lines() {
	[ "$(wc -l <"$2")" -eq "$1" ]
}

release_group() {
	kill "$holder"
	wait "$holder" 2>/dev/null || :
}

# guest_line [OPTION...]: what imxpt qemu prints for make_guest
guest_line() {
	imxpt qemu -q -p "$profile" "$@" -- -m 256M -nic none -no-reboot \
		-kernel /guest/Image -initrd /guest/initrd \
		-append "$(cat /board/cmdline) quiet look=$look"
}

# make_guest PROFILE LOOK [OPTION...]: bind, and make the guest's tree and the line that
# runs it ("run-line"), with the lines that imxpt qemu prints.  The options are for imxpt
# guest; LOOK is for guest-init, with arguments of its own after it.
guest_host=/guest/simple-port.dtb # the tree that describes the guest's devices
force= # not empty: bind although a check fails
make_guest() {
	profile=$1 look=$2
	shift 2
	cd /tmp
	expect "bind" 0 imxpt bind ${force:+--force} -p "$profile"
	expect "the line that dumps" 0 guest_line --dump
	expect "QEMU dumps its tree" 0 sh -c "$out"
	expect "the guest's tree" 0 imxpt guest -q -p "$profile" "$@" --virt virt.dtb \
		--host "$guest_host" -o guest.dtb
	expect "the line that runs" 0 guest_line
	echo "$out" >run-line
}

# What the guest has said so far, in $said.
hear_guest() {
	tr -d '\r' <guest.raw >guest.log
	said=$(grep -E '^(word|device|interface|interrupt|kernel|link|replies|the guest|waits) ' guest.log || :)
}

# ports_said N REPLIES INTERRUPT: what a guest says that has looked at N ports with a link:
# so many replies to three echoes at each, whose first interrupt "came" or "never" did
ports_said() {
	port=0
	while [ "$port" -lt "$1" ]; do
		printf 'link %s up\nreplies %s %s of 3\n' "$port" "$port" "$2"
		port=$((port + 1))
	done
	line=144
	while [ "$line" -lt $((144 + 4 * $1)) ]; do
		echo "interrupt $line $3"
		printf 'interrupt %s never\n' $((line + 1)) $((line + 2)) $((line + 3))
		line=$((line + 4))
	done
}

# What a guest says last.
end_said='kernel clk: Not disabling unused clocks
kernel PM: genpd: Not disabling unused power domains
the guest is done'

# run_guest PROFILE LOOK [OPTION...]: from bind to the end of a guest.
run_guest() {
	make_guest "$@"
	expect "the guest runs" 0 timeout 300 sh -c "exec $(cat run-line) </dev/null >guest.raw 2>&1"
	hear_guest
	sed 's/^/# /' guest.log
}

# start_guest: the one that was made, which stays when it has looked; its QEMU is $guest
start_guest() {
	: >guest.raw
	sh -c "exec $(cat run-line)" </dev/null >guest.raw 2>&1 &
	guest=$!
	tries=0
	until grep -q '^the guest waits' guest.raw || [ "$tries" -eq 300 ]; do
		sleep 1
		tries=$((tries + 1))
	done
	hear_guest
}

kill_guest() {
	kill -9 "$guest"
	wait "$guest" 2>/dev/null || :
}

# count OWNER NAME: a counter of the models
count() {
	board-counters | sed -n "s/^$1 $2 //p"
}

# counted OWNER NAME WANT: has it counted so many?
counted() {
	[ "$(count "$1" "$2")" -ge "$3" ]
}

# The peers send unasked, at least 20 frames each.
chatter() {
	frames=$(count peer1 chatters)
	board-counters chatter
	wait_until counted peer1 chatters $((frames + 20))
	board-counters quiet
}

# at_least NAME WANT GOT
at_least() {
	ok "$1: $3 (at least $2)" test "$3" -ge "$2"
}

# What the firmware refused, but for the rates of the two clusters, which Linux's clock
# driver asks for though it knows that they are not its own.
refused() {
	board-counters | sed -n 's/^scfw refused-//p' | grep -vE '^2\.6-of-(0|5|6) 4$' || :
}

# Accesses of a port: some, all translated.
all_translated() {
	at_least "accesses of port $1 that the SMMU translated" 20 "$(count "dma$1" translated)"
	is "accesses of port $1 past the SMMU" 0 "$(count "dma$1" past-the-smmu)"
	is "accesses of port $1 that failed" 0 "$(count "dma$1" errors)"
}

# The host's kernel, of DMA.
dma_log() {
	dmesg | sed -n 's/.*\] \(arm-smmu .*\(Blocked unknown\|Unhandled context fault\|GFSYNR1\).*\)/\1/p'
}

# The stream id of the first port, as the running tree has it, plus a number: stream_id 0 is 0x12
stream_id() {
	id=$(hexdump -v -s 4 -n 4 -e '1/1 "%02x"' \
		/sys/firmware/devicetree/base/bus@5b000000/ethernet@5b040000/iommus)
	printf '0x%x' $((0x$id + $1))
}
