# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What the end-to-end tests share; source it from the top of the repository, and
# call finish at the end.  BUILD says where the program is.
#
# $tmp is a directory that goes when the test ends; run leaves there what the
# program wrote (out, err), and its exit status in $rc.

BUILD=${BUILD:-build}
imxpt=$BUILD/imxpt
tap_tests=0
tap_failures=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"

# ok NAME COMMAND [ARGUMENT...]: does the command succeed?
ok() {
	tap_name=$1
	shift
	tap_tests=$((tap_tests + 1))
	if "$@" >"$tmp/said" 2>&1; then
		echo "ok $tap_tests - $tap_name"
	else
		echo "not ok $tap_tests - $tap_name"
		sed 's/^/# /' "$tmp/said"
		tap_failures=$((tap_failures + 1))
	fi
}

same() {
	[ "$1" = "$2" ] || { printf 'want: %s\ngot:  %s\n' "$1" "$2"; return 1; }
}

# is NAME WANT GOT: are the two texts the same?
is() {
	ok "$1" same "$2" "$3"
}

# not COMMAND [ARGUMENT...]
not() {
	! "$@"
}

skip() {
	tap_tests=$((tap_tests + 1))
	echo "ok $tap_tests - $1 # skip $2"
}

# run ARGUMENT...: the program
run() {
	rc=0
	# shellcheck disable=SC2034 # the tests look at it
	"$imxpt" "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
}

# golden NAME FILE: is it what tests/golden/NAME says?
golden() {
	ok "golden: $1" diff -u "tests/golden/$1" "$2"
}

# The dtb that make compiled from tests/dts/.
board() {
	echo "$BUILD/tests/dts/$1.dtb"
}

# finish: the plan; fails if a test did
finish() {
	echo "1..$tap_tests"
	[ "$tap_failures" -eq 0 ]
}
