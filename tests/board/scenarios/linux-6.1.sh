#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a kernel whose vfio-platform does not honour reset_required=0
# kernel: 6.1
. ../tap.sh

before=$(state)
expect 1 "bind" imxpt bind
says "Linux 6.1 and 6.2"
says "fix:"
same "nothing is changed" "$before" "$(state)"
expect 3 "status -q" imxpt status -q
