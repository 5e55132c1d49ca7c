#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# both ports at once, each with its own peer, and one MDIO bus
# tree: two-ports
# initrd: nested.initrd
# models: wire
. ../tap.sh

guest_host=/guest/phy-ports.dtb
run_guest imx8qm-fec1-fec2 packets
is "what the guest says" "$(ports_said 2 3 came)
$end_said" "$said"
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
