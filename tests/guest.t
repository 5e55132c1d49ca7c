#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt guest, end to end: its plan, its tree, its warnings and its errors.
set -eu
. tests/tap.sh

mkdir "$tmp/d"
out=$tmp/d/guest.dtb
newer=$(board board-newer) needy=$(board board-needy)
virt=$(board virt-new)
both=imx8qm-fec1-fec2
bus=/platform-bus@c000000
host_fec1=/bus@5b000000/ethernet@5b040000
fec1=$bus/ethernet@5b040000 lpcg0=$bus/clock-controller@5b230000

# --root hides the running tree of this machine, which may have a MAC.
guest() {
	run --root "$tmp" guest "$@"
}

get() {
	fdtget "$out" "$@"
}

# --- the plan

for board in newer older needy; do
	for profile in imx8qm-fec1 $both; do
		guest -n -p "$profile" --host "$(board board-$board)" --virt "$virt"
		is "$board, $profile: a dry run succeeds" 0 "$rc"
		golden "guest-$board-$profile.txt" "$tmp/out"
		golden "guest-$board-$profile.err" "$tmp/err"
	done
done
for profile in imx8qm-fec1-mu3 imx8qm-flexcan1-flexcan2 imx8qm-lpuart1 imx8qm-usbotg1 imx8qm-usdhc2; do
	guest -n -p "$profile" --host "$(board board-devices)" --virt "$virt"
	is "$profile: a dry run succeeds" 0 "$rc"
	golden "guest-devices-$profile.txt" "$tmp/out"
	golden "guest-devices-$profile.err" "$tmp/err"
done
guest -n --json --host "$newer" --virt "$virt"
golden_json guest-newer.json "$tmp/out"
guest -n --json --host "$needy" --virt "$(board virt-tpm)"
golden_json guest-needy-tpm.json "$tmp/out"
guest -n -q --host "$needy" --virt "$(board virt-tpm)"
is "the address map has QEMU's own device, and several interrupts" "\
DEVICE                     HOST        GUEST      SIZE     SPI
tpm_tis@0                  -           0xc000000  0x5000   112
clock-controller@5b230000  0x5b230000  0xc010000  0x10000  -
ethernet@5b040000          0x5b040000  0xc020000  0x10000  113-116
mailbox@5d1d0000           0x5d1d0000  0xc030000  0x10000  117
" "$(sed '/^$/q' "$tmp/out")
"
cp "$needy" "$tmp/two.dtb"
fdtput -t x "$tmp/two.dtb" /bus@5b000000/ethernet@5b040000 interrupts 0 102 4 0 100 4
guest -n -q --host "$tmp/two.dtb" --virt "$virt"
has "the address map has two interrupts" "$(cat "$tmp/out")" "0x10000  112-113"
cp "$virt" "$tmp/lines-virt.dtb"
fdtput -c "$tmp/lines-virt.dtb" /platform-bus@c000000/lines
guest -n -q --host "$newer" --virt "$tmp/lines-virt.dtb"
is "a device without registers has no address" "lines - - - -" \
	"$(sed -n 's/  */ /g; /^lines/p' "$tmp/out")"
guest -n --host "$(board board-losses)" --virt "$virt"
golden guest-losses.err "$tmp/err"
grep '^drop ' "$tmp/out" >"$tmp/a"
golden guest-losses.txt "$tmp/a"
guest -n -q --host "$newer" --virt "$virt"
is "-q prints no warning" "" "$(cat "$tmp/err")"
ok "a dry run writes nothing" rmdir "$tmp/d"
mkdir "$tmp/d"

# --- the tree

# The warnings of dtc for a tree.
warnings() {
	dtc -I dtb -O dtb -o "$tmp/ignored" "$1" 2>&1 | sed 's/^[^:]*: //' | sort
}
for dump in new old tpm; do
	v=$(board virt-$dump)
	for board in newer older needy losses loop; do
		guest -q --host "$(board board-$board)" --virt "$v" -o "$out"
		is "$board, $dump: succeeds" "0 " "$rc $(cat "$tmp/err" "$tmp/out")"
		warnings "$v" >"$tmp/a"
		warnings "$out" >"$tmp/b"
		is "$board, $dump: dtc has no new warning" "" "$(comm -13 "$tmp/a" "$tmp/b")"
	done
done

