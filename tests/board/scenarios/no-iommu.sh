#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a tree whose SMMU is disabled
# tree: smmu-disabled
. ../tap.sh

before=$(state)
expect 1 "bind" imxpt bind
says "no IOMMU driver"
same "nothing is changed" "$before" "$(state)"
