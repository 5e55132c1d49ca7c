#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a mailbox that nothing has switched on is not touched
# tree: no-scu-rm
# uboot: no-domain
# models: scfw
. ../tap.sh

expect "bind" 0 imxpt bind --force
capture imxpt check --ask-firmware
prints "not accessed: nothing shows that it has power (scu_rm made no partition, and its node has no power-domains)"
is "accesses to the mailbox without power" 0 "$(count mu unanswered)"
expect "unbind" 0 imxpt unbind
finish
