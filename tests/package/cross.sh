#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cross-compile the program for arm64 with Debian's compiler and arm64 libraries, and run the
# end-to-end tests with it under qemu-user.
#
# It adds an architecture to the machine's packages, so it runs only in a bare Debian:
#
#	tests/package/chroot.sh bookworm tests/package/cross.sh
set -eu
[ "${BARE-}" = yes ] || {
	echo "cross.sh: it changes the machine: run it by tests/package/chroot.sh" >&2
	exit 1
}
cd "$(dirname "$0")/../.."

build=build/arm64
triplet=aarch64-linux-gnu
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
{
	dpkg --add-architecture arm64
	apt-get -q update
	apt-get -qy --no-install-recommends install make pkg-config device-tree-compiler jq python3-jsonschema \
		gcc gcc-$triplet qemu-user libfdt-dev:arm64 libudev-dev:arm64 \
		libkmod-dev:arm64 libjson-c-dev:arm64 zlib1g-dev:arm64
} >"$log" 2>&1 || {
	tail "$log" >&2
	exit 1
}

# shellcheck disable=SC2046 # names without blanks
PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig make -s -j"$(nproc)" BUILD=$build WERROR=1 \
	CC=$triplet-gcc AR=$triplet-ar \
	all $(find tests/dts -name '*.dts' | sed "s|\(.*\)\.dts|$build/\1.dtb|") >&2

# The program with the emulator before it, in the folder that was built with it.
mkdir -p $build/emulated
ln -sfn ../tests ../dts ../completions $build/emulated
printf '#!/bin/sh\nexec qemu-aarch64 %s/imxpt "$@"\n' "$PWD/$build" >$build/emulated/imxpt
chmod +x $build/emulated/imxpt
# shellcheck disable=SC2046 # names without blanks
BUILD=$build/emulated exec tests/check.sh \
	$(find tests -maxdepth 1 -name '*.t' ! -name install.t | sort)
