/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "guest/guest.h"
#include "guest/number.h"

static int check_refs(const struct tree *t, struct fault *f)
{
	char path[TREE_PATH_MAX];
	const struct ref *r;
	struct refs refs;
	int ret = refs_collect(t, &refs, f);

	if (ret)
		return ret;
	r = refs_broken(&refs);
	if (r)
		ret = fault_set(f, -EINVAL, "%s: %s: phandle 0x%x leads nowhere",
				tree_path(t, r->from, path), r->property, r->phandle);
	refs_free(&refs);
	return ret;
}

/* The guest's address of a bus's own; 0: no window has it. */
static uint64_t translate(struct cells ranges, uint64_t address)
{
	for (size_t i = 0; i + WINDOW_CELLS <= ranges.n; i += WINDOW_CELLS) {
		uint64_t into = address - number_get(ranges, i, 2);

		if (into < number_get(ranges, i + 4, 2))
			return number_get(ranges, i + 2, 2) + into;
	}
	return 0;
}

/* The node of that name on the bus. */
static int find_below(const struct tree *t, int bus, const char *name)
{
	for (int i = bus + 1; i < t->nodes[bus].end; i++) {
		if (!strcmp(t->nodes[i].name, name))
			return i;
	}
	return -1;
}

static int check_device(const struct seating *s, size_t i, const struct tree *t, int bus,
			struct fault *f)
{
	const struct device *want = &s->dev[i];
	const struct place *p = &s->place[i];
	struct cells ranges = tree_cells(t, bus, "ranges");
	int node = find_below(t, bus, want->demand.name), ret;
	struct device is;
	bool same;

	if (node < 0)
		return fault_set(f, -EINVAL, "%s: not on the bus", want->demand.name);
	ret = device_read(t, node, &is, f);
	if (ret)
		return ret;
	same = is.demand.n_regions == p->n_regions &&
	       is.demand.n_irqs == (s->silent[i] ? 0 : p->n_spis);
	for (size_t r = 0; same && r < p->n_regions; r++)
		same = is.demand.size[r] == p->region[r].size &&
		       translate(ranges, is.address[r]) == p->region[r].addr;
	for (uint32_t k = 0; same && k < is.demand.n_irqs; k++)
		same = is.irq[k] == p->first_spi + k && is.trigger[k] == want->trigger[k];
	return same ? 0 :
		      fault_set(f, -EINVAL, "%s: not where QEMU will put it",
				want->demand.name);
}

int guest_verify(const struct seating *s, const struct tree *made, struct fault *f)
{
	int bus = tree_compatible(made, BUS_COMPATIBLE), ret;

	ret = bus < 0 ? fault_set(f, -EINVAL, "the platform bus is gone") :
			check_refs(made, f);
	for (size_t i = 0; i < s->n && ret == 0; i++)
		ret = check_device(s, i, made, bus, f);
	return ret;
}
