/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "dt/tree.h"
#include "guest/copy.h"
#include "guest/guest.h"

/* ranges maps each device's own address to its window, so nodes keep names and reg. */
static int open_windows(const struct guest_builder *d)
{
	const struct bus_layout *s = d->layout;
	struct prop p = { .name = "ranges" };
	size_t n = 0;
	uint32_t *v;

	for (size_t i = 0; i < s->n; i++)
		n += WINDOW_CELLS * s->slot[i].n_regions;
	p.size = (int)(n * sizeof(*v));
	p.value = v = builder_cells(d, n);
	if (!v)
		return d->fault->code;
	for (size_t i = 0; i < s->n; i++) {
		const struct slot *place = &s->slot[i];

		for (size_t r = 0; r < place->n_regions; r++, v += WINDOW_CELLS) {
			cells_put_number(v, s->dev[i].address[r]);
			cells_put_number(v + 2, place->region[r].addr);
			cells_put_number(v + 4, place->region[r].size);
		}
	}
	return builder_set(d, s->bus.node, &p, "the windows where QEMU puts the devices");
}

static int widen_bus(const struct guest_builder *d)
{
	static const uint8_t two[] = { 0, 0, 0, 2 };
	static const struct prop cells[] = {
		{ .name = "#address-cells", .value = two, .size = sizeof(two) },
		{ .name = "#size-cells", .value = two, .size = sizeof(two) },
	};
	int ret = 0;

	for (int i = 0; i < 2 && ret == 0; i++)
		ret = builder_set(d, d->layout->bus.node, &cells[i],
				  "addresses of 64 bits, as above the bus");
	return ret;
}

/* What QEMU says of all its devices, and of one boot. */
static int drop_unfit(const struct guest_builder *d)
{
	static const char *const seeds[] = { "kaslr-seed", "rng-seed" };
	const struct tree *virt = d->guest->virt;
	int chosen = tree_child(virt, 0, "chosen"), ret = 0;

	for (int i = d->layout->bus.node; i >= 0 && ret == 0; i = virt->nodes[i].parent)
		ret = edits_delete(d->edits, i, "dma-coherent",
				   "the passed devices are not, and inherit it", d->fault);
	for (int i = 0; i < 2 && chosen > 0 && ret == 0; i++)
		ret = edits_delete(d->edits, chosen, seeds[i],
				   "it would be the same at every boot", d->fault);
	return ret;
}

static int set_alias(const struct guest_builder *d, const char *alias, int twin)
{
	struct prop p = { .name = alias };
	char path[TREE_PATH_MAX];
	int aliases, ret;

	ret = edits_child(d->edits, 0, "aliases", "names of the passed devices", &aliases,
			  d->fault);
	if (ret)
		return ret;
	p.value = builder_why(d, "%s", edits_path(d->edits, twin, path));
	if (!p.value)
		return d->fault->code;
	p.size = (int)strlen(path) + 1;
	return builder_set(d, aliases, &p, "the profile's name of the device");
}

bool guest_hears(const struct guest *g, const struct edge *l)
{
	const struct profile *p = g->profile;
	const char *alias = NULL;

	/* the first of all that lead to the mailbox */
	if (l->disposition != DISPOSITION_REPLACED || l->instead < 0 || l->ref->index > 0)
		return true;
	for (size_t i = 0; i < p->n_pass; i++) {
		if (g->pass[i] == l->instead)
			alias = p->pass[i].alias;
	}
	return alias && !strncmp(alias, "mu", 2) && strlen(alias) == 3 &&
	       cells_have(p->domain.rsrcs, IMX_SC_R_MU_0A + (uint32_t)(alias[2] - '0'));
}

bool guest_mac_is_valid(const void *mac, size_t size)
{
	static const uint8_t zeros[GUEST_MAC_SIZE];

	return size == sizeof(zeros) && !(*(const uint8_t *)mac & 1) &&
	       memcmp(mac, zeros, sizeof(zeros)) != 0;
}

