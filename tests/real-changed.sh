#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What holds for every tree, on those that sid has changed since real.sh was written (see
# real-trees.sh): each command makes a sound tree of it, or prints the reason in one line.
# A person must check whether the result is right.
set -u

# shellcheck source=tests/tap.sh
. tests/tap.sh
virt=$BUILD/tests/dts/virt-new.dtb
# shellcheck source=tests/real-profiles.sh
. tests/real-profiles.sh

if ! tests/real-trees.sh --newest >"$tmp/trees" 2>"$tmp/why-not"; then
	skip_all "changed trees: Debian's archive is out of reach"
fi
[ ! -s "$tmp/why-not" ] || skip_all "changed trees: $(tail -n 1 "$tmp/why-not")"
grep -q ' changed$' "$tmp/trees" || skip_all 'changed trees: sid has changed none'

# refuses: the last run failed, and said why
refuses() {
	cat "$tmp/err"
	[ "$rc" -eq 1 ] && sed -n 1p "$tmp/err" | grep -q "^imxpt: $1: "
}

# makes COMMAND OPTION...: a tree that dtc reads, or no file
makes() {
	rm -f "$tmp/made"
	run "$@" -q -p "$profile" -o "$tmp/made"
	if [ "$rc" -eq 0 ]; then
		dtc -q -I dtb -O dtb -o "$tmp/read" "$tmp/made"
	else
		refuses "$1" && [ ! -e "$tmp/made" ]
	fi
}

patches() {
	makes patch "$tree" && cmp "$tree" "$tmp/in" || return
	[ -e "$tmp/made" ] || return 0
	mv "$tmp/made" "$tmp/patched"
	makes patch "$tmp/patched" && cmp "$tmp/patched" "$tmp/made"
}

# answers STATUS COMMAND...: it succeeds, or fails with this status
answers() {
	status=$1
	shift
	run "$@" -p "$profile"
	[ "$rc" -eq 0 ] || { [ "$status" -eq 1 ] && refuses "$1"; } || [ $rc -eq "$status" ]
}

while read -r series tree state; do
	[ "$state" = changed ] || continue
	cp "$tree" "$tmp/in"
	for profile in $profiles; do
		prefix="$series $(basename "$tree" .dtb), $profile: " macs=
		case $profile in *fec*) macs='--mac 00:04:9f:01:02:03' ;; esac
		ok 'patch' patches
		# shellcheck disable=SC2086 # no word, or two
		ok 'guest' makes guest $macs --host "$tree" --virt "$virt"
		ok 'overlay' makes overlay --host "$tree"
		ok 'deps' answers 1 deps "$tree"
		ok 'uboot' answers 1 uboot "$tree"
		ok 'check' answers 3 check --dtb "$tree"
	done
done <"$tmp/trees"
finish
