/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "guest/layout.h"

/* One of the placed regions that shares a byte with want; NULL: it is free. */
static const struct region *overlapped(const struct region *want, const struct place *placed,
				       size_t n)
{
	for (const struct place *p = placed; p < placed + n; p++) {
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
static struct region find_room(const struct bus *bus, uint64_t size,
			       const struct place *placed, size_t n)
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

static int place_region(const struct bus *bus, const struct demand *dev, struct place *placed,
			size_t n, struct fault *f)
{
	struct place *p = &placed[n - 1];
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

int layout_place(const struct bus *bus, const struct demand *devs, size_t n, struct place *out,
		 struct fault *f)
{
	uint32_t used = 0;

	for (size_t i = 0; i < n; i++) {
		const struct demand *dev = &devs[i];

		if (dev->n_regions > LAYOUT_REGIONS_MAX)
			return fault_set(f, -EINVAL, "%s: has %zu regions, QEMU can take %d",
					 dev->name, dev->n_regions, LAYOUT_REGIONS_MAX);
		if (dev->n_irqs > bus->n_spis - used)
			return fault_set(
				f, -E2BIG,
				"%s: has %u interrupts, QEMU's platform bus has %u left",
				dev->name, dev->n_irqs, bus->n_spis - used);

		out[i] = (struct place){ .first_spi = bus->first_spi + used,
					 .n_spis = dev->n_irqs };
		used += dev->n_irqs;
		while (out[i].n_regions < dev->n_regions) {
			if (place_region(bus, dev, out, i + 1, f))
				return f->code;
		}
	}
	return 0;
}
