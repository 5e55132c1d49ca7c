/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "host/derive.h"
#include "host/uboot.h"

#define PINCTRL "pinctrl-"
#define SUPPLY "-supply"

struct deriver {
	const struct resolved *resolved;
	const struct tree *t;
	const struct refs *refs;
	struct derived *out;
	void **entered; /* keys, for tsearch(3) */
	struct fault *f;
};

/* An entry that a list has at most once. */
struct found_key {
	const void *list;
	uint32_t id;
	int node;
	const char *property;
};

/* References of a passed node that still work with vfio-platform, or do nothing. */
static const char *const kept[] = { "interrupt-map", "interrupt-parent", "interrupts-extended",
				    "iommu-map",     "iommus",		 "memory-region",
				    "msi-map",	     "msi-parent" };

/* Properties that only name or number the entries of another one, or of all with a prefix. */
static const struct companion {
	const char *of, *name;
} companions[] = {
	{ "assigned-clocks", "assigned-clock-parents" },
	{ "assigned-clocks", "assigned-clock-rates" },
	{ "assigned-clocks", "assigned-clock-rates-u64" },
	{ "clocks", "clock-names" },
	{ "dmas", "dma-names" },
	{ "interconnects", "interconnect-names" },
	{ "io-channels", "io-channel-names" },
	{ "mboxes", "mbox-names" },
	{ "nvmem-cells", "nvmem-cell-names" },
	{ "phys", "phy-names" },
	{ PINCTRL, "pinctrl-names" },
	{ "power-domains", "power-domain-names" },
	{ "pwms", "pwm-names" },
	{ "resets", "reset-names" },
};

static int by_key(const void *a, const void *b)
{
	const struct found_key *x = a, *y = b;

	if (x->list != y->list)
		return (uintptr_t)x->list < (uintptr_t)y->list ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return strcmp(x->property, y->property);
}

/*
 * 1: the key is new; 0: it was entered before.  A hostile tree has nodes with very many
 * references, so a list is not searched.
 */
static int enter(const struct deriver *d, struct found_key key)
{
	/* with malloc(3), gcc's analyzer reports a leak: it does not know tsearch(3) */
	struct found_key *k = array_grow(NULL, 0, sizeof(*k), d->f);
	struct found_key *const *found;

	if (!k)
		return -ENOMEM;
	*k = key;
	found = tsearch(k, d->entered, by_key);
	if (found && *found == k)
		return 1;
	free(k);
	return found ? 0 : fault_oom(d->f);
}

static int add_id(const struct deriver *d, struct derived_ids *l, uint32_t id, int node,
		  const char *property)
{
	int ret = enter(d, (struct found_key){ l, id, l == &d->out->pads ? -1 : node, "" });

	if (ret <= 0)
		return ret;
	return array_add(l->v, l->n, d->f, (struct derived_id){ id, node, property });
}

static int add_ids(const struct deriver *d, struct derived_ids *l, struct cells ids, int node,
		   const char *property)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < ids.n; i++)
		ret = add_id(d, l, cells_get(ids, i), node, property);
	return ret;
}

static int add_ref(const struct deriver *d, struct derived_refs *l, int node,
		   const char *property, int target)
{
	int ret = enter(d, (struct found_key){ l, 0, node,
					       l == &d->out->remove ? property : "" });

	if (ret <= 0)
		return ret;
	return array_add(l->v, l->n, d->f, (struct derived_ref){ node, property, target });
}

/* Remove a companion, too, if the node has it; it is looked for once. */
static int add_companion(const struct deriver *d, int node, const char *name)
{
	struct derived_refs *l = &d->out->remove;
	int size, ret = enter(d, (struct found_key){ l, 0, node, name });

	if (ret <= 0 || !tree_prop(d->t, node, name, &size))
		return ret < 0 ? ret : 0;
	return array_add(l->v, l->n, d->f,
			 (struct derived_ref){ node, name, DERIVED_COMPANION });
}

/* The resources of passed node i. */
static int find_resources(const struct deriver *d, size_t i)
{
	const struct pass *p = &d->resolved->profile->pass[i];
	struct derived_ids *l = &d->out->rsrcs;
	int node = d->resolved->pass[i], mailbox = resolved_mailbox(d->resolved, i);
	uint32_t id;
	int ret = 0;

	if (mailbox >= 0)
		ret = add_id(d, l, (uint32_t)mailbox, node, "reg");
	if (ret == 0)
		ret = add_ids(d, l, tree_cells(d->t, node, "fsl,sc_rsrc_id"), node,
			      "fsl,sc_rsrc_id");
	if (ret == 0)
		ret = add_ids(d, l, tree_cells(d->t, node, NO_DMA_RESOURCES), node,
			      NO_DMA_RESOURCES);
	for (size_t k = 0; ret == 0 && k < d->refs->n; k++) {
		const struct ref *r = &d->refs->v[k];

		if (r->from == node && resource_of_ref(r, &id))
			ret = add_id(d, l, id, node, r->property);
	}
	return ret ? ret : add_ids(d, l, p->rsrcs, node, NULL);
}

/* The mailboxes' first: their resources are what the guest asks for the others with. */
static int find_all_resources(const struct deriver *d)
{
	const struct profile *p = d->resolved->profile;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < p->n_pass; i++) {
		if (p->pass[i].is_mailbox)
			ret = find_resources(d, i);
	}
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++) {
		if (!p->pass[i].is_mailbox)
			ret = find_resources(d, i);
	}
	return ret;
}

static int find_pads(const struct deriver *d, const struct ref *r)
{
	struct cells pins = tree_cells(d->t, r->to, "fsl,pins");
	uint32_t pad;
	int ret = 0;

	for (size_t i = 0; ret == 0 && pins_next(pins, &i, &pad);)
		ret = add_id(d, &d->out->pads, pad, r->to, "fsl,pins");
	return ret;
}

