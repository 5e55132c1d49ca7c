#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Debian's systemd binds the devices at boot, before what uses them
# initrd: systemd.initrd
. ../tap.sh

unit=imxpt@imx8qm-fec1
is "systemd is the first process" systemd "$(cat /proc/1/comm)"
is "the unit is active" active "$(systemctl is-active $unit)"
ok "it succeeded" systemctl --no-pager status $unit
is "the devices were bound when the consumer started" 0 "$(cat /run/consumer)"
is_bound
is "the unit's configuration gave the group to a user" nobody "$(stat -c %U /dev/vfio/0)"
expect "a container takes the group" 0 vfio-probe 0 "$LPCG" "$FEC1" "$MU2"

expect "stopped" 0 systemctl stop $unit
expect "the devices are given back" 3 imxpt status -q
is "none is bound" 0 "$(bound)"
expect "started again" 0 systemctl start $unit
is_bound

exec 9<>/dev/vfio/0
capture systemctl stop $unit
is "a group that a process has open is not taken from it" failed "$(systemctl is-failed $unit)"
exec 9<&-
is_bound
