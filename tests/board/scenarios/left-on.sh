#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a port that its guest left on cannot reach memory, before and after it is given back
# kernel: 6.12 5.10
# models: scfw
. ../tap.sh

ENET_0=251

# What a guest's drivers do: power, gates, clock and pads.
switch_on() {
	board-mu 2 3 $((ENET_0 | 3 << 16))
	devmem 0x5b230000 32 0x22200
	board-mu 2 5 250000000 $((ENET_0 | 2 << 16))
	board-mu 2 7 $((ENET_0 | 2 << 16 | 1 << 24)) 0
	board-mu 7 1 25 1 $ENET_0
	for pad in 243 244 245 246 247 248 249 250 251 252 253 254; do
		board-mu 6 15 0xc0000020 $pad
	done
}

# The receiver, with a ring in the middle of the host's memory; frames come.
receive() {
	devmem 0x5b040180 32 0x90000000
	devmem 0x5b040024 32 2
	chatter
}

is_kept_away() {
	before=$(count dma1 errors)
	receive
	# the first one, after which the port is off
	is "$1: accesses that the SMMU blocked" 1 $(($(count dma1 errors) - before))
	is "$1: accesses that it let pass" 0 "$(count smmu passed-as-is)"
}

reaches_memory() {
	before=$(count smmu passed-as-is)
	receive
	at_least "$1: accesses of the host's memory" 1 $(($(count smmu passed-as-is) - before))
}

expect "bind" 0 imxpt bind
capture imxpt check
case $(cat /proc/cmdline) in
*passthrough=1*)
	look=reaches_memory
	prints "'identity': a passed device that its guest left running"
	;;
*)
	look=is_kept_away
	prints "DMA of a group that no guest uses is translated or blocked"
	;;
esac
switch_on >/tmp/calls
is "frames reach the port" 1 "$(count fec1 wired)"
$look "bound"
expect "a container takes the group, and closes it" 0 vfio-probe 0 "$LPCG" "$FEC1" "$MU2"
$look "after it"
expect "unbind" 0 imxpt unbind
$look "given back"
[ $look = reaches_memory ] ||
	is "the host's log has each" 3 "$(dma_log | grep -c "cbfrsynra=$(stream_id 0),")"
finish
