#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad input to imxpt: one line on stderr that names it, exit 1, and no file; a wrong
# command line: exit 2.
set -eu
. tests/tap.sh

mkdir "$tmp/d"
chmod 777 "$tmp/d"
out=$tmp/d/out.dtb
newer=$(board board-newer)

# What a refusal leaves: this text, nothing on stdout, at most a fix after it, no file.
is_refused() {
	head -n 1 "$tmp/err" | grep -qxF "imxpt: $1" || { cat "$tmp/err"; return 1; }
	[ ! -s "$tmp/out" ] || { echo "something on stdout"; return 1; }
	! sed 1d "$tmp/err" | grep -v '^  fix: .' || return 1
	[ "$(wc -l <"$tmp/err")" -le 2 ] || { cat "$tmp/err"; return 1; }
	[ -z "$(ls -A "$tmp/d")" ] || { ls -A "$tmp/d"; return 1; }
}

# refuses NAME TEXT ARGUMENT...
refuses() {
	what=$1 text=$2
	shift 2
	run "$@"
	is "$what: exit status" 1 "$rc"
	ok "$what: one line" is_refused "$text"
}

# refuses_tree NAME FILE TEXT: as input
refuses_tree() {
	cp "$2" "$tmp/before" 2>/dev/null || :
	refuses "$1" "patch: $2: $3" patch -q -o "$out" "$2"
	cmp -s "$2" "$tmp/before" || is "$1: the input stays as it is" same changed
}

# --- boards that it cannot patch

dts() {
	refuses_tree "$1" "$(board "$1")" "$2"
}
usdhc1=/bus@5b000000/mmc@5b010000 fec1=/bus@5b000000/ethernet@5b040000
untold="neither power-domains nor fsl,sc_rsrc_id names its resource"

dts board-no-smmu "the tree has no SMMU (arm,mmu-500)"
ok "the fix names the kernels that have one" grep -q "^  fix: .*Linux 6.9 .*NXP" "$tmp/err"
dts board-smmu-off "/iommu@51400000: the SMMU is disabled"
dts board-smmu-one-cell "/iommu@51400000: #iommu-cells is not 2"
dts board-other "the tree is of an i.MX 8QXP (fsl,imx8qxp-mek), and the profile is for fsl,imx8qm"
dts board-no-fec1 "the tree has no node ethernet@5b040000 (fec1)"
dts board-strange-fec1 \
	"$fec1: the profile's device is compatible with fsl,imx8qm-fec, and this node is not"
ok "the fix is another tree or profile" \
	grep -q "^  fix: use a tree of this board, or your own profile with -p" "$tmp/err"
dts board-two-fec1 \
	"ethernet@5b040000: two nodes match: $fec1 and /soc/ethernet@5b040000"
dts board-dangling-power "$fec1: $untold"
dts board-cut-power "$fec1: $untold"

# 16 bits are what the firmware's messages have.
cp "$newer" "$tmp/wide.dtb"
fdtput -t x "$tmp/wide.dtb" $fec1 power-domains \
	"$(fdtget -t x "$newer" $fec1 power-domains | cut -d' ' -f1)" 100fb
wide="/domu/doma: 65787 in rsrcs or pads has more than 16 bits: the firmware would take it for 251"
refuses_tree "a resource above 16 bits" "$tmp/wide.dtb" "$wide"
ok "the fix names where it comes from" grep -q "^  fix: .*power-domains" "$tmp/err"
refuses "the same for Linux" "patch: $tmp/wide.dtb: $wide" \
	patch -q --partition linux -o "$out" "$tmp/wide.dtb"

for status in disabled fail; do
	cp "$newer" "$tmp/bus.dtb"
	fdtput -t s "$tmp/bus.dtb" /bus@5b000000 status $status
	refuses_tree "a bus whose status is $status" "$tmp/bus.dtb" \
		"/bus@5b000000/clock-controller@5b230000: the kernel creates no device below /bus@5b000000: it is disabled"
done

dts board-no-power "$fec1: $untold"
dts board-other-power "/domu/doma: no stream id is set for its resource ENET_0 (251), so \
DMA of this resource bypasses the SMMU"
dts board-dangling-foreign "$usdhc1: clocks: no node has phandle 0xdead"
dts board-cut-foreign "$usdhc1: entry 0 of power-domains is broken (no such node, or cells are \
missing): U-Boot loops forever on it and does not boot"

cp "$(board mek-like)" "$tmp/host-mailbox"
fdtput -t x "$tmp/host-mailbox" /bus@5d000000/mailbox@5d1d0000 phandle 4711
fdtput -t x "$tmp/host-mailbox" /system-controller mboxes 4711 0 0 4711 1 0 4711 3 3
refuses_tree "the mailbox of the host's own system controller" "$tmp/host-mailbox" \
	"/bus@5d000000/mailbox@5d1d0000: the host does not work without it: mboxes of \
/system-controller refers to it"
ok "the fix names another mailbox" grep -q "^  fix: .* such as imx8qm-fec1-mu3;" "$tmp/err"

