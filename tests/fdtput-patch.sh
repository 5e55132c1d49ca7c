#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What "imxpt patch" should make of a tree, by dtc, awk and fdtput: what tests/real.sh
# compares it with, and what "make bench" measures against.
#
#   fdtput-patch.sh ghaf-guide|PROFILE IN.dtb OUT.dtb
#
# shellcheck disable=SC2013,SC2046,SC2086 # lists of words and numbers are meant to fall apart
set -eu

profile=$1 in=$2 out=$3
here=$(dirname "$0")
# shellcheck source=tests/real-profiles.sh
. "$here/real-profiles.sh"
flat=$(mktemp)
trap 'rm -f "$flat"' EXIT

documented=
[ "$profile" != ghaf-guide ] || documented=yes
doma=/domu/doma
facts_of "$profile"
passed="$(echo "$devices" | awk '{ print $2 }') $mailbox"
flat "$in" >"$flat"

if [ -n "$documented" ]; then
	references=$references_guide
	siblings="$conn/ethernet@5b050000 $conn/clock-controller@5b240000"
	supplies=
	pads='a5 a6 a7 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff 2b 79 7e 81 7f'
else
	siblings=$(derive siblings "$flat" $passed)
	supplies=$(derive supplies "$flat" $passed)
	pads=$(derive pads "$flat" $passed)
fi

# Delete from node $1 those of the other properties that it has.
drop() {
	node=$1
	shift
	fdtput -d "$out" "$node" $(fdtget -p "$in" "$node" | grep -xF "$(printf '%s\n' "$@")")
}

# pass KIND PATH RESOURCE
pass() {
	fdtput -t x "$out" "$2" iommus "$smmu" $stream 7f80
	fdtput -t s "$out" "$2" compatible fsl,dummy
	fdtput -t s "$out" "$2" status okay
	drop "$2" $references
	[ -z "$documented" ] || return 0
	fdtput "$out" "$2" dma-coherent
	case $1 in
	dma) fdtput -t u "$out" "$2" fsl,sc_rsrc_id "$3" ;;
	io) [ "$3" -eq 0 ] || fdtput -t u "$out" "$2" imxpt,no-dma-rsrcs "$3" ;;
	esac
}

# The phandle of a node, made where there is none: the one after the highest so far.
phandle_of() {
	if ! fdtget -t u "$out" "$1" phandle 2>/dev/null; then
		top=$((top + 1))
		fdtput -t u "$out" "$1" phandle "$top"
		echo "$top"
	fi
}

cp "$in" "$out"
smmu=$(fdtget -t x "$in" /iommu@51400000 phandle)
for node in $(awk '$2 == "iommus" { sub(/\/$/, "", $1); print $1 }' "$flat"); do
	fdtput -d "$out" "$node" iommus
done
while read -r kind node resource; do
	pass $kind "$node" "$resource"
done <<END
$devices
mailbox $mailbox 0
END
for node in $siblings; do
	fdtput -t s "$out" "$node" status disabled
done
for node in $supplies; do
	fdtput "$out" "$node" regulator-always-on
done

fdtput -p -c "$out" $doma
fdtput -t u "$out" /domu '#address-cells' 1
fdtput -t u "$out" /domu '#size-cells' 0
fdtput -t s "$out" $doma compatible xen,domu
fdtput -t s "$out" $doma domain_name DomU
fdtput -t u "$out" $doma reg 0
fdtput -t u "$out" $doma init_on_rsrcs $mu
fdtput -t u "$out" $doma rsrcs $mu $rsrcs
[ -z "$pads" ] || fdtput -t x "$out" $doma pads $pads

if [ -n "$documented" ]; then
	top=$(($(awk '$2 == "phandle" { gsub(/[<>;]/, "", $4); print $4 }' "$flat" |
		awk '{ if (length($0) > length(top) || length($0) == length(top) && $0 > top) top = $0 }
		END { print top }')))
	one=$(phandle_of $lsio/gpio@5d090000)
	[ "$one" -le "$top" ] || top=$one # what a subshell counted is lost
	four=$(phandle_of $lsio/gpio@5d0c0000)
	fdtput -t u "$out" $doma gpios \
		"$one" 13 1 "$one" 19 1 "$one" 27 1 "$one" 28 1 "$one" 30 1 \
		"$four" 1 1 "$four" 3 1 "$four" 6 1 "$four" 9 1 "$four" 11 0 "$four" 19 0 \
		"$four" 22 1 "$four" 25 0 "$four" 26 0 "$four" 27 1 "$four" 29 1
fi