# The node that has the phandle, found only with fdtget.
find_phandle() {
	for node in $lpcg0 /scu/clock-controller /scu/imx8qx-pd /scu/pinctrl/fec1grp \
		/scu/imx8qm-ocotp/mac@1c4 /regulator-phy $fec1/mdio/ethernet-phy@0; do
		[ "$(get -t x "$node" phandle)" != "$1" ] || echo "$node"
	done
}
refers_to() {
	is "$1 refers to $2" "$2" "$(find_phandle "$(get -t x $fec1 "$1" | cut -d ' ' -f 1)")"
}
guest -q --host "$needy" --virt "$virt" -o "$out"
refers_to clocks $lpcg0
refers_to assigned-clocks /scu/clock-controller
refers_to power-domains /scu/imx8qx-pd
refers_to pinctrl-0 /scu/pinctrl/fec1grp
refers_to nvmem-cells /scu/imx8qm-ocotp/mac@1c4
refers_to phy-supply /regulator-phy
refers_to phy-handle $fec1/mdio/ethernet-phy@0
is "the compatible is the host's" "fsl,imx8qm-fec fsl,imx6sx-fec" "$(get -t s $fec1 compatible)"
is "the windows" "0 5b230000 0 c000000 0 10000 0 5b040000 0 c010000 0 10000 0 5d1d0000 0 \
c020000 0 10000" "$(get -t x $bus ranges)"
is "the lines" "0 70 4 0 71 4 0 72 4 0 73 4" "$(get -t x $fec1 interrupts)"
is "only the used group of pins" fec1grp "$(get -l /scu/pinctrl)"
is "only the used fuses" mac@1c4 "$(get -l /scu/imx8qm-ocotp)"
is "only the used parts of the system controller" "clock-controller imx8qm-ocotp imx8qx-pd pinctrl" \
	"$(get -l /scu | sort | paste -sd' ')"
is "the alias of the mailbox" $bus/mailbox@5d1d0000 "$(get -t s /aliases mu2)"
is "dumped nodes keep their phandles" "$(fdtget -t x "$virt" /intc@8000000 phandle)" \
	"$(get -t x /intc@8000000 phandle)"

# With a MAC in the tree, the guest's port does not wait for the fuses' driver.
guest -q --host "$needy" --virt "$virt" -o "$out" --mac 00:04:9f:01:02:03
is "the MAC" "0 4 9f 1 2 3" "$(get -t bx $fec1 local-mac-address)"
ok "no fuses with a MAC" lacks "$out" $fec1 'nvmem.*'
ok "and no driver of them" lacks "$out" /scu '.*ocotp.*'
cp "$needy" "$tmp/cells.dtb"
fdtput -t s "$tmp/cells.dtb" $host_fec1 nvmem-cell-names mac-address other
guest -q --host "$tmp/cells.dtb" --virt "$virt" -o "$tmp/cells" --mac 00:04:9f:01:02:03
ok "but other cells stay" fdtget "$tmp/cells" $fec1 nvmem-cells
cp "$out" "$tmp/again"
guest -q --host "$needy" --virt "$virt" -o "$out" --mac 00:04:9f:01:02:03
ok "the same trees give the same bytes" cmp "$out" "$tmp/again"
guest -q --host "$needy" --virt "$virt" -o - --mac 00:04:9f:01:02:03
ok "-o - writes the tree to stdout" cmp "$tmp/out" "$tmp/again"
guest --json --host "$newer" --virt "$virt" -o "$out"
is_json "--json and a file: both" tests/golden/guest-newer.json "$tmp/out"
guest -v --host "$newer" --virt "$virt" -o "$out"
ok "-v prints each edit to stderr" grep -q "^add $fec1  # " "$tmp/err"

# --- pads

cp "$newer" "$tmp/pads.dtb"
fdtput -t u "$tmp/pads.dtb" /system-controller/pinctrl/fec1grp fsl,pins 166 0 32 268 0 32
guest -n --host "$tmp/pads.dtb" --virt "$virt" --mac 00:04:9f:01:02:03
is "the port's own pads are assigned" "0 " "$rc $(cat "$tmp/err")"
guest -n -p ghaf-guide --host "$tmp/pads.dtb" --virt "$virt" --mac 00:04:9f:01:02:03
is "a pad that is not assigned" "imxpt: guest: warning: /system-controller/pinctrl/fec1grp: \
pad 268 is not assigned to the guest: the system controller refuses it, and the guest's kernel \
then sets no pad of the group" "$(cat "$tmp/err")"

