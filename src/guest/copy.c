/* SPDX-License-Identifier: Apache-2.0 */
/* The properties of a draft's nodes. */
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "guest/copy.h"

/* A node whose properties are copied. */
struct copy {
	const struct guest_builder *d;
	const struct dependency *need;
	int copy;
	const char *why;
	const struct edge *first, *end; /* what becomes of the property at hand */
};

/* Of a passed device, what builder_device() and guest_plan() say. */
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
static int target(const struct copy *c, const struct edge *l, uint32_t *out)
{
	return edits_phandle(c->d->edits, c->d->copy[l->instead],
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
static int rewrite_entry(const struct copy *c, const struct edge *l, struct rewriting *w)
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
	for (const struct edge *l = c->first; l < c->end && ret == 0; l++) {
		ret = rewrite_entry(c, l, &w);
		why = l->why ? l->why : why;
	}
	if (ret || w.n_kept == 0)
		return ret;
	copy_up_to(&w, (const uint8_t *)p->value + p->size);
	made.size = (int)(w.to - v);
	return builder_set(c->d, c->copy, &made, why);
}

/* Interrupts that stay, with the parent that they had, inherited or not. */
static int copy_interrupts(const struct copy *c, const struct prop *p)
{
	uint32_t *v = builder_cells(c->d, 1);
	struct prop parent = { .name = "interrupt-parent", .value = v, .size = sizeof(*v) };
	int ret;

	if (!v)
		return -ENOMEM;
	ret = target(c, c->first, v);
	if (ret)
		return ret;
	*v = htobe32(*v);
	ret = builder_set(c->d, c->copy, &parent, c->why);
	return ret ? ret : builder_set(c->d, c->copy, p, c->why);
}

/* The guest's phandles are numbered anew. */
static bool is_phandle(const char *name)
{
	return !strcmp(name, "phandle") || !strcmp(name, "linux,phandle");
}

static int copy_property(const struct copy *c, const struct prop *p)
{
	if (is_phandle(p->name) || drop_reason(p->name))
		return 0;
	if (builder_is_device(c->d, c->need->node) && is_placed(p->name))
		return 0;
	if (c->first == c->end)
		return builder_set(c->d, c->copy, p, c->why);
	if (c->first->ref)
		return copy_references(c, p);
	return c->first->instead < 0 ? 0 : copy_interrupts(c, p);
}

static int copy_node(const struct guest_builder *d, const struct dependency *n)
{
	const struct tree *t = d->guest->host;
	const struct edge *first = d->guest->deps->edges + n->edges;
	const struct edge *last = first + n->n_edges;
	struct copy c = { d, n, d->copy[n->node], NULL, first, first };
	struct prop p = { 0 };
	char path[TREE_PATH_MAX];
	int ret = 0;

	c.why = builder_why(d, "as %s has it", tree_path(t, n->node, path));
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

int builder_properties(const struct guest_builder *d)
{
	int ret = 0;

	for (int node = 0; node < d->guest->host->n_nodes && ret == 0; node++) {
		const struct dependency *n = deps_of_node(d->guest->deps, node);

		if (n)
			ret = copy_node(d, n);
	}
	return ret;
}

int builder_set(const struct guest_builder *d, int twin, const struct prop *p, const char *why)
{
	return edits_set(d->edits, twin, p, why, d->fault);
}

uint32_t *builder_cells(const struct guest_builder *d, size_t n)
{
	return edits_keep(d->edits, n * sizeof(uint32_t), d->fault);
}

const char *builder_why(const struct guest_builder *d, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	text = edits_keep(d->edits, (size_t)len + 1, d->fault);
	if (text)
		vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return text;
}

bool builder_is_device(const struct guest_builder *d, int node)
{
	for (size_t i = 0; i < d->guest->profile->n_pass; i++) {
		if (d->guest->pass[i] == node)
			return true;
	}
	return false;
}

/* The guest's node that gets the twin of node below it. */
static int home_of(const struct guest_builder *d, const struct dependency *n)
{
	int parent = d->guest->host->nodes[n->node].parent;
	const struct dependency *above = deps_of_node(d->guest->deps, parent);

	if (n->disposition == DISPOSITION_PASSED &&
	    !(above && above->disposition == DISPOSITION_PASSED))
		return d->layout->bus.node;
	return above ? d->copy[parent] : 0;
}

static const char *why_node(const struct guest_builder *d, const struct dependency *n)
{
	const struct tree *t = d->guest->host;
	char path[TREE_PATH_MAX], from[TREE_PATH_MAX];

	tree_path(t, n->node, path);
	if (n->from < 0)
		return builder_why(d, "the passed device %s", path);
	return builder_why(d, "%s of the host: for %s %s", path, tree_path(t, n->from, from),
			   n->property);
}

static int make_twin(struct guest_builder *d, const struct dependency *n)
{
	const char *name = d->guest->host->nodes[n->node].name;
	int before = d->edits->n_nodes, home = home_of(d, n), ret;
	const char *why = why_node(d, n);
	char path[TREE_PATH_MAX];

	if (!why)
		return d->fault->code;
	/* in a twin stand the children of one node of the host's, each name once */
	if (home >= d->guest->virt->n_nodes)
		return edits_new_child(d->edits, home, name, why, &d->copy[n->node], d->fault);
	ret = edits_child(d->edits, home, name, why, &d->copy[n->node], d->fault);
	if (ret == 0 && d->edits->n_nodes == before)
		return fault_set(d->fault, -EEXIST, "the guest would have two nodes %s",
				 edits_path(d->edits, d->copy[n->node], path));
	return ret;
}

int builder_nodes(struct guest_builder *d)
{
	int ret = 0;

	/* in the order of the tree, so that a parent's twin is there before its child's */
	for (int node = 0; node < d->guest->host->n_nodes && ret == 0; node++) {
		const struct dependency *n = deps_of_node(d->guest->deps, node);

		if (n)
			ret = make_twin(d, n);
	}
	return ret;
}
