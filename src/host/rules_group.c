/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "host/rules.h"

#define STREAM_CELLS_MAX (3 * 128) /* of a device: an MMU-500 has up to 128 entries */
#define ENTRIES_MAX 192		   /* of a group: as many as a device has with one cell each */

bool rules_maps_stream(const struct ref *r, uint32_t id)
{
	return !strcmp(r->property, "iommu-map") && r->args.n > 1 &&
	       id - cells_get(r->args, 0) < cells_get(r->args, 1);
}

/* An entry of iommus. */
struct stream_entry {
	uint32_t iommu; /* its phandle */
	uint32_t id, mask;
};

/* Read the entry at cell *i, and step *i to the next; false: there is no whole entry. */
static bool next_entry(const struct tree *t, struct cells c, size_t *i,
		       struct stream_entry *out)
{
	struct cells mask;
	uint32_t n;
	int iommu;

	if (*i >= c.n)
		return false;
	out->iommu = cells_get(c, *i);
	iommu = tree_with_phandle(t, out->iommu);
	if (iommu < 0)
		return false;
	n = tree_cell_count(t, iommu, "#iommu-cells", 0);
	mask = tree_cells(t, iommu, "stream-match-mask");
	if (n == 0 || n > c.n - *i - 1)
		return false;
	/* as arm_smmu_of_xlate() reads it: 16 bits of each */
	out->id = cells_get(c, *i + 1) & 0xffff;
	if (n > 1)
		out->mask = cells_get(c, *i + 2) & 0xffff;
	else
		out->mask = mask.n ? cells_get(mask, 0) & 0xffff : 0;
	*i += 1 + n;
	return true;
}

/* Does a match every stream id that b matches? */
static bool covers(const struct stream_entry *a, const struct stream_entry *b)
{
	return a->iommu == b->iommu && (b->mask & a->mask) == b->mask &&
	       !((a->id ^ b->id) & ~a->mask & 0xffff);
}

/* The node's entries; a hostile tree has more than fit the SMMU, and they are cut off. */
static struct cells iommus_of(const struct tree *t, int node)
{
	struct cells c = tree_cells(t, node, "iommus");

	if (c.n > STREAM_CELLS_MAX)
		c.n = STREAM_CELLS_MAX;
	return c;
}

/* The entries of a group, each once; an MMU-500 has at most 128. */
struct entries {
	struct stream_entry v[ENTRIES_MAX];
	size_t n;
};

static bool overlap(const struct stream_entry *a, const struct stream_entry *b)
{
	/* either may be in the SMMU first */
	return covers(a, b) || covers(b, a);
}

/* Does an entry of the node overlap one of all, starting with number first? */
static bool shares(const struct tree *t, int node, const struct entries *all, size_t first)
{
	struct cells c = iommus_of(t, node);
	struct stream_entry e;

	for (size_t i = 0; next_entry(t, c, &i, &e);) {
		for (size_t k = first; k < all->n; k++) {
			if (overlap(&e, &all->v[k]))
				return true;
		}
	}
	return false;
}

static bool has_entry(const struct entries *all, const struct stream_entry *e)
{
	for (size_t k = 0; k < all->n; k++) {
		if (!memcmp(&all->v[k], e, sizeof(*e)))
			return true;
	}
	return false;
}

/* Add the node and its entries, as far as they fit. */
static void add_node(const struct tree *t, int node, struct entries *all,
		     struct group_nodes *out)
{
	struct cells c = iommus_of(t, node);
	struct stream_entry e;

	if (out->n == GROUP_NODES_MAX) {
		out->more = true;
		return;
	}
	out->v[out->n++] = node;
	for (size_t i = 0; next_entry(t, c, &i, &e);) {
		if (has_entry(all, &e))
			continue;
		if (all->n == ENTRIES_MAX) {
			out->more = true;
			return;
		}
		all->v[all->n++] = e;
	}
}

static bool is_in(const struct group_nodes *g, int node)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i] == node)
			return true;
	}
	return false;
}

/*
 * A node that shares a group with a member found later is a member too.  Each entry of the
 * tree is compared once with each of the group, of which there are few.
 */
void group_find(const struct tree *t, int node, struct group_nodes *out)
{
	struct entries all = { .n = 0 };
	size_t first = 0, next;

	*out = (struct group_nodes){ .n = 0 };
	add_node(t, node, &all, out);
	if (all.n == 0)
		out->n = 0;
	for (; first < all.n && !out->more; first = next) {
		next = all.n;
		for (int n = 0; n < t->n_nodes && !out->more; n++) {
			if (!is_in(out, n) && tree_is_enabled(t, n) &&
			    shares(t, n, &all, first))
				add_node(t, n, &all, out);
		}
	}
}
