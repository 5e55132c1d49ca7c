#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt deps, end to end: lines, graph and JSON, and which nodes are meant.
set -eu
. tests/tap.sh

newer=$(board board-newer) older=$(board board-older) needy=$(board board-needy)
both=imx8qm-fec1-fec2

for board in newer older needy; do
	for profile in imx8qm-fec1 $both; do
		run deps -p "$profile" "$(board board-$board)"
		is "$board, $profile: succeeds" 0 "$rc"
		is "$board, $profile: nothing on stderr" "" "$(cat "$tmp/err")"
		golden "deps-$board-$profile.txt" "$tmp/out"
	done
done
run deps --json "$needy"
golden_json deps-needy.json "$tmp/out"

# --- the graph

run deps --dot "$needy"
golden deps-needy.dot "$tmp/out"
cp "$tmp/out" "$tmp/dot"
# style LABEL: of the nodes whose label ends so
style() {
	sed -n "s|^.*label=\"[^\"]*$1\", \(.*\)];\$|\1|p" "$tmp/dot" | sort -u
}
for node in ethernet@5b040000 clock-xtal24m gpio@68 ethernet@5b050000; do
	style $node
done >"$tmp/styles"
is "passed, copied, dropped and using nodes have four styles" 4 "$(sort -u "$tmp/styles" | wc -l)"
is "each node is there once" "" "$(grep -o '^	n[0-9]* \[' "$tmp/dot" | sort | uniq -d)"
# An arrow that the guest has and one that it has not differ in colour.
is "no arrow is there twice" "" "$(sed -n 's/^\(	n.* -> .*\) \[label="[^"]*"\(.*\)/\1\2/p' "$tmp/dot" |
	sort | uniq -d)"
is "a child that is referred to has one arrow" "" "$(sed -n '/color=red/d; /dotted/d; s/^\(	n.* -> n[0-9]*\) .*/\1/p' "$tmp/dot" |
	sort | uniq -d)"
ok "a gpio that is named by two properties has one arrow" \
	grep -qF '[label="interrupt-parent\ninterrupts", color=red' "$tmp/dot"
ok "a path is broken after its last slash" \
	grep -qF '[label="/bus@5b000000/\nethernet@5b040000", style=filled' "$tmp/dot"
ok "what is replaced in one place and dropped in another is replaced" \
	grep -q 'label="/interrupt-controller@51a00000", .*khaki' "$tmp/dot"

# wide FILE: is the picture three times as wide as it is high, or wider?
wide() {
	dot -Tsvg "$1" | awk -F '"' '/^<svg/ { print; wide = $2 + 0 >= 3 * $4; n++ }
		END { exit n != 1 || wide }'
}
if command -v dot >/dev/null; then
	for profile in imx8qm-fec1 $both; do
		run deps --dot -p "$profile" "$(board mek-like)"
		ok "$profile: the picture fits a page" wide "$tmp/out"
	done
	# draw DIRECTORY: the example of imxpt(8)
	draw() {
		sed -n '/^imxpt deps --dot/,/^[.]Ed/p' man/imxpt.8 | sed '$d' |
			(cd "$1" && PATH="$tmp/bin:$PATH" sh)
	}
	mkdir "$tmp/bin" "$tmp/tree" "$tmp/none"
	ln -s "$(realpath "$imxpt")" "$tmp/bin/imxpt"
	cp "$newer" "$tmp/tree/imx8qm-mek.dtb"
	ok "the manual's picture is drawn" draw "$tmp/tree"
	ok "... whole" grep -q '^</svg>' "$tmp/tree/deps.svg"
	ok "without a tree the example fails" not draw "$tmp/none"
	ok "... and draws nothing" [ ! -e "$tmp/none/deps.svg" ]
else
	skip "the picture fits a page" "dot is missing"
fi

cp "$newer" "$tmp/odd.dtb"
fdtput -t x "$tmp/odd.dtb" /bus@5b000000/ethernet@5b040000 'x"y\z-supply' \
	"$(fdtget -t x "$newer" /bus@5b000000/ethernet@5b040000 clocks | cut -d ' ' -f 1)"
