#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check: a good board passes, and each fault that a file can show is found by one
# check only.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh
# shellcheck source=tests/dts.sh
. tests/dts.sh

node=/bus@5b000000/ethernet@5b040000
lpcg_node=/bus@5b000000/clock-controller@5b230000
fec2_node=/bus@5b000000/ethernet@5b050000
parameters=sys/module

# decides NAME CHECK [TEXT]: the same, and bind is refused in the same words
decides() {
	fires "$@"
	seen=$out
	words=$(sed -n "s/^[^ ]*  *$2  *fail  *//p" "$tmp/out")
	fix=$(sed -n "/ $2  *fail /{ n; s/.*fix:  *//p; }" "$tmp/out")
	on_board bind -n
	is "$1: bind says the same" "1 imxpt: bind: $words
  fix: $fix" "$rc $err"
	out=$seen
}

good
on_board check
is "the good board: nothing fails" "0  " "$rc $(verdicts fail) $err"
is "the good board: nothing warns" "" "$(verdicts warn)"
has "the good board: its rows" "$(verdicts ok)" "board smmu nodes patched"

# The driver is not built.
unbound
rm -r "$root/$platform/drivers/vfio-platform" "$root/$parameters/vfio_platform"
sed -i 's/^CONFIG_VFIO_PLATFORM=m/# CONFIG_VFIO_PLATFORM is not set/' "$root"/boot/config-*
fires "no driver" config-platform "CONFIG_VFIO_PLATFORM is not set"

# No such device.
unbound
rm "$root/$platform/devices/$mu2"
decides "no device" devices "no platform device has this node"

# Loaded with reset_required=Y.
unbound
echo Y >"$root/$parameters/vfio_platform/parameters/reset_required"
decides "reset_required" reset-required "reset_required=Y"
sed -i 's/^CONFIG_VFIO_PLATFORM=m/CONFIG_VFIO_PLATFORM=y/' "$root"/boot/config-*
fires "reset_required, built in" cmdline-reset "vfio_platform.reset_required=0"

# Linux 6.1 needs a reset driver even with reset_required=0, unless it is patched.
unbound
mv "$root/boot/config-6.12.20-imx8" "$root/boot/config-6.1.55"
echo 6.1.55 >"$root/proc/sys/kernel/osrelease"
fires "Linux 6.1" version "Linux 6.1 and 6.2 require a reset driver"
good
mv "$root/boot/config-6.12.20-imx8" "$root/boot/config-6.1.55"
echo 6.1.55 >"$root/proc/sys/kernel/osrelease"
on_board check
is "Linux 6.1: one that bound the devices is ok" "0 " "$rc $(verdicts fail)"

