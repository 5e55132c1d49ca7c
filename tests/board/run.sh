#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run scenarios in emulated boards, a fresh boot for each, and print TAP: one line a
# scenario, and what it said where it failed.
#
#	run.sh [SCENARIO...]	all of scenarios/ by default
#	run.sh --shell		a prompt in the emulated board
#
# To add one, write scenarios/NAME.sh, with the functions of tap.sh.  Its third line says in
# the output what it shows.  The lines below it may choose:
#
#	# tree: NAME		the device tree; build.sh makes them
#	# kernel: SERIES...	the kernels, a boot for each
#	# initrd: nested.initrd	with a QEMU, and a guest in /guest
#	# initrd: systemd.initrd	systemd is the first process
#	# cmdline: WORDS	more for the kernel
#	# cpus: 2		two processors, where two processes shall race: one is cheaper
#	# models: wire		with the ports and the SMMU of models/
#	# models: scfw		with the system controller, too (more of their words may follow)
#	# uboot: NAME		the tree that the bootloader had, if it was another one
#
# trees.sh is no scenario of an emulated board: it boots what guests have, one tree after
# the other.
set -eu
cd "$(dirname "$0")/../.."

here=tests/board
board=build/board
limit=400 # seconds a boot may take: some ten times what the longest does on two idle cores

# CI has all that it needs, or fails.
skip_all() {
	[ "${CI:-}" != true ] || {
		echo "not ok 1 - board: $*"
		exit 1
	}
	echo "1..0 # SKIP board: $*"
	exit 0
}

need() {
	for tool; do
		command -v "$tool" >/dev/null || skip_all "$tool is missing; try 'make deps-board'"
	done
}

# word ADDRESS VALUE: what a register reads before it was written
word() {
	echo "-device loader,addr=$1,data=$2,data-len=4"
}

# Four identification registers are all that Linux asks of an MMU-500; the other words
# mark the register blocks of the LPCGs, the ports and the mailbox.
registers() {
	word 0x51400020 0x7f011e40
	word 0x51400024 0x40000020
	word 0x51400028 0x7555
	word 0x5140003c 0x21
	[ $# -eq 0 ] || return 0 # a model has registers of its own
	word 0x5b230000 0x1bc90002
	word 0x5b040000 0xfec10001
	word 0x5b240000 0x1bc90004
	word 0x5b050000 0xfec20003
	word 0x5d1d0000 0x30200005
}

# with_models TREE [WORD...]: what QEMU loads them by; TREE is the one that U-Boot had
with_models() {
	printf '%s' "-plugin file=$board/models.so,uboot=$board/trees/$1.json"
	shift
	case " $* " in
	*' scfw '*) printf ',scfw=on' ;;
	esac
	case " $* " in
	*' mailbox-on '*) printf ',mailbox=on' ;;
	esac
}

# Does this machine's QEMU load them?  A FILE for its tree, since it writes over any.
try_models() {
	# shellcheck disable=SC2046 # options without blanks
	qemu-system-aarch64 -M virt,gic-version=3,dumpdtb="$board/tried.dtb" -nic none \
		-display none $(with_models patched) >"$board/models.log" 2>&1
}

# boot SERIES TREE [WORDS FOR INIT [INITRD [TREE OF U-BOOT, AND WORDS FOR MODELS]]]
# $cpus is the number of processors.  What stands in cmdline all kernels get, of hosts and of
# guests: nokaslr (which spares page table isolation), mitigations and rodata are for speed.
# What waits for a module waits for it on a slow machine, too: Linux would give up after 10 s.
boot() {
	# shellcheck disable=SC2046,SC2086 # lines of options, and words
	exec qemu-system-aarch64 -M virt,gic-version=3,virtualization=on -cpu cortex-a76,pmu=off \
		-m 1536M -smp "${cpus:-1}" -nographic -nic none -no-reboot $(registers ${5:-}) \
		${5:+$(with_models $5)} \
		-kernel "$board/linux-$1/boot/vmlinuz-$(cat "$board/linux-$1/release")" \
		-initrd "$board/linux-$1/${4:-initrd}" -dtb "$board/trees/$2.dtb" \
		-append "$(cat "$here/cmdline") maxcpus=${cpus:-1} vfio_iommu_type1.allow_unsafe_interrupts=1 ${3:-}"
}

