#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What all commands share: help, global options, the default profile, errors as JSON.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

newer=$(board board-newer)
commands="patch bind unbind status check uboot deps guest qemu overlay crosvm profiles"

# --- help

run help
is "help succeeds" "0 " "$rc $(cat "$tmp/err")"
cp "$tmp/out" "$tmp/help"
for command in $commands help; do
	ok "help lists $command" grep -q "^  $command  *[A-Z]" "$tmp/help"
done
for option in --help -h; do
	run $option
	ok "$option is the same" cmp "$tmp/help" "$tmp/out"
done
for command in $commands; do
	run help "$command"
	is "help $command succeeds" "0 " "$rc $(cat "$tmp/err")"
	ok "help $command has its usage" grep -q "^Usage: imxpt $command " "$tmp/out"
	cp "$tmp/out" "$tmp/help"
	run "$command" -h
	ok "$command -h is the same" cmp "$tmp/help" "$tmp/out"
done
for command in patch guest overlay; do
	run help $command
	ok "help $command: -o or -n" grep -qE '^Usage: .*[{]-n [|] -o [A-Z]+[.]dtbo?[}]' "$tmp/out"
done
is "the same in imxpt(8)" 3 "$(grep -c '^[.]Brq Fl n | o Ar [A-Z]' man/imxpt.8)"
ok "help of a command has the global options" grep -q '^      --root DIR ' "$tmp/help"
run help frob
is "help of no command" "2 imxpt: help: unknown command 'frob'" "$rc $(head -n 1 "$tmp/err")"

# --- global options stand anywhere

bound
run --root "$root" status
has "a board has a status" "$(cat "$tmp/out")" "devices bound to"
cp "$tmp/out" "$tmp/before"
for where in "status --root $root" "status --root=$root" "--root / status --root $root"; do
	# shellcheck disable=SC2086 # a list of words
	run $where
	is "${where%%"$root"*}...: exit status" 0 "$rc"
	ok "${where%%"$root"*}...: the same answer" cmp "$tmp/before" "$tmp/out"
done
for line in -V --version "patch --version" "status -V"; do
	# shellcheck disable=SC2086 # a list of words
	run $line
	is "$line: the version" "0 1" "$rc $(grep -cE '^imxpt [0-9]+\.[0-9]+\.[0-9]+' "$tmp/out")"
done

# --- wrong command lines

# usage TEXT FIX ARGUMENT...
usage() {
	text=$1 fix=$2
	shift 2
	run "$@"
	is "'$*': exit status, and nothing on stdout" "2 " "$rc $(cat "$tmp/out")"
	is "'$*': text and fix" "imxpt: $text${fix:+
  fix: $fix}" "$(cat "$tmp/err")"
}
usage "no command given; 'imxpt help' lists them" ""
usage "unknown command 'frob'" "'imxpt help' lists the commands" frob
usage "unknown option '--frob'" \
	"'imxpt help' lists the global options; a command's options follow its name" --frob status
usage "patch: IN.dtb is missing" "'imxpt help patch' shows the usage" patch -n
usage "deps: BOARD.dtb is missing" "'imxpt help deps' shows the usage" deps
usage "patch: unexpected operand 'b'" "'imxpt help patch' shows the usage" patch -n a b
usage "bind: unexpected operand 'a'" "'imxpt help bind' shows the usage" bind a
usage "qemu: unknown option '-s'" "options for QEMU stand after '--'" qemu -smp 2
usage "qemu: unexpected operand 'imx8qm-fec1-fec2'" "options for QEMU stand after '--'" \
	qemu -q imx8qm-fec1-fec2
usage "qemu: unexpected operand 'a'" "options for QEMU stand after '--'" qemu --dump a -- -smp 2
usage "crosvm: unexpected operand 'a'" "options for crosvm stand after '--'" crosvm a -- -p x
usage "patch: option '--pa' is ambiguous: --partition or --pad" "'imxpt help patch' shows the usage" \
	patch --pa 4096 -n x

# --- errors as JSON

# fails STATUS JSON ARGUMENT...: the object, spaces apart, is all of stdout; stderr has text
fails() {
	status=$1 json=$2
	shift 2
	run "$@"
	is "'$*': exit status" "$status" "$rc"
	is "'$*': JSON" "$json" "$(tr -d '\n' <"$tmp/out" | sed 's/ *\("[a-z]*":\) */\1/g; s/ *}$/}/')"
	ok "'$*': text too" grep -q '^imxpt: ' "$tmp/err"
}
fails 1 '{"schema":1,"command":"patch","error":"cannot open none.dtb: No such file or directory","fix":null}' \
	patch -n --json none.dtb
