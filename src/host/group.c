/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "host/group.h"

#define STREAM_CELLS_MAX (3 * 128) /* of an MMU-500, which has up to 128 stream maps */

/* An entry of iommus. */
struct stream {
	uint32_t iommu; /* its phandle */
	uint32_t id, mask;
};

/* Read the entry that starts at cell *i, and step *i behind it; false: there is none. */
static bool next_stream(const struct tree *t, struct cells c, size_t *i, struct stream *out)
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

/* Is every id that b stands for one of a's? */
static bool covers(const struct stream *a, const struct stream *b)
{
	return a->iommu == b->iommu && (b->mask & a->mask) == b->mask &&
	       !((a->id ^ b->id) & ~a->mask & 0xffff);
}

/* No more entries than an SMMU has places for; only a hostile tree has more. */
static struct cells streams_of(const struct tree *t, int node)
{
	struct cells c = tree_cells(t, node, "iommus");

	if (c.n > STREAM_CELLS_MAX)
		c.n = STREAM_CELLS_MAX;
	return c;
}

static bool share(const struct tree *t, int a, int b)
{
	struct cells ca = streams_of(t, a), cb = streams_of(t, b);
	struct stream sa, sb;

	for (size_t i = 0; next_stream(t, ca, &i, &sa);) {
		for (size_t k = 0; next_stream(t, cb, &k, &sb);) {
			/* either may be first in the SMMU */
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

int group_find(const struct tree *t, int node, struct group_nodes *out, struct fault *f)
{
	out->n = 0;
	if (!share(t, node, node))
		return 0;
	out->v[out->n++] = node;
	/* what shares with a member that was found is a member too */
	for (size_t i = 0; i < out->n; i++) {
		for (int n = 0; n < t->n_nodes; n++) {
			if (is_in(out, n) || !tree_is_enabled(t, n) || !share(t, out->v[i], n))
				continue;
			if (out->n == GROUP_NODES_MAX)
				return fault_set(f, -E2BIG, "more than %d nodes share a group",
						 GROUP_NODES_MAX);
			out->v[out->n++] = n;
		}
	}
	return 0;
}
