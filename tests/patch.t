#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt patch, end to end: what it prints, what it writes, and what it refuses.
set -eu
. tests/tap.sh

out=$tmp/out.dtb
older=$(board board-older) newer=$(board board-newer)
fec1=/bus@5b000000/ethernet@5b040000 fec2=/bus@5b000000/ethernet@5b050000
lpcg0=/bus@5b000000/clock-controller@5b230000 mu2=/bus@5d000000/mailbox@5d1d0000
both=imx8qm-fec1-fec2
devices=$(board board-devices)
others="imx8qm-fec1-mu3 imx8qm-flexcan1-flexcan2 imx8qm-lpuart1 imx8qm-usbotg1 imx8qm-usdhc2"

size() {
	wc -c <"$1" | tr -d ' '
}

# Is what the program said on stderr nothing but its own lines?
is_talk() {
	! grep -v '^imxpt: patch: ' "$tmp/err"
}

# --- the plan

for board in older newer; do
	for profile in imx8qm-fec1 $both; do
		run patch -n -p "$profile" "$(board "board-$board")"
		is "$board, $profile: a dry run succeeds" 0 "$rc"
		golden "$board-$profile.txt" "$tmp/out"
		golden "$board-$profile.err" "$tmp/err"
	done
	run patch -n --as-documented "$(board "board-$board")"
	golden "$board-ghaf-guide.txt" "$tmp/out"
done
for profile in $others; do
	run patch -n -p "$profile" "$devices"
	is "$profile: a dry run succeeds" 0 "$rc"
	golden "devices-$profile.txt" "$tmp/out"
	golden "devices-$profile.err" "$tmp/err"
done
run patch -n -p ghaf-guide "$(board "board-$board")"
ok "--as-documented is a profile" diff "tests/golden/$board-ghaf-guide.txt" "$tmp/out"
ok "as documented, it says that no packet will flow, and why" \
	grep -q '^imxpt: patch: warning: no packet will flow .*SMMU$' "$tmp/err"
ok "as documented, it says that newer kernels do not bind" \
	grep -q '^imxpt: patch: warning: Linux 5.19 and newer do not bind' "$tmp/err"
ok "notes are one line each, with program and command" is_talk
run patch -n -p $both --as-documented "$newer"
is "which leaves no choice of another" 2 "$rc"

run patch -n "$(board board-rival)"
ok "another partition that claims the port is reported" \
	grep -q 'note: /domu/domb: rsrcs names resource 251, which is assigned to the domain: ' "$tmp/err"
run patch -n "$(board board-in-use)"
ok "a pad that is in use is reported" \
	grep -q 'note: /bus@5a000000/serial@5a060000: pinctrl-0 names pad 166, ' "$tmp/err"
run patch -q -n --as-documented "$newer"
is "-q says nothing" "0 " "$rc $(cat "$tmp/err")"
ok "-q: the plan is the result" [ -s "$tmp/out" ]
run patch -n --json "$newer"
golden_json newer.json "$tmp/out"
run patch -n --json -o - "$newer"
is "a dry run needs no place for the tree" 0 "$rc"
run patch -n --json --as-documented "$newer"
ok "JSON names the profile" grep -q '"profile": "ghaf-guide"' "$tmp/out"
ok "JSON says what was asked for" grep -q '"as_documented": true' "$tmp/out"
ok "JSON has the warnings" grep -q '"no packet will flow with this tree: ' "$tmp/out"

# --- the tree

# What differs between two trees; versions of dtc write lists of strings in two ways.
difference() {
	dtc -q -I dtb -O dts "$1" | sed 's/\\0/", "/g' >"$tmp/a"
	dtc -q -I dtb -O dts "$2" | sed 's/\\0/", "/g' >"$tmp/b"
	diff -U0 "$tmp/a" "$tmp/b" | sed '1,2d; /^@@/d'
}

for board in older newer; do
	in=$(board board-$board)
	cp "$in" "$tmp/before"
	rm -f "$out"
	run patch -o "$out" "$in"
	is "$board: patching succeeds" 0 "$rc"
	is "$board: nothing on stdout" "" "$(cat "$tmp/out")"
	ok "$board: the input stays as it is" cmp "$tmp/before" "$in"
	ok "$board: dtc reads the result" dtc -q -I dtb -O dtb -o "$tmp/ignored" "$out"
	difference "$in" "$out" >"$tmp/difference"
	golden "$board.diff" "$tmp/difference"
	cp "$out" "$tmp/again"
	run patch -o "$tmp/again" "$out"
	is "$board: patching the result succeeds" "0 imxpt: patch: nothing to do" \
		"$rc $(tail -n 1 "$tmp/err")"
	ok "$board: and gives the same bytes" cmp "$out" "$tmp/again"
done

