#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# both ports of a real MEK's tree; the second has its address from the fuses
# tree: two-ports
# initrd: nested.initrd
# models: scfw
. ../tap.sh

guest_host=/guest/imx8qm-mek.dtb
run_guest imx8qm-fec1-fec2 "packets drivers=scu"
is "what the guest says" "$(ports_said 2 3 came)
$end_said" "$said"
is "the second port's address" "address 1 00:04:9f:0e:00:02" "$(grep '^address 1' guest.log)"
all_translated 1
all_translated 2
is "calls that the firmware refused" "" "$(refused)"
is "resources of the host that lost power" "0" "$(count scfw lowered)"
is "accesses of the first port without power or clock" 0 "$(count fec1 unanswered)"
is "accesses of the second port without power or clock" 0 "$(count fec2 unanswered)"
expect "unbind, after it" 0 imxpt unbind -p imx8qm-fec1-fec2
note "$(board-counters)"
finish
