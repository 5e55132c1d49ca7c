#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a tree whose SMMU is disabled
# tree: smmu-disabled
. ../tap.sh

before=$(state)
expect "bind" 1 imxpt bind
says "no IOMMU driver"
is "nothing is changed" "$before" "$(state)"
