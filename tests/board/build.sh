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

# What Linux's commit 168a9c91fe0a does to vfio-platform, besides what Debian has.
fix() {
	cp -r "$1/source/." "$1/fixed"
	sed -i '/No reset function found/,/return ret;/s/return ret;/return vdev->reset_required ? ret : 0;/' \
		"$1/fixed/vfio_platform_common.c"
}

# kbuild LINUX FOLDER OPTION...: modules of a folder
kbuild() {
	linux=$1 folder=$2
	shift 2
	make -s -j"$(nproc)" -C "$linux/usr/src/linux-headers-$(cat "$linux/release")" \
		M="$PWD/$folder" ARCH=arm64 CROSS_COMPILE="$cross" CC="${cross}gcc" \
		DEB_BUILD_ARCH="$(dpkg --print-architecture)" \
		DEB_HOST_ARCH=arm64 DEB_HOST_GNU_TYPE=aarch64-linux-gnu \
		CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules >&2
}

# The system controller's drivers for the guest.
build_scu_modules() {
	linux=$board/linux-6.12
	[ ! -e "$linux/scu.done" ] ||
		[ -n "$(find "$here/scu" -newer "$linux/scu.done")" ] || return 0
	rm -rf "$linux/scu"
	cp -r "$linux/drivers" "$linux/scu"
	cp "$here/scu/Kbuild" "$here/scu/no_stdout.h" "$linux/scu"
	kbuild "$linux" "$linux/scu"
	: >"$linux/scu.done"
}

# What the host needs of them to switch the passed mailbox on, and its own mailbox.
copy_host_scu() {
	cp "$linux/scu/scu-firmware.ko" "$linux/scu/scu-power.ko" "$1"
	find "$linux/lib/modules/$release" -name 'imx-mailbox.ko*' -exec cp -t "$1" {} +
}

# Debian leaves vfio-platform out; the rest of vfio comes as it is in the package.
build_modules() {
	linux=$board/linux-$1
	release=$(cat "$linux/release")
	tree=$linux/initramfs/lib/modules/$release

	[ ! -e "$linux/modules.done" ] ||
		[ -n "$(find "$here/driver" "$board"/linux-6.12/scu.done -newer "$linux/modules.done")" ] ||
		return 0
	rm -rf "$linux/initramfs" "$linux/driver" "$linux/fixed"
	mkdir -p "$tree/extra" "$linux/initramfs/fixed" "$linux/fixed"
	cp -r "$here/driver" "$linux/driver"
	[ "$1" != 6.1 ] || fix "$linux"
	for dir in source driver fixed; do
		[ -e "$linux/$dir/Makefile" ] || [ -e "$linux/$dir/Kbuild" ] || continue
		kbuild "$linux" "$linux/$dir" CONFIG_VFIO_PLATFORM=m CONFIG_VFIO_PLATFORM_BASE=m
	done
	find "$linux/source" "$linux/driver" -name '*.ko' -exec cp -t "$tree/extra" {} +
	find "$linux/fixed" -name '*.ko' -exec cp -t "$linux/initramfs/fixed" {} +
	find "$linux/lib/modules/$release/kernel/drivers/vfio" -maxdepth 1 -name '*.ko*' \
		-exec cp -t "$tree/extra" {} +
	[ "$1" != 6.12 ] || copy_host_scu "$tree/extra"
	find "$tree/extra" -name '*.xz' -exec xz -d {} +
	cp "$linux/lib/modules/$release"/modules.* "$tree"
	depmod -b "$linux/initramfs" "$release"
	: >"$linux/modules.done"
}

# cross_make ARGUMENT...: with the Debian that the board has
cross_make() {
	libs=$sysroot/usr/lib/aarch64-linux-gnu
	PKG_CONFIG_LIBDIR=$libs/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot \
		make -s -j"$(nproc)" CC=${cross}gcc AR=${cross}ar BUILD="$board/arm64" \
		CFLAGS="-O2 -g -isystem $sysroot/usr/include" \
		LDFLAGS="-L$libs -Wl,-rpath-link,$libs:$sysroot/lib/aarch64-linux-gnu" "$@" >&2
}

