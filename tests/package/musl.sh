#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compile the program with musl, link it statically, and run the end-to-end tests with it.
# Debian has its libraries for glibc only: their headers are used one by one, and what the
# static libraries want of glibc is in musl.c, as is a udev that is never there.  So the
# program itself is tested on musl, but not libudev and libkmod.
#
# It takes the packages musl-tools and libjson-c-dev, zlib1g-dev, libfdt-dev, ... of "make deps".
set -eu
cd "$(dirname "$0")/../.."

build=build/musl
command -v musl-gcc >/dev/null || {
	echo "1..0 # skip musl: musl-gcc is missing (Debian: musl-tools)"
	exit 0
}
arch=$(gcc -print-multiarch)
libs=/usr/lib/$arch

# All of /usr/include would be glibc's.
mkdir -p $build/include
for header in libfdt.h fdt.h libfdt_env.h libudev.h libkmod.h json-c zlib.h linux asm-generic \
	"$arch/zconf.h" "$arch/asm"; do
	ln -sfn "/usr/include/$header" $build/include/
done

musl-gcc -O2 -Wall -Wextra -Werror -c -o $build/musl.o tests/package/musl.c
# shellcheck disable=SC2046 # names without blanks
make -s -j"$(nproc)" CC=musl-gcc BUILD=$build WERROR=1 LDFLAGS=-static \
	CPPFLAGS="-isystem $PWD/$build/include" \
	LIBS="$build/musl.o $libs/libjson-c.a $libs/libz.a $libs/libfdt.a" \
	all $(find tests/dts -name '*.dts' | sed "s|\(.*\)\.dts|$build/\1.dtb|") >&2
# How many system calls a command makes is measured with glibc only.
mkdir -p $build/bin
printf '#!/bin/sh\nexit 1\n' >$build/bin/strace
chmod +x $build/bin/strace
BUILD=$build PATH=$PWD/$build/bin:$PATH exec tests/check.sh tests/*.t
