#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run a command on the committed tree (in a tarball: on this one) in a bare new Debian, as root:
#
#	chroot.sh RELEASE [COMMAND...]
#	chroot.sh bookworm .ci/run
#	chroot.sh trixie tests/package/deb.sh
#
# Without a command: what README says first, then make check as another user than root.
#
# Bare is what "debootstrap --variant=minbase" makes, with /proc, the device nodes that
# debootstrap makes, and no /dev/pts.  The archive is the one that this machine has its own
# Debian from.  The base stays in build/package; remove it to have a newer one.
set -eu
cd "$(dirname "$0")/../.."

release=${1:?usage: chroot.sh RELEASE [COMMAND...]}
shift
base=build/package/$release.tar

if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
	echo "chroot.sh: it takes root and debootstrap" >&2
	exit 1
fi

# "ARCHIVE SUITE" of this machine's Debian and of its security updates, for the release.
sources() {
	for label in Debian Debian-Security; do
		apt-get indextargets --format "\$(REPO_URI) \$(CODENAME)" 'Created-By: Packages' \
			"Label: $label"
	done | sed "s/ [a-z]*/ $release/" | sort -u |
		if [ "$release" = sid ]; then grep ' sid$'; else cat; fi # it has no updates
}

archive() {
	sources | sed -n "s/ $release\$//p" | head -n 1
}

make_base() {
	dir=$(mktemp -d)
	echo "making a bare $release" >&2
	debootstrap --variant=minbase "$release" "$dir" "$(archive)" >"$base.log" 2>&1 ||
		{ tail "$base.log" >&2; return 1; }
	# debootstrap runs in a chroot of its own: nothing is mounted there any more
	tar -C "$dir" -cf "$base.new" .
	rm -rf --one-file-system "$dir"
	mv "$base.new" "$base"
}

# The tree, and how this machine reaches the archive.
fill() {
	tar -C "$root" -xf "$base"
	chmod 755 "$root" # as others than root need it
	mkdir "$root/imxpt"
	if [ -e .git ]; then
		tar -C "$root/imxpt" -xzf "$(make -s dist)" --strip-components=1
	else
		tar -c --exclude ./build . | tar -C "$root/imxpt" -x
	fi
	cp -L /etc/resolv.conf /etc/hosts "$root/etc"
	sources | sed 's/.*/deb & main/' >"$root/etc/apt/sources.list"
	apt-config dump | grep -i '^Acquire::.*Proxy' >"$root/etc/apt/apt.conf.d/proxy" || :
}

first_steps='
make deps demo
make check
tests/package/as-user.sh make deps demo check'

# README: "make" is all that must be there before.
get_make() {
	echo 'apt-get -q update && apt-get -qy --no-install-recommends install make'
}

[ $# -gt 0 ] || set -- sh -exc "$first_steps"
mkdir -p build/package
[ -e "$base" ] || make_base
root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 1' INT TERM
fill

# Mounts and processes go with the command.  Its root is a mount point, so that it can have
# namespaces of its own, and run this script.
# shellcheck disable=SC2016 # the inner shell expands them
unshare --mount --pid --fork --kill-child sh -euc '
	mount --make-rprivate /
	mount --bind "$1" "$1"
	mount -t proc proc "$1/proc"
	root=$1 get_make=$2
	shift 2
	set -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		BARE=yes DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy-}" \
		https_proxy="${https_proxy-}" "$@"
	chroot "$root" sh -c "$get_make" >"$root/make.log" 2>&1 || { cat "$root/make.log"; exit 1; }
	exec chroot "$root" sh -c "cd /imxpt && exec \"\$@\"" sh "$@"
' sh "$root" "$(get_make)" "$@" </dev/null
