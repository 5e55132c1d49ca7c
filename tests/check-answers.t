#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check: the form of its answers, what else it can check, and what it does not read.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

parameters=sys/module
"$imxpt" patch -q -o "$tmp/patched.dtb" "$(board mek-like)"

# The form of its answers.

good
before=$(state)
on_board check
is "the verdict comes last" "ready: 45 ok, 2 note, 0 warn, 0 fail, 5 skip" "$(tail -n 1 "$tmp/out")"
is "columns are aligned" "" "$(sed '$d' "$tmp/out" | cut -c36-38 | grep -vx '  [^ ]')"
is "nothing is changed" "$before" "$(state)"
is "no escape sequence goes into a file" 0 "$(tr -dc '\033' <"$tmp/out" | wc -c)"
on_board check --strict
is "strict: a good board passes, notes do not count" "0 ready: 45 ok, 2 note, 0 warn, 0 fail, 5 skip" \
	"$rc $(tail -n 1 "$tmp/out")"
is "a note has no fix" "0 0" "$rc $(grep -c ' fix: ' "$tmp/out")"
on_board check -q
is "quiet: a good board has no row" 0 "$(wc -l <"$tmp/out")"
echo "arm-smmu.disable_bypass=0" >"$root/proc/cmdline"
on_board check -q
is "quiet: what is not right with its fix, and the summary" 4 "$(wc -l <"$tmp/out")"
is "a warning does not count" "0 smmu-bypass" "$rc $(verdicts warn)"
on_board check --strict
is "strict: a warning counts" "3 not ready: 44 ok, 2 note, 1 warn, 0 fail, 5 skip" \
	"$rc $(tail -n 1 "$tmp/out")"
on_board check --json
json=$(tr -d '\n' <"$tmp/out" | tr -s ' ')
has "json: the head" "$json" \
	'{ "schema": 1, "command": "check", "profile": "imx8qm-fec1", "ready": true, "tree_unseen": null, "machine_unseen": null, "ok": 44, "note": 2, "warn": 1, "fail": 0, "skip": 5, "checks": [ { "stage": "tree", "name": "board", "what": "'
has "json: a row" "$json" '"name": "stream-id", "what": "the stream ids are 1 to 63, with a mask that the SMMU supports", "verdict": "ok", "evidence": "the passed nodes have stream id 0x12, mask 0x7f80", "fix": null }'
has "json: a fix" "$json" '"fix": "remove arm-smmu.disable_bypass=0 from'
echo N >"$root/$parameters/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
on_board check --json
has "json: not ready" "$rc $(cat "$tmp/out")" '"ready": false'

on_board check --explain resource
is "explain" 0 "$rc"
has "explain: the cause" "$out" "cause:   U-Boot sets the stream id of the resources in fsl,sc_rsrc_id"
has "explain: the source" "$out" "source:  U-Boot, arch/arm/mach-imx/imx8/fdt.c"
on_board check --explain resource --json
has "explain as data" "$(cat "$tmp/out")" '"name": "resource"'
on_board check --explain nothing
is "explain an unknown check" "2 imxpt: check: no check is called 'nothing'" "$rc $(head -n 1 "$tmp/err")"
on_board check --explain stream_id
has "explain: underscores" "$rc $out" "0 stream-id (tree): "
on_board check --explain=stream-id
has "explain: with an equals sign" "$rc $out" "0 stream-id (tree): "
on_board check --explain
has "explain without a name lists the checks" "$rc $out" "0 STAGE     CHECK              WHAT"
listed=$(sed 1d "$tmp/out" | tr -s ' ' | cut -d' ' -f2)
on_board check --explain --json
ok "the list has all checks" [ "$(echo "$listed" | wc -l)" -gt 50 ]
is "the list as data" "$listed" "$(sed -n 's/^ *"name": "\(.*\)",$/\1/p' "$tmp/out")"
on_board check --json --ask-firmware
is "and these are the checks that run" "$listed" "$(sed -n 's/^ *"name": "\(.*\)",$/\1/p' "$tmp/out")"
explained() {
	good
	on_board check --ask-firmware
	[ "$(wc -l <"$tmp/out")" -gt 50 ] || echo "$out"
	sed -n '1d; $d; s/^[^ ][^ ]*  *\([a-z0-9-]*\) .*/\1/p' "$tmp/out" | while read -r name; do
		"$imxpt" check --explain "$name" >"$tmp/text" || echo "$name"
		[ "$(wc -l <"$tmp/text")" -eq 7 ] || echo "$name: $(cat "$tmp/text")"
	done
}
is "every check is explained" "" "$(explained)"
# As QEMU 7.2 and 10.1 both say it, and as the sources are.
for line in "devices no such host device" "devices 'sysfs host device'" \
	"bound '... /dev/vfio/N ...'" "access '... /dev/vfio/N ...: Permission denied'" \
	"container '... /dev/vfio/vfio ...'" "unsafe-interrupts iommufd_device_bind()" \
	"smmu the trees of Linux before 6.9 describe no SMMU" "firmware-pads may assign none"; do
	has "explain: $line" "$("$imxpt" check --explain "${line%% *}")" "${line#* }"
