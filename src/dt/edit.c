/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/array.h"
#include "dt/edit.h"

#define PHANDLE_MAX 0xfffffffe

struct kept {
	struct kept *next;
	_Alignas(8) unsigned char value[];
};

/* An entry of the index. */
struct edit_key {
	int node;
	bool child; /* the edit adds a node */
	const char *name;
	size_t edit; /* its number, from 0 */
};

const char *edit_op_name(enum edit_op op)
{
	static const char *const names[] = {
		[EDIT_SET] = "set",
		[EDIT_DELETE] = "delete",
		[EDIT_ADD_NODE] = "add",
	};

	return names[op];
}

void edits_start(struct edits *l, const struct tree *t)
{
	*l = (struct edits){ .tree = t, .n_nodes = t->n_nodes };
	if (t->n_by_phandle > 0)
		l->phandle = t->nodes[t->by_phandle[t->n_by_phandle - 1]].phandle;
}

/* The key is one of l->kept. */
static void keep_key(void *key)
{
	(void)key;
}

void edits_free(struct edits *l)
{
	tdestroy(l->index, keep_key);
	while (l->kept) {
		struct kept *next = l->kept->next;

		free(l->kept);
		l->kept = next;
	}
	free(l->v);
	free(l->ends);
	*l = (struct edits){ 0 };
}

void *edits_keep(struct edits *l, size_t size, struct fault *f)
{
	struct kept *k = calloc(1, sizeof(*k) + size);

	if (!k) {
		fault_oom(f);
		return NULL;
	}
	k->next = l->kept;
	l->kept = k;
	return k->value;
}

static bool is_new(const struct edits *l, int node)
{
	return node >= l->tree->n_nodes;
}

const struct edit *edits_first(const struct edits *l, int node)
{
	return node < l->n_ends && l->ends[node].first ? &l->v[l->ends[node].first - 1] : NULL;
}

const struct edit *edits_next(const struct edits *l, const struct edit *e)
{
	return e->next ? &l->v[e->next - 1] : NULL;
}

static int by_key(const void *a, const void *b)
{
	const struct edit_key *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->child != y->child)
		return x->child ? 1 : -1;
	return strcmp(x->name, y->name);
}

/*
 * The edit that adds the child of that name, or changes the property; NULL: there is none.
 * A hostile tree has nodes with very many properties, so edits are not compared one by one.
 */
static const struct edit *find(const struct edits *l, int node, const char *name, bool child)
{
	const struct edit_key wanted = { .node = node, .child = child, .name = name };
	const struct edit_key *const *found = tfind(&wanted, &l->index, by_key);

	return found ? &l->v[(*found)->edit] : NULL;
}

const struct edit *edits_find(const struct edits *l, int node, const char *name)
{
	return find(l, node, name, false);
}

const struct edit *edits_maker(const struct edits *l, int node)
{
	return is_new(l, node) ? &l->v[l->ends[node].maker - 1] : NULL;
}

const char *edits_path(const struct edits *l, int node, char buf[static TREE_PATH_MAX])
{
	const struct edit *e = edits_maker(l, node);
	size_t len;

	if (!e)
		return tree_path(l->tree, node, buf);
	len = strlen(edits_path(l, e->node, buf));
	if (len == 1) /* "/" */
		len = 0;
	/* edits_new_child() checked that it fits */
	buf[len] = '/';
	strcpy(buf + len + 1, e->name);
	return buf;
}

static bool same_value(const struct edit *a, const void *value, size_t size)
{
	return a->size == size && (size == 0 || !memcmp(a->value, value, size));
}

/* Does the tree already have what the edit makes? */
static bool holds(const struct edits *l, const struct edit *e)
{
	const void *value = NULL;
	int size = 0;

	if (!is_new(l, e->node))
		value = tree_prop(l->tree, e->node, e->name, &size);
	return e->op == EDIT_DELETE ? !value : value && same_value(e, value, (size_t)size);
}

/* Allocate one more edit, and the ends of one more node. */
static int grow(struct edits *l, struct fault *f)
{
	struct edit *v = array_grow(l->v, l->n, sizeof(*v), f);

	if (!v)
		return -ENOMEM;
	l->v = v;
	if (l->n_nodes >= l->n_ends) {
		int n = l->n_nodes + l->n_nodes / 2 + 1;
		struct edit_ends *ends = realloc(l->ends, (size_t)n * sizeof(*ends));

		if (!ends)
			return fault_oom(f);
		memset(ends + l->n_ends, 0, (size_t)(n - l->n_ends) * sizeof(*ends));
		l->ends = ends;
		l->n_ends = n;
	}
	return 0;
}

