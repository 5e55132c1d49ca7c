#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a group that another process holds open
# kernel: 6.12 5.10
. ../tap.sh

before=$(state)
expect "bind" 0 imxpt bind
vfio-probe --hold 0 "$LPCG" "$FEC1" "$MU2" >/tmp/held &
holder=$!
tries=0
until [ "$(wc -l </tmp/held)" -eq 3 ] || [ "$tries" -eq 20 ]; do
	sleep 1
	tries=$((tries + 1))
done

expect "unbind while it is held" 1 timeout 20 imxpt unbind
says "$holder"
says "vfio-probe"
is_bound
expect "bind has nothing to do" 0 imxpt bind

kill "$holder"
wait "$holder" 2>/dev/null || :
expect "unbind when it has gone" 0 imxpt unbind
is "all is as before" "$before" "$(state)"
