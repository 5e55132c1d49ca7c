#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check: evidence of single rows for what is no fault, or only on this board.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

node=/bus@5b000000/ethernet@5b040000
fec2_node=/bus@5b000000/ethernet@5b050000
release=proc/sys/kernel/osrelease

# row CHECK: its verdict and evidence
row() {
	sed -n "s/^[^ ]*  *$1  *\([a-z]* .*\)/\1/p" "$tmp/out" | tr -s ' '
}

# says CHECK TEXT: the row of the board as it is now
says() {
	on_board check
	is "$1: $2" "$2" "$(row "$1")"
}

# says_of_tree CHECK TEXT: the row of the same tree, before it is booted
says_of_tree() {
	on_board check --dtb "$live"
	is "$1: $2" "$2" "$(row "$1")"
}

# The kernel.

good
echo N >"$root/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
echo 5.10.72 >"$root/$release"
says unsafe-interrupts \
	"warn vfio_iommu_type1.allow_unsafe_interrupts is N, and this SoC cannot remap interrupts: the VMM gets 'Operation not permitted'"
echo 1 >"$root/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
says unsafe-interrupts "ok vfio_iommu_type1.allow_unsafe_interrupts is Y"
good
rm -r "$root/sys/module/vfio_iommu_type1"
sed -i '/VFIO_CONTAINER/d; /VFIO_IOMMU_TYPE1/d' "$root"/boot/config-*
printf '# CONFIG_VFIO_CONTAINER is not set\nCONFIG_IOMMUFD_VFIO_CONTAINER=y\n' \
	>>"$(echo "$root"/boot/config-*)"
mkdir -p "$root/sys/module/iommufd/parameters"
echo Y >"$root/sys/module/iommufd/parameters/allow_unsafe_interrupts"
says unsafe-interrupts "ok iommufd.allow_unsafe_interrupts is Y"
is "a board with iommufd's container is ready" "0 " "$rc $(verdicts fail)$(verdicts warn)"
echo N >"$root/sys/module/iommufd/parameters/allow_unsafe_interrupts"
says unsafe-interrupts \
	"fail iommufd.allow_unsafe_interrupts is N, and this SoC cannot remap interrupts: the VMM gets 'Operation not permitted'"
has "its fix" "$out" "modprobe iommufd allow_unsafe_interrupts=1"
good
rm -r "$root/sys/module/vfio_platform" "$root/$platform/drivers/vfio-platform"
sed -i 's/^CONFIG_VFIO_PLATFORM=m/CONFIG_VFIO_PLATFORM=y/' "$root"/boot/config-*
echo quiet >"$root/proc/cmdline"
says cmdline-reset "fail the driver is built in, and the command line has no vfio_platform.reset_required=0"
echo "quiet vfio-platform.reset_required=0" >"$root/proc/cmdline"
says cmdline-reset "ok the command line has vfio_platform.reset_required=0"
unbound
says cmdline-reset "ok the driver was loaded with reset_required=0"
echo Y >"$root/sys/module/vfio_platform/parameters/reset_required"
says cmdline-reset "skip the driver is loaded with reset_required=Y (see check 'reset-required')"
rm "$root"/boot/config-*
says cmdline-reset "skip the driver is loaded with reset_required=Y (see check 'reset-required')"
rm -r "$root/sys/module/vfio_platform" "$root/$platform/drivers/vfio-platform"
says cmdline-reset "ok 'imxpt bind' loads the driver with reset_required=0"
says driver "warn vfio-platform is not loaded, and it is not known whether it can be"
good
echo "iommu.passthrough=1" >"$root/proc/cmdline"
says passthrough "warn iommu.passthrough=1: a passed device that its guest left running reaches the host's memory"
echo "iommu.passthrough=0" >"$root/proc/cmdline"
says passthrough "ok DMA of a group that no guest uses is translated or blocked"
sed -i 's/^# CONFIG_IOMMU_DEFAULT_PASSTHROUGH is not set/CONFIG_IOMMU_DEFAULT_PASSTHROUGH=y/' "$root"/boot/config-*
says passthrough "ok DMA of a group that no guest uses is translated or blocked"
echo quiet >"$root/proc/cmdline"
says passthrough "warn CONFIG_IOMMU_DEFAULT_PASSTHROUGH=y: a passed device that its guest left running reaches the host's memory"
says config-guide \
	"note IOMMU_DEFAULT_PASSTHROUGH (=y) and ARM_SMMU_V3_SVA (not set) are not needed: VFIO has its own domain, and this SMMU is a v2"