get() {
	fdtget "$out" "$@"
}
is "fec1 is a dummy" "fsl,dummy" "$(get -t s $fec1 compatible)"
is "fec1 is enabled" okay "$(get -t s $fec1 status)"
is "fec1 has its stream id" "12 7f80" "$(get -t x $fec1 iommus | cut -d ' ' -f 2-)"
for node in $fec1 $lpcg0 $mu2; do
	is "$node refers to the SMMU" "$(get -t x /iommu@51400000 phandle)" \
		"$(get -t x "$node" iommus | cut -d ' ' -f 1)"
done
is "fec1 says its resource" 251 "$(get -t u $fec1 'fsl,sc_rsrc_id')"
ok "only bus masters do" lacks "$out" $lpcg0 'fsl,sc_rsrc_id'
ok "fec1 is coherent" get $fec1 dma-coherent
is "fec1 keeps its PHYs" "ethernet-phy@0 ethernet-phy@1" "$(get -l $fec1/mdio | paste -sd' ')"
is "fec2 is disabled" disabled "$(get -t s $fec2 status)"
is "the domain has its resources" "215 251" "$(get -t u /domu/doma rsrcs)"
is "the domain has a reg of 0" 0 "$(get -t u /domu/doma reg)"
ok "the domain has no gpios" lacks "$out" /domu/doma gpios

run patch --as-documented -o "$out" "$older"
is "as documented, sixteen gpios" 48 "$(get -t u /domu/doma gpios | wc -w)"
is "as documented, 21 pads" 21 "$(get -t u /domu/doma pads | wc -w)"
ok "as documented, no fsl,sc_rsrc_id" lacks "$out" $fec1 'fsl,sc_rsrc_id'
run patch -o "$tmp/again.dtb" "$out"
is "a tree made as documented cannot be patched" 1 "$rc"
ok "the fix names the tree to use" grep -q "^  fix: give the board's original tree" "$tmp/err"

run patch -o "$out" "$(board board-domu)"
is "a domain that is there is merged" "57 251 215" "$(get -t u /domu/doma@0 rsrcs)"
is "another's property stays" stays "$(get -t s /domu/doma@0 vendor-note)"
is "another's domain stays" "1 105" \
	"$(get -t u /domu/domb@1 reg /domu/domb@1 rsrcs | paste -sd' ')"
is "no second domain is made" "doma@0 domb@1" "$(get -l /domu | paste -sd' ')"

dtc -q -I dtb -O dtb -b 3 -R 4 -o "$tmp/header.dtb" "$newer"
run patch -o "$out" "$tmp/header.dtb"
is "boot CPU stays" 3 "$(od -An -t u1 -j 31 -N 1 "$out" | tr -d ' ')"
is "reservations stay" "$(fdtdump "$tmp/header.dtb" 2>/dev/null | grep memreserve)" \
	"$(fdtdump "$out" 2>/dev/null | grep memreserve)"

# --- free space

run patch --pad 0 -o "$tmp/pad0" "$newer"
for pad in 0 1 4096 8192 0x2000; do
	run patch --pad $pad -o "$tmp/pad" "$newer"
	is "--pad $pad leaves as much room" $((pad)) $(($(size "$tmp/pad") - $(size "$tmp/pad0")))
done
run patch -o "$tmp/pad" "$newer"
is "4096 bytes without being asked" 4096 $(($(size "$tmp/pad") - $(size "$tmp/pad0")))
ok "a padded tree can be changed in place" fdtput -t s "$tmp/pad" / model "another name"

# --- where it goes

run patch -o - "$newer"
ok "-o - writes the tree to stdout" cmp "$tmp/out" "$tmp/again"
rc=0
"$imxpt" patch -q -o - - <"$newer" >"$tmp/piped" || rc=$?
ok "- reads the tree from stdin" cmp "$tmp/piped" "$tmp/again"
run patch -v -o - "$newer"
ok "-v prints each edit on stderr" grep -q "^set $fec1 compatible = \"fsl,dummy\"" "$tmp/err"
ok "and leaves stdout to the tree" cmp "$tmp/out" "$tmp/again"
run patch --json -o "$tmp/j.dtb" "$newer"
ok "--json and a file: both" cmp "$tmp/j.dtb" "$tmp/again"
is_json "the JSON is the dry run's" tests/golden/newer.json "$tmp/out"

