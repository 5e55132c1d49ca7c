#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "imxpt qemu" from end to end: the lines as they are printed, as a shell reads them, and
# as a real QEMU takes the one that dumps its tree, where there is one.
set -u

imxpt=$(realpath "${BUILD:-build}/imxpt")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0 failed=0

is() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "got:  $2" "want: $3" | sed 's/^/# /'
		failed=1
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# says NAME STATUS WORD ARGUMENTS...: exit status, and a word of what it says
says() {
	name=$1 status=$2 word=$3
	shift 3
	"$imxpt" qemu "$@" >"$tmp/out" 2>"$tmp/err"
	is "$name: exit status" $? "$status"
	is "$name: $word" "$(grep -cF -- "$word" "$tmp/err")" 1
}

machine='qemu-system-aarch64 -M virt,gic-version=host -enable-kvm -cpu host -m 512M'
dump="$machine -nic none -display none -M dumpdtb=virt.dtb"
port='-device vfio-platform,id=enet0_lpcg,host=5b230000.clock-controller
-device vfio-platform,id=fec1,host=5b040000.ethernet'
second='-device vfio-platform,id=enet1_lpcg,host=5b240000.clock-controller
-device vfio-platform,id=fec2,host=5b050000.ethernet'
mailbox='-device vfio-platform,id=lsio_mu2,host=5d1d0000.mailbox'

one_line() {
	echo "$*" | tr '\n' ' ' | sed 's/ $//'
}

is 'both lines' "$("$imxpt" qemu -q)" "$dump
$(one_line "$machine -nographic -dtb guest.dtb $port $mailbox")"
is 'the line that dumps alone' "$("$imxpt" qemu --dump 2>&1)" "$dump"
is 'both ports' "$("$imxpt" qemu -q -p imx8qm-mek-fec1-fec2 | sed 1d)" \
	"$(one_line "$machine -nographic -dtb guest.dtb $port $second $mailbox")"
is 'JSON has the words' \
	"$("$imxpt" qemu -q --json | tr -d ' \n' | sed 's/.*"run":\[//; s/\]}$//; s/"//g')" \
	"$(one_line "$machine -nographic -dtb guest.dtb $port $mailbox" | sed 's/ /,/g')"
is 'JSON of the dump alone' "$("$imxpt" qemu --dump --json | grep -c '"run"')" 0

says 'it says which QEMU has the driver' 0 'QEMU 10.1'
says 'it says what GICv3 lacks' 0 irqfd
says 'it names what the kernel needs' 0 'clk_ignore_unused pd_ignore_unused'
says 'a tree of the user is refused' 2 'imxpt: qemu: -dtb x' -- -dtb x
says 'with the fix' 2 '  fix: leave it out' -- -dtb x
says 'its options stand behind --' 2 'unknown option' -M virt
is 'with GICv2 there is no word of irqfd' \
	"$("$imxpt" qemu -- -M virt,gic-version=2 2>&1 | grep -c irqfd)" 0

# What a shell makes of the lines.
mkdir "$tmp/bin"
cat >"$tmp/bin/qemu-system-aarch64" <<'END'
#!/bin/sh
printf '<%s>' "$@"
END
chmod +x "$tmp/bin/qemu-system-aarch64"
# shellcheck disable=SC2016 # the text is meant as it stands
text='it'"'"'s "$HOME" \ `id` *'
got=$(PATH=$tmp/bin:$PATH
	eval "$("$imxpt" qemu -q -- -m 1G -kernel 'my Image' -append "$text" -name '' | sed 1d)")
is 'a shell reads the words back' "${got%%<-nographic>*}" \
	"<-M><virt,gic-version=host><-enable-kvm><-cpu><host><-m><1G><-kernel><my Image>\
<-append><$text clk_ignore_unused pd_ignore_unused><-name><>"

# What QEMU makes of the line that dumps.
if command -v qemu-system-aarch64 >/dev/null; then
	cd "$tmp" || exit
	eval "$("$imxpt" qemu --dump -- -M virt,gic-version=3 -accel tcg -cpu cortex-a57 -smp 2 \
		-serial tcp:127.0.0.1:1,server=on -nographic)" >"$tmp/out" 2>&1
	is 'QEMU dumps its tree' "$(fdtget virt.dtb / compatible 2>&1)" linux,dummy-virt
	is 'of the machine that was asked for' \
		"$(fdtget virt.dtb /cpus/cpu@1 compatible 2>&1)" arm,cortex-a57
else
	skip 'QEMU dumps its tree' 'qemu-system-aarch64 is missing'
	skip 'of the machine that was asked for' 'qemu-system-aarch64 is missing'
fi

echo "1..$n"
exit $failed
