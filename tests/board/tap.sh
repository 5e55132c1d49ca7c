# SPDX-License-Identifier: Apache-2.0
# What scenarios are written with; sourced by each, from its own directory.  A command that
# fails unforeseen ends the scenario, and init says so.
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

# How many devices are bound to vfio-platform.
bound() {
	state | grep -c ' has vfio-platform$'
}

# The three are bound to vfio-platform, they alone, and the group has its node.
is_bound() {
	is "the three devices are bound, and no other" "$FEC1
$LPCG
$MU2" "$(state | sed -n 's/ has vfio-platform$//p' | sort)"
	# the glob is one number where all is well
	is "one group node" /dev/vfio/0 "$(echo /dev/vfio/[0-9]*)"
}

# guest_line [OPTION...]: what imxpt qemu prints for run_guest
guest_line() {
	imxpt qemu -q -p "$profile" "$@" -- -m 256M -nic none -no-reboot \
		-kernel /guest/Image -initrd /guest/initrd \
		-append "console=ttyAMA0 panic=-1 look=$look"
}

# run_guest PROFILE LOOK [OPTION...]: bind, make the guest's tree and run the guest, with
# the lines that imxpt qemu prints.  The options are for imxpt guest, and LOOK is for
# guest-init, which prints what it finds; that is in $said.
run_guest() {
	profile=$1 look=$2
	shift 2
	cd /tmp
	expect "bind" 0 imxpt bind -p "$profile"
	expect "the line that dumps" 0 guest_line --dump
	expect "QEMU dumps its tree" 0 sh -c "$out"
	expect "the guest's tree" 0 imxpt guest -q -p "$profile" "$@" --virt virt.dtb \
		--host /guest/simple-port.dtb -o guest.dtb
	expect "the line that runs" 0 guest_line
	expect "the guest runs" 0 timeout 150 sh -c "$out </dev/null >guest.raw 2>&1"
	tr -d '\r' <guest.raw >guest.log
	said=$(grep -E '^(word|device|interface|interrupt|kernel|the guest) ' guest.log || :)
	tail -n 40 guest.log | sed 's/^/# /'
}
