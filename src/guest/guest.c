/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "guest/draft.h"
#include "guest/number.h"

/* ranges maps each device's own address to its window, so nodes keep names and reg. */
static int open_windows(const struct draft *d)
{
	const struct seating *s = d->seating;
	struct prop p = { .name = "ranges" };
	size_t n = 0;
	uint32_t *v;

	for (size_t i = 0; i < s->n; i++)
		n += WINDOW_CELLS * s->place[i].n_regions;
	p.size = (int)(n * sizeof(*v));
	p.value = v = draft_cells(d, n);
	if (!v)
		return d->fault->code;
	for (size_t i = 0; i < s->n; i++) {
		const struct place *place = &s->place[i];

		for (size_t r = 0; r < place->n_regions; r++, v += WINDOW_CELLS) {
			number_put(v, s->dev[i].address[r]);
			number_put(v + 2, place->region[r].addr);
			number_put(v + 4, place->region[r].size);
		}
	}
	return draft_set(d, s->bus.node, &p, "the windows where QEMU puts the devices");
}

static int widen_bus(const struct draft *d)
{
	static const uint8_t two[] = { 0, 0, 0, 2 };
	static const struct prop cells[] = {
		{ .name = "#address-cells", .value = two, .size = sizeof(two) },
		{ .name = "#size-cells", .value = two, .size = sizeof(two) },
	};
	int ret = 0;

	for (int i = 0; i < 2 && ret == 0; i++)
		ret = draft_set(d, d->seating->bus.node, &cells[i],
				"addresses of 64 bits, as above the bus");
	return ret;
}

/* What QEMU says of all its devices, and of one boot. */
static int drop_unfit(const struct draft *d)
{
	static const char *const seeds[] = { "kaslr-seed", "rng-seed" };
	const struct tree *virt = d->guest->virt;
	int chosen = tree_child(virt, 0, "chosen"), ret = 0;

	for (int i = d->seating->bus.node; i >= 0 && ret == 0; i = virt->nodes[i].parent)
		ret = edits_delete(d->edits, i, "dma-coherent",
				   "the passed devices are not, and inherit it", d->fault);
	for (int i = 0; i < 2 && chosen > 0 && ret == 0; i++)
		ret = edits_delete(d->edits, chosen, seeds[i],
				   "it would be the same at every boot", d->fault);
	return ret;
}

static int set_alias(const struct draft *d, const char *alias, int twin)
{
	struct prop p = { .name = alias };
	char path[TREE_PATH_MAX];
	int aliases, ret;

	ret = edits_child(d->edits, 0, "aliases", "names of the passed devices", &aliases,
			  d->fault);
	if (ret)
		return ret;
	p.value = draft_why(d, "%s", edits_path(d->edits, twin, path));
	if (!p.value)
		return d->fault->code;
	p.size = (int)strlen(path) + 1;
	return draft_set(d, aliases, &p, "the profile's name of the device");
}

bool guest_hears(const struct guest *g, const struct link *l)
{
	const struct profile *p = g->profile;
	const char *alias = NULL;

	/* the first of all that lead to the mailbox */
	if (l->fate != FATE_REPLACED || l->instead < 0 || l->ref->index > 0)
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
static int set_mac(const struct draft *d, size_t i, int twin)
{
	const struct guest *g = d->guest;
	struct prop p = { .name = "local-mac-address",
			  .value = g->mac[i] ?: guest_mac(g->host, g->pass[i]),
			  .size = GUEST_MAC_SIZE };

	return p.value ? draft_set(d, twin, &p, "the address of the port") : 0;
}

static int set_devices(const struct draft *d)
{
	const struct profile *p = d->guest->profile;
	int ret = 0;

	for (size_t i = 0; i < d->seating->n && ret == 0; i++)
		ret = draft_device(d, i);
	for (size_t i = 0; i < p->n_pass && ret == 0; i++) {
		int twin = d->twin[d->guest->pass[i]];

		ret = set_mac(d, i, twin);
		if (ret == 0 && p->pass[i].alias)
			ret = set_alias(d, p->pass[i].alias, twin);
	}
	return ret;
}

int guest_plan(const struct guest *g, const struct seating *s, struct edits *out,
	       struct fault *f)
{
	size_t n = (size_t)g->host->n_nodes;
	struct draft d = { g, s, out, malloc(n * sizeof(*d.twin)), f };
	int ret;

	if (!d.twin)
		return fault_oom(f);
	memset(d.twin, -1, n * sizeof(*d.twin));
	ret = draft_nodes(&d)		   ?:
		      draft_properties(&d) ?:
		      set_devices(&d)	   ?:
		      widen_bus(&d)	   ?:
		      open_windows(&d)	   ?:
					     drop_unfit(&d);
	free(d.twin);
	return ret;
}
