#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a module that was loaded with reset_required=Y
# kernel: 6.12 5.10
. ../tap.sh

reset_required() {
	cat /sys/module/vfio_platform/parameters/reset_required
}

modprobe vfio-platform reset_required=1
before=$(state)
is "as another program has loaded it" Y "$(reset_required)"
expect "bind" 1 imxpt bind
says "reset_required"
says "fix:"
is "nothing is changed" "$before" "$(state)"

modprobe -r vfio-platform
expect "bind, which loads it itself" 0 imxpt bind
is "as it should be" N "$(reset_required)"
is_bound
