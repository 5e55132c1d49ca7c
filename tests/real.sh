#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "imxpt patch", and "imxpt uboot" of what it made, on every i.MX 8Q tree in Debian's
# arm64 kernels, with both profiles and with --as-documented.  What should come out is
# written down here and in tests/fdtput-patch.sh, and read with fdtget, dtc and od: not
# with the program's code.  "imxpt overlay" is compared with what "imxpt guest" makes, with
# every built-in profile.
#
# shellcheck disable=SC2086,SC2013 # lists of words are meant to fall apart
# shellcheck disable=SC2317 # ok() calls the functions
set -u

# shellcheck source=tests/tap.sh
. tests/tap.sh
# shellcheck source=tests/overlay.sh
. tests/overlay.sh
here=$(dirname "$0")
virt=$BUILD/tests/dts/virt-new.dtb
profiles=$(basename -s .dts dts/*.dts)
conn=/bus@5b000000
lsio=/bus@5d000000
pads_guide='165 166 167 243 244 245 246 247 248 249 250 251 252 253 254 255 43 121 126 129 127'
# Linux has no pad of the MDIO bus in fec2's group, as the bus is fec1's.
pads_mek='166 165 244 243 245 246 247 248 249 250 251 252 253 254'
pads_mek_fec2='268 257 256 258 259 260 261 262 263 264 265 266 267'
pads_apalis='255 166 165 244 243 245 246 247 248 249 250 251 252 253 254 167 57'
lines='13 1 19 1 27 1 28 1 30 1 1 1 3 1 6 1 9 1 11 0 19 0 22 1 25 0 26 0 27 1 29 1'

if ! trees=$("$here"/real-trees.sh); then
	skip_all "real trees: Debian's archive is out of reach"
fi

# A tree as lines "PATH PROPERTY = VALUE;", in its order, reservations first.
flat() {
	dtc -q -I dtb -O dts "$1" | awk '
	/{$/ { path[++depth] = $1 == "/" ? "" : path[depth - 1] "/" $1; print path[depth] "/"; next }
	/^\t*};$/ { depth--; next }
	NF { sub(/^\t*/, ""); print path[depth] "/", $0 }'
}

# The 32-bit word number $2 of the header.
word() {
	od -An -t x1 -j $(($2 * 4)) -N 4 "$1" | tr -d ' '
}

# holds NODE PROPERTY TYPE VALUE: does the patched tree have it?
holds() {
	same "$2 $4" "$2 $(fdtget -t "$3" "$out" "$1" "$2" 2>&1)"
}

holds_no() {
	! fdtget -p "$out" "$1" | grep -xF -- "$2"
}

smmu_phandle() {
	fdtget -t x "$in" /iommu@51400000 phandle
}

# is_passed NODE RESOURCE GONE...: the node is the stock node without GONE, with our own
# properties, and with nothing else new.  RESOURCE is 0 for what does no DMA.
is_passed() {
	node=$1 resource=$2
	shift 2
	holds "$node" compatible s fsl,dummy && holds "$node" status s okay &&
		holds "$node" iommus x "$(smmu_phandle) 12 7f80" || return 1
	added='compatible status iommus'
	if [ -z "$mode" ]; then
		holds "$node" dma-coherent bx '' || return 1
		added="$added dma-coherent"
	fi
	if [ -z "$mode" ] && [ "$resource" -ne 0 ]; then
		holds "$node" fsl,sc_rsrc_id u "$resource" || return 1
		added="$added fsl,sc_rsrc_id"
	fi
	{
		printf '%s\n' $added
		fdtget -p "$in" "$node" | grep -vxF "$(printf '%s\n' none "$@")"
	} | sort -u >"$tmp/want"
	fdtget -p "$out" "$node" | sort | diff - "$tmp/want" || return 1
	for property in $(grep -vxF "$(printf '%s\n' $added)" "$tmp/want"); do
		holds "$node" "$property" bx "$(fdtget -t bx "$in" "$node" "$property")" || return 1
	done
}

is_passed_lpcg() {
	is_passed "$1" 0 power-domains clocks clock-names assigned-clocks \
		assigned-clock-rates pinctrl-0
}

