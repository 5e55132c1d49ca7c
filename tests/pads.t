#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Pads that the guest sets and does not get: patch, check, guest, overlay and deps report
# them in the same words.
set -eu
. tests/tap.sh

tree=$(board board-pads) virt=$(board virt-new)
iomuxc=/system-controller/pinctrl
result="the system controller refuses it, and the guest's kernel then sets no pad of the group"

# says NAME LINE...: the command succeeds, prints something, and of all lines on stderr these
# are about pads, in this order
says() {
	what=$1
	shift
	is "$what: it succeeds" "0 and prints something" \
		"$rc and prints $([ -z "$(cat "$tmp/out" "$tmp/err")" ] || echo something)"
	is "$what" "$(for line; do echo "$line is not assigned to the guest: $result"; done)" \
		"$(grep 'not assigned' "$tmp/err" | sed 's/^imxpt: [a-z]*: [a-z]*: //')"
}

# row TREE [PROFILE]: of 'check', the row about pads
row() {
	run check ${2:+-p "$2"} --dtb "$1"
	pads=$(tr -s ' ' <"$tmp/out" | sed -n 's/^U-Boot pads //p')
}

fec1="$iomuxc/fec1grp: pad 57" phy="$iomuxc/phygrp: pad 5"

run patch -n "$tree"
says "patch: derived pads are complete"
run patch -n -p ghaf-guide "$tree"
says "patch: a profile's list is not" "$fec1" "$phy"
run patch -n --json -p ghaf-guide "$tree"
ok "patch: JSON has it as a warning" grep -qF "\"$fec1 is not assigned to the guest: " "$tmp/out"
for verb in guest overlay; do
	set -- $verb -n --host "$tree"
	[ $verb = overlay ] || set -- "$@" --virt "$virt"
	run "$@"
	says "$verb: derived pads are complete"
	run "$@" -p ghaf-guide
	says "$verb: a profile's list is not" "$fec1" "$phy"
done
run deps "$tree"
says "deps: derived pads are complete"
run deps -p ghaf-guide "$tree"
says "deps: a profile's list is not" "$fec1" "$phy"
run deps -p ghaf-guide "$tree" 5b010000
says "deps: of another node nothing is known"

# A list with none of the group's pads.
"$imxpt" profiles ghaf-guide | sed 's/pads = <[^>]*>/pads = <9>/' | dtc -q -O dtb -o "$tmp/few.dtb"
run patch -n -p "$tmp/few.dtb" "$tree"
says "patch: nor is one with other pads" "$iomuxc/fec1grp: pad 166" "$iomuxc/fec1grp: pad 165" \
	"$fec1" "$phy"

# The patched tree has no reference from the port to its group.
"$imxpt" patch -q -o "$tmp/good.dtb" "$tree"
row "$tmp/good.dtb"
is "check: all pads" "ok the partition gets all pads of its pin groups" "$pads"
"$imxpt" patch -q -p ghaf-guide -o "$tmp/guide.dtb" "$tree"
row "$tmp/guide.dtb" ghaf-guide
is "check: one is missing" "warn fec1grp: pad 57 is not assigned to the guest: $result (and other pads)" "$pads"
run patch -n -p ghaf-guide "$tmp/guide.dtb"
says "patch: of a patched tree" "$fec1" "$phy"
cp "$tmp/guide.dtb" "$tmp/own.dtb"
# shellcheck disable=SC2046 # a list of numbers
fdtput -t u "$tmp/own.dtb" /domu/doma pads $(fdtget -t u "$tmp/guide.dtb" /domu/doma pads) 57
run deps -p ghaf-guide "$tmp/own.dtb"
says "deps: what the tree's own domain has is assigned" "$phy"
cp "$tmp/good.dtb" "$tmp/short.dtb"
fdtput -t u "$tmp/short.dtb" /domu/doma pads 166 57 5
row "$tmp/short.dtb"
is "check: the list was shortened" "warn fec1grp: pad 165 is not assigned to the guest: $result" "$pads"
has "check: and what to do" "$(tr -s ' ' <"$tmp/out")" "fix: add the pads to the profile"

# A group that the host uses, too, is reported once, for the host.
cp "$tree" "$tmp/shared.dtb"
fdtput -t u "$tmp/shared.dtb" $iomuxc/usdhc1grp fsl,pins 209 0 32 57 0 32
run patch --json -o "$tmp/out.dtb" "$tmp/shared.dtb"
says "patch: a group of the host's"
ok "it is a conflict" grep -qF "mmc@5b010000: pinctrl-0 names pad 57" "$tmp/err"
row "$tmp/out.dtb"
is "check: a group of the host's" "ok the partition gets all pads of its pin groups" "$pads"
row "$tree"
is "check: an unpatched tree" "skip not checked: 'patched' failed" "$pads"
finish
