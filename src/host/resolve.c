/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "host/resolve.h"
#include "host/resource.h"
#include "host/uboot.h"

#define IOMMU_CELLS 2 /* of an MMU-500 in a tree with masks: stream id, mask */

/* The kinds of trees that exist for boards with an i.MX 8. */

/*
 * Power domains as NXP's Linux 4.14 and older have them, each in a node of its own, not in
 * the one controller that newer kernels have.
 */
static bool is_linux_4(const struct tree *t)
{
	if (tree_compatible(t, "fsl,scu-pd") >= 0)
		return false;
	return tree_compatible(t, "nxp,imx8-pd") >= 0 ||
	       tree_compatible(t, "fsl,imx8-pd") >= 0;
}

/* NXP's imx8qm-mek-dom0.dts has the SMMU's old binding; Xen adds a node to what it boots. */
static bool is_xen(const struct tree *t, int smmu)
{
	struct cells n;
	int size;

	if (tree_compatible(t, "xen,xen") >= 0)
		return true;
	if (smmu < 0)
		return false;
	n = tree_cells(t, smmu, "#iommu-cells");
	return tree_prop(t, smmu, "mmu-masters", &size) || (n.n == 1 && cells_get(n, 0) == 0);
}

/* NXP's imx8qm-mek-root.dts. */
static bool is_jailhouse(const struct tree *t, int smmu)
{
	int memory = tree_child(t, 0, "reserved-memory");

	if (smmu < 0 || tree_is_enabled(t, smmu) || memory < 0)
		return false;
	for (int i = memory + 1; i < t->nodes[memory].end; i = t->nodes[i].end) {
		if (text_starts(t->nodes[i].name, "jh"))
			return true;
	}
	return false;
}

static int refuse(int code, const char *text, const char *fix, struct fault *f)
{
	fault_set(f, code, "%s", text);
	return fault_fix(f, "%s", fix);
}

int resolve_check_unpatched(const struct tree *t, int node, struct fault *f)
{
	char path[TREE_PATH_MAX];

	if (!tree_is_compatible(t, node, DUMMY_COMPATIBLE))
		return 0;
	fault_set(f, -EINVAL, ALREADY_PATCHED " (compatible is \"" DUMMY_COMPATIBLE "\")",
		  tree_path(t, node, path));
	return fault_fix(f, ORIGINAL_TREE);
}

/* Refuse a tree of the right board that lacks what the patch needs. */
static int check_kind(const struct profile *p, const struct tree *t, struct fault *f)
{
	int smmu = tree_compatible(t, p->iommu);

	if (is_linux_4(t))
		return refuse(-EINVAL,
			      "the tree is for Linux 4: its power domains (nxp,imx8-pd) and "
			      "clocks have another form",
			      "start from the tree of a newer kernel: NXP's since 5.4, or "
			      "Linux 6.9 or newer",
			      f);
	if (is_xen(t, smmu))
		return refuse(-EOPNOTSUPP,
			      "the tree is for Xen, which keeps the SMMU for itself "
			      "(mmu-masters, #iommu-cells 0, or xen,xen)",
			      "start from the board's tree for Linux without Xen, such as "
			      "imx8qm-mek.dtb",
			      f);
	if (is_jailhouse(t, smmu))
		return refuse(-EOPNOTSUPP,
			      "the tree is for Jailhouse, which keeps the SMMU for itself: it "
			      "is disabled",
			      "start from the board's tree for Linux without Jailhouse, such "
			      "as imx8qm-mek.dtb",
			      f);
	return 0;
}

/* What imxpt does not support, by the compatible of the root. */
static const struct soc {
	const char *compatible, *name;
} socs[] = {
	{ "fsl,imx8qxp", "i.MX 8QXP" },
	{ "fsl,imx8dxl", "i.MX 8DXL" },
	{ "fsl,imx8dx", "i.MX 8DX" },
};

