/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the tree: the running one, or a file. */
#include <errno.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

static void run_board(const struct facts *facts, struct finding *out)
{
	const struct tree *t = &facts->tree.t;
	const char *is;

	if (*facts->tree.unseen && *facts->host_unseen) {
		finding_set(out, VERDICT_FAIL, "%s", facts->host_unseen);
		return;
	}
	is = *facts->tree.unseen ? facts->profile->fits.v : tree_string(t, 0, "compatible");
	if (!*facts->tree.unseen && facts->tree.board_fault.code)
		finding_fault(out, VERDICT_FAIL, &facts->tree.board_fault);
	else
		finding_set(out, VERDICT_OK, "the board is %s", is);
}

static void run_smmu(const struct facts *facts, struct finding *out)
{
	int err = facts->tree.smmu_fault.code;

	if (err)
		finding_fault(out, VERDICT_FAIL, &facts->tree.smmu_fault);
	if (err == -EINVAL && !*out->fix)
		finding_fix(out,
			    "use the tree of Linux 6.9 or newer, or of NXP's kernels since "
			    "5.4: its stream ids have a mask, and U-Boot sets no others");
	if (!err)
		finding_set(out, VERDICT_OK, "%s is in the tree and enabled",
			    facts_name(facts, facts->tree.resolved.iommu));
}

static void run_nodes(const struct facts *facts, struct finding *out)
{
	struct fault f = { 0 };

	if (facts->tree.resolve_fault.code)
		finding_fault(out, VERDICT_FAIL, &facts->tree.resolve_fault);
	else if (rules_check_essentials(&facts->tree.rules, &f))
		finding_fault(out, VERDICT_FAIL, &f);
	else
		finding_set(out, VERDICT_OK, "the tree has all %zu passed nodes",
			    facts->profile->n_pass);
}

/* The verdict if this edit is missing; a note where another check reports it. */
static enum verdict verdict_of_missing(const struct facts *facts, const struct edit *e)
{
	static const char *const names[] = { "iommus", "dma-coherent", "fsl,sc_rsrc_id",
					     "power-domains", "reg" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (e->op != EDIT_ADD_NODE && !strcmp(e->name, names[i]))
			return VERDICT_NOTE;
	}
	if (e->op == EDIT_ADD_NODE || strcmp(e->name, "status"))
		return VERDICT_FAIL;
	/* no other check reports a sibling that is not disabled */
	return resolved_passed(&facts->tree.resolved, e->node) >= 0 ? VERDICT_NOTE :
								      VERDICT_WARN;
}

/* Count the missing edits; *worst is the worst verdict, and *first the first edit with it. */
static size_t count_missing(const struct facts *facts, const struct edit **first,
			    enum verdict *worst)
{
	const struct edits *l = &facts->tree.missing;
	int domain = resolved_domain(&facts->tree.resolved);
	size_t n = 0;

	*worst = VERDICT_OK;
	for (size_t i = 0; i < l->n; i++) {
		const struct edit *e = &l->v[i];
		enum verdict v = verdict_of_missing(facts, e);

		/* U-Boot has written the number of the partition there */
		if (facts->tree.booted && e->node == domain && !strcmp(e->name, "reg"))
			continue;
		if (v > *worst) {
			*worst = v;
			*first = e;
		}
		n++;
	}
	return n;
}

/* An overlay adds and changes properties, but removes none and no node. */
static bool can_overlay_undo(const struct facts *facts, const struct edit *e, int domain)
{
	const struct tree_facts *t = &facts->tree;
	int size;

	return tree_prop(&t->t, e->node, e->name, &size) ||
	       (e->node != domain && resolved_passed(&t->resolved, e->node) != e->node);
}

/* Does the tree have all that the patch adds, and lack only what an overlay can undo? */
static bool has_late_overlay(const struct facts *facts)
{
	const struct tree_facts *t = &facts->tree;
	int domain = resolved_domain(&t->resolved), size;

	/* no board's own tree has it */
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		if (!tree_prop(&t->t, t->resolved.pass[i], "dma-coherent", &size))
			return false;
	}
	for (size_t i = 0; i < t->missing.n; i++) {
		if (!can_overlay_undo(facts, &t->missing.v[i], domain))
			return false;
	}
	return true;
}

static void report_late_overlay(const struct facts *facts, const struct edit *e,
				enum verdict worst, size_t n, struct finding *out)
{
	char path[TREE_PATH_MAX];

	finding_set(out, worst,
		    "it looks as if an overlay was applied after the patch: all that the "
		    "patch adds is there, but %zu edit%s undone, such as: %s %s %s",
		    n, n == 1 ? " is" : "s are", edit_op_name(e->op),
		    edits_path(&facts->tree.missing, e->node, path), e->name);
	finding_fix(out, "apply the overlays first, and patch the result last: fdtoverlay -i "
			 "BOARD.dtb -o IN.dtb X.dtbo; imxpt patch -o HOST.dtb IN.dtb; U-Boot "
			 "must apply none to it");
}

static void run_patched(const struct facts *facts, struct finding *out)
{
	char path[TREE_PATH_MAX];
	const struct edit *e = NULL;
	enum verdict worst;
	size_t n;

	if (resolved_domain(&facts->tree.resolved) < 0) {
		finding_set(out, VERDICT_FAIL,
			    "the tree has no /domu/%s: it is the board's original tree",
			    facts->profile->domain_node);
		return;
	}
	if (facts->tree.patch_fault.code) {
		/* -ENOENT: a bus master's resource, which the check 'resource' reports */
		finding_fault(out,
			      facts->tree.patch_fault.code == -ENOENT ? VERDICT_NOTE :
									VERDICT_WARN,
			      &facts->tree.patch_fault);
		return;
	}
	n = count_missing(facts, &e, &worst);
	if (!e)
		finding_set(out, VERDICT_OK, "the profile's patch is complete");
	else if (has_late_overlay(facts))
		report_late_overlay(facts, e, worst, n, out);
	else
		finding_set(out, worst,
			    "the profile's patch lacks %zu edit%s, such as: %s %s %s", n,
			    n == 1 ? "" : "s", edit_op_name(e->op),
			    edits_path(&facts->tree.missing, e->node, path), e->name);
}

