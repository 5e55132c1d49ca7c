#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trees as they come: each kind that is no tree of this board for Linux, given to every
# command that reads a tree, is named in one line, with what to do about it.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

gzip -c "$(board board-older)" >"$tmp/gzip.dtb"
cp tests/dts/board-older.dts tests/dts/kind-overlay.dts "$tmp"
mkdir "$tmp/d"

# KIND|FILE|TEXT|A part of the fix
smmu="keeps the SMMU for itself"
cat >"$tmp/kinds" <<END
Linux 4|$(board kind-linux4)|the tree is for Linux 4: its power domains (nxp,imx8-pd) and clocks have another form|NXP's since 5.4, or Linux 6.9
Xen|$(board kind-xen)|the tree is for Xen, which $smmu (mmu-masters, #iommu-cells 0, or xen,xen)|imx8qm-mek.dtb
Xen's dom0|$(board kind-xen-running)|the tree is for Xen, which $smmu (mmu-masters, #iommu-cells 0, or xen,xen)|imx8qm-mek.dtb
Jailhouse|$(board kind-jailhouse)|the tree is for Jailhouse, which $smmu: it is disabled|imx8qm-mek.dtb
8QXP|$(board kind-8qxp)|the tree is of an i.MX 8QXP (fsl,imx8qxp-mek), and the profile is for fsl,imx8qm|has no SMMU
8DXL|$(board kind-8dxl)|the tree is of an i.MX 8DXL (fsl,imx8dxl-evk), and the profile is for fsl,imx8qm|has no SMMU
another board|$(board crosvm-base)|the tree is of another board: linux,dummy-virt, and the profile is for fsl,imx8qm|the tree of your board
an overlay|$(board kind-overlay)|an overlay, not a whole device tree|fdtoverlay -i
a FIT image|$(board kind-fit)|a FIT image, not a device tree|dumpimage
gzip|$tmp/gzip.dtb|a file compressed by gzip, not a device tree blob|gunzip
source|$tmp/board-older.dts|the source of a device tree, not a device tree blob|dtc -I dts
source of an overlay|$tmp/kind-overlay.dts|the source of a device tree, not a device tree blob|dtc -I dts
END

# said: what it said, and failure
said() {
	echo "exit status $rc"
	cat "$tmp/err" "$tmp/out"
	return 1
}

# names TEXT FIX: one line on stderr with TEXT, one with the fix, nothing else, no file
names() {
	{ [ "$rc" -eq 1 ] && [ ! -s "$tmp/out" ] && [ -z "$(ls -A "$tmp/d")" ] &&
		sed -n 1p "$tmp/err" | grep -qF ": $1" &&
		sed -n 2p "$tmp/err" | grep '^  fix: ' | grep -qF "$2" &&
		[ "$(wc -l <"$tmp/err")" -eq 2 ]; } || said
}

# shows TEXT FIX: the row 'board' fails so, and what needs it is skipped
shows() {
	{ [ "$rc" -eq 3 ] && tr -s ' ' <"$tmp/out" | grep -qF "tree board fail $1" &&
		grep '^  *fix: ' "$tmp/out" | grep -qF "$2"; } || said
}

# predicts TEXT FIX: the prediction, after a warning
predicts() {
	{ [ "$rc" -eq 0 ] && sed -n 1p "$tmp/out" | grep -F "# warning: $1: " | grep -qF "$2" &&
		grep -q '^# /.* stream id ' "$tmp/out"; } || said
}

out=$tmp/d/out
virt=$(board virt-new)
while IFS='|' read -r kind file text fix; do
	run patch -q -o "$out" "$file"
	ok "$kind: patch" names "$text" "$fix"
	run patch -n --as-documented "$file"
	ok "$kind: patch --as-documented" names "$text" "$fix"
	run guest -q --host "$file" --virt "$virt" -o "$out"
	ok "$kind: guest" names "$text" "$fix"
	run overlay -q --host "$file" -o "$out"
	ok "$kind: overlay" names "$text" "$fix"
	run deps "$file"
	ok "$kind: deps" names "$text" "$fix"
	run deps "$file" 5b040000
	ok "$kind: deps of a node" names "$text" "$fix"
	run deps --profile "$file" 5b040000
	ok "$kind: deps --profile" names "$text" "$fix"
	run uboot "$file"
	case $kind in
	# U-Boot boots them, and what it does is known
	Xen | Jailhouse) ok "$kind: uboot" predicts "$text" "$fix" ;;
	"Xen's dom0") ok "$kind: uboot" grep -qF "# warning: $text" "$tmp/out" ;;
	*) ok "$kind: uboot" names "$text" "$fix" ;;
	esac
	run check --dtb "$file"
	case $text in
	*device\ tree*) ok "$kind: check --dtb" names "$text" "$fix" ;;
	*) ok "$kind: check --dtb" shows "$text" "$fix" ;;
	esac
	run patch -q -o "$out" - <"$file"
	ok "$kind: patch of standard input" names "standard input: $text" "$fix"