static int refuse_board(const struct profile *p, const struct tree *t, struct fault *f)
{
	const char *compatible = tree_string(t, 0, "compatible");

	for (size_t i = 0; i < sizeof(socs) / sizeof(*socs); i++) {
		if (!tree_is_compatible(t, 0, socs[i].compatible))
			continue;
		fault_set(f, -EINVAL, "the tree is of an %s (%s), and the profile is for %s",
			  socs[i].name, compatible, p->fits.v);
		return fault_fix(f,
				 "only a board with an i.MX 8QM or 8QP can pass devices: the "
				 "%s has no SMMU",
				 socs[i].name);
	}
	fault_set(f, -EINVAL, "the tree is of another board: %s, and the profile is for %s",
		  compatible ? compatible : "its root has no compatible", p->fits.v);
	return fault_fix(f, "give the tree of your board, or another profile with -p");
}

int resolve_board(const struct profile *p, const struct tree *t, struct fault *f)
{
	if (!tree_is_compatible_with(t, 0, p->fits))
		return refuse_board(p, t, f);
	return check_kind(p, t, f);
}

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
	fault_set(f, -EINVAL,
		  "%s: the profile's device is compatible with %s, and this node is not",
		  tree_path(r->tree, r->pass[i], path), p->compatible.v);
	return fault_fix(f, "use a tree of this board, or your own profile with -p");
}

/*
 * No other device has the node or the guest's alias, and none is above it: the kernel creates
 * no device below a passed node, which has no driver of the host that would.
 */
static int check_device(const struct resolved *r, size_t i, struct fault *f)
{
	const struct pass *p = r->profile->pass;
	int above = resolved_passed(r, r->tree->nodes[r->pass[i]].parent);
	char path[TREE_PATH_MAX], parent[TREE_PATH_MAX];

	tree_path(r->tree, r->pass[i], path);
	if (above >= 0)
		return fault_set(f, -EINVAL,
				 "%s: it cannot be passed, since %s above it is passed", path,
				 tree_path(r->tree, above, parent));
	for (size_t k = 0; k < i; k++) {
		if (r->pass[k] == r->pass[i])
			return fault_set(f, -EINVAL,
					 "%s: the profile passes it twice, as %s and as %s",
					 path, p[k].node.label, p[i].node.label);
		if (p[k].alias && p[i].alias && !strcmp(p[k].alias, p[i].alias))
			return fault_set(f, -EINVAL,
					 "the profile gives %s and %s the same alias %s",
					 p[k].node.label, p[i].node.label, p[i].alias);
	}
	return 0;
}

static bool is_by_linux(const struct resolved *r)
{
	int domain = resolved_domain(r), size;

	if (domain < 0 || uboot_is_enabled(r->tree, domain))
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
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++)
		ret = check_device(&r, i, f);
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

/* The first child of that name, whatever its unit address is; -1: there is none. */
static int child_named(const struct tree *t, int parent, const char *name)
{
	size_t len = strlen(name);

	for (int i = parent + 1; i < t->nodes[parent].end; i = t->nodes[i].end) {
		const char *child = t->nodes[i].name;

		if (!strncmp(child, name, len) && (!child[len] || child[len] == '@'))
			return i;
	}
	return -1;
}

int resolve_domu(const struct tree *t)
{
	return child_named(t, 0, "domu");
}

int resolved_domain(const struct resolved *r)
{
	int domu = resolve_domu(r->tree);

	return domu < 0 ? -1 : child_named(r->tree, domu, r->profile->domain_node);
}

uint32_t resolved_partition(const struct resolved *r)
{
	int domain = resolved_domain(r);
	struct cells reg = { 0 };

	if (domain >= 0 && uboot_is_enabled(r->tree, domain))
		reg = tree_cells(r->tree, domain, "reg");
	return reg.n == 1 ? cells_get(reg, 0) : 0;
}

struct cells resolved_rsrcs(const struct resolved *r)
{
	const struct cells none = { 0 };
	int domain = resolved_domain(r);

	return domain < 0 ? none : tree_cells(r->tree, domain, "rsrcs");
}
