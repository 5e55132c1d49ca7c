# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Set $qemu to the QEMU under test; sourced, and sources tap.sh.  QEMU is a command, or
# "newer" for the one that Debian has backported for this machine's release.

# shellcheck source=tests/tap.sh
. tests/tap.sh

qemu=${QEMU:-qemu-system-aarch64}
[ "$qemu" != newer ] || qemu=$(tests/qemu/newer.sh) || skip_all "QEMU: no newer one is within reach"
"$qemu" -device vfio-platform,help >/dev/null 2>&1 || skip_all "QEMU: $qemu has no vfio-platform"
"$qemu" --version | sed -n '1s/^/# /p'