guest -n -q --json -p ghaf-guide --host "$tmp/pads.dtb" --virt "$virt" --mac 00:04:9f:01:02:03
is "and in JSON" '"pad": 268,' "$(grep -o '"pad": .*' "$tmp/out")"

# --- what is dropped

gpio=$(fdtget -t x "$needy" $host_fec1 phy-reset-gpios | cut -d ' ' -f 1)
cp "$needy" "$tmp/lines.dtb"
fdtput -t x "$tmp/lines.dtb" $host_fec1 phy-reset-gpios "$gpio" 3 1 "$gpio" 4 1 "$gpio" 5 1
guest -n --host "$tmp/lines.dtb" --virt "$virt"
is "three lines of one controller are one warning" 1 "$(grep -c phy-reset-gpios "$tmp/err")"
is "and three dropped entries" 3 "$(grep -c "^drop $host_fec1 phy-reset-gpios > " "$tmp/out")"

# What serves only a lost line is dropped with it.
lost=$(board board-lost-lines)
guest --host "$lost" --virt "$virt" -o "$out"
ok "no reset controller without its line" lacks "$out" / '.*modem.*'
ok "and no reference to it" lacks "$out" $fec1 '.*resets.*'
has "it says so" "$(cat "$tmp/err")" "resets: the guest does not get /modem-reset (it does not work \
without a GPIO that the host has): the guest cannot reset the device"
is "no pins of the PHY's line" "fec1grp" "$(get -l /scu/pinctrl)"
ok "the PHY is there without them" lacks "$out" $fec1/mdio/ethernet-phy@0 pinctrl-0
cp "$lost" "$tmp/pins.dtb"
fdtput -d "$tmp/pins.dtb" $host_fec1/mdio/ethernet-phy@0 reset-gpios
guest -q --host "$tmp/pins.dtb" --virt "$virt" -o "$out"
is "with no line lost, its pins stay" "fec1grp phygrp" "$(get -l /scu/pinctrl | sort | paste -sd ' ')"

# A card: its driver must know that it cannot ask the lines.
cp "$needy" "$tmp/card.dtb"
fdtput -t x "$tmp/card.dtb" $host_fec1 cd-gpios "$gpio" 3 1
fdtput -t x "$tmp/card.dtb" $host_fec1 wp-gpios "$gpio" 4 1
guest --host "$tmp/card.dtb" --virt "$virt" -o "$out"
is "no line of the card" "broken-cd disable-wp " \
	"$(get -p $fec1 | grep -e '^cd-' -e '^wp-' -e broken -e disable | sort | tr '\n' ' ')"
has "the guest polls" "$(cat "$tmp/err")" \
	"device that is not passed): the guest polls for the card (broken-cd)"
has "the guest writes" "$(cat "$tmp/err")" \
	"device that is not passed): the guest treats the card as writable (disable-wp)"

# --- disabled providers, and mailboxes without a usable alias

cp "$newer" "$tmp/off.dtb"
fdtput -t s "$tmp/off.dtb" /clock-conn-axi status disabled
fdtput -t s "$tmp/off.dtb" $host_fec1/mdio/ethernet-phy@1 status disabled
guest -n --host "$tmp/off.dtb" --virt "$virt" --mac 00:04:9f:01:02:03
is "a provider that is disabled" "imxpt: guest: warning: /clock-conn-axi: disabled, as on the host, so \
the drivers that need it wait" "$(cat "$tmp/err")"

# mailbox_alias NAME: of the default profile's; none if that is empty
mailbox_alias() {
	cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/profile.dtb"
	fdtput -d "$tmp/profile.dtb" /pass/lsio_mu2 alias
	[ -z "$1" ] || fdtput -t s "$tmp/profile.dtb" /pass/lsio_mu2 alias "$1"
	guest -n -p "$tmp/profile.dtb" --host "$newer" --virt "$virt" --mac 00:04:9f:01:02:03
}
mailbox_alias mu2
is "an alias of the mailbox's number" "0 " "$rc $(cat "$tmp/err")"
for alias in "" mu1 mu3 mux2 mu; do
	mailbox_alias "$alias"
	is "an alias '$alias' of the mailbox" "imxpt: guest: warning: \
/bus@5d000000/mailbox@5d1d0000: its alias is not 'mu' and its own number, so the \
guest's kernel asks for interrupts at another mailbox" "$(cat "$tmp/err")"
done

# --- MACs