fails 2 '{"schema":1,"command":"patch","error":"unknown option '"'-z'"'","fix":"'"'imxpt help patch'"' shows the usage"}' \
	patch -z --json
fails 2 '{"schema":1,"command":"patch","error":"IN.dtb is missing","fix":"'"'imxpt help patch'"' shows the usage"}' \
	patch --js -n
fails 2 '{"schema":1,"command":"check","error":"option '"'--json=1'"' takes no argument","fix":"'"'imxpt help check'"' shows the usage"}' \
	check --json=1
fails 2 '{"schema":1,"command":null,"error":"unknown command '"'frob'"'","fix":"'"'imxpt help'"' lists the commands"}' \
	frob --json
fails 2 '{"schema":1,"command":"patch","error":"--json and the tree cannot both go to standard output","fix":"give -o a file"}' \
	patch --json -o - "$newer"
mkdir "$tmp/there"
fails 1 '{"schema":1,"command":"patch","error":"cannot write '"$tmp/there"': it is a directory","fix":null}' \
	patch -q --json -o "$tmp/there" "$newer"
fails 1 '{"schema":1,"command":"patch","error":"cannot write '"$tmp"'/no/out.dtb: No such file or directory","fix":"write it to another directory"}' \
	patch -q --json -o "$tmp/no/out.dtb" "$newer"
is "a failure leaves no file" "" "$(ls -A "$tmp/there")"
run patch -z -- --json
is "--json after -- is an operand" "2 " "$rc $(cat "$tmp/out")"
fresh
rm "$root/$platform/devices/$fec1"
run --root "$root" bind --json
is "a bind that is refused: one object" "1 1" "$rc $(grep -c '"schema"' "$tmp/out")"
ok "with its fix" grep -q '"fix": "[a-z]' "$tmp/out"

# --- the report is the result

good
for line in check "check --json" "status -q --json"; do
	rm -f "$root/$platform/devices/$mu2/driver"
	# shellcheck disable=SC2086 # a list of words
	run --root "$root" $line
	is "$line: not ready" 3 "$rc"
	rc=0
	# shellcheck disable=SC2086 # a list of words
	"$imxpt" --root "$root" $line >/dev/full 2>"$tmp/err" || rc=$?
	is "$line: a report that cannot be written has no verdict" 1 "$rc"
done

# --- the profile

cp "$BUILD/dts/imx8qm-fec1-fec2.dtb" "$tmp/both.dtb"
run patch -n "$newer"
cp "$tmp/out" "$tmp/one"
run patch -n -p "$tmp/both.dtb" "$newer"
cp "$tmp/out" "$tmp/both"
export IMXPT_PROFILE="$tmp/both.dtb"
run patch -n "$newer"
ok "IMXPT_PROFILE is the default" cmp "$tmp/both" "$tmp/out"
run patch -n -p imx8qm-fec1 "$newer"
ok "-p overrules it" cmp "$tmp/one" "$tmp/out"
run patch -n --as-documented "$newer"
is "so does --as-documented" 0 "$rc"
run patch -n -p nope "$newer"
has "it is not blamed for -p" "$(cat "$tmp/err")" "imxpt: patch: there is no profile 'nope'"
# blamed VALUE TEXT
blamed() {
	IMXPT_PROFILE=$1
	run patch -n "$newer"
	has "IMXPT_PROFILE=$1 is blamed" "$rc $(cat "$tmp/err")" "1 imxpt: patch: IMXPT_PROFILE: $2"
}
blamed nope "there is no profile 'nope'"
blamed /nowhere.dtb "cannot open /nowhere.dtb: No such file or directory"
blamed "$newer" "profile $newer: "
IMXPT_PROFILE=
run patch -n "$newer"
ok "an empty one is none" cmp "$tmp/one" "$tmp/out"
unset IMXPT_PROFILE

fresh
mkdir -p "$root/etc/imxpt"
run --root "$root" patch -n -p site "$newer"
is "a profile that is nowhere" "1 imxpt: patch: there is no profile 'site': it is not built in, \
and /etc/imxpt/site.dtb does not exist
  fix: choose one of 'imxpt profiles', or give a file: -p ./FILE.dtb" "$rc $(cat "$tmp/err")"
