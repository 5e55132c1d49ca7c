#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build what an emulated board boots, in build/board/, from what fetch.sh brought and this
# source: modules, an initramfs with the arm64 imxpt and the scenarios, device trees.
set -eu
cd "$(dirname "$0")/../.."
unset MAKEFLAGS MFLAGS BUILD SAN CC CFLAGS LDFLAGS # what was chosen for other tests

board=build/board
here=tests/board
sysroot=$PWD/$board/sysroot
root=$board/root
imxpt=build/imxpt
cross=aarch64-linux-gnu-

# What Linux's commit 168a9c91fe0a does to vfio-platform, beside what Debian has.
mend() {
	cp -r "$1/source/." "$1/mended"
	sed -i '/No reset function found/,/return ret;/s/return ret;/return vdev->reset_required ? ret : 0;/' \
		"$1/mended/vfio_platform_common.c"
}

# Debian leaves vfio-platform out; the rest of vfio comes as it is in the package.
build_modules() {
	linux=$board/linux-$1
	release=$(cat "$linux/release")
	tree=$linux/initramfs/lib/modules/$release

	[ ! -e "$linux/modules.done" ] ||
		[ -n "$(find "$here/driver" -newer "$linux/modules.done")" ] || return 0
	rm -rf "$linux/initramfs" "$linux/driver" "$linux/mended"
	mkdir -p "$tree/extra" "$linux/initramfs/mended" "$linux/mended"
	cp -r "$here/driver" "$linux/driver"
	[ "$1" != 6.1 ] || mend "$linux"
	for dir in source driver mended; do
		[ -e "$linux/$dir/Makefile" ] || [ -e "$linux/$dir/Kbuild" ] || continue
		make -s -j"$(nproc)" -C "$linux/usr/src/linux-headers-$release" M="$PWD/$linux/$dir" \
			ARCH=arm64 CROSS_COMPILE="$cross" CC="${cross}gcc" \
			DEB_BUILD_ARCH="$(dpkg --print-architecture)" \
			DEB_HOST_ARCH=arm64 DEB_HOST_GNU_TYPE=aarch64-linux-gnu \
			CONFIG_VFIO_PLATFORM=m CONFIG_VFIO_PLATFORM_BASE=m \
			CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2
	done
	find "$linux/source" "$linux/driver" -name '*.ko' -exec cp -t "$tree/extra" {} +
	find "$linux/mended" -name '*.ko' -exec cp -t "$linux/initramfs/mended" {} +
	find "$linux/lib/modules/$release/kernel/drivers/vfio" -maxdepth 1 -name '*.ko*' \
		-exec cp -t "$tree/extra" {} +
	find "$tree/extra" -name '*.xz' -exec xz -d {} +
	cp "$linux/lib/modules/$release"/modules.* "$tree"
	depmod -b "$linux/initramfs" "$release"
	: >"$linux/modules.done"
}

build_programs() {
	libs=$sysroot/usr/lib/aarch64-linux-gnu

	make -s -j"$(nproc)" >&2
	PKG_CONFIG_LIBDIR=$libs/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot \
		make -s -j"$(nproc)" CC=${cross}gcc AR=${cross}ar BUILD="$board/arm64" \
		CFLAGS="-O2 -g -isystem $sysroot/usr/include" \
		LDFLAGS="-L$libs -Wl,-rpath-link,$libs:$sysroot/lib/aarch64-linux-gnu" >&2
	${cross}gcc -static -O2 -Wall -Wextra -Werror -o "$board/arm64/vfio-probe" \
		"$here/vfio-probe.c"
}

build_root() {
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" \
		"$root/lib/aarch64-linux-gnu"
	find "$sysroot/usr/lib/aarch64-linux-gnu" -maxdepth 1 -name '*.so*' \
		-exec cp -a -t "$root/lib/aarch64-linux-gnu" {} +
	cp -a "$sysroot/lib/ld-linux-aarch64.so.1" "$root/lib"
	cp "$sysroot/bin/busybox" "$sysroot/usr/bin/strace" "$board/arm64/imxpt" \
		"$board/arm64/vfio-probe" "$root/bin"
	ln -s busybox "$root/bin/sh"
	mkdir "$root/etc"
	echo root:x:0:0::/:/bin/sh >"$root/etc/passwd"
	echo nobody:x:65534:65534::/:/bin/sh >>"$root/etc/passwd"
	cp "$here/init" tests/tap.sh "$root"
	mkdir "$root/board"
	cp -r "$here/tap.sh" "$here/scenarios" "$root/board"
}

pack() {
	(cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet)
}

build_initramfs() {
	for series; do
		linux=$board/linux-$series
		{ pack "$root" && pack "$linux/initramfs"; } >"$linux/initrd"
	done
}

# What the guest inside boots: a shell, and the drivers of what it is given.
build_guest() {
	linux=$board/linux-6.12 guest=$board/guest
	release=$(cat "$linux/release")
	modules=lib/modules/$release

	rm -rf "$guest"
	mkdir -p "$guest/bin" "$guest/dev" "$guest/proc" "$guest/sys" "$guest/$modules"
	cp "$sysroot/bin/busybox" "$guest/bin"
	cp "$here/guest-init" "$guest/init"
	cp "$linux/$modules"/modules.* "$guest/$modules"
	depmod -b "$linux" "$release"
	modprobe -d "$linux" -S "$release" -D -a fec imx-mailbox |
		sed -n 's/^insmod //p' | sort -u | xargs cp -t "$guest/$modules"
	find "$guest" -name '*.xz' -exec xz -d {} +
	cp "$linux/driver/scu_client.ko" "$guest/$modules"
	depmod -b "$guest" "$release"
}

