/* SPDX-License-Identifier: Apache-2.0 */
/* Edits are written in one pass over the base, so the time grows with its size only. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "dt/edit.h"

#define EMPTY_SIZE 128 /* bytes: more than an empty tree has */

/* Bytes of the memory reservations, with the one that ends them. */
static size_t reserved_size(const void *blob)
{
	return ((size_t)fdt_num_mem_rsv(blob) + 1) * sizeof(struct fdt_reserve_entry);
}

/* A tree being written; all offsets and sizes are in bytes. */
struct writer {
	const struct edits *l;
	const char *base; /* the structure block that is copied */
	int copied;	  /* offset in it: what is before is copied or left out */
	char *structure;  /* the block that is written */
	size_t size;	  /* of it, so far */
	char *strings;
	size_t strings_size;
	void *names; /* in strings, for tsearch(3) */
	bool oom;
};

static void put(struct writer *w, const void *data, size_t size)
{
	if (size > 0)
		memcpy(w->structure + w->size, data, size);
	/* the blob is zeroed, and so is the padding before the next tag */
	w->size += TREE_ALIGN(size);
}

static void put_cell(struct writer *w, uint32_t value)
{
	fdt32_t cell = cpu_to_fdt32(value);

	put(w, &cell, sizeof(cell));
}

