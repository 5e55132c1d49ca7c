#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# with iommu.passthrough=1 it reaches the host's memory, and check says so
# kernel: 6.12 5.10
# models: scfw
# cmdline: iommu.passthrough=1
. ./left-on.sh
