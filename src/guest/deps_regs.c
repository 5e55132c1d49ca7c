/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "dt/refs.h"
#include "guest/deps.h"

#define EXTENDED "interrupts-extended"
#define EDGES 3 /* rising and falling, as bits of the type of an interrupt */

int device_interrupt_parent(const struct tree *t, int node)
{
	int size;

	/* a tree may have a cycle of parents */
	for (int hops = 0; node >= 0 && hops < TREE_DEPTH_MAX; hops++) {
		struct cells c = tree_cells(t, node, "interrupt-parent");

		node = c.n == 1 ? tree_with_phandle(t, cells_get(c, 0)) :
				  t->nodes[node].parent;
		if (node >= 0 && tree_prop(t, node, "#interrupt-cells", &size))
			return node;
	}
	return -1;
}

static int wrong_cells(const struct tree *t, int node, const char *property, struct fault *f)
{
	char path[TREE_PATH_MAX];

	return fault_set(f, -EINVAL, "%s: %s does not fit the cells of its parent",
			 tree_path(t, node, path), property);
}

static int read_regions(const struct tree *t, int node, struct device_regs *d, struct fault *f)
{
	int parent = t->nodes[node].parent, size;
	uint32_t addr = tree_cell_count(t, parent, "#address-cells", 2);
	uint32_t len = tree_cell_count(t, parent, "#size-cells", 1);
	struct cells reg = tree_cells(t, node, "reg");

	if (!tree_prop(t, node, "reg", &size))
		return 0;
	if (addr < 1 || addr > 2 || len < 1 || len > 2 || reg.n == 0 || reg.n % (addr + len))
		return wrong_cells(t, node, "reg", f);
	for (size_t i = 0; i < reg.n; i += addr + len) {
		size_t r = d->n_regions++;

		if (r == DEVICE_REGIONS_MAX)
			break;
		d->address[r] = cells_number(reg, i, addr);
		d->size[r] = cells_number(reg, i + addr, len);
	}
	return 0;
}

/* A GIC has the cells kind, number, type; other controllers number and perhaps type. */
static void add_irq(struct device_regs *d, struct cells specifier)
{
	uint32_t i = d->n_irqs++;
	uint32_t type = specifier.n > 1 ? cells_get(specifier, specifier.n > 2 ? 2 : 1) : 0;

	if (i >= DEVICE_IRQS_MAX)
		return;
	d->irq[i] = cells_get(specifier, specifier.n > 2);
	/* vfio keeps a level interrupt masked until the guest handles it, so both must agree */
	d->trigger[i] = type & EDGES ? TRIGGER_EDGE : TRIGGER_LEVEL;
}

static int read_extended(const struct tree *t, int node, struct device_regs *d,
			 struct fault *f)
{
	struct refs refs;
	int ret = refs_of_node(t, node, &refs, f);

	if (ret)
		return ret;
	for (size_t i = 0; ret == 0 && i < refs.n; i++) {
		const struct ref *r = &refs.v[i];

		if (strcmp(r->property, EXTENDED) != 0)
			continue;
		if (r->args.n == 0) /* or it is not whole */
			ret = wrong_cells(t, node, EXTENDED, f);
		else
			add_irq(d, r->args);
	}
	refs_free(&refs);
	return ret;
}

static int read_irqs(const struct tree *t, int node, struct device_regs *d, struct fault *f)
{
	struct cells all = tree_cells(t, node, "interrupts");
	int parent, size;
	uint32_t n;

	if (tree_prop(t, node, EXTENDED, &size))
		return read_extended(t, node, d, f);
	if (!tree_prop(t, node, "interrupts", &size))
		return 0;
	parent = device_interrupt_parent(t, node);
	n = parent < 0 ? 0 : tree_cell_count(t, parent, "#interrupt-cells", 0);
	if (n == 0 || all.n == 0 || all.n % n)
		return wrong_cells(t, node, "interrupts", f);
	for (size_t i = 0; i < all.n; i += n)
		add_irq(d, (struct cells){ all.v + i * sizeof(uint32_t), n });
	return 0;
}

int device_regs_read(const struct tree *t, int node, struct device_regs *out, struct fault *f)
{
	struct device_regs d = { .name = t->nodes[node].name };
	int ret = read_regions(t, node, &d, f) ?: read_irqs(t, node, &d, f);

	if (ret == 0)
		*out = d;
	return ret;
}
