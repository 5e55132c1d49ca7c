#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a kernel whose vfio-platform does not honour reset_required=0
# kernel: 6.1
. ../tap.sh

before=$(state)
expect "bind" 1 imxpt bind
says "Linux 6.1 and 6.2"
says "fix:"
is "nothing is changed" "$before" "$(state)"
expect "status -q" 3 imxpt status -q
