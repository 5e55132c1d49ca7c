#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a tree whose SMMU is disabled
# tree: smmu-disabled
. ../tap.sh

before=$(state)
expect "bind" 1 imxpt bind
says "/iommu@51400000: the SMMU is disabled"
is "nothing is changed" "$before" "$(state)"
expect "bind --force: the kernel refuses" 1 imxpt bind --force
says "no IOMMU driver"
is "nothing is changed" "$before" "$(state)"
