#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the tree as documented is refused for want of coherence
# tree: documented
. ../tap.sh

before=$(state)
expect 1 "bind" traced imxpt bind
says "dma-coherent"
same "nothing is written" 0 "$(sys_writes)"
same "nothing is changed" "$before" "$(state)"
