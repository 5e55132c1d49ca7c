#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/record.sh: a recording of a board is checked like the board, and has nothing
# that identifies the board.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

node=/bus@5b000000/ethernet@5b040000
copy=$tmp/copy

# same_answers NAME COMMAND...: a recording of the board as it is now is checked as the board
same_answers() {
	name=$1
	shift
	rm -rf "$copy"
	ok "$name: it records" tests/record.sh "$copy" "$root"
	for command; do
		# shellcheck disable=SC2086 # words
		on_board $command
		want="$rc $out $err"
		[ -n "$out$err" ] || want="no answer"
		# shellcheck disable=SC2086
		run --root "$copy" $command
		is "$name: $command: the same answer" "$want" "$rc $(cat "$tmp/out") $(cat "$tmp/err")"
	done
}

# All that identifies a board has this in it, or the same in bytes.
secret=d0c5
good
fdtput -t bx "$live" $node local-mac-address 00 04 9f d0 c5 cc
for name in local-bd-address mac-address address local_mac_address fsl,mac nvmem-mac; do
	fdtput -t bx "$live" $node $name 00 04 9f d0 c5 cc
done
for name in serial-number board-serial sn uid uuid machine_id hostname model key label; do
	fdtput -t s "$live" / $name "x$secret"
	fdtput -t s -p "$live" /$name-of/chosen $name "x$secret"
done
fdtput -t s -p "$live" /chosen bootargs "fec.macaddr=0x00,0x04,0x9f,0xd0,0xc5 ip=::00:04:9f:d0:c5:cc quiet"
fdtput -t x "$live" /chosen kaslr-seed d0c53344 55667788
echo "root=PARTUUID=$secret-02 root=LABEL=$secret resume=/dev/disk/by-uuid/$secret-03" \
	"rd.luks.key=$secret systemd.machine_id=$secret ip=::::$secret:eth0:dhcp" \
	"fec.macaddr=00049f${secret}cc x=00:04:9f:D0:C5:cc arm-smmu.disable_bypass=$secret," \
	"arm-smmu.disable_bypass=1 vfio_iommu_type1.allow_unsafe_interrupts=1 iommu.passthrough" \
	"androidboot.serialno=$secret SERIAL=$secret quiet" >"$root/proc/cmdline"
mkdir -p "$root/sys/firmware/devicetree/base$node"
printf '\0\04\237\320\305\314' >"$root/sys/firmware/devicetree/base$node/local-mac-address"
echo "[    1.234567] fec: MAC 00:04:9f:d0:c5:cc" >>"$root/dmesg"
fault="arm-smmu 51400000.iommu: Unhandled context fault: fsr=0x402, cbfrsynra=0x12, cb=3"
echo "[    2.345678] $fault" >>"$root/dmesg"
echo "[    1.345678] arm-smmu 51400000.iommu: probing hardware of $secret" >>"$root/dmesg"
{
	echo "CONFIG_CMDLINE=\"root=LABEL=$secret\""
	echo "CONFIG_DEFAULT_HOSTNAME=\"$secret\""
	echo "CONFIG_BUILD_SALT=\"$secret\""
	echo "CONFIG_KVM_SECRET=$secret"
} >>"$(echo "$root"/boot/config-*)"
gzip -c "$root"/boot/config-* >"$root/proc/config.gz"
{
	echo " 78:   7  0  GICv3 290 Level     vfio-irq[0](5b040000.ethernet)"
	echo " 79:   7  0  GICv3 291 Level     vfio-irq[1](5b040000.ethernet)-$secret"
	echo " 80:   7  0  gpio-mxc 1 Edge     $secret"
} >>"$root/proc/interrupts"
echo "Max cpu time $secret" >>"$root/proc/self/limits"
printf '%s\n' "get_partition 0 0 = 2" "get_resource_owner 214 0 ! -22" "$secret" \
	"get_partition 0 0 = 3 $secret" >"$root/firmware"
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
ln -s "socket:[1]" "$root/proc/1/fd/1"

same_answers "a board" check "check --json" "check --ask-firmware" status "status --json" "bind -n" "unbind -n"
# in files, in their names, in what is compressed, and as bytes of a tree
everything() {
	(
		cd "$copy"
		find . -type f ! -name fdt -exec cat {} + | tr '\0' ' '
		find .
		gzip -dc proc/config.gz
		dtc -q -I dtb -O dts sys/firmware/fdt | sed 's/0x//g'
	)
}
ok "the recording is read" [ "$(everything | wc -l)" -gt 200 ]
is "nothing identifies the board" "" \
	"$(everything | grep -iE "$secret|d0[: ,]*c5" | head -n 3)"
is "of the command line, what check reads" \
	"arm-smmu.disable_bypass=1 vfio_iommu_type1.allow_unsafe_interrupts=1 iommu.passthrough" \
	"$(cat "$copy/proc/cmdline")"
has "of the configuration, its options" "$(gzip -dc "$copy/proc/config.gz")" CONFIG_KVM=y
is "and nothing else" "" \
	"$(gzip -dc "$copy/proc/config.gz" | grep -vE '^(# )?CONFIG_[A-Z0-9_]+(=[ym]| is not set)$')"
is "of the kernel log, what the SMMU stopped" "[    2.345678] $fault" "$(cat "$copy/dmesg")"
is "of a process, only who has the group" "fd/0 comm" \
	"$(cd "$copy/proc/1" && echo fd/* comm)"

# What the sources read is on the lists.
of_kernel="src/check/kernel.c src/check/driver.c src/check/facts.c"
sed -n "s/^config='(\(.*\))'/\1/p" tests/record.sh | tr '|' '\n' >"$tmp/listed"
# shellcheck disable=SC2086 # file names
sed -n 's/.*OPTION("\([A-Z0-9_]*\)").*/\1/p; s/.*kconfig_option([a-z]*, "\([A-Z0-9_]*\)").*/\1/p' \
	$of_kernel >"$tmp/read"
