#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Standard descriptors that are closed or full: no message gets into another file, and a
# report that cannot be written has one exit status, whatever the command.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

newer=$(board board-newer) virt=$(board virt-new) out=$tmp/made
imxpt_in="$imxpt --root $root"

# What prints nothing on standard output, and what does.
silent="patch -q -o $out $newer
guest -q --mac 00:04:9f:01:02:03 --host $newer --virt $virt -o $out
overlay -q --mac 00:04:9f:01:02:03 --host $newer -o $out
unbind -v
partition
status -q"
talking="patch -v --json -o $out $newer
guest -v --json --host $newer --virt $virt -o $out
overlay -v --json --host $newer -o $out
patch -q -o - $newer
patch -n $newer
uboot
bind -v
unbind -n
status
status -q --json
check
check --json
check --ask-firmware
check --explain
deps $newer
qemu
qemu --dump
crosvm
profiles
profiles imx8qm-mek-fec1
help
help check
--version"

# start LINE: run it on the board as it was before, without the file of an earlier run
start() {
	case $1 in
	unbind*) good ;;
	esac
	rm -f "$out" "$root/run/imxpt.lock"
	rc=0
}

# expect LINE: what the command does with all descriptors
expect() {
	start "$1"
	# shellcheck disable=SC2086 # a list of words
	$imxpt_in $1 </dev/null >"$tmp/want.out" 2>"$tmp/want.err" || rc=$?
	want=$rc
	rm -f "$tmp/want.made"
	[ ! -e "$out" ] || mv "$out" "$tmp/want.made"
}

# The file that was made and the lock are as they are with all descriptors.
same_files() {
	[ ! -s "$root/run/imxpt.lock" ] || { cat "$root/run/imxpt.lock"; return 1; }
	if [ -e "$tmp/want.made" ]; then
		cmp "$tmp/want.made" "$out"
	else
		[ ! -e "$out" ] || { echo "a file was made"; return 1; }
	fi
}

# as_expected NAME FILE: the same exit status, files and what is in FILE (out, err)
as_expected() {
	is "$1: exit status" "$want" "$rc"
	ok "$1: what it prints" cmp "$tmp/want.$2" "$tmp/$2"
	ok "$1: files" same_files
}

# no_result NAME: exit 1, no tree, and no message in the lock
no_result() {
	is "$1: exit status" 1 "$rc"
	ok "$1: no file is made" not test -e "$out"
	ok "$1: the lock is empty" not test -s "$root/run/imxpt.lock"
}

# no_report NAME: the same, and one line that says so
no_report() {
	is "$1: one line" 1 "$(grep -c '^imxpt: .*cannot write standard output' "$tmp/err")"
	no_result "$1"
}

# shellcheck disable=SC2086 # a list of words
without_input_or_errors() {
	expect "$1"
	start "$1"
	$imxpt_in $1 <&- >"$tmp/out" 2>"$tmp/err" || rc=$?
	as_expected "no stdin: ${1%% /*}" out
	start "$1"
	$imxpt_in $1 </dev/null >"$tmp/out" 2>&- || rc=$?
	as_expected "no stderr: ${1%% /*}" out
}

# shellcheck disable=SC2086
check_silent() {
	without_input_or_errors "$1"
	start "$1"
	$imxpt_in $1 </dev/null >&- 2>"$tmp/err" || rc=$?
	as_expected "no stdout: ${1%% /*}" err
	start "$1"
	$imxpt_in $1 <&- >&- 2>&- || rc=$?
	is "no descriptors: ${1%% /*}: exit status" "$want" "$rc"
	ok "no descriptors: ${1%% /*}: files" same_files
}

# shellcheck disable=SC2086
check_talking() {
	without_input_or_errors "$1"
	start "$1"
	$imxpt_in $1 </dev/null >&- 2>"$tmp/err" || rc=$?
	no_report "no stdout: ${1%% /*}"
	start "$1"
	$imxpt_in $1 </dev/null >/dev/full 2>"$tmp/err" || rc=$?
	no_report "a full stdout: ${1%% /*}"
	start "$1"
	$imxpt_in $1 </dev/null >&- 2>&- || rc=$?
	no_result "no stdout, no stderr: ${1%% /*}"
	start "$1"
	$imxpt_in $1 <&- >&- 2>&- || rc=$?
	no_result "no descriptors: ${1%% /*}"
}

good
while read -r line; do
	check_silent "$line"
done <<END
$silent
END
while read -r line; do
	check_talking "$line"
done <<END
$talking
END

# A verdict, or a bind that has work to do, makes no difference.
good
rm "$root/$platform/devices/$mu2/driver"
for line in check "check --json" "check --strict" "status -q --json" "bind -n"; do
	rc=0
	# shellcheck disable=SC2086
	$imxpt_in $line </dev/null >&- 2>"$tmp/err" || rc=$?
	no_report "no stdout, not ready: $line"
done
rc=0
$imxpt_in bind --frob </dev/null >&- 2>"$tmp/err" || rc=$?
is "a wrong command line is one" 2 "$rc"

# Input that is not there.
for line in "patch -o $out -" "uboot -" "deps -"; do
	rc=0
	# shellcheck disable=SC2086
	$imxpt_in $line <&- >"$tmp/out" 2>"$tmp/err" || rc=$?
	has "no stdin: ${line%% *} reads it" "$rc $(cat "$tmp/err")" \
		"1 imxpt: ${line%% *}: cannot read standard input: Bad file descriptor"
done

# A program that imxpt runs gets the standard descriptors and no other (the shell has some from 10 on).
# shellcheck disable=SC2016 # the inner shell expands it
printf '#!/bin/sh\n[ "$1" != --version ] || (cd /proc/$$/fd && echo QEMU *)\n' >"$tmp/qemu"
chmod +x "$tmp/qemu"
"$imxpt" --root "$root" check --json --qemu "$tmp/qemu" </dev/null >"$tmp/out" 2>"$tmp/err" \
	3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- || : # what the caller of this test has open
is "QEMU gets no descriptor of ours" "QEMU 0 1 2" \
	"$(grep -o 'QEMU 0[ 0-9]*' "$tmp/out" | sed 's/ [0-9][0-9][0-9]*//g')"

# A limit on the size of files is an error as others are: the signal ends nothing.
limited() {
	# shellcheck disable=SC2016 # the inner shell expands it
	sh -c 'ulimit -f 1; exec "$@"' sh "$imxpt" --root "$root" "$@"
}
rc=0
limited patch -q -o "$out" "$newer" >"$tmp/out" 2>"$tmp/err" || rc=$?
is "a limit on files: one line" "1 imxpt: patch: cannot write $out: File too large" \
	"$rc $(head -n 1 "$tmp/err")"
ok "a limit on files: no file is made" not test -e "$out"
rc=0
limited check --json >"$tmp/out" 2>"$tmp/err" || rc=$?
is "a limit on stdout: one line" 1 "$(grep -c '^imxpt: cannot write standard output: File too large' "$tmp/err")"
is "a limit on stdout: exit status" 1 "$rc"
finish
