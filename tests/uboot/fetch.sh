#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetch the part of U-Boot that changes an i.MX 8QM's tree at boot, out of Debian's source
# package u-boot, into build/uboot/:
#
#   source/      files as U-Boot has them
#   functions.h, functions.c
#                single declarations and functions out of files that need the rest of U-Boot
#   include/     an empty file for each header of U-Boot that the sources include and that
#                is not in source/; tests/uboot/stub.h has what the sources need of them
#
# It uses an apt of its own, in build/debian-source/, and changes nothing of the machine's.
# What is there already is kept; remove build/uboot to have a newer U-Boot.
# Exit status: 0 done, 1 failed, 75 the archive is out of reach.
set -eu
cd "$(dirname "$0")/../.."

UNREACHABLE=75
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
uboot=$PWD/build/uboot
base=$PWD/build/debian-source

die() {
	echo "${0##*/}: $2" >&2
	exit "$1"
}

private() {
	apt-get -qq -o Dir::Etc::sourcelist="$base/sources.list" -o Dir::Etc::sourceparts=- \
		-o APT::Sandbox::User="$(id -un)" \
		-o Dir::State="$base/state" -o Dir::State::status="$base/status" \
		-o Dir::Cache="$base/cache" -o Dir::Log="$base/log" -o Acquire::Retries=0 \
		-o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 "$@"
}

# The machine's own release and archive.
write_sources() {
	mkdir -p "$base/state/lists/partial" "$base/cache/archives/partial" "$base/log"
	: >"$base/status"
	apt-get indextargets --format "deb-src [signed-by=$keyring] \$(REPO_URI) \$(CODENAME) main" \
		'Created-By: Packages' 'Label: Debian' | sort -u >"$base/sources.list"
	[ -s "$base/sources.list" ] || die $UNREACHABLE 'this machine has no archive of Debian'
}

# The sources as one archive, without Debian's changes, in the working directory.
download() {
	{
		private update --error-on=any &&
			private source --download-only --tar-only u-boot
	} >"$base/download.log" 2>&1 || {
		cat "$base/download.log" >&2
		die $UNREACHABLE "cannot get the source package u-boot from Debian's archive"
	}
}

# 2025.01 has two of them in other folders than 2023.01: common/fdt_support.c is in boot/, and
# the headers of sci in include/firmware/imx/.  Both includes find those headers here.
unpack() {
	tar -xf "$1" -C "$2" --strip-components=1 --no-wildcards-match-slash --wildcards \
		--transform 's|arch/arm/include/asm/arch-imx8/|include/asm/arch/|' \
		--transform 's|include/firmware/imx/|include/asm/arch/|' \
		--transform 's|include/fdtdec.h|lib/fdtdec.h|' \
		--transform 's|[a-z]*/fdt_support.c|lib/fdt_support.c|' \
		'*/arch/arm/mach-imx/imx8/fdt.c' '*/drivers/misc/imx8/scu_api.c' \
		'*/include/dt-bindings/soc/imx_rsrc.h' '*/scripts/dtc/libfdt' '*/lib/fdtdec.c' \
		'*/lib/fdtdec_common.c' '*/[bc]o*/fdt_support.c' '*/include/fdtdec.h' \
		--no-anchored '*imx*/sci'
	mkdir "$2/include/firmware"
	ln -s ../asm/arch "$2/include/firmware/imx"
}

# take FILE TEXT: print the lines from the one that starts with TEXT to the closing brace.
take() {
	[ "$(grep -c "^$2" "$1")" -eq 1 ] || die 1 "$1 does not have '$2' once"
	sed -n "/^$2/,/^}/p" "$1"
}

declarations() {
	grep '^#define MAX_PHANDLE_ARGS ' lib/fdtdec.h
	take lib/fdtdec.h 'struct fdtdec_phandle_args {'
	for name in get_is_enabled parse_phandle_with_args get_int; do
		sed -n "/^[a-z0-9]* fdtdec_$name(/,/;/p" lib/fdtdec.h
	done
}

functions() {
	take lib/fdtdec.c 'int fdtdec_get_is_enabled('
	take lib/fdtdec.c 'int fdtdec_parse_phandle_with_args('
	take lib/fdtdec_common.c 'int fdtdec_get_int('
	take lib/fdt_support.c 'int fdt_increase_size('
}

empty_headers() {
	sed -n 's/^#include <\(.*\)>$/\1/p' arch/arm/mach-imx/imx8/fdt.c \
		drivers/misc/imx8/scu_api.c include/asm/arch/sci/sci.h |
		while read -r header; do
			[ ! -e "include/$header" ] || continue
			mkdir -p "$(dirname "../include/$header")"
			: >"../include/$header"
		done
}

[ ! -e "$uboot/done" ] || exit 0
rm -rf "$uboot"
mkdir -p "$uboot/source" "$base"
write_sources
cd "$base"
download
unpack u-boot_*.orig.tar.* "$uboot/source"
cd "$uboot/source"
declarations >../functions.h
functions >../functions.c
empty_headers
: >../done