mkdir -p "$root/sys/module/arm_smmu/parameters"
echo N >"$root/sys/module/arm_smmu/parameters/disable_bypass"
says smmu-bypass \
	"warn DMA with an unknown stream id bypasses the SMMU (arm-smmu.disable_bypass=0)"
echo Y >"$root/sys/module/arm_smmu/parameters/disable_bypass"
echo "arm-smmu.disable_bypass=0" >"$root/proc/cmdline"
says smmu-bypass "ok DMA with an unknown stream id is blocked (arm-smmu.disable_bypass=1)"

# The kernel's type of the group counts, whatever its arguments are.
good
group_type=$root/sys/kernel/iommu_groups/5/type
echo identity >"$group_type"
echo "iommu.passthrough=0" >"$root/proc/cmdline"
says passthrough "warn the group's default domain is 'identity': a passed device that its guest left running reaches the host's memory"
for type in DMA DMA-FQ blocked; do
	echo $type >"$group_type"
	echo "iommu.passthrough=1" >"$root/proc/cmdline"
	says passthrough "ok DMA of a group that no guest uses is translated or blocked"
done

for type in unknown unmanaged 'identity or so'; do
	echo "$type" >"$group_type"
	says passthrough "warn iommu.passthrough=1: a passed device that its guest left running reaches the host's memory"
done
echo "iommu.passthrough" >"$root/proc/cmdline"
says passthrough "ok DMA of a group that no guest uses is translated or blocked"

