#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The i.MX 8Q device trees of every kernel series that Debian offers, out of its
# packages, as "SERIES FILE.dtb" lines, oldest series first.  They stay in build/real/.
# With --newest, also those of the newest series, which another release of Debian has.
# Exit status: as of tests/debian-arm64.sh; 75: the archive is out of reach.
set -eu

here=$(dirname "$0")
real=build/real

mkdir -p $real
"$here"/debian-arm64.sh --kernels >$real/kernels.own
# Linux 6.1, whose trees have no SMMU, is Debian 12's
cp $real/kernels.own $real/kernels
grep -q '^6\.1 ' $real/kernels ||
	"$here"/debian-arm64.sh --suite bookworm --kernels | sed -n 's/^6\.1 .*/& bookworm/p' |
	cat - $real/kernels.own >$real/kernels
# in newer packages linux-image has no files, and linux-base has the trees
[ "${1-}" != --newest ] || "$here"/debian-arm64.sh --suite sid --kernels |
	sed -n 's/linux-image-/linux-base-/; $s/$/ sid/p' >>$real/kernels
while read -r series package suite; do
	# shellcheck disable=SC2086 # no suite is no word
	deb=$("$here"/debian-arm64.sh ${suite:+--suite $suite} $real/packages "$package")
	trees=$real/$(basename "$deb" .deb)
	if [ ! -d "$trees" ]; then
		mkdir -p "$trees.new"
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$trees.new" --wildcards --transform 's|.*/||' './usr/lib/*/imx8q*.dtb'
		mv "$trees.new" "$trees"
	fi
	for tree in "$trees"/*.dtb; do
		echo "$series $tree"
	done
done <$real/kernels
