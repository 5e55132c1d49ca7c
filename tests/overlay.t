#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt overlay, end to end: its plan, the overlay applied by fdtoverlay, and its errors.
set -eu
. tests/tap.sh
. tests/overlay.sh

mkdir "$tmp/d"
out=$tmp/d/guest.dtbo
newer=$(board board-newer) virt=$(board virt-new)
both=imx8qm-fec1-fec2
overlay=/fragment@0/__overlay__

# --root hides the running tree of this machine, which may have a MAC.
overlay() {
	run --root "$tmp" overlay "$@"
}

# --- the plan

for board in newer needy; do
	for profile in imx8qm-fec1 $both; do
		overlay -n -p "$profile" --host "$(board board-$board)"
		is "$board, $profile: a dry run succeeds" 0 "$rc"
		golden "overlay-$board-$profile.txt" "$tmp/out"
		run --root "$tmp" guest -n -p "$profile" --host "$(board board-$board)" --virt "$virt"
		sed -i 's/imxpt: guest:/imxpt: overlay:/' "$tmp/err"
		mv "$tmp/err" "$tmp/guest.err"
		overlay -n -p "$profile" --host "$(board board-$board)"
		ok "$board, $profile: the warnings of guest" diff "$tmp/guest.err" "$tmp/err"
	done
done
for profile in imx8qm-fec1-mu3 imx8qm-flexcan1-flexcan2 imx8qm-lpuart1 imx8qm-usbotg1 imx8qm-usdhc2; do
	overlay -n -p "$profile" --host "$(board board-devices)"
	is "$profile: a dry run succeeds" 0 "$rc"
	golden "overlay-devices-$profile.txt" "$tmp/out"
done
overlay -n --json --host "$newer"
golden overlay-newer.json "$tmp/out"
ok "a dry run writes nothing" rmdir "$tmp/d"
mkdir "$tmp/d"

# --- the overlay

for board in newer older needy losses loop; do
	for profile in imx8qm-fec1 $both; do
		prefix="$board, $profile: "
		overlay -q -p "$profile" --host "$(board board-$board)" -o "$out"
		is "succeeds" "0 " "$rc $(cat "$tmp/err" "$tmp/out")"
		ok "it has what crosvm takes" overlay_is_clean "$out"
		run --root "$tmp" guest -q -p "$profile" --host "$(board board-$board)" --virt "$virt" \
			-o "$tmp/guest.dtb"
		for base in crosvm-base crosvm-base-cpus; do
			base=$(board $base)
			ok "fdtoverlay applies it" apply_overlay "$base" "$out" "$tmp/merged.dtb"
			ok "it is what guest makes" overlay_is_guest "$virt" "$tmp/guest.dtb" "$base" \
				"$tmp/merged.dtb" "$out"
		done
	done
done
prefix=

overlay -q --host "$newer" -o "$out" --mac 00:04:9f:01:02:03
is "the symbols are the profile's devices" "enet0_lpcg fec1 lsio_mu2" \
	"$(fdtget -p "$out" /__symbols__ | paste -sd ' ')"
is "the aliases are paths in the guest" "/ethernet@5b040000 /mailbox@5d1d0000" \
	"$(fdtget "$out" $overlay/aliases ethernet0) $(fdtget "$out" $overlay/aliases mu2)"
is "the PHY is below the device" "ethernet-phy@0 ethernet-phy@1" \
	"$(fdtget -l "$out" $overlay/ethernet@5b040000/mdio | sort | paste -sd ' ')"
is "the MAC" "0 4 9f 1 2 3" "$(fdtget -t bx "$out" $overlay/ethernet@5b040000 local-mac-address)"
cp "$out" "$tmp/again"
overlay -q --host "$newer" --mac 00:04:9f:01:02:03 -o -
ok "-o - writes the same bytes to stdout" cmp "$tmp/out" "$tmp/again"
overlay --json --host "$newer" -o "$out"
ok "--json and a file: both" diff tests/golden/overlay-newer.json "$tmp/out"
overlay -v --host "$newer" -o "$out"
ok "-v prints each edit to stderr" grep -q "^add $overlay/ethernet@5b040000  # " "$tmp/err"

