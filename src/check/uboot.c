/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of what U-Boot does to the tree, or did to the running one. */
#include <errno.h>
#include <inttypes.h>

#include "check/check.h"
#include "check/facts.h"

/* The fixes where the tree is the cause, not that scu_rm did not run. */
#define PATCHED_TREE "boot a host tree made by 'imxpt patch'"
#define ONE_DOMAIN PATCHED_TREE "; no other domain in it may name the resource"

/* Does the domain get the resource?  True too if unknown: other checks report that. */
static bool is_given(const struct facts *facts, int domain, uint32_t resource)
{
	return resource >= RESOURCE_LAST || facts->tree.uboot_fault.code ||
	       facts->tree.uboot.resource_owner[resource] == domain;
}

/* Report a resource that the domain names, or a passed mailbox, if it does not get it. */
static void check_owned(const struct facts *facts, int domain, struct finding *out)
{
	const struct resolved *r = &facts->tree.resolved;
	struct cells rsrcs = resolved_rsrcs(r);
	char text[RESOURCE_TEXT_MAX];
	struct fault f;

	if (rules_check_numbers(r->tree, &facts->tree.uboot, &f)) {
		finding_fault(out, VERDICT_FAIL, &f);
		return;
	}
	for (size_t i = 0; i < rsrcs.n; i++) {
		uint32_t resource = cells_get(rsrcs, i);

		if (is_given(facts, domain, resource))
			continue;
		finding_set(out, VERDICT_FAIL,
			    "/domu/%s does not get resource %s: another domain names it first",
			    facts_name(facts, domain), resource_text(resource, text));
		finding_fix(out, ONE_DOMAIN);
		return;
	}
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		int mailbox = resolved_mailbox(r, i);

		if (mailbox < 0 || is_given(facts, domain, (uint32_t)mailbox))
			continue;
		finding_set(
			out, VERDICT_FAIL,
			"/domu/%s does not get the passed mailbox %s: a guest would act as "
			"the host's partition",
			facts_name(facts, domain), resource_text((uint32_t)mailbox, text));
		finding_fix(out, ONE_DOMAIN);
		return;
	}
}

/* Why U-Boot makes no partition of the domain, by the tree; NULL: it makes one. */
static const char *no_partition_reason(const struct tree_facts *t, int domain)
{
	for (size_t i = 0; i < t->uboot.n_partitions; i++) {
		const struct uboot_partition *p = &t->uboot.partitions[i];

		if (p->node == domain && p->outcome != UBOOT_MADE)
			return uboot_outcome_text(p->outcome);
	}
	return NULL;
}

/* What U-Boot will do with the domain. */
static void predict_partition(const struct tree_facts *t, int domain, struct finding *out)
{
	const char *why = no_partition_reason(t, domain);

	if (why) {
		finding_set(out, VERDICT_FAIL, "/domu/%s: %s", t->t.nodes[domain].name, why);
		finding_fix(out, PATCHED_TREE);
	} else if (t->uboot_fault.code == -ELOOP) {
		finding_blocked(out, "references");
	} else if (t->uboot_fault.code) {
		finding_not_seen(out, t->uboot_fault.text);
	} else {
		finding_set(out, VERDICT_OK, "/domu/%s: %s", t->t.nodes[domain].name,
			    uboot_outcome_text(UBOOT_MADE));
	}
}

/* What it has done with the domain of the running tree. */
static void check_booted(const struct tree_facts *t, int domain, struct finding *out)
{
	const char *why = no_partition_reason(t, domain);
	uint32_t made = resolved_partition(&t->resolved);
	bool by_tree = true;

	if (!uboot_is_enabled(&t->t, domain)) {
		why = "its status is not \"okay\", so 'scu_rm dtb' skipped it";
	} else if (!why && tree_cells(&t->t, domain, "reg").n > 1) {
		why = "reg is not one cell, so it has no number of a partition";
	} else if (!why && !made) {
		why = "reg is still 0, so 'scu_rm dtb' did not run or failed";
		by_tree = false;
	}
	if (!why) {
		finding_set(out, VERDICT_OK, "/domu/%s is partition %" PRIu32,
			    t->t.nodes[domain].name, made);
		return;
	}
	finding_set(out, VERDICT_FAIL,
		    "/domu/%s: %s: a guest would switch off resources of the host",
		    t->t.nodes[domain].name, why);
	if (by_tree)
		finding_fix(out, PATCHED_TREE);
}

