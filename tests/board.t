#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make check-board, where a name is wrong: that is reported before anything is fetched or built.
set -eu
. tests/tap.sh

# refuses NAME ARGUMENT...: the last one is no scenario
refuses() {
	what=$1
	shift
	for last; do :; done
	rc=0
	PATH=$tmp/bin tests/board/run.sh "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
	is "$what: exit status" "2 0" "$rc $(wc -c <"$tmp/out")"
	is "$what: one line" "1" "$(wc -l <"$tmp/err")"
	has "$what: the name" "$(cat "$tmp/err")" "board: $last is no scenario; there are: trees binds "
	has "$what: the others" "$(cat "$tmp/err")" " packets "
}

mkdir "$tmp/bin"
for tool in dirname find grep paste sed sh sort; do
	ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done
refuses "no scenario" foo
refuses "one of two" packets foo
refuses "a file" scenarios/packets.sh
refuses "a pattern" 'p.ckets'
refuses "a word that looks like an option" -v
finish
