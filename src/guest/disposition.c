/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "guest/disposition.h"

const char *disposition_name(enum disposition fate)
{
	static const char *const words[] = {
		[DISPOSITION_PASSED] = "passed",
		[DISPOSITION_COPIED] = "copied",
		[DISPOSITION_REPLACED] = "replaced",
		[DISPOSITION_DROPPED] = "cut",
	};

	return words[fate];
}

struct stay {
	const char *property;
	const char *why;
};

static const struct stay stays[] = {
	{ "dma-coherent", "it does not see the processors' caches" },
	{ "fsl,sc_rsrc_id", "only U-Boot reads it, on the host" },
	{ "interrupt-parent", "interrupts in the guest have other parents" },
	{ "iommu-map", "the host's IOMMU is not in the guest" },
	{ "iommus", "the host's IOMMU is not in the guest" },
	{ "msi-map", "the host's MSI controller is not in the guest" },
	{ "msi-parent", "the host's MSI controller is not in the guest" },
	{ "wakeup-irq", "a guest's calls do not reach the firmware that wakes the board" },
};

const char *drop_reason(const char *property)
{
	for (size_t i = 0; i < sizeof(stays) / sizeof(*stays); i++) {
		if (!strcmp(property, stays[i].property))
			return stays[i].why;
	}
	return NULL;
}

/* A property's name starts with start and ends with end. */
struct loss {
	const char *start, *end;
	const char *what;
};

/* The first row that fits counts; the last fits all. */
static const struct loss losses[] = {
	{ "", "-supply", "the guest takes it for always on: the host must keep it on" },
	{ "", "gpio", "the host has the line: it must keep it where the device needs it" },
	{ "", "gpios", "the host has the line: it must keep it where the device needs it" },
	{ "pinctrl-", "", "its pins stay as the host sets them" },
	{ "interrupts", "", "the device is polled, or not used" },
	{ "assigned-clock", "", "the clock stays as the host sets it" },
	{ "clocks", "", "the guest's driver misses a clock, and may refuse the device" },
	{ "power-domains", "", "the host must keep the device's power on" },
	{ "resets", "", "the guest cannot reset the device" },
	{ "dmas", "", "the guest's driver does without DMA" },
	{ "phy", "", "no PHY: the interface gets no link" },
	{ "nvmem-cells", "", "the value must come from elsewhere" },
	{ "mboxes", "", "the guest cannot talk to the system controller" },
	{ "(child)", "", "the guest does not see it" },
	{ "", "", "the guest's driver has to do without" },
};

const char *drop_effect(const char *property)
{
	const struct loss *l = losses;
	size_t len = strlen(property);

	while (strncmp(property, l->start, strlen(l->start)) || len < strlen(l->end) ||
	       strcmp(property + len - strlen(l->end), l->end) != 0)
		l++;
	return l->what;
}

bool is_plain_bus(const struct tree *t, int node)
{
	int size;

	return node == 0 || tree_prop(t, node, "ranges", &size);
}

/* Does one of the node's compatible end like this? */
static bool is_like(const struct tree *t, int node, const char *end)
{
	const struct strings kinds = tree_strings(t, node, "compatible");

	for (const char *s = NULL; (s = strings_next(kinds, s));) {
		if (strlen(s) > strlen(end) && !strcmp(s + strlen(s) - strlen(end), end))
			return true;
	}
	return false;
}

const char *host_only_reason(const struct tree *t, int node)
{
	const char *name = t->nodes[node].name;
	int parent = t->nodes[node].parent, size;

	if (is_like(t, node, "-sc-rtc") || is_like(t, node, "-sc-wdt") ||
	    is_like(t, node, "-sc-thermal"))
		return "the system controller has it for the host alone";
	if (parent == 0 && !strcmp(name, "reserved-memory"))
		return "it is the host's memory";
	if (parent == 0 && !strcmp(name, "cpus"))
		return "they are the host's processors";
	if (parent >= 0 && is_plain_bus(t, parent) && tree_prop(t, node, "reg", &size))
		return "it is, or is behind, a device that is not passed";
	return NULL;
}
