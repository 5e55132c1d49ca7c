/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of the stream ids in the tree: does the DMA of the passed nodes go through the
 * SMMU?
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

static struct cells iommus_of(const struct facts *facts, size_t i)
{
	return tree_cells(&facts->tree.t, facts->tree.resolved.pass[i], "iommus");
}

static void run_iommus(const struct facts *facts, struct finding *out)
{
	const struct tree_facts *t = &facts->tree;
	uint32_t smmu = t->t.nodes[t->resolved.iommu].phandle;

	finding_set(out, VERDICT_OK, "all %zu passed nodes refer to %s",
		    facts->profile->n_pass, facts_name(facts, t->resolved.iommu));
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		struct cells c = iommus_of(facts, i);

		if (c.n == 0) {
			finding_explain(out, REASON_NO_IOMMUS,
					facts_name(facts, t->resolved.pass[i]));
			return;
		}
		if (c.n != 3 || cells_get(c, 0) != smmu) {
			finding_set(out, VERDICT_FAIL,
				    "%s: iommus is not <SMMU id mask>, "
				    "which U-Boot and the SMMU driver need",
				    facts_name(facts, t->resolved.pass[i]));
			return;
		}
	}
}

/* Has an earlier passed node the same stream id and mask? */
static bool is_repeated(const struct facts *facts, size_t i)
{
	struct cells c = iommus_of(facts, i);

	for (size_t k = 0; k < i; k++) {
		struct cells before = iommus_of(facts, k);

		if (before.n == c.n && !memcmp(before.v, c.v, c.n * sizeof(uint32_t)))
			return true;
	}
	return false;
}

static void run_stream_id(const struct facts *facts, struct finding *out)
{
	char text[PROFILE_PASS_MAX * sizeof("0x3f, mask 0x7fff; ")] = "";
	struct fault f = { 0 };

	if (rules_check_stream_ids(&facts->tree.rules, RULES_PASSED, &f)) {
		finding_fault(out, VERDICT_FAIL, &f);
		return;
	}
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		struct cells c = iommus_of(facts, i);
		size_t len = strlen(text);

		if (!is_repeated(facts, i))
			snprintf(text + len, sizeof(text) - len,
				 "%s0x%" PRIx32 ", mask 0x%" PRIx32, len ? "; " : "",
				 cells_get(c, 1), cells_get(c, 2));
	}
	finding_set(out, VERDICT_OK, "the passed nodes have stream id %s", text);
}

/* Are the group's members known?  Their drivers decide whether VFIO can use the group. */
static bool has_members(const struct facts *facts)
{
	return facts->tree.booted && !*facts->host_unseen && facts->snapshot.n_members > 0;
}

static void run_stream_owner(const struct facts *facts, struct finding *out)
{
	struct fault f = { 0 };

	if (rules_check_stream_owners(&facts->tree.rules, &f))
		finding_fault(out, has_members(facts) ? VERDICT_WARN : VERDICT_FAIL, &f);
	else if (rules_check_disabled_owners(&facts->tree.rules, &f))
		finding_fault(out, VERDICT_WARN, &f);
	else
		finding_set(out, VERDICT_OK,
			    "no other node has the stream id of a passed node");
}

/* The first node of the group that is not passed; -1: there is none. */
static int find_other(const struct facts *facts, const struct group_nodes *g)
{
	for (size_t i = 0; i < g->n; i++) {
		if (resolved_passed(&facts->tree.resolved, g->v[i]) < 0)
			return g->v[i];
	}
	return -1;
}

/* Report a member of a group of the kernel that the tree does not predict. */
static void check_members(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;

	for (size_t i = 0; has_members(facts) && i < s->n_members; i++) {
		const struct member *m = &s->members[i];

		/* the check 'viable' reports one with a driver */
		if (m->group == GROUP_NONE || *m->driver || device_named(s, m->name))
			continue;
		finding_set(out, VERDICT_WARN,
			    "%s is in IOMMU group %d, and the tree does not predict it",
			    m->name, m->group);
		finding_fix(out, "give its node another stream id, or none, in what changed "
				 "the tree after boot, such as an overlay");
		return;
	}
}

