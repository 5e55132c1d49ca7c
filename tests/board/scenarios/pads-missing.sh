#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a domain without one of the port's pads: the link comes up, and no frame leaves
# tree: pads-missing
# initrd: nested.initrd
# models: scfw
. ../tap.sh

capture imxpt check
prints "fec1grp: pad 243 is not assigned to the guest"

guest_host=/guest/imx8qm-mek.dtb
run_guest imx8qm-fec1 "packets drivers=scu ping=-W2"
out=$said
prints "link 0 up"
prints "replies 0 0 of 3"
at_least "frames that were lost at the pads" 1 "$(count fec1 lost)"
is "what the firmware refused: to set the pad" "6.15-of-243 4" "$(refused | sort -u)"
out=$(cat guest.log)
prints "imx8qm-pinctrl system-controller:pinctrl: pin_config_set op failed for pin 243"
prints "fec c010000.ethernet: Error applying setting, reverse things back"
expect "unbind, after it" 0 imxpt unbind
note "$(board-counters)"
finish