mac=$tmp/sys/firmware/devicetree/base/bus@5b000000/ethernet@5b040000
mkdir -p "$mac"
printf '\002\021\042\063\104\125' >"$mac/local-mac-address"
guest --host "$newer" --virt "$virt" -o "$out"
is "the running host's MAC" "2 11 22 33 44 55" "$(get -t bx $fec1 local-mac-address)"
is "and no warning" "0 " "$rc $(cat "$tmp/err")"
guest --host "$newer" --virt "$virt" -o "$out" --mac 00:04:9f:01:02:03
is "--mac comes first" "0 4 9f 1 2 3" "$(get -t bx $fec1 local-mac-address)"
printf '\002\021\042' >"$mac/local-mac-address"
guest -q --host "$newer" --virt "$virt" -o "$out"
ok "a truncated MAC is not used" lacks "$out" $fec1 local-mac-address
printf '\003\021\042\063\104\125' >"$mac/local-mac-address"
guest -q --host "$newer" --virt "$virt" -o "$out"
ok "a group MAC is not used" lacks "$out" $fec1 local-mac-address
rm "$mac/local-mac-address"
cp "$newer" "$tmp/mac.dtb"
fdtput -t bx "$tmp/mac.dtb" /bus@5b000000/ethernet@5b040000 local-mac-address 0 0 0 0 0 0
guest -n --host "$tmp/mac.dtb" --virt "$virt"
ok "a MAC of zeros is not used, with a warning" grep -q ": no MAC (see --mac): " "$tmp/err"
fdtput -t bx "$tmp/mac.dtb" /bus@5b000000/ethernet@5b040000 mac-address 2 0 0 0 0 1
guest -n --host "$tmp/mac.dtb" --virt "$virt"
is "another property has a MAC" "0 " "$rc $(cat "$tmp/err")"
guest -p $both --host "$newer" --virt "$virt" -o "$out" --mac 00:04:9f:01:02:03 \
	--mac 00:04:9f:01:02:04
is "a MAC for each port" "0 4 9f 1 2 3, 0 4 9f 1 2 4" "$(get -t bx $fec1 local-mac-address), \
$(get -t bx $bus/ethernet@5b050000 local-mac-address)"
guest -n -p $both --host "$newer" --virt "$virt" --mac 00:04:9f:01:02:03 --mac 00:04:9F:01:02:03
has "one MAC for two ports is refused" "$rc $(cat "$tmp/err")" \
	"2 imxpt: guest: --mac: an earlier port already has the address '00:04:9F:01:02:03'"
for mac in 00:04:9f:01:02 00:04:9f:01:02:03:04 01:00:5e:00:00:01 00:00:00:00:00:00 0:4:9f:1:2:3 \
	' 0:04:9f:01:02:03' xx:04:9f:01:02:03; do
	guest -n --host "$newer" --virt "$virt" --mac "$mac"
	is "--mac '$mac' is refused" 2 "$rc"
done

# --- refusals

guest -n --host - --virt - </dev/null
is "two trees on one standard input" \
	"2 imxpt: guest: --host and --virt cannot both be standard input" \
	"$rc $(head -n 1 "$tmp/err")"
rm "$out"
# refuses NAME TEXT ARGUMENT...
refuses() {
	what=$1 text=$2
	shift 2
	guest -q -o "$out" "$@"
	is "$what" "1 imxpt: guest: $text" "$rc $(head -n 1 "$tmp/err")"
	ok "$what: a line, and at most a fix" [ "$(sed 1d "$tmp/err" | grep -vc '^  fix: ')" -eq 0 ]
	ok "$what: no file" rmdir "$tmp/d"
	mkdir -p "$tmp/d"
}
guest -q --host "$newer" --virt "$virt" -o "$tmp/guest.dtb"
run patch -q -o "$tmp/host.dtb" "$newer"
refuses "a guest's tree as dump" "$tmp/guest.dtb: $bus: ranges does not have one window" \
	--host "$newer" --virt "$tmp/guest.dtb"
refuses "a patched host" "$tmp/host.dtb: /bus@5b000000/clock-controller@5b230000: this tree is \
already patched (compatible is \"fsl,dummy\")" \
	--host "$tmp/host.dtb" --virt "$virt"
refuses "a board as dump" "$newer: no node is compatible with qemu,platform, so QEMU's virt \
machine did not dump this tree" \
	--host "$newer" --virt "$newer"
