#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check: what the SMMU's driver wrote to the kernel log.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

wrote() {
	printf '[  123.456789] arm-smmu 51400000.iommu: %s\n' "$1" >>"$root/dmesg"
}
gfsr() {
	wrote "	GFSR $1, GFSYNR0 0x00000002, GFSYNR1 $2, GFSYNR2 0x00000000"
}
blocked() {
	wrote "Blocked unknown Stream ID $1; boot with \"arm-smmu.disable_bypass=0\" to allow"
	gfsr 0x00000002 "$1"
}
fault() {
	wrote "Unhandled context fault: fsr=0x402, iova=0x48001000, fsynr=0x30, cbfrsynra=$1, cb=3"
}
global_fault() {
	wrote "Unexpected global fault, this could be serious"
	gfsr "$1" "$2"
}
# logged VERDICT TEXT: what kernel-log finds, and nothing warns with VERDICT note
logged() {
	on_board check
	is "kernel-log: $2" "$1 $2" \
		"$(sed -n 's/^[^ ]*  *kernel-log  *\([a-z]* .*\)/\1/p' "$tmp/out" | tr -s ' ')"
}
good
logged ok "the kernel log has no SMMU message about the passed devices"
blocked 0x853
warns "another stream id on the bus" kernel-log \
	"the SMMU blocked DMA with stream id 0x13 (seen as 0x853), which no node of the tree has"
has "another stream id on the bus: the fix" "$out" "let U-Boot's booti set the stream ids"
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommus "$(smmu)" 13 7f80
logged ok "the kernel log has no SMMU message about the passed devices"
good
blocked 0x0
warns "no stream id on the bus" kernel-log "stream id 0 (seen as 0x0): U-Boot set no stream id"
rm "$live"
logged warn "the SMMU blocked DMA with stream id 0 (seen as 0x0): U-Boot set no stream id"
good
printf '[ 1.0] systemd[1]: GFSR 0x2, GFSYNR1 0x13\n[ 1.0] arm-smmu x: cbfrsynra=0x12\n' \
	>"$root/dmesg"
logged ok "the kernel log has no SMMU message about the passed devices"
fault 0x11
logged ok "the kernel log has no SMMU message about the passed devices"
blocked 0x892
logged note "the SMMU blocked DMA of the passed devices (stream id 0x12) while no guest had them"
good
global_fault 0x00000001 0x00010092
logged note "the SMMU blocked DMA of the passed devices (stream id 0x12) while no guest had them"
global_fault 0x00000001 0x00000055
warns "a stream without a domain that no node has" kernel-log \
	"the SMMU blocked DMA with stream id 0x15 (seen as 0x55), which no node of the tree has"
good
global_fault 0x80000002 0x00000853
logged warn "the SMMU blocked DMA with stream id 0x13 (seen as 0x853), which no node of the tree has"
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommus "$(smmu)" 10 7f83
logged ok "the kernel log has no SMMU message about the passed devices"
fdtput -d "$live" /bus@5b000000/mmc@5b010000 iommus
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommu-map 0 "$(smmu)" 13 1
logged ok "the kernel log has no SMMU message about the passed devices"
fdtput -d "$live" /bus@5b000000/mmc@5b010000 iommu-map
fdtput -t x "$live" /bus@5b000000/mmc@5b010000 iommus "$(smmu)" 10 7f82
logged warn "the SMMU blocked DMA with stream id 0x13 (seen as 0x853), which no node of the tree has"
good
global_fault 0x80000080 0x00000013 # a fault of the SMMU's own reads
logged ok "the kernel log has no SMMU message about the passed devices"
blocked 0x52
warns "a bit that the mask does not cover" kernel-log \
	"stream id 0x12 (seen as 0x52): the mask in iommus does not cover the other bits"
fault 0x12
fault 0x852
logged note "2 context faults with stream id 0x12 (seen as 0x852, the last 123 s after boot): a passed device accessed memory that its guest does not have"
# untimed LINE-START: no time is made up
untimed() {
	echo "$1 arm-smmu x: Unhandled context fault: fsr=0x402, cbfrsynra=0x12, cb=3" >"$root/dmesg"
	logged note "1 context fault with stream id 0x12 (seen as 0x12): a passed device accessed memory that its guest does not have"
}
untimed ""
untimed "[Sat Nov 28 05:00:00 2026]"
untimed "[-1]"
untimed "[99999999999999999999.0]"
untimed "[    T1] [   52.1]"
echo "<3>[   52.1] arm-smmu x: Unhandled context fault: fsr=0x402, cbfrsynra=0x12, cb=3" >"$root/dmesg"
logged note "1 context fault with stream id 0x12 (seen as 0x12, the last 52 s after boot): a passed device accessed memory that its guest does not have"
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
echo " 60:          0          7     GICv3 290 Level     vfio-irq[0]($fec1)" >>"$root/proc/interrupts"
warns "faults while a guest runs" kernel-log "1 context fault with stream id 0x12"
has "faults while a guest runs: the fix" "$out" "restart the guest with the -m that its tree was dumped with"
ln -sf 5 "$root/dev/vfio/5" # it cannot be opened
logged note "1 context fault with stream id 0x12 (seen as 0x12, the last 52 s after boot): a passed device accessed memory that its guest does not have"
good
fdtput -t x "$live" /bus@5d000000/mailbox@5d1d0000 iommus "$(smmu)" 11 3f80
blocked 0x891
logged note "the SMMU blocked DMA of the passed devices (stream id 0x11) while no guest had them"
blocked 0x4011
warns "the mask is that of the node" kernel-log "stream id 0x11 (seen as 0x4011): the mask in iommus"
fault 0x891
logged note "1 context fault with stream id 0x11 (seen as 0x891, the last 123 s after boot): a passed device accessed memory that its guest does not have"
rm "$live"
logged ok "the kernel log has no SMMU message about the passed devices"
fault 0x892
logged note "1 context fault with stream id 0x12 (seen as 0x892, the last 123 s after boot): a passed device accessed memory that its guest does not have"
rm "$root/dmesg"
logged skip "not seen: the recording has no file dmesg"

finish
