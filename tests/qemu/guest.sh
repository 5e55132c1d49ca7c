#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make the guest's tree and QEMU's command line from each real tree of an i.MX 8QM with an
# SMMU and from a real QEMU's dump, and check them with dtc, QEMU and a real kernel.  The
# machine is the one of "imxpt qemu", but emulated; tests/qemu/vfio.c emulates VFIO and the
# devices.
#
# shellcheck disable=SC2317 # ok() calls the functions
set -u

mac=00:04:9f:01:02:03

# shellcheck source=tests/qemu/which.sh
. tests/qemu/which.sh
# shellcheck source=tests/dts.sh
. tests/dts.sh
BUILD=$(realpath "$BUILD")
imxpt=$BUILD/imxpt
programs=$BUILD/tests/qemu

for tool in dtc fdtget fdtput cpio swtpm; do
	command -v "$tool" >/dev/null || skip_all "QEMU: $tool is missing"
done
trees=$(tests/real-trees.sh) || skip_all "QEMU: Debian's archive is out of reach"
busybox=$(tests/debian-arm64.sh build/real/packages busybox-static) ||
	skip_all "QEMU: Debian's archive is out of reach"
here=$(realpath tests/qemu)
board=$(realpath tests/roots/imx8qm-mek)
packages=$(realpath build/real/packages)
trees=$(echo "$trees" | sed "s| | $PWD/|")
cd "$tmp" || exit

# line ARGUMENTS...: what "imxpt qemu" prints for the emulated machine, and what $mine adds
mine=
line() {
	# shellcheck disable=SC2086 # words
	"$imxpt" qemu -q -p "$profile" "$@" -M virt,gic-version=3 -accel tcg -cpu cortex-a57 \
		-m 256M $mine |
		sed "s|^qemu-system-aarch64 |$qemu |"
}

dump() {
	eval "$(line --dump --)" && [ -s virt.dtb ]
}

make_guest() {
	# shellcheck disable=SC2086 # an option and an address for each port
	"$imxpt" guest -q -p "$profile" $macs --host "$host" --virt virt.dtb "$@"
}

# The same again, and its plan.
is_made_again() {
	make_guest -o again.dtb && cmp guest.dtb again.dtb &&
		make_guest -n --json >guest.json && grep -q '"dropped"' guest.json
}

is_refused_as_a_dump() {
	! "$imxpt" guest -q -p "$profile" --host "$host" --virt guest.dtb -o again2.dtb 2>err &&
		[ ! -e again2.dtb ] && sed -n 1p err | grep '^imxpt: guest: '
}

warnings() {
	dtc -I dtb -O dtb -o "$tmp/ignored" "$1" 2>&1 | sed 's/^[^:]*: //' | sort
}

has_no_new_warning() {
	warnings virt.dtb >virt.warnings
	warnings guest.dtb | comm -13 virt.warnings - >new.warnings
	cat new.warnings
	[ ! -s new.warnings ]
}

# refs marks a reference to no node, or to two nodes.
all_references_have_a_target() {
	"$programs/refs" guest.dtb >guest.refs && [ -s guest.refs ] && ! grep ' !' guest.refs
}

# Paths from a passed device on: the buses above it differ in the two trees.
# shellcheck disable=SC2016 # this is awk's
short_path='
function short(path) {
	for (i = 1; i <= n; i++)
		if (match(path "/", "/" names[i] "/"))
			return substr(path, RSTART + 1)
	return path
}
BEGIN { n = split(passed, names, " ") }'

# "NODE PROPERTY TARGET [ARGUMENT...]" of the passed devices and what is below them.
references_of_passed() {
	"$programs/refs" "$1" | awk -v passed="$passed" "$short_path"'
	$2 != "interrupt-parent" && short($1) != $1 {
		$1 = short($1)
		$3 = short($3)
		print
	}' | sort
}

