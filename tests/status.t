#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt status on recorded boards.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

fresh
before=$(state)
on_board status
is "free devices" \
"DEVICE                     DRIVER  OVERRIDE  GROUP  DEVICE FILE
5b230000.clock-controller  -       -         -      -
5b040000.ethernet          -       -         -      -
5d1d0000.mailbox           -       -         -      -
0 of 3 devices bound to vfio-platform" "$out"
is "exit" "0 " "$rc $err"
on_board status -q
is "quiet: not bound" "3  " "$rc $out $err"
is "nothing is changed" "$before" "$(state)"
is "no lock is taken" no "$([ -e "$root/run/imxpt.lock" ] && echo yes || echo no)"

bound
on_board status
is "bound devices" \
"DEVICE                     DRIVER         OVERRIDE       GROUP  DEVICE FILE
5b230000.clock-controller  vfio-platform  vfio-platform  5      /dev/vfio/5
5b040000.ethernet          vfio-platform  vfio-platform  5      /dev/vfio/5
5d1d0000.mailbox           vfio-platform  vfio-platform  5      /dev/vfio/5
3 of 3 devices bound to vfio-platform" "$out"
on_board status -q
is "quiet: bound" "0  " "$rc $out $err"
on_board status --json
json=$(echo "$out" | tr -d ' \n')
has "json: ready" "$json" '"schema":1,"command":"status","profile":"imx8qm-fec1","ready":true,'
has "json: driver" "$json" '"driver":{"loaded":true,"reset_required":false}'
has "json: a device" "$json" \
	'{"wanted":"ethernet@5b040000","name":"5b040000.ethernet","of_node":"/bus@5b000000/ethernet@5b040000","driver":"vfio-platform","override":"vfio-platform","group":5}'
has "json: the group" "$json" '"groups":[{"number":5,"node":"/dev/vfio/5","members":[{"name":"'

plain=$out
on_board status --json -q
is "json is printed, quiet or not" "0 $plain" "$rc $out"

rm "$root/dev/vfio/5"
on_board status -q
is "quiet: bound, but there is no device file" 3 "$rc"
on_board status --json
has "json: no device file" "$(echo "$out" | tr -d ' \n')" '"ready":false'
is "json: succeeds anyway" 0 "$rc"
on_board status --json -q
has "json, and the exit status of -q" "$rc $(echo "$out" | tr -d ' \n')" '3 {"schema":1'
bound
rm "$root/$platform/devices/$mu2/driver"
on_board status -q
is "quiet: one is not bound" 3 "$rc"

fresh
driver "$fec1" fec
echo somebody >"$root/$platform/devices/$mu2/driver_override"
rm "$root/$platform/devices/$lpcg"
echo Y >"$root/sys/module/vfio_platform/parameters/reset_required"
on_board status
is "what is odd" \
"DEVICE                     DRIVER  OVERRIDE  GROUP  DEVICE FILE
clock-controller@5b230000  -       -         -      -
5b040000.ethernet          fec     -         -      -
5d1d0000.mailbox           -       somebody  -      -
clock-controller@5b230000: no platform device has this node
0 of 3 devices bound to vfio-platform, which was loaded with reset_required=Y" "$out"
on_board status --json
has "json: what is not there is null" "$(echo "$out" | tr -d ' \n')" \
	'{"wanted":"clock-controller@5b230000","name":null,"of_node":null,"driver":null,"override":null,"group":null}'

rm -r "$root/$platform/drivers/vfio-platform" "$root/sys/module/vfio_platform"
on_board status
has "without the module" "$out" "bound to vfio-platform, which is not loaded"
rm -r "$root/sys"
on_board status
has "without a /sys" "$rc $out" "mailbox@5d1d0000: no platform device has this node"
rm -r "$root"
on_board status
is "without a root directory" \
	"1 imxpt: status: cannot open the root directory $root: No such file or directory
  fix: give --root a directory that you may enter" "$rc $err"

bound
ln -sfn ../nonsense "$root/$platform/devices/$fec1/iommu_group"
on_board status
has "a group that is none" "$rc $err" \
	"1 imxpt: status: 5b040000.ethernet: 'nonsense' is not an IOMMU group"
on_board status -p none
has "a profile that is none" "$rc $err" "1 imxpt: status: there is no profile 'none'"
on_board status -n
has "status has nothing to run dry" "$rc" 2

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	bound
	cp "$imxpt" "$tmp/imxpt"
	nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	rc=0
	out=$($nobody "$tmp/imxpt" --root "$root" status -q 2>&1) || rc=$?
	is "status needs no root" "0 " "$rc $out"
	rc=0
	err=$($nobody "$tmp/imxpt" --root "$root" bind 2>&1) || rc=$?
	has "bind does" "$rc $err" \
		"1 imxpt: bind: cannot lock /run/imxpt.lock: Permission denied"
else
	skip "status needs no root" "this is not run by root"
	skip "bind does" "this is not run by root"
fi
finish
