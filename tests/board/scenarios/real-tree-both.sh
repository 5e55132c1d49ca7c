#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# both ports of a real MEK's tree; the second has its address from the fuses
# tree: two-ports
# initrd: nested.initrd
# models: scfw
. ../tap.sh

guest_host=/guest/imx8qm-mek.dtb
run_guest imx8qm-fec1-fec2 "packets drivers=scu"
is "what the guest says" "link 0 up
replies 0 3 of 3
link 1 up
replies 1 3 of 3
interrupt 144 came
interrupt 145 never
interrupt 146 never
interrupt 147 never
interrupt 148 came
interrupt 149 never
interrupt 150 never
interrupt 151 never
kernel clk: Not disabling unused clocks
kernel PM: genpd: Not disabling unused power domains
the guest is done" "$said"
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
