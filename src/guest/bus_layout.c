/* SPDX-License-Identifier: Apache-2.0 */
/* Where the devices sit on QEMU's platform bus. */
#include <errno.h>

#include "dt/tree.h"
#include "guest/bus_layout.h"
#include "guest/guest.h"

#define GIC_CELLS 3 /* of an interrupt: kind, number, trigger */

/* A device that takes lines of the bus of which QEMU says nothing in its tree. */
struct silent {
	const char *compatible;
	uint32_t n_irqs;
};

/* QEMU's hw/tpm/tpm_tis_sysbus.c, and add_tpm_tis_fdt_node() in hw/core/sysbus-fdt.c */
static const struct silent silent[] = {
	{ "tcg,tpm-tis-mmio", 1 },
};

static int check_gic(const struct tree *virt, int bus, struct fault *f)
{
	int gic = deps_interrupt_parent(virt, bus);
	char path[TREE_PATH_MAX];

	if (gic < 0 || tree_cell_count(virt, gic, "#interrupt-cells", 0) != GIC_CELLS)
		return fault_set(f, -EINVAL, "%s: its interrupt parent is no GIC",
				 tree_path(virt, bus, path));
	return 0;
}

static int read_device(struct bus_layout *s, const struct tree *t, int node, struct fault *f)
{
	if (s->n == GUEST_DEVICES_MAX)
		return fault_set(f, -E2BIG, "more than %d devices on the platform bus",
				 GUEST_DEVICES_MAX);
	s->node[s->n] = node;
	return device_regs_read(t, node, &s->dev[s->n++], f);
}

/* Keep those that the dump has in the order of their addresses; the last one is new. */
static void sort_last(struct bus_layout *s)
{
	for (size_t i = s->n - 1; i > 0 && s->dev[i].address[0] < s->dev[i - 1].address[0];
	     i--) {
		struct device_regs d = s->dev[i];
		int node = s->node[i];

		s->dev[i] = s->dev[i - 1];
		s->node[i] = s->node[i - 1];
		s->dev[i - 1] = d;
		s->node[i - 1] = node;
	}
}

static void add_silent(struct bus_layout *s, const struct tree *virt, size_t i)
{
	for (size_t k = 0; k < sizeof(silent) / sizeof(*silent); k++) {
		if (s->dev[i].request.n_irqs > 0 ||
		    !tree_is_compatible(virt, s->node[i], silent[k].compatible))
			continue;
		s->dev[i].request.n_irqs = silent[k].n_irqs;
		s->silent[i] = true;
	}
}

/* A device in the dump is where the dump says only if it is placed as it was there. */
static int check_dumped(const struct bus_layout *s, size_t i, struct fault *f)
{
	const struct device_regs *d = &s->dev[i];
	const struct slot *p = &s->slot[i];
	bool same = true;

	for (size_t r = 0; r < p->n_regions; r++)
		same &= p->region[r].addr == s->bus.base + d->address[r];
	for (uint32_t k = 0; k < p->n_spis && !s->silent[i]; k++)
		same &= d->irq[k] == p->first_spi + k;
	return same ? 0 : fault_set(f, -EINVAL, "%s: not where QEMU puts it", d->request.name);
}

/* Two devices of one address could not be told apart on one bus. */
static int check_apart(const struct bus_layout *s, size_t i, struct fault *f)
{
	const struct device_regs *a = &s->dev[i];

	for (size_t k = 0; k < i; k++) {
		const struct device_regs *b = &s->dev[k];

		for (size_t n = 0; n < a->request.n_regions * b->request.n_regions; n++) {
			size_t x = n / b->request.n_regions, y = n % b->request.n_regions;

			if (a->address[x] - b->address[y] < b->request.size[y] ||
			    b->address[y] - a->address[x] < a->request.size[x])
				return fault_set(f, -EINVAL, "%s and %s have the same address",
						 b->request.name, a->request.name);
		}
	}
	return 0;
}

static int place_all(struct bus_layout *s, struct fault *f)
{
	struct request requests[GUEST_DEVICES_MAX];

	for (size_t i = 0; i < s->n; i++)
		requests[i] = s->dev[i].request;
	return slots_assign(&s->bus, requests, s->n, s->slot, f);
}

