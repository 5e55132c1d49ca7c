/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "guest/copy.h"

/* A node whose properties are copied. */
struct copying {
	const struct guest_builder *b;
	bool is_device; /* it is a passed device */
	int copy;
	const char *why;
	const struct edge *first, *end; /* the edges of the current property */
};

/* Properties of a passed device that builder_device() or the VMM's file sets. */
static const char *const device_properties[] = {
	"address",
	"dma-noncoherent",
	"dma-ranges",
	"interrupts",
	"interrupts-extended",
	"local-mac-address",
	"mac-address",
	"ranges",
	"reg",
	"status",
};

static bool is_device_property(const char *name)
{
	for (size_t i = 0; i < sizeof(device_properties) / sizeof(*device_properties); i++) {
		if (!strcmp(name, device_properties[i]))
			return true;
	}
	return false;
}

static bool is_device(const struct guest_builder *b, int node)
{
	for (size_t i = 0; i < b->guest->profile->n_pass; i++) {
		if (b->guest->pass[i] == node)
			return true;
	}
	return false;
}

static int note_fixup(const struct copying *c, const struct edge *e, size_t offset)
{
	struct fixups *l = c->b->fixups;
	const char *name = e->ref ? e->property : "interrupt-parent";

	if (!l)
		return 0;
	return array_add(l->v, l->n, c->b->fault, (struct fixup){ c->copy, name, offset });
}

/*
 * The phandle of the node that the edge refers to in the guest, for the cell at this
 * offset of the copied property.
 */
static int target_phandle(const struct copying *c, const struct edge *e, size_t offset,
			  uint32_t *out)
{
	int ret = edits_phandle(c->b->edits, c->b->copy[e->instead],
				"nodes of the guest refer to it", out, c->b->fault);

	return ret ? ret : note_fixup(c, e, offset);
}

/* A property of the board's tree that is copied with other references. */
struct rewriting {
	const uint8_t *from; /* the next byte of the host's property */
	uint8_t *start, *to; /* of the copy */
};

static void copy_up_to(struct rewriting *w, const uint8_t *end)
{
	size_t size = (size_t)(end - w->from);

	memcpy(w->to, w->from, size);
	w->to += size;
	w->from = end;
}

/*
 * Must a dropped entry leave the list?  Linux rejects a device if such a pinctrl-N has
 * an empty entry (drivers/pinctrl/devicetree.c), and stops reading the two others there
 * (drivers/of/irq.c, drivers/gpio/gpiolib-of.c).  Nothing counts the entries of these.
 */
static bool has_no_empty_entries(const char *property)
{
	return ref_is_pinctrl(property) || !strcmp(property, "interrupt-map") ||
	       !strcmp(property, "gpio-ranges");
}

/* A dropped entry becomes an empty one, so that the later entries keep their numbers. */
static int rewrite_entry(const struct copying *c, const struct edge *e, struct rewriting *w)
{
	const uint8_t *args = e->ref->args.v;
	uint32_t phandle = 0;
	int ret = 0;

	if (e->instead < 0 && has_no_empty_entries(e->property)) {
		w->from = args + e->ref->args.n * sizeof(phandle);
		return 0;
	}
	copy_up_to(w, args - sizeof(phandle));
	if (e->instead >= 0)
		ret = target_phandle(c, e, (size_t)(w->to - w->start), &phandle);
	if (ret)
		return ret;
	phandle = htobe32(phandle);
	memcpy(w->to, &phandle, sizeof(phandle));
	w->to += sizeof(phandle);
	w->from = args;
	if (e->instead < 0)
		w->from += e->ref->args.n * sizeof(phandle);
	return 0;
}

/* Without the GPIO line, a property must give the card's driver the line's constant value. */
static int set_substitute(const struct copying *c, const char *property)
{
	static const struct prop polled = { .name = "broken-cd" };
	static const struct prop writable = { .name = "disable-wp" };

	if (!strcmp(property, "cd-gpios"))
		return builder_set(c->b, c->copy, &polled, drop_effect(property));
	if (!strcmp(property, "wp-gpios"))
		return builder_set(c->b, c->copy, &writable, drop_effect(property));
	return 0;
}

/* Does one of the references have a target in the guest?  Then all are whole. */
static bool has_target(const struct copying *c)
{
	for (const struct edge *e = c->first; e < c->end; e++) {
		if (e->instead >= 0)
			return true;
	}
	return false;
}

static int copy_references(const struct copying *c, const struct prop *p)
{
	uint8_t *v = edits_keep(c->b->edits, (size_t)p->size, c->b->fault);
	struct rewriting w = { .from = p->value, .start = v, .to = v };
	struct prop made = { .name = p->name, .value = v };
	const char *why = c->why;
	int ret = 0;

	if (!v)
		return c->b->fault->code;
	for (const struct edge *e = c->first; e < c->end && ret == 0; e++) {
		ret = rewrite_entry(c, e, &w);
		why = e->why ? e->why : why;
	}
	if (ret)
		return ret;
	copy_up_to(&w, (const uint8_t *)p->value + p->size);
	made.size = (int)(w.to - v);
	return builder_set(c->b, c->copy, &made, why);
}

