# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Which QEMU is asked, in $qemu; sourced.  QEMU names it: a command, or "newer" for the one
# that Debian has backported for this machine's release.

# skip_all WHY
skip_all() {
	echo "1..0 # SKIP QEMU: $1"
	exit 0
}

qemu=${QEMU:-qemu-system-aarch64}
[ "$qemu" != newer ] || qemu=$(tests/qemu/newer.sh) || skip_all "no newer one is within reach"
"$qemu" -device vfio-platform,help >/dev/null 2>&1 || skip_all "$qemu has no vfio-platform"
"$qemu" --version | sed -n '1s/^/# /p'
