#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the model of a port works only with power, open gates, its clock and its pads
# tree: no-scu-rm
# uboot: no-domain
# models: scfw mailbox-on
. ../tap.sh

PM=2 PAD=6 MISC=7
ENET_0=251
GATES=0x5b230000 AHB=0x200 REFERENCE=0x2000 IPG=0x20000
PALR=0x5b0400e4 MSCR=0x5b040044 MMFR=0x5b040040
PHY_ID=0x60080000 # read register 2 of PHY 0

# called WORD...: a call of the firmware that succeeds
called() {
	is "call $*" 0 "$(board-mu "$@" | cut -d ' ' -f 1)"
}

power() { called $PM 3 $((ENET_0 | $1 << 16)); }
rate() { called $PM 5 "$1" $((ENET_0 | 2 << 16)); }
pad() { called $PAD 15 "$2" "$1"; }

gates() {
	devmem $GATES 32 $(($1))
}

# keeps NAME WANT ADDRESS VALUE: what a register reads that was written to
keeps() {
	devmem "$3" 32 "$4"
	is "$1" "$2" "$(devmem "$3" 32)"
}

# finds NAME WANT: the identity that the PHY has
finds() {
	devmem $MMFR 32 $PHY_ID
	is "$1" "$2" "$(devmem $MMFR 32 | cut -c 7-)"
}

# wired NAME WANT: do frames reach the wire?
wired() { is "$1" "$2" "$(count fec1 wired)"; }

power 0
keeps "gates without power" 0x00000000 $GATES $((AHB | REFERENCE | IPG))
power 3
keeps "gates" 0x00022200 $GATES $((AHB | REFERENCE | IPG))
keeps "a port" 0x00049F01 $PALR 0x49f01
gates 0
keeps "a port with its gates closed" 0x00000000 $PALR 0x49f02
gates "AHB | REFERENCE"
keeps "a port without ipg" 0x00000000 $PALR 0x49f02
gates "REFERENCE | IPG"
keeps "a port without ahb" 0x00000000 $PALR 0x49f02
gates "AHB | REFERENCE | IPG"
is "and what it kept all the time" 0x00049F01 "$(devmem $PALR 32)"

devmem $MSCR 32 0x1a
finds "no PHY without pads" FFFF
pad 165 0xc0000020
finds "nor with one of them" FFFF
pad 166 0xc0000020
finds "a PHY with both" 004D
pad 166 0xc8000020
finds "nor with another function" FFFF

n=243
while [ $n -le 254 ]; do
	wired "no wire before pad $n is set" 0
	pad $n 0xc0000020
	n=$((n + 1))
done
rate 250000000
called $PM 7 $((ENET_0 | 2 << 16 | 1 << 24)) 0
wired "no wire at 250 MHz" 0
called $MISC 1 25 1 $ENET_0
wired "a wire at half of that" 1
called $PM 7 $((ENET_0 | 2 << 16)) 0
wired "none with the clock off" 0
called $PM 7 $((ENET_0 | 2 << 16 | 1 << 24)) 0
pad 254 0xc8000020
wired "none with another function of a pad" 0
pad 254 0xc0000020
wired "a wire again" 1
rate 125000000
wired "none at half of 125 MHz" 0
rate 250000000
gates "AHB | IPG"
wired "none with the reference's gate closed" 0
gates "AHB | REFERENCE | IPG"
power 2
wired "none in low power" 0
is "nor a port" 0x00000000 "$(devmem $PALR 32)"
at_least "accesses without power or clock" 7 "$(count fec1 unanswered)"
finish