/* Copy the rest of the base up to this offset. */
static void copy_to(struct writer *w, int offset)
{
	put(w, w->base + w->copied, (size_t)(offset - w->copied));
	w->copied = offset;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The name, or the same one that was entered before. */
static const char *enter_name(struct writer *w, const char *name)
{
	const char *const *entered = tsearch(name, &w->names, by_text);

	w->oom |= !entered;
	return entered ? *entered : name;
}

/* Enter the names that the base has; what follows its last NUL is not one. */
static void enter_names(struct writer *w)
{
	const char *last = memrchr(w->strings, '\0', w->strings_size);

	for (const char *name = w->strings; last && name <= last; name += strlen(name) + 1)
		enter_name(w, name);
}

/* The offset of a property's name among the strings. */
static uint32_t name_offset(struct writer *w, const char *name)
{
	char *end = w->strings + w->strings_size;
	size_t size = strlen(name) + 1;
	const char *at = enter_name(w, memcpy(end, name, size));

	if (at == end)
		w->strings_size += size;
	return (uint32_t)(at - w->strings);
}

static void put_property(struct writer *w, const struct edit *e)
{
	put_cell(w, FDT_PROP);
	put_cell(w, (uint32_t)e->size);
	put_cell(w, name_offset(w, e->name));
	put(w, e->value, e->size);
}

/* Write a new node with its properties and children. */
static void put_node(struct writer *w, const struct edit *maker)
{
	const struct edit *first = edits_first(w->l, maker->child);

	put_cell(w, FDT_BEGIN_NODE);
	put(w, maker->name, strlen(maker->name) + 1);
	for (const struct edit *e = first; e; e = edits_next(w->l, e)) {
		if (e->op == EDIT_SET)
			put_property(w, e);
	}
	for (const struct edit *e = first; e; e = edits_next(w->l, e)) {
		if (e->op == EDIT_ADD_NODE)
			put_node(w, e);
	}
	put_cell(w, FDT_END_NODE);
}

/* Copy the base up to the node's first child, and apply the node's edits. */
static void edit_node(struct writer *w, int node)
{
	const struct tree *t = w->l->tree;
	const struct edit *first = edits_first(w->l, node);
	struct prop p = { .number = 0 };
	int next, size;

	fdt_next_tag(t->blob, t->nodes[node].offset, &next);
	copy_to(w, next);
	for (const struct edit *e = first; e; e = edits_next(w->l, e)) {
		if (e->op == EDIT_SET && !tree_prop(t, node, e->name, &size))
			put_property(w, e);
	}
	while (tree_next_prop(t, node, &p)) {
		const struct edit *e = edits_find(w->l, node, p.name);
		int value = (int)((const char *)p.value - w->base);

		next = value + (int)TREE_ALIGN((size_t)p.size);
		if (!e)
			continue;
		copy_to(w, value - (int)sizeof(struct fdt_property));
		w->copied = next;
		/* readers use only the first of two properties with one name */
		if (e->op == EDIT_SET && p.value == tree_prop(t, node, p.name, &size))
			put_property(w, e);
	}
	copy_to(w, next);
	for (const struct edit *e = first; e; e = edits_next(w->l, e)) {
		if (e->op == EDIT_ADD_NODE)
			put_node(w, e);
	}
}

/* The most bytes that the list can add to the blob: tags, names and values, all aligned. */
static size_t growth(const struct edits *l)
{
	size_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += sizeof(struct fdt_property) + 2 * FDT_TAGSIZE +
		       2 * strlen(l->v[i].name) + l->v[i].size + 2 * FDT_TAGSIZE;
	return sum;
}

/* Fill in the header of the packed tree; returns the tree's size. */
static size_t write_header(char *blob, const struct writer *w)
{
	size_t structure = (size_t)(w->structure - blob), strings = structure + w->size;

	fdt_set_version(blob, FDT_LAST_SUPPORTED_VERSION);
	fdt_set_off_mem_rsvmap(blob, sizeof(struct fdt_header));
	fdt_set_off_dt_struct(blob, (uint32_t)structure);
	fdt_set_size_dt_struct(blob, (uint32_t)w->size);
	fdt_set_off_dt_strings(blob, (uint32_t)strings);
	fdt_set_size_dt_strings(blob, (uint32_t)w->strings_size);
	return strings + w->strings_size;
}

static void keep_text(void *text)
{
	(void)text;
}

/*
 * Write the tree to the zeroed blob, packed: header, reservations, structure, strings.
 * Returns its size; 0: out of memory.
 */
static size_t write_tree(const struct edits *l, char *blob, size_t structure_max)
{
	const char *base = l->tree->blob;
	size_t header = sizeof(struct fdt_header), reserved = reserved_size(base);
	struct writer w = { .l = l,
			    .base = base + fdt_off_dt_struct(base),
			    .structure = blob + header + reserved };

	memcpy(blob, base, header);
	memcpy(blob + header, base + fdt_off_mem_rsvmap(base), reserved);
	w.strings = w.structure + structure_max;
	w.strings_size = fdt_size_dt_strings(base);
	memcpy(w.strings, base + fdt_off_dt_strings(base), w.strings_size);
	enter_names(&w);
	for (int node = 0; node < l->tree->n_nodes; node++) {
		if (edits_first(l, node))
			edit_node(&w, node);
	}
	copy_to(&w, (int)fdt_size_dt_struct(base));
	tdestroy(w.names, keep_text);
	if (w.oom)
		return 0;
	memmove(w.structure + w.size, w.strings, w.strings_size);
	return write_header(blob, &w);
}

int edits_apply(const struct edits *l, size_t pad, void **out, size_t *size, struct fault *f)
{
	const void *base = l->tree->blob;
	size_t structure_max = TREE_ALIGN(fdt_size_dt_struct(base)) + growth(l);
	size_t max = sizeof(struct fdt_header) + reserved_size(base) + structure_max +
		     fdt_size_dt_strings(base) + growth(l) + pad;
	char *blob = calloc(1, max);
	size_t packed;

	if (!blob)
		return fault_oom(f);
	packed = write_tree(l, blob, structure_max);
	if (packed == 0) {
		free(blob);
		return fault_oom(f);
	}
	if (packed + pad > TREE_SIZE_MAX) {
		free(blob);
		return fault_set(f, -EFBIG, "the tree would become larger than %d bytes",
				 TREE_SIZE_MAX);
	}
	memset(blob + packed, 0, pad);
	*size = packed + pad;
	fdt_set_totalsize(blob, (uint32_t)*size);
	*out = blob;
	return 0;
}

int tree_create_empty(void **out, size_t *size, struct fault *f)
{
	void *blob = malloc(EMPTY_SIZE);

	if (!blob)
		return fault_oom(f);
	fdt_create_empty_tree(blob, EMPTY_SIZE);
	*out = blob;
	*size = EMPTY_SIZE;
	return 0;
}

/* libfdt changes both blobs, and needs room in the base for all that the overlay has. */
static int merge(const struct tree *base, const struct tree *overlay, char *made, int room,
		 struct fault *f)
{
	void *copy = malloc(tree_size(overlay));
	int ret;

	if (!copy)
		return fault_oom(f);
	memcpy(copy, overlay->blob, tree_size(overlay));
	ret = fdt_open_into(base->blob, made, room);
	if (ret == 0)
		ret = fdt_overlay_apply(made, copy);
	if (ret == 0)
		ret = fdt_pack(made);
	free(copy);
	if (ret)
		return fault_set(f, -EINVAL, "the overlay cannot be applied: %s",
				 fdt_strerror(ret));
	return 0;
}

int overlay_apply(const struct tree *base, const struct tree *overlay, void **out,
		  size_t *size, struct fault *f)
{
	size_t room = tree_size(base) + 2 * tree_size(overlay);
	char *made = malloc(room);
	int ret = made ? merge(base, overlay, made, (int)room, f) : fault_oom(f);

	if (ret) {
		free(made);
		return ret;
	}
	*out = made;
	*size = fdt_totalsize(made);
	return 0;
}