# The configuration may be of another kernel: one that was built again has the old name.
good
sed -i 's/^\(CONFIG_[A-Z_0-9]*\)=[my]/# \1 is not set/' "$root"/boot/config-*
for option in KVM VFIO VFIO_GROUP VFIO_CONTAINER VFIO_IOMMU_TYPE1 VFIO_PLATFORM ARM_SMMU; do
	check=config-$(echo ${option##*_} | tr '[:upper:]' '[:lower:]')
	says "$check" "ok CONFIG_$option is not set, but the running kernel has what it is for"
done
unbound
(cd "$root" && rm -r $platform/drivers/vfio-platform sys/module dev sys/class/iommu)
sed -i 's/^\(CONFIG_[A-Z_0-9]*\)=[my]/# \1 is not set/' "$root"/boot/config-*
says config-kvm "fail CONFIG_KVM is not set"
says config-vfio "fail CONFIG_VFIO is not set"
says config-smmu "fail CONFIG_ARM_SMMU is not set"

# Where nothing shows how it is, no verdict.
no_cmdline="skip not seen: /proc/cmdline cannot be read"
no_config="skip not seen: neither /proc/config.gz nor /boot/config-6.12.20-imx8 can be read; name it with --config"
bypass=CONFIG_ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT
good
says smmu-bypass "ok DMA with an unknown stream id is blocked ($bypass=y)"
sed -i "s/^$bypass=y/# $bypass is not set/" "$root"/boot/config-*
says smmu-bypass "warn DMA with an unknown stream id bypasses the SMMU ($bypass is not set)"
has "smmu-bypass: the fix" "$out" "add arm-smmu.disable_bypass=1 to the kernel command line"
echo "arm-smmu.disable_bypass=1" >"$root/proc/cmdline"
says smmu-bypass "ok DMA with an unknown stream id is blocked (arm-smmu.disable_bypass=1)"
echo quiet >"$root/proc/cmdline"
sed -i "/$bypass/d" "$root"/boot/config-*
says smmu-bypass "skip not seen: the configuration has no $bypass"
rm "$root"/boot/config-*
says smmu-bypass "$no_config"
says passthrough "$no_config"
good
rm "$root/proc/cmdline"
for check in smmu-bypass passthrough; do
	says $check "$no_cmdline"
done
rm -r "$root/sys/module/vfio_iommu_type1"
says unsafe-interrupts "$no_cmdline"
mkdir -p "$root/sys/module/arm_smmu/parameters"
echo Y >"$root/sys/module/arm_smmu/parameters/disable_bypass"
says smmu-bypass "ok DMA with an unknown stream id is blocked (arm-smmu.disable_bypass=1)"
rm -r "$root/sys/module/vfio_platform"
says reset-required "skip not seen: /sys/module/vfio_platform/parameters/reset_required cannot be read"
says cmdline-reset "skip not seen: /sys/module/vfio_platform/parameters/reset_required cannot be read"
sed -i 's/^CONFIG_VFIO_PLATFORM=m/CONFIG_VFIO_PLATFORM=y/' "$root"/boot/config-*
says cmdline-reset "$no_cmdline"
unbound
says deferred "ok no device waits for a supplier"
says viable "ok no driver of the host has a member of the group"
says group "ok the kernel creates the group at the first bind"
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommus "$(smmu)" 12 7f80
says viable "fail 5b010000.mmc is in the IOMMU group of a passed device and bound to the driver sdhci-esdhc-imx"
rm "$root/$platform/devices/5b010000.mmc/driver"
: >"$root/$platform/devices/5b010000.mmc/driver"
says viable "skip not seen: the group does not exist yet, and its members cannot be predicted"
rm "$live"
says viable "skip not seen: the group does not exist yet, and its members cannot be predicted"
rm "$root/$release"
says group "skip not seen: /proc/sys/kernel/osrelease has no version"
unbound
rm "$root/$platform/devices/$fec1/waiting_for_supplier"
says deferred "skip not seen: waiting_for_supplier is missing, or cannot be read"
good
rm "$root/$platform/devices/$fec1/waiting_for_supplier"
says deferred "ok no device waits for a supplier"

# The tree.

good
says partition "ok /domu/doma is partition 2"
fdtput -t s "$live" /domu/doma status disabled
says partition "fail /domu/doma: its status is not \"okay\", so 'scu_rm dtb' skipped it: a guest would switch off resources of the host"
good
smmu=$(fdtget -t x "$live" $node iommus | cut -d' ' -f1)
fdtput -t x "$live" $node iommus "$smmu" 12
says iommus "fail ethernet@5b040000: iommus is not <SMMU id mask>, which U-Boot and the SMMU driver need"
good
fdtput -t x "$live" $node iommus 1 12 7f80
says iommus "fail ethernet@5b040000: iommus is not <SMMU id mask>, which U-Boot and the SMMU driver need"
good
fdtput -t x "$live" $node iommus "$smmu" 12 ff80
says stream-id "fail /bus@5b000000/ethernet@5b040000: mask 0xff80 of stream id 0x12 has more bits than 0x7fff"
good
fdtput -t x "$live" $fec2_node iommus "$smmu" 12 7f80
fdtput -t s "$live" $fec2_node status disabled
says_of_tree stream-owner \
	"warn /bus@5b000000/ethernet@5b050000: its stream id 0x12 is also that of a passed device: its DMA would go to the guest's memory"
fdtput -t s "$live" $fec2_node status okay
says_of_tree stream-owner \
	"fail /bus@5b000000/ethernet@5b050000: its stream id 0x12 is also that of a passed device: its DMA would go to the guest's memory"
# what is on its bus may have the ids 0x10 to 0x12
fdtput -d "$live" $fec2_node iommus
fdtput -t x "$live" $fec2_node iommu-map 0 "$smmu" 1 1 100 "$smmu" 10 3
says_of_tree stream-owner \
	"fail /bus@5b000000/ethernet@5b050000: its stream id 0x12 is also that of a passed device: its DMA would go to the guest's memory"
fdtput -t s "$live" $fec2_node status disabled
says_of_tree stream-owner \
	"warn /bus@5b000000/ethernet@5b050000: its stream id 0x12 is also that of a passed device: its DMA would go to the guest's memory"
fdtput -t x "$live" $fec2_node iommu-map 0 "$smmu" 10 2 100 "$smmu" 13 ffff
says_of_tree stream-owner "ok no other node has the stream id of a passed node"
unbound
fdtput -d "$live" $node dma-coherent
for series in 5.19 6.0; do
	echo $series.7 >"$root/$release"
	says coherent "warn ethernet@5b040000: its node has no dma-coherent, which VFIO requires since Linux 5.19"
done
echo 5.18.9 >"$root/$release"
says coherent "ok Linux 5.18 does not need dma-coherent"
fdtput -t s "$live" "$(fdtget -l "$live" / | sed -n 's|^iommu@|/&|p')" dma-coherent
says coherent "ok the SMMU is dma-coherent"

# QEMU, and what limits it.

good
echo 'Max locked memory         unlimited            unlimited            bytes' >"$root/proc/self/limits"
on_board check --memory 64G
is "memlock: no limit" "ok locked memory is not limited here" "$(row memlock)"
on_board check --memory 64G --user 1000
has "memlock: of another user" "$(row memlock)" "skip not seen: the limit of another user"
good
echo " 61:          0          0     GICv3 290 Level     vfio-irq[0]($mu2)" >>"$root/proc/interrupts"
says interrupts "skip no guest uses the devices"

# Whether a guest runs is seen in that file only.
good
says in-use "ok as far as the recording shows, no process has the group open"
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
rm "$root/proc/interrupts"
no_interrupts="skip not seen: /proc/interrupts cannot be read"
says in-use "$no_interrupts"
says interrupts "$no_interrupts"

# A guest that runs is no reason to warn; a process that holds the group without one is.
good
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
says in-use "warn /dev/vfio/5 is in use by 1 (systemd), which has not asked for any interrupt"
for i in 0 1 2 3; do
	echo " 6$i:          0          $i     GICv3 29$i Level     vfio-irq[$i]($fec1)"
done >>"$root/proc/interrupts"
says in-use "ok /dev/vfio/5 is in use by 1 (systemd), which has asked for the interrupts"
says interrupts "ok 3 interrupts of $fec1 arrived"
on_board check --strict
is "a running guest passes --strict" 0 "$rc"
sed -i 's/ 3     GICv3/ 1     GICv3/; s/ 2     GICv3/ 0     GICv3/' "$root/proc/interrupts"
says interrupts "warn one interrupt of $fec1 arrived, and no second: the guest's tree says edge, or the line fired before the guest enabled it"
fix=$(sed -n '/ interrupts  *warn /{ n; s/.*fix:  *//p; }' "$tmp/out")
has "both causes have a fix: the trigger" "$fix" "4 (level), as 'imxpt guest' does"
has "both causes have a fix: irqfd" "$fix" "-global vfio-platform.x-irqfd=off"
on_board check --vmm crosvm
is "with crosvm there is another cause" "warn one interrupt of $fec1 arrived, and no second: the guest has not handled it" \
	"$(row interrupts)"
has "with crosvm there is another fix" "$out" "check in the guest that the driver of the device runs"
run qemu -- -global vfio-platform.x-irqfd=off
is "imxpt qemu accepts that fix" 0 "$rc"

# The SMMU.

good
smmu_node=/iommu@51400000
fdtput -t x "$live" $smmu_node '#iommu-cells' 1
says smmu "fail /iommu@51400000: #iommu-cells is not 2"
has "another #iommu-cells: the fix is another tree" "$out" "fix:     use the tree of Linux 6.9"
good
fdtput -t s "$live" $smmu_node status disabled
on_board check
has "a disabled SMMU: the fix is another tree" "$out" "fix:     use a tree that leaves the SMMU to Linux"
good
fdtput -r "$live" $smmu_node
says smmu "fail the tree has no SMMU (arm,mmu-500)"
has "no SMMU: the fix is another tree" "$out" "older trees of Linux have no node for it"

# A partition that is missing because of the tree: the fix is another tree, not scu_rm.

# no_partition TEXT: the evidence of a bound board, and the fix
no_partition() {
	says partition "fail $1"
	has "$1: the fix" "$out" "fix:     boot a host tree made by 'imxpt patch'"
}
host="a guest would switch off resources of the host"
good
fdtput -t s "$live" /domu/doma compatible foo
no_partition "/domu/doma: no partition: it is not compatible with xen,domu: $host"
on_board check --dtb "$live"
is "it is not booted yet" "fail /domu/doma: no partition: it is not compatible with xen,domu" \
	"$(row partition)"
has "it is not booted yet: the fix" "$out" "fix:     boot a host tree made by 'imxpt patch'"
good
fdtput -t u "$live" /domu/doma reg 0 2
no_partition "/domu/doma: reg is not one cell, so it has no number of a partition: $host"
good
fdtput -t s "$live" /domu/doma status disabled
no_partition "/domu/doma: its status is not \"okay\", so 'scu_rm dtb' skipped it: $host"
good
fdtput -t u "$live" /domu/doma rsrcs 251
no_partition "/domu/doma does not get the passed mailbox MU_2A (215): a guest would act as the host's partition"
good
fdtput -t u "$live" /domu/doma reg 0
says partition "fail /domu/doma: reg is still 0, so 'scu_rm dtb' did not run or failed: $host"
has "only then scu_rm is the fix" "$out" "fix:     let U-Boot run 'scu_rm dtb"

# Passed nodes with other stream ids than the first: each has a group of its own.

# streams LPCG FEC MU: their stream ids
streams() {
	good
	fdtput -t x "$live" /bus@5b000000/clock-controller@5b230000 iommus "$(smmu)" "$1" 7f80
	fdtput -t x "$live" $node iommus "$(smmu)" "$2" 7f80
	fdtput -t x "$live" /bus@5d000000/mailbox@5d1d0000 iommus "$(smmu)" "$3" 7f80
}
for ids in "11 12 11" "11 11 12" "12 11 11"; do
	# shellcheck disable=SC2086 # three of them
	streams $ids
	fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommus "$(smmu)" 92 7f80
	says_of_tree stream-group "fail mmc@5b010000 is in the IOMMU group of the passed nodes"
done
streams 11 12 11
says_of_tree stream-group "ok the passed nodes have several IOMMU groups, without any other node"
says_of_tree stream-id "ok the passed nodes have stream id 0x11, mask 0x7f80; 0x12, mask 0x7f80"
streams 11 12 13
says_of_tree stream-id "ok the passed nodes have stream id 0x11, mask 0x7f80; 0x12, mask 0x7f80; 0x13, mask 0x7f80"

# A member of the kernel's group that the tree does not predict.
good
device 5b050000.ethernet /bus@5b000000/ethernet@5b050000
says stream-group "ok the passed nodes have one IOMMU group, without any other node"
ln -s ../../../../bus/platform/devices/5b050000.ethernet "$root/sys/kernel/iommu_groups/5/devices/"
says stream-group "warn 5b050000.ethernet is in IOMMU group 5, and the tree does not predict it"
says viable "ok no driver of the host has a member of the group"
driver 5b050000.ethernet fec
says stream-group "ok the passed nodes have one IOMMU group, without any other node"
is "viable reports a member with a driver" fail "$(row viable | cut -d' ' -f1)"

# As data.

good
rm "$live"
on_board check --json
has "the JSON says what was not seen" "$out" \
	"\"tree_unseen\": \"/sys/firmware/fdt does not exist; 'imxpt check --dtb' checks a file\""
rm "$root/sys/firmware/devicetree/base/compatible"
on_board check --json
has "and why the machine was not checked" "$out" '"machine_unseen": "this machine has no device tree'
for compatible in "" fsl,imx8qm; do # without its NUL
	printf %s "$compatible" >"$root/sys/firmware/devicetree/base/compatible"
	on_board check --json
	has "nor is one with the compatible '$compatible'" "$out" '"machine_unseen": "this machine is not an fsl,imx8qm board"'
done
finish
