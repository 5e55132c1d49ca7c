#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# QEMU is killed while frames arrive: the host stays sane, and the next guest has packets
# kernel: 6.12 5.10
# initrd: nested.initrd
# models: scfw
. ../tap.sh

guest_host=/guest/imx8qm-mek.dtb
before=$(state)
make_guest imx8qm-fec1 "packets drivers=scu then=wait"
start_guest
out=$said
prints "replies 0 3 of 3"
is "faults while it lives" 0 "$(count smmu faults)"

board-counters chatter
sleep 1
at_least "frames that arrive unasked" 20 "$(count fec1 received)"
kill_guest
sleep 1
board-counters quiet
at_least "accesses of a port that nobody stopped" 1 "$(count dma1 errors)"
is "and the bus error has switched it off" 1 "$(count fec1 bus-errors)"
# which of the two depends on what vfio took away first when the frame came: a page or all
logged=$(dma_log | sed -n 's/.*\(Blocked unknown Stream ID 0x12\|Unhandled context fault: .*cbfrsynra=0x12\).*/\1/p' | wc -l)
at_least "lines of the host's log that name its stream" 1 "$logged"
note "$(dma_log)"

capture imxpt check
out=$(echo "$out" | grep ' kernel-log ')
prints "kernel-log"

expect "unbind, after it" 0 imxpt unbind
is "all is as before" "$before" "$(state)"

run_guest imx8qm-fec1 "packets drivers=scu"
out=$said
prints "replies 0 3 of 3"
expect "unbind, after the second" 0 imxpt unbind
note "$(board-counters)"
finish