done

named() {
	"$imxpt" --root "$root" check --json --ask-firmware | sed -n 's/^ *"name": "\(.*\)",$/\1/p' |
		while read -r name; do
			grep -qx ".It Cm $name" man/imxpt-check.8 || echo "$name"
		done
}
is "every check is in the manual" "" "$(named)"

# What else it can check.

good
on_board check --dtb "$tmp/patched.dtb"
is "a patched tree" "0 " "$rc $(verdicts fail)"
has "what U-Boot will do to it" "$out" "a partition is made"
on_board check --dtb "$(board mek-like)"
is "the board's own tree" "3 patched" "$rc $(verdicts fail)"
"$imxpt" patch -q --as-documented -o "$tmp/documented.dtb" "$(board mek-like)"
on_board check --dtb "$tmp/documented.dtb"
is "the Ghaf guide's tree" "3 resource coherent" "$rc $(verdicts fail)"
run check --dtb "$tmp/patched.dtb"
is "on a machine that is not a board, a tree can be checked" "0 " "$rc $(verdicts fail)"
has "and the machine is not checked" "$(tail -n 2 "$tmp/out")" "only the tree was checked, "
run check --dtb "$(board mek-like)"
is "of a file, only what a file can have is shown" "tree U-Boot VMM" \
	"$(sed -n '1d; s/^\([tUV][^ ]*\) .*/\1/p' "$tmp/out" | uniq | tr '\n' ' ' | sed 's/ $//')"
is "of a file, every skipped row has its reason" "not checked: 'patched' failed" \
	"$(sed -n 's/.* skip  *//p' "$tmp/out" | sort -u)"
has "of a file, the summary counts the other rows" "$(tail -n 2 "$tmp/out")" \
	"only the tree was checked, 35 rows are not shown: this machine has no device tree"
run check --dtb "$(board uboot-dangling)"
is "a tree on which U-Boot would loop forever" "3 nodes references" "$rc $(verdicts fail)"
run check
is "nothing to check" "3 board" "$rc $(verdicts fail)"
run check --dtb "$(board board-other)"
is "a tree of another board" "3 board" "$rc $(verdicts fail)"

gzip -c "$root/boot/config-6.12.20-imx8" >"$root/proc/config.gz"
rm "$root/boot/config-6.12.20-imx8"
on_board check
has "a configuration that the kernel keeps" "$rc $out" "CONFIG_VFIO_PLATFORM=m"
rm "$root/proc/config.gz"
on_board check
has "no configuration" "$rc $out" "neither /proc/config.gz nor /boot/config-6.12.20-imx8 can be read; name it with --config"
on_board check --config tests/roots/imx8qm-mek/boot/config-6.12.20-imx8
has "a named configuration" "$rc $out" "CONFIG_VFIO_PLATFORM=m"
printf '\037\213damaged' >"$root/proc/config.gz"
on_board check
has "a damaged one is not seen" "$rc $out" "0 "
is "a named configuration that cannot be read" \
	"1 imxpt: check: $root/proc/config.gz: damaged, or not made by gzip" \
	"$(on_board check --config "$root/proc/config.gz"; echo "$rc $err")"
