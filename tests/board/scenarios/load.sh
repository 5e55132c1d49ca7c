#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 1,500 echoes of 1,400 bytes: the rings wrap, and none is lost
# initrd: nested.initrd
# models: wire
. ../tap.sh

guest_host=/guest/phy-ports.dtb
run_guest imx8qm-fec1 "packets echoes=1500 ping=-s1400"
is "replies" "replies 0 1500 of 1500" "$(echo "$said" | grep '^replies')"
all_translated 1
is "frames for which there was no room" 0 "$(count fec1 dropped)"
is "echoes with a wrong checksum" 0 "$(count peer1 bad-sums)"
expect "unbind, after it" 0 imxpt unbind
figure "$(sed -n 's/^# from/1,500 echoes from/p' guest.log) of the guest's time," \
	"$(count fec1 interrupts-0) interrupts, $(count dma1 translated) accesses"
note "$(board-counters)"
finish
