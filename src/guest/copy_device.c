/* SPDX-License-Identifier: Apache-2.0 */
/* The properties of a passed device that differ from the host's. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "guest/copy.h"

#define INTERRUPT_CELLS 3 /* of a GIC: kind, number, trigger */
#define SPI 0		  /* the kind */

#define REGION_CELLS 4 /* of an entry of reg: two of an address, two of a size */

int builder_set_reg(const struct guest_builder *b, int node, const struct device_regs *regs)
{
	size_t n = REGION_CELLS * regs->n_regions;
	uint32_t *v = builder_cells(b, n);
	struct prop p = { .name = "reg", .value = v, .size = (int)(n * sizeof(*v)) };

	if (!v)
		return b->fault->code;
	for (size_t r = 0; r < regs->n_regions; r++, v += REGION_CELLS) {
		cells_put_number(v, regs->address[r]);
		cells_put_number(v + 2, regs->size[r]);
	}
	if (n == 0)
		return 0;
	return builder_set(b, node, &p, b->reg_why);
}

int builder_set_interrupts(const struct guest_builder *b, int node,
			   const struct device_regs *regs, const char *why)
{
	size_t n = (size_t)INTERRUPT_CELLS * regs->n_irqs;
	uint32_t *v = builder_cells(b, n);
	struct prop p = { .name = "interrupts", .value = v, .size = (int)(n * sizeof(*v)) };

	if (!v)
		return b->fault->code;
	for (uint32_t k = 0; k < regs->n_irqs; k++) {
		*v++ = htobe32(SPI);
		*v++ = htobe32(regs->irq[k]);
		*v++ = htobe32(regs->trigger[k]);
	}
	return n == 0 ? 0 : builder_set(b, node, &p, why);
}

/* One-to-one ranges of 4 GiB, as two windows: a window's size must fit one cell. */
static const uint8_t one_to_one[6 * sizeof(uint32_t)] = {
	[8] = 0x80, [12] = 0x80, [16] = 0x80, [20] = 0x80
};

/*
 * Copy ranges or dma-ranges of a passed bus, with two cells for each address of the
 * parent.  Empty ranges mean the same addresses as in the parent, but only if both
 * have the same number of cells; Linux skips empty dma-ranges (of_dma_get_range()).
 */
static int set_ranges(const struct guest_builder *b, int node, const char *name)
{
	const struct tree *t = b->guest->host;
	uint32_t below = tree_cell_count(t, node, "#address-cells", 2);
	uint32_t above = tree_cell_count(t, t->nodes[node].parent, "#address-cells", 2);
	uint32_t length = tree_cell_count(t, node, "#size-cells", 1);
	uint32_t record = below + above + length;
	struct cells old = tree_cells(t, node, name);
	struct prop p = { .name = name };
	char path[TREE_PATH_MAX];
	uint32_t *v;

	if (!tree_prop(t, node, p.name, &p.size))
		return 0;
	if (p.size == 0 && record == 3)
		old = (struct cells){ one_to_one, sizeof(one_to_one) / sizeof(*v) };
	if (p.size == 0 && (below == 2 || *name == 'd'))
		old.n = 0;
	else if (!below || !above || above > 2 || !length || !old.n || old.n % record)
		return fault_set(b->fault, -EINVAL, "%s: %s does not fit its cells",
				 tree_path(t, node, path), name);
	v = builder_cells(b, old.n * 2);
	if (!v)
		return b->fault->code;
	p.value = v;
	for (size_t i = 0; i < old.n; i++) {
		/* the upper half of an address that has one cell */
		if (i % record == below && above == 1)
			*v++ = 0;
		*v++ = htobe32(cells_get(old, i));
	}
	p.size = (int)((const char *)v - (const char *)p.value);
	return builder_set(b, b->copy[node], &p,
			   "the same ranges, in the cells of the parent");
}

static bool is_below_passed(const struct guest_builder *b, int node)
{
	const struct deps *d = b->guest->deps;
	const struct dependency *parent = deps_of_node(d, d->tree->nodes[node].parent);

	return parent && parent->disposition == DISPOSITION_PASSED;
}

static int copy_unchanged(const struct guest_builder *b, int node, const char *name)
{
	struct prop p = { .name = name };

	p.value = tree_prop(b->guest->host, node, name, &p.size);
	if (!p.value)
		return 0;
	return builder_set(b, b->copy[node], &p, "as on the host, below a passed device");
}

/*
 * A device below another passed device keeps its parent, so its address is mapped only if no
 * node between the two translates it.
 */
static int set_nested(const struct guest_builder *b, int node)
{
	const struct tree *t = b->guest->host;
	char path[TREE_PATH_MAX];
	int size, ret;

	for (int i = node; is_below_passed(b, i);) {
		i = t->nodes[i].parent;
		if (!tree_prop(t, i, "ranges", &size) || size > 0)
			return fault_set(b->fault, -ENOTSUP,
					 "%s: it is below a passed device that translates "
					 "addresses",
					 tree_path(t, node, path));
	}
	ret = copy_unchanged(b, node, "reg");
	if (ret)
		return ret;
	ret = copy_unchanged(b, node, "ranges");
	return ret ? ret : copy_unchanged(b, node, "dma-ranges");
}

static int set_addresses(const struct guest_builder *b, int node,
			 const struct device_regs *regs)
{
	int ret;

	if (is_below_passed(b, node))
		return set_nested(b, node);
	ret = builder_set_reg(b, b->copy[node], regs);
	if (ret)
		return ret;
	ret = set_ranges(b, node, "ranges");
	return ret ? ret : set_ranges(b, node, "dma-ranges");
}

static int set_state(const struct guest_builder *b, int node)
{
	static const struct prop okay = { .name = "status",
					  .value = "okay",
					  .size = sizeof("okay") };
	static const struct prop noncoherent = { .name = "dma-noncoherent" };
	int ret = builder_set(b, node, &okay, "the guest uses it");

	if (ret)
		return ret;
	return builder_set(b, node, &noncoherent, drop_reason("dma-coherent"));
}

static int set_mac(const struct guest_builder *b, size_t i, int node)
{
	struct prop p = { .name = "local-mac-address",
			  .value = guest_mac(b->guest, i),
			  .size = GUEST_MAC_SIZE };

	return p.value ? builder_set(b, node, &p, "the MAC of the port") : 0;
}

static int set_alias(const struct guest_builder *b, const char *alias, int node)
{
	struct prop p = { .name = alias };
	char buf[TREE_PATH_MAX];
	const char *path = builder_path(b, node, buf);
	int aliases, ret;

	ret = edits_child(b->edits, b->root, "aliases", "names of the passed devices",
			  &aliases, b->fault);
	if (ret)
		return ret;
	p.value = builder_text(b, "%s", path);
	if (!p.value)
		return b->fault->code;
	p.size = (int)strlen(path) + 1;
	return builder_set(b, aliases, &p, "the device's alias in the profile");
}

int builder_device(const struct guest_builder *b, size_t i, const struct device_regs *regs)
{
	const char *alias = b->guest->profile->pass[i].alias;
	int node = b->guest->pass[i], copy = b->copy[node], ret;

	ret = set_addresses(b, node, regs);
	if (ret)
		return ret;
	ret = set_state(b, copy);
	if (ret)
		return ret;
	ret = set_mac(b, i, copy);
	if (ret || !alias)
		return ret;
	return set_alias(b, alias, copy);
}
