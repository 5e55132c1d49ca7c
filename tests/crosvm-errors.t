#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What would make crosvm fail is found by imxpt before crosvm runs.  The texts are crosvm's
# (google/crosvm: arch/src/fdt.rs, cros_fdt/src/overlay.rs, devices/src/vfio.rs); those that
# only a damaged overlay provokes are in test_crosvm_overlay.c.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

# rejects TEXT PART ARGUMENT...: imxpt crosvm does not print such a line, and PART is of the reason
rejects() {
	text=$1 part=$2
	shift 2
	on_board crosvm -- "$@"
	has "$text" "$rc$out $err" "2 imxpt: crosvm: $part"
}

# finds TEXT CHECK [OPTION...]: that check fails, and no other
finds() {
	text=$1 check=$2
	shift 2
	on_board check --vmm crosvm "$@"
	is "$text" "3 $check" "$rc $(verdicts fail)"
}

good
on_board check --vmm crosvm
is "a good board: no check fails or warns" "0  " "$rc $(verdicts fail) $(verdicts warn)"

# --- the command line

rejects 'labels ["other"] not found in overlay files' \
	"--vfio x,dt-symbol=other: the overlay has only the profile's devices" \
	--vfio x,dt-symbol=other
rejects 'filter symbol other does not exist' \
	'--device-tree-overlay x,select-symbols=[other]: crosvm leaves out' \
	--device-tree-overlay 'x,select-symbols=[other]'
rejects 'cannot match VFIO device to DT node due to a missing symbol' \
	"--vfio /sys/bus/platform/devices/$fec1: the overlay has only the profile's devices" \
	--vfio "/sys/bus/platform/devices/$fec1"
on_board crosvm -q -- Image
has 'failed to find embedded seccomp policy: vfio_platform_device' "$out" ' --disable-sandbox '
is 'labels not found in overlay files: the overlay has those of the line' \
	"$(echo "$out" | tr -s ' ,' '\n' | sed -n 's/^dt-symbol=//p' | sort)" "$(
		"$imxpt" overlay -q --host "$(board mek-like)" -o "$tmp/guest.dtbo"
		fdtget -p "$tmp/guest.dtbo" /__symbols__ | sort
	)"
# The header: d00dfeed, and version 17.
is 'unsupported FDT version; invalid header magic' 'd0 0d fe ed 00 00 00 11' "$({
	od -An -t x1 -N 4 "$tmp/guest.dtbo"
	od -An -t x1 -j 20 -N 4 "$tmp/guest.dtbo"
} | tr -d '\n' | sed 's/^ //')"

# --- the host

good
rm "$root/dev/vfio/vfio"
finds 'failed to open /dev/vfio/vfio container' container
good
chmod 600 "$root/dev/vfio/5"
finds 'failed to open /dev/vfio/5 group' access --user 12345
good
device 5b050000.ethernet /bus@5b000000/ethernet@5b050000 fec
group 5 5b050000.ethernet
finds 'group is inviable: a driver of the host has a member' viable
good
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
on_board check --vmm crosvm
is 'group is inviable: it has a container' 'in-use' "$(verdicts warn)"
good
echo N >"$root/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
finds "failed to set container's IOMMU driver type as Type1V2: Operation not permitted" \
	unsafe-interrupts
good
sed -i 's/^CONFIG_VFIO_IOMMU_TYPE1=./# CONFIG_VFIO_IOMMU_TYPE1 is not set/' "$root"/boot/config-*
rm -r "$root/sys/module/vfio_iommu_type1"
finds "container doesn't support IOMMU driver type Type1V2" config-type1
good
rm "$root/$platform/devices/$mu2/driver"
finds 'failed to get vfio device fd' bound
unbound
fdtput -d "$live" /bus@5d000000/mailbox@5d1d0000 iommus
finds "failed to read iommu_group link" iommus
good
finds 'failed to add guest memory map into iommu table: Cannot allocate memory' memlock --memory 2G
good
driver "$fec1" fec
finds "failed to enable vfio device's irq: Device or resource busy" bound

finish
