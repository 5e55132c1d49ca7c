#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hostile names in recordings, trees, profiles and arguments: each line that any command
# prints is one line, of characters that a terminal shows, and what looks like shell runs
# nothing else.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

nl='
'
esc=$(printf '\033')
newer=$(board board-newer) virt=$(board virt-new) node=/bus@5b000000/ethernet@5b040000

# What a shell would run, what looks like a line or a colour of ours, what is an option,
# a home directory or a quote, and what a terminal shows in another order.
# shellcheck disable=SC2016 # the text is literal
run_it='x;touch pwned;$(touch pwned)`touch pwned`&touch pwned|'
forge="x${nl}forged: all is well${esc}[31m"
order="~x'y$(printf '\342\200\256')z"

# Both streams have only characters that are shown, and no line that is not ours.
is_plain() {
	sed 's/^\t*//' "$tmp/out" "$tmp/err" >"$tmp/both"
	! LC_ALL=C tr -d '\n\040-\176\200-\377' <"$tmp/both" | grep -q . ||
		{ cat -v "$tmp/both"; return 1; }
	# JSON is for programs: it has every character but those that end a line
	! grep '^forged' "$tmp/both" && ! grep -v '^ *"' "$tmp/both" | grep "$(printf '\342\200\256')"
}

# A shell finds the tools that the line names, which do nothing, and touch, which leaves a file.
mkdir -p "$tmp/shell/bin"
for tool in qemu-system-aarch64 crosvm modprobe chown readlink sed sort; do
	printf '#!/bin/sh\n:\n' >"$tmp/shell/bin/$tool"
	chmod +x "$tmp/shell/bin/$tool"
done
ln -s "$(command -v touch)" "$tmp/shell/bin/touch"

# No word of what was printed is run, also where the kernel's files are missing.
runs_nothing_else() {
	sed "s|> /sys/|> $tmp/none/|; s|> '/sys/|> '$tmp/none/|" "$tmp/out" >"$tmp/shell/script"
	for shell in /bin/sh bash; do
		(cd "$tmp/shell" && PATH=$tmp/shell/bin:/none command "$shell" script \
			</dev/null >said 2>&1) || :
	done
	[ ! -e "$tmp/shell/pwned" ] || { cat "$tmp/shell/script"; return 1; }
}

# try ARGUMENT...: it ends as programs do, and prints plain lines
try() {
	run "$@"
	if [ "$rc" -gt 3 ] || ! is_plain || ! [ -s "$tmp/both" ]; then
		echo "imxpt $*: exit $rc"
		return 1
	fi
}

# on_host: the commands that read the board
on_host() {
	try --root "$root" status && try --root "$root" status --json &&
		try --root "$root" check && try --root "$root" check --ask-firmware --json &&
		try --root "$root" partition &&
		try --root "$root" bind && try --root "$root" unbind -v &&
		try --root "$root" bind -n --force --owner 0 && runs_nothing_else &&
		try --root "$root" unbind -n && runs_nothing_else &&
		try --root "$root" crosvm && runs_nothing_else
}

# in_places NAME TEXT: the text wherever a recording has one, one after the other
in_places() {
	for begin in unbound good; do
		$begin
		driver "$fec1" "$2"
		ok "$1: as driver, $begin" on_host

		$begin
		echo "$2" >"$root/$platform/devices/$fec1/driver_override"
		ok "$1: as override, $begin" on_host

		$begin
		mv "$root/$platform/devices/$fec1" "$root/$platform/devices/$2"
		ok "$1: as device, $begin" on_host
	done

	device "$2" /soc/other@1 "$2"
	ln -s "../../../../bus/platform/devices/$2" "$root/sys/kernel/iommu_groups/5/devices"
	ok "$1: as member of the group" on_host

	good
	echo "$2" >"$root/proc/sys/kernel/osrelease"
	echo "$2" >"$root/proc/cmdline"
	echo "$2" >"$root/proc/1/comm"
	echo "arm-smmu $2 GFSR 0x2 GFSYNR1 0x$2" >>"$root/dmesg"
	echo " 78: 7 0 GICv3 290 Level vfio-irq[0]($2)" >>"$root/proc/interrupts"
	ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
	ok "$1: in /proc" on_host
}

