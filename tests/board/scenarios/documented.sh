#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the tree as documented is refused for want of coherence
# tree: documented
. ../tap.sh

before=$(state)
expect "bind" 1 traced imxpt bind
says "dma-coherent"
is "nothing is written" 0 "$(sys_writes)"
is "nothing is changed" "$before" "$(state)"
