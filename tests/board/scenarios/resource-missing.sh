#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a domain without the port itself: no guest may give it power
# tree: resource-missing
# initrd: nested.initrd
# models: scfw
. ../tap.sh

expect "bind is refused" 1 imxpt bind
says "is not in rsrcs of /domu/doma"

force=yes
guest_host=/guest/imx8qm-mek.dtb
# as long as Linux waits of itself
run_guest imx8qm-fec1 "packets drivers=scu deferred_probe_timeout=10"
is "there is no port" "link 0 none" "$(echo "$said" | grep -E "^(link|replies)")"
out=$(cat guest.log)
prints "imx8qxp-lpcg-clk c000000.clock-controller: deferred probe timeout, ignoring dependency"
prints "imx8qxp-lpcg-clk c000000.clock-controller: probe with driver imx8qxp-lpcg-clk failed with error -110"
is "calls that the firmware refused: none, since Linux asks first what is its own" "" "$(refused)"
expect "unbind, after it" 0 imxpt unbind

note "$(board-counters)"
finish
