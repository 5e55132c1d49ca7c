#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt crosvm, end to end: the line that it prints, and what a shell reads in it.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh
imxpt=$(realpath "$imxpt")

vfio() {
	echo "--vfio /sys/bus/platform/devices/$1,iommu=off,dt-symbol=$2"
}
port="$(vfio 5b230000.clock-controller enet0_lpcg) $(vfio 5b040000.ethernet fec1)"
second="$(vfio 5b240000.clock-controller enet1_lpcg) $(vfio 5b050000.ethernet fec2)"
mailbox=$(vfio 5d1d0000.mailbox lsio_mu2)
start='crosvm run --disable-sandbox --no-balloon --mem 512'
kernel="-p 'clk_ignore_unused pd_ignore_unused' --device-tree-overlay guest.dtbo"

bound
crosvm() {
	run --root "$root" crosvm "$@"
}
crosvm
is 'one line, which runs the guest' "0 $start $kernel $port $mailbox" "$rc $(cat "$tmp/out")"
is 'it says that the sandbox is off' "imxpt: crosvm: note: crosvm runs without its sandbox, which \
has no policy for platform devices" "$(cat "$tmp/err")"
crosvm -q -p imx8qm-fec1-fec2
is 'both ports' "$start $kernel $port $second $mailbox" "$(cat "$tmp/out" "$tmp/err")"
crosvm -q -p imx8qm-usbotg1
is 'a port with its parts' "$start $kernel $(vfio 5b270000.clock-controller usb2_lpcg) \
$(vfio 5b100000.usbphy usbphy1) $(vfio 5b0d0200.usbmisc usbmisc1) $(vfio 5b0d0000.usb usbotg1) $mailbox" \
	"$(cat "$tmp/out")"
crosvm -q --json -- Image
is 'JSON has the words' "$(echo "$start -p clk_ignore_unusedpd_ignore_unused Image" | sed 's/ /,/g')" \
	"$(tr -d ' \n' <"$tmp/out" | sed 's/.*"argv":\[//; s/,"--device-tree.*//; s/"//g')"

# A host without the devices, and one where a device has another name.
mkdir "$tmp/empty"
run --root "$tmp/empty" crosvm
is 'a host without the devices: the same line' "0 $start $kernel $port $mailbox" \
	"$rc $(cat "$tmp/out")"
is 'it says so' 3 "$(grep -c 'note: this host has no device .*; the kernel will name it' "$tmp/err")"
devices=$root/sys/bus/platform/devices
mv "$devices/5b040000.ethernet" "$devices/other.ethernet"
crosvm -q
has 'the name is the one on the host' "$(cat "$tmp/out")" "$(vfio other.ethernet fec1)"
mv "$devices/other.ethernet" "$devices/5b040000.ethernet"

# What a shell reads in the line.
mkdir "$tmp/bin"
cat >"$tmp/bin/crosvm" <<'END'
#!/bin/sh
printf '<%s>' "$@"
END
chmod +x "$tmp/bin/crosvm"
crosvm -q -- --mem=1024 -p "root=/dev/vda it's" --block 'a b,ro' Image
is 'a shell reads the words' "<run><--disable-sandbox><--no-balloon><-p><clk_ignore_unused pd_ignore_unused>\
<--mem=1024><-p><root=/dev/vda it's><--block><a b,ro><Image>" \
	"$(PATH=$tmp/bin:$PATH sh -c "eval \"\$1\"" - "$(cat "$tmp/out")" |
		sed 's/<--device-tree-overlay>.*//')"

# --- warnings

# warns WHAT TEXT ARGUMENTS...
warns() {
	what=$1 text=$2
	shift 2
	crosvm -- "$@"
	is "$what" "0 ${text:+imxpt: crosvm: warning: $text}" \
		"$rc $(grep warning "$tmp/err" || true)"
}
memory="with more than 2048 MiB, some memory is above 4 GiB: a device with 32-bit addresses \
reaches it only through copies"
warns '2048 MiB' '' --mem 2048
warns 'more than 2048 MiB' "$memory" --mem 2049
warns 'in the other spelling' "$memory" -m size=4096
# Four interrupts and one, which no recording keeps.
head -c 48 /dev/zero >"$devices/5b040000.ethernet/of_node/interrupts"
head -c 12 /dev/zero >"$devices/5d1d0000.mailbox/of_node/interrupts"
# shellcheck disable=SC2046 # words
warns 'as many interrupts as there are' '' $(seq 21 | sed 's/^/--block=/')
# shellcheck disable=SC2046 # words
warns 'one more' "24 interrupts of PCI functions and 5 of the passed devices: \
crosvm's guest has 28 lines, and the others do not work" \
	$(seq 22 | sed 's/^/--block=/')
rm "$devices/5b040000.ethernet/of_node/interrupts"
head -c 64 /dev/zero >"$devices/5b040000.ethernet/of_node/interrupts-extended"
# shellcheck disable=SC2046 # words
warns 'interrupts-extended has four, too' "24 interrupts of PCI functions and 5 of the passed devices: \
crosvm's guest has 28 lines, and the others do not work" \
	$(seq 22 | sed 's/^/--block=/')
head -c 12 /dev/zero >"$devices/5b040000.ethernet/of_node/interrupts"
# shellcheck disable=SC2046 # words
warns 'and the kernel reads no other then' "25 interrupts of PCI functions and 5 of the passed devices: \
crosvm's guest has 28 lines, and the others do not work" \
	$(seq 23 | sed 's/^/--block=/')
crosvm --json -q -- --mem 4096
ok 'JSON has the warnings' grep -q '"with more than 2048 MiB' "$tmp/out"

# --- refusals

# refuses TEXT FIX ARGUMENTS...
refuses() {
	text=$1 fix=$2
	shift 2
	crosvm "$@"
	is "$*: refused" "2 imxpt: crosvm: $text
  fix: $fix" "$rc $(cat "$tmp/err")$(cat "$tmp/out")"
}
refuses "unknown option '--mem'" "options for crosvm stand after '--'" --mem 512
refuses "--mem 2G: crosvm takes a whole number of MiB" "write it as '--mem 512'" -- --mem 2G
refuses "--device-tree-overlay x,filter: crosvm leaves out the children of the nodes that it \
filters, and every label must be in this file" \
	"give the overlay without filter and select-symbols" -- --device-tree-overlay x,filter
refuses "--device-tree-overlay guest.dtbo: the line already has it" \
	"leave it out; 'imxpt overlay -o guest.dtbo' makes the overlay" -- \
	--device-tree-overlay=guest.dtbo
refuses "--vfio-platform x: the overlay has only the profile's devices" \
	"write a profile with all devices, and use it with -p FILE.dtb" -- --vfio-platform x
refuses "--dev-pm: crosvm would replace the devices' power domains" "leave it out" -- --dev-pm x
refuses "argument 1 for crosvm has a character that is not printable" \
	"'imxpt help crosvm' shows the usage" -- "$(printf 'a\033')"

finish
