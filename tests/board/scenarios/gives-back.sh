#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# devices come from a host driver, and go back to it
# kernel: 6.12 5.10
. ../tap.sh

modprobe board_driver
before=$(state)
same "a host driver has the port" board-driver "$(driver "$FEC1")"
expect 0 "bind" imxpt bind
is_bound
expect 0 "a container takes the group" vfio-probe 0 "$LPCG" "$FEC1" "$MU2"
expect 0 "unbind" imxpt unbind
same "all is as before" "$before" "$(state)"
