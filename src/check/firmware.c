/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of what the system controller's firmware has: no inference from a tree. */
#include "check/check.h"
#include "check/facts.h"

/* The program that should have assigned what the guest's partition lacks. */
static const char *maker(const struct facts *facts)
{
	return facts->tree.resolved.by_linux ? "'imxpt partition'" : "U-Boot's scu_rm";
}

static void run_caller(const struct facts *facts, struct finding *out)
{
	const struct firmware_facts *w = &facts->firmware;
	const struct partition_state *s = &w->state;
	uint32_t made = resolved_partition(&facts->tree.resolved);
	char text[RESOURCE_TEXT_MAX];

	resource_text(w->contents.mailbox, text);
	if (w->fault.code)
		finding_fault(out, VERDICT_FAIL, &w->fault);
	else if (s->caller == s->host)
		finding_set(
			out, VERDICT_FAIL,
			"calls through %s act as partition %u, the host's: %s made no partition for the "
			"guest, which would switch off resources of the host",
			text, s->caller, maker(facts));
	else if (made && made != s->caller)
		finding_set(
			out, VERDICT_FAIL,
			"calls through %s act as partition %u, and U-Boot's scu_rm wrote %u to the "
			"domain's reg",
			text, s->caller, made);
	else
		finding_set(
			out, VERDICT_OK,
			"calls through %s act as partition %u, and the host is partition %u",
			text, s->caller, s->host);
	if (!w->fault.code && s->caller == s->host && facts->tree.resolved.by_linux)
		finding_fix(out,
			    "run 'imxpt partition'; 'imxpt bind --partition' does it with "
			    "the next bind");
}

static void run_owners(const struct facts *facts, struct finding *out)
{
	const struct firmware_facts *w = &facts->firmware;
	char text[RESOURCE_TEXT_MAX];

	finding_set(out, VERDICT_OK, "the guest's partition owns all %zu resources",
		    w->contents.n_resources);
	for (size_t i = 0; i < w->contents.n_resources; i++) {
		if (w->state.owners[i] == w->state.caller)
			continue;
		finding_set(out, VERDICT_FAIL,
			    "resource %s belongs to partition %u, not to the guest's %u: %s "
			    "did not assign it",
			    resource_text(w->contents.resources[i].id, text),
			    w->state.owners[i], w->state.caller, maker(facts));
		return;
	}
}

static void run_pads(const struct facts *facts, struct finding *out)
{
	const struct firmware_facts *w = &facts->firmware;
	size_t n = 0, first = 0;

	for (size_t i = w->contents.n_pads; i-- > 0;) {
		if (w->state.pad_owned[i])
			continue;
		n++;
		first = i;
	}
	if (n)
		finding_set(
			out, VERDICT_FAIL,
			"the guest's partition lacks %zu of %zu pads, such as pad %u: %s did "
			"not assign them",
			n, w->contents.n_pads, w->contents.pads[first], maker(facts));
	else
		finding_set(out, VERDICT_OK, "the guest's partition owns all %zu pads",
			    w->contents.n_pads);
}

static void run_streams(const struct facts *facts, struct finding *out)
{
	const struct firmware_facts *w = &facts->firmware;
	char text[RESOURCE_TEXT_MAX];

	finding_set(out, VERDICT_SKIP, "no bus master is passed");
	for (size_t i = 0; i < w->contents.n_resources; i++) {
		uint16_t want = w->contents.resources[i].stream_id;
		uint16_t is = w->state.stream_ids[i];

		resource_text(w->contents.resources[i].id, text);
		if (!want)
			continue;
		if (!is) {
			finding_set(
				out, VERDICT_FAIL,
				"%s has no stream id, so its DMA bypasses the SMMU: U-Boot's "
				"booti did not set 0x%x (config_smmu_fdt), or scu_rm ran after it",
				text, want);
			return;
		}
		if (is != want) {
			finding_set(
				out, VERDICT_FAIL,
				"%s has stream id 0x%x, and iommus has 0x%x: U-Boot's booti had "
				"another tree, or another node has set it",
				text, is, want);
			return;
		}
		finding_set(out, VERDICT_OK, "%s has stream id 0x%x, as in iommus", text, is);
	}
}

static void run_masters(const struct facts *facts, struct finding *out)
{
	const struct firmware_facts *w = &facts->firmware;
	char text[RESOURCE_TEXT_MAX];

	finding_set(out, VERDICT_OK, "the firmware and the profile agree on the bus masters");
	for (size_t i = 0; i < w->contents.n_resources; i++) {
		bool listed = w->contents.resources[i].stream_id != 0;

		resource_text(w->contents.resources[i].id, text);
		if (w->state.bus_master[i] && !listed) {
			finding_set(out, VERDICT_FAIL,
				    "the firmware reports %s as a bus master, but no passed "
				    "bus master names it: nothing sets its stream id",
				    text);
			return;
		}
		if (!w->state.bus_master[i] && listed)
			finding_set(out, VERDICT_WARN,
				    "the firmware does not report %s as a bus master, but the "
				    "profile passes it as one",
				    text);
	}
}

