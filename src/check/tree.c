/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the tree that the board runs, or is to boot. */
#include <errno.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

static void run_board(const struct facts *facts, struct finding *out)
{
	const struct tree *t = &facts->tree.t;
	const char *is;

	if (*facts->tree.unseen && *facts->no_host) {
		finding_set(out, VERDICT_FAIL, "%s", facts->no_host);
		return;
	}
	is = *facts->tree.unseen ? NULL : tree_string(t, 0, "compatible");
	if (*facts->tree.unseen || tree_is_compatible(t, 0, facts->profile->fits))
		finding_set(out, VERDICT_OK, "%s", is ? is : facts->profile->fits);
	else
		finding_set(out, VERDICT_FAIL, "it is %s, and the profile is for %s",
			    is ? is : "no known board", facts->profile->fits);
}

static void run_smmu(const struct facts *facts, struct finding *out)
{
	if (facts->tree.smmu_fault.code)
		finding_fault(out, VERDICT_FAIL, &facts->tree.smmu_fault);
	else
		finding_set(out, VERDICT_OK, "%s",
			    facts_name(facts, facts->tree.resolved.iommu));
}

static void run_nodes(const struct facts *facts, struct finding *out)
{
	if (facts->tree.resolve_fault.code)
		finding_fault(out, VERDICT_FAIL, &facts->tree.resolve_fault);
	else
		finding_set(out, VERDICT_OK, "all %zu are there", facts->profile->n_pass);
}

/* Has an edit that is missing a check of its own, which says how bad that is? */
static bool is_judged_elsewhere(const struct edit *e)
{
	static const char *const names[] = { "iommus",	      "dma-coherent", "fsl,sc_rsrc_id",
					     "power-domains", "status",	      "reg" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (e->op != EDIT_ADD_NODE && !strcmp(e->name, names[i]))
			return true;
	}
	return false;
}

/* Count what is missing; the worst, of the same kind the first, is in *worst. */
static size_t count_missing(const struct facts *facts, const struct edit **worst)
{
	const struct edits *l = &facts->tree.missing;
	int domain = resolved_domain(&facts->tree.resolved);
	size_t n = 0;

	*worst = NULL;
	for (size_t i = 0; i < l->n; i++) {
		const struct edit *e = &l->v[i];

		/* U-Boot has written the partition's number there */
		if (facts->tree.live && e->node == domain && !strcmp(e->name, "reg"))
			continue;
		if (!*worst || (is_judged_elsewhere(*worst) && !is_judged_elsewhere(e)))
			*worst = e;
		n++;
	}
	return n;
}

static void run_patched(const struct facts *facts, struct finding *out)
{
	char path[TREE_PATH_MAX];
	const struct edit *e;
	size_t n;

	if (resolved_domain(&facts->tree.resolved) < 0) {
		finding_set(out, VERDICT_FAIL,
			    "no: there is no /domu/%s, so it is the board's own tree",
			    facts->profile->domain_node);
		return;
	}
	if (facts->tree.patch_fault.code) {
		finding_fault(out, VERDICT_WARN, &facts->tree.patch_fault);
		return;
	}
	n = count_missing(facts, &e);
	if (n == 0)
		finding_set(out, VERDICT_OK, "wholly");
	else
		finding_set(out, is_judged_elsewhere(e) ? VERDICT_WARN : VERDICT_FAIL,
			    "not wholly: %zu missing, so %s %s %s", n, edit_op_name(e->op),
			    edits_path(&facts->tree.missing, e->node, path), e->name);
}

static void run_enabled(const struct facts *facts, struct finding *out)
{
	const struct tree *t = &facts->tree.t;
	int size;

	finding_set(out, VERDICT_OK, "all are");
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		int node = facts->tree.resolved.pass[i];

		if (tree_is_enabled(t, node) || facts_has_device(facts, i))
			continue;
		if (facts->tree.live && tree_prop(t, node, "power-domains", &size))
			finding_set(out, VERDICT_SKIP, "%s is not: disabled says why",
				    facts_name(facts, node));
		else
			finding_set(out, VERDICT_FAIL, "%s: its status is not \"okay\"",
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
		finding_set(out, VERDICT_OK, "all %zu references are whole",
			    facts->tree.refs.n);
}

#define HERE .stage = CHECK_TREE, .input = INPUT_TREE

static const struct check rows[] = {
	{ .name = "board",
	  .stage = CHECK_TREE,
	  .run = run_board,
	  .what = "the board is one that the profile is for",
	  .cause = "stream ids, resources and nodes differ from board to board",
	  .see = "tr '\\0' '\\n' < /proc/device-tree/compatible",
	  .source = "the profile's \"fits\", imxpt profiles NAME",
	  .fix = "run it on the board, or say with --root or --dtb where it is recorded; choose "
		 "another profile with -p" },
	{ .name = "smmu",
	  HERE,
	  .run = run_smmu,
	  .needs = { "board" },
	  .what = "the SMMU is in the tree, and enabled",
	  .cause =
		  "the trees of Linux 6.1 to 6.8 describe no SMMU, and without one there is no "
		  "IOMMU group and nothing for VFIO to protect",
	  .see = "ls -d /proc/device-tree/iommu@51400000",
	  .source = "Linux, arch/arm64/boot/dts/freescale/imx8qm.dtsi",
	  .fix = "set the status of the SMMU's node to \"okay\"" },
	{ .name = "nodes",
	  HERE,
	  .run = run_nodes,
	  .needs = { "board", "smmu" },
	  .what = "the passed devices are in the tree",
	  .cause = "a tree of another generation calls a node otherwise, or lacks it",
	  .see = "imxpt patch -n TREE.dtb",
	  .source = "the profile, imxpt profiles NAME",
	  .fix = "use a tree of this board, or a profile of one's own with -p" },
	{ .name = "patched",
	  HERE,
	  .run = run_patched,
	  .needs = { "nodes" },
	  .what = "the profile's patch is in the tree, wholly",
	  .cause =
		  "U-Boot loaded another tree than the one that was patched, or it was patched "
		  "by hand, as documented, or by another version",
	  .see = "imxpt patch -n TREE.dtb lists each edit that is missing, with its reason",
	  .source =
		  "the source document, \"Host Device Tree Explained\"; imxpt(8), DIFFERENCES",
	  .fix = "patch the board's tree with 'imxpt patch', and select it with U-Boot's "
		 "fdt_file" },
	{ .name = "references",
	  HERE,
	  .run = run_references,
	  .needs = { "board" },
	  .what = "no power-domains, or other reference, leads nowhere",
	  .cause =
		  "on an enabled node whose power-domains lead nowhere U-Boot prints an error "
		  "for ever; Linux leaves out what else is broken",
	  .see = "imxpt uboot TREE.dtb; dtc -I dtb TREE.dtb",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/fdt.c, update_fdt_with_owned_resources()",
	  .fix = "delete the property that refers to a node that is not there" },
	{ .name = "enabled",
	  HERE,
	  .run = run_enabled,
	  .before_bind = true,
	  .needs = { "nodes" },
	  .what = "the passed nodes are enabled",
	  .cause = "Linux makes a platform device of an enabled node only",
	  .see = "cat /proc/device-tree/bus@*/NODE/status",
	  .source = "Linux, drivers/of/platform.c, of_platform_device_create_pdata()",
	  .fix = "set the node's status to \"okay\" and delete its power-domains: 'imxpt patch' makes such a tree" },
};

const struct checks checks_of_tree = { rows, sizeof(rows) / sizeof(rows[0]) };
