# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Trees as text, made by dtc: sourced from the top of the repository.

# source_of TREE: as dtc prints it, without the labels that dtc 1.8 makes of __symbols__
source_of() {
	dtc -q -I dtb -O dts "$1" | sed 's/^\([[:blank:]]*\)\([[:alnum:]_]*: \)*/\1/'
}

# flat TREE: as lines "PATH/ PROPERTY = VALUE;", in its order, reservations first
flat() {
	source_of "$1" | awk '
	/{$/ { path[++depth] = $1 == "/" ? "" : path[depth - 1] "/" $1; print path[depth] "/"; next }
	/^\t*};$/ { depth--; next }
	NF { sub(/^\t*/, ""); print path[depth] "/", $0 }'
}