done <"$tmp/kinds"

# --virt is a tree too, of another board, but none of the other forms
for file in "$(board kind-overlay)" "$(board kind-fit)" "$tmp/gzip.dtb" "$tmp/board-older.dts"; do
	text=$(awk -F '|' -v file="$file" '$2 == file { print $3; exit }' "$tmp/kinds")
	run guest -q --host "$(board board-older)" --virt "$file" -o "$out"
	ok "--virt: $text" names "$file: $text" ""
done

# A profile is a tree, too.
run patch -n -p "$tmp/board-older.dts" "$(board board-older)"
ok "a profile's source" names "the source of a device tree" "dtc -I dts"

# What a board runs with.
while IFS='|' read -r kind file text fix; do
	case $text in *device\ tree*) continue ;; esac
	unbound
	cp "$file" "$live"
	state >"$tmp/before"
	on_board bind
	ok "$kind: bind" names "$text" "$fix"
	ok "$kind: bind changes nothing" test "$(cat "$tmp/before")" = "$(state)"
	on_board check
	ok "$kind: check of the running tree" shows "$text" "$fix"
done <"$tmp/kinds"

# Each mark of a kind is enough.
smmu=/iommu@51400000
cp "$(board kind-xen)" "$tmp/cells.dtb"
fdtput -d "$tmp/cells.dtb" $smmu mmu-masters
cp "$(board kind-xen)" "$tmp/masters.dtb"
fdtput -t x "$tmp/masters.dtb" $smmu '#iommu-cells' 2
cp "$(board kind-linux4)" "$tmp/fsl.dtb"
fdtput -t s "$tmp/fsl.dtb" /imx8qm-pm/PD_CONN compatible fsl,imx8-pd
for file in cells masters fsl; do
	run patch -n "$tmp/$file.dtb"
	has "$file is enough" "$rc $(cat "$tmp/err")" "1 imxpt: patch: $tmp/$file.dtb: the tree is "
done
cp "$(board kind-jailhouse)" "$tmp/on.dtb"
fdtput -t s "$tmp/on.dtb" $smmu status okay
run patch -n "$tmp/on.dtb"
is "an SMMU that is enabled is not Jailhouse's" "1 1 0" \
	"$rc $(grep -c '^imxpt: patch: ' "$tmp/err") $(grep -c Jailhouse "$tmp/err")"
cp "$(board kind-jailhouse)" "$tmp/plain.dtb"
fdtput -r "$tmp/plain.dtb" /reserved-memory
run patch -n "$tmp/plain.dtb"
has "one that is disabled may be another's" "$(cat "$tmp/err")" ": $smmu: the SMMU is disabled
  fix: use a tree that leaves the SMMU to Linux"
run check --dtb "$tmp/plain.dtb"
has "check says so too" "$(tr -s ' ' <"$tmp/out")" "smmu fail $smmu: the SMMU is disabled
 fix: use a tree that leaves the SMMU to Linux"

# Other trees get none of these messages.
for good in board-older board-newer board-domu mek-like; do
	run patch -n "$(board $good)"
	is "$good is none of them" 0 "$rc"
done
printf '/dts-v1/;\0' >"$tmp/nul"
run patch -n "$tmp/nul"
has "a binary file is no source" "$(cat "$tmp/err")" "$tmp/nul: not a device tree blob"
finish
