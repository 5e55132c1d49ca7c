#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# devices come from a host driver, and go back to it
# kernel: 6.12 5.10
. ../tap.sh

modprobe board_driver
before=$(state)
is "a host driver has the port" board-driver "$(driver "$FEC1")"
expect "bind" 0 imxpt bind
is_bound
expect "a container takes the group" 0 vfio-probe 0 "$LPCG" "$FEC1" "$MU2"
expect "unbind" 0 imxpt unbind
is "all is as before" "$before" "$(state)"
