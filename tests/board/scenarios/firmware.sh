#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check --ask-firmware reports what the system controller has: stream id set, not set, other
# kernel: 6.12 5.10
# models: scfw
. ../tap.sh

RM=3
SET_MASTER_SID=11
ENET_0=251

# rows: verdict and evidence of the rows of the firmware
rows() {
	capture imxpt check --ask-firmware
	echo "$out" | sed -n 's/^firmware  *//p' | tr -s ' '
}
# row NAME: one of them
row() { rows | sed -n "s/^$1 //p"; }

is "before bind it is not asked" "skip not seen: mailbox@5d1d0000 is not bound to vfio-platform" \
	"$(row firmware-caller)"
is "and nothing is touched" 0 "$(count mu messages)"
expect "bind" 0 imxpt bind
before=$(state)
is "what U-Boot has done" "firmware-caller ok calls through MU_2A (215) act as partition 2, and the host is partition 1
firmware-owners ok the guest's partition owns all 2 resources
firmware-pads ok the guest's partition owns all 14 pads
firmware-streams ok ENET_0 (251) has stream id 0x12, as in iommus
firmware-masters ok the firmware and the profile agree on the bus masters
firmware-power ok MU_2A (215) is on, and 0 of the guest's other 1 resources; the guest switches them on" \
	"$(rows)"
at_least "messages" 20 "$(count mu messages)"
is "no interrupt of the mailbox" 0 "$(count mu interrupts)"
is "nothing is refused" 0 "$(count scfw refused)"
is "nothing is left in the mailbox" "0 0" "$(count mu unread) $(count mu half)"
is "nothing is changed" "$before" "$(state)"

board-mu $RM $SET_MASTER_SID $((ENET_0 | 0x13 << 16)) >/dev/null
is "another stream id" "fail ENET_0 (251) has stream id 0x13, and iommus has 0x12: U-Boot's booti had another tree, or another node has set it" \
	"$(row firmware-streams)"
# what an assignment leaves: the guest's partition gives the port to itself
board-mu $RM 8 $((ENET_0 | 2 << 16)) >/dev/null
is "no stream id" "fail ENET_0 (251) has no stream id, so its DMA bypasses the SMMU: U-Boot's booti did not set 0x12 (config_smmu_fdt), or scu_rm ran after it" \
	"$(row firmware-streams)"

# what an earlier user of the mailbox may leave there: half a message, an unread answer
devmem 0x5d1d0000 32 0x05020301
is "half a message is in the mailbox" 1 "$(count mu half)"
is "it is brought to its end" "ok calls through MU_2A (215) act as partition 2, and the host is partition 1" \
	"$(row firmware-caller)"
devmem 0x5d1d0000 32 0x05030101
is "an unread answer is dropped" \
	"ok calls through MU_2A (215) act as partition 2, and the host is partition 1" "$(row firmware-caller)"

expect "not root" 0 start-stop-daemon -S -q -c nobody -x /bin/imxpt -- check --ask-firmware
prints "only root may read /sys/firmware/fdt"
hold_group "$LPCG" "$FEC1" "$MU2"
is "while a guest runs" "skip not seen: /dev/vfio/0 is in use by $holder (vfio-probe)" \
	"$(row firmware-caller)"
release_group
expect "unbind" 0 imxpt unbind
finish
