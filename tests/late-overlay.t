#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Overlays before and after the patch: check sees which was first.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

command -v fdtoverlay >/dev/null || skip_all "fdtoverlay is missing"
older=$(board board-older)
late=$(board overlay-late)
fec2=/bus@5b000000/ethernet@5b050000
node=/bus@5b000000/ethernet@5b040000
said="an overlay was applied after the patch"

# finds TREE NAME TEXT: check --dtb has this text in the row 'patched'
finds() {
	run check --dtb "$1"
	has "$2" "$(tr -s ' ' <"$tmp/out" | sed -n 's/^tree patched //p')" "$3"
}

# changed FDTPUT...: the patched tree, changed, in $tmp/changed.dtb
changed() {
	cp "$tmp/patched.dtb" "$tmp/changed.dtb"
	fdtput "$@"
}

"$imxpt" patch -q -o "$tmp/patched.dtb" "$older"
fdtoverlay -i "$tmp/patched.dtb" -o "$tmp/late.dtb" "$late"
finds "$tmp/late.dtb" "applied after the patch" "fail it looks as if $said: all that the patch \
adds is there, but 3 edits are undone, such as: set $node compatible"
is "the tree is not ready" 3 "$rc"
has "the fix is the order" "$(tr -s ' ' <"$tmp/out")" \
	"fix: apply the overlays first, and patch the result last: fdtoverlay -i BOARD.dtb "

fdtoverlay -i "$older" -o "$tmp/early.dtb" "$late"
"$imxpt" patch -q -o "$tmp/good.dtb" "$tmp/early.dtb"
finds "$tmp/good.dtb" "applied before the patch" "ok the profile's patch is complete"
fdtoverlay -i "$tmp/patched.dtb" -o "$tmp/harmless.dtb" "$(board kind-overlay)"
finds "$tmp/harmless.dtb" "one that undoes nothing" "ok the profile's patch is complete"

changed -t s "$tmp/changed.dtb" /domu/doma domain_name DomA
finds "$tmp/changed.dtb" "another value in the domain" "$said: all that the patch adds is \
there, but 1 edit is undone, such as: set /domu/doma domain_name"
changed -t s "$tmp/changed.dtb" $fec2 status okay
finds "$tmp/changed.dtb" "a sibling that is enabled again" "warn it looks as if $said"
changed -d "$tmp/changed.dtb" $fec2 status
finds "$tmp/changed.dtb" "or that has no status" "warn it looks as if $said"

# What an overlay cannot do is not called its work.
changed -d "$tmp/changed.dtb" $node iommus
fdtput -t s "$tmp/changed.dtb" $node compatible fsl,imx8qm-fec
finds "$tmp/changed.dtb" "a property that is gone" \
	"fail the profile's patch lacks 2 edits, such as: set $node compatible"
changed -d "$tmp/changed.dtb" $node dma-coherent
fdtput -t s "$tmp/changed.dtb" $node compatible fsl,imx8qm-fec
finds "$tmp/changed.dtb" "or what no board's tree has" "fail the profile's patch lacks 2 edits"
changed -d "$tmp/changed.dtb" /domu/doma domain_name
finds "$tmp/changed.dtb" "or in the domain" "the profile's patch lacks 1 edit, such as"
"$imxpt" patch -q --as-documented -o "$tmp/guide.dtb" "$older"
run check -p ghaf-guide --dtb "$tmp/guide.dtb"
fdtput -t s "$tmp/guide.dtb" $node compatible fsl,imx8qm-fec
run check -p ghaf-guide --dtb "$tmp/guide.dtb"
is "the guide's tree shows nothing of this" "1 0" \
	"$(grep -c " patched .*patch lacks" "$tmp/out") $(grep -c "$said" "$tmp/out")"

# On the board, where U-Boot has applied it.
good
fdtput -t s "$live" $node compatible fsl,imx8qm-fec
on_board check
has "of the running tree" "$(echo "$out" | tr -s ' ')" "patched fail it looks as if $said"
finish
