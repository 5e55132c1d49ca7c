#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "imxpt patch", and "imxpt uboot" of what it made, on every i.MX 8Q tree in Debian's
# arm64 kernels, with each built-in profile and with --as-documented.  What should come out
# is written down here, in tests/real-profiles.sh and in tests/fdtput-patch.sh, and read with
# fdtget, dtc and od: not with the program's code.  "imxpt overlay" is compared with "guest".
#
# shellcheck disable=SC2086,SC2013 # lists of words are meant to fall apart
# shellcheck disable=SC2317 # ok() calls the functions
set -u

# shellcheck source=tests/tap.sh
. tests/tap.sh
# shellcheck source=tests/overlay.sh
. tests/overlay.sh
here=$(dirname "$0")
# shellcheck source=tests/real-profiles.sh
. "$here/real-profiles.sh"
virt=$BUILD/tests/dts/virt-new.dtb
dsp=/bus@55000000/dsp@556e8000
pads_guide='165 166 167 243 244 245 246 247 248 249 250 251 252 253 254 255 43 121 126 129 127'
lines='13 1 19 1 27 1 28 1 30 1 1 1 3 1 6 1 9 1 11 0 19 0 22 1 25 0 26 0 27 1 29 1'

if ! trees=$("$here"/real-trees.sh --newest); then
	skip_all "real trees: Debian's archive is out of reach"
fi

# The 32-bit word number $2 of the header.
word() {
	od -An -t x1 -j $(($2 * 4)) -N 4 "$1" | tr -d ' '
}

# holds NODE PROPERTY TYPE VALUE: does the patched tree have it?
holds() {
	same "$2 $4" "$2 $(fdtget -t "$3" "$out" "$1" "$2" 2>&1)"
}

smmu_phandle() {
	fdtget -t x "$in" /iommu@51400000 phandle
}

# is_passed KIND NODE RESOURCE: the node is the stock node without its references, with our
# own properties, and with nothing else new.
is_passed() {
	kind=$1 node=$2 resource=$3
	holds "$node" compatible s fsl,dummy && holds "$node" status s okay &&
		holds "$node" iommus x "$(smmu_phandle) $stream 7f80" || return 1
	added='compatible status iommus' gone=$references_guide own=
	if [ -z "$mode" ]; then
		holds "$node" dma-coherent bx '' || return 1
		added="$added dma-coherent" gone=$references
		case $kind$resource in
		dma*) own=fsl,sc_rsrc_id ;;
		io0) ;;
		io*) own=imxpt,no-dma-rsrcs ;;
		esac
	fi
	[ -z "$own" ] || holds "$node" $own u "$resource" || return 1
	added="$added $own"
	{
		printf '%s\n' $added
		fdtget -p "$in" "$node" | grep -vxF "$(printf '%s\n' none $gone)"
	} | sort -u >"$tmp/want"
	fdtget -p "$out" "$node" | sort | diff - "$tmp/want" || return 1
	for property in $(grep -vxF "$(printf '%s\n' $added)" "$tmp/want"); do
		holds "$node" "$property" bx "$(fdtget -t bx "$in" "$node" "$property")" || return 1
	done
}

all_are_passed() {
	while read -r kind node resource; do
		is_passed $kind "$node" "$resource" || return 1
	done <<-END
		$devices
		mailbox $mailbox 0
	END
}

is_kept_on() {
	holds "$1" regulator-always-on bx ''
}

is_off() {
	holds "$1" status s disabled && lacks "$out" "$1" iommus
}

# The pads of the devices' groups; of Linux 6.12 they are written down here.
expect_pads() {
	case $series:$profile:$in in
	*:ghaf-guide:*) pads=$pads_guide ;;
	6.12:*-fec[12]:*-mek.dtb | 6.12:*-mu3:*-mek.dtb)
		# no pad of the MDIO bus is in fec2's group, as the bus is fec1's
		pads='166 165 244 243 245 246 247 248 249 250 251 252 253 254'
		[ "$profile" != imx8qm-fec1-fec2 ] ||
			pads="$pads 268 257 256 258 259 260 261 262 263 264 265 266 267"
		;;
	6.12:*-fec[12]:*-apalis-* | 6.12:*-mu3:*-apalis-*)
		pads='255 166 165 244 243 245 246 247 248 249 250 251 252 253 254 167 57'
		case $in in *-apalis-v1.1-*) pads="$pads 77" ;; *) pads="$pads 51" ;; esac
		;;
	6.12:*-lpuart1:*-mek.dtb | 6.12:*-usbotg1:*-mek.dtb) pads= ;;
	6.12:*-lpuart1:*) pads='26 25 28 27' ;;
	6.12:*-usbotg1:*) pads='153 155' ;;
	6.12:*-flexcan2:*) pads='147 146 149 148' ;;
	6.12:*-usdhc2:*-mek.dtb) pads='222 223 224 225 227 228 159' ;;
	6.12:*-usdhc2:*-eval.dtb) pads='222 223 224 225 227 228 159 230 231 232 233 90' ;;
	6.12:*-usdhc2:*) pads='222 223 224 225 227 228 159 90' ;;
	*) pads=$(derive pads "$tmp/flat" $passed | while read -r pad; do echo $((pad)); done | paste -sd' ') ;;
	esac
}

