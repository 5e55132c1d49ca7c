#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a guest after one that was switched off, which leaves its port on
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
figure "a guest that is switched off leaves its port enabled: $(count fec1 enabled)"

run_guest imx8qm-fec1 "packets drivers=scu"
out=$said
prints "replies 0 3 of 3"
is "calls that the firmware refused" "" "$(refused)"
expect "unbind, after it" 0 imxpt unbind
is "the port has power when it is given back" 3 "$(count scfw "power-$ENET_0")"
is "and is the guest's partition's" 2 "$(count scfw "owner-$ENET_0")"
note "$(board-counters)"
finish