build_programs() {
	make -s -j"$(nproc)" >&2
	cross_make
	for program in vfio-probe counters mu; do
		${cross}gcc -static -O2 -Wall -Wextra -Werror -o "$board/arm64/$program" \
			"$here/$program.c"
	done
}

# What QEMU loads for the scenarios that ask for it; run.sh tries whether it does.
build_models() {
	cc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden \
		-o "$board/models.so" "$here"/models/*.c -ljson-c
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
	cp "$board/arm64/counters" "$root/bin/board-counters"
	cp "$board/arm64/mu" "$root/bin/board-mu"
	ln -s busybox "$root/bin/sh"
	mkdir "$root/etc"
	echo root:x:0:0::/:/bin/sh >"$root/etc/passwd"
	echo nobody:x:65534:65534::/:/bin/sh >>"$root/etc/passwd"
	cp "$here/init" tests/tap.sh "$root"
	mkdir "$root/board"
	cp -r "$here/tap.sh" "$here/cmdline" "$here/scenarios" "$root/board"
	cp "$here/imxpt-demo" "$root/bin"
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
	modprobe -d "$linux" -S "$release" -D -a fec imx-mailbox fixed |
		sed -n 's/^insmod //p' | sort -u | xargs cp -t "$guest/$modules"
	find "$guest" -name '*.xz' -exec xz -d {} +
	cp "$linux/driver/scu_client.ko" "$linux"/scu/*.ko "$guest/$modules"
	depmod -b "$guest" "$release"
}

# copy_needed PROGRAM FROM TO: the libraries that it needs, and those that they need
copy_needed() {
	${cross}readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r lib; do
		if [ -e "$2/$lib" ] && [ ! -e "$3/$lib" ]; then
			cp "$2/$lib" "$3"
			copy_needed "$2/$lib" "$2" "$3"
		fi
	done
}

# An initramfs is not packed, since an emulated processor takes seconds to unpack it.
# One of more than 148 MiB would reach into the board's registers.
is_small_enough() {
	[ "$(stat -c %s "$1")" -lt $((148 << 20)) ] || {
		echo "$1 is larger than 148 MiB" >&2
		return 1
	}
}

# What the emulated board needs besides to run a guest; most of it is QEMU.
build_nested() {
	nested=$board/nested libs=lib/aarch64-linux-gnu

	build_guest
	rm -rf "$nested"
	mkdir -p "$nested/bin" "$nested/$libs" "$nested/guest"
	cp "$board/qemu/usr/bin/qemu-system-aarch64" "$nested/bin"
	copy_needed "$nested/bin/qemu-system-aarch64" "$board/qemu/usr/$libs" "$nested/$libs"
	cp "$board/linux-6.12/boot/vmlinuz-"* "$nested/guest/Image"
	pack "$board/guest" >"$nested/guest/initrd"
	cp "$board/trees/simple-port.dtb" "$board/trees/phy-ports.dtb" "$nested/guest"
	cp "$board/linux-6.12/usr/lib/linux-image-"*/freescale/imx8qm-mek.dtb "$nested/guest"
	cp "$board/trees/rtc-profile.dtb" "$nested/guest/rtc.dtb"
	for series; do
		linux=$board/linux-$series
		{ cat "$linux/initrd" && pack "$nested"; } >"$linux/nested.initrd"
		is_small_enough "$linux/nested.initrd"
	done
}