has_domain() {
	doma=/domu/doma
	same '#address-cells #size-cells ' "$(fdtget -p "$out" /domu | sort | tr '\n' ' ')" &&
		same doma "$(fdtget -l "$out" /domu)" &&
		holds /domu '#address-cells' u 1 && holds /domu '#size-cells' u 0 &&
		holds $doma compatible s xen,domu && holds $doma domain_name s DomU &&
		holds $doma reg u 0 && holds $doma init_on_rsrcs u $mu &&
		holds $doma rsrcs u "$mu $rsrcs" || return 1
	if [ -n "$pads" ]; then
		holds $doma pads u "$pads"
	else
		lacks "$out" $doma pads
	fi
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

# Header, boot CPU and free room; and dtc warns only of the Ghaf guide's doma.
is_sound() {
	structs=$((0x$(word "$out" 2) + 0x$(word "$out" 9)))
	strings=$((0x$(word "$out" 3) + 0x$(word "$out" 8)))
	used=$((structs > strings ? structs : strings))
	same d00dfeed "$(word "$out" 0)" && same 00000011 "$(word "$out" 5)" &&
		same "$(word "$in" 7)" "$(word "$out" 7)" &&
		same "$(stat -c %s "$out")" $((0x$(word "$out" 1))) &&
		same 4096 $((0x$(word "$out" 1) - used)) || return 1
	dtc -I dtb -O dtb -o "$tmp/again.dtb" "$in" 2>"$tmp/warnings.in" &&
		dtc -I dtb -O dtb -o "$tmp/again.dtb" "$out" 2>"$tmp/warnings.out" || return 1
	! grep -vF '/domu/doma' "$tmp/warnings.out" | grep -vxFf "$tmp/warnings.in"
}

# Patching the result again does nothing, and says so.
is_final() {
	"$imxpt" patch ${mode:--p $profile} -o "$tmp/again.dtb" "$out" >"$tmp/said" 2>&1 &&
		grep -q 'nothing to do' "$tmp/said" && cmp "$out" "$tmp/again.dtb"
}

# The names of the checks of a tree that fail.
fails() {
	want=$1
	checked=$profile
	[ "$checked" != ghaf-guide ] || checked=imx8qm-fec1
	"$imxpt" check -p "$checked" --dtb "$2" --json >"$tmp/check.json" 2>&1
	status=$?
	failing=$(awk -F '"' '/"name":/ { name = $4 } /"verdict": "fail"/ { print name }' \
		"$tmp/check.json" | tr '\n' ' ')
	same "$([ -z "$want" ] && echo 0 || echo 3) $want" "$status $failing"
}

# tells TREE LINE: "imxpt uboot" prints a line that starts like this.
tells() {
	"$imxpt" uboot -p "$profile" "$1" >"$tmp/uboot" || return
	grep "^# $2" "$tmp/uboot" || {
		cat "$tmp/uboot"
		return 1
	}
}

# gets_streams: of the devices that do DMA; as documented, the port's resource is left in
# bypass.
gets_streams() {
	while read -r kind node resource; do
		[ "$kind" = dma ] || continue
		if [ -n "$mode" ]; then
			tells "$out" "warning: $node: U-Boot sets no stream id for it" &&
				tells "$out" "warning: /domu/doma: no stream id is set for its resource ENET_0 (251)" ||
				return 1
		else
			tells "$out" "$node: stream id 0x$stream is set for resource [A-Z0-9_]* ($resource)\$" ||
				return 1
		fi
	done <<-END
		$devices
	END
	[ -n "$mode" ] || { tells "$out" '' >/dev/null && ! grep '^# warning: .*bypass' "$tmp/uboot"; }
}

# Who has a mailbox that the guest gets loses it, and the note says what to do.
dsp_loses_its_mailbox() {
	tells "$out" "warning: $dsp becomes disabled: resource MU_2A (215) is not the host" &&
		grep -qF 'a profile with another mailbox, such as imx8qm-fec1-mu3, avoids this' "$tmp/err.said"
}

dsp_keeps_its_mailbox() {
	tells "$out" '' >/dev/null && ! grep "^# warning: $dsp becomes disabled" "$tmp/uboot" &&
		! grep -F mu3 "$tmp/err.said"
}

has_dsp() {
	fdtget "$in" $dsp power-domains 2>/dev/null | grep -q ' 215\( \|$\)' &&
		same okay "$(fdtget -d okay "$in" $dsp status)" >/dev/null
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
	facts_of "$profile"
	passed="$(echo "$devices" | awk '{ print $2 }') $mailbox"
	flat "$in" >"$tmp/flat"
	touched="$passed $conn/ethernet@5b050000"
	expect_pads
	rm -f "$out"
	cp "$in" "$tmp/in.dtb"

	ok 'it is patched' try_patch
	ok 'the input is untouched' cmp "$in" "$tmp/in.dtb"
	[ -e "$out" ] || return

	ok 'the devices are passed' all_are_passed
	case $series:$profile:$in in
	6.12:*-fec1:* | 6.12:*-mu3:* | 6.12:ghaf-guide:*)
		ok 'fec2 is off' is_off $conn/ethernet@5b050000
		;;
	6.12:*-fec2:*-mek*) ok "fec2's supply is kept on" is_kept_on /regulator-fec2-nvcc ;;
	6.12:*-usdhc2:*-mek*) ok "the card's supply is kept on" is_kept_on /usdhc2-vmmc ;;
	6.12:*-flexcan2:*-mek*) ok "the transceivers' is" is_kept_on /regulator-can01-stby ;;
	6.12:*-usbotg1:*-apalis-*) ok "the PHY's is" is_kept_on /regulator-usb-hsic1 ;;
	esac
	if [ -n "$mode" ]; then
		ok 'enet1_lpcg is off' is_off $conn/clock-controller@5b240000
		ok 'the domain has the gpios of the document' has_gpios
		ok 'it says that no packet will flow' grep -qi packet "$tmp/err.said"
	else
		ok 'the domain has no gpios' lacks "$out" /domu/doma gpios
	fi
	ok 'the domain' has_domain
	ok 'U-Boot makes its partition' tells "$out" '/domu/doma: a partition is made'
	ok "what U-Boot does to the devices' DMA" gets_streams
	if has_dsp && [ $mu = 215 ]; then
		ok 'the DSP loses its mailbox' dsp_loses_its_mailbox
	else
		ok 'no DSP loses its mailbox' dsp_keeps_its_mailbox
	fi
	ok 'no other node has iommus' no_others_have_iommus "$(echo "$passed" | wc -w)"
	ok 'fdtput makes the same' is_what_fdtput_makes
	ok 'header, free room, no new warning of dtc' is_sound
	ok 'patching it again does nothing' is_final
	if [ -n "$mode" ]; then
		ok 'check reports what the Ghaf guide forgot' fails 'resource ' "$out"
	else
		ok 'check finds nothing wrong' fails '' "$out"
	fi
	[ "$profile" != imx8qm-fec1 ] || {
		# for one profile: it has nothing of the others'
		ok 'the rest is as it was' rest_is_as_it_was
		ok 'check finds the input not patched' fails 'patched ' "$in"
	}
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
	macs=
	case $profile in *fec* | ghaf-guide) macs='--mac 00:04:9f:01:02:03' ;; esac
	"$imxpt" guest -q -p "$profile" --host "$tree" --virt "$virt" $macs \
		-o "$tmp/guest.dtb" &&
		"$imxpt" overlay -q -p "$profile" --host "$tree" $macs -o "$tmp/guest.dtbo"
}

