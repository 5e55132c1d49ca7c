#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "imxpt uboot" from end to end: what it prints, to the letter, and how it exits.
#
# shellcheck disable=SC2016 # U-Boot expands its variables itself
# shellcheck disable=SC2317 # ok() calls the functions
set -u

. tests/tap.sh
dts=$BUILD/tests/dts

# prints STATUS ARGUMENT...: "imxpt uboot" exits so, and prints standard input and no more.
prints() {
	want=$1
	shift
	cat >"$tmp/want"
	"$imxpt" uboot "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	cat "$tmp/err"
	[ "$got" -eq "$want" ] || echo "exit status $got, not $want"
	diff "$tmp/want" "$tmp/out" && [ "$got" -eq "$want" ] && [ ! -s "$tmp/err" ]
}

# reports TREE: the report on the tree, up to the empty line, is standard input.
reports() {
	cat >"$tmp/want"
	"$imxpt" uboot "$1" >"$tmp/all" || return 1
	sed '/^$/,$d' "$tmp/all" | diff "$tmp/want" -
}

# refuses STATUS TEXT ARGUMENT...: exits so, says TEXT on one line, prints nothing.
refuses() {
	want=$1 text=$2
	shift 2
	"$imxpt" uboot "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	cat "$tmp/err"
	[ "$got" -eq "$want" ] && [ ! -s "$tmp/out" ] && grep -qxF "imxpt: uboot: $text" "$tmp/err" &&
		[ "$(grep -c '^imxpt: ' "$tmp/err")" -eq 1 ]
}

# has_json TREE TEXT...: the JSON for the tree has these texts.
has_json() {
	tree=$1
	shift
	"$imxpt" uboot --json "$tree" >"$tmp/json" || return 1
	for line; do
		grep -qF "$line" "$tmp/json" || {
			echo "no $line"
			return 1
		}
	done
}

versions="# This is for NXP's U-Boot from imx_v2020.04_5.4.24_2.1.0 to lf_v2023.04; -v
# prints how others differ.  Mainline and NXP's 2024.04 and newer have no
# scu_rm: they make no partition, and a guest could power off what the host
# needs.  There Linux can make it: 'imxpt patch --partition linux'.
# If the environment has no boot_os (boot.scr), run this before booti, after all
# overlays are applied:
#   scu_rm dtb \${fdt_addr_r}"
table="#   up to imx_v2018.03          disables no node of a tree with fsl,scu-pd
#   up to imx_v2019.04_4.19.35  sets no stream id of an assigned resource: its DMA
#                               bypasses the SMMU
#   up to lf-5.4.y_v2019.04     continues after a refused resource in fsl,sc_rsrc_id,
#                               does not loop on a dangling power-domains
#   all of v2018.03, v2019.04   boot on after a refused stream id in mmu-masters
#   all of v2019.04             may assign no pads, without a message, with firmware
#                               of API 1.21 or newer; v2020.04 and newer with older
#   NXP's 2024.04               skips entries of power-domains in dma-channel-mask
#   Toradex's 2020.04           disables no node (CONFIG_SKIP_RESOURCE_CHECKING)
#   NXP's 2024.04, mainline     no partition, and MU_2A stays without power; stream
#                               ids are set, but not on mainline's imx8qm_dmsse20a1
#                               and imx8qm_rom7720_a1.  For a partition use NXP's
#                               lf_v2023.04, build its partition.c into yours, let the
#                               SCFW's board_system_config make it, or Linux"

ok 'the default is for the prompt' prints 0 <<EOF
$versions
setenv boot_os 'scu_rm dtb \${fdt_addr}; booti \${loadaddr} - \${fdt_addr};'
saveenv
EOF

ok '-v prints what other versions do' prints 0 -v --format libubootenv <<EOF
$versions
$table
boot_os=scu_rm dtb \${fdt_addr}; booti \${loadaddr} - \${fdt_addr};
EOF

ok 'and selects a tree on demand' prints 0 --format boot-script --fdt-file host-1.dtb <<EOF
$versions
setenv fdt_file 'host-1.dtb'
setenv boot_os 'scu_rm dtb \${fdt_addr}; booti \${loadaddr} - \${fdt_addr};'
saveenv
EOF

ok "U-Boot's fw_setenv needs a name, a blank and the value" \
	prints 0 --format fw_setenv --fdt-file nxp/host.dtb <<EOF
$versions
fdt_file nxp/host.dtb
boot_os scu_rm dtb \${fdt_addr}; booti \${loadaddr} - \${fdt_addr};
EOF

