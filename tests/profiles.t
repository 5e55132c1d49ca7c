#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt profiles, end to end: the list, and each profile whole.
set -eu
. tests/tap.sh

run profiles
is "the list succeeds" 0 "$rc"
golden profiles.txt "$tmp/out"
is "nothing on stderr" "" "$(cat "$tmp/err")"
is "each profile of dts/ is in it" \
	"$(for p in dts/*.dts; do basename "$p" .dts; done | sort)" "$(cut -d ' ' -f 1 "$tmp/out" | sort)"
run profiles --json
golden_json profiles.json "$tmp/out"

for dts in dts/*.dts; do
	name=$(basename "$dts" .dts)
	run profiles "$name"
	is "$name: printing it succeeds" 0 "$rc"
	dtc -q -I dts -O dtb -o "$tmp/$name.dtb" "$tmp/out"
	ok "$name: dtc makes the same tree of it" cmp "$tmp/$name.dtb" "$BUILD/dts/$name.dtb"
	run patch -q -n -p "$name" "$(board board-devices)"
	cp "$tmp/out" "$tmp/plan"
	run patch -q -n -p "$tmp/$name.dtb" "$(board board-devices)"
	is "$name: a plan from the file" 0 "$rc"
	ok "$name: the same plan from the file" diff "$tmp/plan" "$tmp/out"
	run profiles "$tmp/$name.dtb"
	is "$name: a file is printed too" 0 "$rc"
	run profiles --json "$name"
	is "$name: JSON of only this one" "$name" "$(sed -n 's/.*"name": "\(.*\)",/\1/p' "$tmp/out")"
done

for name in imx8qm-fec1 imx8qm-fec1-fec2; do
	run profiles $name
	cp "$tmp/out" "$tmp/want"
	run profiles imx8qm-mek-${name#imx8qm-}
	ok "$name: its former name means the same" cmp "$tmp/want" "$tmp/out"
done

# The profiles in the man page and in dts/README.md are whole.
# shellcheck disable=SC2016 # these are no variables
sed -n '/^```$/,/^```$/p' dts/README.md | grep -v '^```' >"$tmp/readme.dts"
sed -n '/^\/dts-v1/,/^\.Ed/p' man/imxpt-profile.5 | grep -v '^\.Ed' >"$tmp/man.dts"
for text in readme man; do
	dtc -q -O dtb -o "$tmp/$text.dtb" "$tmp/$text.dts"
	run patch -q -n -p "$tmp/$text.dtb" "$(board board-devices)"
	is "$text: the example is a profile" "0 1" "$rc $(grep -c '^set .*/serial@5a070000 iommus = ' "$tmp/out")"
done

# A summary that needs care: quotes, backslashes, no ASCII at all.
cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/odd.dtb"
for summary in 'say "no" \\ 50% \t' 'häuser' 'straße!'; do
	fdtput -t s "$tmp/odd.dtb" / summary "$summary"
	run profiles "$tmp/odd.dtb"
	dtc -q -I dts -O dtb -o "$tmp/again.dtb" "$tmp/out"
	is "a summary of $summary survives" "$(fdtget -t bx "$tmp/odd.dtb" / summary)" \
		"$(fdtget -t bx "$tmp/again.dtb" / summary)"
done

run profiles nope
is "an unknown one: exit status" 1 "$rc"
ok "an unknown one: text" grep -q "^imxpt: profiles: there is no profile 'nope': " "$tmp/err"
ok "an unknown one: fix" grep -q "^  fix: choose one of 'imxpt profiles', or " "$tmp/err"
is "an unknown one: nothing on stdout" "" "$(cat "$tmp/out")"
run profiles a b
is "two names: exit status" 2 "$rc"
run profiles -n
is "an option of another command: exit status" 2 "$rc"
is "an option of another command: text" "imxpt: profiles: unknown option '-n'" \
	"$(head -n 1 "$tmp/err")"

finish
