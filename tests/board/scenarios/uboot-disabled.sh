#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a device that U-Boot has disabled
# tree: uboot-disabled
. ../tap.sh

before=$(state)
expect "bind" 1 imxpt bind
says "ethernet@5b040000: U-Boot disabled the node"
says "ENET_0 (251)"
is "nothing is changed" "$before" "$(state)"
expect "status -q" 3 imxpt status -q
