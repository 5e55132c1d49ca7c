#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "imxpt deps --profile" on the trees of the MEK in Debian's kernels: dtc compiles the draft,
# patch and guest accept it, or one of them refuses the device with the reason that is written
# down here.  What a draft must pass is written down too, and the resources are read from the
# board's tree with fdtget: not with the program's code.
#
# shellcheck disable=SC2086 # lists of words are meant to fall apart
# shellcheck disable=SC2317 # ok() calls the functions
set -u

# shellcheck source=tests/tap.sh
. tests/tap.sh
here=$(dirname "$0")
# shellcheck source=tests/real-profiles.sh
. "$here/real-profiles.sh"
virt=$BUILD/tests/dts/virt-new.dtb

if ! trees=$("$here"/real-trees.sh --newest); then
	skip_all "real trees: Debian's archive is out of reach"
fi

# The nodes that a profile's source passes, and which of them do no DMA.
passes() {
	sed -n 's/^\t*node = "\(.*\)";$/\1/p; s/^\t*no-dma.*/no-dma/p' "$1"
}

# drafts NODE...: a draft of a profile for them, compiled.
drafts() {
	rm -f "$tmp/draft.dts" "$tmp/draft.dtb"
	"$imxpt" deps --profile "$tree" "$@" >"$tmp/draft.dts" &&
		dtc -q -O dtb -o "$tmp/draft.dtb" "$tmp/draft.dts"
}

patches() {
	"$imxpt" patch -q -p "$tmp/draft.dtb" -o "$tmp/out.dtb" "$tree" &&
		"$imxpt" patch -q -p "$tmp/draft.dtb" -o "$tmp/again.dtb" "$tmp/out.dtb" &&
		cmp "$tmp/out.dtb" "$tmp/again.dtb"
}

makes_guest() {
	"$imxpt" guest -q -p "$tmp/draft.dtb" --host "$tree" --virt "$virt" -o "$tmp/guest.dtb"
}

makes_overlay() {
	"$imxpt" overlay -q -p "$tmp/draft.dtb" --host "$tree" -o "$tmp/guest.dtbo"
}

path_of() {
	awk -v name="$1" '$1 ~ "/" name "/$" { sub(/\/$/, "", $1); print $1; exit }' "$tmp/flat"
}

# passes_all NODE...: the draft passes these and one mailbox, and no others.
passes_all() {
	printf '%s\n' "$@" | sort >"$tmp/want"
	passes "$tmp/draft.dts" | grep -v -e '^no-dma$' -e '^mailbox@5d1[def]0000$' | sort |
		diff "$tmp/want" -
}

# The guest's partition gets the resource of each device, and its node is a dummy with an
# IOMMU; U-Boot sets a stream id for all resources but those of no-dma.
is_assigned() {
	for node in $(passes "$tmp/draft.dts" | grep -vx no-dma); do
		path=$(path_of "$node")
		same fsl,dummy "$(fdtget "$tmp/out.dtb" "$path" compatible)" &&
			fdtget "$tmp/out.dtb" "$path" iommus >/dev/null || return 1
		domains=$(fdtget -t u "$tree" "$path" power-domains 2>/dev/null) || continue
		for resource in $(echo "$domains" | awk '{ for (i = 2; i <= NF; i += 2) print $i }'); do
			fdtget -t u "$tmp/out.dtb" /domu/doma rsrcs | tr ' ' '\n' | grep -qx "$resource" ||
				{ echo "$resource of $node"; return 1; }
		done
	done
	"$imxpt" uboot -p "$tmp/draft.dtb" "$tmp/out.dtb" >"$tmp/uboot" &&
		[ -s "$tmp/uboot" ] && ! grep bypass "$tmp/uboot"
}

# The device is in the guest, with its compatible.
guest_has() {
	same "$(fdtget "$tree" "$(path_of "$1")" compatible)" \
		"$(fdtget "$tmp/guest.dtb" "/platform-bus@c000000/$1" compatible)"
}

