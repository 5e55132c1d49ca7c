/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "base/array.h"
#include "host/patch.h"
#include "host/resource.h"

#define SCU_CLOCKS "fsl,scu-clk"

#define REFUSED "the system controller refuses this resource to the host"
#define OTHER_MAILBOX "; a profile with another mailbox, such as imx8qm-fec1-mu3, avoids this"

struct search {
	const struct resolved *resolved;
	const struct uboot *u;
	int clocks;  /* the node of the system controller's clocks */
	bool *clean; /* by node: none of its pins is on an assigned pad */
	struct conflicts *out;
	struct fault *f;
};

/* Does a partition get the resource or pad?  owner is uboot.h's array of last entries. */
static bool is_assigned(const int *owner, uint32_t last, uint32_t id)
{
	return id < last && owner[id] >= 0;
}

static int add(const struct search *s, const struct conflict *c)
{
	struct conflicts *out = s->out;
	const struct conflict *last = out->n ? &out->v[out->n - 1] : NULL;

	/* four clocks of one gate are one conflict */
	if (last && last->kind == c->kind && last->node == c->node &&
	    last->property == c->property && last->target == c->target && last->id == c->id)
		return 0;
	if (out->n == CONFLICTS_MAX)
		return fault_set(s->f, -E2BIG, "the tree has more than %d conflicts",
				 CONFLICTS_MAX);
	return array_add(out->v, out->n, s->f, *c);
}

/* Pads of the pin group that a pinctrl property refers to. */
static int find_in_pins(const struct search *s, const struct ref *r)
{
	struct cells pins = { 0 };
	bool clean = true;
	uint32_t pad;
	int ret = 0;

	if (!s->clean[r->to])
		pins = tree_cells(s->resolved->tree, r->to, "fsl,pins");
	for (size_t i = 0; ret == 0 && pins_next(pins, &i, &pad);) {
		struct conflict c = { CONFLICT_PAD, r->from, r->property, -1, pad };

		if (!is_assigned(s->u->pad_owner, PAD_LAST, c.id))
			continue;
		clean = false;
		ret = add(s, &c);
	}
	s->clean[r->to] = clean;
	return ret;
}

static int by_node(const void *node, const void *disabled)
{
	return *(const int *)node - ((const struct uboot_disabled *)disabled)->node;
}

/* Does U-Boot disable the node?  Its list is in the order of the tree. */
static bool is_disabled(const struct uboot *u, int node)
{
	return u->n_disabled &&
	       bsearch(&node, u->disabled, u->n_disabled, sizeof(*u->disabled), by_node);
}

/* The conflict of a reference from a node that the host keeps. */
static int find_in_ref(const struct search *s, const struct ref *r, bool enabled)
{
	struct conflict c = { CONFLICT_REFERENCE, r->from, r->property, r->to, 0 };
	const struct resolved *resolved = s->resolved;
	int owner = resolved_passed(resolved, r->to);

	if (owner < 0)
		owner = resolved_disabled(resolved, r->to);
	if (owner >= 0)
		return owner == resolved_disabled(resolved, r->from) ? 0 : add(s, &c);
	if (!enabled)
		return 0;
	if (ref_is_pinctrl(r->property))
		return find_in_pins(s, r);

	if (!r->args.n ||
	    !is_assigned(s->u->resource_owner, RESOURCE_LAST, cells_get(r->args, 0)))
		return 0;
	c = (struct conflict){ CONFLICT_CLOCK, r->from, r->property, -1,
			       cells_get(r->args, 0) };
	if (r->to != s->clocks) {
		/* U-Boot does not know the status "ok", nor the partition that Linux makes */
		if (!resource_of_ref(r, &c.id) || is_disabled(s->u, r->from))
			return 0;
		c.kind = CONFLICT_REFUSED;
	}
	return add(s, &c);
}

