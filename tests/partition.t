#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The partition that Linux makes: its tree, what U-Boot does to it, what check reports, and the plan of
# the calls on a recorded board.  The calls themselves: test_partition.c, and board/scenarios.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

mu_node=/bus@5d000000/mailbox@5d1d0000
tree=$tmp/linux.dtb

# The tree.

run patch -q --partition linux -o "$tree" "$(board mek-like)"
is "a tree for Linux" 0 "$rc"
is "the mailbox keeps its power domain" "$(fdtget "$(board mek-like)" /system-controller/power-controller phandle) 215" \
	"$(fdtget -t u "$tree" $mu_node power-domains)"
is "and U-Boot takes no stream id's resource from it" "0 " \
	"$(fdtget -t bx "$tree" $mu_node fsl,sc_rsrc_id >"$tmp/a"; echo "$? $(cat "$tmp/a")")"
is "the domain is disabled" disabled "$(fdtget "$tree" /domu/doma status)"
"$imxpt" patch -q -o "$tmp/uboot.dtb" "$(board mek-like)"
changed() { dtc -q -I dtb -O dts "$1" | sed 's/^[[:space:]]*//'; }
changed "$tree" >"$tmp/a"
changed "$tmp/uboot.dtb" >"$tmp/b"
is "the rest is as ever" 'fsl,sc_rsrc_id;
power-domains = <0x03 0xd7>;
status = "disabled";' "$(diff "$tmp/b" "$tmp/a" | sed -n 's/^[<>] //p' | LC_ALL=C sort)"
cp "$tree" "$tmp/again.dtb"
run patch --partition linux -o "$tmp/again.dtb" "$tmp/again.dtb"
is "patched again: nothing to do" "0 imxpt: patch: nothing to do" "$rc $(tail -n 1 "$tmp/err")"
run patch -q -o "$tmp/back.dtb" "$tree"
is "patched for U-Boot after all" "0 okay" "$rc $(fdtget "$tmp/back.dtb" /domu/doma status)"
run patch -q --partition uboot -o "$tmp/same.dtb" "$(board mek-like)"
ok "uboot is the default" cmp "$tmp/uboot.dtb" "$tmp/same.dtb"
conflicts() {
	run patch -n "$@" "$(board board-in-use)"
	cat "$tmp/err"
}
is "what the host loses is named as ever" "$(conflicts)" "$(conflicts --partition linux)"
has "such as" "$(conflicts)" "which is assigned to the domain"
run patch -n --partition linux "$(board board-newer)"
has "a node that U-Boot does not disable" "$(cat "$tmp/err")" "/dsp@556e8000: power-domains names \
resource 215, which is assigned to the domain: the system controller refuses this resource to the host"

run patch --partition xen -n "$(board mek-like)"
is "who else" "2 imxpt: patch: --partition is uboot or linux, not 'xen'" "$rc $(head -n 1 "$tmp/err")"
run patch --partition linux --as-documented -n "$(board mek-like)"
is "the guide's tree is U-Boot's" 2 "$rc"
has "and says so" "$(cat "$tmp/err")" "--as-documented excludes --partition linux"
run patch --partition linux -p ghaf-guide -n "$(board mek-like)"
is "nor as a profile" "1 imxpt: patch: the profile ghaf-guide leaves the partition to U-Boot" \
	"$rc $(head -n 1 "$tmp/err")"
cp "$(board mek-like)" "$tmp/no-pd.dtb"
fdtput -t s "$tmp/no-pd.dtb" /system-controller/power-controller compatible other
run patch --partition linux -n "$tmp/no-pd.dtb"
has "no power domains" "$rc $(cat "$tmp/err")" "1 imxpt: patch: "
has "no power domains: the reason" "$(cat "$tmp/err")" "the tree has no power domains (fsl,scu-pd), so Linux cannot power the mailbox"

fresh
rm -f "$root/sys/firmware/fdt"
run --root "$root" partition -n
has "no running tree" "$rc $(cat "$tmp/err")" "1 imxpt: partition: the running tree cannot be read: "
has "no running tree: the fix" "$(cat "$tmp/err")" "
  fix: run this as root on the board"

# What U-Boot does to it.

run uboot "$tree"
has "U-Boot makes no partition" "$(cat "$tmp/out")" "# /domu/doma: no partition: its status is not \"okay\""
has "U-Boot has nothing to do" "$(cat "$tmp/out")" "
# U-Boot only has to boot it"
has "but sets the first stream id" "$(cat "$tmp/out")" "ethernet@5b040000: stream id 0x12 is set for resource ENET_0 (251)"
is "nothing for its environment" "" "$(grep -v '^#' "$tmp/out" | grep . || :)"
run uboot --fdt-file host.dtb "$tree"
is "but the tree's name" "setenv fdt_file 'host.dtb'
saveenv" "$(grep -v '^#' "$tmp/out" | grep .)"
run uboot --json "$tree"
has "as data" "$(cat "$tmp/out")" '"partition_by_linux": true'
run uboot --json "$tmp/uboot.dtb"
has "as data, of the other" "$(cat "$tmp/out")" '"partition_by_linux": false'

# A board that runs it.

good
cp "$tree" "$live"
on_board check
is "check: nothing fails" "0 " "$rc $(verdicts fail)"
has "check: the partition is not seen" "$(grep ' partition ' "$tmp/out")" \
	"skip     not seen: only the firmware knows whether Linux has made the partition: --ask-firmware asks it"
