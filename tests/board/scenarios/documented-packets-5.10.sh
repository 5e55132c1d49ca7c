#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the same with the Ghaf guide's tree, unchanged, and the kernel of that time
# tree: documented
# kernel: 5.10
# initrd: nested.initrd
# models: wire
. ./documented-packets.sh