/* The copy names the interrupt parent, which its node may have inherited. */
static int copy_interrupts(const struct copying *c, const struct prop *p)
{
	uint32_t *v = builder_cells(c->b, 1);
	struct prop parent = { .name = "interrupt-parent", .value = v, .size = sizeof(*v) };
	int ret;

	if (!v)
		return -ENOMEM;
	ret = target_phandle(c, c->first, 0, v);
	if (ret)
		return ret;
	*v = htobe32(*v);
	ret = builder_set(c->b, c->copy, &parent, c->why);
	return ret ? ret : builder_set(c->b, c->copy, p, c->why);
}

static bool is_phandle(const char *name)
{
	return !strcmp(name, "phandle") || !strcmp(name, "linux,phandle");
}

static int copy_property(const struct copying *c, const struct prop *p)
{
	if (is_phandle(p->name) || drop_reason(p->name))
		return 0;
	if (c->is_device && is_device_property(p->name))
		return 0;
	if (c->first == c->end)
		return builder_set(c->b, c->copy, p, c->why);
	if (c->first->ref)
		return has_target(c) ? copy_references(c, p) : set_substitute(c, p->name);
	return c->first->instead < 0 ? 0 : copy_interrupts(c, p);
}

static int copy_properties(const struct guest_builder *b, const struct dependency *n)
{
	const struct tree *t = b->guest->host;
	const struct edge *edge = b->guest->deps->edges + n->edges;
	const struct edge *last = edge + n->n_edges;
	struct copying c = { b, is_device(b, n->node), b->copy[n->node], NULL, edge, edge };
	struct prop p = { .number = 0 };
	char path[TREE_PATH_MAX];
	int ret = 0;

	c.why = builder_text(b, "as in %s", tree_path(t, n->node, path));
	if (!c.why)
		return b->fault->code;
	/* the edges are in the order of the properties */
	while (ret == 0 && tree_next_prop(t, n->node, &p)) {
		for (c.first = c.end; c.end < last && c.end->number == p.number; c.end++)
			;
		ret = copy_property(&c, &p);
	}
	return ret;
}

/* The node of the edited tree that is the parent of the copy. */
static int copy_parent(const struct guest_builder *b, const struct dependency *n)
{
	int parent = b->guest->host->nodes[n->node].parent;
	const struct dependency *above = deps_of_node(b->guest->deps, parent);

	if (n->disposition == DISPOSITION_PASSED &&
	    !(above && above->disposition == DISPOSITION_PASSED))
		return b->devices;
	return above ? b->copy[parent] : b->root;
}

static const char *copy_reason(const struct guest_builder *b, const struct dependency *n)
{
	const struct tree *t = b->guest->host;
	char path[TREE_PATH_MAX], from[TREE_PATH_MAX];

	tree_path(t, n->node, path);
	if (n->from < 0)
		return builder_text(b, "the passed device %s", path);
	return builder_text(b, "%s of the host, for %s %s", path, tree_path(t, n->from, from),
			    n->property);
}

static int add_copy(struct guest_builder *b, const struct dependency *n)
{
	const char *name = b->guest->host->nodes[n->node].name;
	int before = b->edits->n_nodes, parent = copy_parent(b, n), ret;
	const char *why = copy_reason(b, n);
	char path[TREE_PATH_MAX];

	if (!why)
		return b->fault->code;
	/* a copied parent gets children of one node of the host only: their names differ */
	if (parent != b->root && parent != b->devices)
		return edits_new_child(b->edits, parent, name, why, &b->copy[n->node],
				       b->fault);
	ret = edits_child(b->edits, parent, name, why, &b->copy[n->node], b->fault);
	if (ret == 0 && b->edits->n_nodes == before)
		return fault_set(b->fault, -EEXIST, "the guest would have two nodes %s",
				 builder_path(b, b->copy[n->node], path));
	return ret;
}

int builder_copy(struct guest_builder *b)
{
	int n_nodes = b->guest->host->n_nodes, ret = 0;
	const struct dependency *n;

	b->copy = malloc((size_t)n_nodes * sizeof(*b->copy));
	if (!b->copy)
		return fault_oom(b->fault);
	/* all nodes first, since properties refer to them; each parent before its children */
	for (int node = 0; node < n_nodes && ret == 0; node++) {
		n = deps_of_node(b->guest->deps, node);
		ret = n ? add_copy(b, n) : 0;
	}
	for (int node = 0; node < n_nodes && ret == 0; node++) {
		n = deps_of_node(b->guest->deps, node);
		ret = n ? copy_properties(b, n) : 0;
	}
	return ret;
}

void builder_free(struct guest_builder *b)
{
	free(b->copy);
	b->copy = NULL;
}

const char *builder_path(const struct guest_builder *b, int node,
			 char buf[static TREE_PATH_MAX])
{
	size_t len = strlen(edits_path(b->edits, b->root, buf));

	edits_path(b->edits, node, buf);
	return b->root ? buf + len : buf;
}

int builder_set(const struct guest_builder *b, int node, const struct prop *p, const char *why)
{
	return edits_set(b->edits, node, p, why, b->fault);
}

uint32_t *builder_cells(const struct guest_builder *b, size_t n)
{
	return edits_keep(b->edits, n * sizeof(uint32_t), b->fault);
}

const char *builder_text(const struct guest_builder *b, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	text = edits_keep(b->edits, (size_t)len + 1, b->fault);
	if (text)
		vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return text;
}
