/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "host/conflict.h"
#include "host/resource.h"

#define SCU_CLOCKS "fsl,scu-clk"

/* A search under way. */
struct search {
	const struct resolved *b;
	const struct uboot *u;
	int clocks;  /* the node of the system controller's clocks */
	bool *clean; /* by node: none of its pins is on a pad that is handed over */
	struct conflicts *out;
	struct fault *f;
};

/* Is the resource or pad handed over?  As u's holders say, of which there are last. */
static bool is_held(const int *holder, uint32_t last, uint32_t id)
{
	return id < last && holder[id] >= 0;
}

static int add(const struct search *s, const struct conflict *c)
{
	struct conflicts *out = s->out;
	const struct conflict *last = out->n ? &out->v[out->n - 1] : NULL;
	struct conflict *v;

	/* four clocks of one gate are one finding */
	if (last && last->kind == c->kind && last->node == c->node &&
	    last->property == c->property && last->target == c->target && last->id == c->id)
		return 0;
	if (out->n == CONFLICTS_MAX)
		return fault_set(s->f, -E2BIG, "the tree has more than %d conflicts",
				 CONFLICTS_MAX);
	v = array_grow(out->v, out->n, sizeof(*v), s->f);
	if (!v)
		return -ENOMEM;
	out->v = v;
	out->v[out->n++] = *c;
	return 0;
}

/* Pads of the group that a pinctrl property refers to. */
static int look_at_pins(const struct search *s, const struct ref *r)
{
	struct cells pins = { 0 };
	bool clean = true;
	int ret = 0;

	if (!s->clean[r->to])
		pins = tree_cells(s->b->tree, r->to, "fsl,pins");
	for (size_t i = 0; ret == 0 && i + PIN_CELLS <= pins.n; i += PIN_CELLS) {
		struct conflict c = { CONFLICT_PAD, r->from, r->property, -1,
				      cells_get(pins, i) };

		if (!is_held(s->u->pad_owner, PAD_LAST, c.id))
			continue;
		clean = false;
		ret = add(s, &c);
	}
	s->clean[r->to] = clean;
	return ret;
}

/* What a reference of a node that stays with the host runs into. */
static int look_at_ref(const struct search *s, const struct ref *r, bool enabled)
{
	struct conflict c = { CONFLICT_REFERENCE, r->from, r->property, r->to, 0 };
	const struct resolved *b = s->b;
	int owner = resolved_passed(b, r->to);

	if (owner < 0)
		owner = resolved_disabled(b, r->to);
	if (owner >= 0)
		return owner == resolved_disabled(b, r->from) ? 0 : add(s, &c);
	if (!enabled)
		return 0;
	if (!strncmp(r->property, "pinctrl-", strlen("pinctrl-")))
		return look_at_pins(s, r);

	if (r->to != s->clocks || !r->args.n)
		return 0;
	c = (struct conflict){ CONFLICT_CLOCK, r->from, r->property, -1,
			       cells_get(r->args, 0) };
	return is_held(s->u->resource_owner, RESOURCE_LAST, c.id) ? add(s, &c) : 0;
}

/* What U-Boot does to nodes that stay with the host, and to partitions. */
static int look_at_uboot(const struct search *s)
{
	const struct uboot *u = s->u;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < u->n_disabled; i++) {
		struct conflict c = { CONFLICT_POWER, u->disabled[i].node, "power-domains", -1,
				      u->disabled[i].resource };

		if (resolved_passed(s->b, c.node) < 0 &&
		    is_held(u->resource_owner, RESOURCE_LAST, c.id))
			ret = add(s, &c);
	}
	for (size_t i = 0; ret == 0 && i < u->n_resources; i++) {
		struct conflict c = { CONFLICT_PARTITION, u->resources[i].node, "rsrcs", -1,
				      u->resources[i].id };

		if (u->resources[i].holder >= 0 && u->resources[i].holder != c.node)
			ret = add(s, &c);
	}
	return ret;
}

int conflicts_find(const struct resolved *b, const struct refs *refs, const struct uboot *u,
		   struct conflicts *out, struct fault *f)
{
	struct conflicts all = { 0 };
	struct search s = { .b = b,
			    .u = u,
			    .clocks = tree_compatible(b->tree, SCU_CLOCKS),
			    .clean = calloc((size_t)b->tree->n_nodes, sizeof(*s.clean)),
			    .out = &all,
			    .f = f };
	int from = -1, ret = s.clean ? 0 : fault_oom(f);
	bool enabled = false;

	for (size_t i = 0; ret == 0 && i < refs->n; i++) {
		const struct ref *r = &refs->v[i];

		/* once for a node: it may have very many properties */
		if (r->from != from)
			enabled = tree_is_enabled(b->tree, r->from);
		from = r->from;
		if (r->to >= 0 && resolved_passed(b, from) < 0)
			ret = look_at_ref(&s, r, enabled);
	}
	if (ret == 0)
		ret = look_at_uboot(&s);
	free(s.clean);
	if (ret)
		conflicts_free(&all);
	else
		*out = all;
	return ret;
}

void conflicts_free(struct conflicts *c)
{
	free(c->v);
	*c = (struct conflicts){ 0 };
}

const char *conflict_effect(enum conflict_kind kind)
{
	switch (kind) {
	case CONFLICT_REFERENCE:
		return "it does not work on the host any more";
	case CONFLICT_POWER:
		return "U-Boot disables the node";
	case CONFLICT_CLOCK:
		return "the system controller refuses the host this clock";
	case CONFLICT_PAD:
		return "the system controller refuses the host this pad";
	case CONFLICT_PARTITION:
		return "U-Boot gives it to the first partition that names it";
	}
	return NULL;
}