static void run_stream_group(const struct facts *facts, struct finding *out)
{
	const struct resolved *r = &facts->tree.resolved;
	const char *groups = "one IOMMU group";
	struct group_nodes g;

	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		int other;

		group_find(r->tree, r->pass[i], &g);
		other = find_other(facts, &g);
		if (other >= 0) {
			finding_set(out, has_members(facts) ? VERDICT_WARN : VERDICT_FAIL,
				    "%s is in the IOMMU group of the passed nodes",
				    facts_name(facts, other));
			return;
		}
		if (g.n < facts->profile->n_pass)
			groups = "several IOMMU groups";
	}
	finding_set(out, VERDICT_OK, "the passed nodes have %s, without any other node",
		    groups);
	check_members(facts, out);
}

static void run_resource(const struct facts *facts, struct finding *out)
{
	const struct fault *unknown = &facts->tree.uboot_fault;
	struct fault f = { 0 };

	if (unknown->code) {
		finding_set(out, VERDICT_FAIL,
			    "it is not known whether DMA bypasses the SMMU, since it is not "
			    "known what U-Boot does to this tree: %s",
			    unknown->text);
		finding_fix(out, unknown->fix);
	} else if (rules_check_resources(&facts->tree.rules, &f))
		finding_fault(out, VERDICT_FAIL, &f);
	else
		finding_set(out, VERDICT_OK, "every passed bus master names its resource");
}

/* The nearest node, from this one upwards, that has either property counts. */
static bool is_coherent(const struct tree *t, int node)
{
	int size;

	for (; node >= 0; node = t->nodes[node].parent) {
		if (tree_prop(t, node, "dma-coherent", &size))
			return true;
		if (tree_prop(t, node, "dma-noncoherent", &size))
			return false;
	}
	return false;
}

/* Has the running kernel bound the passed node with this tree? */
static bool is_bound(const struct facts *facts, size_t i)
{
	return facts->tree.booted && device_is_bound(&facts->snapshot.devices[i]);
}

static void run_coherent(const struct facts *facts, struct finding *out)
{
	const struct tree_facts *t = &facts->tree;
	const struct version *v = &facts->kernel.version;

	if (is_coherent(&t->t, t->resolved.iommu)) {
		finding_set(out, VERDICT_OK, "the SMMU is dma-coherent");
		return;
	}
	finding_set(out, VERDICT_OK, "all %zu passed nodes are dma-coherent",
		    facts->profile->n_pass);
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		if (is_coherent(&t->t, t->resolved.pass[i]))
			continue;
		if (is_bound(facts, i)) {
			finding_set(out, VERDICT_OK,
				    "%s is not dma-coherent, but the kernel bound it",
				    facts_name(facts, t->resolved.pass[i]));
			continue;
		}
		finding_explain(out, REASON_NOT_COHERENT,
				facts_name(facts, t->resolved.pass[i]));
		if (version_before(v, 5, 19))
			finding_set(out, VERDICT_OK, "Linux %d.%d does not need dma-coherent",
				    v->major, v->minor);
		/* in 5.19 and 6.0 the arm-smmu driver may report every device as coherent */
		else if (version_before(v, 6, 1) || !v->major)
			out->verdict = VERDICT_WARN;
		return;
	}
}

#define HERE .stage = CHECK_TREE, .input = INPUT_TREE
#define UBOOT .stage = CHECK_TREE, .input = INPUT_UBOOT

