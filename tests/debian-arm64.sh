#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packages of Debian for arm64, whatever machine this is, or for this machine where one is
# named with its architecture: by an apt of our own, with its lists, cache and status in
# build/debian-arm64/.  It reads the machine's sources and changes nothing of its apt.
#
#   debian-arm64.sh DIR PACKAGE...                 download into DIR, print the files;
#                                                  PACKAGE is NAME[:ARCH][=VERSION]
#   debian-arm64.sh --with-depends DIR PACKAGE...  the same, with all that they depend on
#   debian-arm64.sh --kernels                      print "SERIES PACKAGE" for the newest
#                                                  kernel of each series, oldest first
#
# "--suite SUITE", before all else, is for another release of Debian than the machine's,
# out of the same archive, with a directory of its own.
#
# A file that is in DIR already, whole, is not fetched again; one of another version stays.
# Exit status: 0 done, 1 failed, 2 usage, 75 the archive is out of reach.
set -eu

UNREACHABLE=75
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
suite=

die() {
	echo "${0##*/}: $2" >&2
	exit "$1"
}

usage() {
	die 2 "usage: ${0##*/} [--suite SUITE] [--with-depends] DIR PACKAGE... | --kernels"
}

# The private apt.  Run as root it would drop to a user who cannot write to our directories.
private() {
	tool=$1
	shift
	[ -z "$suite" ] || set -- -o Dir::Etc::sourcelist="$base/sources.list" \
		-o Dir::Etc::sourceparts=- "$@"
	"$tool" -qq -o APT::Architecture=arm64 \
		-o APT::Architectures="arm64,$(dpkg --print-architecture)" \
		-o APT::Sandbox::User="$(id -un)" \
		-o Dir::State="$base/state" -o Dir::State::status="$base/status" \
		-o Dir::Cache="$base/cache" -o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Log="$base/log" \
		-o Acquire::Retries=0 -o Acquire::http::Timeout=15 \
		-o Acquire::https::Timeout=15 "$@"
}

update() {
	private apt-get update --error-on=any >"$base/update.log" 2>&1 &&
		touch "$base/fresh"
}

have_lists() {
	ls "$base"/state/lists/*binary-arm64_Packages* >/dev/null 2>&1
}

# Other releases are where the machine's own one comes from.
write_sources() {
	archive=$(apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' \
		'Label: Debian' | head -n 1)
	[ -n "$archive" ] || die $UNREACHABLE "this machine has no archive of Debian's"
	echo "deb [signed-by=$keyring] $archive $suite main" >"$base/sources.list"
}

# Lists of less than a day are used; older ones only where the archive is out of reach.
prepare() {
	mkdir -p "$base/state/lists/partial" "$base/cache/archives/partial" "$base/log"
	base=$(cd "$base" && pwd)
	: >"$base/status"
	[ -z "$suite" ] || write_sources
	tmp=$(mktemp -d "$base/tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	[ -z "$(find "$base/fresh" -mtime -1 2>/dev/null)" ] || return 0
	update || have_lists ||
		die $UNREACHABLE "cannot reach Debian's archive: no package lists for arm64"
}

# The package that a meta package stands for.
kernel_of() {
	private apt-cache --no-all-versions show "$1" 2>/dev/null |
		sed -n 's/^Depends: .*\(linux-image-[^ ,|]*-arm64\).*/\1/p' | head -n 1
}

kernels() {
	private apt-cache pkgnames linux-image | grep -E '^linux-image(-[0-9.]+)?-arm64$' |
		while read -r meta; do
			kernel_of "$meta"
		done | sed 's/^linux-image-\([0-9]*\.[0-9]*\)/\1 &/' | sort -Vr | sort -u -k1,1V
}

# What apt would fetch, one "FILE SHA256 NAME:ARCH=VERSION" a line; FILE is what apt calls it.
wanted() {
	how=$1
	shift
	private apt-get --print-uris --no-install-recommends -o Acquire::ForceHash=sha256 \
		"$how" "$@" >"$tmp/uris" || die 1 "cannot find all of: $*"
	sed -n "s/^'[^']*' \([^_]*\)_\([^_]*\)_\([^.]*\).deb [0-9]* SHA256:\([0-9a-f]*\)\$/\1_\2_\3.deb \4 \1:\3=\2/p" \
		"$tmp/uris" | sed 's/%3a/:/2' # the epoch in VERSION
}

# Those lines of wanted() whose file is not in the working directory, whole.
missing() {
	while read -r file sum package; do
		echo "$sum  $file" | sha256sum --check --status 2>/dev/null || echo "$package"
	done <"$tmp/wanted"
}

fetch() {
	how=$1 dir=$2
	shift 2
	wanted "$how" "$@" >"$tmp/wanted"
	mkdir -p "$dir"
	cd "$dir"
	# shellcheck disable=SC2046 # packages have no blanks in their names
	set -- $(missing)
	if [ $# -gt 0 ] && ! private apt-get download "$@" >"$base/download.log" 2>&1; then
		update || die $UNREACHABLE "cannot reach Debian's archive for $*"
	fi
	# shellcheck disable=SC2046 # packages have no blanks in their names
	set -- $(missing)
	[ $# -eq 0 ] || die 1 "cannot download $*: see $base/download.log"
	sed "s|^\([^ ]*\) .*|$PWD/\1|" "$tmp/wanted"
}

if [ "${1-}" = --suite ]; then
	[ $# -ge 2 ] || usage
	suite=$2
	shift 2
fi
base=build/debian-${suite:-arm64}

case ${1-} in
--kernels)
	[ $# -eq 1 ] || usage
	prepare
	kernels
	;;
--with-depends)
	[ $# -ge 3 ] || usage
	shift
	prepare
	fetch install "$@"
	;;
'' | -*)
	usage
	;;
*)
	[ $# -ge 2 ] || usage
	prepare
	fetch download "$@"
	;;
esac
