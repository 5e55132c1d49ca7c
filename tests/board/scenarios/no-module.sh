#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a kernel without vfio-platform, as Debian builds it
. ../tap.sh

rm /lib/modules/*/extra/vfio-platform*.ko
depmod
before=$(state)
expect "bind" 1 imxpt bind
says "CONFIG_VFIO_PLATFORM"
is "nothing is changed" "$before" "$(state)"