# The guide's eight, which are all that the MEK's fec1 has; the rest is of other ports.
is_passed_port() {
	# shellcheck disable=SC2046 # no word, or four
	is_passed "$1" "$2" power-domains clocks clock-names assigned-clocks \
		assigned-clock-rates phy-handle pinctrl-names pinctrl-0 \
		$([ -n "$mode" ] || echo pinctrl-1 phy-supply nvmem-cells nvmem-cell-names)
}

is_off() {
	holds "$1" status s disabled && holds_no "$1" iommus
}

# The pads of the port's groups.
expect_pads() {
	case $in in
	*-mek.dtb) pads=$pads_mek ;;
	*-apalis-v1.1-*) pads="$pads_apalis 77" ;;
	*-apalis-*) pads="$pads_apalis 51" ;;
	esac
}

has_domain() {
	doma=/domu/doma
	same '#address-cells #size-cells ' "$(fdtget -p "$out" /domu | sort | tr '\n' ' ')" &&
		same doma "$(fdtget -l "$out" /domu)" &&
		holds /domu '#address-cells' u 1 && holds /domu '#size-cells' u 0 &&
		holds $doma compatible s xen,domu && holds $doma domain_name s DomU &&
		holds $doma reg u 0 && holds $doma init_on_rsrcs u 215 &&
		holds $doma rsrcs u "$1" && holds $doma pads u "$2"
}

# Sixteen lines, each of the controller that has it.
has_gpios() {
	one=$(fdtget -t u "$out" $lsio/gpio@5d090000 phandle)
	four=$(fdtget -t u "$out" $lsio/gpio@5d0c0000 phandle)
	want=$(echo "$lines" | awk -v one="$one" -v four="$four" '{
		for (i = 1; i < NF; i += 2)
			list = list " " (i < 11 ? one : four) " " $i " " $(i + 1)
		print substr(list, 2)
	}')
	holds /domu/doma gpios u "$want"
}

no_others_have_iommus() {
	same "$1" "$(flat "$out" | grep -c '/ iommus = ')"
}

# The lines of a tree that no rule is about.
untouched() {
	flat "$1" | awk -v nodes="$touched /domu /domu/doma" '
	BEGIN {
		for (i = split(nodes, list, " "); i; i--)
			skip[list[i] "/"]
	}
	$2 != "iommus" && (!($1 in skip) || NF == 1 && $1 !~ /^\/domu/)'
}

rest_is_as_it_was() {
	untouched "$in" >"$tmp/want"
	untouched "$out" | diff "$tmp/want" -
}

sorted() {
	dtc -q -s -I dtb -O dts "$1"
}

is_what_fdtput_makes() {
	"$here"/fdtput-patch.sh "$profile" "$in" "$tmp/fdtput.dtb" &&
		sorted "$tmp/fdtput.dtb" >"$tmp/want" && sorted "$out" | diff - "$tmp/want"
}

# Header, boot CPU and free room; and dtc complains of nothing but the document's doma.
is_sound() {
	structs=$((0x$(word "$out" 2) + 0x$(word "$out" 9)))
	strings=$((0x$(word "$out" 3) + 0x$(word "$out" 8)))
	used=$((structs > strings ? structs : strings))
	same d00dfeed "$(word "$out" 0)" && same 00000011 "$(word "$out" 5)" &&
		same "$(word "$in" 7)" "$(word "$out" 7)" &&
		same "$(stat -c %s "$out")" $((0x$(word "$out" 1))) &&
		same 4096 $((0x$(word "$out" 1) - used)) || return 1
	dtc -I dtb -O dtb -o /dev/null "$in" 2>"$tmp/warnings.in" &&
		dtc -I dtb -O dtb -o /dev/null "$out" 2>"$tmp/warnings.out" || return 1
	! grep -vF '/domu/doma' "$tmp/warnings.out" | grep -vxFf "$tmp/warnings.in"
}

# Patching the result again does nothing, and says so.
is_final() {
	"$imxpt" patch ${mode:--p $profile} -o "$tmp/again.dtb" "$out" >"$tmp/said" 2>&1 &&
		grep -q 'nothing to do' "$tmp/said" && cmp "$out" "$tmp/again.dtb"
}

# The checks of a tree that fail, told by their names.
fails() {
	want=$1 tree=$2
	checked=$profile
	[ "$checked" != ghaf-guide ] || checked=imx8qm-fec1
	"$imxpt" check -p "$checked" --dtb "$tree" --json >"$tmp/check.json" 2>&1
	status=$?
	failing=$(awk -F '"' '/"name":/ { name = $4 } /"verdict": "fail"/ { print name }' \
		"$tmp/check.json" | tr '\n' ' ')
	same "$([ -z "$want" ] && echo 0 || echo 3) $want" "$status $failing"
}

