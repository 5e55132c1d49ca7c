#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt bind and unbind on recorded boards.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

# Dry runs, whole.

fresh
before=$(state)
on_board bind -n
is "the plan for the default profile" \
"set -e
echo vfio-platform > /sys/bus/platform/devices/5b230000.clock-controller/driver_override
echo 5b230000.clock-controller > /sys/bus/platform/drivers/vfio-platform/bind
echo vfio-platform > /sys/bus/platform/devices/5b040000.ethernet/driver_override
echo 5b040000.ethernet > /sys/bus/platform/drivers/vfio-platform/bind
echo vfio-platform > /sys/bus/platform/devices/5d1d0000.mailbox/driver_override
echo 5d1d0000.mailbox > /sys/bus/platform/drivers/vfio-platform/bind" "$out"
is "a dry run succeeds in silence" "0 " "$rc $err"
is "a dry run changes nothing" "$before" "$(state)"
is "a dry run takes no lock" no "$([ -e "$root/run/imxpt.lock" ] && echo yes || echo no)"

device 5b240000.clock-controller /bus@5b000000/clock-controller@5b240000 imx8qxp-lpcg
device 5b050000.ethernet /bus@5b000000/ethernet@5b050000 fec
rm -r "$root/$platform/drivers/vfio-platform" "$root/sys/module/vfio_platform"
"$imxpt" patch -q -p imx8qm-fec1-fec2 -o "$live" "$(board mek-like)"
on_board bind -n -p imx8qm-fec1-fec2
has "without a partition a bind is refused" "$rc $err" "1 imxpt: bind: /domu/doma: reg is still 0, so"
has "and the fix names the way round" "$err" "; --force skips this check"
on_board bind -n --force -p imx8qm-fec1-fec2
is "which works" "0 " "$rc $err"
fdtput -t u "$live" /domu/doma reg 2
fdtput -d "$live" /bus@5b000000/ethernet@5b050000 fsl,sc_rsrc_id
on_board bind -n -p imx8qm-fec1-fec2
has "DMA that bypasses the SMMU is refused" "$rc $err" \
	"1 imxpt: bind: /bus@5b000000/ethernet@5b050000: U-Boot sets no stream id for it, so"
fdtput -t u "$live" /bus@5b000000/ethernet@5b050000 fsl,sc_rsrc_id 252
on_board bind -n -p imx8qm-fec1-fec2
is "the plan for both ports, with drivers and without the module" \
"set -e
modprobe vfio-platform reset_required=0
echo vfio-platform > /sys/bus/platform/devices/5b230000.clock-controller/driver_override
echo 5b230000.clock-controller > /sys/bus/platform/drivers/vfio-platform/bind
echo vfio-platform > /sys/bus/platform/devices/5b040000.ethernet/driver_override
echo 5b040000.ethernet > /sys/bus/platform/drivers/vfio-platform/bind
echo vfio-platform > /sys/bus/platform/devices/5b240000.clock-controller/driver_override
echo 5b240000.clock-controller > /sys/bus/platform/drivers/imx8qxp-lpcg/unbind
echo 5b240000.clock-controller > /sys/bus/platform/drivers/vfio-platform/bind
echo vfio-platform > /sys/bus/platform/devices/5b050000.ethernet/driver_override
echo 5b050000.ethernet > /sys/bus/platform/drivers/fec/unbind
echo 5b050000.ethernet > /sys/bus/platform/drivers/vfio-platform/bind
echo vfio-platform > /sys/bus/platform/devices/5d1d0000.mailbox/driver_override
echo 5d1d0000.mailbox > /sys/bus/platform/drivers/vfio-platform/bind" "$out"

