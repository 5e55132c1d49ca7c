#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a newcomer sees first: a real device tree of the i.MX 8QM MEK, patched with the
# default profile, and what comes next.  BUILD says where the program is.
set -eu

build=${BUILD:-build}
stock=$build/imx8qm-mek.dtb
patched=$build/imx8qm-mek-patched.dtb

say() {
	printf '\n== %s\n\n' "$*"
}

say "The tree: imx8qm-mek.dtb out of Debian's newest kernel for arm64"
if trees=$(tests/real-trees.sh); then
	# shellcheck disable=SC2046 # "SERIES FILE"
	set -- $(echo "$trees" | grep '/imx8qm-mek\.dtb$' | tail -n 1)
	echo "Linux $1: $(basename "$(dirname "$2")")"
	cp "$2" "$stock"
elif [ $? -eq 75 ]; then
	echo "Debian's archive is out of reach: this is tests/dts/mek-like.dts instead."
	cp "$build/tests/dts/mek-like.dtb" "$stock"
else
	exit 1
fi

say "What changes, and why: imxpt patch -n $stock"
"$build/imxpt" patch -n "$stock"

say "The patched tree: imxpt patch -o $patched $stock"
"$build/imxpt" patch -o "$patched" "$stock"
ls -l "$patched"

say "What U-Boot does to it, and needs: imxpt uboot --fdt-file ${patched##*/} $patched"
"$build/imxpt" uboot --fdt-file "${patched##*/}" "$patched"

say "What to do next"
cat <<'EOF'
Put the patched tree where U-Boot loads its tree from, and say the lines above at U-Boot's
prompt. On the board, when it has booted with the tree:

    imxpt bind -n      # the writes that give the devices to vfio-platform
    imxpt bind         # do them, all or none
    imxpt status       # device, driver, IOMMU group

Then the guest, whose tree is QEMU's own with the devices in it:

    imxpt qemu --dump  # prints the line that has QEMU dump its tree, virt.dtb
    imxpt guest --host imx8qm-mek.dtb --virt virt.dtb -o guest.dtb
    imxpt qemu         # prints the line that runs the guest

    man imxpt          # the rest
EOF
