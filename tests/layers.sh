#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hold the objects under build/ (BUILD says where) to the folders of tests/layers: which
# symbols an object needs, by nm, shows what it uses.  TAP, one line for each object.
set -eu
export LC_ALL=C

build=${BUILD:-build}
table=$(dirname "$0")/layers

# "NAME OBJECT" lines: where each source's objects are, and what we call them.
objects() {
	find src -name '*.c' | sort | sed "s|^src/\(.*\)\.c\$|\1 $build/src/\1.o|"
	echo "profile/builtin $build/profiles.o"
}

# "D NAME SYMBOL" for what an object defines, "U NAME SYMBOL" for what it needs.
symbols() {
	objects | while read -r name object; do
		nm -g "$object" | sed -n "s|^.* U |U $name |p; s|^.* [A-TV-Z] |D $name |p"
	done
}

{
	grep -v '^#' "$table" | sed -n 's/^\([a-z0-9_/-]*\):/ROW \1 /p'
	symbols | sort # definitions first
} | awk '
function folder(name) {
	sub("/.*", "", name)
	return name
}

# What a symbol is that no object of ours defines.
function kind(symbol) {
	sub(/@.*/, "", symbol)
	if (match(symbol, /^(fdt|kmod|udev|json)_/))
		return substr(symbol, 1, RLENGTH - 1)
	if (symbol ~ /^inflate/)
		return "zlib"
	if (symbol ~ /^dl(open|sym|close|error)$/)
		return "dl"
	if (symbol ~ /^(_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__(asan|ubsan|gcov)_.*)$/ ||
	    symbol ~ /^(__errno_location|__ctype_.*_loc|__assert_fail)$/)
		return ""
	sub(/^__(isoc[0-9]*_)?/, "", symbol)
	sub(/_chk$/, "", symbol)
	if (symbol ~ /^(mem(cpy|pcpy|move|set|cmp|chr|rchr|mem)|bcmp|str[a-z]+|stpcpy|v?snprintf)$/ ||
	    symbol ~ /^((m|c|re)alloc|reallocarray|free|qsort(_r)?|bsearch|t(search|find|destroy)|abs|to(upp|low)er)$/)
		return ""
	return "io"
}

function allowed(name, what) {
	return what == "" || what == folder(name) || (folder(name), what) in may ||
		(name, what) in may
}

function use(name, symbol, what) {
	if (!allowed(name, what))
		bad[name] = bad[name] "# " name " must not use " symbol " (" what ")\n"
}

$1 == "ROW" {
	rows[$2]
	for (i = 3; i <= NF; i++)
		may[$2, $i]
}

$1 == "D" { home[$3] = $2; names[$2] }

$1 == "U" {
	names[$2]
	if ($3 in home) {
		use($2, $3, folder(home[$3]))
		if (allowed(home[$3], "io"))
			use($2, $3, "io")
	} else {
		use($2, $3, kind($3))
	}
}

END {
	for (name in names) {
		if (!(folder(name) in rows))
			bad[name] = "# there is no folder " folder(name) " in tests/layers\n"
		verdict = "ok"
		if (name in bad) {
			verdict = "not ok"
			failed = 1
		}
		printf "%s %d - %s uses only what its folder may\n%s", verdict, ++n, name, bad[name]
	}
	print "1.." n
	exit failed || !n
}'
