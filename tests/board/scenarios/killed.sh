#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# killed before each step in turn
# kernel: 6.12 5.10
. ../tap.sh

# killed_at SYSCALL K COMMAND...: it does not live to see its K-th such call done
killed_at() {
	call=$1 at=$2
	shift 2
	capture traced -e trace="$call" -e inject="$call":signal=SIGKILL:when="$at" "$@"
}

# What status says must be what the kernel says, whatever state that is.
status_is_true() {
	capture imxpt status -q
	if [ "$(bound)" -eq 3 ]; then
		is "$1: status knows that all are bound" 0 "$rc"
	else
		is "$1: status knows that not all are bound" 3 "$rc"
	fi
}

# From the devices free to the devices free, bind killed at each of its calls.
sweep_bind() {
	k=1
	while killed_at "$1" "$k" imxpt bind; [ "$rc" -ne 0 ]; do
		status_is_true "bind killed at $1 $k"
		expect "bind completes" 0 imxpt bind
		is "all three" 3 "$(bound)"
		expect "unbind restores" 0 imxpt unbind
		is "as before" "$before" "$(state)"
		[ "$1" = write ] || rmmod vfio_platform vfio_platform_base vfio_iommu_type1 vfio
		k=$((k + 1))
	done
	is "bind was killed at each $1" "$2" "$((k - 1))"
	expect "unbind" 0 imxpt unbind
}

before=$(state)
sweep_bind finit_module 4 # vfio, its type1, vfio-platform-base, vfio-platform
sweep_bind write 7 # override and bind of three devices, and the table

k=1
imxpt bind >/tmp/out
while killed_at write "$k" imxpt unbind; [ "$rc" -ne 0 ]; do
	status_is_true "unbind killed at write $k"
	expect "unbind completes" 0 imxpt unbind
	is "as before" "$before" "$(state)"
	expect "bind once more" 0 imxpt bind
	k=$((k + 1))
done
# override, unbind and probe of three devices, and the table
is "unbind was killed at each write" 10 "$((k - 1))"
