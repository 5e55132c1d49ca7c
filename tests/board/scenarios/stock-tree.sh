#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a board that runs its stock tree
# tree: stock
. ../tap.sh

before=$(state)
expect "bind" 1 imxpt bind
says "mailbox@5d1d0000"
says "imxpt patch"
is "nothing is changed" "$before" "$(state)"
expect "status -q" 3 imxpt status -q
