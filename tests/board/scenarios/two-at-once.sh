#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# two at once, twenty times, and ten at once
# kernel: 6.12 5.10
# cpus: 2
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

# ten: one binds and nine find nothing to do; then ten that do not agree
round=1
while [ "$round" -le 3 ]; do
	for i in 0 1 2 3 4 5 6 7 8 9; do
		imxpt bind >"/tmp/ten.$i" 2>&1 &
	done
	wait
	is "ten at once: one had something to do" 9 "$(cat /tmp/ten.* | grep -c 'nothing to do')"
	is "all three" 3 "$(bound)"
	for i in 0 1 2 3 4; do
		imxpt unbind >"/tmp/ten.$i" 2>&1 &
		imxpt bind >"/tmp/ten.$((i + 5))" 2>&1 &
	done
	wait
	case $(bound) in
	0) is "an unbind was last" "$before" "$(state)" ;;
	*) is "a bind was last" 3 "$(bound)" ;;
	esac
	imxpt unbind >/tmp/out 2>&1
	round=$((round + 1))
done
is "as before" "$before" "$(state)"