ok "libubootenv's needs an equals sign" prints 0 --format libubootenv --fdt-file host.dtb <<EOF
$versions
fdt_file=host.dtb
boot_os=scu_rm dtb \${fdt_addr}; booti \${loadaddr} - \${fdt_addr};
EOF

ok 'an unknown format is a wrong command line' refuses 2 \
	"--format is boot-script, fw_setenv or libubootenv, not 'sh'" --format sh
for name in "a'b" 'a b' 'a;reset' '${x}' '' 'a
b' "$(printf '%0256d' 0)"; do
	shown=$(printf '%s' "$name" | tr '\n' '?')
	ok "a script is safe from the name '$(printf '%.20s' "$shown")'" refuses 2 \
		"--fdt-file takes a name of up to 255 letters, digits and ._+-/, not '$shown'" \
		--fdt-file "$name"
done

newer=$dts/uboot-newer.dtb
conn=/bus@5b000000
not_set='is not set: the node has neither fsl,sc_rsrc_id nor power-domains (expected for a clock gate or a mailbox)'
"$imxpt" patch -q -o "$tmp/default.dtb" "$newer" || exit 1
"$imxpt" patch -q --as-documented -o "$tmp/documented.dtb" "$newer" || exit 1

assigned() {
	cat <<-EOF
	# /domu/doma: a partition is made, and its number written to reg
	# /domu/doma: resource MU_2A (215) is assigned to the partition, its power is on
	# /domu/doma: resource ENET_0 (251) is assigned to the partition, its power is off
	EOF
	for pad; do
		echo "# /domu/doma: pad $pad is assigned to the partition"
	done
	echo "# warning: /bus@55000000/dsp@556e8000 becomes disabled: resource MU_2A (215) is not the host's"
}

guide_pads='165 166 167 243 244 245 246 247 248 249 250 251 252 253 254 255'

ok 'a stock tree assigns nothing' reports "$newer" <<EOF
# the tree has no /domu node, so scu_rm makes no partition and prints no error
# $conn/mmc@5b010000: stream id 0x11 is set for resource SDHC_0 (248)
# $conn/ethernet@5b040000: stream id 0x12 is set for resource ENET_0 (251)
# $conn/ethernet@5b050000: stream id 0x12 is set for resource ENET_1 (252)
EOF

# shellcheck disable=SC2086 # a list of words
{
	assigned
	cat <<-EOF
	# $conn/ethernet@5b040000: stream id 0x12 is set for resource ENET_0 (251)
	# $conn/clock-controller@5b230000: stream id 0x12 $not_set
	# /bus@5d000000/mailbox@5d1d0000: stream id 0x12 $not_set
	EOF
} >"$tmp/want-default"
ok 'a patched tree sets the stream id and costs the DSP' \
	reports "$tmp/default.dtb" <"$tmp/want-default"

# shellcheck disable=SC2086 # a list of words
{
	assigned $guide_pads 43 121 126 129 127
	cat <<-EOF
	# $conn/ethernet@5b040000: stream id 0x12 $not_set
	# $conn/clock-controller@5b230000: stream id 0x12 $not_set
	# /bus@5d000000/mailbox@5d1d0000: stream id 0x12 $not_set
	# warning: $conn/ethernet@5b040000: U-Boot sets no stream id for it, so its DMA bypasses the SMMU: it needs iommus, and fsl,sc_rsrc_id or power-domains that starts with an existing resource
	# warning: /domu/doma: no stream id is set for its resource ENET_0 (251), so DMA of this resource bypasses the SMMU
	EOF
} >"$tmp/want-documented"
ok "the guide's tree bypasses the SMMU" reports "$tmp/documented.dtb" <"$tmp/want-documented"

run patch -q -p imx8qm-usdhc2 -o "$tmp/sd.dtb" "$(board board-devices)"
run uboot "$tmp/sd.dtb"
has "the device that the tree passes is reported" "$(cat "$tmp/out")" "mmc@5b020000: stream id 0x"
ok "no device of the profile is reported that the tree does not pass" \
	test "$rc$(grep -c bypasses "$tmp/out")" = 00

