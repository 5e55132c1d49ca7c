#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the kernel of the Ghaf guide's time, which requires less and reports less
# tree: documented
# kernel: 5.10
. ../tap.sh

before=$(state)
expect "bind of a tree whose DMA is not isolated" 1 imxpt bind
says "its DMA bypasses the SMMU"
expect "bind --force, of a tree that is not coherent" 0 imxpt bind --force
is_bound
expect "status" 0 imxpt status -q
expect "bind again, without it" 1 imxpt bind
expect "bind --force again" 0 imxpt bind --force
says "nothing to do"
expect "unbind" 0 imxpt unbind
is "all is as it was" "$before" "$(state)"
