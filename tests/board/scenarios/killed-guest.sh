#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# QEMU is killed while frames arrive: the host stays sane, and the next guest has packets
# kernel: 6.12 5.10
# cpus: 2
# initrd: nested.initrd
# models: scfw
# shellcheck disable=SC2119 # the first port's id
. ../tap.sh

guest_host=/guest/imx8qm-mek.dtb
before=$(state)
make_guest imx8qm-fec1 "packets drivers=scu then=wait"
start_guest
out=$said
prints "replies 0 3 of 3"
is "faults while it lives" 0 "$(count smmu faults)"

board-counters chatter
wait_until counted fec1 received 20
at_least "frames that arrive unasked" 20 "$(count fec1 received)"
kill_guest
chatter
at_least "accesses of a port that was not stopped" 1 "$(count dma1 errors)"
is "and the bus error has switched it off" 1 "$(count fec1 bus-errors)"
# Linux 6.12 leaves the stream no domain, and 5.10 an empty one
out=$(dma_log)
case $(uname -r) in
5.10.*) prints "cbfrsynra=$(stream_id 0)," ;;
*) prints "GFSYNR1 0x000000$(stream_id 0 | cut -c 3-)," ;;
esac
note "$(dma_log)"

capture imxpt check
out=$(echo "$out" | grep ' kernel-log ')
prints " note "
prints "stream id $(stream_id 0)"

expect "unbind, after it" 0 imxpt unbind
is "all is as before" "$before" "$(state)"

run_guest imx8qm-fec1 "packets drivers=scu"
out=$said
prints "replies 0 3 of 3"
expect "unbind, after the second" 0 imxpt unbind
note "$(board-counters)"
finish
