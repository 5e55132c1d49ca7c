#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the Ghaf guide's tree: the link comes up and no packet moves, without a message in any log
# tree: documented-coherent
# initrd: nested.initrd
# models: wire
. ../tap.sh

force=yes
guest_host=/guest/phy-ports.dtb
make_guest imx8qm-fec1 "packets ping=-W2 then=wait"
start_guest
is "what the guest says" "$(ports_said 1 0 never)
the guest waits" "$said"
is "accesses that the SMMU translated" 0 "$(count dma1 translated)"
at_least "accesses past the SMMU" 1 "$(count dma1 past-the-smmu)"
at_least "bus errors of the port" 1 "$(count fec1 bus-errors)"
is "the host's log about DMA" "" "$(dma_log)"

capture imxpt check
out=$(echo "$out" | awk '$3 == "fail" { print; exit }')
prints "ethernet@5b040000: U-Boot sets no stream id for it"

kill_guest
expect "unbind, after it" 0 imxpt unbind
note "$(board-counters)"
finish
