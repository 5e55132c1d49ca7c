/* SPDX-License-Identifier: Apache-2.0 */
/* The properties of a draft's nodes. */
#include <endian.h>
#include <string.h>

#include "guest/draft.h"

/* A node whose properties are copied. */
struct copy {
	const struct draft *d;
	const struct need *need;
	int twin;
	const char *why;
	const struct link *first, *end; /* what becomes of the property at hand */
};

/* Of a passed device, what draft_device() and guest_plan() say. */
static const char *const placed[] = {
	"address",
	"dma-ranges",
	"interrupts",
	"interrupts-extended",
	"local-mac-address",
	"mac-address",
	"ranges",
	"reg",
	"status",
};

static bool is_placed(const char *name)
{
	for (size_t i = 0; i < sizeof(placed) / sizeof(*placed); i++) {
		if (!strcmp(name, placed[i]))
			return true;
	}
	return false;
}

/* The phandle of what the link leads to in the guest. */
static int target(const struct copy *c, const struct link *l, uint32_t *out)
{
	return edits_phandle(c->d->edits, c->d->twin[l->instead],
			     "nodes of the guest refer to it", out, c->d->fault);
}

/* Cells of the host's tree that are copied with other references. */
struct rewriting {
	const uint8_t *from; /* what comes next of them */
	uint8_t *to;
	size_t n_kept; /* references that led somewhere */
};

static void copy_up_to(struct rewriting *w, const uint8_t *end)
{
	size_t size = (size_t)(end - w->from);

	memcpy(w->to, w->from, size);
	w->to += size;
	w->from = end;
}

/*
 * Has the list no place for an empty entry?  Linux refuses a device with such a
 * pinctrl-N (drivers/pinctrl/devicetree.c), and ends the two others there
 * (drivers/of/irq.c, drivers/gpio/gpiolib-of.c); their entries have no numbers.
 */
static bool closes_up(const char *property)
{
	return !strncmp(property, "pinctrl-", strlen("pinctrl-")) ||
	       !strcmp(property, "interrupt-map") || !strcmp(property, "gpio-ranges");
}

/*
 * An entry that is cut leaves an empty one, so that those behind it keep their
 * numbers, or nothing.
 */
static int rewrite_entry(const struct copy *c, const struct link *l, struct rewriting *w)
{
	const uint8_t *args = l->ref->args.v;
	uint32_t phandle = 0;
	int ret = l->instead < 0 ? 0 : target(c, l, &phandle);

	if (ret)
		return ret;
	if (l->instead < 0 && closes_up(l->property)) {
		w->from = args + l->ref->args.n * sizeof(phandle);
		return 0;
	}
	copy_up_to(w, args - sizeof(phandle));
	phandle = htobe32(phandle);
	memcpy(w->to, &phandle, sizeof(phandle));
	w->to += sizeof(phandle);
	w->from = args;
	if (l->instead < 0)
		w->from += l->ref->args.n * sizeof(phandle);
	else
		w->n_kept++;
	return 0;
}

static int copy_references(const struct copy *c, const struct prop *p)
{
	uint8_t *v = edits_keep(c->d->edits, (size_t)p->size, c->d->fault);
	struct rewriting w = { .from = p->value, .to = v };
	struct prop made = { .name = p->name, .value = v };
	const char *why = c->why;
	int ret = 0;

	if (!v)
		return c->d->fault->code;
	for (const struct link *l = c->first; l < c->end && ret == 0; l++) {
		ret = rewrite_entry(c, l, &w);
		why = l->why ? l->why : why;
	}
	if (ret || w.n_kept == 0)
		return ret;
	copy_up_to(&w, (const uint8_t *)p->value + p->size);
	made.size = (int)(w.to - v);
	return draft_set(c->d, c->twin, &made, why);
}

/* Interrupts that stay, with the parent that they had, inherited or not. */
static int copy_interrupts(const struct copy *c, const struct prop *p)
{
	uint32_t *v = draft_cells(c->d, 1);
	struct prop parent = { .name = "interrupt-parent", .value = v, .size = sizeof(*v) };
	int ret;

	if (!v)
		return -ENOMEM;
	ret = target(c, c->first, v);
	if (ret)
		return ret;
	*v = htobe32(*v);
	ret = draft_set(c->d, c->twin, &parent, c->why);
	return ret ? ret : draft_set(c->d, c->twin, p, c->why);
}

/* The guest's phandles are numbered anew. */
static bool is_phandle(const char *name)
{
	return !strcmp(name, "phandle") || !strcmp(name, "linux,phandle");
}

static int copy_property(const struct copy *c, const struct prop *p)
{
	if (is_phandle(p->name) || fate_stays(p->name))
		return 0;
	if (draft_is_device(c->d, c->need->node) && is_placed(p->name))
		return 0;
	if (c->first == c->end)
		return draft_set(c->d, c->twin, p, c->why);
	if (c->first->ref)
		return copy_references(c, p);
	return c->first->instead < 0 ? 0 : copy_interrupts(c, p);
}

static int copy_node(const struct draft *d, const struct need *n)
{
	const struct tree *t = d->guest->host;
	const struct link *first = d->guest->closure->links + n->links;
	const struct link *last = first + n->n_links;
	struct copy c = { d, n, d->twin[n->node], NULL, first, first };
	struct prop p = { 0 };
	char path[TREE_PATH_MAX];
	int ret = 0;

	c.why = draft_why(d, "as %s has it", tree_path(t, n->node, path));
	if (!c.why)
		return d->fault->code;
	/* links stand in the order of the properties */
	while (ret == 0 && tree_next_prop(t, n->node, &p)) {
		for (c.first = c.end; c.end < last && c.end->number == p.number; c.end++)
			;
		ret = copy_property(&c, &p);
	}
	return ret;
}

int draft_properties(const struct draft *d)
{
	int ret = 0;

	for (int node = 0; node < d->guest->host->n_nodes && ret == 0; node++) {
		const struct need *n = closure_need(d->guest->closure, node);

		if (n)
			ret = copy_node(d, n);
	}
	return ret;
}
