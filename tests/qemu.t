#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt qemu, end to end: the line that it prints, what a shell reads in it, and the tree
# that a real QEMU dumps with it, where there is one.
set -u

. tests/tap.sh
imxpt=$(realpath "$imxpt")

# reports NAME STATUS WORD ARGUMENTS...: exit status, and a word on stderr
reports() {
	name=$1 status=$2 word=$3
	shift 3
	"$imxpt" qemu "$@" >"$tmp/out" 2>"$tmp/err"
	is "$name: exit status" "$status" $?
	is "$name: $word" 1 "$(grep -cF -- "$word" "$tmp/err")"
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

is 'one line, which runs the guest' "$(one_line "$machine -nographic -dtb guest.dtb $port $mailbox")" \
	"$("$imxpt" qemu -q)"
is 'one line, which dumps the tree' "$dump" "$("$imxpt" qemu --dump 2>&1)"
is 'both ports' "$(one_line "$machine -nographic -dtb guest.dtb $port $second $mailbox")" \
	"$("$imxpt" qemu -q -p imx8qm-fec1-fec2)"
usb='-device vfio-platform,id=usb2_lpcg,host=5b270000.clock-controller
-device vfio-platform,id=usbphy1,host=5b100000.usbphy
-device vfio-platform,id=usbmisc1,host=5b0d0200.usbmisc
-device vfio-platform,id=usbotg1,host=5b0d0000.usb'
is 'a port with its parts' "$(one_line "$machine -nographic -dtb guest.dtb $usb $mailbox")" \
	"$("$imxpt" qemu -q -p imx8qm-usbotg1)"
is 'another mailbox' "$(one_line "$machine -nographic -dtb guest.dtb $port \
-device vfio-platform,id=lsio_mu3,host=5d1e0000.mailbox")" "$("$imxpt" qemu -q -p imx8qm-fec1-mu3)"
is 'JSON has the words' \
	"$(one_line "$machine -nographic -dtb guest.dtb $port $mailbox" | sed 's/ /,/g')" \
	"$("$imxpt" qemu -q --json | tr -d ' \n' | sed 's/.*"argv":\[//; s/\]}$//; s/"//g')"
# shellcheck disable=SC2016 # the text is literal
for text in "$(printf 'a\nb')" "$(printf '\033[31m')" "$(printf '\377')"; do
	reports "an argument that is not printable" 2 \
		'imxpt: qemu: argument 2 for qemu has a character that is not printable' -- -append "$text"
done
"$imxpt" qemu -q --json -- -name "$(printf '\303\274')" >"$tmp/out"
has 'JSON of an argument' "$(cat "$tmp/out")" '"-name"'
ok 'JSON is UTF-8' iconv -f UTF-8 -t UTF-16 -o "$tmp/ignored" "$tmp/out"
is 'JSON has the purpose' '  "purpose": "run",' "$("$imxpt" qemu -q --json | grep purpose)"
is 'JSON of the dump' '  "purpose": "dump",
    "dumpdtb=virt.dtb"' "$("$imxpt" qemu --dump --json | grep -e purpose -e dumpdtb)"

reports 'it names the last QEMU with the driver' 0 'QEMU 10.1'
reports 'it names what GICv3 lacks' 0 irqfd
reports 'it names what the kernel needs' 0 'clk_ignore_unused pd_ignore_unused'
reports 'without a kernel, for its command line' 0 "note: the guest's kernel needs clk"
reports 'with one, on its command line' 0 'note: -append has clk' -- -kernel Image
reports 'a tree of the user is refused' 2 'imxpt: qemu: -dtb x' -- -dtb x
reports 'with the fix' 2 '  fix: leave it out' -- -dtb x
reports 'options of QEMU are after --' 2 'unknown option' -M virt
reports 'with GICv2' 0 'QEMU 10.1' -- -M virt
is 'irqfd is not mentioned then' '' "$(grep irqfd "$tmp/err")"

# What a shell reads in the line.
mkdir "$tmp/bin"
cat >"$tmp/bin/qemu-system-aarch64" <<'END'
#!/bin/sh
printf '<%s>' "$@"
END
chmod +x "$tmp/bin/qemu-system-aarch64"
# shellcheck disable=SC2016 # the text is literal
text='it'"'"'s "$HOME" \ `id` *'
got=$(PATH=$tmp/bin:$PATH
	eval "$("$imxpt" qemu -q -- -m 1G -kernel 'my Image' -append "$text" -name '')")
is 'a shell reads the words back' \
	"<-M><virt,gic-version=host><-enable-kvm><-cpu><host><-m><1G><-kernel><my Image>\
<-append><clk_ignore_unused pd_ignore_unused $text><-name><>" "${got%%<-nographic>*}"

# Options as QEMU reads them: two commas in a value are one, and end nothing.
# as_qemu OPTION VALUE STATUS TEXT: imxpt ends so, and QEMU reports the text
as_qemu() {
	"$imxpt" qemu -q -- "$1" "$2" >"$tmp/out" 2>"$tmp/err"
	is "$1 $2: exit status" "$3" $?
	if command -v qemu-system-aarch64 >/dev/null; then
		qemu-system-aarch64 -M virt -accel tcg -nodefaults -display none -S "$1" "$2" \
			</dev/null >"$tmp/out" 2>&1
		has "$1 $2: QEMU reads the same" "$(cat "$tmp/out")" "$4"
	else
		skip "$1 $2: QEMU reads the same" 'qemu-system-aarch64 is missing'
	fi
}
as_qemu -M virt,firmware=/none,,dtb=b 0 "Could not find ROM image '/none,dtb=b'"
as_qemu -device vfio-platform,sysfsdev=/none,,driver=virtio-net-pci 2 \
	'vfio none,driver=virtio-net-pci: '
as_qemu -device virtio-net-pci,mac=x,,driver=vfio-platform 0 \
	"mac' doesn't take value 'x,driver=vfio-platform'"
as_qemu -device virtio-net-pci,driver=vfio-platform,host=none 2 'vfio none: '
as_qemu -device vfio-calxeda-xgmac,host=none 2 'vfio none: '
as_qemu -device vfio-amd-xgbe,host=none 2 'vfio none: '
as_qemu -device x,,driver=vfio-platform 0 "'x,driver=vfio-platform' is not a valid device"
as_qemu -device "{'driver':'vfio-platform','host':'none'}" 2 'vfio none: '
as_qemu -drive format=raw,file=/none,,if=pflash 0 "Could not open '/none,if=pflash'"

# A real QEMU starts with the user's console; the tree's dump ends it.
# starts ARGUMENTS...
starts() {
	name="QEMU starts with $*"
	if command -v qemu-system-aarch64 >/dev/null; then
		line=$("$imxpt" qemu -q -- -accel tcg -nic none "$@")
		eval "${line%% -dtb *} -M dumpdtb=$tmp/started.dtb" </dev/null >"$tmp/out" 2>&1
		is "$name" 0 $?
	else
		skip "$name" 'qemu-system-aarch64 is missing'
	fi
}
starts -monitor none
starts -serial stdio
starts -serial mon:stdio
starts -monitor stdio
starts -monitor mon:stdio
starts -qmp stdio
starts -qmp-pretty stdio
starts -chardev stdio,id=c -serial chardev:c
starts -chardev stdio,id=c,mux=on -serial chardev:c -mon chardev=c

# agree NODE PROPERTY ARGUMENTS...: it is the same in QEMU's tree with both lines
agree() {
	rm -f "$tmp/dumped.dtb" "$tmp/started.dtb"
	node=$1 property=$2
	shift 2
	name="both lines have the $property of $node: $*"
	if command -v qemu-system-aarch64 >/dev/null; then
		set -- -M virt -accel tcg -cpu cortex-a57 -S "$@"
		line=$("$imxpt" qemu -q --dump -- "$@")
		eval "${line%dumpdtb=*}dumpdtb=$tmp/dumped.dtb" </dev/null >"$tmp/out" 2>&1
		line=$("$imxpt" qemu -q -- "$@")
		eval "${line%% -dtb *} -M dumpdtb=$tmp/started.dtb" </dev/null >"$tmp/out" 2>&1
		is "$name" "$(fdtget -t x "$tmp/started.dtb" "$node" "$property" 2>&1)" \
			"$(fdtget -t x "$tmp/dumped.dtb" "$node" "$property" 2>&1)"
	else
		skip "$name" 'qemu-system-aarch64 is missing'
	fi
}
agree /pcie@10000000 iommu-map -nic none -device virtio-rng-pci \
	-device virtio-iommu-pci,addr=0x10
agree /memory@40000000 reg -nic none -m 64M -object thread-context,id=t \
	-object memory-backend-ram,id=r,size=64M,prealloc-context=t -M memory-backend=r
truncate -s 64M "$tmp/flash"
exec 3<>"$tmp/flash"
exec 4<"$tmp/flash"
agree /flash@0 reg -nic none -add-fd fd=3,set=1 -add-fd fd=4,set=1 -pflash /dev/fdset/1
exec 3>&- 4<&-

# The tree that QEMU dumps with the line.
if command -v qemu-system-aarch64 >/dev/null; then
	cd "$tmp" || exit
	eval "$("$imxpt" qemu --dump -- -M virt,gic-version=3 -accel tcg -cpu cortex-a57 -smp 2 \
		-serial tcp:127.0.0.1:1,server=on -nographic)" >"$tmp/out" 2>&1
	is 'QEMU dumps its tree' linux,dummy-virt "$(fdtget virt.dtb / compatible 2>&1)"
	is 'of the machine that was asked for' arm,cortex-a57 \
		"$(fdtget virt.dtb /cpus/cpu@1 compatible 2>&1)"
else
	skip 'QEMU dumps its tree' 'qemu-system-aarch64 is missing'
	skip 'of the machine that was asked for' 'qemu-system-aarch64 is missing'
fi

finish
