#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# two at once, twenty times
# kernel: 6.12 5.10
. ../tap.sh

before=$(state)
round=1
while [ "$round" -le 20 ]; do
	imxpt bind >/tmp/one 2>&1 &
	one=$!
	imxpt bind >/tmp/two 2>&1 &
	two=$!
	status=0
	wait "$one" || status=$?
	wait "$two" || status=$?
	is "round $round: both exit" 0 "$status"
	is "one found nothing to do" 1 "$(cat /tmp/one /tmp/two | grep -c 'nothing to do')"
	is "all three" 3 "$(bound)"

	# one unbinds while the other binds: either may be last, never a half is left
	imxpt unbind >/tmp/one 2>&1 &
	imxpt bind >/tmp/two 2>&1 &
	wait
	case $(bound) in
	0) is "unbind was last" "$before" "$(state)" ;;
	*) is "bind was last" 3 "$(bound)" ;;
	esac
	imxpt unbind >/tmp/out 2>&1
	round=$((round + 1))
done
is "as before" "$before" "$(state)"
