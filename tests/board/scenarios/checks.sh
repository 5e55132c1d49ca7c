#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check reports what a running kernel lacks, before and after bind
# tree: no-scu-rm
. ../tap.sh

# which VERDICT: the checks of the last run with that verdict
which() {
	echo "$out" | awk -v verdict="$1" '$3 == verdict { printf "%s ", $2 }'
}

before=$(state)
expect "check: no U-Boot has run here" 3 imxpt check
is "and that is all that fails" "partition " "$(which fail)"
is "the rest is for bind, and for who runs QEMU" "kvm bound " "$(which warn)"
prints "vfio-platform is not loaded yet; 'imxpt bind' loads it"
is "nothing is changed" "$before" "$(state)"

modprobe vfio-platform reset_required=1
capture imxpt check
is "as another program has loaded it" "partition reset-required " "$(which fail)"
modprobe -r vfio-platform

expect "bind is refused" 1 imxpt bind
says "reg is still 0, so 'scu_rm dtb' did not run or failed"
expect "bind --force" 0 imxpt bind --force
expect "check of bound devices" 3 imxpt check
is "the same fails" "partition " "$(which fail)"
prints "the devices are in group 0"
prints "the kernel log has no SMMU message about the passed devices"
prints "only root may open /dev/vfio/0 (mode 0600)"
expect "check, without root" 0 start-stop-daemon -S -q -c nobody -x /bin/imxpt -- check
prints "only root may read /sys/firmware/fdt"
prints "ready as far as checked: the running tree could not be read"
is "what needs root" "kvm access " "$(which warn)"
prints "only a user who may open the group can see which process has it open"

hold_group "$LPCG" "$FEC1" "$MU2"
capture imxpt check
prints "/dev/vfio/0 is in use by $holder (vfio-probe), which has asked for the interrupts"
release_group

echo 0 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
capture imxpt check
is "a wrong parameter" "partition unsafe-interrupts " "$(which fail)"
