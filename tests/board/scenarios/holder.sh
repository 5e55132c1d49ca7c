#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a group that another process holds open
# kernel: 6.12 5.10
. ../tap.sh

before=$(state)
expect 0 "bind" imxpt bind
vfio-probe --hold 0 "$LPCG" "$FEC1" "$MU2" >/tmp/held &
holder=$!
tries=0
until [ "$(wc -l </tmp/held)" -eq 3 ] || [ "$tries" -eq 20 ]; do
	sleep 1
	tries=$((tries + 1))
done

expect 1 "unbind while it is held" timeout 20 imxpt unbind
says "$holder"
says "vfio-probe"
is_bound
expect 0 "bind has nothing to do" imxpt bind

kill "$holder"
wait "$holder" 2>/dev/null || :
expect 0 "unbind when it has gone" imxpt unbind
same "all is as before" "$before" "$(state)"