/* The host's console: a path or an alias, and settings after a colon. */
static int find_in_stdout(const struct search *s)
{
	const struct tree *t = s->resolved->tree;
	int chosen = tree_child(t, 0, "chosen"), aliases = tree_child(t, 0, "aliases");
	const char *path = chosen < 0 ? NULL : tree_string(t, chosen, "stdout-path");
	struct ref r = { .from = chosen, .property = "stdout-path" };
	char name[TREE_PATH_MAX];

	if (!path)
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(path, ":"), path);
	path = name;
	if (*name != '/')
		path = aliases < 0 ? NULL : tree_string(t, aliases, name);
	r.to = path ? tree_at(t, path) : -1;
	return r.to < 0 ? 0 : find_in_ref(s, &r, true);
}

/* Conflicts of nodes that U-Boot disables, and of partitions. */
static int find_in_uboot(const struct search *s)
{
	const struct uboot *u = s->u;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < u->n_disabled; i++) {
		struct conflict c = { CONFLICT_POWER, u->disabled[i].node, "power-domains", -1,
				      u->disabled[i].resource };

		if (resolved_passed(s->resolved, c.node) < 0 &&
		    is_assigned(u->resource_owner, RESOURCE_LAST, c.id))
			ret = add(s, &c);
	}
	for (size_t i = 0; ret == 0 && i < u->n_resources; i++) {
		struct conflict c = { CONFLICT_PARTITION, u->resources[i].node, "rsrcs", -1,
				      u->resources[i].id };

		if (u->resources[i].owner >= 0 && u->resources[i].owner != c.node)
			ret = add(s, &c);
	}
	return ret;
}

int conflicts_find(const struct resolved *resolved, const struct refs *refs,
		   const struct uboot *u, struct conflicts *out, struct fault *f)
{
	struct conflicts all = { 0 };
	struct search s = { .resolved = resolved,
			    .u = u,
			    .clocks = tree_compatible(resolved->tree, SCU_CLOCKS),
			    .clean = calloc((size_t)resolved->tree->n_nodes, sizeof(*s.clean)),
			    .out = &all,
			    .f = f };
	int from = -1, ret = s.clean ? 0 : fault_oom(f);
	bool enabled = false;

	for (size_t i = 0; ret == 0 && i < refs->n; i++) {
		const struct ref *r = &refs->v[i];

		/* once a node: it may have many properties */
		if (r->from != from)
			enabled = tree_is_enabled(resolved->tree, r->from);
		from = r->from;
		if (r->to >= 0 && resolved_passed(resolved, from) < 0)
			ret = find_in_ref(&s, r, enabled);
	}
	if (ret == 0)
		ret = find_in_stdout(&s) ?: find_in_uboot(&s);
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

const char *conflict_effect(const struct conflict *c)
{
	switch (c->kind) {
	case CONFLICT_REFERENCE:
		return "it no longer works on the host";
	case CONFLICT_POWER:
		return c->id == IMX_SC_R_MU_2A ? "U-Boot disables the node" OTHER_MAILBOX :
						 "U-Boot disables the node";
	case CONFLICT_REFUSED:
		return c->id == IMX_SC_R_MU_2A ? REFUSED OTHER_MAILBOX : REFUSED;
	case CONFLICT_CLOCK:
		return "the system controller refuses this clock to the host";
	case CONFLICT_PAD:
		return "the system controller refuses this pad to the host";
	case CONFLICT_PARTITION:
		return "U-Boot gives it to the first partition that names it";
	}
	return NULL;
}

const char *conflict_kind_name(enum conflict_kind kind)
{
	static const char *const names[] = {
		[CONFLICT_REFERENCE] = "reference",
		[CONFLICT_POWER] = "power",
		[CONFLICT_REFUSED] = "power",
		[CONFLICT_CLOCK] = "clock",
		[CONFLICT_PAD] = "pad",
		[CONFLICT_PARTITION] = "partition",
	};

	return names[kind];
}
