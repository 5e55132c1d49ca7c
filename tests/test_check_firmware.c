/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks of the firmware find, on facts made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check_row.h"

static const struct profile profile = {
	.pass = { { .node.name = "a@1", .bus_master = true }, { .node.name = "b@2" } },
	.n_pass = 2,
};

static struct facts facts;

static int begin(void **state)
{
	(void)state;
	facts = (struct facts){
		.profile = &profile,
		.tree.resolved = { .profile = &profile, .tree = &facts.tree.t },
	};
	return 0;
}

#define assert_row(name, v, evidence) check_row_says(&facts, name, v, evidence)

static void resources_and_pads_are_the_guests(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	w->contents.n_resources = w->contents.n_pads = 2;
	w->contents.resources[1].id = 213;
	w->contents.pads[0] = 7;
	w->contents.pads[1] = 9;
	w->state.caller = w->state.owners[0] = w->state.owners[1] = 2;
	w->state.pad_owned[0] = w->state.pad_owned[1] = true;
	assert_row("firmware-owners", VERDICT_OK,
		   "the guest's partition owns all 2 resources");
	assert_row("firmware-pads", VERDICT_OK, "the guest's partition owns all 2 pads");
	w->state.owners[1] = 1;
	w->state.pad_owned[1] = false;
	assert_row(
		"firmware-owners", VERDICT_FAIL,
		"resource MU_0A (213) belongs to partition 1, not to the guest's 2: U-Boot's "
		"scu_rm did not assign it");
	assert_row("firmware-pads", VERDICT_FAIL,
		   "the guest's partition lacks 1 of 2 pads, such as pad 9: U-Boot's "
		   "scu_rm did not assign them");
	w->state.pad_owned[0] = false;
	facts.tree.resolved.by_linux = true;
	assert_row("firmware-pads", VERDICT_FAIL,
		   "the guest's partition lacks 2 of 2 pads, such as pad 7: 'imxpt "
		   "partition' did not assign them");
}

static void a_bus_master_has_its_stream_id(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	w->contents.n_resources = 2;
	w->contents.resources[1].id = 251;
	assert_row("firmware-streams", VERDICT_SKIP, "no bus master is passed");
	assert_row("firmware-masters", VERDICT_OK,
		   "the firmware and the profile agree on the bus masters");
	w->state.bus_master[1] = true;
	assert_row(
		"firmware-masters", VERDICT_FAIL,
		"the firmware reports ENET_0 (251) as a bus master, but no passed bus master "
		"names it: nothing sets its stream id");
	w->contents.resources[1].stream_id = 0x12;
	assert_row("firmware-masters", VERDICT_OK,
		   "the firmware and the profile agree on the bus masters");
	assert_row(
		"firmware-streams", VERDICT_FAIL,
		"ENET_0 (251) has no stream id, so its DMA bypasses the SMMU: U-Boot's booti did not "
		"set 0x12 (config_smmu_fdt), or scu_rm ran after it");
	w->state.stream_ids[1] = 0x13;
	assert_row(
		"firmware-streams", VERDICT_FAIL,
		"ENET_0 (251) has stream id 0x13, and iommus has 0x12: U-Boot's booti had another "
		"tree, or another node has set it");
	w->state.stream_ids[1] = 0x12;
	assert_row("firmware-streams", VERDICT_OK,
		   "ENET_0 (251) has stream id 0x12, as in iommus");
	w->state.bus_master[1] = false;
	assert_row(
		"firmware-masters", VERDICT_WARN,
		"the firmware does not report ENET_0 (251) as a bus master, but the profile "
		"passes it as one");
}

static void the_mailbox_is_on(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	w->contents.n_resources = 3;
	w->contents.mailbox = w->contents.resources[1].id = 215;
	w->state.modes[0] = w->state.modes[1] = SC_POWER_ON;
	assert_row(
		"firmware-power", VERDICT_OK,
		"MU_2A (215) is on, and 1 of the guest's other 2 resources; the guest switches "
		"them on");
	w->state.modes[1] = SC_POWER_ON - 1;
	assert_row(
		"firmware-power", VERDICT_FAIL,
		"the firmware reports that MU_2A (215) is in low power, but it answers through it");
	w->state.modes[1] = SC_POWER_ON + 1;
	assert_row(
		"firmware-power", VERDICT_FAIL,
		"the firmware reports that MU_2A (215) is in an unknown mode, but it answers through it");
}

/* Two resources that are the guest's, and on. */
static void pass_two(void)
{
	struct firmware_facts *w = &facts.firmware;

	w->contents.n_resources = 2;
	w->contents.resources[0].id = 251;
	w->contents.resources[1].id = 213;
	w->state.caller = w->state.owners[0] = w->state.owners[1] = 2;
	w->state.modes[0] = w->state.modes[1] = SC_POWER_ON;
}

static void the_first_resource_is_checked_too(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	pass_two();
	w->state.owners[0] = 1;
	assert_row(
		"firmware-owners", VERDICT_FAIL,
		"resource ENET_0 (251) belongs to partition 1, not to the guest's 2: U-Boot's scu_rm "
		"did not assign it");
	w->contents.resources[0].stream_id = 0x12;
	assert_row("firmware-masters", VERDICT_WARN,
		   "the firmware does not report ENET_0 (251) as a bus master, but the "
		   "profile passes it as one");
	w->state.stream_ids[0] = 0x13;
	assert_row("firmware-streams", VERDICT_FAIL,
		   "ENET_0 (251) has stream id 0x13, and iommus has 0x12: U-Boot's booti had "
		   "another tree, or another node has set it");
}

static void the_mailbox_may_be_the_first_resource(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	pass_two();
	w->contents.mailbox = 251;
	assert_row("firmware-power", VERDICT_OK,
		   "ENET_0 (251) is on, and 1 of the guest's other 1 resources; the guest "
		   "switches them on");
	w->state.modes[0] = SC_POWER_OFF;
	assert_row("firmware-power", VERDICT_FAIL,
		   "the firmware reports that ENET_0 (251) is off, but it answers through it");
}

#define row(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		row(resources_and_pads_are_the_guests),
		row(a_bus_master_has_its_stream_id),
		row(the_mailbox_is_on),
		row(the_first_resource_is_checked_too),
		row(the_mailbox_may_be_the_first_resource),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
