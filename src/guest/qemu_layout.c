/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "guest/qemu.h"
#include "guest/deps.h"

#define GIC_CELLS 3	    /* of an interrupt: kind, number, trigger */
#define BUS_ADDRESS_BITS 52 /* arm64 has no more, so sums of two addresses do not overflow */

/* A device of QEMU's own whose interrupts QEMU does not write into its tree. */
struct unlisted {
	const char *compatible;
	uint32_t n_irqs;
};

/* QEMU's hw/tpm/tpm_tis_sysbus.c, and add_tpm_tis_fdt_node() in hw/core/sysbus-fdt.c */
static const struct unlisted unlisted[] = {
	{ "tcg,tpm-tis-mmio", 1 },
};

static int check_gic(const struct tree *virt, int bus, struct fault *f)
{
	int gic = device_interrupt_parent(virt, bus);
	char path[TREE_PATH_MAX];

	if (gic < 0 || tree_cell_count(virt, gic, "#interrupt-cells", 0) != GIC_CELLS)
		return fault_set(f, -EINVAL, "%s: its interrupt parent is not a GIC",
				 tree_path(virt, bus, path));
	return 0;
}

static int read_device(struct bus_layout *l, const struct tree *t, int node, struct fault *f)
{
	if (l->n == BUS_DEVICES_MAX)
		return fault_set(f, -E2BIG, "more than %d devices on the platform bus",
				 BUS_DEVICES_MAX);
	l->node[l->n] = node;
	return device_regs_read(t, node, &l->regs[l->n++], f);
}

/* Move the last device, so that all are in the order of their addresses. */
static void sort_last(struct bus_layout *l)
{
	for (size_t i = l->n - 1; i > 0 && l->regs[i].address[0] < l->regs[i - 1].address[0];
	     i--) {
		struct device_regs regs = l->regs[i];
		int node = l->node[i];

		l->regs[i] = l->regs[i - 1];
		l->node[i] = l->node[i - 1];
		l->regs[i - 1] = regs;
		l->node[i - 1] = node;
	}
}

static void add_unlisted_irqs(struct bus_layout *l, const struct tree *virt, size_t i)
{
	for (size_t k = 0; k < sizeof(unlisted) / sizeof(*unlisted); k++) {
		if (l->regs[i].n_irqs > 0 ||
		    !tree_is_compatible(virt, l->node[i], unlisted[k].compatible))
			continue;
		l->regs[i].n_irqs = unlisted[k].n_irqs;
		l->unlisted_irqs[i] = true;
	}
}

/*
 * The order of the dumped devices is right if each device gets the slot that the dump shows.
 */
static int check_dumped(const struct bus_layout *l, size_t i, struct fault *f)
{
	const struct device_regs *d = &l->regs[i];
	const struct slot *s = &l->slot[i];
	bool same = true;

	for (size_t r = 0; r < s->n_regions; r++)
		same &= s->region[r].addr == l->bus.base + d->address[r];
	for (uint32_t k = 0; k < s->n_spis && !l->unlisted_irqs[i]; k++)
		same &= d->irq[k] == s->first_spi + k;
	if (same)
		return 0;
	fault_set(
		f, -EINVAL,
		"%s: the dumped tree has it at another address or interrupt than QEMU assigns",
		d->name);
	return fault_fix(f, "dump the tree again with the line of 'imxpt qemu --dump'");
}

/* On one bus, two devices with the same address cannot be distinguished. */
static int check_addresses(const struct bus_layout *l, size_t i, struct fault *f)
{
	const struct device_regs *a = &l->regs[i];

	for (size_t k = 0; k < i; k++) {
		const struct device_regs *b = &l->regs[k];

		for (size_t n = 0; n < a->n_regions * b->n_regions; n++) {
			size_t x = n / b->n_regions, y = n % b->n_regions;

			if (a->address[x] - b->address[y] < b->size[y] ||
			    b->address[y] - a->address[x] < a->size[x])
				return fault_set(f, -EINVAL, "%s and %s have the same address",
						 b->name, a->name);
		}
	}
	return 0;
}

int bus_layout_read(const struct tree *virt, struct bus_layout *out, struct fault *f)
{
	int ret;

	*out = (struct bus_layout){ 0 };
	ret = bus_read(virt, &out->bus, f);
	if (ret)
		return ret;
	ret = check_gic(virt, out->bus.node, f);
	for (int i = out->bus.node + 1; ret == 0 && i < virt->nodes[out->bus.node].end;
	     i = virt->nodes[i].end) {
		ret = read_device(out, virt, i, f);
		if (ret == 0)
			sort_last(out);
	}
	if (ret)
		return ret;
	out->n_dumped = out->n;
	for (size_t i = 0; i < out->n; i++)
		add_unlisted_irqs(out, virt, i);
	ret = slots_assign(&out->bus, out->regs, out->n, out->slot, f);
	for (size_t i = 0; i < out->n && ret == 0; i++)
		ret = check_dumped(out, i, f);
	return ret;
}

int bus_layout_add(struct bus_layout *l, const struct tree *host, const int *nodes, size_t n,
		   struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; i < n && ret == 0; i++)
		ret = read_device(l, host, nodes[i], f);
	if (ret)
		return ret;
	/* later devices do not move earlier ones */
	ret = slots_assign(&l->bus, l->regs, l->n, l->slot, f);
	for (size_t i = 0; i < l->n && ret == 0; i++)
		ret = check_addresses(l, i, f);
	return ret;
}