# accepted NODE OTHER...: with these others, a guest can have the device.
accepted() {
	n_accepted=$((n_accepted + 1))
	ok "$1: dtc compiles its draft" drafts "$1"
	ok "$1: it passes what the device needs" passes_all "$@"
	ok "$1: patch accepts it, and does nothing twice" patches
	ok "$1: its resources are assigned, and no DMA bypasses the SMMU" is_assigned
	ok "$1: guest accepts it" makes_guest
	ok "$1: the guest has it" guest_has "$1"
	case $1 in
	usb@5b110000) ok "$1: overlay refuses it" says 'the two address and two size cells' makes_overlay ;;
	*) ok "$1: overlay accepts it" makes_overlay ;;
	esac
}

# refused STAGE NODE REASON: the stage refuses it, and says why.
refused() {
	stage=$1 node=$2 reason=$3
	case $stage in
	deps) ok "$node: deps refuses it" says "$reason" drafts "$node" ;;
	patch)
		ok "$node: dtc compiles its draft" drafts "$node"
		ok "$node: patch refuses it" says "$reason" patches
		;;
	guest)
		ok "$node: dtc compiles its draft" drafts "$node"
		ok "$node: patch accepts it" patches
		ok "$node: guest refuses it" says "$reason" makes_guest
		;;
	esac
}

# says REASON COMMAND...: the command fails with this reason.
says() {
	reason=$1
	shift
	if "$@" >"$tmp/said" 2>&1; then
		echo 'no failure'
		return 1
	fi
	cat "$tmp/said"
	grep -qF -- "$reason" "$tmp/said"
}

# A draft for what a built-in profile passes is what the profile has.
is_built_in() {
	# what the devices need must come by itself
	for node in $(echo "$devices" | awk '$1 == "dma" || $1 == "io" { print $2 }'); do
		case $node in */usbphy@* | */usbmisc@*) ;; *) set -- "$@" "${node##*/}" ;; esac
	done
	drafts "$@" "${mailbox##*/}" && passes dts/$profile.dts >"$tmp/want" &&
		passes "$tmp/draft.dts" | diff "$tmp/want" -
}

n_trees=0 n_accepted=0
while read -r series tree state; do
	case $tree in */imx8qm-mek.dtb) ;; *) continue ;; esac
	[ "$state" != changed ] || continue # real-changed.sh
	fdtget "$tree" /iommu@51400000 compatible >/dev/null 2>&1 || continue
	n_trees=$((n_trees + 1))
	prefix="$series $(basename "$tree" .dtb), "
	flat "$tree" >"$tmp/flat"

	accepted mmc@5b010000 clock-controller@5b200000
	accepted mmc@5b030000 clock-controller@5b220000
	accepted serial@5a080000 clock-controller@5a480000
	accepted serial@5a090000 clock-controller@5a490000
	accepted can@5a8f0000 clock-controller@5acf0000
	accepted i2c@5a800000 clock-controller@5ac00000
	accepted spi@5a020000 clock-controller@5a420000
	accepted adc@5a880000 clock-controller@5ac80000
	accepted gpu@53100000
	accepted jpegdec@58400000 clock-controller@585d0000
	accepted gpio@5d0a0000
	accepted pwm@5d000000 clock-controller@5d400000
	accepted dma-controller@5a1f0000
	# the PHY of the second port is on the bus of the first
	accepted ethernet@5b050000 clock-controller@5b230000 clock-controller@5b240000 \
		ethernet@5b040000

	refused deps interrupt-controller@51a00000 'the host does not work without it'
	refused deps iommu@51400000 'the host does not work without it'
	refused deps mailbox@5d1c0000 'the host does not work without it'
	refused deps cpu@0 'it is not a device on a bus of the SoC'
	refused deps light-sensor@44 'VFIO cannot pass it without /bus@'
	refused patch clock-controller@5a400000 'no stream id is set for its resource SPI_0 (53)'
	refused patch usb@5b110000 'it cannot be passed, since /bus@5b000000/usb@5b110000 above it is passed'
	refused patch vpu-core@2d080000 'the kernel creates no device below /vpu@2c000000: it is disabled'
	refused guest spi@5d120000 "region 1 has 0x10000000 bytes, QEMU's platform bus 0x2000000"

	for profile in $profiles; do
		facts_of $profile
		ok "$profile: a draft of it passes the same" is_built_in
	done
done <<END
$trees
END

prefix="Debian's kernels: "
ok 'have trees of the MEK, and at least twelve devices were accepted' \
	test $n_trees -gt 0 -a $n_accepted -ge 12
finish