bound
on_board unbind -n
is "the plan to give them back" \
"set -e
echo > /sys/bus/platform/devices/5d1d0000.mailbox/driver_override
echo 5d1d0000.mailbox > /sys/bus/platform/drivers/vfio-platform/unbind
echo 5d1d0000.mailbox > /sys/bus/platform/drivers_probe || :
echo > /sys/bus/platform/devices/5b040000.ethernet/driver_override
echo 5b040000.ethernet > /sys/bus/platform/drivers/vfio-platform/unbind
echo 5b040000.ethernet > /sys/bus/platform/drivers_probe || :
echo > /sys/bus/platform/devices/5b230000.clock-controller/driver_override
echo 5b230000.clock-controller > /sys/bus/platform/drivers/vfio-platform/unbind
echo 5b230000.clock-controller > /sys/bus/platform/drivers_probe || :" "$out"

fresh
on_board bind -n --json
has "the plan as data" "$(echo "$out" | tr -d ' \n')" \
	'{"op":"override","device":"5b230000.clock-controller","file":"/sys/bus/platform/devices/5b230000.clock-controller/driver_override","value":"vfio-platform",'
has "with its schema" "$out" '"schema": 1'

# runs TEXT: a shell runs the lines on the copy; a chown is only noted
runs() {
	mkdir -p "$tmp/bin"
	# shellcheck disable=SC2016 # for the other shell
	printf '#!/bin/sh\necho "$@" >>"%s"\n' "$tmp/chowned" >"$tmp/bin/chown"
	printf '#!/bin/sh\necho "$@" >>"%s"\n' "$tmp/loaded" >"$tmp/bin/modprobe"
	chmod +x "$tmp/bin/chown" "$tmp/bin/modprobe"
	rm -f "$tmp/chowned" "$tmp/loaded"
	printf '%s\n' "$1" | sed "s|/sys/|$root/sys/|g" >"$tmp/script"
	PATH=$tmp/bin:$PATH sh "$tmp/script"
}

on_board bind -n --owner 0
plan=$out
group 5 "$lpcg" "$fec1" "$mu2" # the kernel makes it when the first device is bound
ok "a shell runs the plan" runs "$plan"
is "it writes what bind would" "vfio-platform vfio-platform vfio-platform $mu2" \
	"$(cd "$root/$platform/devices" && echo "$(cat $lpcg/driver_override)" \
		"$(cat $fec1/driver_override)" "$(cat $mu2/driver_override)" \
		"$(cat ../drivers/vfio-platform/bind)")"
is "and gives a new group away once" "0 /dev/vfio/5" "$(cat "$tmp/chowned")"
fresh
group 7 "$lpcg"
group 6 "$fec1" "$mu2"
ok "with two groups too" runs "$plan"
is "each once" "0 /dev/vfio/6
0 /dev/vfio/7" "$(sort "$tmp/chowned")"
fresh
ok "without a group it fails" not runs "$plan"
ok "and nothing is given away" not test -e "$tmp/chowned"
rm -r "$root/$platform/devices/$mu2"
ok "the shell stops at the first failure" not runs "$plan"
ok "and gives nothing away" not test -e "$tmp/chowned"
fresh
rm -r "$root/$platform/drivers/vfio-platform" "$root/sys/module/vfio_platform"
on_board bind -n
mkdir -p "$root/$platform/drivers/vfio-platform"
ok "a shell loads the module" runs "$out"
is "with its option" "vfio-platform reset_required=0" "$(cat "$tmp/loaded")"
bound
on_board unbind -n
rm "$root/$platform/drivers_probe"
mkdir "$root/$platform/drivers_probe" # a write to it fails
ok "a shell runs the way back, also if no driver is found" runs "$out"
is "to the first device" "$lpcg" "$(cat "$root/$platform/drivers/vfio-platform/unbind")"

bound
on_board bind -n --owner 0:0
is "the owner of a group with one" "0 set -e
chown 0:0 /dev/vfio/5" "$rc $out"
on_board bind -n --owner 0:
is "the group that bind does not change" "0 set -e
chown 0 /dev/vfio/5" "$rc $out"
owner=$(printf '%0200d' 0):$(printf '%0200d' 0)
on_board bind -n --owner "$owner"
is "a long owner is whole" "0 set -e
chown $owner /dev/vfio/5" "$rc $out"

