/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <string.h>

#include <libfdt.h>

#include "dt/tree.h"

size_t tree_size(const struct tree *t)
{
	return fdt_totalsize(t->blob);
}

size_t tree_room(const struct tree *t)
{
	size_t reserved = fdt_off_mem_rsvmap(t->blob), nodes = fdt_off_dt_struct(t->blob);
	size_t strings = fdt_off_dt_strings(t->blob);
	size_t n_reserved = (size_t)fdt_num_mem_rsv(t->blob) + 1;

	if (reserved < sizeof(struct fdt_header) ||
	    nodes < reserved + n_reserved * sizeof(struct fdt_reserve_entry) ||
	    strings < nodes + fdt_size_dt_struct(t->blob))
		return 0;
	return tree_size(t) - strings - fdt_size_dt_strings(t->blob);
}

const char *tree_path(const struct tree *t, int node, char buf[static TREE_PATH_MAX])
{
	size_t at = TREE_PATH_MAX - 1;

	buf[at] = '\0';
	if (node == 0)
		buf[--at] = '/';
	for (; node > 0; node = t->nodes[node].parent) {
		size_t len = strlen(t->nodes[node].name);

		at -= len;
		memcpy(buf + at, t->nodes[node].name, len);
		buf[--at] = '/';
	}
	return memmove(buf, buf + at, TREE_PATH_MAX - at);
}

/* As tree_child(), for the first len bytes of name. */
static int child_of_len(const struct tree *t, int parent, const char *name, size_t len)
{
	int low = 0, high = t->n_nodes;

	while (low < high) {
		int mid = low + (high - low) / 2;
		const struct node *n = &t->nodes[t->by_name[mid]];
		int order =
			n->parent != parent ? n->parent - parent : strncmp(n->name, name, len);

		if (order == 0 && !n->name[len])
			return t->by_name[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

int tree_child(const struct tree *t, int parent, const char *name)
{
	return child_of_len(t, parent, name, strlen(name));
}

int tree_at(const struct tree *t, const char *path)
{
	int node = *path == '/' ? 0 : -1;

	while (node >= 0 && *path == '/' && path[1]) {
		size_t len = strcspn(++path, "/");

		node = child_of_len(t, node, path, len);
		path += len;
	}
	return node;
}

int tree_labelled(const struct tree *t, const char *label)
{
	int symbols = tree_child(t, 0, "__symbols__");
	const char *path = symbols < 0 ? NULL : tree_string(t, symbols, label);

	return path ? tree_at(t, path) : -1;
}

int tree_with_phandle(const struct tree *t, uint32_t phandle)
{
	int low = 0, high = t->n_by_phandle;

	while (low < high) {
		int mid = low + (high - low) / 2;
		uint32_t found = t->nodes[t->by_phandle[mid]].phandle;

		if (found == phandle)
			return t->by_phandle[mid];
		if (found < phandle)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

int tree_compatible(const struct tree *t, const char *compatible)
{
	for (int i = 0; i < t->n_nodes; i++) {
		if (tree_is_compatible(t, i, compatible))
			return i;
	}
	return -1;
}

/* The end of the node's properties. */
static const struct prop *props_end(const struct tree *t, int node)
{
	return t->props + (node + 1 < t->n_nodes ? t->nodes[node + 1].props : t->n_props);
}

bool tree_next_prop(const struct tree *t, int node, struct prop *p)
{
	const struct prop *next = t->props + t->nodes[node].props + p->number;

	if (next >= props_end(t, node))
		return false;
	*p = *next;
	return true;
}

/* The first property of that name among those of a node, which are sorted; NULL: none. */
static const struct prop *find_sorted(const struct tree *t, int first, int end,
				      const char *name)
{
	int low = first, high = end;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (strcmp(t->props[t->props_by_name[mid]].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < end && !strcmp(t->props[t->props_by_name[low]].name, name) ?
		       &t->props[t->props_by_name[low]] :
		       NULL;
}

const void *tree_prop(const struct tree *t, int node, const char *name, int *size)
{
	const struct prop *first = t->props + t->nodes[node].props, *end = props_end(t, node);

	if (end - first > TREE_PROPS_MANY) {
		first = find_sorted(t, (int)(first - t->props), (int)(end - t->props), name);
		if (!first)
			return NULL;
	}
	for (const struct prop *p = first; p < end; p++) {
		/* most names differ in their first letter, and the call is what costs */
		if (*p->name != *name || strcmp(p->name, name) != 0)
			continue;
		*size = p->size;
		return p->value;
	}
	return NULL;
}

struct cells tree_cells(const struct tree *t, int node, const char *name)
{
	struct cells c = { .n = 0 };
	int size;

	c.v = tree_prop(t, node, name, &size);
	if (c.v && size % (int)sizeof(uint32_t) == 0)
		c.n = (size_t)size / sizeof(uint32_t);
	return c;
}

struct strings tree_strings(const struct tree *t, int node, const char *name)
{
	struct strings l = { .size = 0 };
	int size;

	l.v = tree_prop(t, node, name, &size);
	if (l.v && size > 0 && !l.v[size - 1])
		l.size = (size_t)size;
	return l;
}

const char *tree_string(const struct tree *t, int node, const char *name)
{
	return strings_next(tree_strings(t, node, name), NULL);
}

uint32_t tree_cell_count(const struct tree *t, int node, const char *name, uint32_t absent)
{
	struct cells c = tree_cells(t, node, name);

	if (!c.v)
		return absent;
	return c.n == 1 && cells_get(c, 0) <= CELL_COUNT_MAX ? cells_get(c, 0) : 0;
}

bool tree_is_compatible(const struct tree *t, int node, const char *compatible)
{
	return strings_have(tree_strings(t, node, "compatible"), compatible);
}

bool tree_is_compatible_with(const struct tree *t, int node, struct strings any)
{
	const char *s = NULL;

	while ((s = strings_next(any, s))) {
		if (tree_is_compatible(t, node, s))
			return true;
	}
	return false;
}

bool tree_is_enabled(const struct tree *t, int node)
{
	int size;
	const char *status = tree_prop(t, node, "status", &size);

	if (!status)
		return true;
	return (size >= (int)sizeof("okay") && !memcmp(status, "okay", sizeof("okay"))) ||
	       (size >= (int)sizeof("ok") && !memcmp(status, "ok", sizeof("ok")));
}

uint32_t cells_get(struct cells c, size_t i)
{
	return fdt32_ld((const fdt32_t *)(c.v + i * sizeof(fdt32_t)));
}

uint64_t cells_number(struct cells c, size_t i, uint32_t n)
{
	uint64_t number = 0;

	while (n-- > 0)
		number = number << 32 | cells_get(c, i++);
	return number;
}

bool cells_have(struct cells c, uint32_t value)
{
	for (size_t i = 0; i < c.n; i++) {
		if (cells_get(c, i) == value)
			return true;
	}
	return false;
}

void cells_put_number(uint32_t *out, uint64_t number)
{
	out[0] = htobe32((uint32_t)(number >> 32));
	out[1] = htobe32((uint32_t)number);
}

const char *strings_next(struct strings l, const char *s)
{
	if (!s)
		return l.size > 0 ? l.v : NULL;
	s += strlen(s) + 1;
	return s < l.v + l.size ? s : NULL;
}

bool strings_have(struct strings l, const char *s)
{
	const char *i = NULL;

	while ((i = strings_next(l, i))) {
		if (!strcmp(i, s))
			return true;
	}
	return false;
}