static void run_enabled(const struct facts *facts, struct finding *out)
{
	const struct tree *t = &facts->tree.t;
	struct fault f;
	int size;

	finding_set(out, VERDICT_OK, "all %zu passed nodes are enabled",
		    facts->profile->n_pass);
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		int node = facts->tree.resolved.pass[i];

		if (facts_has_device(facts, i))
			continue;
		if (rules_check_parent(&facts->tree.rules, i, &f)) {
			finding_fault(out, VERDICT_FAIL, &f);
			return;
		}
		if (tree_is_enabled(t, node))
			continue;
		if (facts->tree.booted && tree_prop(t, node, "power-domains", &size))
			finding_set(out, VERDICT_SKIP, "%s is disabled (see check 'disabled')",
				    facts_name(facts, node));
		else
			finding_set(out, VERDICT_FAIL,
				    "%s is disabled: its status is not \"okay\"",
				    facts_name(facts, node));
		return;
	}
}

static void run_references(const struct facts *facts, struct finding *out)
{
	const struct ref *r = refs_broken(&facts->tree.refs);
	struct fault f = { 0 };

	if (facts->tree.uboot_fault.code == -ELOOP)
		finding_fault(out, VERDICT_FAIL, &facts->tree.uboot_fault);
	else if (r && ref_check(&facts->tree.t, r, &f))
		finding_fault(out, VERDICT_WARN, &f);
	else
		finding_set(out, VERDICT_OK, "all %zu references point to a node",
			    facts->tree.refs.n);
}

#define HERE .stage = CHECK_TREE, .input = INPUT_TREE

const struct check checks_of_tree[] = {
	{ .name = "board",
	  .stage = CHECK_TREE,
	  .run = run_board,
	  .before_bind = true,
	  .what = "the profile is for this board",
	  .cause = "stream ids, resources and nodes differ from board to board",
	  .see = "tr '\\0' '\\n' < /proc/device-tree/compatible",
	  .source = "the property \"fits\" of the profile: imxpt profiles NAME",
	  .fix = "run this on the board, name a recording of it with --root, or choose "
		 "another profile with -p; 'imxpt check --dtb' takes a tree" },
	{ .name = "smmu",
	  HERE,
	  .run = run_smmu,
	  .is_danger = true,
	  .needs = "board",
	  .what = "the SMMU is in the tree and enabled",
	  .cause = "the trees of Linux before 6.9 describe no SMMU, and a tree for a "
		   "hypervisor disables it; without an SMMU there is no IOMMU group, and "
		   "VFIO refuses the devices",
	  .see = "ls -d /proc/device-tree/iommu@51400000",
	  .source = "Linux, arch/arm64/boot/dts/freescale/imx8qm.dtsi",
	  .fix = "use a tree that leaves the SMMU to Linux, such as imx8qm-mek.dtb: a "
		 "tree for Jailhouse or Xen disables it because the hypervisor owns it" },
	{ .name = "nodes",
	  HERE,
	  .run = run_nodes,
	  .is_danger = true,
	  .needs = "board smmu",
	  .what = "the tree has the passed nodes, and the host can do without them",
	  .cause =
		  "the tree of another kernel version may name a node differently, or lack it",
	  .see = "imxpt patch -n TREE.dtb",
	  .source = "the nodes of the profile: imxpt profiles NAME",
	  .fix = "use a tree of this board, or your own profile with -p" },
	{ .name = "patched",
	  HERE,
	  .run = run_patched,
	  .needs = "nodes",
	  .what = "the profile's patch is complete",
	  .cause = "U-Boot loaded another tree than the patched one, or applied an overlay "
		   "to it, or the tree was patched by hand, with --as-documented, or by "
		   "another version",
	  .see = "'imxpt patch -n TREE.dtb' lists each missing edit with its reason",
	  .source = "the Ghaf guide, \"Host Device Tree Explained\"; imxpt(8), DIFFERENCES",
	  .fix = "patch the board's tree with 'imxpt patch', and select it with U-Boot's "
		 "fdt_file" },
	{ .name = "references",
	  HERE,
	  .run = run_references,
	  .needs = "board",
	  .what = "every reference points to a node",
	  .cause = "U-Boot loops forever on an enabled node whose power-domains points to "
		   "no node; Linux ignores any other broken reference",
	  .see = "imxpt uboot TREE.dtb; dtc -I dtb TREE.dtb",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/fdt.c, update_fdt_with_owned_resources()",
	  .fix = "correct the phandle or the number of cells, or delete the property; in the "
		 "iommus of a passed node 'imxpt patch' does that" },
	{ .name = "enabled",
	  HERE,
	  .run = run_enabled,
	  .before_bind = true,
	  .needs = "nodes",
	  .needs_patch = true,
	  .what = "the passed nodes are enabled",
	  .cause = "Linux creates platform devices only for enabled nodes",
	  .see = "cat /proc/device-tree/bus@*/NODE/status",
	  .source = "Linux, drivers/of/platform.c, of_platform_device_create_pdata()",
	  .fix = "set the node's status to \"okay\" and delete its power-domains: 'imxpt "
		 "patch' makes such a tree" },
	{ .name = NULL },
};
