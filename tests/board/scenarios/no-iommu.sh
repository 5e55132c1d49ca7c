#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a tree whose SMMU is disabled
# tree: smmu-disabled
. ../tap.sh

before=$(state)
expect 1 "bind" imxpt bind
says "the SMMU is disabled"
same "nothing is changed" "$before" "$(state)"