# "NODE PROPERTY TARGET" of what the program reports as dropped.
dropped() {
	awk -v passed="$passed" "$short_path"'
	/"dropped": \[/ { dropped = 1 }
	/"warnings"/ { dropped = 0 }
	dropped && /"(node|property|target)":/ {
		gsub(/.*": *"|",?$/, "")
		line = line " " short($0)
	}
	dropped && /}/ { print substr(line, 2); line = "" }' guest.json | sort -u
}

# Each reference of the host is in the guest, or is reported as dropped; the guest has no others.
all_references_are_accounted_for() {
	references_of_passed "$host" >host.refs
	references_of_passed guest.dtb >guest.refs
	dropped >dropped.refs
	comm -23 host.refs guest.refs | awk '{ print $1, $2, $3 }' | sort -u |
		comm -23 - dropped.refs >lost.refs
	comm -13 host.refs guest.refs >new.refs
	cat lost.refs new.refs
	[ -s host.refs ] && [ ! -s lost.refs ] && [ ! -s new.refs ]
}

# flat, sorted, without the values that differ at each start
settled() {
	flat "$1" | grep -v -e '^/memory' -e '^/chosen/ .*-seed' | sort
}

qemu_keeps_it() {
	eval "$(line --dump --) -M dumpdtb=kept.dtb -dtb guest.dtb" && settled guest.dtb >want &&
		settled kept.dtb | diff want -
}

# Make the host's sysfs that QEMU reads, and describe the devices to vfio.c.
make_devices() {
	VFIO_DEVICES='' VFIO_SYSFS=$tmp/sys
	for name in $passed; do
		device=${name#*@}.${name%@*}
		case $name in
		ethernet@*) irqs=4 ;;
		mailbox@*) irqs=1 ;;
		*) irqs=0 ;;
		esac
		VFIO_DEVICES="$VFIO_DEVICES;$device:$irqs:0x10000"
		mkdir -p "sys/$device/of_node"
		printf 'fsl,dummy\0' >"sys/$device/of_node/compatible"
		ln -sfn /sys/kernel/iommu_groups/0 "sys/$device/iommu_group"
	done
	VFIO_DEVICES=${VFIO_DEVICES#;}
	export VFIO_DEVICES VFIO_SYSFS
}

# With the whole line, as it is printed.
qemu_has_the_same_layout() {
	make_devices
	eval "$programs/guest_slots $programs/vfio.so guest.dtb $(
		line -- -S -qmp stdio -nic none -display none
	)"
}

# Properties that are not references; newer QEMU marks the whole machine coherent.
it_has_what_a_guest_needs() {
	fdtput -t x virt.dtb / dma-coherent && make_guest -o newer.dtb || return 1
	bus=/$(fdtget -l newer.dtb / | grep '^platform')
	same "$bus/ethernet@5b040000" "$(fdtget newer.dtb /aliases ethernet0)" &&
		same "$bus/mailbox@5d1d0000" "$(fdtget newer.dtb /aliases mu2)" &&
		same '0 4 9f 1 2 3' \
			"$(fdtget -t bx newer.dtb "$bus/ethernet@5b040000" local-mac-address)" &&
		lacks newer.dtb / '.*coherent.*' && lacks newer.dtb "$bus" '.*coherent.*' &&
		lacks newer.dtb /chosen '.*seed.*' || return 1
	for name in $passed; do
		same dma-noncoherent "$(fdtget -p newer.dtb "$bus/$name" | grep coherent)" || return 1
	done
}

# On the board that the profiles are for, the devices lose only the IOMMU, and the address in
# the fuses, since --mac gives one.
only_iommu_and_fuses_are_dropped() {
	for name in $passed; do
		{
			fdtget -p "$host" "/bus@5b000000/$name" 2>/dev/null ||
				fdtget -p "$host" "/bus@5d000000/$name"
		} | grep -xE 'iommus|nvmem-cells|nvmem-cell-names' | sed "s/^/$name /"
	done | sort >want
	for name in $passed; do
		dropped | grep "^$name"
	done | cut -d ' ' -f 1,2 | sort -u | diff want - && grep -q ' iommus$' want
}

make_initrd() {
	mkdir -p root/bin root/proc root/sys root/dev
	dpkg-deb --fsys-tarfile "$busybox" | tar -xO --wildcards '*/bin/busybox' >root/bin/busybox
	chmod +x root/bin/busybox
	cp "$here/init" root/init
	(cd root && find . | cpio -o -H newc --quiet) >initrd
}