# Nothing to do.

bound
before=$(state)
on_board bind
is "bound devices: exit" 0 "$rc"
has "bound devices: nothing to do" "$err" "imxpt: bind: nothing to do"
has "bound devices: a row each" "$out" "5b040000.ethernet          vfio-platform  vfio-platform  5      /dev/vfio/5"
is "bound devices: no file is changed" "$before" "$(state)"
on_board bind -q
is "quiet says nothing" "0  " "$rc $out $err"
fresh
before=$(state)
on_board unbind
has "free devices: nothing to do" "$rc $err" "0 imxpt: unbind: nothing to do"
is "free devices: no file is changed" "$before" "$(state)"

# Rejected before the first write.

# refused WHAT TEXT ARGUMENTS...: exit 1, TEXT, and no file changed
refused() {
	what=$1 text=$2
	shift 2
	before=$(state)
	on_board "$@"
	is "$what: exit, and nothing on standard output" "1 " "$rc $out"
	has "$what: reason" "$err" "$text"
	is "$what: no file is changed" "$before" "$(state)"
}

fresh
fdtput -t x "$root/sys/firmware/fdt" /bus@5b000000/mmc@5b010000 iommus 1 12 7f80
refused "a predicted member with a driver" \
	"5b010000.mmc is in the IOMMU group of a passed device and bound to the driver sdhci-esdhc-imx" bind
has "its fix" "$err" "fix: "
fresh
group 5 "$lpcg" "$fec1" "$mu2" 5b010000.mmc
refused "a member with a driver" "5b010000.mmc is in the IOMMU group of a passed device" bind
rm "$root/$platform/devices/5b010000.mmc/driver"
on_board bind -n
is "a member without a driver does not matter" 0 "$rc"