/* Enter the next edit into the index. */
static int index_edit(struct edits *l, const struct edit *e, struct fault *f)
{
	struct edit_key *k = edits_keep(l, sizeof(*k), f);

	if (!k)
		return -ENOMEM;
	*k = (struct edit_key){ e->node, e->op == EDIT_ADD_NODE, e->name, l->n };
	return tsearch(k, &l->index, by_key) ? 0 : fault_oom(f);
}

static int append(struct edits *l, const struct edit *e, struct fault *f)
{
	int ret = grow(l, f);
	struct edit_ends *ends;

	if (ret == 0)
		ret = index_edit(l, e, f);
	if (ret)
		return ret;
	ends = &l->ends[e->node];
	l->v[l->n++] = *e;
	if (ends->last)
		l->v[ends->last - 1].next = l->n;
	else
		ends->first = l->n;
	ends->last = l->n;
	return 0;
}

static int report_conflict(const struct edits *l, const struct edit *a, const struct edit *b,
			   struct fault *f)
{
	char path[TREE_PATH_MAX];

	return fault_set(f, -EEXIST, "%s: conflicting edits of %s: %s; %s",
			 edits_path(l, a->node, path), a->name, a->why, b->why);
}

int edits_add(struct edits *l, const struct edit *e, struct fault *f)
{
	const struct edit *old = find(l, e->node, e->name, false);

	if (!old)
		return holds(l, e) ? 0 : append(l, e, f);
	if (old->op == e->op && same_value(old, e->value, e->size))
		return 0;
	return report_conflict(l, old, e, f);
}

int edits_set(struct edits *l, int node, const struct prop *p, const char *why,
	      struct fault *f)
{
	struct edit e = { .op = EDIT_SET,
			  .node = node,
			  .name = p->name,
			  .value = p->value,
			  .size = (size_t)p->size,
			  .why = why };

	return edits_add(l, &e, f);
}

int edits_delete(struct edits *l, int node, const char *name, const char *why, struct fault *f)
{
	struct edit e = { .op = EDIT_DELETE, .node = node, .name = name, .why = why };

	return edits_add(l, &e, f);
}

int edits_child(struct edits *l, int parent, const char *name, const char *why, int *node,
		struct fault *f)
{
	const struct edit *made = find(l, parent, name, true);

	*node = is_new(l, parent) ? -1 : tree_child(l->tree, parent, name);
	if (made)
		*node = made->child;
	return *node >= 0 ? 0 : edits_new_child(l, parent, name, why, node, f);
}

int edits_new_child(struct edits *l, int parent, const char *name, const char *why, int *node,
		    struct fault *f)
{
	struct edit e = { .op = EDIT_ADD_NODE,
			  .node = parent,
			  .name = name,
			  .why = why,
			  .child = l->n_nodes };
	char path[TREE_PATH_MAX];
	int ret;

	if (strlen(edits_path(l, parent, path)) + strlen(name) + 2 > sizeof(path))
		return fault_set(f, -E2BIG, "%s: path too long for a node %s", path, name);
	ret = append(l, &e, f);
	if (ret)
		return ret;
	l->ends[e.child].maker = l->n;
	*node = l->n_nodes++;
	return 0;
}

int edits_phandle(struct edits *l, int node, const char *why, uint32_t *phandle,
		  struct fault *f)
{
	struct edit e = { .op = EDIT_SET, .node = node, .name = "phandle", .why = why };
	const struct edit *made = find(l, node, e.name, false);
	fdt32_t *value;

	if (made && made->size != sizeof(*value))
		return report_conflict(l, made, &e, f);
	*phandle = is_new(l, node) ? 0 : l->tree->nodes[node].phandle;
	if (made)
		*phandle = fdt32_ld(made->value);
	if (*phandle)
		return 0;
	if (l->phandle >= PHANDLE_MAX)
		return fault_set(f, -E2BIG, "no phandle is left in the tree");
	value = edits_keep(l, sizeof(*value), f);
	if (!value)
		return -ENOMEM;
	*phandle = l->phandle + 1;
	fdt32_st(value, *phandle);
	e.value = value;
	e.size = sizeof(*value);
	l->phandle++;
	return append(l, &e, f);
}

/* Does the node of the result have this edit?  -1: the result does not have the node. */
static bool is_done(const struct edit *e, const struct tree *result, int node)
{
	const void *value;
	int size = 0;

	if (node < 0)
		return false;
	if (e->op == EDIT_ADD_NODE)
		return tree_child(result, node, e->name) >= 0;
	value = tree_prop(result, node, e->name, &size);
	return e->op == EDIT_DELETE ? !value : value && same_value(e, value, (size_t)size);
}

int edits_hold(const struct edits *l, const struct tree *result, struct fault *f)
{
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < l->n; i++) {
		const struct edit *e = &l->v[i];

		edits_path(l, e->node, path);
		if (!is_done(e, result, tree_at(result, path)))
			return fault_set(f, -EIO, "%s: %s is not as planned", path, e->name);
	}
	return 0;
}
