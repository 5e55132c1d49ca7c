#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/record.sh: a recording of a board is judged as the board is, and holds nothing
# that tells one board from another.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

node=/bus@5b000000/ethernet@5b040000
copy=$tmp/copy

good
fdtput -t bx "$live" $node local-mac-address 00 04 9f aa bb cc
fdtput -t s "$live" / serial-number 0123456789abcdef
fdtput -t s "$live" / board-serial 0123456789abcdef
fdtput -t bx "$live" $node local-bd-address 00 04 9f aa bb cc
fdtput -t s -p "$live" /chosen bootargs "fec.macaddr=0x00,0x04,0x9f,0xaa,0xbb,0xcc ip=::00:04:9f:aa:bb:cc quiet"
fdtput -t x "$live" /chosen kaslr-seed 11223344 55667788
echo "root=PARTUUID=d0c5-02 resume=/dev/disk/by-uuid/d0c5-03 rd.luks.uuid=d0c5-04" \
	"fec.macaddr=0x00,0x04,0x9f,0xaa,0xbb,0xcc x=00:04:9f:AA:bb:cc" \
	"androidboot.serialno=0123456789abcdef SERIAL=0123456789abcdef quiet" >"$root/proc/cmdline"
mkdir -p "$root/sys/firmware/devicetree/base$node"
printf '\0\04\237\252\273\314' >"$root/sys/firmware/devicetree/base$node/local-mac-address"
echo 0 >"$root/$platform/devices/$fec1/waiting_for_supplier"
echo "[    1.234567] fec: MAC 00:04:9f:aa:bb:cc" >>"$root/dmesg"
gzip -c "$root"/boot/config-* >"$root/proc/config.gz"
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
ln -s "socket:[1]" "$root/proc/1/fd/1"

ok "it records" tests/record.sh "$copy" "$root"
for command in check "check --json" status "status --json" "bind -n" "unbind -n"; do
	# shellcheck disable=SC2086 # words
	on_board $command
	want="$rc $out $err"
	# shellcheck disable=SC2086
	run --root "$copy" $command
	is "$command: the same answer" "$want" "$rc $(cat "$tmp/out") $(cat "$tmp/err")"
done
is "what is masked on the command line" \
	"root=PARTUUID=masked resume=/dev/disk/by-uuid/masked rd.luks.uuid=masked fec.macaddr=masked x=00:00:00:00:00:00 androidboot.serialno=masked SERIAL=masked quiet" \
	"$(cat "$copy/proc/cmdline")"
is "and in the tree's" "fec.macaddr=masked ip=::00:00:00:00:00:00 quiet" \
	"$(fdtget "$copy/sys/firmware/fdt" /chosen bootargs)"
is "no seed, no serial number, no address" "" \
	"$(dtc -q -I dtb -O dts "$copy/sys/firmware/fdt" | grep -E 'seed|serial|mac-addr|bd-addr')"
is "nor anywhere else" "" \
	"$(grep -rlE '0123456789abcdef|[aA][aA]:bb:cc|0xaa|d0c5' "$copy"; find "$copy" -name '*mac-address*')"
is "of the kernel log, what the SMMU's driver wrote" 3 "$(grep -c . "$copy/dmesg")"
is "of a process, only who has the group" "fd/0 comm" \
	"$(cd "$copy/proc/1" && echo fd/* comm)"
rc=0
tests/record.sh "$copy" "$root" >"$tmp/said" 2>&1 || rc=$?
is "a directory that is there is left alone" "1 record.sh: $copy is there already" \
	"$rc $(cat "$tmp/said")"

rm "$live" "$root/proc/config.gz" "$root/proc/cmdline"
ok "a board without a tree" tests/record.sh "$tmp/poor" "$root"
run --root "$tmp/poor" check
has "is judged as far as it goes" "$(tail -n 1 "$tmp/out")" "ready as far as checked: the running tree could not be read: "

finish
