#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "imxpt uboot" against U-Boot's own code, which tests/uboot/boot runs: disabled nodes,
# stream ids and failures must be the same, in the same order.  The trees are all of
# tests/dts/ and those of every i.MX 8QM board in Debian's kernels; each as it is, and
# patched with each built-in profile, where "imxpt patch" accepts the tree.
#
# The code is mainline's.  It is the same as in NXP's v2020.04 to lf_v2023.04, which imxpt
# predicts, but for these, where nothing or less is compared:
#   - mainline has no scu_rm: partitions, pads and power are not compared.  Which resources
#     belong to a partition is imxpt's prediction; what follows from it is compared.
#   - a tree without fsl,scu-pd has NXP's walk over the power domains of Linux 4, which
#     mainline has not and imxpt refuses.
#   - what is undefined in the code itself, or depends on the firmware: imxpt refuses the tree.
#   - a tree that is no i.MX 8QM board's: imxpt refuses it, see tests/kinds.t.
#   - a tree whose SMMU has mmu-masters: mainline fails with -2 after the first master that
#     is found by its power-domains.  What comes before is compared.
set -u

. tests/tap.sh
boot=$BUILD/tests/uboot/boot
LC_ALL=C

# Trees that imxpt may refuse to predict, for the second and the third reason above; and
# what it prints for a tree for the fourth.
refused='board-losses.dtb kind-linux4.dtb refs.dtb small-board.dtb uboot-linux4.dtb uboot-many.dtb
	uboot-undefined-stream.dtb uboot-undefined.dtb'
no_board='^the tree is of (another board|an i.MX)|^an overlay|^a FIT image'

# The prediction (JSON) as lines of tests/uboot/boot; "resources" are the assigned ones.
lines() {
	awk -F '"' -v what="$1" '
	/^  "[a-z_]*": \[/ { list = $2 }
	/^    \{/ { split("", v) }
	/^      "/ { v[$2] = $4 != "" ? $4 : $3; gsub(/^: |,$/, "", v[$2]) }
	/^    \}/ && what == "resources" && list == what && v["holder"] != "null" { print v["id"] }
	/^    \}/ && what == "effects" && list == "disabled" {
		print "disabled", v["node"], v["resource"]
	}
	/^    \}/ && what == "effects" && list == "streams" {
		if ("resource" in v)
			print "stream", v["node"], v["resource"], v["stream_id"],
				v["set"] == "true" ? "set" : "refused"
		else
			print "stream", v["node"], "none"
	}'
}

# What imxpt refuses a tree for, as a line: a loop or a boot that ends; else the reason.
refusal() {
	sed -n 's|.*: \(/[^:]*\): entry \([0-9]*\) of power-domains .*loops forever.*|loop \1 \2|p
		s|.*fdt fixup failed.*|failed|p' "$1" | grep . || {
		sed -n 's/^imxpt: uboot: [^:]*: //p' "$1" >&2
		return 1
	}
}

predict() {
	if "$imxpt" uboot --json "$1" >"$tmp/json" 2>"$tmp/err"; then
		lines effects <"$tmp/json" >"$tmp/predicted"
		resources=$(lines resources <"$tmp/json")
	else
		refusal "$tmp/err" >"$tmp/predicted" || return 1
		resources=
	fi
}

agrees() {
	# shellcheck disable=SC2086 # a list of numbers
	"$boot" "$1" $resources >"$tmp/real" 2>"$tmp/talk" || {
		cat "$tmp/talk"
		return 1
	}
	if [ "$(tail -n 1 "$tmp/real")" = 'failed -2' ]; then
		sed -i '$d' "$tmp/real"
		sed -i "$(wc -l <"$tmp/real")q" "$tmp/predicted"
	fi
	cat "$tmp/real" >>"$tmp/seen"
	# of a rejected tree imxpt prints only the end
	grep -qE '^(loop|failed)' "$tmp/predicted" && sed -i -n '$s/^failed.*/failed/; $p' "$tmp/real"
	diff "$tmp/predicted" "$tmp/real"
}

# compare NAME TREE
compare() {
	if predict "$2" 2>"$tmp/why"; then
		ok "$1" agrees "$2"
	elif echo "$refused" | grep -qwF -- "$1" || grep -qE "$no_board" "$tmp/why"; then
		skip "$1" "$(cat "$tmp/why")"
	else
		ok "$1: imxpt predicts it" not cat "$tmp/why"
	fi
}

# compare_all NAME TREE: as it is, and patched.
compare_all() {
	compare "$1" "$2"
	for profile in $profiles; do
		for mode in '' '--partition linux'; do
			# shellcheck disable=SC2086 # no word, or two
			# shellcheck disable=SC2086 # two words, or none
			"$imxpt" patch -q -p "$profile" $mode -o "$tmp/patched.dtb" "$2" \
				2>/dev/null || continue
			compare "$1, $profile${mode:+ }$mode" "$tmp/patched.dtb"
			patched=$((patched + 1))
		done
	done
}

profiles=$("$imxpt" profiles --json | sed -n 's/^      "name": "\(.*\)",$/\1/p')
patched=0
for tree in "$BUILD"/tests/dts/*.dtb; do
	compare_all "${tree##*/}" "$tree"
done
if tests/real-trees.sh --newest >"$tmp/trees"; then
	patched=0
	while read -r series tree _; do
		case $tree in
		*/imx8q[mp]-*) compare_all "$series ${tree##*/}" "$tree" ;;
		esac
	done <"$tmp/trees"
	ok "trees of Debian's kernels are patched" test "$patched" -gt 0
else
	skip "trees of Debian's kernels" 'the archive is out of reach'
fi

for effect in 'disabled /.* 215' 'stream /.* 251 0x12 set' 'stream .* refused' 'stream .* none' \
	'loop /.* 0' 'loop /.* 1' 'failed -.*'; do
	ok "U-Boot does on some tree: $effect" grep -qx "$effect" "$tmp/seen"
done
finish