# boot TREE: with the line that runs the guest, without the devices.
boot() {
	[ -e "vmlinuz-$series" ] ||
		dpkg-deb --fsys-tarfile "$packages"/linux-image-"$series".*.deb |
		tar -xO --wildcards './boot/vmlinuz-*' >"vmlinuz-$series"
	[ -e initrd ] || make_initrd
	run=$(line -- -no-reboot -nic none -kernel "vmlinuz-$series" -initrd initrd \
		-append 'console=ttyAMA0 panic=-1' |
		sed "s/ -device .*//; s/ -dtb guest.dtb/ -dtb $1/")
	eval "timeout 120 $run" </dev/null 2>&1 | tr -d '\r' >console
	grep -x end console || {
		tail -n 20 console
		return 1
	}
}

# kernel_has TREE ADDRESS BUS: the kernel complains of nothing, has each node of the tree,
# and a device for each passed one, a child of BUS, with the guest's address in its name:
# windows of 64 KiB from ADDRESS on.
kernel_has() {
	at=$2
	{
		echo "model $(fdtget "$1" / compatible)"
		settled "$1" | sed -n 's|^\(/[^ ]*\)/$|node \1|p'
		for name in $passed; do
			printf 'device %x.%s %s/%s\n' "$at" "${name%@*}" "$3" "$name"
			at=$((at + 65536))
		done
	} | sort >want
	# shellcheck disable=SC2086 # words
	grep -E "^(node|model|complaint) |^device .* $3/($(echo $passed | tr ' ' '|'))\$" console |
		grep -v '^node /memory' | sort | diff want -
}

make_overlay() {
	# shellcheck disable=SC2086 # an option and an address for each port
	"$imxpt" overlay -q -p "$profile" $macs --host "$host" -o guest.dtbo
}

# QEMU's dump with the overlay, and with addresses and interrupts as crosvm gives them: with
# 512 MiB, and two PCI functions before the devices.
merge() {
	at=2684354560 spi=6 # 0xa0000000
	fdtoverlay -i virt.dtb -o merged.dtb guest.dtbo || return 1
	for name in $passed; do
		n=$(fdtget -t x merged.dtb "/$name" interrupts 2>/dev/null | wc -w)
		fdtput -t x merged.dtb "/$name" reg 0 "$(printf %x $at)" 0 10000 || return 1
		at=$((at + 65536))
		[ "$n" -gt 0 ] || continue
		# shellcheck disable=SC2046 # words
		fdtput -t u merged.dtb "/$name" interrupts \
			$(seq $spi $((spi + n / 3 - 1)) | sed 's/.*/0 & 4/') || return 1
		spi=$((spi + n / 3))
	done
}

merged_references_have_a_target() {
	"$programs/refs" merged.dtb >merged.refs && [ -s merged.refs ] && ! grep ' !' merged.refs
}

# Each reference of the guest's devices is in the merged tree too.
merged_has_the_same_references() {
	references_of_passed guest.dtb >guest.refs
	references_of_passed merged.dtb | diff guest.refs - && [ -s guest.refs ]
}

check_overlay() {
	ok 'the overlay is made' make_overlay
	ok "fdtoverlay applies it to QEMU's tree" merge
	ok 'all its references have a target' merged_references_have_a_target
	ok 'they are those of the guest' merged_has_the_same_references
	ok 'a kernel boots with it' boot merged.dtb
	ok 'and has its nodes and devices' kernel_has merged.dtb 2684354560 ''
}

check_accepts_it() {
	"$imxpt" --root "$board" check --qemu "$qemu" >checked
	grep -E '  qemu +ok +.*QEMU emulator version' checked && grep -E ' qemu-device +ok ' checked
}

check_guest() {
	guests=$((guests + 1))
	prefix="$series $(basename "$host" .dtb), $profile: "
	rm -rf ./*.dtb console sys
	ok 'QEMU dumps its tree' dump
	ok 'the guest is made' make_guest -o guest.dtb
	[ -e guest.dtb ] || return
	ok 'the same guest again' is_made_again
	ok 'a guest is not accepted as a dump' is_refused_as_a_dump
	ok 'no new warning of dtc' has_no_new_warning
	ok 'all references have a target' all_references_have_a_target
	ok "each of the host's is there, or reported as dropped" all_references_are_accounted_for
	ok 'it has what a guest needs' it_has_what_a_guest_needs
	ok 'QEMU keeps it' qemu_keeps_it
	ok 'QEMU has the same addresses and interrupts' qemu_has_the_same_layout
	case $host in # a boot takes its time
	*/imx8qm-mek.dtb)
		ok 'only the IOMMU and the fuses are dropped' only_iommu_and_fuses_are_dropped
		ok 'a kernel boots with it' boot guest.dtb
		ok 'and has its nodes and devices' kernel_has guest.dtb 201326592 "/$(
			fdtget -l guest.dtb / | grep '^platform'
		)" # 0xc000000
		prefix="${prefix}crosvm: "
		check_overlay
		;;
	esac
}