# What the emulated board needs besides to run a guest; most of it is QEMU.
build_nested() {
	nested=$board/nested libs=lib/aarch64-linux-gnu

	build_guest
	rm -rf "$nested"
	mkdir -p "$nested/bin" "$nested/$libs" "$nested/guest"
	cp "$board/qemu/usr/bin/qemu-system-aarch64" "$nested/bin"
	find "$board/qemu/usr/$libs" -maxdepth 1 -name '*.so*' \
		-exec cp -a -t "$nested/$libs" {} +
	cp "$board/linux-6.12/boot/vmlinuz-"* "$nested/guest/Image"
	pack "$board/guest" >"$nested/guest/initrd"
	cp "$board/trees/simple-port.dtb" "$nested/guest"
	cp "$board/trees/rtc-profile.dtb" "$nested/guest/rtc.dtb"
	# packed: an initrd of more than 148 MiB would reach into the board's registers
	{ cat "$board/linux-6.12/initrd" && pack "$nested" | gzip -1; } \
		>"$board/linux-6.12/nested.initrd"
}

# quietly COMMAND...: what it says is worth reading only if it fails
quietly() {
	"$@" >"$board/build.log" 2>&1 || {
		cat "$board/build.log" >&2
		return 1
	}
}

# The machine as QEMU makes it, with the board's nodes merged into it.
build_stock_tree() {
	quietly qemu-system-aarch64 -M virt,gic-version=3,virtualization=on,dumpdtb="$1/virt.dtb" \
		-cpu cortex-a76 -m 1536M -smp 2 -nic none -display none
	dtc -q -I dtb -O dts -o "$1/virt.dts" "$1/virt.dtb"
	cpp -P -nostdinc -undef -x assembler-with-cpp -I dts/include "$here/host.dts" |
		cat "$1/virt.dts" - | dtc -q -I dts -O dtb -o "$1/stock.dtb"
}

build_simple_port() {
	port=/bus@5b000000/ethernet@5b040000
	clock=$(fdtget -t x "$1" /clock-conn-ipg phandle)

	cp "$1" "$2"
	fdtput -t x "$2" $port clocks "$clock" "$clock" "$clock" "$clock"
	fdtput -d "$2" $port power-domains assigned-clocks assigned-clock-rates phy-handle \
		pinctrl-names pinctrl-0
	# QEMU's own clock is in its dump already, and so in the guest's tree
	fdtput -t x "$2" /pl031@9010000 clocks "$clock"
	fdtput -r "$2" $port/mdio /bus@5b000000/ethernet@5b050000
	fdtput -c "$2" $port/fixed-link
	fdtput -t x "$2" $port/fixed-link speed 3e8
	fdtput -t x "$2" $port/fixed-link full-duplex
}

# Every tree but the stock one is what imxpt patch makes of it; three of them are then
# changed by somebody else.
build_trees() {
	trees=$board/trees

	rm -rf "$trees"
	mkdir -p "$trees"
	build_stock_tree "$trees"
	quietly "$imxpt" patch -o "$trees/patched.dtb" "$trees/stock.dtb"
	quietly "$imxpt" patch --as-documented -o "$trees/documented.dtb" "$trees/stock.dtb"
	quietly "$imxpt" patch -p imx8qm-mek-fec1-fec2 -o "$trees/two-ports.dtb" \
		"$trees/stock.dtb"
	# a power domain that nobody took out: the port waits for it ...
	port=/bus@5b000000/ethernet@5b040000
	cp "$trees/patched.dtb" "$trees/waits.dtb"
	# shellcheck disable=SC2046 # two words
	fdtput -t x "$trees/waits.dtb" $port power-domains \
		$(fdtget -t x "$trees/stock.dtb" $port power-domains)
	# ... unless U-Boot disables it, since the resource was handed over
	cp "$trees/waits.dtb" "$trees/uboot-disabled.dtb"
	fdtput -t s "$trees/uboot-disabled.dtb" $port status disabled
	# the second port is back with its driver, but not with its stream
	cp "$trees/two-ports.dtb" "$trees/port-back.dtb"
	fdtput -t s "$trees/port-back.dtb" /bus@5b000000/ethernet@5b050000 compatible \
		fsl,imx8qm-fec
	cpp -P -nostdinc -undef -x assembler-with-cpp -I dts/include "$here/rtc.dts" |
		dtc -q -I dts -O dtb -o "$trees/rtc-profile.dtb"
	quietly "$imxpt" patch -p "$trees/rtc-profile.dtb" -o "$trees/rtc.dtb" "$trees/stock.dtb"
	# a port that needs no more than Debian's kernels have drivers for
	build_simple_port "$trees/stock.dtb" "$trees/simple-port.dtb"
	cp "$trees/patched.dtb" "$trees/smmu-disabled.dtb"
	fdtput -t s "$trees/smmu-disabled.dtb" /iommu@51400000 status disabled
}

kernels=$(find "$board" -maxdepth 1 -name 'linux-*.done' | sed 's/.*linux-\(.*\)\.done/\1/')
for series in $kernels; do build_modules "$series"; done
build_programs
build_root
# shellcheck disable=SC2086 # a word each
build_initramfs $kernels
build_trees
build_nested
