#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# record.sh DIR [ROOT]: record this board (or the one below ROOT) in the new directory
# DIR, for "imxpt --root DIR check", status and bind -n on any machine.
#
# It copies only what these commands read.  MAC addresses, serial numbers, seeds and the
# identifiers of disks are masked.  Some files are root's; without root the recording
# lacks them, and check says so.  It needs nothing but a POSIX shell's usual company, and
# dtc for the tree.
set -eu
export LC_ALL=C

dir=${1:?usage: record.sh DIR [ROOT]}
root=${2:-}
root=${root%/}

if [ -e "$dir" ]; then
	echo "record.sh: $dir is there already" >&2
	exit 1
fi
mkdir -p "$dir"
[ -z "$root" ] || root=$(cd "$root" && pwd -P)

talk() {
	echo "record.sh: $*" >&2
}

# Take out what tells one board from another.
mask() {
	sed -e 's/[0-9A-Fa-f][0-9A-Fa-f]\([:-][0-9A-Fa-f][0-9A-Fa-f]\)\{5\}/00:00:00:00:00:00/g' \
		-e 's/\([Mm][Aa][Cc][Aa][Dd][Dd][Rr]=\)[^ ";]*/\1masked/g' \
		-e 's/\([Ss][Ee][Rr][Ii][Aa][Ll][a-zA-Z_-]*=\)[^ ";]*/\1masked/g' \
		-e 's/\([Uu][Uu][Ii][Dd]=\)[^ ";]*/\1masked/g' \
		-e 's|\(/by-[a-z]*/\)[^ ";]*|\1masked|g'
}

# The parent directory of a path below dir.
parent() {
	mkdir -p "$dir/${1%/*}"
}

# copy PATH...: files, if they are there; those of /proc and /sys tell no size
copy() {
	for path; do
		[ -e "$root/$path" ] || continue
		parent "$path"
		cat "$root/$path" >"$dir/$path" 2>/dev/null || {
			rm -f "$dir/$path"
			talk "/$path cannot be read"
		}
	done
}

# link PATH: a symbolic link, as it stands
link() {
	[ -L "$root/$1" ] || return 0
	parent "$1"
	ln -s "$(readlink "$root/$1")" "$dir/$1"
}

# where PATH: what it leads to, without the root
where() {
	found=$(readlink -f "$root/$1") || return
	echo "${found#"$root"/}" | sed 's|^/||'
}

# node PATH: a device node, as an empty file of its mode and owner
node() {
	[ -e "$root/$1" ] || return 0
	parent "$1"
	: >"$dir/$1"
	# shellcheck disable=SC2012 # ls is what every board has
	mode=$(ls -ldn "$root/$1" | awk '{
		for (i = 2; i <= 10; i++)
			m = m (substr($1, i, 1) == "-" ? 0 : 1)
		print m, $3 ":" $4
	}')
	chmod "$(echo "${mode% *}" | awk '{
		for (i = 1; i <= 9; i += 3)
			printf "%d", substr($1, i, 1) * 4 + substr($1, i + 1, 1) * 2 + substr($1, i + 2, 1)
	}')" "$dir/$1"
	chown "${mode#* }" "$dir/$1" 2>/dev/null || :
}

record_tree() {
	fdt=sys/firmware/fdt
	if ! [ -r "$root/$fdt" ]; then
		talk "/$fdt cannot be read: run this as root"
	elif ! command -v dtc >/dev/null; then
		talk "without dtc the tree cannot be masked, so it is left out"
	else
		parent "$fdt"
		dtc -q -I dtb -O dts "$root/$fdt" | mask |
			sed -e '/^[[:space:]]*kaslr-seed = /d' -e '/^[[:space:]]*rng-seed = /d' \
				-e '/^[[:space:]]*[a-z,-]*\(mac\|bd\)-address = /d' \
				-e '/^[[:space:]]*address = /d' \
				-e '/^[[:space:]]*[a-z,-]*serial[a-z-]* = /d' |
			dtc -q -I dts -O dtb -o "$dir/$fdt"
	fi
}

record_kernel() {
	copy proc/sys/kernel/osrelease proc/config.gz proc/interrupts proc/self/limits \
		"boot/config-$(cat "$root/proc/sys/kernel/osrelease")" \
		sys/module/vfio_platform/parameters/reset_required \
		sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts \
		sys/module/arm_smmu/parameters/disable_bypass
	if [ -e "$root/proc/cmdline" ]; then
		parent proc/cmdline
		mask <"$root/proc/cmdline" >"$dir/proc/cmdline"
	fi
	# of the kernel log, only what the SMMU's driver wrote
	if [ -n "$root" ]; then
		[ ! -e "$root/dmesg" ] || grep arm-smmu "$root/dmesg" >"$dir/dmesg" || :
	elif ! { dmesg 2>/dev/null || [ "$(id -u)" -ne 0 ]; } | grep arm-smmu >"$dir/dmesg"; then
		rm -f "$dir/dmesg"
		talk "the kernel log cannot be read, or has no word of the SMMU"
	fi
	# root's own processes are not limited, which the limits do not show
	if [ -z "$root" ] && [ "$(id -u)" -eq 0 ]; then
		parent proc/self/limits
		echo 'Max locked memory         unlimited            unlimited            bytes' \
			>"$dir/proc/self/limits"
	fi
}

# device PATH: one below sys/bus/platform/devices, and what its node says of groups
device() {
	link "$1"
	real=$(where "$1")
	mkdir -p "$dir/$real"
	for name in driver iommu_group of_node; do
		link "$real/$name"
		[ -L "$root/$real/$name" ] || continue
		target=$(where "$real/$name")
		mkdir -p "$dir/$target"
		[ $name != of_node ] || copy "$target/compatible" "$target/iommus" \
			"$target/dma-coherent" "$target/status"
	done
	copy "$real/driver_override" "$real/waiting_for_supplier"
}

record_devices() {
	copy sys/firmware/devicetree/base/compatible
	for path in "$root"/sys/bus/platform/devices/*; do
		[ ! -L "$path" ] || device "${path#"$root"/}"
	done
	for path in "$root"/sys/kernel/iommu_groups/*/devices/*; do
		[ ! -L "$path" ] || link "${path#"$root"/}"
	done
	mkdir -p "$dir/sys/bus/platform/devices" "$dir/sys/class/iommu"
	[ ! -d "$root/sys/bus/platform/drivers/vfio-platform" ] ||
		mkdir -p "$dir/sys/bus/platform/drivers/vfio-platform"
	for path in "$root"/sys/class/iommu/*; do
		[ ! -L "$path" ] || link "${path#"$root"/}"
	done
}

# Who has a group open: the process's name, and that one link.
record_users() {
	for path in "$root"/proc/[0-9]*/fd/*; do
		case $(readlink "$path" 2>/dev/null) in
		/dev/vfio/[0-9]*)
			link "${path#"$root"/}"
			copy "$(echo "${path#"$root"/}" | sed 's|/fd/.*|/comm|')"
			;;
		esac
	done
}

record_tree
record_kernel
record_devices
record_users
for path in "$root"/dev/kvm "$root"/dev/vfio/*; do
	node "${path#"$root"/}"
done
talk "recorded in $dir; read it before you pass it on"