ok "the options are read from the source" [ "$(wc -l <"$tmp/read")" -gt 8 ]
is "the list has each option" "" "$(grep -vxF -f "$tmp/listed" "$tmp/read" || :)"
arguments=$(sed -n "s/^arguments='\(.*\)'/\1/p" tests/record.sh)
# shellcheck disable=SC2086
sed -n 's|.*argument([a-z]*, "\([^"]*\)".*|\1|p' $of_kernel >"$tmp/read"
ok "the arguments are read from the source" [ "$(wc -l <"$tmp/read")" -gt 3 ]
is "the list has each argument" "" "$(grep -vxE "$arguments" "$tmp/read" || :)"
sed -n '/^properties="/,/"$/p' tests/record.sh | tr -s '\t" ' '\n' >"$tmp/listed"
patterns=$(sed -n "s/^property_patterns='\(.*\)'/\1/p" tests/record.sh)
# unlisted FILE: the properties of the file that a recording would lack
unlisted() {
	grep -vxF -f "$tmp/listed" "$1" | grep -vE "$patterns" || :
}
sed -n 's/^\t{ "\([^"-][^"]*\)", .*/\1/p' src/dt/refs.c | grep -vx pinctrl- >"$tmp/read"
ok "the references are read from the source" [ "$(wc -l <"$tmp/read")" -gt 50 ]
is "the list has each reference" "" "$(unlisted "$tmp/read")"
# also those that a function is given by a table, a macro or its caller: each text of the
# sources that is a property of a fixture tree, but "kernel", a stage, and what dt/refs.c
# only skips
sed -nE 's/^[ \t]*([A-Za-z#][^" =;:{}]*)( = .*|;)?$/\1/p' tests/dts/*.dts tests/dts/*.dtsi | sort -u >"$tmp/known"
sources="src/check/*.c src/host/*.c src/dt/*.c include/check/*.h include/host/*.h include/dt/*.h"
{
	# shellcheck disable=SC2086 # file names
	grep -ohE '"[^" ]+"' $sources | tr -d '"' | grep -xF -f "$tmp/known" |
		grep -vxE 'kernel|nr-gpios|pinctrl-'
	# shellcheck disable=SC2086
	cat $sources | tr '\n\t' '  ' |
		grep -oE '(tree|uboot)_(cells|prop|strings?)\([^"();]*, *"[^"]*"' | cut -d'"' -f2
} | sort -u >"$tmp/read"
ok "the properties are read from the source" [ "$(wc -l <"$tmp/read")" -gt 70 ]
is "the list has each property" "" "$(unlisted "$tmp/read")"
sed -n '/^static void count_blocked/,/^static int read_log/p' src/check/facts_kernel.c |
	grep -oE '"[^"\]+"' | tr -d '"' >"$tmp/read"
ok "the kernel's messages are read from the source" [ "$(wc -l <"$tmp/read")" -gt 5 ]
messages=$(sed -n "s/^messages='\(.*\)'/\1/p" tests/record.sh)
is "the list has each message" "" "$(while read -r text; do
	contains "$messages" "$text" >/dev/null || echo "$text"
done <"$tmp/read")"

# Other trees, about which check reports more.
for tree in mek-like board-newer board-older board-in-use board-smmu-off board-cut-power \
	uboot-masters; do
	good
	cp "$(board "$tree")" "$live"
	same_answers "$tree" "check --json" "bind -n --force"
done

# What only the tree of a profile without DMA has.
good
"$imxpt" patch -q -p imx8qm-lpuart1 -o "$live" "$(board board-devices)"
fdtput -t u "$live" /domu/doma reg 2
ok "a profile without DMA marks its resources" fdtget "$live" /bus@5a000000/serial@5a070000 imxpt,no-dma-rsrcs
same_answers "a profile without DMA" "check --json -p imx8qm-lpuart1"

# Each kind of message by itself.
logged() {
	good
	echo "[   12.345678] arm-smmu 51400000.iommu: $1" >"$root/dmesg"
	same_answers "the kernel log: $1" "check --json"
	has "the kernel log: $1: is in the evidence" "$want" "$2"
}
logged "Unhandled context fault: fsr=0x402, iova=0x48001000, fsynr=0x30, cbfrsynra=0x12, cb=3" \
	"1 context fault"
for gfsr in 0x00000001 0x00000002; do
	logged "	GFSR $gfsr, GFSYNR0 0x00000002, GFSYNR1 0x00000012, GFSYNR2 0x00000000" \
		"the SMMU blocked DMA"
done

rc=0
tests/record.sh "$copy" "$root" >"$tmp/said" 2>&1 || rc=$?
is "a directory that is there is not changed" "1 record.sh: $copy is there already" \
	"$rc $(cat "$tmp/said")"

good
rm -r "$root/sys/module/vfio_iommu_type1"
sed -i '/VFIO_CONTAINER/d; /VFIO_IOMMU_TYPE1/d' "$root"/boot/config-*
echo CONFIG_IOMMUFD_VFIO_CONTAINER=y >>"$(echo "$root"/boot/config-*)"
mkdir -p "$root/sys/module/iommufd/parameters"
echo N >"$root/sys/module/iommufd/parameters/allow_unsafe_interrupts"
same_answers "a container of iommufd" check

good
rm "$live" "$root/proc/cmdline"
ok "a board without a tree" tests/record.sh "$tmp/poor" "$root"
run --root "$tmp/poor" check
has "is judged as far as it goes" "$(tail -n 1 "$tmp/out")" "ready as far as checked: the running tree could not be read: "

finish
