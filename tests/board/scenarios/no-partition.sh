#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scu_rm did not run, and the mailbox has power: the guest takes the host's from it
# tree: no-scu-rm
# uboot: no-domain
# initrd: nested.initrd
# models: scfw mailbox-on
. ../tap.sh

capture imxpt check
out=$(echo "$out" | grep ' fail ')
prints "reg is still 0, so 'scu_rm dtb' did not run or failed"
expect "bind is refused" 1 imxpt bind
says "reg is still 0, so 'scu_rm dtb' did not run or failed"

force=yes
guest_host=/guest/imx8qm-mek.dtb
run_guest imx8qm-fec1 "packets drivers=scu"
out=$said
prints "replies 0 3 of 3"
at_least "resources of the host that lost power" 50 "$(count scfw lowered)"
is "UART_0, low power" 2 "$(count scfw lowered-57)"
is "SDHC_0, low power" 2 "$(count scfw lowered-248)"
expect "unbind, after it" 0 imxpt unbind
figure "$(count scfw lowered) resources of the host lost power, UART_0 and SDHC_0 among them"
note "$(board-counters)"
finish
