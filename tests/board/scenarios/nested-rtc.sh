#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the alarms of a real device arrive in a guest
# tree: rtc
# initrd: nested.initrd
. ../tap.sh

run_guest /guest/rtc.dtb rtc
is "what the guest says" "device c000000.pl031 rtc-pl031
interrupt of alarm 1
interrupt of alarm 2
interrupt of alarm 3
$end_said" "$said"
expect "unbind, after it" 0 imxpt unbind -p /guest/rtc.dtb
