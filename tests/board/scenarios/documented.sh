#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the Ghaf guide's tree is rejected: its DMA is not isolated, and it is not coherent
# tree: documented
. ../tap.sh

before=$(state)
expect "bind" 1 traced imxpt bind
says "its DMA bypasses the SMMU"
is "nothing is written" 0 "$(sys_writes)"
expect "bind --force" 1 imxpt bind --force
says "dma-coherent"
is "nothing is changed" "$before" "$(state)"