unbound
cp "$tree" "$live"
on_board check
has "check: how to make it" "$(grep ' partition ' "$tmp/out")" "note     the tree leaves the partition to Linux: 'imxpt bind --partition' makes it"
on_board bind -n
is "bind without the partition is refused" "1 imxpt: bind: the running tree leaves the guest's partition to Linux: without it a guest would switch off resources of the host
  fix: run 'imxpt bind --partition'; --force skips this check" "$rc $err"
on_board bind -n --force
is "but for --force" 0 "$rc"
on_board bind -n --partition
is "bind with it" 0 "$rc"
is "the last line makes it" "imxpt partition -p imx8qm-fec1" "$(tail -n 1 "$tmp/out")"
on_board bind -n --partition --owner 1000 --json
has "as data" "$out" '"partition": "make"'
has "as data, the owner" "$out" '"owner": "1000"'
deep=$(printf '%0500d' 0 | sed 's|0000000000|0123456789/|g')
mkdir -p "$tmp/$deep"
cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/$deep/profile.dtb"
on_board bind -n --partition -p "$tmp/$deep/profile.dtb"
is "with a long path to the profile" "imxpt partition -p $tmp/$deep/profile.dtb" \
	"$(tail -n 1 "$tmp/out")"
on_board partition -n
is "the calls of a new start" "CALL
partition_alloc
set_parent new 1
set_resource_power_mode MU_2A (215) 3
set_resource_power_mode ENET_0 (251) 0
assign_resource ENET_0 (251) new
assign_pad 166 new
assign_pad 165 new
set_master_sid ENET_0 (251) 0x12
assign_resource MU_2A (215) new" "$(sed 's/  .*//' "$tmp/out")"
is "the last one" "assign_resource MU_2A (215) new last: the calls act as the guest's partition from here on" \
	"$(tail -n 1 "$tmp/out" | tr -s ' ')"
has "and why the firmware is not asked" "$err" "the firmware cannot be asked (cannot open /firmware: "
on_board partition -n --free
is "to free nothing can be planned" 1 "$rc"
on_board partition
is "nor can a recording be changed" 1 "$rc"

# answers CALLER OWNER PAD: what the recorded firmware says
answers() {
	{
		echo "get_partition 0 0 = $1"
		echo "get_resource_owner 214 0 = 1"
		for resource in 215 251; do
			echo "get_resource_owner $resource 0 = $2"
			echo "get_resource_power_mode $resource 0 = 3"
		done
		echo "get_resource_info 215 0 = 0"
		echo "get_resource_info 251 0 = 18"
		echo "is_resource_master 215 0 = 0"
		echo "is_resource_master 251 0 = 1"
		for pad in 165 166; do echo "is_pad_owned $pad 0 = $3"; done
	} >"$root/firmware"
}
calls() { sed 1d "$tmp/out" | sed 's/  .*//'; }

answers 1 1 1
on_board partition -n
is "asked: all is the host's" "0 partition_alloc 9" "$rc $(calls | head -n 1) $(calls | wc -l)"
on_board partition
has "a recorded firmware cannot be changed" "$rc $err" "1 imxpt: partition: $root is a recorded board"
answers 2 2 1
on_board partition
is "asked: it is made" "0 partition 2 imxpt: partition: nothing to do" "$rc $out $err"
on_board partition --json
has "as data" "$out" '"partition": 2'
on_board partition -n --free
is "the way back" "set_resource_power_mode ENET_0 (251) 0
assign_resource MU_2A (215) 1
partition_free 2
set_master_sid ENET_0 (251) 0x12" "$(calls)"
on_board partition -n --free --json
is "as data, each call" 4 "$(grep -c '"call"' "$tmp/out")"
is "with its reason" 4 "$(grep -c '"why": "[a-z]' "$tmp/out")"
on_board check --ask-firmware
has "check uses it" "$(grep '^U-Boot  *partition ' "$tmp/out")" "Linux has made partition 2"
answers 1 1 1
on_board check --ask-firmware
is "check: it is not made" "3 partition firmware-caller" "$rc $(verdicts fail)"
has "check: what to run" "$(cat "$tmp/out")" "run 'imxpt partition'"
good
cp "$tree" "$live"
on_board unbind -n
is "unbind frees it first" "set -e
imxpt partition -p imx8qm-fec1 --free" "$(echo "$out" | head -n 2)"
on_board unbind -n --json
has "as data" "$out" '"partition": "free"'

# A tree that leaves it to U-Boot.

good
on_board partition -n
is "U-Boot has made it" "1 imxpt: partition: U-Boot's scu_rm has made partition 2: there is nothing left for Linux to make" \
	"$rc $(echo "$err" | head -n 1)"
on_board partition -n --free
has "nor is it Linux's to free" "$err" "which stays until the board restarts"
fdtput -t u "$live" /domu/doma reg 0
on_board partition -n
has "U-Boot was to make it" "$err" "leaves the partition to U-Boot's scu_rm"
unbound
before=$(state)
on_board bind --partition
is "nor does bind make it" "1 imxpt: bind: U-Boot's scu_rm has made partition 2: there is nothing left for Linux to make" \
	"$rc $(echo "$err" | head -n 1)"
is "and nothing is changed" "$before" "$(state)"
good
on_board unbind -n
is "unbind frees nothing of U-Boot's" "" "$(grep partition "$tmp/out" || :)"
cp "$tree" "$live"
fdtput -d "$live" $mu_node power-domains
on_board check
is "another disabled domain is not for Linux" "3 partition" "$rc $(verdicts fail)"
has "the fix" "$out" "fix:"
finish
