#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What "imxpt patch" should make of a tree, by fdtput alone: the judge of
# tests/real.sh and the yardstick of "make bench".  The facts are typed here once more,
# on purpose: whoever changes a profile must say so twice.
#
#   fdtput-patch.sh ghaf-guide|imx8qm-fec1|imx8qm-fec1-fec2 IN.dtb OUT.dtb
set -eu

profile=$1 in=$2 out=$3
documented=
[ "$profile" != ghaf-guide ] || documented=yes

conn=/bus@5b000000
lsio=/bus@5d000000
doma=/domu/doma

rsrcs='215 251'
lpcgs=$conn/clock-controller@5b230000
ports=$conn/ethernet@5b040000
if [ "$profile" = imx8qm-fec1-fec2 ]; then
	rsrcs='215 251 252'
	lpcgs="$lpcgs $conn/clock-controller@5b240000"
	ports="$ports $conn/ethernet@5b050000"
fi

# The path of the node with phandle $1, in hexadecimal.
node_of() {
	dtc -q -I dtb -O dts "$in" | awk -v want="<0x$1>;" '
	/{$/ { path[++depth] = $1 == "/" ? "" : path[depth - 1] "/" $1 }
	/^\t*};$/ { depth-- }
	$1 == "phandle" { sub(/<0x0+/, "<0x", $3); if ($3 == want) print path[depth] }'
}

# The pads of all pin groups of the ports.
port_pads() {
	for node in $ports; do
		for property in $(fdtget -p "$in" "$node" | grep '^pinctrl-[0-9]'); do
			for phandle in $(fdtget -t x "$in" "$node" "$property"); do
				fdtget -t u "$in" "$(node_of "$phandle")" fsl,pins
			done
		done
	done | awk '{ for (i = 1; i <= NF; i += 3) if (!seen[$i]++) print $i }'
}

siblings='' pads=$(port_pads)
if [ -n "$documented" ]; then
	siblings="$conn/ethernet@5b050000 $conn/clock-controller@5b240000"
	pads='165 166 167 243 244 245 246 247 248 249 250 251 252 253 254 255 43 121 126 129 127'
elif [ "$profile" = imx8qm-fec1 ] &&
	phy=$(fdtget -t x "$in" $conn/ethernet@5b050000 phy-handle 2>/dev/null); then
	# the second port works where its PHY is on a bus of its own
	case $(node_of "$phy") in
	$conn/ethernet@5b040000/*)
		[ "$(fdtget -t s "$in" $conn/ethernet@5b050000 status)" != okay ] ||
			siblings=$conn/ethernet@5b050000
		;;
	esac
fi

# The paths of the nodes that have an iommus property, and, with "phandle" for $1, the
# highest phandle.
look() {
	dtc -q -I dtb -O dts "$in" | awk -v want="$1" '
	/{$/ { path[++depth] = $1 == "/" ? "" : path[depth - 1] "/" $1 }
	/^\t*};$/ { depth-- }
	$1 == "iommus" && want == "iommus" { print path[depth] }
	$1 == "phandle" { gsub(/[<>;]/, "", $3); if (length($3) > length(top) ||
		length($3) == length(top) && $3 > top) top = $3 }
	END { if (want == "phandle") print top }'
}

# Delete from node $1 those of the other properties that it has.
drop() {
	node=$1
	shift
	# shellcheck disable=SC2046 # names of properties have no blanks
	fdtput -d "$out" "$node" $(fdtget -p "$out" "$node" | grep -xF "$(printf '%s\n' "$@")")
}

# What both kinds of passed node get.
pass() {
	fdtput -t x "$out" "$1" iommus "$smmu" 12 7f80
	fdtput -t s "$out" "$1" compatible fsl,dummy
	fdtput -t s "$out" "$1" status okay
	[ -n "$documented" ] || fdtput "$out" "$1" dma-coherent
}

# The phandle of a node, made where there is none.
phandle_of() {
	if ! fdtget -t u "$out" "$1" phandle 2>/dev/null; then
		top=$((top + 1))
		fdtput -t u "$out" "$1" phandle "$top"
		echo "$top"
	fi
}

cp "$in" "$out"
smmu=$(fdtget -t x "$in" /iommu@51400000 phandle)

for node in $(look iommus); do
	fdtput -d "$out" "$node" iommus
done
for node in $lpcgs; do
	pass "$node"
	drop "$node" power-domains clocks clock-names assigned-clocks \
		assigned-clock-rates pinctrl-0
done
for node in $ports; do
	pass "$node"
	domain=$(fdtget -t u "$in" "$node" power-domains)
	[ -n "$documented" ] || fdtput -t u "$out" "$node" fsl,sc_rsrc_id "${domain#* }"
	drop "$node" power-domains clocks clock-names assigned-clocks \
		assigned-clock-rates phy-handle pinctrl-names pinctrl-0
	[ -z "$documented" ] || continue
	# of a board's regulator only a port's is on no other driver
	if supply=$(fdtget -t x "$in" "$node" phy-supply 2>/dev/null); then
		fdtput "$out" "$(node_of "$supply")" regulator-always-on
	fi
	drop "$node" pinctrl-1 phy-supply nvmem-cells nvmem-cell-names
done
pass $lsio/mailbox@5d1d0000
for node in $siblings; do
	fdtput -t s "$out" "$node" status disabled
done

fdtput -p -c "$out" $doma
fdtput -t u "$out" /domu '#address-cells' 1
fdtput -t u "$out" /domu '#size-cells' 0
fdtput -t s "$out" $doma compatible xen,domu
fdtput -t s "$out" $doma domain_name DomU
fdtput -t u "$out" $doma reg 0
fdtput -t u "$out" $doma init_on_rsrcs 215
# shellcheck disable=SC2086 # lists of numbers, here and below
fdtput -t u "$out" $doma rsrcs $rsrcs

# shellcheck disable=SC2086
fdtput -t u "$out" $doma pads $pads

if [ -n "$documented" ]; then
	top=$(($(look phandle)))
	one=$(phandle_of $lsio/gpio@5d090000)
	[ "$one" -le "$top" ] || top=$one # what a subshell counted is lost
	four=$(phandle_of $lsio/gpio@5d0c0000)
	fdtput -t u "$out" $doma gpios \
		"$one" 13 1 "$one" 19 1 "$one" 27 1 "$one" 28 1 "$one" 30 1 \
		"$four" 1 1 "$four" 3 1 "$four" 6 1 "$four" 9 1 "$four" 11 0 "$four" 19 0 \
		"$four" 22 1 "$four" 25 0 "$four" 26 0 "$four" 27 1 "$four" 29 1
fi
