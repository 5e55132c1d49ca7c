/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
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
	struct fault *f;
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

static int add_id(const struct deriver *d, struct derived_ids *l, uint32_t id, int node,
		  const char *property)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].id == id && (l == &d->out->pads || l->v[i].node == node))
			return 0;
	}
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
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].node == node &&
		    (l != &d->out->remove || !strcmp(l->v[i].property, property)))
			return 0;
	}
	return array_add(l->v, l->n, d->f, (struct derived_ref){ node, property, target });
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
	int size, ret = add_ref(d, &d->out->remove, r->from, r->property, target);

	for (size_t i = 0; ret == 0 && i < sizeof(companions) / sizeof(*companions); i++) {
		const struct companion *c = &companions[i];

		if ((strcmp(c->of, PINCTRL) ? !strcmp(r->property, c->of) :
					      ref_is_pinctrl(r->property)) &&
		    tree_prop(d->t, r->from, c->name, &size))
			ret = add_ref(d, &d->out->remove, r->from, c->name, DERIVED_COMPANION);
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
	int device = device_of(d->t, r->from);

	if (!r->needed || device == 0 || !tree_is_enabled(d->t, r->from) ||
	    !tree_is_enabled(d->t, device))
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

/* Does the host have no driver for the node, or none that works? */
static bool is_gone(const struct deriver *d, int node)
{
	const struct derived_refs *l = &d->out->disable;

	if (resolved_passed(d->resolved, node) >= 0 ||
	    resolved_disabled(d->resolved, node) >= 0 || !tree_is_enabled(d->t, node))
		return true;
	for (size_t i = 0; i < l->n; i++) {
		if (node >= l->v[i].node && node < d->t->nodes[l->v[i].node].end)
			return true;
	}
	return false;
}

static bool is_used(const struct deriver *d, int regulator)
{
	for (size_t i = 0; i < d->refs->n; i++) {
		const struct ref *r = &d->refs->v[i];

		if (r->to == regulator && text_ends(r->property, SUPPLY) &&
		    !is_gone(d, r->from))
			return true;
	}
	return false;
}

/* A regulator keeps its own supply on, so no chain is followed. */
static int find_supplies(const struct deriver *d)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < d->refs->n; i++) {
		const struct ref *r = &d->refs->v[i];

		if (r->to >= 0 && text_ends(r->property, SUPPLY) &&
		    resolved_passed(d->resolved, r->from) >= 0 && !is_gone(d, r->to) &&
		    !is_used(d, r->to))
			ret = add_ref(d, &d->out->keep_on, r->to, r->property, r->from);
	}
	return ret;
}

int derive(const struct resolved *resolved, const struct refs *refs, struct derived *out,
	   struct fault *f)
{
	const struct profile *p = resolved->profile;
	struct derived all = { 0 };
	const struct deriver d = { resolved, resolved->tree, refs, &all, f };
	int ret = p->exact ? 0 : find_all_resources(&d);

	for (size_t i = 0; ret == 0 && !p->exact && i < refs->n; i++)
		ret = find_in_ref(&d, &refs->v[i]);
	if (ret == 0 && !p->exact)
		ret = find_supplies(&d);
	if (ret == 0)
		ret = add_ids(&d, &all.rsrcs, p->domain.rsrcs, -1, NULL);
	if (ret == 0)
		ret = add_ids(&d, &all.pads, p->domain.pads, -1, NULL);
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

static void append(char *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void append(char *buf, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + len, DERIVED_TEXT_MAX - len, fmt, ap);
	va_end(ap);
}

/* Is the id's source the same as that of the one before it? */
static bool continues(const struct derived_ids *ids, size_t i)
{
	return ids->v[i].node == ids->v[i - 1].node &&
	       ids->v[i].property == ids->v[i - 1].property;
}

const char *derived_ids_text(const struct resolved *r, const struct derived_ids *ids,
			     char buf[static DERIVED_TEXT_MAX])
{
	*buf = '\0';
	for (size_t i = 0; i < ids->n; i++) {
		const struct derived_id *id = &ids->v[i];
		bool last = i + 1 == ids->n || !continues(ids, i + 1);

		append(buf, "%s%" PRIu32,
		       i == 0		 ? "" :
		       continues(ids, i) ? " " :
					   ", ",
		       id->id);
		if (!last)
			continue;
		if (id->node < 0)
			append(buf, " from the profile");
		else if (id->property)
			append(buf, " from %s of %s", id->property,
			       r->tree->nodes[id->node].name);
		else
			append(buf, " from the profile, for %s",
			       r->tree->nodes[id->node].name);
	}
	return buf;
}

const char *derived_removal_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX])
{
	char path[TREE_PATH_MAX];

	if (ref->target == DERIVED_COMPANION)
		return strcpy(buf, "of no use without the references that are removed");
	if (ref->target == DERIVED_BROKEN)
		return strcpy(buf,
			      "it refers to no node: its phandle dangles, or is cut short");
	snprintf(buf, DERIVED_TEXT_MAX, "only the guest may use it: it refers to %s%s",
		 tree_path(r->tree, ref->target, path),
		 resolved_passed(r, ref->target) < 0 ? "" : ", which is passed through");
	return buf;
}

const char *derived_disable_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX])
{
	char path[TREE_PATH_MAX];

	snprintf(buf, DERIVED_TEXT_MAX,
		 "it cannot work: %s refers to %s, which is passed through", ref->property,
		 tree_path(r->tree, ref->target, path));
	return buf;
}

const char *derived_keep_on_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX])
{
	char path[TREE_PATH_MAX];

	snprintf(buf, DERIVED_TEXT_MAX,
		 "no driver of the host turns it on: only the guest's %s uses it, by %s",
		 tree_path(r->tree, ref->target, path), ref->property);
	return buf;
}
