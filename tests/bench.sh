#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How fast and how big: "imxpt patch" beside cp, dtc and fdtput on the real tree of the
# MEK and on one 100 times as large, then instructions, syscalls, memory and size.  A
# missed target is printed, and fails nothing: time depends on the machine.
# All files are on a tmpfs where there is one, since fsync costs nothing there.
set -eu

if [ -d /dev/shm ] && [ -w /dev/shm ]; then
	export TMPDIR=/dev/shm
fi
# shellcheck source=tests/recorded.sh
. tests/recorded.sh
profile=imx8qm-fec1
here=$(dirname "$0")

# target NAME VALUE UNIT WORD LIMIT: WORD is "most" or "least".
target() {
	awk -v name="$1" -v value="$2" -v unit="$3" -v word="$4" -v limit="$5" 'BEGIN {
		reached = word == "most" ? value <= limit : value >= limit
		printf "%-44s %10.1f %-6s target: %s %s: %s\n", name, value, unit,
			word == "most" ? "<=" : ">=", limit, reached ? "reached" : "MISSED"
	}'
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'
}

# Four ways to patch $tmp/$1.dtb, in turn, $2 times: sets cp, own, dtc, fdtput (medians in
# microseconds) and kib (the peak of our own).
race() {
	in=$tmp/$1.dtb out=$tmp/out.dtb
	"$BUILD/tests/bench" "$2" \
		-- cp "$in" "$out" \
		-- "$imxpt" patch -q -p $profile -o "$tmp/own.dtb" "$in" \
		-- sh -c "dtc -q -I dtb -O dts $in | dtc -q -I dts -O dtb -o $out" \
		-- "$here/fdtput-patch.sh" $profile "$in" "$out" >"$tmp/race"
	{
		read -r cp _
		read -r own kib
		read -r dtc _
		read -r fdtput _
	} <"$tmp/race"
	printf '\n%s tree: %s bytes, medians of %s rounds\n' "$1" "$(stat -c %s "$in")" "$2"
	printf '    cp %s us, imxpt patch %s us, dtc there and back %s us, fdtput %s us\n' \
		"$cp" "$own" "$dtc" "$fdtput"
	target 'dtc there and back : imxpt patch' "$(ratio "$dtc" "$own")" x least 8
	target 'fdtput : imxpt patch' "$(ratio "$fdtput" "$own")" x least 15
}

instructions() {
	valgrind --tool=callgrind --callgrind-out-file="$tmp/callgrind" "$@" 2>&1 >/dev/null |
		sed -n 's/.*Collected : //p'
}

# Counted even if the command fails, since nothing answers a bind on a recorded root; but
# not if there is no such command.
syscalls() {
	strace -f -c -U calls,name -o "$tmp/strace" "$@" >/dev/null 2>&1 || [ $? -ne 2 ] || return
	sed -n 's/^ *\([0-9]*\) total$/\1/p' "$tmp/strace"
}

row() {
	printf '%-44s %10s\n' "$1" "$2"
}

tree=$("$here"/real-trees.sh | sed -n 's/^\S* \(.*imx8qm-mek\.dtb\)$/\1/p' | tail -n 1) || tree=
if [ -z "$tree" ]; then
	echo "SKIP real tree: Debian's archive is out of reach; a fixture stands in for it"
	tree=$BUILD/tests/dts/mek-like.dtb
fi
cp "$tree" "$tmp/real.dtb"
"$BUILD/tests/grow" 100 "$tmp/real.dtb" "$tmp/large.dtb"

race real 51
target 'imxpt patch : cp' "$(ratio "$own" "$cp")" x most 1.5
small=$own small_kib=$kib
race large 3
row 'imxpt patch : cp' "$(ratio "$own" "$cp") x"
large_kib=$kib
target 'imxpt patch, large tree : real tree' "$(ratio "$own" "$small")" x most 120

printf '\ncost\n'
row 'instructions of imxpt --version' "$(instructions "$imxpt" --version)"
row 'instructions of imxpt patch' \
	"$(instructions "$imxpt" patch -q -o "$tmp/own.dtb" "$tmp/real.dtb")"
start=$(syscalls "$imxpt" --version)
row 'syscalls of imxpt --version' "$start"
row 'syscalls of imxpt patch' \
	"$(syscalls "$imxpt" patch -q -o "$tmp/own.dtb" "$tmp/real.dtb")"

# on_root STATE NAME COMMAND...: on the recorded board in that state; the start is not counted
on_root() {
	"$1"
	name="syscalls of $2"
	shift 2
	target "$name" $(($(syscalls "$imxpt" --root "$root" "$@") - start)) '' most 150
}
printf '\non a recorded board, what --version asks for not counted\n'
on_root fresh 'status' status
on_root fresh 'bind -n' bind -n
# a recording does not act on writes: the first device's bind has no effect
on_root fresh 'bind, which fails and is undone' bind
on_root bound 'bind of what is bound' bind

printf '\nsize\n'
target 'peak memory of imxpt patch, real tree' "$(ratio "$small_kib" 1024)" MiB most 4
row 'peak memory of imxpt patch, large tree (KiB)' "$large_kib"
strip -o "$tmp/stripped" "$imxpt"
target 'stripped binary' "$(ratio "$(stat -c %s "$tmp/stripped")" 1024)" KiB most 280
