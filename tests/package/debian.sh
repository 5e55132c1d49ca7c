#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README's two commands in a bare Debian 12 and a bare Debian 13, as root and as another user,
# and a Debian package in each.
exec "$(dirname "$0")"/run.sh bookworm trixie bookworm-deb trixie-deb