fresh
rm "$root/sys/firmware/devicetree/base/bus@5b000000/ethernet@5b040000/iommus"
refused "a node without iommus" "$fec1: it is in no IOMMU group, since its node has no iommus" bind
fresh
rm "$root"/sys/class/iommu/*
refused "no SMMU" "clock-controller@5b230000: it is in no IOMMU group, since no IOMMU driver is active" bind
fresh
rm "$root/sys/firmware/devicetree/base/bus@5d000000/mailbox@5d1d0000/compatible"
refused "a node without compatible" "$mu2: its node has no compatible" bind
on_board check
has "check says the same" "$out" "$mu2: its node has no compatible"

fresh
rm "$root/sys/firmware/fdt"
refused "a tree that cannot be read" "/sys/firmware/fdt does not exist" bind
on_board bind -n -v --force
has "is no hindrance with --force" "$rc $err" \
	"0 imxpt: bind: the running tree is not checked: /sys/firmware/fdt does not exist"
echo nonsense >"$root/sys/firmware/fdt"
refused "a broken tree" "not a device tree blob" bind
on_board bind -n --force
is "but for --force" "0 " "$rc $err"

fresh
rm "$root/$platform/devices/$fec1"
refused "a missing device" "bind: ethernet@5b040000: no platform device has this node" bind
ln -s ../../../devices/platform/system-controller "$root/$platform/devices/$fec1"
refused "its name with another node" "ethernet@5b040000: no platform device" bind
ln -s "../../../devices/platform/bus@5b000000/$fec1" "$root/$platform/devices/5b041000.ethernet"
on_board bind -n
has "its node with another name" "$rc $out" \
	"echo 5b041000.ethernet > /sys/bus/platform/drivers/vfio-platform/bind"

fresh
echo Y >"$root/sys/module/vfio_platform/parameters/reset_required"
refused "reset_required=Y" "reset_required=Y, and no reset driver exists" bind
has "its fix" "$err" "vfio_platform.reset_required=0"

bound
mkdir -p "$root/proc/4242/fd"
echo qemu-system-aar >"$root/proc/4242/comm"
ln -s /dev/vfio/5 "$root/proc/4242/fd/23"
refused "unbind of a group in use" "/dev/vfio/5 is in use by 4242 (qemu-system-aar)" unbind
refused "so its plan" "/dev/vfio/5 is in use by 4242 (qemu-system-aar)" unbind -n
i=5000
while [ "$((i += 1))" -le 5030 ]; do
	cp -a "$root/proc/4242" "$root/proc/$i"
done
refused "unbind of a group that very many use" "(qemu-system-aar)" unbind
is "each is named whole" "" \
	"$(sed -n 's/.* in use by //p' "$tmp/err" | sed 's/[0-9]* (qemu-system-aar)//g' | tr -d ', ')"

# Another machine, or a profile of another board.
fresh
rm "$root/$platform/devices/"*
refused "unbind where no such device exists" \
	"unbind: clock-controller@5b230000: no platform device has this node" unbind
has "its fix" "$err" "fix: "
refused "its dry run" "no platform device has this node" unbind -n
bound
rm "$root/$platform/devices/$lpcg"
on_board unbind -n
has "those that exist are given back" "$rc $out" "0 set -e
echo > /sys/bus/platform/devices/5d1d0000.mailbox/driver_override"
bound
rm "$root/$platform/devices/$fec1" "$root/$platform/devices/$mu2"
on_board unbind -n
has "also if it is the first only" "$rc $out" "0 set -e
echo > /sys/bus/platform/devices/5b230000.clock-controller/driver_override"

for name in ../x@1 a/b@1 ..@1 x; do
	cp "$BUILD/dts/imx8qm-fec1.dtb" "$tmp/profile.dtb"
	fdtput -t s "$tmp/profile.dtb" /pass/fec1 node "$name"
	refused "a device called $name" "node" bind -p "$tmp/profile.dtb"
done
rm -r "$root/run"
refused "no place for the lock" "cannot lock /run/imxpt.lock: No such file" bind

# A recording may come from anyone: the targets of its links are looked for inside it.

fresh
echo precious >"$tmp/outside"
for link in "$tmp/outside" ../../../../../../../../../../../../"$tmp/outside"; do
	ln -sf "$link" "$root/$platform/devices/$mu2/driver_override"
	refused "a link that leads out" "driver_override: No such file" bind
done
is "what it names is unchanged" precious "$(cat "$tmp/outside")"
fresh
ln -sf "$tmp/outside" "$root/proc/sys/kernel/osrelease"
on_board check --json
has "and unread" "$(grep -c precious "$tmp/out" || :)$out" '0{'

# A recorded board has no kernel that acts on a write, so each run is undone.

fresh
driver "$fec1" fec
on_board bind -v
is "a bind that has no effect: exit" 1 "$rc"
has "a bind that has no effect: reason" "$err" \
	"5b230000.clock-controller: cannot bind to vfio-platform: a recorded board has no kernel"
has "each step is printed" "$err" \
	"echo 5b230000.clock-controller > /sys/bus/platform/drivers/vfio-platform/bind"
has "so is the undoing" "$err" \
	"echo > /sys/bus/platform/devices/5b230000.clock-controller/driver_override"
has "and that it is a recorded board" "$err" "is a recorded board"
is "what was tried" $lpcg "$(cat "$root/$platform/drivers/vfio-platform/bind")"
on_board status
has "what is left of it" "$out" "$lpcg  -       -  "
rm -r "$root/$platform/drivers/vfio-platform" "$root/sys/module/vfio_platform"
on_board bind
has "a recording loads no module" "$rc $err" "1 imxpt: bind: $root is a recorded board"
has "so the driver is missing" "$err" \
	"cannot bind to vfio-platform: No such file or directory: the kernel has no such driver"

# Standard error is a pipe without a reader.
fresh
mkfifo "$tmp/pipe"
: <"$tmp/pipe" &
exec 3>"$tmp/pipe"
wait
rc=0
"$imxpt" --root "$root" bind -q -v 2>&3 || rc=$?
exec 3>&-
is "a reader of the steps who goes away ends nothing" 1 "$rc"
is "and what was touched is put back" "" "$(cat "$root/$platform/devices/$lpcg/driver_override")"

bound
on_board unbind
has "an unbind that has no effect is undone" "$rc $err" \
	"1 imxpt: unbind: all steps succeeded, but this one is needed again: echo"
is "with its overrides" "vfio-platform vfio-platform vfio-platform" \
	"$(cd "$root/$platform/devices" && echo "$(cat $lpcg/driver_override)" \
		"$(cat $fec1/driver_override)" "$(cat $mu2/driver_override)")"

# The lock.

bound
(
	exec 9>"$root/run/imxpt.lock"
	flock 9
	: >"$tmp/locked"
	sleep 1
	: >"$tmp/done"
) &
until [ -e "$tmp/locked" ]; do sleep 0.1; done
on_board bind
is "a second run waits for the first" yes "$([ -e "$tmp/done" ] && echo yes || echo no)"
has "and says so" "$rc $err" "0 waiting for another imxpt"
wait

# Ten at once: each has the board for itself until it has put all back.
fresh
driver "$fec1" fec
on_board bind -v
grep ' > ' "$tmp/err" >"$tmp/steps"
before=$(state)
: >"$tmp/want"
: >"$tmp/log"
i=0
while [ "$((i += 1))" -le 10 ]; do
	cat "$tmp/steps" >>"$tmp/want"
	"$imxpt" --root "$root" bind -v >>"$tmp/out" 2>>"$tmp/log" &
done
wait
grep ' > ' "$tmp/log" >"$tmp/steps"
ok "ten at once: one after the other" cmp "$tmp/want" "$tmp/steps"
is "ten at once: all is put back" "$before" "$(state)"

# The command line.

for wrong in "--timeout x" "--timeout -1" "--timeout 3601" "--timeout +5" "--owner no:such:user" "--owner root" "--owner :" \
	"--output x" "operand"; do
	# shellcheck disable=SC2086
	on_board bind $wrong
	has "bind $wrong is refused" "$rc $err" "2 imxpt: bind: "
done

# What packagers read of the library that is opened while the program runs.

if is_emulated; then
	skip "an ELF note names libkmod" "an emulator runs the program"
	skip "with its soname" "an emulator runs the program"
else
	# readelf fails at a type of note that it does not know.
	readelf -n "$imxpt" >"$tmp/out" 2>"$tmp/err" || :
	ok "an ELF note names libkmod" grep -qiE '^ +FDO +0x[0-9a-f]+.*(407c0c0a|dlopen)' "$tmp/out"
	readelf -p .note.dlopen "$imxpt" | sed -n 's/.*\(\[{.*\)/\1/p' >"$tmp/note"
	is "with its soname" '[{"soname":["libkmod.so.2"],"feature":"modules","description":"load the module vfio-platform","priority":"recommended"}]' \
		"$(cat "$tmp/note")"
fi

# How much it asks of the kernel, besides what the dynamic loader does.

if ! grep -q __asan_init "$imxpt" && strace -o "$tmp/loader" "$imxpt" --version >"$tmp/out" 2>&1; then
	for state in fresh bound; do
		"$state"
		strace -o "$tmp/trace" "$imxpt" --root "$root" bind >"$tmp/out" 2>"$tmp/err" || :
		calls=$(($(wc -l <"$tmp/trace") - $(wc -l <"$tmp/loader")))
		ok "bind on $state: $calls system calls" [ "$calls" -le 150 ]
	done
else
	skip "system calls of bind" "strace is not here, or not with a sanitizer"
fi
finish