# --- refusals

# refuses NAME STATUS TEXT ARGUMENT...
refuses() {
	what=$1 status=$2 text=$3
	shift 3
	rm -f "$out"
	overlay -q "$@"
	is "$what" "$status imxpt: overlay: $text" "$rc $(head -n 1 "$tmp/err")"
	ok "$what: a line, and at most a fix" [ "$(sed 1d "$tmp/err" | grep -vc '^  fix: ')" -eq 0 ]
	ok "$what: no file" rmdir "$tmp/d"
	mkdir -p "$tmp/d"
}
refuses "--host is needed" 2 "--host BOARD.dtb is missing" -o "$out"
refuses "-o or -n is needed" 2 "neither -o FILE nor -n is given" \
	--host "$newer"
refuses "too many MACs" 2 "2 --mac options for 1 Ethernet ports" --host "$newer" -o "$out" \
	--mac 00:04:9f:01:02:03 --mac 00:04:9f:01:02:04
run patch -q -o "$tmp/host.dtb" "$newer"
refuses "a patched host" 1 "$tmp/host.dtb: /bus@5b000000/clock-controller@5b230000: this tree is \
already patched (compatible is \"fsl,dummy\")" --host "$tmp/host.dtb" -o "$out"

# rename NAME: the board's clock-conn-axi has this name
rename() {
	source_of "$newer" | sed "s/clock-conn-axi {/$1 {/" | dtc -q -o "$tmp/named.dtb"
}
for name in timer memory U6_16550A@3f8 dev_pd1 pviommu3; do
	rename $name
	refuses "a node $name" 1 "$tmp/named.dtb: crosvm's tree already has a node /$name" \
		--host "$tmp/named.dtb" -o "$out"
done
rename timers
overlay -q --host "$tmp/named.dtb" -o "$out"
is "a node of another name" 0 "$rc"

# with PROPERTY...: the board's fec1 has these, too
with() {
	source_of "$newer" | awk -v more="$*" '
		{ print } /ethernet@5b040000 \{/ { print more }' | dtc -q -o "$tmp/more.dtb"
}
overlay -q --host "$newer" -o "$out"
items=$(source_of "$out" | grep -c '{$\|^[[:blank:]].*[^}];$')
# shellcheck disable=SC2046 # words
with $(seq $((2048 - items)) | sed 's/.*/x&;/')
overlay -q --host "$tmp/more.dtb" -o "$out"
is "as many properties as there may be" 0 "$rc"
# shellcheck disable=SC2046 # words
with $(seq $((2049 - items)) | sed 's/.*/x&;/')
refuses "one property more" 1 "the guest's tree: the overlay has 2049 nodes and properties, at \
most 2048 are supported" --host "$tmp/more.dtb" -o "$out"
dd if=/dev/zero of="$tmp/large" bs=1024 count=2048 2>/dev/null
with "large = /incbin/(\"$tmp/large\");"
size=$((2048 * 1024 + $(overlay -q --host "$newer" -o "$out"; stat -c %s "$out") + 12 + 6))
refuses "a tree larger than crosvm's" 1 "the guest's tree: the overlay has $size bytes, crosvm's \
tree at most 2097152" --host "$tmp/more.dtb" -o "$out"

# lines N: fec1 has so many interrupts
lines() {
	cp "$newer" "$tmp/lines.dtb"
	# shellcheck disable=SC2046 # words
	fdtput -t x "$tmp/lines.dtb" /bus@5b000000/ethernet@5b040000 interrupts \
		$(seq "$1" | sed 's/.*/0 & 4/')
}
lines 28
refuses "more interrupts than crosvm's guest has" 1 "$tmp/lines.dtb: \
/bus@5d000000/mailbox@5d1d0000: more than 32 regions, or more than 28 interrupts with those of \
the devices before it" --host "$tmp/lines.dtb" -o "$out"
lines 27
overlay -q --host "$tmp/lines.dtb" -o "$out"
is "as many as it has" 0 "$rc"

finish