static bool is_kept(const char *property)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (!strcmp(kept[i], property))
			return true;
	}
	return false;
}

static int find_removals(const struct deriver *d, const struct ref *r)
{
	int target = r->to < 0 ? DERIVED_BROKEN : r->to;
	int ret = add_ref(d, &d->out->remove, r->from, r->property, target);

	for (size_t i = 0; ret == 0 && i < sizeof(companions) / sizeof(*companions); i++) {
		const struct companion *c = &companions[i];

		if (strcmp(c->of, PINCTRL) ? !strcmp(r->property, c->of) :
					     ref_is_pinctrl(r->property))
			ret = add_companion(d, r->from, c->name);
	}
	return ret;
}

/* The node that a driver binds to, at or above node; 0: only a bus is above it. */
static int device_of(const struct tree *t, int node)
{
	int size;

	while (node > 0 && !tree_prop(t, node, "compatible", &size))
		node = t->nodes[node].parent;
	return tree_is_compatible(t, node, "simple-bus") ||
			       tree_is_compatible(t, node, "simple-mfd") ?
		       0 :
		       node;
}

/* A reference from a node that is not passed to one that is. */
static int find_disabled(const struct deriver *d, const struct ref *r)
{
	int ret = r->needed ? enter(d, (struct found_key){ d->refs, 0, r->from, "" }) : 0;
	int device;

	if (ret <= 0)
		return ret;
	device = device_of(d->t, r->from);
	if (device == 0 || !tree_is_enabled(d->t, r->from) || !tree_is_enabled(d->t, device))
		return 0;
	return add_ref(d, &d->out->disable, device, r->property, r->to);
}

static int find_in_ref(const struct deriver *d, const struct ref *r)
{
	int passed = resolved_passed(d->resolved, r->from), ret = 0;

	if (passed < 0)
		return r->to >= 0 && resolved_passed(d->resolved, r->to) >= 0 ?
			       find_disabled(d, r) :
			       0;
	if (r->to >= 0 && ref_is_pinctrl(r->property))
		ret = find_pads(d, r);
	if (ret || r->from != passed || is_kept(r->property))
		return ret;
	return find_removals(d, r);
}

struct supply {
	bool gone; /* the host has no driver for the node, or none that works */
	bool used; /* a node that is not gone uses it as a regulator */
};

static void find_users(const struct deriver *d, struct supply *nodes)
{
	const struct derived_refs *l = &d->out->disable;

	for (int i = 0; i < d->t->n_nodes; i++)
		nodes[i].gone = resolved_passed(d->resolved, i) >= 0 ||
				resolved_disabled(d->resolved, i) >= 0 ||
				!tree_is_enabled(d->t, i);
	for (size_t i = 0; i < l->n; i++) {
		for (int node = l->v[i].node; node < d->t->nodes[l->v[i].node].end; node++)
			nodes[node].gone = true;
	}
	for (size_t i = 0; i < d->refs->n; i++) {
		const struct ref *r = &d->refs->v[i];

		if (r->to >= 0 && text_ends(r->property, SUPPLY) && !nodes[r->from].gone)
			nodes[r->to].used = true;
	}
}

/* A regulator keeps its own supply on, so no chain is followed. */
static bool is_passed_supply(const struct deriver *d, const struct ref *r)
{
	return r->to >= 0 && resolved_passed(d->resolved, r->from) >= 0 &&
	       text_ends(r->property, SUPPLY);
}

static bool has_passed_supply(const struct deriver *d)
{
	size_t i = 0;

	while (i < d->refs->n && !is_passed_supply(d, &d->refs->v[i]))
		i++;
	return i < d->refs->n;
}

static int find_supplies(const struct deriver *d)
{
	struct supply *nodes;
	int ret = 0;

	/* most boards have none, and to look at all nodes takes time */
	if (!has_passed_supply(d))
		return 0;
	nodes = calloc((size_t)d->t->n_nodes, sizeof(*nodes));
	if (!nodes)
		return fault_oom(d->f);
	find_users(d, nodes);
	for (size_t i = 0; ret == 0 && i < d->refs->n; i++) {
		const struct ref *r = &d->refs->v[i];

		if (is_passed_supply(d, r) && !nodes[r->to].gone && !nodes[r->to].used)
			ret = add_ref(d, &d->out->keep_on, r->to, r->property, r->from);
	}
	free(nodes);
	return ret;
}

int derive(const struct resolved *resolved, const struct refs *refs, struct derived *out,
	   struct fault *f)
{
	const struct profile *p = resolved->profile;
	struct derived all = { 0 };
	void *entered = NULL;
	const struct deriver d = { resolved, resolved->tree, refs, &all, &entered, f };
	int ret = p->exact ? 0 : find_all_resources(&d);

	for (size_t i = 0; ret == 0 && !p->exact && i < refs->n; i++)
		ret = find_in_ref(&d, &refs->v[i]);
	if (ret == 0 && !p->exact)
		ret = find_supplies(&d);
	if (ret == 0)
		ret = add_ids(&d, &all.rsrcs, p->domain.rsrcs, -1, NULL);
	if (ret == 0)
		ret = add_ids(&d, &all.pads, p->domain.pads, -1, NULL);
	tdestroy(entered, free);
	if (ret)
		derived_free(&all);
	else
		*out = all;
	return ret;
}

void derived_free(struct derived *d)
{
	free(d->rsrcs.v);
	free(d->pads.v);
	free(d->remove.v);
	free(d->disable.v);
	free(d->keep_on.v);
	*d = (struct derived){ 0 };
}