/* A node's #address-cells or #size-cells; 0: not 1 or 2. */
static uint32_t cell_width(const struct tree *t, int node, const char *name, uint32_t absent)
{
	uint32_t n = tree_cell_count(t, node, name, absent);

	return n <= 2 ? n : 0;
}

/* The window from the node's ranges: address below, address above, size. */
static int read_window(const struct tree *t, struct bus *b, struct fault *f)
{
	uint32_t below = cell_width(t, b->node, "#address-cells", 2);
	uint32_t above = cell_width(t, 0, "#address-cells", 2);
	uint32_t length = cell_width(t, b->node, "#size-cells", 1);
	struct cells ranges = tree_cells(t, b->node, "ranges");
	const uint64_t limit = 1ULL << BUS_ADDRESS_BITS;

	if (t->nodes[b->node].parent != 0 || above != 2)
		return fault_set(f, -EINVAL, "not a child of a root with two #address-cells");
	if (!below || !length)
		return fault_set(f, -EINVAL, "#address-cells and #size-cells must be 1 or 2");
	if (ranges.n != below + above + length)
		return fault_set(f, -EINVAL, "ranges does not have one window");
	if (cells_number(ranges, 0, below))
		return fault_set(f, -EINVAL, "ranges does not start at 0");

	b->base = cells_number(ranges, below, above);
	b->size = cells_number(ranges, below + above, length);
	if (!b->size || b->size > limit || b->base > limit - b->size)
		return fault_set(f, -EINVAL,
				 "the window in ranges is outside the addresses of arm64");
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
			"no node is compatible with qemu,platform, so QEMU's virt machine did not "
			"dump this tree");
	for (int i = b.node + 1; i < virt->n_nodes; i++) {
		if (tree_is_compatible(virt, i, BUS_COMPATIBLE))
			return fault_set(f, -ENOTUNIQ,
					 "several nodes are compatible with qemu,platform");
	}
	if (read_window(virt, &b, f)) {
		fault_in(f, "%s", tree_path(virt, b.node, path));
		return fault_fix(f,
				 "give the tree that QEMU dumped, not one that was made for a "
				 "guest");
	}
	*out = b;
	return 0;
}

/* A region in the n slots that shares a byte with want; NULL: none. */
static const struct region *find_overlap(const struct region *want, const struct slot *slots,
					 size_t n)
{
	for (const struct slot *s = slots; s < slots + n; s++) {
		for (const struct region *r = s->region; r < s->region + s->n_regions; r++) {
			if (want->addr < r->addr + r->size &&
			    r->addr < want->addr + want->size)
				return r;
		}
	}
	return NULL;
}

/* The first free region of size bytes; outside the bus if there is none. */
static struct region find_free(const struct bus *bus, uint64_t size, const struct slot *slots,
			       size_t n)
{
	struct region want = { bus->base, size };
	const struct region *hit;
	uint64_t align = 1;

	while (align < size)
		align <<= 1;

	/* QEMU tries each step; the steps up to the end of a used region are not free */
	while (want.addr - bus->base < bus->size && (hit = find_overlap(&want, slots, n))) {
		uint64_t end = hit->addr + hit->size - bus->base;

		/* steps count from the base of the bus, which may not be aligned to them */
		want.addr = bus->base + ((end + align - 1) & ~(align - 1));
	}
	return want;
}

/* Assign the next region of the device in the last of the n slots. */
static int assign_region(const struct bus *bus, const struct device_regs *dev,
			 struct slot *slots, size_t n, struct fault *f)
{
	struct slot *s = &slots[n - 1];
	uint64_t size = dev->size[s->n_regions];
	struct region r;

	if (size == 0)
		return fault_set(f, -EINVAL, "%s: region %zu has no bytes", dev->name,
				 s->n_regions);
	if (size > bus->size)
		return fault_set(f, -EFBIG,
				 "%s: region %zu has 0x%llx bytes, QEMU's platform bus 0x%llx",
				 dev->name, s->n_regions, (unsigned long long)size,
				 (unsigned long long)bus->size);

	r = find_free(bus, size, slots, n);
	if (r.addr - bus->base > bus->size - size)
		return fault_set(
			f, -ENOSPC,
			"%s: QEMU's platform bus has no room for region %zu, 0x%llx bytes",
			dev->name, s->n_regions, (unsigned long long)size);
	s->region[s->n_regions++] = r;
	return 0;
}

int slots_assign(const struct bus *bus, const struct device_regs *devs, size_t n,
		 struct slot *out, struct fault *f)
{
	uint32_t used = 0;

	for (size_t i = 0; i < n; i++) {
		const struct device_regs *dev = &devs[i];

		if (dev->n_regions > BUS_REGIONS_MAX)
			return fault_set(f, -EINVAL, "%s: has %zu regions, QEMU supports %d",
					 dev->name, dev->n_regions, BUS_REGIONS_MAX);
		if (dev->n_irqs > bus->n_spis - used)
			return fault_set(
				f, -E2BIG,
				"%s: has %u interrupts, QEMU's platform bus has %u left",
				dev->name, dev->n_irqs, bus->n_spis - used);

		out[i] = (struct slot){ .first_spi = bus->first_spi + used,
					.n_spis = dev->n_irqs };
		used += dev->n_irqs;
		while (out[i].n_regions < dev->n_regions) {
			if (assign_region(bus, dev, out, i + 1, f))
				return f->code;
		}
	}
	return 0;
}
