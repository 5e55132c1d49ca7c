# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What each built-in profile passes, typed once more, on purpose: a change of a profile
# must say so twice.
#
# shellcheck disable=SC2034 # the tests use what is set here

# shellcheck source=tests/dts.sh
. tests/dts.sh

conn=/bus@5b000000
dma=/bus@5a000000
lsio=/bus@5d000000
profiles='imx8qm-fec1 imx8qm-fec1-fec2 imx8qm-fec1-mu3 imx8qm-flexcan1-flexcan2 imx8qm-lpuart1
	imx8qm-usbotg1 imx8qm-usdhc2'

# facts_of PROFILE: sets stream (hexadecimal), rsrcs, mu, and devices: "KIND PATH RESOURCE" a
# line.  A gate and a mailbox need no say about DMA; dma does some, io does none; 0: it has
# no resource of its own.
facts_of() {
	stream=20 mu=215 mailbox=$lsio/mailbox@5d1d0000
	case $1 in
	imx8qm-fec1 | ghaf-guide)
		stream=12 rsrcs=251
		devices="gate $conn/clock-controller@5b230000 251
			dma $conn/ethernet@5b040000 251"
		;;
	imx8qm-fec1-mu3)
		facts_of imx8qm-fec1
		mu=216 mailbox=$lsio/mailbox@5d1e0000
		return
		;;
	imx8qm-fec1-fec2)
		stream=12 rsrcs='251 252'
		devices="gate $conn/clock-controller@5b230000 251
			dma $conn/ethernet@5b040000 251
			gate $conn/clock-controller@5b240000 252
			dma $conn/ethernet@5b050000 252"
		;;
	imx8qm-usdhc2)
		rsrcs=249
		devices="gate $conn/clock-controller@5b210000 249
			dma $conn/mmc@5b020000 249"
		;;
	imx8qm-lpuart1)
		rsrcs=58
		devices="gate $dma/clock-controller@5a470000 58
			io $dma/serial@5a070000 58"
		;;
	imx8qm-flexcan1-flexcan2)
		rsrcs='105 106'
		devices="gate $dma/clock-controller@5acd0000 105
			io $dma/can@5a8d0000 105
			gate $dma/clock-controller@5ace0000 106
			io $dma/can@5a8e0000 106"
		;;
	imx8qm-usbotg1)
		rsrcs='261 259'
		devices="gate $conn/clock-controller@5b270000 261
			io $conn/usbphy@5b100000 261
			io $conn/usbmisc@5b0d0200 0
			dma $conn/usb@5b0d0000 259"
		;;
	esac
}

# What refers to other nodes, and what only names or numbers such references, in any of
# those devices, but for iommus and interrupt-parent.
references='power-domains clocks clock-names assigned-clocks assigned-clock-rates
	assigned-clock-parents pinctrl-names pinctrl-0 pinctrl-1 pinctrl-2 pinctrl-3 phy-handle
	phy-supply nvmem-cells nvmem-cell-names dmas dma-names vmmc-supply vqmmc-supply
	cd-gpios wp-gpios fsl,usbphy fsl,usbmisc vbus-supply phy-3p0-supply xceiver-supply
	interrupts-extended'

# The guide removes these from its port, and less from the clock gate.
references_guide='power-domains clocks clock-names assigned-clocks assigned-clock-rates
	phy-handle pinctrl-names pinctrl-0'

# derive WHAT FLAT NODE...: what passing these nodes means on the tree: "pads", in
# hexadecimal; "siblings", the enabled nodes that refer to a passed one and need it;
# "supplies", the regulators that only passed nodes use and that nothing keeps on.
derive() {
	derive_what=$1 derive_flat=$2
	shift 2
	awk -v what="$derive_what" -v passed="$*" '
	function below(path, i) {
		for (i = 1; i <= n_passed; i++)
			if (path == node[i] || index(path, node[i] "/") == 1)
				return 1
		return 0
	}
	function on(path) {
		return !(path in status) || status[path] == "\"okay\""
	}
	function is_gone(path) {
		return below(path) || !on(path) || path in sibling
	}
	function find_siblings(i, k, n, v, target) {
		for (i = 1; i <= n_lines; i++) {
			if (below(where[i]) || !on(where[i]) ||
			    name[i] !~ /^(phy-handle|phys|fsl,usbphy|fsl,usbmisc|clocks|assigned-clocks|assigned-clock-parents)$/)
				continue
			n = split(value[i], v, " ")
			for (k = 1; k <= n; k++) {
				target = at[v[k]]
				if (target != "" && below(target))
					sibling[where[i]]
				if (name[i] ~ /clock/)
					k += cells[target]
				else
					break
			}
		}
	}
	function print_pads(i, k, n, m, p, v, pins) {
		for (i = 1; i <= n_lines; i++) {
			if (!below(where[i]) || name[i] !~ /^pinctrl-[0-9]+$/)
				continue
			n = split(value[i], v, " ")
			for (k = 1; k <= n; k++) {
				m = split(pins_of[at[v[k]]], pins, " ")
				for (p = 1; p <= m; p += 3)
					if (!(pins[p] in seen)) {
						seen[pins[p]]
						print pins[p]
					}
			}
		}
	}
	function print_supplies(i, k, used, target) {
		for (i = 1; i <= n_lines; i++) {
			target = at[value[i]]
			if (!below(where[i]) || name[i] !~ /-supply$/ || target in always ||
			    is_gone(target))
				continue
			used = 0
			for (k = 1; k <= n_lines; k++)
				if (name[k] ~ /-supply$/ && value[k] == value[i] && !is_gone(where[k]))
					used = 1
			if (!used)
				print target
		}
	}
	BEGIN { n_passed = split(passed, node, " ") }
	NF > 1 {
		path = $1
		sub(/\/$/, "", path)
		text = $0
		sub(/^[^=]*= /, "", text)
		gsub(/[<>;]/, "", text)
		where[++n_lines] = path
		name[n_lines] = $2
		sub(/;$/, "", name[n_lines])
		value[n_lines] = text
	}
	$2 == "phandle" { at[text] = path }
	$2 == "status" { status[path] = text }
	$2 == "fsl,pins" { pins_of[path] = text }
	$2 == "#clock-cells" { cells[path] = substr(text, 3) + 0 }
	$2 == "regulator-always-on;" { always[path] }
	END {
		find_siblings()
		if (what == "siblings")
			for (path in sibling)
				print path
		else if (what == "pads")
			print_pads()
		else
			print_supplies()
	}' "$derive_flat"
}