run deps --dot "$tmp/odd.dtb"
ok "a property's name is escaped" grep -qF 'x\"y\\z-supply"' "$tmp/out"

# --- nodes as operands

first() {
	head -n 1 "$tmp/out"
}
want="passed   /bus@5b000000/mmc@5b010000"
for name in mmc@5b010000 5b010000 /bus@5b000000/mmc@5b010000; do
	run deps "$newer" $name
	is "a node is found as $name" "$want" "$(first)"
done
for name in 5b010000.mmc 0x5b010000.mmc; do
	run deps "$newer" $name
	is "a node is found by its name in sysfs, $name" "$want" "$(first)"
done
for name in 5b010000.mm 5b010000.mmcx .mmc 5b010001.mmc 5b010000x.mmc mmc.5b010000 5b010000.; do
	run deps "$newer" $name
	is "$name is no such name" "1 imxpt: deps: $newer: no node has the name '$name'" \
		"$rc $(head -n 1 "$tmp/err")"
done
want1="passed   /bus@5b000000/ethernet@5b040000"
for name in fec1 ethernet@5b040000 5b040000.ethernet 5b040000; do
	run deps "$newer" $name
	is "a tree without labels has the profile's devices as $name" "$want1" "$(first)"
done
run deps "$newer" usdhc1
is "and no others" "1 imxpt: deps: $newer: no node has the name 'usdhc1'" "$rc $(head -n 1 "$tmp/err")"
run deps -p ghaf-guide "$newer" fec2
is "a device that the profile disables has its name" \
	"passed   /bus@5b000000/ethernet@5b050000" "$(first)"
run deps "$older" usdhc1
is "a node is found by its label" "$want" "$(first)"
run deps "$newer" 5b040000
ok "what the profile passes is passed" \
	grep -q '^passed   /bus@5b000000/clock-controller@5b230000  < ' "$tmp/out"
run deps "$newer" 5b050000
ok "what it does not is dropped" \
	grep -q '^dropped  /bus@5b000000/clock-controller@5b240000  < .* clocks  # ' "$tmp/out"
run deps "$newer" 5b230000
ok "users are printed" grep -qx \
	'user     /bus@5b000000/ethernet@5b050000  > clocks /bus@5b000000/clock-controller@5b230000' \
	"$tmp/out"
cp "$newer" "$tmp/off.dtb"
fdtput -t s "$tmp/off.dtb" /bus@5b000000/ethernet@5b050000 status disabled
run deps "$tmp/off.dtb" 5b230000
ok "a disabled user is marked" grep -qx \
	'user     /bus@5b000000/ethernet@5b050000  > clocks /bus@5b000000/clock-controller@5b230000  # disabled' \
	"$tmp/out"
run deps "$newer" nothing
is "a node that is not there" "1 imxpt: deps: $newer: no node has the name 'nothing'" \
	"$rc $(head -n 1 "$tmp/err")"
forms="name it by path, node name (ethernet@5b040000), address (5b040000), sysfs name \
(5b040000.ethernet) or the profile's name (fec1)"
is "the fix lists the forms" "  fix: $forms; this tree has no labels" "$(sed 1d "$tmp/err")"
run deps "$older" nothing
is "labels are one where there are some" "  fix: $forms, or by a label of the tree" \
	"$(sed 1d "$tmp/err")"
run deps "$newer" /
ok "the root has a name in a chain" grep -qx 'passed   /chosen  < / (child)' "$tmp/out"
run deps --json "$newer" /
is "the root has a name in JSON, of the start and in chains" yes \
	"$([ "$(grep -c '"node": "/",$' "$tmp/out")" -gt 1 ] && echo yes)"
run deps "$newer" clock-controller mdio
is "mdio is there once" "0 1" "$rc $(grep -c '^passed .*/mdio$' "$tmp/out")"
run deps "$(board board-two-fec1)" 5b040000
is "a name of two nodes" "1 imxpt: deps: " "$rc $(head -n 1 "$tmp/err" | cut -c1-13)"

# --- a draft of a profile

