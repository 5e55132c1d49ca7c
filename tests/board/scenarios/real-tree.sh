#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the tree of a real MEK, under Linux's own drivers of the system controller
# initrd: nested.initrd
# models: scfw
. ../tap.sh

guest_host=/guest/imx8qm-mek.dtb
mac=00:04:9f:01:02:03
run_guest imx8qm-fec1 "packets drivers=scu" --mac $mac
is "what the guest says" "$(ports_said 1 3 came)
$end_said" "$said"
is "its address" "address 0 $mac" "$(grep '^address' guest.log)"
all_translated 1
at_least "calls of the firmware" 100 "$(count scfw calls)"
is "calls that it refused" "" "$(refused)"
is "resources of the host that lost power" "0" "$(count scfw lowered)"
is "accesses without power or clock" 0 "$(count fec1 unanswered)"
is "accesses of a mailbox without power" 0 "$(count mu unanswered)"
is "what the SMMU blocked" "" "$(dma_log)"
expect "unbind, after it" 0 imxpt unbind
figure "$(count scfw calls) calls of the firmware, $(count scfw refused) refused (the clusters' rates)," \
	"$(count mu interrupts) interrupts of the mailbox"
note "$(board-counters)"
finish
