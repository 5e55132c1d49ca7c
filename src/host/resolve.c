/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "host/resolve.h"
#include "host/resource.h"

#define IOMMU_CELLS 2 /* of an MMU-500 in a tree with masks: stream id, mask */

int resolve_smmu(struct resolved *r, struct fault *f)
{
	const char *compatible = r->profile->iommu;
	char path[TREE_PATH_MAX];
	struct cells n;

	r->iommu = tree_compatible(r->tree, compatible);
	if (r->iommu < 0) {
		fault_set(f, -ENOENT, "the tree has no SMMU (%s)", compatible);
		return fault_fix(
			f,
			"use the tree of Linux 6.9 or newer, or of NXP's kernels since 5.4: "
			"older trees of Linux have no node for it");
	}
	tree_path(r->tree, r->iommu, path);
	if (!tree_is_enabled(r->tree, r->iommu)) {
		fault_set(f, -ENODEV, "%s: the SMMU is disabled", path);
		return fault_fix(f, "use a tree that leaves the SMMU to Linux, such as "
				    "imx8qm-mek.dtb: a hypervisor's tree disables it");
	}
	n = tree_cells(r->tree, r->iommu, "#iommu-cells");
	if (n.n != 1 || cells_get(n, 0) != IOMMU_CELLS)
		return fault_set(f, -EINVAL, "%s: #iommu-cells is not %d", path, IOMMU_CELLS);
	return 0;
}

static int find_passed(struct resolved *r, size_t i, struct fault *f)
{
	const struct pass *p = &r->profile->pass[i];
	char path[TREE_PATH_MAX];
	int ret = profile_find(r->tree, &p->node, &r->pass[i], f);

	if (ret)
		return ret;
	if (tree_is_compatible_with(r->tree, r->pass[i], p->compatible) ||
	    tree_is_compatible(r->tree, r->pass[i], DUMMY_COMPATIBLE))
		return 0;
	return fault_set(f, -EINVAL,
			 "%s: not the device of the profile: not compatible with %s",
			 tree_path(r->tree, r->pass[i], path), p->compatible.v);
}

static bool is_by_linux(const struct resolved *r)
{
	int domain = resolved_domain(r), size;

	if (domain < 0 || tree_is_enabled(r->tree, domain))
		return false;
	for (size_t i = 0; i < r->profile->n_pass; i++) {
		if (resolved_mailbox(r, i) >= 0 &&
		    tree_prop(r->tree, r->pass[i], "power-domains", &size))
			return true;
	}
	return false;
}

int resolve_profile(const struct profile *p, const struct tree *t, struct resolved *out,
		    struct fault *f)
{
	struct resolved r = { .profile = p, .tree = t };
	int ret = resolve_board(p, t, f);

	for (size_t i = 0; ret == 0 && i < p->n_pass; i++)
		ret = find_passed(&r, i, f);
	/* a node that this tree does not have needs no disabling */
	for (size_t i = 0; ret == 0 && i < p->n_disable; i++)
		ret = profile_find_optional(t, &p->disable[i], &r.disable[i], f);
	if (ret == 0)
		ret = resolve_smmu(&r, f);
	r.by_linux = ret == 0 && is_by_linux(&r);
	if (ret == 0)
		*out = r;
	return ret;
}

/* The innermost of the n nodes that node is or is below; -1: none of them. */
static int innermost(const struct tree *t, const int *nodes, size_t n, int node)
{
	int found = -1;

	for (size_t i = 0; i < n; i++) {
		if (nodes[i] > found && node >= nodes[i] && node < t->nodes[nodes[i]].end)
			found = nodes[i];
	}
	return found;
}

int resolved_passed(const struct resolved *r, int node)
{
	return innermost(r->tree, r->pass, r->profile->n_pass, node);
}

int resolved_disabled(const struct resolved *r, int node)
{
	return innermost(r->tree, r->disable, r->profile->n_disable, node);
}

int resolved_mailbox(const struct resolved *r, size_t i)
{
	if (!r->profile->pass[i].is_mailbox)
		return -1;
	return resource_of_mailbox(r->tree->nodes[r->pass[i]].name);
}

int resolve_domu(const struct tree *t)
{
	for (int i = 1; i < t->n_nodes; i = t->nodes[i].end) {
		const char *name = t->nodes[i].name;

		if (!strncmp(name, "domu", 4) && (!name[4] || name[4] == '@'))
			return i;
	}
	return -1;
}

int resolved_domain(const struct resolved *r)
{
	const struct tree *t = r->tree;
	size_t len = strlen(r->profile->domain_node);
	int domu = resolve_domu(t);

	if (domu < 0)
		return -1;
	for (int i = domu + 1; i < t->nodes[domu].end; i = t->nodes[i].end) {
		const char *name = t->nodes[i].name;

		if (!strncmp(name, r->profile->domain_node, len) &&
		    (!name[len] || name[len] == '@'))
			return i;
	}
	return -1;
}

uint32_t resolved_partition(const struct resolved *r)
{
	int domain = resolved_domain(r);
	struct cells reg = { 0 };

	if (domain >= 0 && tree_is_enabled(r->tree, domain))
		reg = tree_cells(r->tree, domain, "reg");
	return reg.n == 1 ? cells_get(reg, 0) : 0;
}

struct cells resolved_rsrcs(const struct resolved *r)
{
	const struct cells none = { 0 };
	int domain = resolved_domain(r);

	return domain < 0 ? none : tree_cells(r->tree, domain, "rsrcs");
}
