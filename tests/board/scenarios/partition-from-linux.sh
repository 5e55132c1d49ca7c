#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Linux makes the partition, after a U-Boot without scu_rm, and the guest has packets
# tree: partition-linux
# initrd: nested.initrd
# models: scfw
. ../tap.sh

# owners: who has the port and the mailbox
owners() { echo "$(count scfw owner-251) $(count scfw owner-215)"; }

# lowered: resources that were the host's and lost power, by another than its kernel
lowered() { board-counters | sed -n 's/^scfw lowered-\([0-9]*\) .*/\1/p' | tr '\n' ' '; }

capture imxpt check
out=$(echo "$out" | grep ' deferred ')
prints "5d1d0000.mailbox: it waits for a power domain"
load_scu_drivers
before=$(state)
is "the host's kernel speaks to the firmware by its own mailbox" yes \
	"$([ "$(count mu1 messages)" -gt 100 ] && echo yes)"
is "the passed mailbox is not switched on" 0 "$(count scfw power-215)"

expect "bind without --partition is refused" 1 imxpt bind
says "the running tree leaves the guest's partition to Linux"
expect "the plan" 0 imxpt partition -n
prints "assign_resource MU_2A (215) new"
prints "last: the calls act as the guest's partition from here on"
says "the firmware cannot be asked (mailbox@5d1d0000 is not bound to vfio-platform)"
is "nothing is changed" "$before" "$(state)"

expect "bind --partition" 0 imxpt bind --partition
is_bound
is "the guest's partition has port and mailbox" "2 2" "$(owners)"
expect "once more" 0 imxpt bind --partition
says "nothing to do"
expect "the partition" 0 imxpt partition
is "its number" "partition 2" "$out"
expect "check asks" 0 imxpt check --ask-firmware
is "what the firmware has" "ok calls through MU_2A (215) act as partition 2, and the host is partition 1
ok the guest's partition owns all 2 resources
ok the guest's partition owns all 14 pads
ok ENET_0 (251) has stream id 0x12, as in iommus" \
	"$(echo "$out" | grep -E '^firmware .*-(caller|owners|pads|streams)' | tr -s ' ' | cut -d ' ' -f 3-)"
out=$(echo "$out" | grep ' partition ')
prints "Linux has made partition 2"

# a partition that cannot be made, and one that cannot be asked for
expect "unbind" 0 imxpt unbind
echo 0 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
expect "the group cannot be attached" 1 imxpt bind --partition
says "imxpt: bind: the partition: /dev/vfio/0: cannot attach the group to an IOMMU: Operation not permitted"
is "the devices are put back" "$before" "$(state)"
override=/sys/bus/platform/devices/$MU2/driver_override
echo vfio-platform >"$override"
one_set=$(state)
expect "with one device prepared by hand" 1 imxpt bind --partition
is "it stays so" "$one_set" "$(state)"
echo >"$override"
echo 1 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
expect "bind --partition" 0 imxpt bind --partition
# the port is off, so its registers are not for reading
hold_group "$MU2"
expect "while a guest runs: the partition stays" 1 imxpt partition --free
says "/dev/vfio/0 is in use"
expect "and the devices" 1 imxpt unbind
says "/dev/vfio/0 is in use by $holder (vfio-probe)"
is "all is as it was" "2 2" "$(owners)"
release_group

guest_host=/guest/imx8qm-mek.dtb
force=yes # the partition is made, and bind without --partition does not ask whether it is
mac=00:04:9f:01:02:03
run_guest imx8qm-fec1 "packets drivers=scu" --mac $mac
is "what the guest says" "$(ports_said 1 3 came)
$end_said" "$said"
all_translated 1
is "resources of the host that lost power: the port, before it was assigned" "251 " "$(lowered)"
is "calls that the firmware refused, but whose child a partition is" "" \
	"$(refused | grep -v '^3\.6-of-' || :)"
is "accesses without power or clock" 0 "$(count fec1 unanswered)"
is "accesses of a mailbox without power" 0 "$(count mu unanswered)"
is "what the SMMU blocked" "" "$(dma_log)"
is "the port has power when its guest has gone" 3 "$(count scfw power-251)"
expect "unbind, after it" 0 imxpt unbind
is "all is the host's" "1 1" "$(owners)"
is "and the port has no power" 0 "$(count scfw power-251)"
is "as before" "$before" "$(state)"

round=1
while [ "$round" -le 20 ]; do
	imxpt bind -q --partition || echo "not ok 95 - round $round: bind --partition"
	is "round $round: bound, with the first partition that is free" "2 2" "$(owners)"
	imxpt unbind -q || echo "not ok 96 - round $round: unbind"
	is "round $round: unbound" "1 1" "$(owners)"
	round=$((round + 1))
done
is "as before" "$before" "$(state)"
is "resources of the host that lost power: no other" "251 " "$(lowered)"
is "accesses of a mailbox without power" 0 "$(count mu unanswered)"
note "$(board-counters)"
finish