ok 'each node under /domu is reported, and what it gets' reports "$dts/uboot-domu.dtb" <<EOF
# /domu/first: a partition is made, and its number written to reg
# /domu/second: a partition is made, and its number written to reg
# /domu/off: no partition: its status is not "okay"
# /domu/ok: no partition: its status is not "okay"
# /domu/other: no partition: it is not compatible with xen,domu
# /domu/empty: no partition: it names neither rsrcs nor pads
# /domu/only-pads: a partition is made, and its number written to reg
# /domu/other-level: no partition: it is not compatible with xen,domu
# /domu/first: resource MU_2A (215) is assigned to the partition, its power is on
# /domu/first: resource ENET_0 (251) is assigned to the partition, its power is off
# /domu/second: resource ENET_0 (251) is not assigned: /domu/first already has it
# /domu/second: resource MU_4A (217) is assigned to the partition, its power is on
# /domu/second: resource 546 does not exist
# /domu/first: pad 165 is assigned to the partition
# /domu/first: pad 166 is assigned to the partition
# /domu/second: pad 166 is not assigned: /domu/first already has it
# /domu/second: pad 167 is assigned to the partition
# /domu/second: pad 269 does not exist
# /domu/only-pads: pad 0 is assigned to the partition
# warning: /domu/first: no stream id is set for its resource ENET_0 (251), so DMA of this resource bypasses the SMMU
EOF

wide="/domu/doma: 65751 in rsrcs or pads has more than 16 bits: the firmware would take it for 215"
ok 'a number that the firmware cuts is reported' reports "$dts/uboot-cut-numbers.dtb" <<EOF
# warning: $wide: correct it in the board's tree (power-domains, fsl,pins), and patch that
# /domu/doma: a partition is made, and its number written to reg
# /domu/doma: resource MU_2A (215) is assigned to the partition, its power is off
# /domu/doma: resource ENET_0 (251) is assigned to the partition, its power is off
# /domu/doma: resource MU_3A (216) is assigned to the partition, its power is off
# /domu/doma: pad 165 is assigned to the partition
# warning: /mailbox becomes disabled: resource MU_2A (215) is not the host's
# warning: /last becomes disabled: resource 65535 is not the host's
# /mmc@5b010000: stream id 0x11 is set for resource SDHC_0 (248)
# /last: stream id 0x12 is refused for resource 65535
# warning: /domu/doma: no stream id is set for its resource ENET_0 (251), so DMA of this resource bypasses the SMMU
EOF
ok '... in JSON too' has_json "$dts/uboot-cut-numbers.dtb" "\"$wide\""

ok 'a missing reg is reported' reports "$dts/uboot-no-reg.dtb" <<EOF
# warning: /domu/doma: no partition, and no error: it has no reg, and the tree has no free space for one
# warning: /domu/domb: no partition, and no error: it has no reg, and the tree has no free space for one
EOF

ok "one port's stream id is not the other's" reports "$dts/uboot-bypass.dtb" <<EOF
# /domu/doma: a partition is made, and its number written to reg
# /domu/doma: resource MU_2A (215) is assigned to the partition, its power is on
# /domu/doma: resource ENET_0 (251) is assigned to the partition, its power is off
# /domu/doma: resource ENET_1 (252) is assigned to the partition, its power is off
# /ethernet@5b040000: stream id 0x12 $not_set
# /ethernet@5b050000: stream id 0x20 is set for resource ENET_1 (252)
# warning: /ethernet@5b040000: U-Boot sets no stream id for it, so its DMA bypasses the SMMU: it needs iommus, and fsl,sc_rsrc_id or power-domains that starts with an existing resource
# warning: /domu/doma: no stream id is set for its resource ENET_0 (251), so DMA of this resource bypasses the SMMU
EOF

ok 'a stream id that the firmware refuses is reported' reports "$dts/uboot-wide.dtb" <<EOF
# /domu/doma: a partition is made, and its number written to reg
# /domu/doma: resource SDHC_0 (248) is assigned to the partition, its power is off
# /domu/doma: resource SDHC_1 (249) is assigned to the partition, its power is off
# /domu/doma: resource SDHC_2 (250) is assigned to the partition, its power is off
# /mmc@5b010000: stream id 0x0 is refused for resource SDHC_0 (248)
# /mmc@5b020000: stream id 0x40 is refused for resource SDHC_1 (249)
# /mmc@5b030000: stream id 0x3e is set for resource SDHC_2 (250)
# /again: stream id 0x3f is set for resource SDHC_2 (250)
# warning: /domu/doma: no stream id is set for its resource SDHC_0 (248), so DMA of this resource bypasses the SMMU
# warning: /domu/doma: no stream id is set for its resource SDHC_1 (249), so DMA of this resource bypasses the SMMU
EOF

for tree in dangling cut no-cells dangling-stream; do
	node=/lcd@5a180000 entry=0
	case $tree in
	dangling) entry=1 ;;
	dangling-stream) node=/mmc@5b030000 ;;
	esac
	ok "a tree that would hang U-Boot is refused: $tree" refuses 1 \
		"$dts/uboot-$tree.dtb: $node: entry $entry of power-domains is broken (no such node, or cells are missing): U-Boot loops forever on it and does not boot" \
		"$dts/uboot-$tree.dtb"
