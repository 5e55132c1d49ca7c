/* SPDX-License-Identifier: Apache-2.0 */
/* Where the devices sit on QEMU's platform bus. */
#include <errno.h>

#include "guest/guest.h"
#include "guest/number.h"

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
	int gic = closure_interrupt_parent(virt, bus);
	char path[TREE_PATH_MAX];

	if (gic < 0 || number_cells(virt, gic, "#interrupt-cells", 0) != GIC_CELLS)
		return fault_set(f, -EINVAL, "%s: its interrupt parent is no GIC",
				 tree_path(virt, bus, path));
	return 0;
}

static int read_device(struct seating *s, const struct tree *t, int node, struct fault *f)
{
	if (s->n == GUEST_DEVICES_MAX)
		return fault_set(f, -E2BIG, "more than %d devices on the platform bus",
				 GUEST_DEVICES_MAX);
	s->node[s->n] = node;
	return device_read(t, node, &s->dev[s->n++], f);
}

/* Keep those that the dump has in the order of their addresses; the last one is new. */
static void sort_last(struct seating *s)
{
	for (size_t i = s->n - 1; i > 0 && s->dev[i].address[0] < s->dev[i - 1].address[0];
	     i--) {
		struct device d = s->dev[i];
		int node = s->node[i];

		s->dev[i] = s->dev[i - 1];
		s->node[i] = s->node[i - 1];
		s->dev[i - 1] = d;
		s->node[i - 1] = node;
	}
}

static void add_silent(struct seating *s, const struct tree *virt, size_t i)
{
	for (size_t k = 0; k < sizeof(silent) / sizeof(*silent); k++) {
		if (s->dev[i].demand.n_irqs > 0 ||
		    !tree_is_compatible(virt, s->node[i], silent[k].compatible))
			continue;
		s->dev[i].demand.n_irqs = silent[k].n_irqs;
		s->silent[i] = true;
	}
}

/* A device in the dump is where the dump says only if it is placed as it was there. */
static int check_dumped(const struct seating *s, size_t i, struct fault *f)
{
	const struct device *d = &s->dev[i];
	const struct place *p = &s->place[i];
	bool same = true;

	for (size_t r = 0; r < p->n_regions; r++)
		same &= p->region[r].addr == s->bus.base + d->address[r];
	for (uint32_t k = 0; k < p->n_spis && !s->silent[i]; k++)
		same &= d->irq[k] == p->first_spi + k;
	return same ? 0 : fault_set(f, -EINVAL, "%s: not where QEMU puts it", d->demand.name);
}

/* Two devices of one address could not be told apart on one bus. */
static int check_apart(const struct seating *s, size_t i, struct fault *f)
{
	const struct device *a = &s->dev[i];

	for (size_t k = 0; k < i; k++) {
		const struct device *b = &s->dev[k];

		for (size_t n = 0; n < a->demand.n_regions * b->demand.n_regions; n++) {
			size_t x = n / b->demand.n_regions, y = n % b->demand.n_regions;

			if (a->address[x] - b->address[y] < b->demand.size[y] ||
			    b->address[y] - a->address[x] < a->demand.size[x])
				return fault_set(f, -EINVAL, "%s and %s have the same address",
						 b->demand.name, a->demand.name);
		}
	}
	return 0;
}

static int place_all(struct seating *s, struct fault *f)
{
	struct demand demands[GUEST_DEVICES_MAX];

	for (size_t i = 0; i < s->n; i++)
		demands[i] = s->dev[i].demand;
	return layout_place(&s->bus, demands, s->n, s->place, f);
}

int guest_seat_dumped(const struct guest *g, struct seating *s, struct fault *f)
{
	const struct tree *virt = g->virt;
	int ret;

	*s = (struct seating){ 0 };
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

int guest_seat_passed(const struct guest *g, struct seating *s, struct fault *f)
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