# of_tree TREE: the commands that read one
of_tree() {
	try patch -n "$1" && try patch --json -n "$1" && try patch -v -o "$tmp/made" "$1" &&
		try uboot "$1" && try uboot --json "$1" && try uboot -v "$1" &&
		try check --dtb "$1" && try check --json --dtb "$1" &&
		try deps "$1" && try deps --dot "$1" && try deps --json "$1" &&
		try deps --profile "$1" ethernet@5b040000 &&
		try guest -v --host "$1" --virt "$virt" -o "$tmp/made" &&
		try overlay -n --json --host "$1"
}

# in_tree NAME TEXT: the text wherever a tree has one
in_tree() {
	for place in child property string compatible; do
		cp "$(board board-needy)" "$tmp/tree"
		case $place in
		child)
			fdtput -c "$tmp/tree" "$node/$2"
			fdtput -t s "$tmp/tree" "$node/$2" status okay
			fdtput -t x "$tmp/tree" "$node/$2" phandle 7777
			fdtput -t x "$tmp/tree" "$node" extcon 7777
			fdtput -t x "$tmp/tree" "$node/$2" reset-gpios 7778 1 1
			;;
		property)
			fdtput -t s "$tmp/tree" "$node" "$2" "$2"
			fdtput -t x "$tmp/tree" "$node" "$2-gpios" 7777
			;;
		string)
			fdtput -t s "$tmp/tree" / model "$2"
			fdtput -t s "$tmp/tree" "$node" status "$2"
			fdtput -t s "$tmp/tree" "$node" label "$2"
			;;
		compatible)
			fdtput -t s "$tmp/tree" / compatible "$2" fsl,imx8qm
			fdtput -t s "$tmp/tree" "$node" compatible "$2" fsl,imx8qm-fec
			;;
		esac
		ok "$1: a tree's $place" of_tree "$tmp/tree"
	done
}

# in_arguments NAME TEXT: as the name of files, and as the value of options
in_arguments() {
	mkdir -p "$tmp/dir/$2"
	cp "$newer" "$tmp/dir/$2/tree"
	ok "$1: a file's name" of_tree "$tmp/dir/$2/tree"
	ok "$1: the root's name" try --root "$tmp/dir/$2" status
	ok "$1: no file's name" try patch -n "$tmp/none/$2"
	ok "$1: a profile's name" try status -p "$2"
	ok "$1: a profile's file" try status -p "./$2"
	for option in --owner --timeout --frob; do
		ok "$1: bind $option" try bind "$option" "$2"
	done
	ok "$1: check --user" try --root "$root" check --user "$2"
	ok "$1: check --qemu" try --root "$root" check --qemu "$tmp/none/$2"
	ok "$1: uboot --fdt-file" try uboot --fdt-file "$2"
	ok "$1: uboot --format" try uboot --format "$2"
	ok "$1: a command" try "$2"
	ok "$1: a node" try deps "$newer" "$2"
	for option in -append -name -M -device; do
		ok "$1: qemu $option" try qemu -- -kernel Image "$option" "$2"
		ok "$1: qemu $option: a shell" runs_nothing_else
	done
	ok "$1: crosvm" try crosvm -- -p "$2" "$2"
	ok "$1: crosvm: a shell" runs_nothing_else
	for property in summary fits; do
		cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/profile.dtb"
		fdtput -t s "$tmp/profile.dtb" / $property " $2"
		ok "$1: in a profile's $property" try profiles "$tmp/profile.dtb"
		ok "$1: a profile's $property in use" try --root "$root" check -p "$tmp/profile.dtb"
	done
}

# everywhere NAME TEXT
everywhere() {
	in_places "$1" "$2"
	in_tree "$1" "$2"
	in_arguments "$1" "$2"
}

everywhere "commands" "$run_it"
everywhere "a new line" "$forge"
everywhere "another order" "$order"
in_arguments "an option" -n

# A name of quotes is four times as long in a shell's line, which must be whole.
quotes=$(printf '%39s' '' | tr ' ' "'")
filler=$(printf '%112s' '' | tr ' ' c)
longest="a$quotes\\$(printf '%.86s' "$filler")"
good
device "$longest" /soc/other@1 "$filler;touch pwned;#"
group 5 "$longest"
for command in check bind; do
	run --root "$root" $command
	cat "$tmp/out" "$tmp/err" >"$tmp/both"
	sed -n 's/.*unbind it: //p' "$tmp/both" >"$tmp/out"
	ok "the longest names: $command prints a line for a shell" test -s "$tmp/out"
	ok "the longest names: $command: a shell" runs_nothing_else
done
finish
