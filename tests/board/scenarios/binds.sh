#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# it binds, says so, and gives back
# kernel: 6.12 5.10
. ../tap.sh

before=$(state)
expect 3 "status -q before" imxpt status -q
expect 0 "bind" imxpt bind
is_bound

expect 0 "a container takes the group" vfio-probe 0 "$LPCG" "$FEC1" "$MU2"
same "regions, interrupts and words" "$LPCG regions 1 irqs 0 word 1bc90002
$FEC1 regions 1 irqs 4 word fec10001
$MU2 regions 1 irqs 1 word 30200005" "$out"

expect 0 "bind again" traced -e trace=write imxpt bind
says "nothing to do"
same "and writes nothing" 0 "$(sys_writes)"

expect 0 "status" imxpt status
prints "$FEC1"
prints "vfio-platform"
expect 0 "status, asked by anybody" start-stop-daemon -S -q -c nobody -x /bin/imxpt -- status
prints "vfio-platform"
expect 0 "status --json" imxpt status --json
prints '"schema"'
prints '/dev/vfio/0'
expect 0 "status -q" imxpt status -q

expect 0 "unbind" imxpt unbind
same "all is as before" "$before" "$(state)"
expect 0 "unbind again" imxpt unbind
says "nothing to do"

expect 0 "bind after unbind, for somebody" imxpt bind --owner nobody
is_bound
same "the group node is theirs" nobody "$(stat -c %U /dev/vfio/0)"
