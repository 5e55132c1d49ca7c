/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "host/resolve.h"

#define IOMMU_CELLS 2 /* of an MMU-500 that knows masks: stream id, mask */

int resolve_smmu(struct resolved *b, struct fault *f)
{
	const char *compatible = b->profile->iommu;
	char path[TREE_PATH_MAX];
	struct cells n;

	b->iommu = tree_compatible(b->tree, compatible);
	if (b->iommu < 0) {
		fault_set(f, -ENOENT, "the tree has no SMMU (%s)", compatible);
		return fault_fix(f, "take the tree of Linux 6.9 or newer, or of NXP's kernels "
				    "since 5.4; older trees of Linux describe none");
	}
	tree_path(b->tree, b->iommu, path);
	if (!tree_is_enabled(b->tree, b->iommu))
		return fault_set(f, -ENODEV, "%s: the SMMU is disabled", path);
	n = tree_cells(b->tree, b->iommu, "#iommu-cells");
	if (n.n != 1 || cells_get(n, 0) != IOMMU_CELLS)
		return fault_set(f, -EINVAL, "%s: #iommu-cells is not %d", path, IOMMU_CELLS);
	return 0;
}

static int find_passed(struct resolved *b, size_t i, struct fault *f)
{
	const struct pass *p = &b->profile->pass[i];
	char path[TREE_PATH_MAX];
	int ret = profile_find(b->tree, &p->node, &b->pass[i], f);

	if (ret)
		return ret;
	if (!tree_is_compatible(b->tree, b->pass[i], p->compatible) &&
	    !tree_is_compatible(b->tree, b->pass[i], DUMMY_COMPATIBLE))
		return fault_set(f, -EINVAL,
				 "%s: not the device of the profile: not compatible "
				 "with %s",
				 tree_path(b->tree, b->pass[i], path), p->compatible);
	return 0;
}

int resolve_profile(const struct profile *p, const struct tree *t, struct resolved *out,
		    struct fault *f)
{
	struct resolved b = { .profile = p, .tree = t };
	int ret = 0;

	if (!tree_is_compatible(t, 0, p->fits)) {
		const char *is = tree_string(t, 0, "compatible");

		return fault_set(f, -EINVAL,
				 "the tree is of another board: %s, and the profile "
				 "is for %s",
				 is ? is : "it does not say which", p->fits);
	}
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++)
		ret = find_passed(&b, i, f);
	for (size_t i = 0; ret == 0 && i < p->n_disable; i++) {
		ret = profile_find(t, &p->disable[i], &b.disable[i], f);
		/* a sibling that this tree does not have needs no switching off */
		if (ret == -ENOENT) {
			b.disable[i] = -1;
			ret = 0;
		}
	}
	if (ret == 0)
		ret = resolve_smmu(&b, f);
	if (ret)
		return ret;
	*f = (struct fault){ 0 };
	*out = b;
	return 0;
}

static int owner_among(const struct resolved *b, const int *nodes, size_t n, int node)
{
	int owner = -1;

	for (size_t i = 0; i < n; i++) {
		if (nodes[i] > owner && node >= nodes[i] &&
		    node < b->tree->nodes[nodes[i]].end)
			owner = nodes[i];
	}
	return owner;
}

int resolved_passed(const struct resolved *b, int node)
{
	return owner_among(b, b->pass, b->profile->n_pass, node);
}

int resolved_disabled(const struct resolved *b, int node)
{
	return owner_among(b, b->disable, b->profile->n_disable, node);
}

int resolved_domain(const struct resolved *b)
{
	const struct tree *t = b->tree;
	size_t len = strlen(b->profile->domain_node);
	int domu = tree_child(t, 0, "domu");

	if (domu < 0)
		return -1;
	for (int i = domu + 1; i < t->nodes[domu].end; i = t->nodes[i].end) {
		const char *name = t->nodes[i].name;

		if (!strncmp(name, b->profile->domain_node, len) &&
		    (!name[len] || name[len] == '@'))
			return i;
	}
	return -1;
}