# --- files that are no trees

printf 'no tree\n' >"$tmp/text"
: >"$tmp/empty"
head -c 3000 "$newer" >"$tmp/cut"
head -c 39 "$newer" >"$tmp/header"
{ head -c 4 "$newer"; printf '\377\377\377\377'; tail -c +9 "$newer"; } >"$tmp/huge"
total=$(od -An -t u1 -j 4 -N 4 "$newer" |
	awk '{ print $1 * 16777216 + $2 * 65536 + $3 * 256 + $4 }')
{ head -c 8 "$newer"; printf '\000\377\377\374'; tail -c +13 "$newer"; } >"$tmp/offset"

refuses_tree "a text" "$tmp/text" "not a device tree blob"
refuses_tree "an empty file" "$tmp/empty" "not a device tree blob"
refuses_tree "less than a header" "$tmp/header" "not a device tree blob"
refuses_tree "a truncated tree" "$tmp/cut" \
	"the blob is truncated: it has 3000 bytes of the $total in its header"
refuses_tree "a totalsize larger than the file" "$tmp/huge" \
	"the blob is truncated: it has $total bytes of the 4294967295 in its header"
refuses_tree "a structure block outside" "$tmp/offset" "the blob is damaged: FDT_ERR_TRUNCATED"

# dtc -f makes a tree of what it calls an error.
twisted() {
	dtc -q -f -I dts -O dtb -o "$tmp/$1" - >/dev/null 2>&1
	refuses_tree "$1" "$tmp/$1" "$2"
}
twisted phandle-twice "phandle 0x1 belongs to two nodes: /a and /b" <<-END
	/dts-v1/;
	/ { a { phandle = <1>; }; b { phandle = <1>; }; };
END
{
	printf '/dts-v1/;\n/ {\n'
	i=0
	while [ $i -lt 70 ]; do printf 'n {\n'; i=$((i + 1)); done
	while [ $i -gt 0 ]; do printf '};\n'; i=$((i - 1)); done
	printf '};\n'
} >"$tmp/deep.dts"
twisted nesting "nested deeper than 64 levels" <"$tmp/deep.dts"
sed 's/5b040000/5b050000/' "$newer" >"$tmp/twins"
refuses_tree "two nodes of one name" "$tmp/twins" \
	"two nodes are called /bus@5b000000/ethernet@5b050000"

truncate -s 65M "$tmp/large"
refuses "more than a tree can be" \
	"patch: cannot read $tmp/large: larger than any file of its kind" \
	patch -q -o "$out" "$tmp/large"
rm "$tmp/large"

for t in text empty cut huge; do
	"$imxpt" patch -q -o "$out" - <"$tmp/$t" >"$tmp/out" 2>"$tmp/err" && rc=0 || rc=$?
	is "$t on stdin: exit status" 1 "$rc"
done
"$imxpt" patch -q -o "$out" - <"$(board board-no-smmu)" >"$tmp/out" 2>"$tmp/err" || :
ok "a board on stdin is called so" \
	is_refused "patch: standard input: the tree has no SMMU (arm,mmu-500)"
is "and no file" "" "$(ls -A "$tmp/d")"

# --- files that cannot be had

none="No such file or directory"
refuses "a missing IN" "patch: cannot open $tmp/none.dtb: $none" patch -o "$out" "$tmp/none.dtb"
refuses "a directory as IN" "patch: cannot read $tmp: Is a directory" patch -o "$out" "$tmp"
refuses "a missing parent of OUT" "patch: cannot write $tmp/no/out.dtb: $none" \
	patch -q -o "$tmp/no/out.dtb" "$newer"
refuses "a directory as OUT" "patch: cannot write $tmp: it is a directory" \
	patch -q -o "$tmp" "$newer"
mkfifo "$tmp/fifo"
refuses "a pipe as OUT" "patch: cannot write $tmp/fifo: it is not a regular file" \
	patch -q -o "$tmp/fifo" "$newer"
ok "the pipe is still what it was" test -p "$tmp/fifo"

# What cannot be compared with the files that are read may be one of them.
ln -s loop "$tmp/loop"
loops="Too many levels of symbolic links"
! "$imxpt" patch -n "$tmp/loop" 2>&1 | grep -q "Symbolic link loop" ||
	loops="Symbolic link loop" # musl's words
refuses "an OUT that leads nowhere" \
	"patch: cannot stat $tmp/loop: $loops" \
	patch -q -o "$tmp/loop" "$newer"
