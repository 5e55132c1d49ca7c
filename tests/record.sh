#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# record.sh DIR [ROOT]: record this board (or the one below ROOT) in the new directory
# DIR, for "imxpt --root DIR check", status and bind -n on any machine.
#
# It keeps only what these commands read: of the tree the properties that are listed here,
# of the kernel's command line, configuration and log the arguments, options and messages;
# so it has no name of the machine, no address and no key.  Some files are root's; without
# root the recording lacks them, and check says so.  It needs nothing but a POSIX shell's
# usual company, gzip for /proc/config.gz, and dtc for the tree.
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

# Properties of the tree: the references of src/dt/refs.c, and what src/host and src/check
# read; tests/record.t compares all these lists with the sources.
properties="
	access-controllers affinity assigned-clock-parents assigned-clock-rates
	assigned-clock-rates-u64 assigned-clocks audio-asrc audio-codec audio-cpu
	backlight clock-names clocks compatible cooling-device cpu cpu-idle-states dais
	dma-coherent dma-names dma-noncoherent dmas domain_name extcon fsl,pins
	fsl,sc_rsrc_id fsl,usbmisc fsl,usbphy gpio gpio-hog gpio-ranges gpios hwlocks
	i2c-parent imxpt,no-dma-rsrcs init_on_rsrcs interconnect-names interconnects
	interrupt-map interrupt-parent interrupts interrupts-extended io-backends
	io-channel-names io-channels iommu-map iommus leds linux,phandle mbox-names
	mboxes memory-region mmc-pwrseq mmu-masters msi-map msi-parent mux-controls
	mux-states next-level-cache nvmem nvmem-cell-names nvmem-cells
	operating-points-v2 pads panel pcs-handle peer-hub phandle phy phy-device
	phy-handle phy-names phys pinctrl-names post-init-providers power-domain-names
	power-domains power-supplies pses pwm-names pwms reg regulator-always-on
	remote-endpoint reset-names resets rsrcs sfp simple-audio-card,bitclock-master
	simple-audio-card,frame-master sound-dai spdif-controller ssi-controller status
	stdout-path stream-match-mask thermal-sensors trip wakeup-parent"
property_patterns='^(#[a-z-]+-cells|pinctrl-[0-9]+|.+-(gpios?|supply))$'

arguments='(vfio[-_]platform\.reset[-_]required|vfio[-_]iommu[-_]type1\.allow[-_]unsafe[-_]interrupts|iommufd\.allow[-_]unsafe[-_]interrupts|arm[-_]smmu\.disable[-_]bypass|iommu\.passthrough)(=[0-9A-Za-z]*)?'

config='(KVM|VFIO|VFIO_GROUP|VFIO_CONTAINER|VFIO_IOMMU_TYPE1|IOMMUFD_VFIO_CONTAINER|VFIO_PLATFORM|ARM_SMMU|ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT|IOMMU_DEFAULT_PASSTHROUGH|ARM_SMMU_V3_SVA)'

messages='arm-smmu.*(Unhandled context fault.*cbfrsynra=|GFSR .*GFSYNR1 )'

# Of a tree as dtc prints it: the nodes, and the properties that are listed.
keep_properties() {
	names=$properties patterns=$property_patterns awk '
		BEGIN {
			n = split(ENVIRON["names"], list)
			while (n)
				keep[list[n--]] = 1
			patterns = ENVIRON["patterns"]
		}
		/^\/dts-v1\/;$/ || /^\/memreserve\// { print; next }
		/^[ \t]*[^="]+ \{$/ || /^[ \t]*};$/ { print; next }
		{ name = $1; sub(/;$/, "", name) }
		(name in keep || name ~ patterns) && /^[ \t]*[^ \t;]+( = .*)?;$/'
}

# The parent directory of a path below dir.
parent() {
	mkdir -p "$(dirname "$dir/$1")"
}

# copy PATH...: files, if they are there; those of /proc and /sys have no size
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
	if ! [ -e "$root/$fdt" ]; then
		talk "this machine has no /$fdt: it did not boot with a device tree"
	elif ! [ -r "$root/$fdt" ]; then
		talk "/$fdt cannot be read: run this as root"
	elif ! command -v dtc >/dev/null; then
		talk "without dtc no part of the tree can be chosen, so it is left out"
	else
		parent "$fdt"
		dtc -q -I dtb -O dts "$root/$fdt" | keep_properties |
			dtc -q -I dts -O dtb -o "$dir/$fdt"
	fi
}

# some PATH COMMAND...: what the command keeps of a file that is there
some() {
	path=$1
	shift
	[ -r "$root/$path" ] || return 0
	parent "$path"
	"$@" <"$root/$path" >"$dir/$path" || :
}

zipped_config() {
	gzip -dc | some_config | gzip -c
}

some_config() {
	grep -E "^(# )?CONFIG_$config(=[ym]| is not set)\$"
}

some_arguments() {
	tr -s ' \t\n' '\n' | grep -xE "$arguments" | paste -sd ' ' -
}

some_interrupts() {
	sed -n 's/^\( *[0-9]*:.*vfio-irq\[[0-9]*\]([^ ()]*)\).*/\1/p'
}

record_log() {
	if [ -n "$root" ]; then
		some dmesg grep -E "$messages"
	elif dmesg >"$dir/dmesg.all" 2>/dev/null; then
		grep -E "$messages" "$dir/dmesg.all" >"$dir/dmesg" || :
	else
		talk "the kernel log cannot be read: run this as root"
	fi
	rm -f "$dir/dmesg.all"
}

record_kernel() {
	copy proc/sys/kernel/osrelease \
		sys/module/vfio_platform/parameters/reset_required \
		sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts \
		sys/module/iommufd/parameters/allow_unsafe_interrupts \
		sys/module/arm_smmu/parameters/disable_bypass
	some proc/config.gz zipped_config
	some "boot/config-$(cat "$root/proc/sys/kernel/osrelease")" some_config
	some proc/cmdline some_arguments
	some proc/interrupts some_interrupts
	some proc/self/limits grep '^Max locked memory '
	record_log
	# root's own processes are not limited, which the limits do not show
	if [ -z "$root" ] && [ "$(id -u)" -eq 0 ]; then
		parent proc/self/limits
		echo 'Max locked memory         unlimited            unlimited            bytes' \
			>"$dir/proc/self/limits"
	fi
}

# device PATH: one below sys/bus/platform/devices, and what its node has about groups
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
	for path in "$root"/sys/kernel/iommu_groups/*/type; do
		copy "${path#"$root"/}"
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

# What the firmware answers, where imxpt can ask it: calls and numbers.
record_firmware() {
	if [ -n "$root" ]; then
		cat "$root/firmware"
	else
		imxpt check --ask-firmware -v 2>&1 >/dev/null
	fi 2>/dev/null | grep '^[a-z_]* [0-9]* [0-9]* [=!] -*[0-9]*$' >"$dir/firmware" ||
		rm -f "$dir/firmware"
}

record_tree
record_kernel
record_devices
record_users
record_firmware
for path in "$root"/dev/kvm "$root"/dev/vfio/*; do
	node "${path#"$root"/}"
done
talk "recorded in $dir; read it before you pass it on"
