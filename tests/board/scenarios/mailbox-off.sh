#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scu_rm did not run, and the mailbox has no power: nothing of the guest's works
# tree: no-scu-rm
# uboot: no-domain
# initrd: nested.initrd
# models: scfw
. ../tap.sh

force=yes
guest_host=/guest/imx8qm-mek.dtb
# only its first driver: each call takes seconds to fail
run_guest imx8qm-fec1 "packets drivers=scu-firmware"
is "there is no port" "link 0 none" "$(echo "$said" | grep -E "^(link|replies)")"
out=$(cat guest.log)
prints "imx-scu system-controller: RPC send msg timeout"
at_least "accesses of a mailbox without power" 3 "$(count mu unanswered)"
is "calls of the firmware" 0 "$(count scfw calls)"
expect "unbind, after it" 0 imxpt unbind
finish
