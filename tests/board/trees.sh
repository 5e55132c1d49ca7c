#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boot the guests of real boards' trees without a host, for its speed: the devices are where
# imxpt guest says, with the system controller behind them, and DMA goes to memory.
#
#	trees.sh		the trees: those of Debian's 6.12, and what check-real has got
#	trees.sh --boot TREE	boot one; what it says is for run.sh
set -eu
cd "$(dirname "$0")/../.."

board=build/board
port=/bus@5b000000/ethernet@5b040000

# Those of sid only as the tests know them: see tests/real-trees.sh.
is_known() {
	case $1 in
	*/linux-base-*) grep -q "^$(sha256sum <"$1" | cut -d ' ' -f 1) " tests/golden/newest-trees ;;
	esac
}

# One of each name; those without an SMMU have no stream ids, and are no use here.
list() {
	find "$board"/linux-6.12/usr/lib build/real -name 'imx8qm-*.dtb' 2>/dev/null |
		while read -r tree; do
			if is_known "$tree" && fdtget "$tree" $port iommus >/dev/null 2>&1; then
				echo "${tree##*/} $tree"
			fi
		done | sort -u -k1,1 | cut -d ' ' -f 2
}

# The addresses of the PHYs on the first port's bus.
phys() {
	fdtget -l "$1" $port/mdio 2>/dev/null | while read -r phy; do
		printf ',phy=%s' "$(fdtget -t u "$1" "$port/mdio/$phy" reg)"
	done
}

# is_expected MADE: did the firmware refuse only what was to be expected?  That is the rate
# of a cluster, which Linux's clock driver asks for though it is not its own, and pads that
# the board's tree has for the port besides those of the profile: imxpt guest warns of them.
is_expected() {
	sed -n 's/^scfw refused-//p' "$1.log" | grep -vE '^2\.6-of-(0|5|6) 4$' |
		while read -r call _; do
			grep -q "pad ${call#6.15-of-} is not assigned" "$1.said" || exit 1
		done
}

boot() {
	tree=$1
	made=$board/trees/guest-of-$(basename "$tree" .dtb)

	build/imxpt patch -q -o "$made-host.dtb" "$tree" >"$made.said" 2>&1
	build/imxpt uboot --json "$made-host.dtb" >"$made-host.json"
	build/imxpt guest --json --mac 00:04:9f:01:02:03 --host "$tree" \
		--virt "$board/trees/direct.dtb" -o "$made.dtb" >"$made.json" 2>>"$made.said"
	timeout 300 qemu-system-aarch64 -M virt,gic-version=3 -cpu cortex-a76,pmu=off -m 512M -nographic \
		-nic none -no-reboot -kernel "$board/nested/guest/Image" \
		-initrd "$board/nested/guest/initrd" -dtb "$made.dtb" \
		-append "$(cat tests/board/cmdline) quiet look=packets drivers=scu" \
		-plugin "file=$board/models.so,uboot=$made-host.json,guest=$made.json,scfw=on$(phys "$tree")" \
		</dev/null 2>&1 | tr -d '\r' >"$made.log" || :
	sed 's/^/# /' "$made.log"
	echo "# begin of trees"
	saw "the guest ends" 'the guest is done'
	saw "the link is up" 'link 0 up'
	saw "the peer answers" 'replies 0 3 of 3'
	saw "the address is the one that was given" 'address 0 00:04:9f:01:02:03'
	saw "nothing is without power or clock" 'fec1 unanswered 0'
	saw "the host's resources stay on" 'scfw lowered 0'
	if is_expected "$made"; then
		echo "ok 7 - the firmware refuses only what imxpt guest has warned of"
	else
		echo "not ok 7 - the firmware refuses only what imxpt guest has warned of"
	fi
	echo "# end of trees"
}

number=0
saw() {
	number=$((number + 1))
	if grep -qx "$2" "$made.log"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
	fi
}

case ${1-} in
--boot) boot "$2" ;;
*) list ;;
esac
