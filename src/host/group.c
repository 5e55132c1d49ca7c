/* SPDX-License-Identifier: Apache-2.0 */
#include "host/group.h"

#define STREAM_CELLS_MAX (3 * 128) /* of a device: an MMU-500 has up to 128 entries */

/* An entry of iommus. */
struct stream_entry {
	uint32_t iommu; /* its phandle */
	uint32_t id, mask;
};

/* Read the entry at cell *i, and step *i to the next; false: there is no whole entry. */
static bool next_entry(const struct tree *t, struct cells c, size_t *i,
		       struct stream_entry *out)
{
	struct cells n, mask;
	int iommu;

	if (*i >= c.n)
		return false;
	out->iommu = cells_get(c, *i);
	iommu = tree_with_phandle(t, out->iommu);
	if (iommu < 0)
		return false;
	n = tree_cells(t, iommu, "#iommu-cells");
	mask = tree_cells(t, iommu, "stream-match-mask");
	if (n.n != 1 || cells_get(n, 0) < 1 || cells_get(n, 0) > c.n - *i - 1)
		return false;
	/* as arm_smmu_of_xlate() reads it: 16 bits of each */
	out->id = cells_get(c, *i + 1) & 0xffff;
	if (cells_get(n, 0) > 1)
		out->mask = cells_get(c, *i + 2) & 0xffff;
	else
		out->mask = mask.n ? cells_get(mask, 0) & 0xffff : 0;
	*i += 1 + cells_get(n, 0);
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

static bool share(const struct tree *t, int a, int b)
{
	struct cells ca = iommus_of(t, a), cb = iommus_of(t, b);
	struct stream_entry sa, sb;

	for (size_t i = 0; next_entry(t, ca, &i, &sa);) {
		for (size_t k = 0; next_entry(t, cb, &k, &sb);) {
			/* either may be in the SMMU first */
			if (covers(&sa, &sb) || covers(&sb, &sa))
				return true;
		}
	}
	return false;
}

static bool is_in(const struct group_nodes *g, int node)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i] == node)
			return true;
	}
	return false;
}

void group_find(const struct tree *t, int node, struct group_nodes *out)
{
	*out = (struct group_nodes){ 0 };
	if (!share(t, node, node))
		return;
	out->v[out->n++] = node;
	/* a node that shares a group with a member found later is a member too */
	for (size_t i = 0; i < out->n; i++) {
		for (int n = 0; n < t->n_nodes; n++) {
			if (is_in(out, n) || !tree_is_enabled(t, n) || !share(t, out->v[i], n))
				continue;
			if (out->n == GROUP_NODES_MAX) {
				out->more = true;
				return;
			}
			out->v[out->n++] = n;
		}
	}
}
