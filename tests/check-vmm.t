#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt check: what the VMM needs: QEMU or crosvm, its user, and memory that may be locked.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

# QEMU has no such device.
cat >"$tmp/qemu" <<'END'
#!/bin/sh
case $* in
--version) echo "QEMU emulator version 7.2.22 (Debian)"; echo "Copyright" ;;
"-device vfio-platform,help") echo "vfio-platform options:"; echo "  host=<str>" ;;
*) exit 1 ;;
esac
END
sed 's/7.2.22/10.2.0/; /vfio-platform,help/s/).*/) exit 1 ;;/' "$tmp/qemu" >"$tmp/qemu-10.2"
chmod +x "$tmp/qemu" "$tmp/qemu-10.2"
good
on_board check --qemu "$tmp/qemu"
is "QEMU 7.2" "0 " "$rc $(verdicts fail)"
has "QEMU's version" "$out" "QEMU emulator version 7.2.22 (Debian)"
has "that it has the device" "$out" "$tmp/qemu has vfio-platform"
is "each row has its evidence" "" "$(grep -E ' (ok|note|warn|fail|skip) +-$' "$tmp/out")"
run check --explain
ok "the checks are listed" [ "$(wc -l <"$tmp/out")" -gt 50 ]
is "each check says what it asks" "" "$(grep -E ' -$' "$tmp/out")"
on_board check --qemu "$tmp/qemu-10.2"
is "QEMU without it" "3 qemu-device" "$rc $(verdicts fail)"
on_board check --vmm crosvm
is "crosvm: QEMU's rows are skipped" "0 skip skip skip skip" \
	"$rc $(for check in qemu qemu-device irqfd crosvm; do
		sed -n "s/^[^ ]* *$check  *\([a-z]*\) .*/\1/p" "$tmp/out"
	done | paste -sd ' ')"
has "crosvm: why" "$out" "not checked: the VMM is crosvm"
has "crosvm of a recording" "$out" "not seen: a recording has no crosvm"
on_board check --qemu "$tmp/qemu-10.2"
has "crosvm is another way" "$(cat "$tmp/out")" "imxpt crosvm"

# No irqfd.
good
on_board check
has "slow" "$out" "QEMU has no irqfd with a GICv3"

# Who may open the device files.  A user is named by number: a recording has no names.
if [ "$(id -u)" -eq 0 ]; then
	for file in kvm:kvm vfio/vfio:container vfio/5:access; do
		good
		chmod 600 "$root/dev/${file%:*}"
		warns "only root: /dev/${file%:*}" "${file#*:}" \
			"only root may open /dev/${file%:*} (mode 0600)"
		on_board check --user 0
		is "only root, who was named: /dev/${file%:*}" "0 " "$rc $(verdicts warn)"
		on_board check --user 1000
		is "only root: /dev/${file%:*} is not for user 1000" "3 ${file#*:}" "$rc $(verdicts fail)"
		has "the evidence" "$out" \
			"user 1000 may not open /dev/${file%:*} (owner 0:0, mode 0600)"
		chmod 660 "$root/dev/${file%:*}"
		on_board check
		is "root and a group: /dev/${file%:*}" "0 " "$rc $(verdicts warn)"
	done
	good
	chown 1000 "$root/dev/vfio/5"
	chmod 600 "$root/dev/vfio/5"
	on_board check
	is "the owner of the group's device runs the VMM" "0 " "$rc $(verdicts warn)"
	has "the evidence" "$out" "user 1000 may open /dev/vfio/5 (owner 1000:0, mode 0600)"
	chmod 640 "$root/dev/kvm"
	warns "the owner may not open /dev/kvm" kvm "user 1000 may not open /dev/kvm"
	chmod 660 "$root/dev/kvm"
	on_board check
	has "a recording does not show groups" "$rc $(tr -s ' ' <"$tmp/out")" \
		"kvm skip not seen: whether user 1000 is in group 0, which may open /dev/kvm"
	good
	chmod 600 "$root/dev/vfio/5"
	rm "$root/$platform/devices/$mu2/iommu_group" "$root/sys/kernel/iommu_groups/5/devices/$mu2"
	group 6 "$mu2"
	: >"$root/dev/vfio/6"
	chmod 660 "$root/dev/vfio/6"
	on_board check
	has "only root, and another group" "$out" "only root may open /dev/vfio/5 (mode 0600)"
else
	skip "who may open the device files" "only root can give them an owner"
fi

# Locked memory.
good
on_board check --memory 1G
is "locked memory: enough" "0 " "$rc $(verdicts fail)"
on_board check --memory 1025
is "locked memory" "3 memlock" "$rc $(verdicts fail)"
has "locked memory: how much" "$out" "1048576 KiB may be locked here, and the guest has 1025 MiB"
on_board check --memory 2097152K
has "locked memory: a size in KiB" "$out" "and the guest has 2048 MiB"

finish
