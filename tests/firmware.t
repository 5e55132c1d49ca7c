#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check --ask-firmware, on recorded answers of the system controller's firmware.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

ENET_0=251 MU_2A=215

# answer CALL NUMBER ANSWER: what the firmware answers, from now on
answer() {
	grep -v "^$1 $2 " "$root/firmware" >"$tmp/firmware" || :
	echo "$1 $2 0 = $3" >>"$tmp/firmware"
	mv "$tmp/firmware" "$root/firmware"
}

# asked: a good board, whose firmware has all as it should be
asked() {
	good
	: >"$root/firmware"
	answer get_partition 0 2
	answer get_resource_owner 214 1
	for resource in $ENET_0 $MU_2A; do
		answer get_resource_owner "$resource" 2
		answer get_resource_info "$resource" 0
		answer is_resource_master "$resource" 0
		answer get_resource_power_mode "$resource" 3
	done
	answer get_resource_info $ENET_0 18
	answer is_resource_master $ENET_0 1
	for pad in $(fdtget -t u "$live" /domu/doma pads); do
		answer is_pad_owned "$pad" 1
	done
}

# row NAME: the verdict and the evidence of a row
row() {
	sed -n "s/^firmware  *$1  *//p" "$tmp/out" | tr -s ' '
}

# finds NAME CHECK VERDICT TEXT: that row of the firmware says so, and no other fails
finds() {
	on_board check --ask-firmware
	has "$1: the evidence" "$(row "$2")" "$3 "
	has "$1: what it says" "$(row "$2")" "$4"
	other=$(sed -n "/^firmware  *$2 /d; s/^\(firmware.*\) fail .*/\1/p" "$tmp/out")
	is "$1: no other row of the firmware fails" "" "$other"
}

asked
on_board check
is "without --ask-firmware nothing is asked" "" "$(grep '^firmware' "$tmp/out")"
has "and the row of the tree says how to ask" "$out" "--ask-firmware shows what is set"
on_board check --ask-firmware
is "all is well" "0 " "$rc $(verdicts fail)"
is "whose calls they are" "ok calls through MU_2A (215) act as partition 2, and the host is partition 1" \
	"$(row firmware-caller)"
is "owners" "ok the guest's partition owns all 2 resources" "$(row firmware-owners)"
is "pads" "ok the guest's partition owns all 2 pads" "$(row firmware-pads)"
is "stream ids" "ok ENET_0 (251) has stream id 0x12, as in iommus" "$(row firmware-streams)"
is "masters" "ok the firmware and the profile agree on the bus masters" \
	"$(row firmware-masters)"
has "power" "$(row firmware-power)" "ok MU_2A (215) is on, and 1 of the guest's other 1"

answer get_resource_info $ENET_0 0
finds "no stream id" firmware-streams fail "booti did not set 0x12"
answer get_resource_info $ENET_0 19
finds "another stream id" firmware-streams fail "has stream id 0x13, and iommus has 0x12"

asked
answer get_partition 0 1
answer get_resource_owner $MU_2A 1
finds "no partition" firmware-caller fail "act as partition 1, the host's: U-Boot's scu_rm made no"
is "no partition: the stream id is looked at anyway" \
	"ok ENET_0 (251) has stream id 0x12, as in iommus" "$(row firmware-streams)"
for name in owners pads power; do
	is "no partition: $name are not" "skip not checked: 'firmware-caller' failed" \
		"$(row firmware-$name)"
done
asked
answer get_partition 0 3
finds "another partition than U-Boot wrote" firmware-caller fail "scu_rm wrote 2 to the domain's reg"

asked
answer get_resource_owner $ENET_0 1
finds "a resource of the host's" firmware-owners fail "resource ENET_0 (251) belongs to partition 1, not to the guest's 2"
asked
answer is_pad_owned 165 0
finds "a pad of the host's" firmware-pads fail "the guest's partition lacks 1 of 2 pads, such as pad 165"
asked
answer is_resource_master $MU_2A 1
finds "a bus master that the profile does not know" firmware-masters fail "the firmware reports MU_2A (215) as a bus master"
asked
answer is_resource_master $ENET_0 0
finds "none where the profile has one" firmware-masters warn "the firmware does not report ENET_0 (251) as a bus master"
asked
answer get_resource_power_mode $MU_2A 0
finds "no power" firmware-power fail "MU_2A (215) is off"

# What is not seen.
asked
sed -i "/^get_resource_info $ENET_0 /d" "$root/firmware"
on_board check --ask-firmware
is "an answer that was not recorded" "0 skip not seen: get_resource_info ENET_0 (251): the recording has no answer to this call" \
	"$rc $(row firmware-streams)"
rm "$root/firmware"
on_board check --ask-firmware
has "no recording" "$(row firmware-caller)" "skip not seen: cannot open /firmware"
mkdir "$root/firmware"
on_board check --ask-firmware
has "a directory" "$(row firmware-caller)" "skip not seen: "
rmdir "$root/firmware"
asked
ln -sf /dev/vfio/5 "$root/proc/1/fd/0"
on_board check --ask-firmware
has "a guest runs" "$(row firmware-caller)" "skip not seen: /dev/vfio/5 is in use by 1 ("
ln -sf 5 "$root/dev/vfio/5" # it cannot be opened
on_board check --ask-firmware
has "it is not known whether a guest runs" "$(row firmware-caller)" "ok calls through"
asked
on_board check --ask-firmware --dtb "$live"
has "a tree that is not booted" "$(row firmware-caller)" "--dtb names another"
rm "$live"
on_board check --ask-firmware
has "no tree" "$(row firmware-caller)" "skip not seen: /sys/firmware/fdt does not exist"
asked
sed -i 's/^get_partition .*/get_partition 0 0 ! -110/' "$root/firmware"
on_board check --ask-firmware
has "a mailbox that gave no answer fails as it did live" "$(row firmware-caller)" \
	"fail get_partition: the call failed on the recorded board"

# The file is from outside.
asked
head -c 3000 /dev/urandom >>"$root/firmware"
on_board check --ask-firmware
is "bytes after the answers" "0" "$rc"
head -c 3000 /dev/urandom >"$root/firmware"
on_board check --ask-firmware
has "nothing but bytes" "$(row firmware-caller)" "the recording has no answer to this call"
asked
answer get_partition 0 77
on_board check --ask-firmware
has "a partition that cannot be" "$(row firmware-caller)" "fail get_partition: the firmware answers with partition 77"

printf 'get_partition 0 0 ' >"$root/firmware"
on_board check --ask-firmware
has "a line that is cut" "$(row firmware-caller)" "the recording has no answer to this call"

asked
on_board check --ask-firmware --verbose
is "each call is a line as it was recorded" "$(LC_ALL=C sort "$root/firmware")" "$(LC_ALL=C sort "$tmp/err")"
finish
