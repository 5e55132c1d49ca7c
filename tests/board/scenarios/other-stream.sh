#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a stream id that the SMMU does not know is blocked, and the host's log names it
# kernel: 6.12 5.10
# initrd: nested.initrd
# models: wire
# uboot: other-stream
. ../tap.sh

guest_host=/guest/phy-ports.dtb
make_guest imx8qm-fec1 "packets ping=-W2 then=wait"
start_guest
is "what the guest says" "$(ports_said 1 0 never)
the guest waits" "$said"
at_least "accesses that the SMMU blocked" 1 "$(count smmu unknown-stream)"
is "accesses past the SMMU" 0 "$(count dma1 past-the-smmu)"
out=$(dma_log)
prints "arm-smmu 51400000.iommu: Blocked unknown Stream ID $(stream_id 1);"

capture imxpt check
out=$(echo "$out" | grep ' kernel-log ')
prints " warn "
prints "stream id $(stream_id 1) "

kill_guest
expect "unbind, after it" 0 imxpt unbind
note "$(board-counters)"
finish
