/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs - print every reference of a device tree, one a line:
 *
 *	NODE PROPERTY TARGET [ARGUMENT...]
 *
 * The target is "!" if no node or more than one has the phandle, or if it does not have
 * the number of arguments.  The table of properties is a second one, so that the
 * program is not tested with its own.
 *
 *	refs FILE.dtb
 */
#include <err.h>
#include <fcntl.h>
#include <libfdt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define PATH_MAX_BYTES 1024
#define TREE_MAX (16 * 1024 * 1024)

struct meaning {
	const char *end;   /* of the property's name */
	const char *cells; /* the target's; NULL: no arguments */
};

static const struct meaning meanings[] = {
	{ "assigned-clocks", "#clock-cells" },
	{ "assigned-clock-parents", "#clock-cells" },
	{ "clocks", "#clock-cells" },
	{ "dmas", "#dma-cells" },
	{ "gpio", "#gpio-cells" },
	{ "gpios", "#gpio-cells" },
	{ "interrupt-parent", NULL },
	{ "interrupts-extended", "#interrupt-cells" },
	{ "iommus", "#iommu-cells" },
	{ "mboxes", "#mbox-cells" },
	{ "memory-region", NULL },
	{ "msi-parent", NULL },
	{ "nvmem-cells", "#nvmem-cell-cells" },
	{ "phy-handle", NULL },
	{ "phys", "#phy-cells" },
	{ "pinctrl-0", NULL },
	{ "pinctrl-1", NULL },
	{ "pinctrl-2", NULL },
	{ "power-domains", "#power-domain-cells" },
	{ "remote-endpoint", NULL },
	{ "resets", "#reset-cells" },
	{ "-supply", NULL },
	{ "thermal-sensors", "#thermal-sensor-cells" },
};

/* The current property. */
struct reading {
	const void *fdt;
	char node[PATH_MAX_BYTES];
	const char *property;
	const fdt32_t *v;
	int n; /* cells */
};

static bool ends(const char *s, const char *with)
{
	size_t len = strlen(s), end = strlen(with);

	return len >= end && !strcmp(s + len - end, with);
}

static const struct meaning *meaning_of(const char *property)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		const char *end = meanings[i].end;

		/* the gpios and supplies have a name before it */
		if (!strcmp(property, end) ||
		    ((*end == '-' || *end == 'g') && ends(property, end)))
			return &meanings[i];
	}
	return NULL;
}

/* The node with the phandle; -1: none, or several. */
static int find_target(const void *fdt, uint32_t phandle)
{
	int found = -1, n = 0;

	for (int node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		if (fdt_get_phandle(fdt, node) != phandle)
			continue;
		found = node;
		n++;
	}
	return n == 1 ? found : -1;
}

/* A node's number of cells; -1: it does not have it. */
static int count_cells(const void *fdt, int node, const char *name)
{
	int size;
	const fdt32_t *v = fdt_getprop(fdt, node, name, &size);

	return v && size == sizeof(*v) ? (int)fdt32_to_cpu(*v) : -1;
}

/* Print the reference at cell i with n arguments; -1: not known. */
static void print_reference(const struct reading *r, int i, int n)
{
	int target = find_target(r->fdt, fdt32_to_cpu(r->v[i]));
	char path[PATH_MAX_BYTES] = "!";

	if (target >= 0 && n >= 0 && i + n < r->n)
		fdt_get_path(r->fdt, target, path, sizeof(path));
	printf("%s %s %s", r->node, r->property, path);
	for (int a = i + 1; a <= i + n && a < r->n; a++)
		printf(" 0x%x", fdt32_to_cpu(r->v[a]));
	putchar('\n');
}

static void print_list(const struct reading *r, const char *cells)
{
	for (int i = 0, n = 0; i < r->n; i += 1 + n) {
		uint32_t phandle = fdt32_to_cpu(r->v[i]);
		int target = find_target(r->fdt, phandle);

		n = 0;
		if (phandle == 0 || phandle == UINT32_MAX)
			continue; /* an empty entry */
		if (cells && target >= 0)
			n = count_cells(r->fdt, target, cells);
		if (n < 0 && !strcmp(r->property, "nvmem-cells"))
			n = 0; /* most cells have no arguments and no number of them */
		print_reference(r, i, n);
		if (n < 0)
			return;
	}
}

/* An entry is the child's address and interrupt, the parent, its address and interrupt. */
static void print_interrupt_map(const struct reading *r, int node)
{
	int own = count_cells(r->fdt, node, "#address-cells") +
		  count_cells(r->fdt, node, "#interrupt-cells");

	for (int i = own, n; i < r->n; i += 1 + n + own) {
		int target = find_target(r->fdt, fdt32_to_cpu(r->v[i]));
		int address = target < 0 ? -1 : count_cells(r->fdt, target, "#address-cells");

		n = target < 0 ? -1 : count_cells(r->fdt, target, "#interrupt-cells");
		if (n >= 0 && address > 0)
			n += address;
		print_reference(r, i, n);
		if (n < 0)
			return;
	}
}

/* First id, target, first id there, how many. */
static void print_id_map(const struct reading *r)
{
	for (int i = 1; i < r->n; i += 4)
		print_reference(r, i, 2);
}

static void print_property(struct reading *r, int node, int property)
{
	const struct meaning *m;
	int size;

	r->v = fdt_getprop_by_offset(r->fdt, property, &r->property, &size);
	r->n = size / (int)sizeof(*r->v);
	m = meaning_of(r->property);
	if (!strcmp(r->property, "interrupt-map"))
		print_interrupt_map(r, node);
	else if (!strcmp(r->property, "msi-map") || !strcmp(r->property, "iommu-map"))
		print_id_map(r);
	else if (m)
		print_list(r, m->cells);
}

int main(int argc, char **argv)
{
	struct reading r = { 0 };
	struct fault f = { 0 };
	void *blob;
	size_t size;

	if (argc != 2)
		errx(EXIT_FAILURE, "usage: refs FILE.dtb");
	if (file_read(argv[1], TREE_MAX, &blob, &size, &f))
		errx(EXIT_FAILURE, "%s", f.text);
	if (fdt_check_full(blob, size))
		errx(EXIT_FAILURE, "%s is damaged", argv[1]);

	r.fdt = blob;
	for (int node = 0; node >= 0; node = fdt_next_node(blob, node, NULL)) {
		int property;

		fdt_get_path(blob, node, r.node, sizeof(r.node));
		fdt_for_each_property_offset(property, blob, node)
			print_property(&r, node, property);
	}
	free(blob);
	return EXIT_SUCCESS;
}
