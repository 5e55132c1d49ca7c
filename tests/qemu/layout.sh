#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compare src/guest/qemu_layout.c with a real QEMU.  SEED repeats a run.
set -eu

# shellcheck source=tests/qemu/which.sh
. tests/qemu/which.sh

programs=$BUILD/tests/qemu
# shellcheck disable=SC2086 # no seed is no argument
"$programs/compare" "$qemu" "$programs/vfio.so" ${SEED:-}
