#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The schema of the JSON: what each command prints fits it, and the same with one thing
# changed does not.  Whatever else the tests run with --json is validated by finish.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

has_jsonschema || skip_all "jsonschema (Debian: python3-jsonschema) or jq is missing"

newer=$(board board-newer) needy=$(board board-needy) virt=$(board virt-new)
mkdir "$tmp/good" "$tmp/bad"

# prints NAME ARGUMENT...: keep what the command prints; for NAME failure, it fails
prints() {
	name=$1
	shift
	run "$@" --json
	is "$name: JSON" "$([ "$name" = failure ] && echo true || echo false)" \
		"$(jq 'has("error")' "$tmp/out")"
	cp "$tmp/out" "$tmp/good/$name"
}

bound
prints bind --root "$root" bind -n
prints status --root "$root" status
prints unbind --root "$root" unbind -n
prints check --root "$root" check
prints checks check --explain
prints explanation check --explain=stream
prints crosvm crosvm -q
prints deps deps "$needy"
prints guest guest -n -q --host "$needy" --virt "$virt"
prints overlay overlay -n -q --host "$needy"
prints patch patch -n -q "$newer"
"$imxpt" patch -q --partition linux -o "$root/sys/firmware/fdt" "$(board mek-like)"
prints partition --root "$root" partition -n -q
prints profiles profiles
prints qemu qemu -q
prints dump qemu -q --dump
prints uboot uboot
"$imxpt" patch -q -o "$tmp/host.dtb" "$newer"
prints uboot-tree uboot "$tmp/host.dtb"
prints failure patch -n none.dtb
is "every command is there" "$("$imxpt" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' |
	grep -vx help | sort | paste -sd' ')" \
	"$(cd "$tmp/good" && jq -r .command -- * | sort -u | paste -sd' ')"
ok "they fit" fits_schema "$tmp"/good/* tests/golden/*.json

# A parser takes the last of two keys of one name; a stream has the values of both.
is "no object of the schema has a key twice" "" \
	"$(jq -c --stream 'select(length == 2)[0]' src/dist/imxpt.schema.json | sort | uniq -d)"

# For each place in a document, once for all items of a list, a line [NAME, DOCUMENT]:
# without the key, with a value of no type that is ever there, and with a new key.
# shellcheck disable=SC2016 # they are jq's
changes='
	def place: map(if type == "number" then "[]" else . end) | join(".");
	. as $whole
	| ([[]] + [paths] | unique_by(place))[] as $path
	| ($path | place) as $place
	| (select($path[-1:] | map(type) == ["string"])
		| ["without", $command + " " + $place, ($whole | delpaths([$path]))]),
	  (["1.5 as", $command + " " + $place, ($whole | setpath($path; 1.5))]),
	  (select($whole | getpath($path) | type == "object")
		| ["new in", $command + " " + $place, ($whole | setpath($path + ["new"]; 1))])'
for file in "$tmp"/good/*; do
	jq -c --arg command "${file##*/}" "$changes" "$file"
done >"$tmp/changes"
(cd "$tmp/bad" && jq -c '.[2]' "$tmp/changes" | split -a 4 -d -l 1)

# Those that fit nevertheless.
fits_schema "$tmp"/bad/* >"$tmp/unfit" || :
grep -o 'bad/x[0-9]*' "$tmp/unfit" | sort -u >"$tmp/refused"
jq -r '.[0] + " " + .[1]' "$tmp/changes" |
	awk 'NR == FNR { refused[$0] = 1; next }
		!(sprintf("bad/x%04d", FNR - 1) in refused)' "$tmp/refused" - |
	sort -u >"$tmp/accepted"
ok "the schema was asked" [ "$(wc -l <"$tmp/refused")" -gt 300 ]
is "without a key only these fit" "deps dependencies.[].effect
deps dependencies.[].why
guest dropped.[].effect
guest dropped.[].target
guest warnings.[].property
guest warnings.[].target
overlay dropped.[].effect
overlay dropped.[].target
overlay warnings.[].property
overlay warnings.[].target
uboot environment.boot_os
uboot-tree environment.boot_os" "$(sed -n 's/^without //p' "$tmp/accepted")"
is "no value of another type fits" "" "$(grep '^1.5 as' "$tmp/accepted")"
is "no new key fits" "" "$(grep '^new in' "$tmp/accepted")"
finish