done

ok 'an unknown profile is refused without a tree too' refuses 1 \
	"there is no profile 'nope': it is not built in, and /etc/imxpt/nope.dtb does not exist" -p nope
ok 'what is no tree is refused' refuses 1 "/dev/null: not a device tree blob" /dev/null

# A report in front of the settings must not change what a reader of the script does.
script_is_clean() {
	for format in boot-script fw_setenv libubootenv; do
		"$imxpt" uboot --format "$format" >"$tmp/without"
		"$imxpt" uboot --format "$format" "$tmp/documented.dtb" >"$tmp/with"
		grep -v '^\(#.*\)*$' "$tmp/without" >"$tmp/want"
		[ -s "$tmp/want" ] && grep -q '^#' "$tmp/with" || return 1
		grep -v '^\(#.*\)*$' "$tmp/with" | diff "$tmp/want" - || return 1
	done
}
ok 'the report is comments in every format' script_is_clean

# A path of 1,000 bytes in a comment: libubootenv would read what is after 1,023 as a line.
deep_paths_are_cut() {
	long=$(printf '%0199d' 0)
	{
		echo '/dts-v1/; / { compatible = "fsl,imx8qm";'
		for i in 1 2 3 4 5; do echo "n$i$long {"; done
		echo 'iommus = <1 2 3>; }; }; }; }; }; };'
	} | dtc -q -I dts -O dtb -o "$tmp/deep.dtb" &&
		"$imxpt" uboot "$tmp/deep.dtb" >"$tmp/out" &&
		[ "$(wc -L <"$tmp/out")" -gt 900 ] && [ "$(wc -L <"$tmp/out")" -lt 1023 ]
}
ok 'no line is longer than libubootenv reads' deep_paths_are_cut

for name in uboot-refused uboot-bypass; do
	run uboot --json "$dts/$name.dtb"
	golden_json $name.json "$tmp/out"
done
# The profile's first device counts as the others.
"$imxpt" profiles imx8qm-fec1 | sed '/enet0_lpcg {/,/};/d' | dtc -q -O dtb -o "$tmp/port.dtb"
run uboot --json -p "$tmp/port.dtb" "$dts/uboot-bypass.dtb"
is "a port that is the first device" /ethernet@5b040000 \
	"$(sed -n '/"bypassing"/,/]/s|^ *"\(/.*\)"$|\1|p' "$tmp/out")"
ok "what is refused ends the node" reports "$dts/uboot-refused.dtb" <<EOF
# the tree has no /domu node, so scu_rm makes no partition and prints no error
# /sata@5f020000: stream id 0x13 is set for resource 170
# /sata@5f020000: stream id 0x13 is refused for resource 600
# /ethernet@5b040000: stream id 0x40 is refused for resource ENET_0 (251)
# warning: /ethernet@5b040000: U-Boot sets no stream id for it, so its DMA bypasses the SMMU: it needs iommus, and fsl,sc_rsrc_id or power-domains that starts with an existing resource
EOF

ok 'JSON has it all' has_json "$tmp/documented.dtb" '"schema": 1' '"command": "uboot"' \
	'"boot_os": "scu_rm dtb ${fdt_addr}; booti ${loadaddr} - ${fdt_addr};"' \
	'"node": "/bus@55000000/dsp@556e8000"' '"name": "ENET_0"' '"bypass": true' \
	'"stream_id": "0x12"' "\"$conn/ethernet@5b040000\""

# The two programs that are called fw_setenv; Debian has libubootenv's.
reads_libubootenv() {
	head -c 8192 /dev/zero >"$tmp/env"
	echo "$tmp/env 0 8192" >"$tmp/fw_env.config"
	: >"$tmp/initial"
	"$imxpt" uboot --format libubootenv --fdt-file host.dtb "$tmp/documented.dtb" >"$tmp/script"
	fw_setenv -c "$tmp/fw_env.config" -f "$tmp/initial" -s "$tmp/script" || return 1
	cat >"$tmp/want" <<-'EOF'
	boot_os=scu_rm dtb ${fdt_addr}; booti ${loadaddr} - ${fdt_addr};
	fdt_file=host.dtb
	EOF
	fw_printenv -c "$tmp/fw_env.config" | sort | diff "$tmp/want" -
}
if command -v fw_setenv >/dev/null; then
	ok 'libubootenv reads what is meant for it' reads_libubootenv
else
	skip 'libubootenv reads what is meant for it' 'no fw_setenv here'
fi

finish