setting() {
	sed -n "s/^# $2: //p" "$here/scenarios/$1.sh" | grep . || echo "$3"
}

# What the console showed since init ran, or all where that was never reached.
show() {
	sed -n '/^# begin of/,$s/^/#   /p' "$1" | grep . || sed 's/^/#   /' "$1"
}

scenarios() {
	echo trees
	find "$here/scenarios" -name '*.sh' -printf '%f\n' | sed 's/\.sh$//' | sort
}

# NAME/SERIES for each boot of the scenarios
boots_of() {
	for scenario; do
		if [ "$scenario" = trees ]; then
			for tree in $("$here/trees.sh"); do echo "trees/${tree##*/}"; done
			continue
		fi
		for series in $(setting "$scenario" kernel 6.12); do echo "$scenario/$series"; done
	done
}

# The same, those with a guest first: they take longest, and no core shall wait for one at
# the end.
longest_first() {
	for boot; do
		case $(setting "${boot%/*}" initrd initrd) in
		nested.initrd) echo "1 $boot" ;;
		*) echo "2 $boot" ;;
		esac
	done 2>/dev/null | sort -s -k 1,1 | cut -d ' ' -f 2
}

# Another QEMU than Debian 12's and 13's may not load them, which in CI is a failure.
without_models() {
	if [ "${CI:-}" = true ]; then
		echo "not ok $title"
		sed 's/^/#   /' "$board/models.log"
	else
		echo "ok $title # SKIP this QEMU does not load the models"
	fi
}

# Boot one scenario and check what it said: log/NAME/SERIES.tap is its part of the output,
# with N for the number.
run_one() {
	scenario=${1%/*} series=${1#*/}
	log=$board/log/$1

	mkdir -p "$board/log/$scenario"
	began=$(date +%s)
	if [ "$scenario" = trees ]; then
		run_tree "$series"
		return
	fi
	title="N - $scenario: $(sed -n '3s/^# //p' "$here/scenarios/$scenario.sh")"
	[ -e "$board/linux-$series.done" ] || {
		echo "ok $title # SKIP Linux $series is out of reach" >"$log.tap"
		return
	}
	uboot=
	models=$(setting "$scenario" models no)
	if [ "$models" != no ]; then
		uboot="$(setting "$scenario" uboot "$(setting "$scenario" tree patched)") $models"
		[ -e "$board/models.works" ] || {
			without_models >"$log.tap"
			return
		}
	fi
	cpus=$(setting "$scenario" cpus 1) timeout --foreground $((limit + 30)) "$0" --boot "$series" \
		"$(setting "$scenario" tree patched)" \
		"scenario=$scenario limit=$limit $(setting "$scenario" cmdline '')" \
		"$(setting "$scenario" initrd initrd)" "$uboot" </dev/null 2>&1 | tr -d '\r' >"$log"
	check_log "Linux $series"
}

# run_tree NAME: one that trees.sh knows
run_tree() {
	title="N - trees: the guest of $1 has packets"
	[ -e "$board/models.works" ] || {
		without_models >"$log.tap"
		return
	}
	"$here/trees.sh" --boot "$("$here/trees.sh" | grep "/$1\$")" >"$log" 2>&1 || :
	check_log "Linux 6.12"
}

