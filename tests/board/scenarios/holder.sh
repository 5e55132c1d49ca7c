#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a group that another process holds open
# kernel: 6.12 5.10
. ../tap.sh

before=$(state)
expect "bind" 0 imxpt bind
hold_group "$LPCG" "$FEC1" "$MU2"

expect "unbind while it is held" 1 timeout 60 imxpt unbind
says "$holder"
says "vfio-probe"
is_bound
expect "bind has nothing to do" 0 imxpt bind

release_group
expect "unbind when it has gone" 0 imxpt unbind
is "all is as before" "$before" "$(state)"
