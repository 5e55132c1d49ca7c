#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a device that U-Boot has disabled
# tree: uboot-disabled
. ../tap.sh

before=$(state)
expect 1 "bind" imxpt bind
says "ethernet@5b040000: U-Boot disabled it"
says "ENET_0 (251)"
same "nothing is changed" "$before" "$(state)"
expect 3 "status -q" imxpt status -q