# Debian's systemd as the first process, with imxpt and its unit as "make install" puts them.
build_systemd() {
	to=$board/systemd-root units=$board/systemd-root/etc/systemd/system

	rm -rf "$to"
	cp -a "$board/systemd" "$to"
	rm -rf "$to"/usr/share/doc "$to"/usr/share/man "$to"/usr/share/locale
	cp -an "$root/bin/." "$to/usr/bin"
	cp -an "$root/lib/." "$to/usr/lib"
	rm "$to/usr/bin/imxpt"
	cp -a "$root/board" "$root/tap.sh" "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$to"
	cp "$root/init" "$to/board"
	cp -a "$board/linux-6.12/initramfs/lib/modules" "$to/usr/lib"
	ln -s usr/lib/systemd/systemd "$to/init"
	cross_make install DESTDIR="$PWD/$to" PREFIX=/usr
	mkdir -p "$units/multi-user.target.wants" "$units/graphical.target.wants"
	cp "$here"/systemd/*.service "$units"
	ln -s ../board.service "$units/graphical.target.wants"
	ln -s ../libvirtd.service "$units/multi-user.target.wants"
	ln -s /usr/lib/systemd/system/imxpt@.service \
		"$units/multi-user.target.wants/imxpt@imx8qm-fec1.service"
	# no user logs in
	ln -s /dev/null "$units/serial-getty@.service"
	ln -s /dev/null "$units/getty.target"
	cp "$root/etc/passwd" "$to/etc"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$to/etc/group"
	echo 0123456789abcdef0123456789abcdef >"$to/etc/machine-id"
	echo 'BIND_OPTIONS=--owner nobody' >"$to/etc/imxpt/imx8qm-fec1.conf"
	pack "$to" >"$board/linux-6.12/systemd.initrd"
	is_small_enough "$board/linux-6.12/systemd.initrd"
}

# quietly COMMAND...: what it says is worth reading only if it fails
quietly() {
	"$@" >"$board/build.log" 2>&1 || {
		cat "$board/build.log" >&2
		return 1
	}
}

# The machine as QEMU makes it, with the board's nodes merged into it; and one that is for
# a guest's tree without a host.
build_stock_tree() {
	quietly qemu-system-aarch64 -M virt,gic-version=3,dumpdtb="$1/direct.dtb" -cpu cortex-a76,pmu=off \
		-m 512M -nic none -display none
	quietly qemu-system-aarch64 -M virt,gic-version=3,virtualization=on,dumpdtb="$1/virt.dtb" \
		-cpu cortex-a76,pmu=off -m 1536M -smp 2 -nic none -display none
	dtc -q -I dtb -O dts -o "$1/virt.dts" "$1/virt.dtb"
	cpp -P -nostdinc -undef -x assembler-with-cpp -I dts/include "$here/host.dts" |
		cat "$1/virt.dts" - | dtc -q -I dts -O dtb -o "$1/stock.dtb"
}

# build_phy_ports IN OUT: ports that need no more than Debian's kernels have drivers for, and PHYs
build_phy_ports() {
	clock=$(fdtget -t x "$1" /clock-conn-ipg phandle)

	cp "$1" "$2"
	for port in /bus@5b000000/ethernet@5b040000 /bus@5b000000/ethernet@5b050000; do
		fdtput -t x "$2" $port clocks "$clock" "$clock" "$clock" "$clock"
		fdtput -d "$2" $port power-domains assigned-clocks assigned-clock-rates \
			pinctrl-names pinctrl-0
	done
	# QEMU's own clock is in its dump already, and so in the guest's tree
	fdtput -t x "$2" /pl031@9010000 clocks "$clock"
}

# The same where there is no PHY, and no second port.
build_simple_port() {
	build_phy_ports "$1" "$2"
	port=/bus@5b000000/ethernet@5b040000
	fdtput -d "$2" $port phy-handle
	fdtput -r "$2" $port/mdio /bus@5b000000/ethernet@5b050000
	fdtput -c "$2" $port/fixed-link
	fdtput -t x "$2" $port/fixed-link speed 3e8
	fdtput -t x "$2" $port/fixed-link full-duplex
}

# Every tree but the stock one is what imxpt patch makes of it; three of them are then
# changed by another program.
build_trees() {
	trees=$board/trees

	rm -rf "$trees"
	mkdir -p "$trees"
	build_stock_tree "$trees"
	quietly "$imxpt" patch -o "$trees/patched.dtb" "$trees/stock.dtb"
	quietly "$imxpt" patch --partition linux -o "$trees/partition-linux.dtb" \
		"$trees/stock.dtb"
	quietly "$imxpt" patch --as-documented -o "$trees/documented.dtb" "$trees/stock.dtb"
	quietly "$imxpt" patch -p imx8qm-fec1-fec2 -o "$trees/two-ports.dtb" \
		"$trees/stock.dtb"
	# a power domain that was not removed: the port waits for it ...
	port=/bus@5b000000/ethernet@5b040000
	cp "$trees/patched.dtb" "$trees/waits.dtb"
	# shellcheck disable=SC2046 # two words
	fdtput -t x "$trees/waits.dtb" $port power-domains \
		$(fdtget -t x "$trees/stock.dtb" $port power-domains)
	# ... unless U-Boot disables it, since the resource was assigned
	cp "$trees/waits.dtb" "$trees/uboot-disabled.dtb"
	fdtput -t s "$trees/uboot-disabled.dtb" $port status disabled
	# the second port is back with its driver, but not with its stream
	cp "$trees/two-ports.dtb" "$trees/port-back.dtb"
	fdtput -t s "$trees/port-back.dtb" /bus@5b000000/ethernet@5b050000 compatible \
		fsl,imx8qm-fec
	cpp -P -nostdinc -undef -x assembler-with-cpp -I dts/include "$here/rtc.dts" |
		dtc -q -I dts -O dtb -o "$trees/rtc-profile.dtb"
	quietly "$imxpt" patch -p "$trees/rtc-profile.dtb" -o "$trees/rtc.dtb" "$trees/stock.dtb"
	build_phy_ports "$trees/stock.dtb" "$trees/phy-ports.dtb"
	build_simple_port "$trees/stock.dtb" "$trees/simple-port.dtb"
	cp "$trees/patched.dtb" "$trees/smmu-disabled.dtb"
	fdtput -t s "$trees/smmu-disabled.dtb" /iommu@51400000 status disabled
	# the Ghaf guide's tree, and the one property that newer kernels require
	cp "$trees/documented.dtb" "$trees/documented-coherent.dtb"
	for node in 5b000000/ethernet@5b040000 5b000000/clock-controller@5b230000 \
		5d000000/mailbox@5d1d0000; do
		fdtput "$trees/documented-coherent.dtb" "/bus@$node" dma-coherent
	done
	port=/bus@5b000000/ethernet@5b040000
	# a bootloader that was given another id than Linux is, the next one
	cp "$trees/patched.dtb" "$trees/other-stream.dtb"
	# shellcheck disable=SC2046 # three words
	set -- $(fdtget -t x "$trees/patched.dtb" $port iommus)
	fdtput -t x "$trees/other-stream.dtb" $port iommus "$1" "$(printf %x $((0x$2 + 1)))" "$3"
	# one that scu_rm has not seen, or that has no domain for it; and domains that lack a
	# pad, or the port
	cp "$trees/patched.dtb" "$trees/no-scu-rm.dtb"
	cp "$trees/patched.dtb" "$trees/no-domain.dtb"
	fdtput -r "$trees/no-domain.dtb" /domu
	build_tree_without pads-missing pads 243
	build_tree_without resource-missing rsrcs 251
	boot_trees
}

# build_tree_without NAME LIST NUMBER: the domain's list lacks that number.  It is edited,
# since a profile without its port's resource is refused.
build_tree_without() {
	cp "$trees/patched.dtb" "$trees/$1.dtb"
	# shellcheck disable=SC2046 # a word each
	fdtput -t u "$trees/$1.dtb" /domu/doma "$2" \
		$(fdtget -t u "$trees/$1.dtb" /domu/doma "$2" | tr ' ' '\n' | grep -vx "$3")
}

# What U-Boot does, for the models, and to the trees: the number of a partition is the
# next that they give, after the firmware's 0 and the host's 1.
boot_trees() {
	for tree in "$trees"/*.dtb; do
		json=${tree%dtb}json
		"$imxpt" uboot --json "$tree" >"$json" 2>>"$board/build.log" || rm "$json"
		[ "$tree" != "$trees/no-scu-rm.dtb" ] || continue
		grep -qs '"made": true' "$json" || continue
		number=2
		for node in $(fdtget -l "$tree" /domu); do
			fdtput -t u "$tree" "/domu/$node" reg $number
			number=$((number + 1))
		done
	done
}

kernels=$(find "$board" -maxdepth 1 -name 'linux-*.done' | sed 's/.*linux-\(.*\)\.done/\1/')
build_scu_modules
for series in $kernels; do build_modules "$series"; done
build_programs
build_models
build_root
# shellcheck disable=SC2086 # a word each
build_initramfs $kernels
build_trees
# shellcheck disable=SC2086 # a word each
build_nested $kernels
build_systemd
