#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# guests after guests: one that was switched off, and one that left half a message
# initrd: nested.initrd
# models: scfw
. ../tap.sh

ENET_0=251
guest_host=/guest/imx8qm-mek.dtb
run_guest imx8qm-fec1 "packets drivers=scu"
out=$said
prints "replies 0 3 of 3"
is "the port has power when its guest has gone" 3 "$(count scfw "power-$ENET_0")"
is "and clocks" 1 "$(count fec1 clocked)"
is "and is still enabled" 1 "$(count fec1 enabled)"

run_guest imx8qm-fec1 "packets drivers=scu"
out=$said
prints "replies 0 3 of 3"
is "calls that the firmware refused" "" "$(refused)"

# the first of three words: set a resource's clock
devmem 0x5d1d0000 32 0x05020301
is "half a message is in the mailbox" 1 "$(count mu half)"
run_guest imx8qm-fec1 "packets drivers=scu"
out=$(cat guest.log)
# its first message is taken for the other half; the second one is understood
prints "imx_scu_soc_id: get soc info failed"
out=$said
prints "replies 0 3 of 3"
is "words of a message that are left" 0 "$(count mu half)"

expect "unbind, after it" 0 imxpt unbind
is "the port has power when it is given back" 3 "$(count scfw "power-$ENET_0")"
is "and is the guest's partition's" 2 "$(count scfw "owner-$ENET_0")"
is "and is still enabled" 1 "$(count fec1 enabled)"
note "$(board-counters)"
finish
