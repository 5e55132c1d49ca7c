/* SPDX-License-Identifier: Apache-2.0 */
/* What the nodes of a draft's devices say of where they are. */
#include <endian.h>
#include <errno.h>

#include "guest/copy.h"
#include "dt/tree.h"

#define REGION_CELLS 4	  /* of reg on the bus: two of an address, two of a size */
#define INTERRUPT_CELLS 3 /* of a GIC's: kind, number, trigger */
#define SPI 0		  /* the kind */

static int set_reg(const struct guest_builder *d, const struct device_regs *dev, int twin)
{
	size_t n = REGION_CELLS * dev->request.n_regions;
	uint32_t *v = builder_cells(d, n);
	struct prop p = { .name = "reg", .value = v, .size = (int)(n * sizeof(*v)) };

	if (!v)
		return d->fault->code;
	for (size_t r = 0; r < dev->request.n_regions; r++, v += REGION_CELLS) {
		cells_put_number(v, dev->address[r]);
		cells_put_number(v + 2, dev->request.size[r]);
	}
	return n == 0 ? 0 :
			builder_set(d, twin, &p, "its own address, in the cells of the bus");
}

static int set_interrupts(const struct guest_builder *d, size_t i, int twin)
{
	const struct slot *place = &d->layout->slot[i];
	size_t n = (size_t)INTERRUPT_CELLS * place->n_spis;
	uint32_t *v = builder_cells(d, n);
	struct prop p = { .name = "interrupts", .value = v, .size = (int)(n * sizeof(*v)) };

	if (!v)
		return d->fault->code;
	for (uint32_t k = 0; k < place->n_spis; k++) {
		*v++ = htobe32(SPI);
		*v++ = htobe32(place->first_spi + k);
		*v++ = htobe32(d->layout->dev[i].trigger[k]);
	}
	return n == 0 ? 0 : builder_set(d, twin, &p, "QEMU's lines, with the host's triggers");
}

/* 4 GiB in two windows, one-to-one, in records of three cells. */
static const uint8_t all[6 * sizeof(uint32_t)] = {
	[8] = 0x80, [12] = 0x80, [16] = 0x80, [20] = 0x80
};

/*
 * A passed bus's ranges or dma-ranges, with two cells for each address above it.
 * Empty ranges say that all is as above, but only of the same cells; Linux passes
 * over empty dma-ranges (of_dma_get_range()).
 */
static int set_ranges(const struct guest_builder *d, int node, int twin, const char *name)
{
	const struct tree *t = d->guest->host;
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
		old = (struct cells){ all, sizeof(all) / sizeof(*v) };
	if (p.size == 0 && (below == 2 || *name == 'd'))
		old.n = 0;
	else if (!below || !above || above > 2 || !length || !old.n || old.n % record)
		return fault_set(d->fault, -EINVAL, "%s: %s does not fit its cells",
				 tree_path(t, node, path), name);
	v = builder_cells(d, old.n * 2);
	if (!v)
		return d->fault->code;
	p.value = v;
	for (size_t i = 0; i < old.n; i++) {
		/* in front of an address of one cell */
		if (i % record == below && above == 1)
			*v++ = 0;
		*v++ = htobe32(cells_get(old, i));
	}
	p.size = (int)((const char *)v - (const char *)p.value);
	return builder_set(d, twin, &p, "its own ranges, in the cells of the bus");
}

/* Does the node stand below a passed one? */
static bool is_nested(const struct guest_builder *d, int node)
{
	const struct deps *c = d->guest->deps;
	const struct dependency *above = deps_of_node(c, c->tree->nodes[node].parent);

	return above && above->disposition == DISPOSITION_PASSED;
}

static int copy_as_is(const struct guest_builder *d, int node, const char *name)
{
	struct prop p = { .name = name };

	p.value = tree_prop(d->guest->host, node, name, &p.size);
	return p.value ? builder_set(d, d->copy[node], &p,
				     "as on the host, below a passed device") :
			 0;
}

/*
 * A device that stands below another keeps its place and its cells.  The bus maps
 * its address if nothing in between changes it.
 */
static int set_nested(const struct guest_builder *d, int node)
{
	const struct tree *t = d->guest->host;
	char path[TREE_PATH_MAX];
	int size;

	for (int i = node; is_nested(d, i);) {
		i = t->nodes[i].parent;
		if (!tree_prop(t, i, "ranges", &size) || size > 0)
			return fault_set(d->fault, -ENOTSUP,
					 "%s: it is below a passed device that translates "
					 "addresses",
					 tree_path(t, node, path));
	}
	return copy_as_is(d, node, "reg")	     ?:
		       copy_as_is(d, node, "ranges") ?:
						       copy_as_is(d, node, "dma-ranges");
}

int builder_device(const struct guest_builder *d, size_t i)
{
	static const struct prop okay = { .name = "status",
					  .value = "okay",
					  .size = sizeof("okay") };
	static const struct prop noncoherent = { .name = "dma-noncoherent" };
	const struct bus_layout *s = d->layout;
	int node = s->node[i], twin, ret;

	if (i < s->n_dumped)
		return set_reg(d, &s->dev[i], node);
	twin = d->copy[node];
	if (is_nested(d, node))
		ret = set_nested(d, node);
	else
		ret = set_reg(d, &s->dev[i], twin)		  ?:
			      set_ranges(d, node, twin, "ranges") ?:
			      set_ranges(d, node, twin, "dma-ranges");
	if (ret == 0)
		ret = set_interrupts(d, i, twin);
	if (ret == 0)
		ret = builder_set(d, twin, &okay, "it is the guest's");
	if (ret == 0)
		ret = builder_set(d, twin, &noncoherent, drop_reason("dma-coherent"));
	return ret;
}
