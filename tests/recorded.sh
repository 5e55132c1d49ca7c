# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# For tests that run the binary on a copy of a recorded board (tests/roots); sourced.
# The copy is in $root and may be changed at will.
. tests/tap.sh

root=$tmp/root
platform=sys/bus/platform

lpcg=5b230000.clock-controller
fec1=5b040000.ethernet
mu2=5d1d0000.mailbox

live=$root/sys/firmware/fdt

# fresh: a new copy, with the tree it runs, which no recording keeps
fresh() {
	rm -rf "$root"
	cp -a tests/roots/imx8qm-mek "$root"
	chmod 666 "$root/dev/kvm" "$root/dev/vfio/vfio"
	cp "$BUILD/tests/dts/imx8qm-mek-running.dtb" "$root/sys/firmware/fdt"
}

# device NAME NODE [DRIVER]: a platform device that was not recorded
device() {
	mkdir -p "$root/sys/devices/platform/$1" "$root/sys/firmware/devicetree/base$2"
	printf 'fsl,dummy\0' >"$root/sys/firmware/devicetree/base$2/compatible"
	: >"$root/sys/firmware/devicetree/base$2/iommus"
	ln -s "../../../firmware/devicetree/base$2" "$root/sys/devices/platform/$1/of_node"
	echo '(null)' >"$root/sys/devices/platform/$1/driver_override"
	echo 0 >"$root/sys/devices/platform/$1/waiting_for_supplier"
	ln -s "../../../devices/platform/$1" "$root/$platform/devices/$1"
	[ $# -lt 3 ] || driver "$1" "$3"
}

# driver DEVICE DRIVER: DRIVER has it
driver() {
	mkdir -p "$root/$platform/drivers/$2"
	: >"$root/$platform/drivers/$2/bind"
	: >"$root/$platform/drivers/$2/unbind"
	ln -sfn "../../../../bus/platform/drivers/$2" "$root/$platform/devices/$1/driver"
}

# group NUMBER DEVICE...: they are in that IOMMU group; a tmpfs lists them as they were made
group() {
	number=$1
	shift
	for member in $(printf '%s\n' "$@" | LC_ALL=C sort); do
		mkdir -p "$root/sys/kernel/iommu_groups/$number/devices"
		ln -s "../../../../bus/platform/devices/$member" \
			"$root/sys/kernel/iommu_groups/$number/devices/$member"
		ln -s "../../../../kernel/iommu_groups/$number" \
			"$root/$platform/devices/$member/iommu_group"
	done
}

# bound: all three devices are bound to vfio-platform
bound() {
	fresh
	for member in "$lpcg" "$fec1" "$mu2"; do
		driver "$member" vfio-platform
		echo vfio-platform >"$root/$platform/devices/$member/driver_override"
	done
	group 5 "$lpcg" "$fec1" "$mu2"
	: >"$root/dev/vfio/5"
}

# good: a board that runs the patched tree, U-Boot has made partition 2, all is bound
good() {
	bound
	chmod 660 "$root/dev/vfio/5"
	"$imxpt" patch -q -o "$live" "$(board mek-like)"
	fdtput -t u "$live" /domu/doma reg 2
}

# unbound: the same before "imxpt bind"
unbound() {
	good
	for member in "$lpcg" "$fec1" "$mu2"; do
		rm -f "$root/$platform/devices/$member/driver" \
			"$root/$platform/devices/$member/iommu_group"
		echo '(null)' >"$root/$platform/devices/$member/driver_override"
	done
	rm -rf "$root/sys/kernel/iommu_groups/5" "$root/dev/vfio/5"
}

# on_board ARGUMENT...: run imxpt there; what it wrote is also in $out and $err
on_board() {
	run --root "$root" "$@"
	# shellcheck disable=SC2034 # the tests look at them
	out=$(cat "$tmp/out") err=$(cat "$tmp/err")
}

# state: every file of the board and what is in it
state() {
	(cd "$root" && find . ! -name imxpt.lock \( -type f -o -type l \) | LC_ALL=C sort |
		while read -r f; do
			echo "$f $(readlink "$f" || tr '\0' '|' <"$f" | cksum)"
		done)
}

# verdicts WORD: the checks with that verdict
verdicts() {
	sed -n "s/^[^ ]* *\([^ ]*\)  *$1 .*/\1/p" "$tmp/out" | tr '\n' ' ' | sed 's/ $//'
}

# smmu: the phandle of the SMMU, which "iommus" begins with
smmu() {
	fdtget -t x "$live" /bus@5b000000/ethernet@5b040000 iommus | cut -d' ' -f1
}

# fires NAME CHECK [TEXT]: that check fails, and no other; its name is in $tmp/fired
fires() {
	echo "$2" >>"$tmp/fired"
	on_board check
	is "$1: only $2 fails" "3 $2" "$rc $(verdicts fail)"
	[ $# -lt 3 ] || has "$1: the evidence" "$out" "$3"
}

# warns NAME CHECK [TEXT]: that check warns, and nothing fails
warns() {
	echo "$2" >>"$tmp/fired"
	on_board check
	is "$1: $2 warns" "0 $2 " "$rc $(verdicts warn) $(verdicts fail)"
	[ $# -lt 3 ] || has "$1: the evidence" "$out" "$3"
}
