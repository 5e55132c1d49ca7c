#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The i.MX 8Q device trees of every kernel series that Debian offers, out of its
# packages, as "SERIES FILE.dtb" lines, oldest series first.  They stay in build/real/.
#
# With --newest, also those of the newest series, out of sid, which changes from day to day:
# "SERIES FILE.dtb known", or "... changed" for a tree of an i.MX 8QM or 8QP that is not in
# tests/golden/newest-trees as it is.  The tests expect nothing of a changed tree but what
# holds for every tree: imxpt makes something sound of it, or says why not.  A package of sid
# that has no trees any more is named on stderr, and left out.
# To take sid's trees as they are now, run check-real, then
#	cd build/real/linux-base-* && sha256sum imx8q[mp]-*.dtb
#
# Exit status: as of tests/debian-arm64.sh; 75: the archive is out of reach.
set -eu

here=$(dirname "$0")
real=build/real

# trees_of PACKAGE [SUITE]: the folder with its trees.  In newer kernels linux-image has no
# files, and linux-base has the trees.
trees_of() {
	deb=$("$here"/debian-arm64.sh ${2:+--suite "$2"} $real/packages "$1") || return
	trees=$real/$(basename "$deb" .deb)
	if [ ! -d "$trees" ]; then
		names=$(dpkg-deb -c "$deb" | sed -n 's|.* \(\./usr/lib/.*/imx8q[^/]*\.dtb\)$|\1|p')
		if [ -z "$names" ]; then
			trees_of "linux-base-${1#linux-image-}" "${2-}"
			return
		fi
		rm -rf "$trees.new"
		mkdir -p "$trees.new"
		# shellcheck disable=SC2086 # files of packages have no blanks in their names
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$trees.new" --transform 's|.*/||' $names || return
		mv "$trees.new" "$trees"
	fi
	echo "$trees"
}

# A tree of another SoC is refused, whatever it has.
is_known() {
	case $1 in
	*/imx8q[mp]-*) ;;
	*) return 0 ;;
	esac
	grep "  ${1##*/}\$" tests/golden/newest-trees |
		(cd "${1%/*}" && sha256sum --check --status 2>/dev/null)
}

newest() {
	kernel=$("$here"/debian-arm64.sh --suite sid --kernels | tail -n 1)
	[ -n "$kernel" ] && trees=$(trees_of "${kernel#* }" sid) || return
	for tree in "$trees"/*.dtb; do
		state=known
		is_known "$tree" || state=changed
		echo "${kernel% *} $tree $state"
	done
}

mkdir -p $real
"$here"/debian-arm64.sh --kernels >$real/kernels.own
# Linux 6.1, whose trees have no SMMU, is Debian 12's
cp $real/kernels.own $real/kernels
grep -q '^6\.1 ' $real/kernels ||
	"$here"/debian-arm64.sh --suite bookworm --kernels | sed -n 's/^6\.1 .*/& bookworm/p' |
	cat - $real/kernels.own >$real/kernels
while read -r series package suite; do
	trees=$(trees_of "$package" "$suite")
	for tree in "$trees"/*.dtb; do
		echo "$series $tree"
	done
done <$real/kernels
[ "${1-}" != --newest ] || newest || echo "real-trees.sh: no trees out of sid" >&2