is "a named file that is no configuration" \
	"1 imxpt: check: /dev/null: not a kernel's configuration" \
	"$(on_board check --config /dev/null; echo "$rc $err")"
on_board check --dtb "$root/proc/cmdline"
has "a file that is no tree" "$rc $err" "1 imxpt: check: $root/proc/cmdline: "
on_board check --dtb /nowhere
is "a missing tree" "1 imxpt: check: cannot open /nowhere: No such file or directory" "$rc $err"
# In qemu-user posix_spawn(3) does not report why the child could not run the program.
if is_emulated; then
	skip "a missing QEMU" "an emulator runs the program"
else
	on_board check --qemu /nowhere
	is "a missing QEMU" "1 imxpt: check: /nowhere: No such file or directory" "$rc $err"
fi
on_board check --qemu /bin/true
is "a program that is not a QEMU" "1 imxpt: check: /bin/true: not a QEMU" "$rc $err"
long=$tmp
while [ ${#long} -lt 760 ]; do
	long=$long/a-directory-of-a-long-path
done
mkdir -p "$long"
# shellcheck disable=SC2016 # the script expands it
printf '#!/bin/sh\n[ "$1" = --version ] && echo "QEMU of the long path" || echo host=\n' >"$long/qemu"
chmod +x "$long/qemu"
on_board check --qemu "$long/qemu"
has "a long path to QEMU" "$rc $out" "QEMU of the long path"
has "a finding with a long path is whole" "$out" "$long/qemu has vfio-platform"
if is_emulated; then
	skip "a long path is named whole" "an emulator runs the program"
else
	on_board check --qemu "$long/none"
	is "a long path is named whole" \
		"1 imxpt: check: $long/none: No such file or directory" "$rc $err"
fi
mkdir "$tmp/ü ä日本"
cp "$long/qemu" "$tmp/ü ä日本/qemü"
on_board check --qemu "$tmp/ü ä日本/qemü"
has "a path in UTF-8 is shown as it is" "$out" "$tmp/ü ä日本/qemü has vfio-platform"
on_board check --dtb "$long/none"
is "a tree with a long path" "1 imxpt: check: cannot open $long/none: No such file or directory" "$rc $err"
on_board check --dtb "$long/none$(printf '%05000d' 0)"
has "a tree whose path is longer than any" "$rc $err" "...0000"
# glibc says "File name", musl "Filename"
has "why it cannot be opened" "$rc $err" "name too long"
on_board check --vmm kvmtool
is "a VMM that is not known" "2 imxpt: check: --vmm is qemu or crosvm, not 'kvmtool'" \
	"$rc $(head -n 1 "$tmp/err")"
on_board check --vmm crosvm --qemu /bin/true
is "a QEMU, and another VMM" "2 imxpt: check: --qemu is given, but the VMM is crosvm" \
	"$rc $(head -n 1 "$tmp/err")"
on_board check --user nobody
is "a user's name in a recording" "2 imxpt: check: --user: a recording has no user names, so not 'nobody'" \
	"$rc $(head -n 1 "$tmp/err")"
on_board check --user 4294967295 # (uid_t)-1, which no user has
is "a number that no user has" \
	"2 imxpt: check: --user: a recording has no user names, so not '4294967295'" \
	"$rc $(head -n 1 "$tmp/err")"
run check --user no-such-user
is "an unknown user" "2 imxpt: check: --user: no user is called 'no-such-user'" \
	"$rc $(head -n 1 "$tmp/err")"
run check --user nobody
is "a known user" "3 " "$rc $(cat "$tmp/err")"
run --root /nowhere check
is "a missing root" "1 imxpt: check: cannot open the root directory /nowhere: No such file or directory
  fix: give --root a directory that you may enter" "$rc $(cat "$tmp/err")"
for size in 0 x 1x -1 1.5G 1048577T 1152921504606846976K 18446744073709551615 1GG; do
	on_board check --memory "$size"
	is "no size: $size" "2 imxpt: check: --memory takes a size such as 512M or 2G, not '$size'" \
		"$rc $(head -n 1 "$tmp/err")"
done

# What a file can hold.

good
printf 'Linux\033[31m\n' >"$root/proc/sys/kernel/osrelease"
printf '%0200d\n' 0 >>"$root/proc/interrupts"
printf ' 1: vfio-irq[0](\n:vfio-irq[\n1: 2 vfio-irq[0](%s' "$fec1" >>"$root/proc/interrupts"
echo "Max locked memory" >"$root/proc/self/limits"
printf '\0\0' >"$root/sys/firmware/devicetree/base/compatible"
on_board check
is "strange files: an answer" "0 0" "$rc $(tr -dc '\033' <"$tmp/out" | wc -c)"
good
head -c 100 "$tmp/patched.dtb" >"$live"
on_board check
has "a cut tree is not seen" "$rc $out" "/sys/firmware/fdt cannot be read"

# Check does not wait: a pipe without a writer is an empty file.
for pipe in proc/cmdline proc/config.gz proc/interrupts proc/self/limits proc/sys/kernel/osrelease \
	sys/firmware/fdt dmesg sys/module/vfio_platform/parameters/reset_required dev/vfio/5; do
	good
	rm -f "$root/$pipe"
	mkfifo "$root/$pipe"
	ok "a pipe in the place of $pipe" timeout 10 sh -c "'$imxpt' --root '$root' check; [ \$? -le 3 ]"
done

# Without root.

if [ "$(id -u)" -eq 0 ]; then
	good
	chmod 400 "$live"
	chmod -R go+rX "$root" 2>/dev/null
	chmod 400 "$live"
	cp "$imxpt" "$tmp/imxpt"
	rc=0
	(cd "$tmp" && setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tmp/imxpt" --root "$root" check) >"$tmp/out" 2>"$tmp/err" || rc=$?
	is "without root: no failure" "0 " "$rc $(verdicts fail)$(cat "$tmp/err")"
	has "without root: what was not seen" "$(cat "$tmp/out")" "only root may read /sys/firmware/fdt"
	has "without root: the verdict says so" "$(tail -n 1 "$tmp/out")" "ready as far as checked: the running tree could not be read: "
else
	skip "without root" "this is no root to begin with"
fi

# It reads only what it needs.

# The number of its system calls with a path, besides what the dynamic loader does.
calls() {
	strace -qq -e trace=%file -o "$tmp/trace" "$imxpt" --root "$root" check >"$tmp/out" 2>&1 || :
	echo "$(($(wc -l <"$tmp/trace") - $(wc -l <"$tmp/loader")))"
}

if ! grep -q __asan_init "$imxpt" &&
	strace -qq -e trace=%file -o "$tmp/loader" "$imxpt" --version >"$tmp/out" 2>&1; then
	good
	few=$(calls)
	i=0
	while [ $i -lt 2000 ]; do
		ln -s ../../../devices/platform/regulatory.0 "$root/$platform/devices/dummy.$i"
		i=$((i + 1))
	done
	is "2,000 other devices cost nothing" "$few" "$(calls)"
	ok "it names only $few files" [ "$few" -lt 100 ]
else
	skip "2,000 devices" "strace is not here, or not with a sanitizer"
fi

# What README shows.

good
fdtput -t u "$live" /domu/doma reg 0
on_board check -q
is "what README shows" "$(sed -n '/^    \$ imxpt check -q$/,/^$/{ s/^    //; /^STAGE/,/^not ready/p; }' README.md)" "$out"

# On a terminal.

if script -qec true /dev/null >"$tmp/out" 2>&1 </dev/null; then
	good
	tty() {
		script -qec "$1" /dev/null </dev/null | tr -dc '\033' | wc -c
	}
	ok "colour on a terminal" [ "$(tty "$imxpt --root $root check")" -gt 0 ]
	rm "$root/dev/kvm"
	ok "a failure is red" grep -qF "$(printf '\033[31mfail')" <<-END
		$(script -qec "$imxpt --root $root check" /dev/null </dev/null)
	END
	is "none with NO_COLOR" 0 "$(tty "env NO_COLOR=1 $imxpt --root $root check")"
else
	skip "colour on a terminal" "script(1) has no pseudo-terminal here"
	skip "none with NO_COLOR" "script(1) has no pseudo-terminal here"
fi

finish