# check_log KERNEL: did all that the log says succeed, to the end?
check_log() {
	took=$(($(date +%s) - began))
	if grep -q "^# end of $scenario" "$log" && grep -q '^ok ' "$log" && ! grep -q '^not ok ' "$log"
	then
		echo "ok $title ($(grep -c '^ok ' "$log") checks, $1, $took s)" >"$log.tap"
		sed -n 's/^# figure: /#   /p' "$log" >>"$log.tap"
	else
		echo "not ok $title ($1, $took s)" >"$log.tap"
		show "$log" >>"$log.tap"
	fi
}

# Init has looked into the kernel's log, unless the kernel came to its end.
check_kernel_logs() {
	if bad=$(grep -rlE '^not ok 97|Kernel panic|Internal error' "$board/log"); then
		echo "not ok N - no BUG, WARNING or oops of the kernel in any boot"
		echo "$bad" | sed 's/^/#   /'
	else
		echo "ok N - no BUG, WARNING or oops of the kernel in any boot"
	fi
}

# What imxpt says that U-Boot sets and disables, in the words of tests/uboot/boot.
predicted() {
	jq -r '(.disabled[] | "disabled \(.node) \(.resource)"),
		(.streams[] | "stream \(.node) " + if .resource == null then "none"
			else "\(.resource) \(.stream_id) \(if .set then "set" else "refused" end)" end)' "$1"
}

# The models start with what imxpt says that U-Boot does to the trees.
check_start() {
	name="the models start as U-Boot's own code says"
	uboot=build/tests/uboot/boot
	[ -x "$uboot" ] || {
		echo "ok N - $name # SKIP 'make deps-uboot check-uboot' builds that code"
		return
	}
	for json in "$board"/trees/*.json; do
		[ "$(jq -r .command "$json")" = uboot ] || continue
		predicted "$json" >"$board/predicted"
		# shellcheck disable=SC2046 # numbers
		"$uboot" "${json%json}dtb" $(jq -r '.resources[].id' "$json") 2>/dev/null |
			diff "$board/predicted" - >"$board/differs" || {
			echo "not ok N - $name: $json"
			sed 's/^/#   /' "$board/differs"
			return
		}
	done
	echo "ok N - $name"
}

case ${1:-} in
--boot)
	shift
	boot "$@"
	;;
--one)
	run_one "$2"
	exit
	;;
esac

# shellcheck disable=SC2046 # scenarios have no blanks in their names
[ $# -gt 0 ] || set -- $(scenarios)
for scenario; do
	[ "$scenario" = --shell ] || scenarios | grep -qxF -e "$scenario" || {
		echo "board: $scenario is no scenario; there are: $(scenarios | paste -sd ' ')" >&2
		exit 2
	}
done

need qemu-system-aarch64 aarch64-linux-gnu-gcc dtc cpp cpio depmod xz make apt-get
mkdir -p "$board"
"$here/fetch.sh" 2>"$board/fetch.log" || skip_all "$(tail -n 1 "$board/fetch.log")"
"$here/build.sh"
rm -f "$board/models.works"
! try_models || : >"$board/models.works"
if [ "${1:-}" = --shell ]; then
	[ ! -e "$board/models.works" ] || boot 6.12 patched '' nested.initrd 'patched scfw'
	boot 6.12 patched '' nested.initrd
fi

# shellcheck disable=SC2046 # nor have their boots
set -- $(boots_of "$@")
rm -rf "$board/log"
mkdir -p "$board/log"
# one more than there are cores, since some wait
longest_first "$@" | xargs -n 1 -P $(($(nproc) + 1)) "$0" --one

cat "$board"/linux-*/release | sed 's/^/# Linux /'
echo "1..$(($# + 2))"
{
	for boot; do cat "$board/log/$boot.tap"; done
	check_start
	check_kernel_logs
} | awk '/^(not )?ok N / { sub(/ N /, " " ++n " ") }
	/^not ok / { bad++ }
	/^ok / && !/ # SKIP / { ok++ }
	{ print }
	END { printf "%d passed, %d failed\n", ok, bad; exit bad > 0 }'