refuses "a profile that leads nowhere" \
	"patch: cannot stat $tmp/loop: $loops" \
	patch -q -p "$tmp/loop" -o "$newer" "$newer"
for file in host virt; do
	other=$newer
	[ $file = host ] || other=$(board virt-new)
	refuses "a --$file that leads nowhere" \
		"guest: cannot stat $tmp/loop: $loops" \
		guest -q --host "$newer" --virt "$(board virt-new)" --$file "$tmp/loop" -o "$other"
done
deep=/$(printf '%04080d' 0 | tr 0 /)
run --root "$deep" patch -q -p none -o "$newer" "$newer"
is "a root with a long name" "1 imxpt: patch: there is no profile 'none': it is not built in, \
and /etc/imxpt/none.dtb does not exist" "$rc $(head -n 1 "$tmp/err")"
mkdir -p "$tmp/site/etc/imxpt"
cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/site/etc/imxpt/site.dtb"
cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/site/etc/imxpt/imx8qm-mek-fec1.dtb"
long=$tmp/site$(printf '%0600d' 0 | tr 0 /)
run --root "$long" patch -q -p site -o "$tmp/site/etc/imxpt/site.dtb" "$newer"
is "the profile's file below such a root is not overwritten" \
	"2 imxpt: patch: -o $tmp/site/etc/imxpt/site.dtb is also an input: name another file" \
	"$rc $(head -n 1 "$tmp/err")"
mkdir "$tmp/site/own"
cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/site/own/linked.dtb"
ln -s /own/linked.dtb "$tmp/site/etc/imxpt/linked.dtb"
run --root "$tmp/site" patch -q -p linked -o "$tmp/site/own/linked.dtb" "$newer"
is "the file that a link below the root leads to is not overwritten" \
	"2 imxpt: patch: -o $tmp/site/own/linked.dtb is also an input: name another file" \
	"$rc $(head -n 1 "$tmp/err")"
ok "and stays" cmp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/site/own/linked.dtb"
run --root "$tmp/site" patch -q -o "$tmp/site/etc/imxpt/imx8qm-mek-fec1.dtb" "$newer"
is "a file that a built-in profile hides is not read" "0 " "$rc $(cat "$tmp/err")"

# nobody COMMAND...: without root's rights
nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
mine=$imxpt
cp "$mine" "$tmp/imxpt"
cp "$newer" "$tmp/secret.dtb"
cp "$newer" "$tmp/readable.dtb"
chmod 0 "$tmp/secret.dtb"
mkdir -m 555 "$tmp/locked"
imxpt="nobody" # run's program; its first argument is the real one
refuses "an unreadable IN" "patch: cannot open $tmp/secret.dtb: Permission denied" \
	"$tmp/imxpt" patch -q -o "$out" "$tmp/secret.dtb"
refuses "an unwritable directory" "patch: cannot write $tmp/locked/out.dtb: Permission denied" \
	"$tmp/imxpt" patch -q -o "$tmp/locked/out.dtb" "$tmp/readable.dtb"

# The tree can be written beside another one's file there, but it cannot replace that.
mkdir -m 1777 "$tmp/sticky"
cp "$newer" "$tmp/sticky/out.dtb"
cp "$(board virt-new)" "$tmp/readable.virt"
one_object() {
	cat "$tmp/out"
	[ "$(grep -c '"schema"' "$tmp/out")" -eq 1 ] && grep -q '^  "error"' "$tmp/out"
}
# refuses_last COMMAND...
refuses_last() {
	if [ "$(id -u)" -ne 0 ]; then
		skip "another one's file: $1" "only root can make one"
		return
	fi
	run "$tmp/imxpt" "$@" -v --json -o "$tmp/sticky/out.dtb"
	is "another one's file: $1: exit status" 1 "$rc"
	ok "another one's file: $1: one object, the error" one_object
	is "another one's file: $1: no report" "imxpt: $1: cannot write $tmp/sticky/out.dtb: \
Operation not permitted" "$(head -n 1 "$tmp/err")"
	is "another one's file: $1: it stays, with nothing beside it" "out.dtb" \
		"$(ls -A "$tmp/sticky")"
	ok "another one's file: $1: as it was" cmp "$newer" "$tmp/sticky/out.dtb"
}
refuses_last patch "$tmp/readable.dtb"
refuses_last guest --host "$tmp/readable.dtb" --virt "$tmp/readable.virt"
refuses_last overlay --host "$tmp/readable.dtb"
imxpt=$mine

# In a mount namespace of its own, nothing stays there.
full() {
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m sh -c 'mount -t tmpfs -o size=8k tmpfs "$1" && "$2" patch -q -o "$1/out.dtb" "$3"
		rc=$?; ls -A "$1"; exit $rc' sh "$tmp/d" "$mine" "$1"
}
if unshare -m mount -t tmpfs tmpfs "$tmp/d" 2>/dev/null; then
	imxpt=full
	refuses "a full disk" "patch: cannot write $out: No space left on device" "$newer"
	imxpt=$mine