devices=$(board board-devices)
run deps --profile "$devices" mmc@5b020000 can@5a8e0000 5b040000
is "a draft succeeds" "0 " "$rc $(cat "$tmp/err")"
golden draft-devices.txt "$tmp/out"
dtc -q -O dtb -o "$tmp/draft.dtb" "$tmp/out"
ok "dtc and patch take it" "$imxpt" patch -q -n -p "$tmp/draft.dtb" "$devices"
run deps --profile "$older" fec1 fec2
ok "labels are those of the tree" grep -q '^		enet1_lpcg {$' "$tmp/out"
is "each port has an alias" "ethernet0 ethernet1 mu2" \
	"$(sed -n 's/.*alias = "\(.*\)";/\1/p' "$tmp/out" | paste -sd' ')"

# 200,000 entries of power-domains, of the port and of its gate: some seconds are enough, but
# not if each is compared with all the others.
dtc -q -I dtb -O dts "$devices" | awk '
	/clock-controller@5b230000/ { first = 300; ids = 246 }
	/ethernet@5b040000/ { first = 251; ids = 1 }
	/power-domains/ && ids {
		sub(/ 0x[0-9a-f]*>.*/, "")
		split($0, domain, "<")
		printf "%s 546", $0
		for (i = 0; i < 200000; i++)
			printf " %s %d", domain[2], first + i % ids
		print ">;"
		ids = 0
		next
	}
	{ print }' | dtc -q -O dtb -o "$tmp/many.dtb"
ok "very many resources take no time" sh -c "ulimit -t 10; '$imxpt' deps --profile '$tmp/many.dtb' \
	5b040000 >'$tmp/out'"
is "the first that exist are in the draft" "8 0x12c 0x133" "$(sed -n 's/.*rsrcs = <\(.*\)>;.*/\1/p' "$tmp/out" |
	awk '{ print NF, $1, $NF }')"

# A pipe can be read only once.
mkfifo "$tmp/pipe.dtb"
piped() {
	cat "$1" >"$tmp/pipe.dtb" &
	shift
	timeout 20 "$imxpt" deps -p "$tmp/pipe.dtb" "$@" >"$tmp/out" 2>"$tmp/err" || true
	wait
}
piped "$BUILD/dts/imx8qm-fec1.dtb" "$newer"
golden deps-newer-imx8qm-fec1.txt "$tmp/out"
piped "$devices" mmc@5b020000 can@5a8e0000 5b040000
golden draft-devices.txt "$tmp/out"

# What built-in profiles pass is what a draft for their last devices passes, in one order.
passes() {
	sed -n 's/^\t*node = "\(.*\)";$/\1/p; s/^\t*no-dma.*/no-dma/p' "$1"
}
for profile in dts/imx8qm-*.dts; do
	name=$(basename "$profile" .dts)
	case $name in
	*-fec1) nodes="ethernet@5b040000 mailbox@5d1d0000" ;;
	*-fec1-fec2) nodes="ethernet@5b040000 ethernet@5b050000 mailbox@5d1d0000" ;;
	*-mu3) nodes=ethernet@5b040000 ;;
	*-flexcan2) nodes="can@5a8d0000 can@5a8e0000 mailbox@5d1d0000" ;;
	*-lpuart1) nodes="serial@5a070000 mailbox@5d1d0000" ;;
	*-usbotg1) nodes="usb@5b0d0000 mailbox@5d1d0000" ;;
	*-usdhc2) nodes="mmc@5b020000 mailbox@5d1d0000" ;;
	*) nodes= ;;
	esac
	# shellcheck disable=SC2086 # a list of words
	run deps --profile "$devices" $nodes
	cp "$tmp/out" "$tmp/draft.dts"
	passes "$profile" >"$tmp/want"
	passes "$tmp/draft.dts" >"$tmp/got"
	ok "$name: a draft of it passes the same" diff "$tmp/want" "$tmp/got"
done