# No IOMMU group: no iommus, no SMMU driver, no SMMU.
unbound
fdtput -d "$live" /bus@5d000000/mailbox@5d1d0000 iommus
fires "no group" iommus "mailbox@5d1d0000: it is in no IOMMU group, since its node has no iommus"
unbound
rm "$root"/sys/class/iommu/*
decides "no group, no driver" smmu-driver "no IOMMU driver is active"
fdtput "$live" -t s /iommu@51400000 status disabled
fires "no group, disabled" smmu "iommu@51400000: the SMMU is disabled"

# Not coherent.
unbound
fdtput -d "$live" $node dma-coherent
decides "coherence" coherent "its node has no dma-coherent, which VFIO requires since Linux 5.19"
fdtput -t x "$live" /iommu@51400000 dma-coherent
on_board check
is "coherence: the SMMU is coherent" "0 " "$rc $(verdicts fail)"
fdtput -d "$live" /iommu@51400000 dma-coherent
fdtput -t x "$live" /bus@5b000000 dma-coherent
on_board check
is "coherence: the bus is coherent" "0 " "$rc $(verdicts fail)"
fdtput -t x "$live" $node dma-noncoherent
decides "coherence: the bus is, the node is not" coherent "its node has no dma-coherent"
good
fdtput -d "$live" $node dma-coherent
on_board check
has "coherence: the kernel bound it without" "$rc $out" \
	"ethernet@5b040000 is not dma-coherent, but the kernel bound it"
unbound
fdtput -d "$live" $node dma-coherent
echo 5.15.71 >"$root/proc/sys/kernel/osrelease"
on_board check
is "coherence: Linux 5.15 does not need it" "0 " "$rc $(verdicts fail)"

# No compatible.
unbound
rm "$root/sys/firmware/devicetree/base$node/compatible"
decides "no compatible" compatible "its node has no compatible"

# A device waits for a supplier.
unbound
echo 1 >"$root/$platform/devices/$fec1/waiting_for_supplier"
decides "waiting" deferred "$fec1: it waits for a power domain"
unbound
echo 1 >"$root/$platform/devices/$lpcg/waiting_for_supplier"
decides "the first one waits" deferred "$lpcg: it waits for a power domain"
unbound
echo 1 >"$root/$platform/devices/$fec1/waiting_for_supplier"
fdtput -t x "$live" $node assigned-clocks 1 2
fires "waiting, and the tree shows for what" patched "delete $node assigned-clocks"

# Another group than the tree predicts.
good
rm "$root/$platform/devices/$mu2/iommu_group" "$root/sys/kernel/iommu_groups/5/devices/$mu2"
group 6 "$mu2"
: >"$root/dev/vfio/6"
warns "two groups" group "the kernel created 2 groups; the tree predicts one"

# A stream id that the SMMU refuses.
unbound
fdtput -t x "$live" $lpcg_node iommus "$(smmu)" 8012 7f80
fires "bad stream id" stream-id "stream id 0x8012"
unbound
echo 6.15.2 >"$root/proc/sys/kernel/osrelease"
decides "bad stream id, as Linux 6.15 shows it" group "the SMMU refused it"

# A process has the group open.
good
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
warns "in use" in-use "/dev/vfio/5 is in use by 1 (systemd)"

# U-Boot disabled the node.
good
rm "$root/$platform/devices/$fec1"
fdtput -t s "$live" $node status disabled
fdtput -t x "$live" $node power-domains "$(fdtget -t x "$live" /bus@5b000000/mmc@5b010000 power-domains | cut -d' ' -f1)" fb
decides "disabled" disabled "its power-domains names resource ENET_0 (251), which is not the host's"
unbound
rm "$root/$platform/devices/$fec1"
fdtput -t s "$live" $node status disabled
decides "disabled, in the tree" enabled 'its status is not "okay"'
good
fdtput -t s "$live" $node status disabled
on_board check
is "disabled in the tree, but the device exists" "0 " "$rc $(verdicts fail)"

# Never bound; a part of it.
unbound
warns "not bound" bound "no device is bound yet"
good
rm "$root/$platform/devices/$mu2/driver"
fires "not bound, a part" bound "$mu2 is not bound, its driver is none; other devices are bound"

# No node.
good
rm "$root/dev/vfio/5"
fires "no node" group-file "/dev/vfio/5 does not exist"

# A sibling with a driver of the host.
good
device 5b050000.ethernet $fec2_node fec
group 5 5b050000.ethernet
fires "a sibling" viable "5b050000.ethernet is in the IOMMU group of a passed device"
unbound
device 5b050000.ethernet $fec2_node fec
fdtput -t s "$live" $fec2_node status okay
fdtput -t x "$live" $fec2_node iommus "$(smmu)" 12 7f80
decides "a sibling, before there is a group" viable "bound to the driver fec"
has "a sibling: the tree shows why" "$out" "/ethernet@5b050000: its stream id 0x12 is also that of a passed device"
on_board check --dtb "$live"
is "a sibling, in a tree that is to be booted" "3 stream-owner" "$rc $(verdicts fail)"

# No interrupt remapping.
good
echo N >"$root/$parameters/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
fires "unsafe interrupts" unsafe-interrupts "this SoC cannot remap interrupts"
rm -r "$root/$parameters/vfio_iommu_type1"
warns "unsafe interrupts, not loaded" unsafe-interrupts "vfio_iommu_type1 is not loaded"
echo "quiet vfio-iommu-type1.allow_unsafe_interrupts=1" >"$root/proc/cmdline"
on_board check
is "unsafe interrupts: the command line has it" "0 " "$rc $(verdicts fail)"

# The stream id that U-Boot sets is another.
good
fdtput -t x "$live" $fec2_node fsl,sc_rsrc_id fb
fdtput -t x "$live" $fec2_node iommus "$(smmu)" 11 7f80
fires "another stream id" stream "resource ENET_0 (251) is 0x11"
good
echo "arm-smmu.disable_bypass=0" >"$root/proc/cmdline"
warns "another stream id, hidden" smmu-bypass "DMA with an unknown stream id bypasses the SMMU"

# No packets: no stream id, no partition, no interrupts.
good
fdtput -d "$live" $node fsl,sc_rsrc_id
fires "no packets" resource "U-Boot sets no stream id for it"
good
fdtput -t u "$live" /domu/doma reg 0
fires "no packets, no partition" partition "so 'scu_rm dtb' did not run"
good
fdtput -t u "$live" /domu/doma rsrcs 215 251 65787
fires "a number above 16 bits" partition "the firmware would take it for 251"
has "a number above 16 bits: the fix" "$out" "correct it in the board's tree (power-domains, fsl,pins)"
good
fdtput -t u "$live" /domu/doma pads 165
warns "a pad less" pads "fec1grp: pad 166 is not assigned to the guest"
# other_first ID NAME: a domain before ours has one of its resources
other_first() {
	good
	"$imxpt" patch -q -o "$tmp/other.dtb" "$(board mek-like)"
	source_of "$tmp/other.dtb" |
		sed "s|^\t\tdoma {|\t\talpha { compatible = \"xen,domu\"; reg = <3>; rsrcs = <$1>; };\n&|" |
		dtc -q -I dts -O dtb -o "$live"
	fdtput -t u "$live" /domu/doma reg 2
	fires "another domain is first" partition "/domu/doma does not get resource $2"
}
other_first 251 "ENET_0 (251)"
other_first 215 "MU_2A (215)"
good
for i in 0 1 2 3; do
	echo " 6$i:          0          0     GICv3 29$i Level     vfio-irq[$i]($fec1)"
done >>"$root/proc/interrupts"
warns "no packets, by its interrupts" interrupts "no interrupt of $fec1 arrived"

# Exactly one.
sed -i 's/^ 61:          0/ 61:          1/' "$root/proc/interrupts"
warns "one interrupt" interrupts "one interrupt of $fec1 arrived, and no second"
sed -i 's/^ 61:          1          0/ 61:          1       1234/' "$root/proc/interrupts"
on_board check
has "interrupts arrive" "$out" "1235 interrupts of $fec1 arrived"

# A port that was left on, and a group without a domain.
good
echo iommu.passthrough=1 >"$root/proc/cmdline"
warns "passthrough" passthrough "left running reaches the host's memory"
has "passthrough: the fix" "$out" "write iommu.passthrough=0 on the kernel command line"

# No driver_override.
good
echo '(null)' >"$root/$platform/devices/$fec1/driver_override"
warns "no override" override "$fec1 has no driver_override"
echo 5.10.72 >"$root/proc/sys/kernel/osrelease"
fires "no override, Linux 5.10" override "this kernel panics"

# What else can be wrong: the tree, the kernel, missing files.
good
fdtput -t s "$live" / compatible fsl,imx8qxp-mek
fires "a tree of another board" board "the tree is of another board: fsl,imx8qxp-mek, and the profile is for fsl,imx8qm"
unbound
fdtput -t s "$live" $node compatible somebody,else
fires "another device" nodes "the profile's device is compatible with fsl,imx8qm-fec, and this node is not"
on_board bind -n
has "another device: bind is refused" "$rc $err" "the profile's device is compatible with fsl,imx8qm-fec, and this node is not"
on_board bind -n --force
is "another device: the kernel binds it" 0 "$rc"
unbound
fdtput -t x "$live" /bus@5d000000/mailbox@5d1d0000 phandle 4711
fdtput -t x "$live" /system-controller mboxes 4711 0 0
fires "the host's own mailbox" nodes "without it: mboxes of /system-controller refers to it"
before=$(state)
on_board bind
has "the host's own mailbox: bind is refused" "$rc $err" "1 imxpt: bind: /bus@5d000000/mailbox@5d1d0000: the host does not"
is "and nothing is written" "$before" "$(state)"

good
fdtput -r "$live" /domu
fires "the board's own tree" patched "it is the board's original tree"
good
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 power-domains 4711 f8
fires "a loop of U-Boot's" references "loops forever on it"
good
fdtput -t x "$live" /system-controller mboxes 4711 0 0
warns "another reference that dangles" references "/system-controller: mboxes: no node has phandle "
# A kernel without an option has nothing of it either.
while read -r check option board paths; do
	$board
	sed -i "s/^CONFIG_$option=./# CONFIG_$option is not set/" "$root"/boot/config-*
	# shellcheck disable=SC2086 # several
	(cd "$root" && rm -r $paths)
	fires "the configuration" "$check" "CONFIG_$option is not set"
done <<END
config-kvm KVM good dev/kvm
config-vfio VFIO unbound $platform/drivers/vfio-platform sys/module dev/vfio
config-group VFIO_GROUP good dev/vfio/5
config-container VFIO_CONTAINER good dev/vfio/vfio
config-type1 VFIO_IOMMU_TYPE1 good sys/module/vfio_iommu_type1
config-smmu ARM_SMMU unbound sys/class/iommu
END
good
sed -i '/VFIO_GROUP/d; /VFIO_CONTAINER/d' "$root"/boot/config-*
on_board check
is "an older kernel has no such options" "0 " "$rc $(verdicts fail)"
good
sed -i '/VFIO_PLATFORM=/d' "$root"/boot/config-*
on_board check
is "a driver that was built apart" "0 " "$rc $(verdicts fail)"
unbound
rm -r "$root/$platform/drivers/vfio-platform" "$root/$parameters/vfio_platform"
on_board check
is "a driver that is not loaded yet" "0 driver bound" "$rc $(verdicts warn)"
echo driver >>"$tmp/fired"
good
rm "$root/dev/kvm"
fires "no KVM" kvm "/dev/kvm: No such file or directory"
good
rm "$root/dev/vfio/vfio"
fires "no container" container "/dev/vfio/vfio: No such file or directory"
good
mv "$root/sys/firmware/devicetree/base$lpcg_node" \
	"$root/sys/firmware/devicetree/base/bus@5b000000/gate@5b230000"
ln -sfn ../../../../firmware/devicetree/base/bus@5b000000/gate@5b230000 \
	"$root/sys/devices/platform/bus@5b000000/$lpcg/of_node"
warns "a node of another name" node "device $lpcg has the node /bus@5b000000/gate@5b230000"
good
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommus "$(smmu)" 92 7f80
echo stream-group >>"$tmp/fired"
on_board check
is "a stream id that the mask covers" "0 stream-group " \
	"$rc $(verdicts warn) $(verdicts fail)"
has "which node" "$out" "mmc@5b010000 is in the IOMMU group of the passed nodes"
on_board check --dtb "$live"
is "and it is yet to be booted" "3 stream-group" "$rc $(verdicts fail)"
fdtput -t x "$live" $node power-domains "$(fdtget -t x "$live" /bus@5b000000/mmc@5b010000 power-domains | cut -d' ' -f1)" fb
fdtput -d "$live" /bus@5b000000/mmc@5b010000 iommus
on_board check --dtb "$live"
is "a node that U-Boot will disable" "3 disabled" "$rc $(verdicts fail)"
fdtput -d "$live" /domu/doma pads
fdtput -d "$live" /domu/doma rsrcs
on_board check --dtb "$live"
has "a domain without resources" "$(verdicts fail)" partition
has "a domain without resources: the evidence" "$out" "no partition: it names neither rsrcs nor pads"

# Fired above without fires or warns, in check-log.t or check-vmm.t, or only notes.
cat >>"$tmp/fired" <<END
access
config-guide
container
kernel-log
qemu
qemu-device
memlock
irqfd
crosvm
stream-owner
END
good
on_board check --json
ok "the rows are read" [ "$(grep -c '^ *"name": ".*",$' "$tmp/out")" -gt 40 ]
is "every check fired" "" "$(sed -n 's/^ *"name": "\(.*\)",$/\1/p' "$tmp/out" |
	grep -vxFf "$tmp/fired" | tr '\n' ' ')"

finish
