#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What patch reads in the board's own tree, rule by rule: the whole plan for it, on a tree
# for each case.
set -eu
. tests/tap.sh

bus=/bus@5b000000
fec1=$bus/ethernet@5b040000 fec2=$bus/ethernet@5b050000

# plan TREE [ARGUMENT...]: its edits are in $tmp/plan, and patching twice changes nothing more
plan() {
	tree=$(board "$1")
	shift
	run patch -n "$@" "$tree"
	is "${tree##*/}: patch" 0 "$rc"
	cp "$tmp/out" "$tmp/plan"
	"$imxpt" patch -q "$@" -o "$tmp/once.dtb" "$tree"
	"$imxpt" patch -q "$@" -o "$tmp/twice.dtb" "$tmp/once.dtb"
	ok "${tree##*/}: patching twice gives the same bytes" cmp "$tmp/once.dtb" "$tmp/twice.dtb"
}

# edits OP PATTERN: of the plan, the edits of that kind, without their reasons, sorted
edits() {
	sed -n "s|^$1 $2|&|p" "$tmp/plan" | sed "s|^$1 ||; s|  # .*||" | LC_ALL=C sort
}

# --- references

plan derive-references
edits delete "$fec1 " | sed "s|^$fec1 ||" >"$tmp/removed"
ok "all references but those that vfio-platform can have, and their companions" \
	diff - "$tmp/removed" <<END
assigned-clock-parents
assigned-clock-rates
assigned-clock-rates-u64
assigned-clocks
clock-names
clocks
dma-names
dmas
interconnect-names
interconnects
io-channel-names
io-channels
mbox-names
mboxes
nvmem-cell-names
nvmem-cells
phy-handle
phy-names
phys
pinctrl-0
pinctrl-names
power-domain-names
power-domains
pwm-names
pwms
reset-names
resets
END
is "what stays is not even mentioned" "" "$(grep -E " $fec1 (memory-region|interrupt|msi-parent|iommu-map|phy-mode|fsl,mag)" "$tmp/plan")"

# --- siblings

plan derive-siblings
is "disabled are only devices that cannot work" \
	"$bus/user@5b310000 status = \"disabled\" $bus/user@5b320000 status = \"disabled\"" \
	"$(edits set '.* status = "disabled"' | paste -sd ' ')"
has "the reason is the reference" "$(cat "$tmp/plan")" \
	"$bus/user@5b320000 status = \"disabled\"  # it cannot work: clocks refers to $bus/clock-controller@5b230000"
plan board-older
is "on the MEK fec2 cannot work: its PHY is on fec1's bus" "$fec2 status = \"disabled\"" \
	"$(edits set '.* status = "disabled"')"

# --- supplies

plan derive-supplies
is "kept on is what only passed, idle or disabled nodes use" \
	"/regulator-fec2 regulator-always-on /regulator-idle regulator-always-on /regulator-phy regulator-always-on" \
	"$(edits set '.* regulator-always-on' | paste -sd ' ')"
has "the reason names the user" "$(cat "$tmp/plan")" \
	"/regulator-phy regulator-always-on  # no host driver turns it on: only the passed $fec1/mdio/ethernet-phy@0 uses it (vddio-supply)"
cat >"$tmp/profile.dts" <<END
/dts-v1/;
/ {
	compatible = "imxpt,profile";
	summary = "the port; the card is disabled";
	fits = "fsl,imx8qm";
	stream { id = <18>; };
	domain { rsrcs = <216>; pads = <9 166>; };
	pass {
		enet0_lpcg { node = "clock-controller@5b230000"; compatible = "fsl,imx8qxp-lpcg"; };
		fec1 { node = "ethernet@5b040000"; compatible = "fsl,imx8qm-fec"; rsrcs = <7>; };
		lsio_mu2 { node = "mailbox@5d1d0000"; compatible = "fsl,imx8qm-mu"; alias = "mu2"; };
	};
	host { disable { usdhc1 { node = "mmc@5b010000"; }; }; };
};
END
dtc -q -O dtb -o "$tmp/profile.dtb" "$tmp/profile.dts"
plan derive-supplies -p "$tmp/profile.dtb"
has "a node that the profile disables turns none on" \
	"$(edits set '.* regulator-always-on' | paste -sd ' ')" "/regulator-card regulator-always-on"
is "what is no passed node's stays as it is" "" "$(edits set '/regulator-other' | cat)"

# --- the domain

plan board-domu-unit
is "where U-Boot finds its partitions the domain is added" "/domu@0/doma" "$(edits add '/.*')"
run uboot "$tmp/once.dtb"
ok "both are made" test "$(grep -c '^# /domu@0/dom[ab@1]*: a partition is made' "$tmp/out")" -eq 2
run check --dtb "$tmp/once.dtb"
has "and check sees it" "$(tr -s ' ' <"$tmp/out")" "U-Boot partition ok /domu/doma: a partition is made"

# --- resources and pads

plan derive-resources -p "$tmp/profile.dtb"
is "a board's own list is kept and completed" "$fec1 fsl,sc_rsrc_id = <0x90 0x91 0x92 0x93 0xfb 0x94 0x7>" \
	"$(edits set "$fec1 fsl,sc_rsrc_id")"
is "the domain gets them all, the mailboxes first" \
	"/domu/doma rsrcs = <0xd7 0xfb 0x90 0x91 0x92 0x93 0x94 0x7 0xd8>" "$(edits set '/domu/doma rsrcs')"
sources="# 215 from reg of mailbox@5d1d0000, 251 from imxpt,no-dma-rsrcs of clock-controller@5b230000, \
144 145 146 147 from fsl,sc_rsrc_id of ethernet@5b040000, 251 148 from power-domains of ethernet@5b040000, \
7 from the profile, for ethernet@5b040000, 216 from the profile"
has "each with its source" "$(grep '/domu/doma rsrcs' "$tmp/plan")" "$sources"
plan board-pads -p "$tmp/profile.dtb"
is "pads: of the port's group, of its PHY's, of the profile; each once" \
	"set /domu/doma pads = <0xa6 0xa5 0x39 0x5 0x9>  # 166 165 57 from fsl,pins of fec1grp, 5 from fsl,pins of phygrp, 9 from the profile" \
	"$(grep '^set /domu/doma pads' "$tmp/plan")"
finish