else
	skip "a full disk" "no file system can be mounted here"
fi

# Where the report cannot be read, there is no tree.
refuses_stdout() {
	rc=0
	"$imxpt" "$@" >/dev/full 2>"$tmp/err" || rc=$?
	: >"$tmp/out"
	is "a full stdout: exit status" 1 "$rc"
	ok "a full stdout: one line" grep -q '^imxpt: .*cannot write standard output' "$tmp/err"
	is "a full stdout: only one" 1 "$(wc -l <"$tmp/err" | tr -d ' ')"
	is "a full stdout: no file" "" "$(ls -A "$tmp/d")"
}
refuses_stdout patch -q --json -o "$out" "$newer"
refuses_stdout patch -q -o - "$newer"
refuses_stdout patch -q -n "$newer"
refuses_stdout profiles
refuses_stdout profiles imx8qm-fec1

# --- profiles

refuses "an unknown profile" "patch: there is no profile 'nope': it is not built in, \
and /etc/imxpt/nope.dtb does not exist" patch -q -p nope -o "$out" "$newer"
refuses "a missing profile" "patch: cannot open ./nope: $none" patch -p ./nope -o "$out" "$newer"
refuses "a missing profile, by a file's name" "patch: cannot open nope.dtb: $none" \
	patch -p nope.dtb -o "$out" "$newer"
refuses "a tree as profile" \
	"patch: profile $newer: not a profile: its root is not compatible with imxpt,profile" \
	patch -p "$newer" -o "$out" "$newer"
refuses "a text as profile" "patch: profile $tmp/text: not a device tree blob" \
	patch -p "$tmp/text" -o "$out" "$newer"

# broken NAME NODE PROPERTY TYPE VALUE TEXT: the Ghaf guide's profile with one property changed
broken() {
	cp "$BUILD/dts/ghaf-guide.dtb" "$tmp/broken.dtb"
	fdtput -p -t "$4" "$tmp/broken.dtb" "$2" "$3" "$5"
	refuses "$1" "patch: profile $tmp/broken.dtb: the profile$6" \
		patch -p "$tmp/broken.dtb" -o "$out" "$newer"
}
where="not a node's name with its address"
broken "a slash in a device's name" /pass/fec1 node s "a/b@1" "'s /pass/fec1: node: $where"
broken "dots in a device's name" /pass/fec1 node s "..@1" "'s /pass/fec1: node: $where"
broken "a device whose label is none" /pass/fec,1 node s a@1 \
	"'s /pass/fec,1: the node's name: not a label that starts with a letter"
broken "a device whose label begins with a digit" /pass/0fec node s a@1 \
	"'s /pass/0fec: the node's name: not a label that starts with a letter"
broken "a device whose label begins with a line" /pass/_fec node s a@1 \
	"'s /pass/_fec: the node's name: not a label that starts with a letter"
broken "stream id 0" /stream id u 0 "'s /stream: id: out of range"
broken "stream id 64" /stream id u 64 "'s /stream: id: out of range"
broken "a device twice" /pass/fec1 node s mailbox@5d1d0000 " passes mailbox@5d1d0000 twice"
broken "passed and disabled" /pass/fec1 node s ethernet@5b050000 \
	" passes ethernet@5b050000 and disables it"
broken "a misspelt property" /pass/fec1 removes s clocks \
	"'s /pass/fec1: removes: not a property of a profile"

# --- command lines

# usage NAME TEXT ARGUMENT...
usage() {
	what=$1 text=$2
	shift 2
	run "$@"
	is "$what: exit status" 2 "$rc"
	is "$what: text" "imxpt: $text" "$(head -n 1 "$tmp/err")"
	ok "$what: the help is named" grep -qx "  fix: 'imxpt help.*' .*" "$tmp/err"
	is "$what: nothing on stdout, no file" "" "$(cat "$tmp/out"; ls -A "$tmp/d")"
}
usage "an unknown option" "unknown option '--frob'" --frob
usage "an unknown option of a command" "patch: unknown option '-z'" patch -z
usage "no operand" "patch: IN.dtb is missing" patch -o "$out"
usage "two operands" "patch: unexpected operand '$newer'" patch -o "$out" "$newer" "$newer"
usage "neither -o nor -n" "patch: neither -o FILE nor -n is given" \
	patch "$newer"
usage "an option without its argument" "patch: option '-o' needs an argument" patch -o
for pad in -1 1048577 x "" 1k " 5" +5; do
	usage "--pad '$pad'" "patch: --pad takes a number from 0 to 1048576, not '$pad'" \
		patch --pad "$pad" -o "$out" "$newer"
done

finish
