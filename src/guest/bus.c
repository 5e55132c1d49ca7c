/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "guest/bus.h"
#include "guest/number.h"

/* A node's #address-cells or #size-cells; 0: one that no address here has. */
static uint32_t width(const struct tree *t, int node, const char *name, uint32_t absent)
{
	uint32_t n = number_cells(t, node, name, absent);

	return n <= 2 ? n : 0;
}

/* The window from the node's ranges: address below, address above, size. */
static int read_window(const struct tree *t, struct bus *b, struct fault *f)
{
	uint32_t below = width(t, b->node, "#address-cells", 2);
	uint32_t above = width(t, 0, "#address-cells", 2);
	uint32_t length = width(t, b->node, "#size-cells", 1);
	struct cells ranges = tree_cells(t, b->node, "ranges");
	const uint64_t limit = 1ULL << BUS_ADDRESS_BITS;

	if (t->nodes[b->node].parent != 0 || above != 2)
		return fault_set(f, -EINVAL, "not below a root whose #address-cells are 2");
	if (!below || !length)
		return fault_set(f, -EINVAL, "#address-cells and #size-cells must be 1 or 2");
	if (ranges.n != below + above + length)
		return fault_set(f, -EINVAL, "ranges is not one window");
	if (number_get(ranges, 0, below))
		return fault_set(f, -EINVAL, "ranges does not start at 0");

	b->base = number_get(ranges, below, above);
	b->size = number_get(ranges, below + above, length);
	if (!b->size || b->size > limit || b->base > limit - b->size)
		return fault_set(f, -EINVAL, "ranges is no window that arm64 can address");
	return 0;
}

int bus_read(const struct tree *virt, struct bus *out, struct fault *f)
{
	struct bus b = { .node = tree_compatible(virt, BUS_COMPATIBLE),
			 .first_spi = BUS_FIRST_SPI,
			 .n_spis = BUS_SPIS };
	char path[TREE_PATH_MAX];

	if (b.node < 1)
		return fault_set(
			f, -ENOENT,
			"no node compatible with qemu,platform: not a tree of QEMU's virt");
	for (int i = b.node + 1; i < virt->n_nodes; i++) {
		if (tree_is_compatible(virt, i, BUS_COMPATIBLE))
			return fault_set(f, -ENOTUNIQ,
					 "several nodes are compatible with qemu,platform");
	}
	if (read_window(virt, &b, f)) {
		fault_in(f, "%s", tree_path(virt, b.node, path));
		return fault_fix(f, "give the tree just as QEMU dumped it, not a guest's made "
				    "of it");
	}
	*out = b;
	return 0;
}