const struct check checks_of_streams[] = {
	{ .name = "iommus",
	  HERE,
	  .run = run_iommus,
	  .needs = "nodes",
	  .needs_patch = true,
	  .what = "the passed nodes have iommus",
	  .cause = "VFIO accepts only a device in an IOMMU group, which the kernel "
		   "creates from the iommus of its node; U-Boot reads only an iommus of "
		   "exactly three cells",
	  .see = "the bind fails with error -22, or -19 on Linux 5.10",
	  .source = "Linux, drivers/vfio/group.c, vfio_group_find_or_alloc(); U-Boot, "
		    "fdt.c, config_smmu_fdt()",
	  .fix = FIX_NO_IOMMUS },
	{ .name = "stream-id",
	  HERE,
	  .run = run_stream_id,
	  .needs = "iommus",
	  .what = "the stream ids are 1 to 63, with a mask that the SMMU supports",
	  .cause = "the system controller keeps six bits of the id, and 0 means bypass; "
		   "the SMMU driver rejects an id or a mask that is out of range, and "
		   "then there is no group",
	  .see = "dmesg: 'stream ID 0x... out of range for SMMU', 'SMR mask 0x... out of range'",
	  .source = "NXP, sci/svc/rm/api.h; Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c",
	  .fix = "give the profile a stream id from 1 to 63 and a mask up to 0x7fff, and "
		 "patch the board's tree again" },
	{ .name = "resource",
	  HERE,
	  .run = run_resource,
	  .is_danger = true,
	  .needs = "iommus references stream-id",
	  .what = "every passed bus master names its resource",
	  .cause = "U-Boot sets the stream id of the resources in fsl,sc_rsrc_id, else in "
		   "power-domains. With neither, the resource bypasses the SMMU, as "
		   "assigning it to a partition left it: the link is up, but there is no "
		   "packet, no interrupt and no isolation",
	  .see = "fdtget TREE.dtb /bus@5b000000/ethernet@5b040000 fsl,sc_rsrc_id",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/fdt.c, config_smmu_fdt_device_sid(); "
		    "NXP, sci/svc/rm/api.h, sc_rm_assign_resource()",
	  .fix = "add fsl,sc_rsrc_id to the node: 'imxpt patch' does it without "
		 "--as-documented" },
	{ .name = "coherent",
	  HERE,
	  .run = run_coherent,
	  .before_bind = true,
	  .needs = "nodes",
	  .needs_patch = true,
	  .what = "the passed nodes are dma-coherent, where the kernel needs it",
	  .cause =
		  "since Linux 5.19 VFIO refuses a device whose DMA may not be coherent; "
		  "the SMMU driver decides that by this property of the device or of the SMMU",
	  .see = "the bind fails with error -22, and the device has an iommu_group",
	  .source = "Linux, commit e8ae0e140c05; drivers/iommu/arm/arm-smmu/arm-smmu.c, "
		    "arm_smmu_capable(); drivers/of/address.c, of_dma_is_coherent()",
	  .fix = FIX_NOT_COHERENT },
	{ .name = "stream-owner",
	  UBOOT,
	  .run = run_stream_owner,
	  .needs = "iommus references",
	  .what = "no other node has the stream id of a passed node",
	  .cause = "one stream id is one address space: the other node's DMA reaches the "
		   "guest's memory, and the guest's DMA its memory",
	  .see = "'imxpt uboot TREE.dtb' lists the stream ids that U-Boot sets",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/fdt.c, config_smmu_fdt()",
	  .fix = "give the other node another stream id in its iommus, or the profile "
		 "another one" },
	{ .name = "stream-group",
	  HERE,
	  .run = run_stream_group,
	  .needs = "iommus stream-id stream-owner enabled",
	  .what = "no other node will be in the IOMMU group of the passed nodes",
	  .cause = "the SMMU driver puts devices whose stream ids and masks overlap into "
		   "one group, and VFIO needs the whole group",
	  .see = "ls /sys/bus/platform/devices/5b040000.ethernet/iommu_group/devices",
	  .source = "Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c, arm_smmu_find_sme()",
	  .fix = "give the profile a stream id and mask that cover no other node's iommus" },
	{ .name = NULL },
};