cp "$newer" "$tmp/in.dtb"
chmod 640 "$tmp/in.dtb"
run patch -o "$tmp/in.dtb" "$tmp/in.dtb"
ok "OUT may be IN" cmp "$tmp/in.dtb" "$tmp/again"
ok "then IN is kept" cmp "$tmp/in.dtb.orig" "$newer"
is "with its mode" "640 640" "$(stat -c %a "$tmp/in.dtb" "$tmp/in.dtb.orig" | paste -sd' ')"
stat -c '%i %y' "$tmp/in.dtb" >"$tmp/stat"
run patch -o "$tmp/in.dtb" "$tmp/in.dtb"
is "a second time there is nothing to do" 0 "$rc"
is "and nothing is written" "$(cat "$tmp/stat")" "$(stat -c '%i %y' "$tmp/in.dtb")"
run patch --as-documented -o "$tmp/in.dtb" "$tmp/in.dtb"
is "a third run changes it" 0 "$rc"
ok "and keeps the first IN" cmp "$tmp/in.dtb.orig" "$newer"
ln -s in.dtb "$tmp/link.dtb"
cp "$newer" "$tmp/in.dtb"
rm "$tmp/in.dtb.orig"
run patch -o "$tmp/in.dtb" "$tmp/link.dtb"
ok "IN by another name is IN too" cmp "$tmp/in.dtb.orig" "$newer"
cp "$newer" "$tmp/in.dtb"
rm "$tmp/in.dtb.orig"
# shellcheck disable=SC2094 # that it is both is what is tried
run patch -o "$tmp/in.dtb" - <"$tmp/in.dtb"
ok "IN as standard input is IN too" cmp "$tmp/in.dtb.orig" "$newer"

# A signal in the midst of writing.
mkdir "$tmp/there"
if strace -o "$tmp/trace" "$imxpt" --version >"$tmp/out" 2>&1; then
	rc=0
	strace -qq -o "$tmp/trace" -e inject=fsync:signal=SIGTERM:when=1 \
		"$imxpt" patch -q -o "$tmp/there/out.dtb" "$newer" 2>"$tmp/err" || rc=$?
	is "SIGTERM waits for the file" "143 out.dtb" "$rc $(ls "$tmp/there")"
	ok "which is whole" cmp "$tmp/there/out.dtb" "$tmp/again"
else
	skip "a signal in the midst" "strace is not here, or not with a sanitizer"
fi

cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/profile.dtb"
run patch -p "$tmp/profile.dtb" -o "$tmp/profile.dtb" "$newer"
is "the profile is not overwritten" "2 imxpt: patch: -o $tmp/profile.dtb is also an input: name \
another file" "$rc $(head -n 1 "$tmp/err")"
ok "and stays" cmp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/profile.dtb"
rc=0
"$imxpt" patch -q --json -o "$tmp/unreported.dtb" "$newer" >/dev/full 2>"$tmp/err" || rc=$?
is "no tree without its report" "1 no" \
	"$rc $([ -e "$tmp/unreported.dtb" ] && echo yes || echo no)"
cp "$newer" "$tmp/there/in.dtb"
rm -f "$tmp/there/out.dtb"
rc=0
"$imxpt" patch -q --json -o "$tmp/there/in.dtb" "$tmp/there/in.dtb" >/dev/full 2>"$tmp/err" || rc=$?
is "nor is IN replaced, nor kept twice" "1 in.dtb" "$rc $(ls "$tmp/there")"
ok "it is as before" cmp "$newer" "$tmp/there/in.dtb"

# What a profile removes from nodes that are not passed, with the reason.
fdtput -p -t s "$tmp/profile.dtb" /host release iommus clock-names
cp "$newer" "$tmp/release.dtb"
fdtput -t s "$tmp/release.dtb" /bus@5b000000/mmc@5b010000 clock-names ipg
fdtput -t x "$tmp/release.dtb" /bus@5b000000/mmc@5b010000 iommus 1 14 7f80
run patch -n -p "$tmp/profile.dtb" "$tmp/release.dtb"
is "a property that the profile removes" \
	"delete /bus@5b000000/mmc@5b010000 clock-names  # the profile removes it" \
	"$(grep 'mmc@5b010000 clock-names' "$tmp/out")"
is "and a stream id" \
	"delete /bus@5b000000/mmc@5b010000 iommus  # not passed through, so it needs no IOMMU group" \
	"$(grep 'mmc@5b010000 iommus' "$tmp/out")"

# console PATH NOTE...: what is noted of a console at PATH
console() {
	cp "$BUILD/tests/dts/board-devices.dtb" "$tmp/console.dtb"
	fdtput -t s "$tmp/console.dtb" /chosen stdout-path "$1"
	run patch -n -p imx8qm-lpuart1 "$tmp/console.dtb"
	is "a console at '$1'" "0 $2" "$rc $(sed -n 's/.*\(note: .*stdout-path.*\)/\1/p' "$tmp/err")"
}
uart=/bus@5a000000/serial@5a070000
for path in $uart $uart:115200n8 serial1 serial1:115200n8; do
	console "$path" "note: /chosen: stdout-path refers to $uart: it no longer works on the host"
done
console /bus@5a000000/serial@5a060000 ""
for path in serial9 /none "" :; do
	console "$path" ""
done

finish
