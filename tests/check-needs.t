#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check: a row whose cause is another row's names that row and advises nothing.
# Each recording breaks one thing; the rows in which it shows as well are blocked.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

node=/bus@5b000000/ethernet@5b040000
lpcg_node=/bus@5b000000/clock-controller@5b230000
fec2_node=/bus@5b000000/ethernet@5b050000

# option_off NAME...: options of the kernel's configuration
option_off() {
	for option; do
		sed -i "s/^CONFIG_${option}=.*/# CONFIG_${option} is not set/" "$root"/boot/config-*
	done
}

# option_absent NAME...: since an option that they depend on is off
option_absent() {
	for option; do
		sed -i "/CONFIG_${option}[= ]/d" "$root"/boot/config-*
	done
}

no_driver() {
	rm -rf "$root/$platform/drivers/vfio-platform" "$root/sys/module/vfio_platform"
}

no_smmu_driver() {
	rm "$root"/sys/class/iommu/*
}

# no_interrupt: a guest runs, and its device does not interrupt
no_interrupt() {
	echo " 60:          0          0     GICv3 290 Level     vfio-irq[0]($fec1)" \
		>>"$root/proc/interrupts"
}

# blocks BY CHECK...: only BY fails, nothing warns, and it blocks each CHECK
blocks() {
	by=$1
	shift
	on_board check
	is "$by: nothing else fails or warns" "$by " "$(verdicts fail) $(verdicts warn)"
	for check; do
		is "$by blocks $check" "skip not checked: '$by' failed" \
			"$(sed -n "s/^[^ ]*  *$check  *\([a-z]* .*\)/\1/p" "$tmp/out" | tr -s ' ')"
		echo "$check $by" >>"$tmp/blocked"
	done
}

good
fdtput -t s "$live" / compatible fsl,imx8qxp-mek
fdtput -t s "$live" /iommu@51400000 status disabled
fdtput -t x "$live" /system-controller mboxes 4711 0 0
fdtput -t s "$live" $node compatible somebody,else
blocks board smmu nodes references irqfd

unbound
fdtput -t s "$live" /iommu@51400000 status disabled
no_smmu_driver
blocks smmu nodes smmu-driver

good
fdtput -t s "$live" $node compatible somebody,else
blocks nodes patched enabled iommus coherent partition pads disabled devices

unbound
cp "$(board mek-like)" "$live"
rm "$root/$platform/devices/$mu2"
blocks patched enabled iommus coherent partition pads deferred

good
fdtput -d "$live" $node iommus
blocks iommus stream-id resource stream-owner stream-group

good
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 power-domains 4711 f8
blocks references resource stream-owner disabled stream

unbound
rm "$root/$platform/devices/$fec1"
fdtput -t s "$live" $node status disabled
blocks enabled disabled devices stream-group

unbound
rm "$root/$platform/devices/$fec1"
fdtput -t s "$live" $node status disabled
fdtput -t x "$live" $node power-domains \
	"$(fdtget -t x "$live" /bus@5b000000/mmc@5b010000 power-domains | cut -d' ' -f1)" fb
blocks disabled devices

unbound
echo 6.15.2 >"$root/proc/sys/kernel/osrelease"
fdtput -t x "$live" $lpcg_node iommus "$(smmu)" 8012 7f80
mv "$root/boot/config-6.12.20-imx8" "$root/boot/config-6.15.2"
blocks stream-id resource stream-group stream group

good
fdtput -t s "$live" $fec2_node status okay
fdtput -t x "$live" $fec2_node iommus "$(smmu)" 12 7f80
on_board check --dtb "$live"
has "stream-owner blocks stream-group" "$(tr -s ' ' <"$tmp/out")" \
	"tree stream-group skip not checked: 'stream-owner' failed"
echo "stream-group stream-owner" >>"$tmp/blocked"

good
fdtput -d "$live" $node fsl,sc_rsrc_id
no_interrupt
blocks resource stream interrupts

good
fdtput -t u "$live" /domu/doma reg 0
no_interrupt
blocks partition interrupts

good
fdtput -t x "$live" $fec2_node fsl,sc_rsrc_id fb
fdtput -t x "$live" $fec2_node iommus "$(smmu)" 11 7f80
no_interrupt
blocks stream interrupts

unbound
mv "$root/boot/config-6.12.20-imx8" "$root/boot/config-6.1.55"
echo 6.1.55 >"$root/proc/sys/kernel/osrelease"
blocks version bound

good
option_off KVM
rm "$root/dev/kvm"
blocks config-kvm kvm

unbound
option_off VFIO
option_absent VFIO_GROUP VFIO_CONTAINER VFIO_IOMMU_TYPE1 VFIO_PLATFORM
no_driver
rm -r "$root/sys/module/vfio_iommu_type1" "$root/dev/vfio/vfio"
blocks config-vfio config-group config-container config-type1 config-platform

good
option_off VFIO_GROUP
option_absent VFIO_CONTAINER VFIO_IOMMU_TYPE1
rm "$root/dev/vfio/5" "$root/dev/vfio/vfio"
rm -r "$root/sys/module/vfio_iommu_type1"
blocks config-group config-container group-file

good
option_off VFIO_CONTAINER
option_absent VFIO_IOMMU_TYPE1
rm "$root/dev/vfio/vfio"
rm -r "$root/sys/module/vfio_iommu_type1"
blocks config-container config-type1 container

good
option_off VFIO_IOMMU_TYPE1
rm -r "$root/sys/module/vfio_iommu_type1"
blocks config-type1 unsafe-interrupts

unbound
option_off VFIO_PLATFORM
no_driver
blocks config-platform cmdline-reset driver

unbound
option_off ARM_SMMU
no_smmu_driver
echo "arm-smmu.disable_bypass=0" >"$root/proc/cmdline"
blocks config-smmu smmu-bypass smmu-driver

unbound
sed -i 's/^CONFIG_VFIO_PLATFORM=m/CONFIG_VFIO_PLATFORM=y/' "$root"/boot/config-*
echo Y >"$root/sys/module/vfio_platform/parameters/reset_required"
blocks cmdline-reset reset-required

unbound
echo Y >"$root/sys/module/vfio_platform/parameters/reset_required"
blocks reset-required bound

unbound
no_smmu_driver
for member in "$lpcg" "$fec1" "$mu2"; do
	echo 1 >"$root/$platform/devices/$member/waiting_for_supplier"
done
echo 6.15.2 >"$root/proc/sys/kernel/osrelease"
mv "$root/boot/config-6.12.20-imx8" "$root/boot/config-6.15.2"
blocks smmu-driver deferred group bound

unbound
fdtput -d "$live" $node dma-coherent
blocks coherent bound

unbound
rm "$root/$platform/devices/$mu2"
blocks devices node compatible deferred group viable bound override

unbound
rm "$root/sys/firmware/devicetree/base$node/compatible"
blocks compatible bound

unbound
echo 1 >"$root/$platform/devices/$fec1/waiting_for_supplier"
blocks deferred bound

unbound
echo 6.15.2 >"$root/proc/sys/kernel/osrelease"
mv "$root/boot/config-6.12.20-imx8" "$root/boot/config-6.15.2"
blocks group bound group-file

unbound
device 5b050000.ethernet $fec2_node fec
group 5 "$lpcg" "$fec1" "$mu2" 5b050000.ethernet
blocks viable bound

good
rm "$root/$platform/devices/$mu2/driver"
chmod 600 "$root/dev/vfio/5"
blocks bound group-file

good
rm "$root/dev/vfio/5"
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
blocks group-file access in-use

# What a recording cannot show: whether a module can be loaded, and QEMU.
cat >>"$tmp/blocked" <<END
reset-required driver
bound driver
qemu-device qemu
END

# What firmware.t shows, where the firmware is asked.
cat >>"$tmp/blocked" <<END
firmware-owners firmware-caller
firmware-pads firmware-caller
firmware-power firmware-caller
END

# The table of the program itself: every need of every row, from --explain.
needs() {
	"$imxpt" check --explain | sed 1d | tr -s ' ' | cut -d' ' -f2 | while read -r check; do
		"$imxpt" check --explain "$check" | sed -n 's/^needs: *//p' | tr ' ' '\n' |
			sed "/^nothing\$/d; s/^/$check /"
	done | sort
}
is "every need of every row was seen" "$(needs)" \
	"$(sort -u "$tmp/blocked")"

finish
