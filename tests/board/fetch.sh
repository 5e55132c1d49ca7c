#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetch what the emulated board is made of, out of Debian's arm64 packages, into
# build/board/: a sysroot to build and run imxpt with, and for each kernel its image, its
# modules, its headers and the source of vfio-platform, which Debian does not build.
# What is there already is kept; remove build/board to have newer kernels.
set -eu
cd "$(dirname "$0")/../.."

board=build/board

# The kernels of this machine's release, or of $suite.
suite=
kernels() {
	tests/debian-arm64.sh ${suite:+--suite "$suite"} --kernels
}

# download [OPTION] PACKAGE...: into an empty build/board/debs, names of files to stdout
download() {
	option=
	case $1 in
	--*)
		option=$1
		shift
		;;
	esac
	rm -rf "$board/debs"
	# shellcheck disable=SC2086 # no option is no word
	tests/debian-arm64.sh ${suite:+--suite $suite} $option "$board/debs" "$@"
}

# /lib is /usr/lib in newer packages, and was its own in older ones.
unpack() {
	for part in bin lib sbin; do
		mkdir -p "$1/usr/$part"
		[ -e "$1/$part" ] || ln -s "usr/$part" "$1/$part"
	done
	for deb in "$board"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$1" --keep-directory-symlink
	done
	rm -rf "$board/debs"
}

fetch_sysroot() {
	[ ! -e "$board/sysroot.done" ] || return 0
	echo "fetching arm64 libraries and tools" >&2
	rm -rf "$board/sysroot"
	download --with-depends busybox-static strace libfdt1 libjson-c5 libudev1 libkmod2 \
		zlib1g >/dev/null
	unpack "$board/sysroot"
	download libfdt-dev libjson-c-dev libudev-dev libkmod-dev zlib1g-dev >/dev/null
	unpack "$board/sysroot"
	: >"$board/sysroot.done"
}

# What Debian does not build, out of a package that holds all of Linux in one archive:
# vfio-platform, and for the guest's kernel the drivers of the system controller.
unpack_source() {
	set -- "$@" vfio/platform
	[ "$3" != 6.12 ] || set -- "$@" firmware/imx clk/imx 'clk/*.h' pinctrl/freescale \
		'pinctrl/*.h' nvmem/imx-ocotp-scu.c pmdomain/imx
	dir=$1 debs=$2 series=$3
	shift 3
	# shellcheck disable=SC2046 # a word for each
	dpkg-deb --fsys-tarfile "$debs"/linux-source-* |
		tar -xO "./usr/src/linux-source-$series.tar.xz" |
		tar -xJ --one-top-level="$dir/drivers" --strip-components=2 --wildcards \
			$(printf 'linux-source-*/drivers/%s ' "$@")
	mv "$dir/drivers/vfio/platform" "$dir/source"
	rm "$debs"/linux-source-*
}

# Image, headers and source are pinned to one version, since a module that was built for
# another kernel does not load.  kbuild runs here: it is of this machine's architecture.  It is
# the series' newest where the image is older: Debian signs images some time after it has
# built the rest, and keeps one kbuild.
# fetch_kernel SERIES SUITE KBUILD: an empty suite is this machine's release
fetch_kernel() {
	series=$1 suite=$2 kbuild=$3
	dir=$board/linux-$series

	[ ! -e "$dir.done" ] || [ ! -e "$dir/drivers" ] || return 0
	rm -f "$dir.done"
	echo "fetching Linux $series" >&2
	rm -rf "$dir"
	kernels=$(kernels)
	image=$(echo "$kernels" | sed -n "s/^$series //p")
	[ -n "$image" ] || {
		echo "Debian has no arm64 kernel $series" >&2
		return 1
	}
	release=${image#linux-image-}
	file=$(download "$image")
	version=$(dpkg-deb -f "$file" Version)
	unpack "$dir"
	[ -n "$kbuild" ] || kbuild=linux-kbuild-${release%-arm64}
	kbuild=$kbuild:$(dpkg --print-architecture)
	set -- "linux-headers-$release=$version" \
		"linux-headers-${release%-arm64}-common=$version" "linux-source-$series=$version"
	download "$@" "$kbuild=$version" >/dev/null 2>&1 || download "$@" "$kbuild" >/dev/null
	unpack_source "$dir" "$board/debs" "$series"
	unpack "$dir"
	# the headers are looked for where the package would have put them
	sed -i "s|^include /usr/src/|include $PWD/$dir/usr/src/|" \
		"$dir/usr/src/linux-headers-$release/Makefile"
	echo "$release" >"$dir/release"
	: >"$dir.done"
}

# The QEMU that runs inside the emulated board, with its libraries.
fetch_qemu() {
	[ ! -e "$board/qemu.done" ] || return 0
	echo "fetching QEMU for arm64" >&2
	rm -rf "$board/qemu"
	download --with-depends qemu-system-arm >/dev/null
	unpack "$board/qemu"
	: >"$board/qemu.done"
}

# systemd as the first process of an emulated board.
fetch_systemd() {
	[ ! -e "$board/systemd.done" ] || return 0
	echo "fetching systemd for arm64" >&2
	rm -rf "$board/systemd"
	download --with-depends systemd udev kmod >/dev/null
	unpack "$board/systemd"
	: >"$board/systemd.done"
}

mkdir -p "$board"
fetch_sysroot
fetch_systemd
fetch_qemu
fetch_kernel 6.12 '' ''
if [ -e "$board/linux-6.1.done" ] || kernels | grep -q '^6\.1 '; then
	fetch_kernel 6.1 '' linux-kbuild-6.1
else
	fetch_kernel 6.1 bookworm linux-kbuild-6.1
fi
# an older release's, as long as the archive has it
suite=bullseye
if [ ! -e "$board/linux-5.10.done" ] && kernels | grep -q '^5\.10 '; then
	fetch_kernel 5.10 bullseye linux-kbuild-5.10
fi
