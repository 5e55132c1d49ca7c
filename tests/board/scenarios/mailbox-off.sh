#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scu_rm did not run, and nobody has given the mailbox power: nothing of the guest's works
# tree: no-scu-rm
# uboot: no-domain
# initrd: nested.initrd
# models: scfw
. ../tap.sh

force=yes
guest_host=/guest/imx8qm-mek.dtb
run_guest imx8qm-fec1 "packets drivers=scu"
is "there is no port" "link 0 none" "$(echo "$said" | grep -E "^(link|replies)")"
at_least "accesses of a mailbox without power" 10 "$(count mu unanswered)"
is "calls of the firmware" 0 "$(count scfw calls)"
expect "unbind, after it" 0 imxpt unbind
finish
