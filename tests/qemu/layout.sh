#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where a real QEMU places devices, against src/guest/layout.c.  SEED repeats a run.
set -eu

programs=${BUILD:-build}/tests/qemu
# shellcheck disable=SC2086 # no seed is no argument
exec "$programs/compare" "${QEMU:-qemu-system-aarch64}" "$programs/vfio.so" ${SEED:-}