int bus_layout_read(const struct guest *g, struct bus_layout *s, struct fault *f)
{
	const struct tree *virt = g->virt;
	int ret;

	*s = (struct bus_layout){ 0 };
	ret = bus_read(virt, &s->bus, f) ?: check_gic(virt, s->bus.node, f);
	for (int i = s->bus.node + 1; ret == 0 && i < virt->nodes[s->bus.node].end;
	     i = virt->nodes[i].end) {
		ret = read_device(s, virt, i, f);
		if (ret == 0)
			sort_last(s);
	}
	if (ret)
		return ret;
	s->n_dumped = s->n;
	for (size_t i = 0; i < s->n; i++)
		add_silent(s, virt, i);
	/* whatever is placed behind them does not move them */
	ret = place_all(s, f);
	for (size_t i = 0; i < s->n && ret == 0; i++)
		ret = check_dumped(s, i, f);
	return ret;
}

int bus_layout_add_passed(const struct guest *g, struct bus_layout *s, struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; i < g->profile->n_pass && ret == 0; i++)
		ret = read_device(s, g->host, g->pass[i], f);
	if (ret == 0)
		ret = place_all(s, f);
	for (size_t i = 0; i < s->n && ret == 0; i++)
		ret = check_apart(s, i, f);
	return ret;
}

/* A node's #address-cells or #size-cells; 0: one that no address here has. */
static uint32_t width(const struct tree *t, int node, const char *name, uint32_t absent)
{
	uint32_t n = tree_cell_count(t, node, name, absent);

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
	if (cells_number(ranges, 0, below))
		return fault_set(f, -EINVAL, "ranges does not start at 0");

	b->base = cells_number(ranges, below, above);
	b->size = cells_number(ranges, below + above, length);
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

/* One of the placed regions that shares a byte with want; NULL: it is free. */
static const struct region *overlapped(const struct region *want, const struct slot *placed,
				       size_t n)
{
	for (const struct slot *p = placed; p < placed + n; p++) {
		for (const struct region *r = p->region; r < p->region + p->n_regions; r++) {
			if (want->addr < r->addr + r->size &&
			    r->addr < want->addr + want->size)
				return r;
		}
	}
	return NULL;
}

/*
 * The first free place for size bytes, with n devices placed, the last one in
 * part; behind the bus if there is none.
 */
static struct region find_room(const struct bus *bus, uint64_t size, const struct slot *placed,
			       size_t n)
{
	struct region want = { bus->base, size };
	const struct region *hit;
	uint64_t align = 1;

	while (align < size)
		align <<= 1;

	/* QEMU tries every step; those that end within the same region cannot be free. */
	while (want.addr - bus->base < bus->size && (hit = overlapped(&want, placed, n))) {
		uint64_t end = hit->addr + hit->size - bus->base;

		/* Steps are counted from the bus's base, whatever that is a multiple of. */
		want.addr = bus->base + ((end + align - 1) & ~(align - 1));
	}
	return want;
}

static int place_region(const struct bus *bus, const struct request *dev, struct slot *placed,
			size_t n, struct fault *f)
{
	struct slot *p = &placed[n - 1];
	uint64_t size = dev->size[p->n_regions];
	struct region r;

	if (size == 0)
		return fault_set(f, -EINVAL, "%s: region %zu has no bytes", dev->name,
				 p->n_regions);
	if (size > bus->size)
		return fault_set(f, -EFBIG,
				 "%s: region %zu has 0x%llx bytes, QEMU's platform bus 0x%llx",
				 dev->name, p->n_regions, (unsigned long long)size,
				 (unsigned long long)bus->size);

	r = find_room(bus, size, placed, n);
	if (r.addr - bus->base > bus->size - size)
		return fault_set(
			f, -ENOSPC,
			"%s: QEMU's platform bus has no room for region %zu, 0x%llx bytes",
			dev->name, p->n_regions, (unsigned long long)size);
	p->region[p->n_regions++] = r;
	return 0;
}

int slots_assign(const struct bus *bus, const struct request *devs, size_t n, struct slot *out,
		 struct fault *f)
{
	uint32_t used = 0;

	for (size_t i = 0; i < n; i++) {
		const struct request *dev = &devs[i];

		if (dev->n_regions > REGIONS_MAX)
			return fault_set(f, -EINVAL, "%s: has %zu regions, QEMU can take %d",
					 dev->name, dev->n_regions, REGIONS_MAX);
		if (dev->n_irqs > bus->n_spis - used)
			return fault_set(
				f, -E2BIG,
				"%s: has %u interrupts, QEMU's platform bus has %u left",
				dev->name, dev->n_irqs, bus->n_spis - used);

		out[i] = (struct slot){ .first_spi = bus->first_spi + used,
					.n_spis = dev->n_irqs };
		used += dev->n_irqs;
		while (out[i].n_regions < dev->n_regions) {
			if (place_region(bus, dev, out, i + 1, f))
				return f->code;
		}
	}
	return 0;
}