# tells TREE LINE: "imxpt uboot" says a line that starts like this.
tells() {
	"$imxpt" uboot -p "$profile" "$1" >"$tmp/uboot" || return
	grep "^# $2" "$tmp/uboot" || {
		cat "$tmp/uboot"
		return 1
	}
}

# gets_stream NODE RESOURCE: of the port NODE; as documented, its resource is left in bypass.
gets_stream() {
	if [ -n "$mode" ]; then
		tells "$out" "warning: $1: U-Boot sets no stream id for it" &&
			tells "$out" "warning: /domu/doma: no stream id is set for its resource $2"
	else
		tells "$out" "$1: stream id 0x12 is set for resource $2\$" &&
			! tells "$out" 'warning: .*bypass'
	fi
}

try_patch() {
	"$imxpt" patch ${mode:--p $profile} -o "$out" "$in" >"$tmp/out.said" 2>"$tmp/err.said" || {
		status=$?
		cat "$tmp/err.said"
		return "$status"
	}
}

check_patch() {
	in=$1 profile=$2 mode=$3
	out=$tmp/out.dtb
	prefix="$series $(basename "$in" .dtb), $profile${mode:+ }$mode: "
	rsrcs='215 251' passed=3
	touched="$conn/clock-controller@5b230000 $conn/ethernet@5b040000
		$conn/ethernet@5b050000 $lsio/mailbox@5d1d0000"
	expect_pads
	rm -f "$out"
	cp "$in" "$tmp/in.dtb"

	ok 'it is patched' try_patch
	ok 'the input is untouched' cmp "$in" "$tmp/in.dtb"
	[ -e "$out" ] || return

	ok 'enet0_lpcg is passed' is_passed_lpcg $conn/clock-controller@5b230000
	ok 'fec1 is passed' is_passed_port $conn/ethernet@5b040000 251
	ok 'lsio_mu2 is passed' is_passed $lsio/mailbox@5d1d0000 0
	if [ "$profile" = imx8qm-fec1-fec2 ]; then
		rsrcs='215 251 252' passed=5
		touched="$touched $conn/clock-controller@5b240000"
		case $in in
		*-mek.dtb)
			pads="$pads $pads_mek_fec2"
			touched="$touched /regulator-fec2-nvcc"
			ok "fec2's supply is kept on" holds /regulator-fec2-nvcc regulator-always-on bx ''
			;;
		esac
		ok 'enet1_lpcg is passed' is_passed_lpcg $conn/clock-controller@5b240000
		ok 'fec2 is passed' is_passed_port $conn/ethernet@5b050000 252
		ok "what U-Boot does to fec2's DMA" \
			gets_stream $conn/ethernet@5b050000 'ENET_1 (252)'
	else
		ok 'fec2 is off' is_off $conn/ethernet@5b050000
	fi
	if [ -n "$mode" ]; then
		ok 'enet1_lpcg is off' is_off $conn/clock-controller@5b240000
		pads=$pads_guide
		touched="$touched $conn/clock-controller@5b240000
			$lsio/gpio@5d090000 $lsio/gpio@5d0c0000"
		ok 'the domain has the gpios of the document' has_gpios
		ok 'it says that no packet will flow' grep -qi packet "$tmp/err.said"
	else
		ok 'the domain has no gpios' holds_no /domu/doma gpios
	fi
	ok 'the domain' has_domain "$rsrcs" "$pads"
	ok 'U-Boot makes its partition' tells "$out" '/domu/doma: a partition is made'
	ok "what U-Boot does to fec1's DMA" gets_stream $conn/ethernet@5b040000 'ENET_0 (251)'
	ok 'no other node has iommus' no_others_have_iommus $passed
	ok 'the rest is as it was' rest_is_as_it_was
	ok 'fdtput makes the same' is_what_fdtput_makes
	ok 'header, free room, no new warning of dtc' is_sound
	ok 'patching it again does nothing' is_final
	if [ -n "$mode" ]; then
		ok 'check says what the document forgot' fails 'resource ' "$out"
	else
		ok 'check finds nothing wrong' fails '' "$out"
	fi
	ok 'check finds the input not patched' fails 'patched ' "$in"
}

