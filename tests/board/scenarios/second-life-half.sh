#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a guest after one that left half a message in the mailbox
# initrd: nested.initrd
# models: scfw
. ../tap.sh

guest_host=/guest/imx8qm-mek.dtb
make_guest imx8qm-fec1 "packets drivers=scu then=wait"
# the first of three words: set a resource's clock
devmem 0x5d1d0000 32 0x05020301
is "half a message is in the mailbox" 1 "$(count mu half)"
start_guest
# its first message is the other half; the second one is understood again
figure "after half a message: $(echo "$said" | grep -E '^(link|replies)' | tr '\n' ' ')"
out=$(cat guest.log)
prints "imx_scu_soc_id: get soc info failed"
out=$said
prints "replies 0 3 of 3"
is "words of a message that are left" 0 "$(count mu half)"
note "$(board-counters)"
kill_guest
expect "unbind, after it" 0 imxpt unbind
finish
