#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# both ports at once, each with its own peer, and one MDIO bus
# tree: two-ports
# initrd: nested.initrd
# models: wire
. ../tap.sh

guest_host=/guest/phy-ports.dtb
run_guest imx8qm-fec1-fec2 packets
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
all_translated 1
all_translated 2
# both PHYs are on the first port's bus; Linux scans the second's, and finds it empty
out=$(cat guest.log)
prints "attached PHY driver (mii_bus:phy_addr=c010000.ethernet-1:00"
prints "attached PHY driver (mii_bus:phy_addr=c010000.ethernet-1:01"
is "what the SMMU blocked" "" "$(dma_log)"
expect "unbind, after it" 0 imxpt unbind -p imx8qm-fec1-fec2
note "$(board-counters)"
finish
