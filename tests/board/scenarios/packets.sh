#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packets flow, by the tree that imxpt patch has made
# kernel: 6.12 5.10
# initrd: nested.initrd
# models: wire
. ../tap.sh

guest_host=/guest/phy-ports.dtb
run_guest imx8qm-fec1 packets --mac 00:04:9f:01:02:03
is "what the guest says" "$(ports_said 1 3 came)
$end_said" "$said"
all_translated 1
at_least "frames that the port sent" 4 "$(count fec1 sent)"
is "echoes that the peer answered" 3 "$(count peer1 echoes)"
is "what the SMMU blocked" "" "$(dma_log)"
expect "unbind, after it" 0 imxpt unbind
note "$(board-counters)"
finish
