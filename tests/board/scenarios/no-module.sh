#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a kernel without vfio-platform, as Debian builds it
. ../tap.sh

rm /lib/modules/*/extra/vfio-platform*.ko
depmod
before=$(state)
expect 1 "bind" imxpt bind
says "CONFIG_VFIO_PLATFORM"
same "nothing is changed" "$before" "$(state)"
