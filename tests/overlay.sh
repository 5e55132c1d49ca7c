# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The checks of an overlay for crosvm in overlay.t and real.sh.  They do not use the
# program's code: trees are read with dtc, and applied with fdtoverlay.

# shellcheck source=tests/dts.sh
. tests/dts.sh

# apply_overlay BASE OVERLAY OUT
apply_overlay() {
	fdtoverlay -i "$1" -o "$3" "$2"
}

# overlay_is_guest VIRT GUEST BASE MERGED OVERLAY: what was added to BASE is what was added
# to VIRT, but for interrupts and phandles, with its platform bus in place of the root.
# Where two cells differ, both must be phandles of the same node: so a phandle that the
# overlay does not list in __local_fixups__ is found.  Those that it lists must not dangle.
overlay_is_guest() {
	for overlay_tree in "$@"; do
		echo "TREE"
		source_of "$overlay_tree"
	done | awk '
	function fail(text) {
		print text
		failed = 1
	}
	function move(path) {
		if (path ~ /^\/platform(-bus)?@[0-9a-f]+\/./)
			sub(/^\/[^\/]*/, "", path)
		return path
	}
	function node_of(tree, cell) {
		return (tree, cell) in node ? node[tree, cell] : "none"
	}
	function compare(key, n, a, b, i) {
		n = split(value[2, key], a, " ")
		if (n != split(value[4, key], b, " ")) {
			fail(key ": " value[2, key] " and " value[4, key])
			return
		}
		for (i = 1; i <= n; i++)
			if (a[i] != b[i] && (node_of(2, a[i]) != node_of(4, b[i]) || node_of(2, a[i]) == "none"))
				fail(key ": " a[i] " and " b[i])
	}
	# The entries of __local_fixups__ are offsets into the same property of the guest.
	function check_fixups(key, n, a, b, i, cell) {
		n = split(value[5, "/__local_fixups__/fragment@0/__overlay__" key], a, " ")
		split(value[4, key], b, " ")
		for (i = 1; i <= n; i++) {
			cell = b[strtonum_hex(a[i]) / 4 + 1]
			n_fixups++
			if (!((4, cell) in node))
				fail(key ": " cell " dangles")
		}
	}
	function strtonum_hex(text, i, v) {
		for (i = 3; i <= length(text); i++)
			v = v * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
		return v + 0
	}
	/^TREE$/ { tree++; depth = 0; next }
	/{$/ {
		depth++
		path[depth] = $1 == "/" ? "" : path[depth - 1] "/" $1
		next
	}
	/^\t*};$/ { depth--; next }
	depth {
		line = $0
		sub(/^\t*/, "", line)
		sub(/;$/, "", line)
		split(line, part, " ")
		where = path[depth] "/"
		if (tree == 2) {
			where = move(where)
			gsub(/"\/platform(-bus)?@[0-9a-f]+\//, "\"/", line)
		}
		sub(/^[^ ]+( = )?/, "", line)
		gsub(/[<>]/, "", line)
		key = where part[1]
		value[tree, key] = line
		keys[tree, ++n_keys[tree]] = key
		if (part[1] == "phandle")
			node[tree, line] = where
	}
	END {
		for (i = 1; i <= n_keys[2]; i++) {
			key = keys[2, i]
			if (((1, key) in value) || key ~ /^\/platform/ || key ~ /\/(phandle|interrupts)$/)
				continue
			n_compared++
			if (!((4, key) in value))
				fail("missing: " key)
			else
				compare(key)
		}
		for (i = 1; i <= n_keys[4]; i++) {
			key = keys[4, i]
			if (!((3, key) in value) && !((2, key) in value) && key !~ /^\/__symbols__/)
				fail("too much: " key)
			if ((5, "/__local_fixups__/fragment@0/__overlay__" key) in value)
				check_fixups(key)
		}
		if (n_compared < 20 || n_fixups < 5 || tree != 5)
			fail("only " n_compared " properties and " n_fixups " phandles were compared")
		exit failed
	}'
}

# overlay_is_clean OVERLAY: one fragment for the root, no external label, no property of
# the devices that crosvm leaves as it is and that would be the host's.
overlay_is_clean() {
	same '__local_fixups__ __symbols__ fragment@0 ' "$(fdtget -l "$1" / | sort | tr '\n' ' ')" &&
		same / "$(fdtget "$1" /fragment@0 target-path)" || return 1
	for overlay_symbol in $(fdtget -p "$1" /__symbols__); do
		overlay_node=$(fdtget "$1" /__symbols__ "$overlay_symbol")
		case $overlay_node in
		/fragment@0/__overlay__/*) ;;
		*) echo "$overlay_symbol: $overlay_node" && return 1 ;;
		esac
		same okay "$(fdtget -d okay "$1" "$overlay_node" status)" || return 1
		lacks "$1" "$overlay_node" \
			'iommus\|interrupts-extended\|interrupt-parent\|dma-coherent\|msi-parent' || return 1
	done
}