/* The partition is made after boot, so the tree does not show it. */
static void check_linux(const struct facts *facts, struct finding *out)
{
	const struct partition_state *s = &facts->firmware.state;

	if (!facts_has_firmware(facts) && devices_have_mailbox(&facts->snapshot)) {
		finding_not_seen(out, "only the firmware knows whether Linux has made the "
				      "partition: --ask-firmware asks it");
	} else if (!facts_has_firmware(facts)) {
		finding_set(out, VERDICT_NOTE,
			    "the tree leaves the partition to Linux: 'imxpt bind --partition' "
			    "makes it, and --ask-firmware shows whether it is there");
	} else if (s->caller != s->host) {
		finding_set(out, VERDICT_OK, "Linux has made partition %u", s->caller);
	} else {
		finding_set(out, VERDICT_FAIL,
			    "Linux has not made the partition: a guest would switch off "
			    "resources of the host");
		finding_fix(out, "run 'imxpt partition', or 'imxpt bind --partition'");
	}
}

static void run_partition(const struct facts *facts, struct finding *out)
{
	const struct tree_facts *t = &facts->tree;
	int domain = resolved_domain(&t->resolved);

	if (domain < 0) {
		finding_set(
			out, VERDICT_FAIL,
			"the tree has no /domu node, so no partition is made: a guest would "
			"switch off resources of the host");
		finding_fix(out, PATCHED_TREE);
		return;
	}
	if (t->resolved.by_linux)
		check_linux(facts, out);
	else if (!t->booted)
		predict_partition(t, domain, out);
	else
		check_booted(t, domain, out);
	if (out->verdict != VERDICT_FAIL)
		check_owned(facts, domain, out);
}

static void run_pads(const struct facts *facts, struct finding *out)
{
	const struct derived_ids *p = &facts->tree.pads;
	char text[DERIVED_TEXT_MAX];

	if (p->n == 0)
		finding_set(out, VERDICT_OK, "the partition gets all pads of its pin groups");
	else
		finding_set(out, VERDICT_WARN, "%s: %s%s", facts_name(facts, p->v[0].node),
			    unassigned_pad_text(p->v[0].id, text),
			    p->n == 1 ? "" : " (and other pads)");
}

static void run_live(const struct facts *facts, struct finding *out)
{
	struct fault f = { 0 };

	finding_set(out, VERDICT_OK, "U-Boot disabled no passed node");
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		if (facts_has_device(facts, i) ||
		    !rules_check_was_enabled(&facts->tree.rules, i, &f))
			continue;
		finding_fault(out, VERDICT_FAIL, &f);
		return;
	}
}

static void run_disabled(const struct facts *facts, struct finding *out)
{
	struct fault f = { 0 };

	if (facts->tree.booted)
		run_live(facts, out);
	else if (facts->tree.uboot_fault.code)
		finding_not_seen(out, facts->tree.uboot_fault.text);
	else if (rules_check_stay_enabled(&facts->tree.rules, RULES_PASSED, &f))
		finding_fault(out, VERDICT_FAIL, &f);
	else if (rules_check_stay_enabled(&facts->tree.rules, RULES_ALL, &f))
		finding_fault(out, VERDICT_WARN, &f);
	else
		finding_set(out, VERDICT_OK, "U-Boot will disable no node");
}