static void run_power(const struct facts *facts, struct finding *out)
{
	static const char *const names[] = { "off", "in standby", "in low power", "on" };
	const struct firmware_facts *w = &facts->firmware;
	char text[RESOURCE_TEXT_MAX];
	size_t n_on = 0;

	for (size_t i = 0; i < w->contents.n_resources; i++) {
		uint8_t mode = w->state.modes[i];

		n_on += mode == SC_POWER_ON;
		if (w->contents.resources[i].id != w->contents.mailbox || mode == SC_POWER_ON)
			continue;
		finding_set(out, VERDICT_FAIL,
			    "the firmware reports that %s is %s, but it answers through it",
			    resource_text(w->contents.mailbox, text),
			    mode < SC_POWER_ON ? names[mode] : "in an unknown mode");
		return;
	}
	finding_set(out, VERDICT_OK,
		    "%s is on, and %zu of the guest's other %zu resources; the guest switches "
		    "them on",
		    resource_text(w->contents.mailbox, text), n_on - 1,
		    w->contents.n_resources - 1);
}

#define HERE .stage = CHECK_FIRMWARE, .input = INPUT_FIRMWARE

const struct check checks_of_firmware[] = {
	{ .name = "firmware-caller",
	  HERE,
	  .run = run_caller,
	  .what = "the firmware answers, and calls through the passed mailbox act as a "
		  "separate partition",
	  .cause =
		  "the firmware takes the partition of a caller from the mailbox; where it is "
		  "still the host's, the guest's clock driver switches off what it does not "
		  "use, the host's console and storage among it",
	  .see = "'imxpt check --ask-firmware -v' prints each call and its answer",
	  .source = "NXP, sci/svc/rm/api.h, sc_rm_get_partition(), sc_rm_get_resource_owner()",
	  .fix = "let U-Boot run 'scu_rm dtb ${fdt_addr}' before booti, or boot a tree made "
		 "by 'imxpt patch --partition linux'" },
	{ .name = "firmware-owners",
	  HERE,
	  .run = run_owners,
	  .needs = "firmware-caller",
	  .what = "the guest's partition owns each resource in /domu",
	  .cause = "U-Boot's scu_rm skips a resource that another partition has",
	  .see = "'scu_rm print' at U-Boot's prompt",
	  .source = "NXP, sci/svc/rm/api.h, sc_rm_get_resource_owner(); U-Boot, "
		    "partition.c, do_part_dtb()",
	  .fix = "let no other domain or core have the resource: 'imxpt uboot TREE.dtb' "
		 "lists who names it" },
	{ .name = "firmware-pads",
	  HERE,
	  .run = run_pads,
	  .needs = "firmware-caller",
	  .what = "the guest's partition owns each pad in /domu",
	  .cause = "the firmware refuses a whole group of pins for one pad; U-Boot of 2019 "
		   "with firmware of API 1.21 or newer, or a newer U-Boot with an older "
		   "firmware, may assign none",
	  .see = "the guest's log: 'pin_config_set op failed'",
	  .source = "NXP, sci/svc/rm/api.h, sc_rm_is_pad_owned(); U-Boot, commit 7246ec19345",
	  .fix = "use a U-Boot and a firmware of one release, or add the pad to the domain's "
		 "pads with 'imxpt patch'" },
	{ .name = "firmware-streams",
	  HERE,
	  .run = run_streams,
	  .what = "each bus master has the stream id of its iommus, in the hardware",
	  .cause = "without an id the DMA of a port bypasses the SMMU: the link is up, and "
		   "there is no packet; another id is blocked",
	  .see = "the check kernel-log: a message for another id, nothing for none",
	  .source = "NXP, sci/svc/rm/api.h, sc_rm_get_resource_info(); U-Boot, fdt.c, "
		    "config_smmu_fdt()",
	  .fix = "boot the patched tree with a U-Boot that has CONFIG_OF_SYSTEM_SETUP: "
		 "'imxpt uboot -v' names those that set no stream id" },
	{ .name = "firmware-masters",
	  HERE,
	  .run = run_masters,
	  .what = "the firmware and the profile agree on which resources are bus masters",
	  .cause = "a bus master of the partition without a stream id reaches all memory",
	  .see = "'imxpt check --ask-firmware -v', the lines is_resource_master",
	  .source = "NXP, sci/svc/rm/api.h, sc_rm_is_resource_master()",
	  .fix = "let the profile pass the resource's device, without no-dma" },
	{ .name = "firmware-power",
	  HERE,
	  .run = run_power,
	  .needs = "firmware-caller",
	  .what = "the mailbox is on",
	  .cause = "the guest uses its mailbox first, and an access to one without power "
		   "hangs the board",
	  .see = "'imxpt check --ask-firmware -v', the lines get_resource_power_mode",
	  .source = "NXP, sci/svc/pm/api.h, sc_pm_get_resource_power_mode()",
	  .fix = "let U-Boot's scu_rm or the kernel switch it on" },
	{ .name = NULL },
};
