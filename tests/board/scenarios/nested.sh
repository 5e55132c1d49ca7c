#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a guest sees the devices where its tree has them, and drives them
# initrd: nested.initrd
. ../tap.sh

mac=00:04:9f:01:02:03
run_guest imx8qm-fec1 port --mac $mac
is "what the guest says" "word 0xc000000 0x1BC90002
word 0xc010000 0xFEC10001
word 0xc020000 0x30200005
device c000000.clock-controller none
device c010000.ethernet fec
device c020000.mailbox imx_mu
interface up $mac
interrupt 144 Level c010000.ethernet
interrupt 145 Level c010000.ethernet
interrupt 146 Level c010000.ethernet
interrupt 147 Level c010000.ethernet
interrupt 148 Level c020000.mailbox[0-0], c020000.mailbox[1-0], c020000.mailbox[3-3]
$end_said" "$said"
expect "unbind, after it" 0 imxpt unbind