/* The first passed bus master; -1: there is none. */
static int bus_master(const struct facts *facts)
{
	for (size_t i = 0; i < facts->profile->n_pass; i++) {
		if (facts->profile->pass[i].bus_master)
			return facts->tree.resolved.pass[i];
	}
	return -1;
}

static void run_stream(const struct facts *facts, struct finding *out)
{
	int master = bus_master(facts);
	struct fault f = { 0 };

	if (master < 0)
		finding_set(out, VERDICT_SKIP, "no bus master is passed");
	else if (rules_check_streams(&facts->tree.rules, &f))
		finding_fault(out, VERDICT_FAIL, &f);
	else
		finding_set(
			out, VERDICT_OK, "U-Boot sets stream id 0x%" PRIx32 " for %s%s",
			cells_get(tree_cells(&facts->tree.t, master, "iommus"), 1),
			facts_name(facts, master),
			!facts->tree.booted ?
				"" :
			facts_has_firmware(facts) ?
				", according to the tree; 'firmware-streams' has what is set" :
				", according to the tree; --ask-firmware shows what is set");
}

#define HERE .stage = CHECK_UBOOT, .input = INPUT_TREE

const struct check checks_of_uboot[] = {
	{ .name = "partition",
	  HERE,
	  .run = run_partition,
	  .is_danger = true,
	  .needs = "nodes",
	  .needs_patch = true,
	  .what = "scu_rm makes the partition",
	  .cause = "U-Boot has no scu_rm (mainline, NXP's 2024.04), boot_os does not call "
		   "it, or the domain's node has no reg to write to; scu_rm reports "
		   "success in any case",
	  .see = "od -An -tx1 /proc/device-tree/domu/*/reg; 'scu_rm print' at U-Boot's prompt",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/partition.c, do_part_dtb()",
	  .fix = "let U-Boot run 'scu_rm dtb ${fdt_addr}' before booti: 'imxpt uboot' "
		 "prints the lines, and imxpt(8) names the versions that have it" },
	{ .name = "pads",
	  HERE,
	  .run = run_pads,
	  .needs = "nodes",
	  .needs_patch = true,
	  .what = "the partition gets all pads of the devices' pin groups",
	  .cause = "a profile that is exact lists fewer pads than the tree's groups have, or "
		   "the list in /domu was shortened; the guest's port then has no pins set, "
		   "or no PHY",
	  .see = "the guest's kernel log: 'pin_config_set op failed'",
	  .source = "Linux, drivers/pinctrl/core.c, pinctrl_commit_state()",
	  .fix = "add the pads to the profile, or let 'imxpt patch' derive them with a profile "
		 "that is not exact" },
	{ .name = "disabled",
	  HERE,
	  .run = run_disabled,
	  .before_bind = true,
	  .needs = "nodes enabled references",
	  .what = "U-Boot disables no node that is needed",
	  .cause = "U-Boot disables every enabled node whose power-domains names a "
		   "resource that is no longer the host's",
	  .see = "U-Boot prints 'Disable NODE rsrc N not owned'",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/fdt.c, update_fdt_with_owned_resources()",
	  .fix = "delete power-domains from a passed node, as 'imxpt patch' does; to "
		 "keep another node, use a profile without its resource" },
	{ .name = "stream",
	  .stage = CHECK_UBOOT,
	  .input = INPUT_UBOOT,
	  .run = run_stream,
	  .is_danger = true,
	  .needs = "stream-id resource references",
	  .what = "U-Boot sets the stream ids that are in iommus",
	  .cause = "the SMMU translates by the stream id that the system controller puts "
		   "on the bus: DMA with another id than the node's is blocked, or "
		   "reaches other memory",
	  .see = "the check kernel-log; 'imxpt uboot TREE.dtb' lists them",
	  .source = "U-Boot, arch/arm/mach-imx/imx8/fdt.c, config_smmu_fdt()",
	  .fix = "let only one node name the resource: 'imxpt uboot TREE.dtb' lists the "
		 "nodes that do" },
	{ .name = NULL },
};