guests=0
while read -r series host; do
	fdtget "$host" /iommu@51400000 compatible >/dev/null 2>&1 || continue
	profile=imx8qm-fec1
	macs="--mac $mac"
	passed='clock-controller@5b230000 ethernet@5b040000 mailbox@5d1d0000'
	check_guest
	profile=imx8qm-fec1-fec2
	macs="--mac $mac --mac ${mac%3}4"
	passed='clock-controller@5b230000 ethernet@5b040000 clock-controller@5b240000
		ethernet@5b050000 mailbox@5d1d0000'
	check_guest
done <<END
$trees
END

# The line that dumps must have the user's firmware and memory: QEMU's tree has a button only
# without firmware.  The firmware may be zeros, because nothing runs.
dumps() {
	has_button=$1
	shift
	rm -f virt.dtb
	eval "$(line --dump -- "$@")" >out 2>&1
	cat out
	[ -s virt.dtb ] && same "$has_button" \
		"$(fdtget -l virt.dtb / | grep -c -e '^gpio-keys' -e '^pl061@')"
}
truncate -s 64M zeros
mkdir firmware
ln zeros firmware/flash
profile=imx8qm-fec1
prefix='the line that dumps: '
ok 'no firmware' dumps 2
ok '-bios' dumps 0 -bios zeros
ok '-L' dumps 0 -L firmware -bios flash
ok '-M firmware=' dumps 0 -M firmware=zeros
ok '-pflash' dumps 0 -pflash zeros
ok '-drive if=pflash' dumps 0 -drive if=pflash,format=raw,file=zeros
ok '-drive, by its id' dumps 0 -drive if=none,id=f,format=raw,file=zeros -M pflash0=f
ok '-blockdev' dumps 0 -blockdev driver=file,node-name=f,filename=zeros -M pflash0=f
ok '-blockdev in JSON' dumps 0 -M pflash0=f \
	-blockdev "{'driver':'file','node-name':'f','filename':'zeros'}"
for backend in memory-backend-ram,id=r,size=256M size=256M,id=r,qom-type=memory-backend-ram \
	'{"qom-type":"memory-backend-ram","id":"r","size":268435456}'; do
	ok "-object $backend" dumps 2 -object "$backend" -M memory-backend=r
done

# A device of QEMU's own on the same bus is before the passed ones.
with_tpm() {
	rm -rf tpm
	mkdir tpm
	swtpm socket --tpm2 --daemon --terminate --tpmstate "dir=$tmp/tpm" \
		--ctrl "type=unixio,path=$tmp/tpm/socket" && "$@"
}
is_before_the_passed_ones() {
	fdtget -t x guest.dtb /platform-bus@c000000 ranges | tee out |
		grep '5b230000 0 c010000 0 10000 .*5b040000 0 c020000 0 10000 '
}
prefix='a TPM: '
host=$(echo "$trees" | sed -n 's|^[^ ]* \(.*/imx8qm-mek.dtb\)$|\1|p' | tail -n 1)
macs="--mac $mac"
passed='clock-controller@5b230000 ethernet@5b040000 mailbox@5d1d0000'
mine="-chardev socket,id=t,path=tpm/socket -tpmdev emulator,id=t,chardev=t -device tpm-tis-device,tpmdev=t"
ok 'is in the dump' with_tpm dump
ok 'is kept in the guest' make_guest -o guest.dtb
ok 'has the first window' is_before_the_passed_ones
ok 'QEMU has the same addresses and interrupts' with_tpm qemu_has_the_same_layout
mine=

prefix="'imxpt check': "
ok 'accepts this QEMU' check_accepts_it
prefix="Debian's kernels: "
ok 'have a tree with an SMMU' test $guests -gt 0
finish
