#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a device that waits for a power domain
# tree: waits
. ../tap.sh

before=$(state)
expect "bind" 1 traced imxpt bind
says "$FEC1: it waits for a power domain"
is "nothing is written" 0 "$(sys_writes)"
is "nothing is changed" "$before" "$(state)"

# what that spared us
echo vfio-platform >"/sys/bus/platform/devices/$FEC1/driver_override"
modprobe vfio-platform reset_required=0
capture sh -c "echo $FEC1 >/sys/bus/platform/drivers/vfio-platform/bind"
says "Resource temporarily unavailable"