cp "$devices" "$tmp/odd.dtb"
fdtput -t s "$tmp/odd.dtb" /bus@5a000000/can@5a8d0000 compatible 'a"b*/;\\c' '*/ };'
run deps --profile "$tmp/odd.dtb" can@5a8d0000
dtc -q -O dtb -o "$tmp/draft.dtb" "$tmp/out"
is "a compatible is quoted" "$(fdtget "$tmp/odd.dtb" /bus@5a000000/can@5a8d0000 compatible)" \
	"$(fdtget "$tmp/draft.dtb" /pass/can_5a8d0000 compatible)"
cp "$devices" "$tmp/odd.dtb"
fdtput -t s "$tmp/odd.dtb" /aliases 'eth"er;net9' /bus@5b000000/ethernet@5b040000
run deps --profile "$tmp/odd.dtb" ethernet@5b040000
dtc -q -O dtb -o "$tmp/draft.dtb" "$tmp/out"
run profiles "$tmp/draft.dtb"
is "an alias that no profile can have is left out" "0 " "$rc $(cat "$tmp/err")"
cp "$devices" "$tmp/odd.dtb"
fdtput -d "$tmp/odd.dtb" /bus@5b000000/ethernet@5b040000 power-domains
run deps --profile "$tmp/odd.dtb" ethernet@5b040000
has "a resource that only the clock gate names" "$(cat "$tmp/out")" \
	"rsrcs = <0xfb>; // only its clock gates name them"
dtc -q -I dtb -O dts "$devices" | sed 's/usbphy@5b1/usbphy@0x5b1/' | dtc -q -I dts -O dtb -o "$tmp/odd.dtb"
run deps --profile "$tmp/odd.dtb" usb@5b0d0000
dtc -q -O dtb -o "$tmp/draft.dtb" "$tmp/out"
ok "an address may start with 0x" "$imxpt" patch -q -n -p "$tmp/draft.dtb" "$tmp/odd.dtb"
run deps --profile "$devices" light-sensor@44
is "a node that VFIO cannot pass" "1 imxpt: deps: $devices: \
/bus@5a000000/i2c@5a800000/light-sensor@44: VFIO cannot pass it without /bus@5a000000/i2c@5a800000
  fix: name that node, which contains this one" "$rc $(cat "$tmp/err")"
is "and no draft" "" "$(cat "$tmp/out")"
run deps --profile "$devices"
is "a draft for no node" "2 imxpt: deps: NODE is missing
  fix: 'imxpt help deps' shows the usage" "$rc $(cat "$tmp/err")"
run deps --profile "$tmp/nowhere.dtb"
has "a draft of no tree" "$rc $(cat "$tmp/err")" "1 imxpt: deps: cannot open $tmp/nowhere.dtb"
for option in --json --dot; do
	run deps $option --profile "$devices" 5b040000
	is "a draft and $option" 2 "$rc"
done
run deps --profile "$(board board-other)" 5b040000
ok "another board is refused" grep -q 'board-other.dtb: the tree is of a' "$tmp/err"
run deps --profile "$devices" nothing
ok "a node that is not there is refused" grep -q "no node has the name 'nothing'$" "$tmp/err"
run deps --help
ok "the help has both forms" grep -q '^       imxpt deps --profile BOARD.dtb NODE...$' "$tmp/out"

# --- bad input

"$imxpt" patch -q -o "$tmp/patched.dtb" "$newer"
run deps "$tmp/patched.dtb"
is "a patched tree is reported" "0 3" "$rc $(grep -c 'note: /.*: this tree is already patched' "$tmp/err")"
run deps "$newer"
is "the original tree gives no note" "0 " "$rc $(cat "$tmp/err")"
run deps "$(board board-loop)"
is "a loop ends" "0 passed" "$rc $(first | cut -d " " -f 1)"
run deps "$(board board-no-smmu)"
is "a board without an SMMU is accepted" "0 passed" "$rc $(first | cut -d " " -f 1)"
for tree in dangling-clock no-provider; do
	run deps "$(board board-$tree)"
	is "$tree: refused" "1 1" "$rc $(wc -l <"$tmp/err")"
	is "$tree: nothing on stdout" "" "$(cat "$tmp/out")"
done
run deps --dot --json "$newer"
is "--dot and --json" 2 "$rc"
run deps
is "no tree" 2 "$rc"

finish
