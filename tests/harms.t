#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt bind: trees with which a guest could harm the host.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

node=/bus@5b000000/ethernet@5b040000
fec2_node=/bus@5b000000/ethernet@5b050000

# Where the guest could harm the host, bind is refused, whatever the kernel accepts; also
# where that is not known.
# harms NAME EVIDENCE: on a tree that was changed
harms() {
	on_board bind -n
	has "$1: bind is refused" "$rc $(echo "$err" | head -n 1)" "$2"
	has "$1: with what helps" "$(echo "$err" | sed -n 2p)" "--force skips this check"
	on_board bind -n --force
	is "$1: --force" 0 "$rc"
}
unbound
fdtput -t x "$live" $fec2_node fsl,sc_rsrc_id fb
fdtput -t x "$live" $fec2_node iommus "$(fdtget -t x "$live" /iommu@51400000 phandle)" 13 7f80
harms "another's stream id" "ENET_0 (251) is 0x13, but its iommus has 0x12"
unbound
fdtput -r "$live" /domu
harms "no domain" "the tree has no /domu node, so no partition is made"
on_board bind -n
has "no domain: what helps" "$err" "fix: boot a host tree made by 'imxpt patch'"
unbound
fdtput -d "$live" /domu/doma rsrcs
harms "a domain without resources" "does not get the passed mailbox MU_2A (215)"
unbound
fdtput -t u "$live" /domu/doma rsrcs 251
harms "a domain without the mailbox" "does not get the passed mailbox MU_2A (215)"
for list in "rsrcs 215 251" "pads 165 166"; do
	unbound
	# shellcheck disable=SC2086
	fdtput -t u "$live" /domu/doma $list 65787
	harms "a wide number in ${list%% *}" "/domu/doma: 65787 in rsrcs or pads has more than 16 bits"
done
unbound
fdtput -t s "$live" /iommu@51400000 status disabled
harms "no SMMU" "iommu@51400000"
unbound
fdtput -t u "$live" /iommu@51400000 "#iommu-cells" 1
harms "stream ids without a mask" "iommu@51400000"
unbound
rm "$live"
harms "no tree" "cannot check whether the guest can harm the host: /sys/firmware/fdt does not exist"
# foreign_domain PHANDLE: an enabled node, with a power domain
foreign_domain() {
	fdtput -c "$live" /gpu@1
	fdtput -t x "$live" /gpu@1 power-domains "$1"
}
# undefined_domain: the same, of a kind for which it is undefined what U-Boot does
undefined_domain() {
	fdtput -c "$live" /zero
	fdtput -t u "$live" /zero "#power-domain-cells" 0
	fdtput -t x "$live" /zero phandle 7777
	foreign_domain 7777
}
unbound
undefined_domain
fdtput -d "$live" $node fsl,sc_rsrc_id
harms "U-Boot is not predicted" "not known what U-Boot does to this tree: /gpu@1"
unbound
foreign_domain 7778
harms "U-Boot loops" "not known what U-Boot does to this tree: /gpu@1: entry 0 of power-domains"
good
undefined_domain
fires "U-Boot is not predicted" resource "not known what U-Boot does to this tree: /gpu@1"
unbound
fdtput -t u "$live" /domu/doma rsrcs 215 251 252
fdtput -t u "$live" /bus@5b000000/mmc@5b010000 imxpt,no-dma-rsrcs 252
harms "no-dma of a node that is not passed" "no stream id is set for its resource ENET_1 (252)"

# Devices that somebody has bound by hand are no exception.
# harms_bound NAME EVIDENCE: on a tree that was changed, of devices that are all bound
harms_bound() {
	on_board bind --owner 1000
	has "all bound, $1: bind is refused" "$rc $(echo "$err" | head -n 1)" "1 imxpt: bind: $2"
	is "all bound, $1: the owner stays" "$(id -u)" "$(stat -c %u "$root/dev/vfio/5")"
	on_board bind --force
	is "all bound, $1: --force" "0 imxpt: bind: nothing to do" "$rc $(echo "$err" | tail -n 1)"
}
good
on_board bind
is "all bound, and all is well" 0 "$rc"
fdtput -d "$live" $node fsl,sc_rsrc_id
harms_bound "no stream id" "$node: U-Boot sets no stream id for it"
good
fdtput -t u "$live" /domu/doma reg 0
harms_bound "no partition" "/domu/doma: reg is still 0"
good
"$imxpt" patch -q --partition linux -o "$live" "$(board mek-like)"
harms_bound "no partition from Linux" "the running tree leaves the guest's partition to Linux"
good
rm "$live"
harms_bound "no tree" "cannot check whether the guest can harm the host"
finish
