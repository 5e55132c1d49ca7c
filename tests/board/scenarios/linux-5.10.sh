#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the kernel of the document's time, which asks for less and says less
# tree: documented
# kernel: 5.10
. ../tap.sh

before=$(state)
expect 0 "bind, of a tree that is not coherent" imxpt bind
is_bound
expect 0 "status" imxpt status -q
expect 0 "bind again" imxpt bind
says "nothing to do"
expect 0 "unbind" imxpt unbind
same "all is as it was" "$before" "$(state)"
