/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "guest/deps.h"

const char *disposition_name(enum disposition d)
{
	static const char *const words[] = {
		[DISPOSITION_PASSED] = "passed",
		[DISPOSITION_COPIED] = "copied",
		[DISPOSITION_REPLACED] = "replaced",
		[DISPOSITION_DROPPED] = "dropped",
	};

	return words[d];
}

struct drop {
	const char *property;
	const char *reason;
};

static const struct drop drops[] = {
	{ "dma-coherent", "DMA of the device is not coherent with the processors' caches" },
	{ "fsl,sc_rsrc_id", "only U-Boot on the host reads it" },
	{ "interrupt-parent", "interrupts have another parent in the guest" },
	{ "iommu-map", "the guest does not have the host's IOMMU" },
	{ "iommus", "the guest does not have the host's IOMMU" },
	{ "msi-map", "the guest does not have the host's MSI controller" },
	{ "msi-parent", "the guest does not have the host's MSI controller" },
	{ "wakeup-irq", "calls of a guest do not reach the firmware that wakes up the board" },
};

const char *drop_reason(const char *property)
{
	for (size_t i = 0; i < sizeof(drops) / sizeof(*drops); i++) {
		if (!strcmp(property, drops[i].property))
			return drops[i].reason;
	}
	return NULL;
}

/* For properties whose name starts with start and ends with end. */
struct effect {
	const char *start, *end;
	const char *text;
};

#define NO_INPUT "it is an input, and the guest does not see it"
#define OUTPUT                                                             \
	"the host has the line and must set it as the device needs it (a " \
	"gpio-hog with output-high or output-low)"

/* The first row that matches is used; the last one matches all names. */
static const struct effect effects[] = {
	{ "", "-supply",
	  "the guest assumes that it is always on, so the host must keep it on" },
	{ "cd-", "gpios", "the guest polls for the card (broken-cd)" },
	{ "wp-", "gpios", "the guest treats the card as writable (disable-wp)" },
	/* inputs; the others are outputs */
	{ "id-", "gpios", NO_INPUT },
	{ "int-", "gpios", NO_INPUT },
	{ "interrupt-", "gpios", NO_INPUT },
	{ "irq-", "gpios", NO_INPUT },
	{ "cts-", "gpios", NO_INPUT },
	{ "dcd-", "gpios", NO_INPUT },
	{ "dsr-", "gpios", NO_INPUT },
	/* of regulator-fixed */
	{ "gpio", "gpio", "the host sets the line: its patched tree keeps the regulator on" },
	{ "", "gpio", OUTPUT },
	{ "", "gpios", OUTPUT },
	{ "pinctrl-", "", "the pins keep the host's setting" },
	{ "interrupts", "", "the guest polls the device or cannot use it" },
	{ "assigned-clock", "", "the clock keeps the host's setting" },
	{ "clocks", "", "the guest's driver lacks a clock and may refuse the device" },
	{ "power-domains", "", "the host must keep the device's power on" },
	{ "resets", "", "the guest cannot reset the device" },
	{ "dmas", "", "a UART, SPI or I2C works without DMA, audio does not" },
	{ "phy", "", "the interface gets no link without its PHY" },
	{ "nvmem-cells", "", "the guest needs another source of the value" },
	{ "mboxes", "", "the guest cannot reach the system controller" },
	{ "", "", "the guest's driver must work without it" },
};

const char *drop_effect(const char *property)
{
	const struct effect *e = effects;

	while (!text_starts(property, e->start) || !text_ends(property, e->end))
		e++;
	return e->text;
}

bool is_gpio_list(const char *property)
{
	return text_ends(property, "gpio") || text_ends(property, "gpios");
}

bool needs_property(const struct tree *t, int node, const char *property)
{
	/* these bindings require the property; gpio-reset is NXP's, the others are in Linux */
	static const struct {
		const char *compatible, *property;
	} needs[] = {
		{ "gpio-reset", "reset-gpios" },      { "gpio-gate-clock", "enable-gpios" },
		{ "gpio-mux-clock", "select-gpios" }, { "gpio-mux", "mux-gpios" },
		{ "mmc-pwrseq-emmc", "reset-gpios" }, { "regulator-gpio", "gpios" },
	};

	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (!strcmp(property, needs[i].property) &&
		    tree_is_compatible(t, node, needs[i].compatible))
			return true;
	}
	return false;
}

bool is_plain_bus(const struct tree *t, int node)
{
	int size;

	return node == 0 || tree_prop(t, node, "ranges", &size);
}

bool compatible_ends(const struct tree *t, int node, const char *end)
{
	const struct strings kinds = tree_strings(t, node, "compatible");

	for (const char *s = NULL; (s = strings_next(kinds, s));) {
		if (text_ends(s, end))
			return true;
	}
	return false;
}

const char *host_only_reason(const struct tree *t, int node)
{
	const char *name = t->nodes[node].name;
	int parent = t->nodes[node].parent, size;

	if (compatible_ends(t, node, "-sc-rtc") || compatible_ends(t, node, "-sc-wdt") ||
	    compatible_ends(t, node, "-sc-thermal"))
		return "the system controller allows it only to the host";
	if (parent == 0 && !strcmp(name, "reserved-memory"))
		return "it describes the host's memory";
	if (parent == 0 && !strcmp(name, "cpus"))
		return "it describes the host's processors";
	if (parent >= 0 && is_plain_bus(t, parent) && tree_prop(t, node, "reg", &size))
		return "it is, or belongs to, a device that is not passed";
	return NULL;
}