run --root "$root/none" patch -n -p site "$newer"
is "or below a root that is nowhere" "1 imxpt: patch: cannot open the root directory $root/none: \
No such file or directory
  fix: give --root a directory that you may enter" "$rc $(cat "$tmp/err")"
mkdir "$root/etc/imxpt/site.dtb"
run --root "$root" patch -n -p site "$newer"
is "a profile that is a directory" "1 imxpt: patch: cannot read /etc/imxpt/site.dtb: Is a directory" \
	"$rc $(cat "$tmp/err")"
rmdir "$root/etc/imxpt/site.dtb"
cp "$tmp/both.dtb" "$root/etc/imxpt/site.dtb"
run --root "$root" patch -n -p site "$newer"
is "a profile of the site: exit status" 0 "$rc"
ok "its plan" cmp "$tmp/both" "$tmp/out"
run --root "$root" patch -n --json -p site "$newer"
ok "JSON has its name" grep -q '"profile": "site"' "$tmp/out"
run --root "$root" profiles site
ok "profiles prints it" grep -q 'enet1_lpcg' "$tmp/out"
cp "$tmp/both.dtb" "$root/etc/imxpt/imx8qm-fec1.dtb"
run --root "$root" patch -n "$newer"
ok "a built-in one comes first" cmp "$tmp/one" "$tmp/out"
run --root "$root" patch -p site -o "$root/etc/imxpt/site.dtb" "$newer"
is "it is not overwritten" "2 imxpt: patch: -o $root/etc/imxpt/site.dtb is also an input: name \
another file" "$rc $(head -n 1 "$tmp/err")"
echo text >"$root/etc/imxpt/site.dtb"
run --root "$root" status -p site
is "a file that is none is named" "1 imxpt: status: profile site: not a device tree blob" \
	"$rc $(cat "$tmp/err")"

# --- a terminal

# on_terminal COLUMNS ARGUMENT...: run on one of that width; its output is in $tmp/tty
on_terminal() {
	columns=$1
	shift
	script -qec "stty cols $columns; NO_COLOR=1 $imxpt --root $root $*" /dev/null \
		</dev/null | tr -d '\r' >"$tmp/tty"
}

# words: those of its input, one a line
words() {
	tr -s ' ' '\n'
}

# prose_fits COLUMNS: only a line of one word, or for a shell, is longer
prose_fits() {
	[ -s "$tmp/tty" ] && ! grep -E "^.{$(($1 + 1))}" "$tmp/tty" | grep -E '^ *[^ ]+ +[^ ]' |
		grep -v -e '^setenv ' -e '^Usage: '
}

if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
	good
	for line in check "patch -n $newer"; do
		# shellcheck disable=SC2086 # a list of words
		run --root "$root" $line
		ok "${line%% *}: a pipe gets longer lines" [ "$(wc -L <"$tmp/out")" -gt 100 ]
		words <"$tmp/out" >"$tmp/words"
		on_terminal 100 "$line 2>/dev/null"
		ok "${line%% *}: a terminal does not" [ "$(wc -L <"$tmp/tty")" -le 100 ]
		words <"$tmp/tty" >"$tmp/words.tty"
		ok "${line%% *}: nothing else differs" diff "$tmp/words" "$tmp/words.tty"
	done
	for line in check "check --explain stream" "deps $newer" "uboot $newer" \
		"uboot -v" "patch -n $newer" profiles help "help check" "help patch"; do
		for width in 80 50; do
			on_terminal $width "$line 2>/dev/null"
			# a word stays whole, and so does what is for a shell
			ok "$line: $width columns" prose_fits $width
		done
		# shellcheck disable=SC2086 # a list of words
		"$imxpt" --root "$root" $line 2>/dev/null | words | grep -vx '#' >"$tmp/words" || :
		words <"$tmp/tty" | grep -vx '#' >"$tmp/words.tty"
		ok "$line: nothing else differs" diff "$tmp/words" "$tmp/words.tty"
	done
	on_terminal 80 "patch -o - $newer"
	has "a tree is not written to a terminal" "$(cat "$tmp/tty")" \
		"imxpt: patch: the tree is binary, and standard output is a terminal"
	is "nor a byte of it" 0 "$(tr -cd '\320' <"$tmp/tty" | wc -c)"
else
	skip "a terminal" "script(1) cannot make one"
fi

finish