# is_refused TREE WORD: status 1, one line (and a fix) that has the word, no file.
is_refused() {
	rm -f "$tmp/out.dtb"
	"$imxpt" patch -o "$tmp/out.dtb" "$1" >"$tmp/out.said" 2>"$tmp/err.said"
	status=$?
	cat "$tmp/err.said"
	[ $status -eq 1 ] && [ ! -e "$tmp/out.dtb" ] && [ ! -s "$tmp/out.said" ] &&
		sed -n 1p "$tmp/err.said" | grep -q '^imxpt: patch: ' &&
		! sed 1d "$tmp/err.said" | grep -v '^  fix: ' &&
		[ "$(wc -l <"$tmp/err.said")" -le 2 ] && grep -qF -- "$2" "$tmp/err.said"
}

# The guest's tree for QEMU, the overlay for crosvm, and the latter applied by fdtoverlay.
make_guests() {
	case $profile in
	*fec1* | ghaf-guide) mac='--mac 00:04:9f:01:02:03' ;;
	*) mac= ;;
	esac
	"$imxpt" guest -q -p "$profile" --host "$tree" --virt "$virt" $mac -o "$tmp/guest.dtb" &&
		"$imxpt" overlay -q -p "$profile" --host "$tree" $mac -o "$tmp/guest.dtbo"
}

# Has the port in crosvm's guest all that the board's own has, but for what is dropped?  It
# has a MAC, so it needs no fuses.
port_is_whole() {
	fdtget -p "$tree" $conn/ethernet@5b040000 | grep -vxF "$(printf '%s\n' iommus phandle \
		dma-coherent interrupt-parent fsl,sc_rsrc_id nvmem-cells nvmem-cell-names)" | sort >"$tmp/want"
	fdtget -p "$tmp/merged.dtb" /ethernet@5b040000 | sort >"$tmp/got"
	[ -n "$(fdtget -l "$tmp/merged.dtb" /ethernet@5b040000/mdio)" ] &&
		same '' "$(comm -23 "$tmp/want" "$tmp/got")"
}

check_overlay() {
	prefix="$series $(basename "$tree" .dtb), $profile: "
	ok 'guest and overlay make their trees' make_guests
	ok 'the overlay has what crosvm takes' overlay_is_clean "$tmp/guest.dtbo"
	for base in "$BUILD"/tests/dts/crosvm-base.dtb "$BUILD"/tests/dts/crosvm-base-cpus.dtb; do
		ok 'fdtoverlay applies it' apply_overlay "$base" "$tmp/guest.dtbo" "$tmp/merged.dtb"
		ok 'it is what guest makes' overlay_is_guest "$virt" "$tmp/guest.dtb" "$base" \
			"$tmp/merged.dtb" "$tmp/guest.dtbo"
	done
	[ -z "$mac" ] || ok 'the port has its PHY, and all its properties' port_is_whole
}

is_older() {
	[ "$1" != "$2" ] && printf '%s\n' "$1" "$2" | sort -VC
}

patched=0 without_smmu=0
while read -r series tree; do
	prefix="$series $(basename "$tree" .dtb): "
	case $tree in
	*/imx8qm-*)
		profile=imx8qm-fec1
		ok 'U-Boot makes no partition of a stock tree' tells "$tree" 'the tree has no /domu'
		# Linux has the SMMU of the i.MX 8QM since 6.9.
		if is_older "$series" 6.9; then
			ok 'a tree without SMMU is refused, and says which have one' \
				is_refused "$tree" 6.9
			profile=imx8qm-fec1
			ok 'check says so too' fails 'smmu ' "$tree"
			without_smmu=$((without_smmu + 1))
			continue
		fi
		for profile in imx8qm-fec1 imx8qm-fec1-fec2; do
			check_patch "$tree" $profile ''
		done
		for profile in $profiles; do
			check_overlay
		done
		check_patch "$tree" ghaf-guide --as-documented
		patched=$((patched + 1))
		;;
	*)
		ok 'a tree of another SoC is refused' is_refused "$tree" fsl,imx8qm
		profile=imx8qm-fec1
		ok 'check says so too' fails 'board ' "$tree"
		;;
	esac
done <<END
$trees
END

prefix="Debian's kernels: "
ok 'have trees with an SMMU, and without' test $patched -gt 0 -a $without_smmu -gt 0
finish
