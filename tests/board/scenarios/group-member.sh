#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a host driver that holds another member of the group
# tree: port-back
# kernel: 6.12 5.10
. ../tap.sh

modprobe board_driver takes=fsl,imx8qm-fec
before=$(state)
is "the host has the second port" board-driver "$(driver "$FEC2")"
expect "bind" 1 traced -e trace=write imxpt bind
says "$FEC2"
says "board-driver"
is "refused before the first write" 0 "$(sys_writes)"
is "nothing is changed" "$before" "$(state)"
is "the module is not even loaded" "" "$(lsmod | grep vfio)"
modprobe -r board_driver

# The same, but the driver comes when bind has looked, loaded the module, and is about to
# write for the first time.
before=$(state)
traced -P "/sys/bus/platform/devices/$LPCG/driver_override" -e trace=write \
	-e inject=write:delay_enter=10000000:when=1 imxpt bind >/tmp/out 2>/tmp/err &
until [ -e /sys/bus/platform/drivers/vfio-platform ]; do sleep 0.1; done
modprobe board_driver takes=fsl,imx8qm-fec
is "the driver comes in time" board-driver "$(driver "$FEC2")"
is "no override is written yet" "(null)" \
	"$(cat "/sys/bus/platform/devices/$LPCG/driver_override")"
status=0
wait $! || status=$?
err=$(cat /tmp/err)
is "exit" 1 "$status"
says "$FEC2"
is "bind had begun" 2 "$(sys_writes)"
modprobe -r board_driver
is "all is undone" "$before" "$(state)"

expect "bind when it has gone" 0 imxpt bind
is_bound
