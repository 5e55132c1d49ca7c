#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a board that runs its stock tree
# tree: stock
. ../tap.sh

before=$(state)
expect 1 "bind" imxpt bind
says "mailbox@5d1d0000"
says "imxpt patch"
same "nothing is changed" "$before" "$(state)"
expect 3 "status -q" imxpt status -q