refuses "a dump as board" "$virt: the tree is of another board: linux,dummy-virt, and the profile \
is for fsl,imx8qm" --host "$virt" --virt "$virt"
b=$(board board-dangling-clock)
refuses "a dangling reference" "$b: /system-controller/clock-controller: clocks: no node has \
phandle 0xdead" --host "$b" --virt "$virt"
b=$(board board-no-provider)
refuses "a missing provider" "$b: /bus@5b000000/ethernet@5b040000: clocks: entry 0 has the wrong number of cells" \
	--host "$b" --virt "$virt"
b=$(board board-wrong-cells)
refuses "wrong cells" "$b: /bus@5b000000/ethernet@5b040000: interrupts does not fit the cells of \
its parent" --host "$b" --virt "$virt"
cp "$virt" "$tmp/dangling.dtb"
fdtput -t x "$tmp/dangling.dtb" /pl011@9000000 clocks dead dead
refuses "a dump that dangles" "the guest's tree: /pl011@9000000: clocks: no node has phandle \
0xdead" --host "$newer" --virt "$tmp/dangling.dtb"
head -c 100 "$virt" >"$tmp/cut.dtb"
refuses "a dump that is truncated" "$tmp/cut.dtb: the blob is truncated: it has 100 bytes of \
the $(wc -c <"$virt" | tr -d ' ') in its header" --host "$newer" --virt "$tmp/cut.dtb"

# keeps WHAT FILE ARGUMENTS...: -o FILE, which is read, is refused, by another name too
keeps() {
	what=$1 file=$2
	shift 2
	cp "$file" "$tmp/kept"
	ln -sf "$file" "$tmp/link"
	for name in "$file" "$tmp/link"; do
		guest "$@" -o "$name"
		is "$what is not overwritten" "2 imxpt: guest: -o $name is also an input: name another file" \
			"$rc $(head -n 1 "$tmp/err")"
		ok "$what stays" cmp "$tmp/kept" "$file"
	done
}
cp "$virt" "$tmp/virt.dtb"
cp "$newer" "$tmp/board.dtb"
cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/profile.dtb"
for file in board virt; do
	host=$newer dump=$virt
	[ $file = board ] && host=- || dump=-
	cp "$tmp/$file.dtb" "$tmp/kept"
	# shellcheck disable=SC2094 # that it is both is what is tried
	guest --host "$host" --virt "$dump" -o "$tmp/$file.dtb" <"$tmp/$file.dtb"
	is "$file.dtb, as standard input, is not overwritten" \
		"2 imxpt: guest: -o $tmp/$file.dtb is also an input: name another file" "$rc $(head -n 1 "$tmp/err")"
	ok "$file.dtb stays" cmp "$tmp/kept" "$tmp/$file.dtb"
done
keeps "the dump" "$tmp/virt.dtb" --host "$newer" --virt "$tmp/virt.dtb"
keeps "the board's tree" "$tmp/board.dtb" --host "$tmp/board.dtb" --virt "$virt"
keeps "the profile" "$tmp/profile.dtb" -p "$tmp/profile.dtb" --host "$newer" --virt "$virt"
rc=0
"$imxpt" guest -q --json --host "$newer" --virt "$virt" -o "$out" >/dev/full 2>"$tmp/err" || rc=$?
is "no tree without its report" "1 no" "$rc $([ -e "$out" ] && echo yes || echo no)"
guest --host "$newer" --virt "$virt" --mac 00:04:9f:01:02:03 --mac 00:04:9f:01:02:04 -o "$out"
is "too many MACs" "2 imxpt: guest: 2 --mac options for 1 Ethernet ports" \
	"$rc $(head -n 1 "$tmp/err")"
guest --host "$newer" -o "$out"
is "--virt is needed" "2 imxpt: guest: --virt VIRT.dtb is missing" \
	"$rc $(head -n 1 "$tmp/err")"
guest --virt "$virt" -o "$out"
is "--host is needed" "2 imxpt: guest: --host BOARD.dtb is missing" \
	"$rc $(head -n 1 "$tmp/err")"
has "whose fix is not QEMU's tree" "$(cat "$tmp/err")" "fix: 'imxpt help guest' shows the usage"
guest --host "$newer" --virt "$virt"
is "-o or -n is needed" 2 "$rc"
guest --json --host "$newer" --virt "$virt" -o -
is "--json and -o - exclude each other" 2 "$rc"

finish
