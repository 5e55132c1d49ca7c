#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# it binds, says so, and gives back
# kernel: 6.12 5.10
. ../tap.sh

before=$(state)
expect "status -q before" 3 imxpt status -q
expect "bind" 0 imxpt bind
is_bound

expect "a container takes the group" 0 vfio-probe 0 "$LPCG" "$FEC1" "$MU2"
is "regions, interrupts and words" "$LPCG regions 1 irqs 0 word 1bc90002
$FEC1 regions 1 irqs 4 word fec10001
$MU2 regions 1 irqs 1 word 30200005" "$out"

expect "bind again" 0 traced -e trace=write imxpt bind
says "nothing to do"
is "and writes nothing" 0 "$(sys_writes)"

expect "status" 0 imxpt status
prints "$FEC1"
prints "vfio-platform"
expect "status, without root" 0 start-stop-daemon -S -q -c nobody -x /bin/imxpt -- status
prints "vfio-platform"
expect "status --json" 0 imxpt status --json
prints '"schema"'
prints '/dev/vfio/0'
expect "status -q" 0 imxpt status -q

expect "unbind" 0 imxpt unbind
is "all is as before" "$before" "$(state)"
expect "unbind again" 0 imxpt unbind
says "nothing to do"

expect "bind after unbind, for a user" 0 imxpt bind --owner nobody
is_bound
is "the group node is theirs" nobody "$(stat -c %U /dev/vfio/0)"
