#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the firmware's model makes a partition, and keeps to its rules
# tree: no-scu-rm
# uboot: no-domain
# models: scfw mailbox-on
. ../tap.sh

PM=2 RM=3 PAD=6
PARM=3 NOACCESS=4 NOTFOUND=7
UART_0=57 MU_2A=215 SDHC_0=248 ENET_0=251

# call NAME WANT SERVICE FUNCTION [WORD...]
call() {
	name=$1 want=$2
	shift 2
	is "$name" "$want" "$(board-mu "$@")"
}

pt() { echo $(($1 | $2 << 16)); } # a number and the partition it goes to

call "the host is partition 1" "0 0x1" $RM 5
call "it owns the port" 1 $RM 13 $ENET_0
call "a resource that does not exist is not owned" 0 $RM 13 600
call "the port is a bus master" 1 $RM 14 $ENET_0
call "and UART_0 is none" 0 $RM 14 $UART_0
call "its stream id is what U-Boot set" "0 0x12" $RM 16 $ENET_0
call "a resource that does not exist has none" "$PARM 0x258" $RM 16 600
call "a function that does not exist" $NOTFOUND $RM 99

call "a partition, its parent has access" "0 0x2" $RM 1 0x01000000 0
call "its parent is the host" 0 $RM 6 $((2 | 1 << 8))
call "the port goes to it" 0 $RM 8 "$(pt $ENET_0 2)"
call "and has no stream id then" "0 0" $RM 16 $ENET_0
call "0 is no stream id" $PARM $RM 11 $ENET_0
call "64 is none" $PARM $RM 11 "$(pt $ENET_0 64)"
call "the parent sets one" 0 $RM 11 "$(pt $ENET_0 0x12)"
call "its owner" "0 0x2" $RM 33 $ENET_0
call "to a partition that is not there" $PARM $RM 8 "$(pt $ENET_0 9)"
call "a pad" 0 $RM 23 "$(pt 243 2)"
call "which the host has no longer" 0 $RM 25 243
call "its neighbour it has" 1 $RM 25 244
call "a pad that does not exist" $PARM $RM 23 "$(pt 400 2)"

call "the mailbox goes, by itself" 0 $RM 8 "$(pt $MU_2A 2)"
call "from here on the guest speaks" "0 0x2" $RM 5
call "the port is its own" 1 $RM 13 $ENET_0
call "it may give it power" 0 $PM 3 "$(pt $ENET_0 3)"
call "and ask for it" "0 0x3" $PM 4 $ENET_0
call "it may not take the host's" $NOACCESS $PM 3 "$(pt $UART_0 2)"
call "nor its storage" $NOACCESS $RM 8 "$(pt $SDHC_0 2)"
call "nor a pad" $NOACCESS $RM 23 "$(pt 244 2)"
call "nor set one" $NOACCESS $PAD 15 0xc0000000 244
call "its own it may" 0 $PAD 15 0xc0000000 243
call "it cannot end itself" $NOACCESS $RM 2 2
is "nothing of the host's lost power" 0 "$(count scfw lowered)"

out=$(board-counters)
prints "scfw owner-251 2"
finish