# Has each device in crosvm's guest all that the board's own has, but for what is dropped?
# Of a port with a MAC that is its fuses, of a UART its DMA, and GPIOs are the host's.
devices_are_whole() {
	for node in $passed; do
		fdtget -p "$tree" "$node" | grep -vxF "$(printf '%s\n' iommus phandle dma-coherent \
			interrupt-parent fsl,sc_rsrc_id nvmem-cells nvmem-cell-names dmas \
			cd-gpios wp-gpios)" | sort >"$tmp/want"
		[ -s "$tmp/want" ] || return
		fdtget -p "$tmp/merged.dtb" "/${node##*/}" | sort >"$tmp/got"
		same '' "$(comm -23 "$tmp/want" "$tmp/got")" || return 1
	done
	case $profile in *fec*) [ -n "$(fdtget -l "$tmp/merged.dtb" /ethernet@5b040000/mdio)" ] ;; esac
}

check_overlay() {
	prefix="$series $(basename "$tree" .dtb), $profile: "
	ok 'guest and overlay make their trees' make_guests
	ok 'the overlay has what crosvm takes' overlay_is_clean "$tmp/guest.dtbo"
	for base in "$BUILD"/tests/dts/crosvm-base.dtb "$BUILD"/tests/dts/crosvm-base-cpus.dtb; do
		case $profile:$base in imx8qm-fec1:* | *-cpus.dtb) ;; *) continue ;; esac
		ok 'fdtoverlay applies it' apply_overlay "$base" "$tmp/guest.dtbo" "$tmp/merged.dtb"
		ok 'it is what guest makes' overlay_is_guest "$virt" "$tmp/guest.dtb" "$base" \
			"$tmp/merged.dtb" "$tmp/guest.dtbo"
	done
	ok 'the devices have all their properties' devices_are_whole
}

is_older() {
	[ "$1" != "$2" ] && printf '%s\n' "$1" "$2" | sort -VC
}

patched=0 without_smmu=0
while read -r series tree state; do
	[ "$state" != changed ] || continue # real-changed.sh
	prefix="$series $(basename "$tree" .dtb): "
	case $tree in
	*/imx8qm-* | */imx8qp-*)
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
		for profile in $profiles; do
			check_patch "$tree" $profile ''
			check_overlay
		done
		case $tree in
		*/imx8qp-*) ;; # the guide is for the i.MX 8QM
		*) check_patch "$tree" ghaf-guide --as-documented && check_overlay ;;
		esac
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