const uint8_t *guest_mac(const struct tree *t, int node)
{
	static const char *const names[] = { "mac-address", "local-mac-address", "address" };
	int size;

	for (int i = 0; i < 3; i++) {
		const void *mac = tree_prop(t, node, names[i], &size);

		if (mac && guest_mac_is_valid(mac, (size_t)size))
			return mac;
	}
	return NULL;
}

/* The MAC that is given for the device, or else what the host's tree says. */
static int set_mac(const struct guest_builder *d, size_t i, int twin)
{
	const struct guest *g = d->guest;
	struct prop p = { .name = "local-mac-address",
			  .value = g->mac[i] ?: guest_mac(g->host, g->pass[i]),
			  .size = GUEST_MAC_SIZE };

	return p.value ? builder_set(d, twin, &p, "the address of the port") : 0;
}

static int set_devices(const struct guest_builder *d)
{
	const struct profile *p = d->guest->profile;
	int ret = 0;

	for (size_t i = 0; i < d->layout->n && ret == 0; i++)
		ret = builder_device(d, i);
	for (size_t i = 0; i < p->n_pass && ret == 0; i++) {
		int twin = d->copy[d->guest->pass[i]];

		ret = set_mac(d, i, twin);
		if (ret == 0 && p->pass[i].alias)
			ret = set_alias(d, p->pass[i].alias, twin);
	}
	return ret;
}

int guest_plan(const struct guest *g, const struct bus_layout *s, struct edits *out,
	       struct fault *f)
{
	size_t n = (size_t)g->host->n_nodes;
	struct guest_builder d = { g, s, out, malloc(n * sizeof(*d.copy)), f };
	int ret;

	if (!d.copy)
		return fault_oom(f);
	memset(d.copy, -1, n * sizeof(*d.copy));
	ret = builder_nodes(&d)		     ?:
		      builder_properties(&d) ?:
		      set_devices(&d)	     ?:
		      widen_bus(&d)	     ?:
		      open_windows(&d)	     ?:
					       drop_unfit(&d);
	free(d.copy);
	return ret;
}

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
		uint64_t into = address - cells_number(ranges, i, 2);

		if (into < cells_number(ranges, i + 4, 2))
			return cells_number(ranges, i + 2, 2) + into;
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

static int check_device(const struct bus_layout *s, size_t i, const struct tree *t, int bus,
			struct fault *f)
{
	const struct device_regs *want = &s->dev[i];
	const struct slot *p = &s->slot[i];
	struct cells ranges = tree_cells(t, bus, "ranges");
	int node = find_below(t, bus, want->request.name), ret;
	struct device_regs is;
	bool same;

	if (node < 0)
		return fault_set(f, -EINVAL, "%s: not on the bus", want->request.name);
	ret = device_regs_read(t, node, &is, f);
	if (ret)
		return ret;
	same = is.request.n_regions == p->n_regions &&
	       is.request.n_irqs == (s->silent[i] ? 0 : p->n_spis);
	for (size_t r = 0; same && r < p->n_regions; r++)
		same = is.request.size[r] == p->region[r].size &&
		       translate(ranges, is.address[r]) == p->region[r].addr;
	for (uint32_t k = 0; same && k < is.request.n_irqs; k++)
		same = is.irq[k] == p->first_spi + k && is.trigger[k] == want->trigger[k];
	return same ? 0 :
		      fault_set(f, -EINVAL, "%s: not where QEMU will put it",
				want->request.name);
}

int guest_verify(const struct bus_layout *s, const struct tree *made, struct fault *f)
{
	int bus = tree_compatible(made, BUS_COMPATIBLE), ret;

	ret = bus < 0 ? fault_set(f, -EINVAL, "the platform bus is gone") :
			check_refs(made, f);
	for (size_t i = 0; i < s->n && ret == 0; i++)
		ret = check_device(s, i, made, bus, f);
	return ret;
}
