#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetch the QEMU that Debian has backported for this machine's release, and print its path;
# it uses this machine's libraries.
# Exit status: 0 it runs, 75 the archive cannot be reached, 1 another error.
set -eu
cd "$(dirname "$0")/../.."

dir=$PWD/build/qemu-newer
qemu=$dir/root/usr/bin/qemu-system-aarch64
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)

deb=$(tests/debian-arm64.sh --suite "$release-backports" "$dir" \
	"qemu-system-arm:$(dpkg --print-architecture)")
rm -rf "$dir/root"
dpkg-deb -x "$deb" "$dir/root"
"$qemu" --version >"$dir/version"
echo "$qemu"
