#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a guest after one that was switched off, and left half a message in the mailbox
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

# the first of three words: set a resource's clock
devmem 0x5d1d0000 32 0x05020301
is "half a message is in the mailbox" 1 "$(count mu half)"
run_guest imx8qm-fec1 "packets drivers=scu then=down"
out=$(cat guest.log)
# its first messages are taken for the rest of that one, and for another
prints "imx_scu_soc_id: get soc info failed"
out=$said
prints "replies 0 3 of 3"
is "calls that the firmware did not understand" 2 "$(refused | wc -l)"
is "words of a message that are left" 0 "$(count mu half)"
is "the port has no clocks after a guest that took it down" 0 "$(count fec1 clocked)"
is "and low power" 2 "$(count scfw "power-$ENET_0")"

expect "unbind, after it" 0 imxpt unbind
is "the port is as the guest left it when it is given back" 2 "$(count scfw "power-$ENET_0")"
is "and is the guest's partition's" 2 "$(count scfw "owner-$ENET_0")"
note "$(refused)"
note "$(board-counters)"
finish
