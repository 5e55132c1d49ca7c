#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# a signal, or an error of the kernel, at each step in turn
# kernel: 6.12 5.10
. ../tap.sh

# bind_with WHAT K: strace does this to the K-th write to a file
bind_with() {
	capture traced -e trace=write -e inject=write:"$1":when="$2" imxpt bind
}

# sweep WHAT: the writes of an undisturbed bind, each disturbed, and all undone
sweep() {
	k=1
	while [ "$k" -le "$writes" ]; do
		bind_with "$1" "$k"
		is "$1 at write $k: exit" 1 "$rc"
		is "as before" "$before" "$(state)"
		k=$((k + 1))
	done
}

before=$(state)
capture traced -e trace=write imxpt bind
writes=$(sys_writes)
is "writes of a bind" 6 "$writes"
expect "unbind" 0 imxpt unbind

sweep signal=SIGINT
sweep signal=SIGTERM
sweep signal=SIGQUIT
sweep error=EBUSY

expect "bind" 0 imxpt bind
is_bound
