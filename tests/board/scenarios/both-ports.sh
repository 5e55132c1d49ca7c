#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# both ports, by the other profile
# tree: two-ports
. ../tap.sh

profile=imx8qm-fec1-fec2
before=$(state)
expect "bind" 0 imxpt bind -p "$profile"
is "five devices" 5 "$(bound)"
expect "a container takes the group" 0 vfio-probe 0 "$LPCG" "$FEC1" "$LPCG2" "$FEC2" "$MU2"
is "regions, interrupts and words" "$LPCG regions 1 irqs 0 word 1bc90002
$FEC1 regions 1 irqs 4 word fec10001
$LPCG2 regions 1 irqs 0 word 1bc90004
$FEC2 regions 1 irqs 4 word fec20003
$MU2 regions 1 irqs 1 word 30200005" "$out"
expect "unbind" 0 imxpt unbind -p "$profile"
is "all is as before" "$before" "$(state)"
