#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# killed after each call that makes or frees the partition, the next run finds a way
# tree: partition-linux
# models: scfw
. ../tap.sh

owners() { echo "$(count scfw owner-251) $(count scfw owner-215)"; }

# With -v each call is followed by a write of its line.
# killed_at K COMMAND...: the process does not outlive its K-th write
killed_at() {
	at=$1
	shift
	capture traced -e trace=write -e inject=write:signal=SIGKILL:when="$at" "$@"
}
# writes COMMAND...: how many it does
writes() {
	traced -e trace=write "$@" >/dev/null 2>&1
	grep -c '^write(2' /tmp/trace
}

READS=24 # questions about the state: 2, 4 of each resource, 1 of each pad
load_scu_drivers
expect "bind" 0 imxpt bind --force
all=$(writes imxpt partition -v)
is "made" "2 2" "$(owners)"
k=$((all - READS - 22)) # the calls of the plan are before the last questions
imxpt partition -q --free
n=0
while killed_at "$k" imxpt partition -v; [ "$rc" -ne 0 ]; do
	if [ $((n % 2)) -eq 0 ]; then
		expect "killed at $k of $all: --free" 0 imxpt partition --free
		is "killed at $k: all is the host's" "1 1" "$(owners)"
		imxpt partition -q
	else
		expect "killed at $k of $all: the next run" 0 imxpt partition
	fi
	is "killed at $k: the partition is the first that is free" "2 2" "$(owners)"
	imxpt partition -q --free
	n=$((n + 1))
	k=$((k + 1))
	[ "$n" -lt 24 ] || break
done
at_least "partition was killed so often" 20 "$n"

imxpt partition -q
all=$(writes imxpt partition --free -v)
k=$((all - 4))
while killed_at "$k" imxpt partition --free -v; [ "$rc" -ne 0 ]; do
	expect "killed at $k of $all: --free once more" 0 imxpt partition --free
	is "killed at $k: all is the host's" "1 1" "$(owners)"
	imxpt partition -q
	is "killed at $k: the partition is the first that is free" "2 2" "$(owners)"
	k=$((k + 1))
done
is "all is the host's" "1 1" "$(owners)"
expect "unbind" 0 imxpt unbind
is "resources of the host that lost power: the port" "251" \
	"$(board-counters | sed -n 's/^scfw lowered-\([0-9]*\) .*/\1/p')"
finish
