# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The TAP of all shell tests, also of those in an emulated board (busybox).  Source it from
# the top of the repository, and call finish at the end.  BUILD says where the program is.
#
# The name of a check always comes first; $prefix, where set, is put before it.
# $tmp is a directory that is removed when the test ends.  run leaves there what the
# program wrote (out, err), and its exit status in $rc.

BUILD=${BUILD:-build}
imxpt=$BUILD/imxpt
prefix=
tap_tests=0
tap_failures=0
tap_outputs=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"

# ok NAME COMMAND [ARGUMENT...]: does the command succeed?  If not, its output is shown.
ok() {
	tap_name=$prefix$1
	shift
	tap_tests=$((tap_tests + 1))
	if "$@" >"$tmp/why" 2>&1; then
		echo "ok $tap_tests - $tap_name"
	else
		echo "not ok $tap_tests - $tap_name"
		sed 's/^/# /' "$tmp/why"
		tap_failures=$((tap_failures + 1))
		[ -z "${TAP_STOP-}" ] || exit 1
	fi
}

# same WANT GOT: are the two texts the same?
same() {
	[ "$1" = "$2" ] || { printf 'want: %s\ngot:  %s\n' "$1" "$2"; return 1; }
}

# contains TEXT PART: does the text have this part?
contains() {
	case $1 in
	*"$2"*) ;;
	*) printf '%s\nhas no: %s\n' "$1" "$2"; return 1 ;;
	esac
}

# not COMMAND [ARGUMENT...]: does the command fail?
not() {
	! "$@"
}

# lacks TREE NODE PATTERN: is the node there, without such a property or child?
lacks() {
	tap_names=$(fdtget -p "$1" "$2" && fdtget -l "$1" "$2") || return
	! printf '%s\n' "$tap_names" | grep -x -- "$3"
}

# is NAME WANT GOT
is() {
	ok "$1" same "$2" "$3"
}

# has NAME TEXT PART
has() {
	ok "$1" contains "$2" "$3"
}

# golden NAME FILE: is the file what tests/golden/NAME is?
golden() {
	ok "golden: $1" diff -u "tests/golden/$1" "$2"
}

same_json() {
	jq -S . "$1" >"$tmp/want.json" && jq -S . "$2" >"$tmp/got.json" &&
		diff -u "$tmp/want.json" "$tmp/got.json"
}

# is_json NAME WANT GOT: are two files the same data?  Versions of json-c differ in blanks.
is_json() {
	if command -v jq >/dev/null; then
		ok "$1" same_json "$2" "$3"
	else
		skip "$1" "jq is missing"
	fi
}

# golden_json NAME FILE: is the file the same data as tests/golden/NAME?
golden_json() {
	is_json "golden: $1" "tests/golden/$1" "$2"
}

# skip NAME REASON
skip() {
	tap_tests=$((tap_tests + 1))
	echo "ok $tap_tests - $prefix$1 # skip $2"
}

# skip_all REASON: end the test, which has checked nothing yet
skip_all() {
	echo "1..0 # skip $1"
	exit 0
}

# Is $imxpt a script that runs the program in an emulator (tests/package/cross.sh)?
is_emulated() {
	[ "$(head -c 4 "$imxpt" | tail -c 3)" != ELF ]
}

# run ARGUMENT...: the program
run() {
	rc=0
	# shellcheck disable=SC2034 # the tests use it
	"$imxpt" "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
	case " $* " in
	*" --json "*) keep_json ;;
	esac
}

# Keep the output of a run for finish, which validates all of them at once.
keep_json() {
	[ -s "$tmp/out" ] && has_jsonschema || return 0
	mkdir -p "$tmp/outputs"
	tap_outputs=$((tap_outputs + 1))
	cp "$tmp/out" "$tmp/outputs/$tap_outputs"
}

has_jsonschema() {
	[ -z "${TAP_STOP-}" ] && command -v jsonschema >/dev/null && command -v jq >/dev/null
}

# fits_schema FILE...: are they what the installed schema describes, and have no other keys?
# What does not fit is shown with the name of its file.
fits_schema() {
	jq '(.. | objects | select(.type == "object" and has("properties")))
		|= ({ additionalProperties: false } + .)' src/dist/imxpt.schema.json \
		>"$tmp/schema" || return
	# shellcheck disable=SC2046 # names without blanks
	jsonschema --output pretty $(printf ' -i %s' "$@") "$tmp/schema" >"$tmp/report" 2>&1 ||
		{ sed -n '/^===\[[A-Z].*Error\]/{p;n;n;p}' "$tmp/report"; return 1; }
}

# The dtb that make compiled from tests/dts/.
board() {
	echo "$BUILD/tests/dts/$1.dtb"
}

# finish: print the plan; fails if a check did
finish() {
	[ ! -d "$tmp/outputs" ] || ok "the JSON of all runs fits the schema" fits_schema "$tmp"/outputs/*
	echo "1..$tap_tests"
	[ "$tap_failures" -eq 0 ]
}
