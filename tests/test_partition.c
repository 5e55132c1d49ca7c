/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's partition, made and freed in the emulated board's model of the firmware. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "fake_mailbox.h"
#include <cmocka.h>

#define MU_1A 214
#define SDHC_0 248
#define PAD 243

static const struct partition_contents contents = {
	.resources = { { .id = MU_2A, .on = true }, { .id = ENET_0, .stream_id = 0x12 } },
	.n_resources = 2,
	.pads = { 165, PAD },
	.n_pads = 2,
	.mailbox = MU_2A,
	.host_mailbox = MU_1A,
};
static const struct firmware mailbox; /* its registers are fake_mailbox's */

static int boot(void **state)
{
	(void)state;
	fake_mailbox_boot();
	return 0;
}

static size_t n; /* calls of the last plan */

/* Plan, and run the plan. */
static int runs(bool free, struct fault *f)
{
	static struct partition_plan plan;
	struct partition_state s;
	int ret;

	*f = (struct fault){ 0 };
	ret = partition_plan(&mailbox, &contents, free, &s, &plan, f);
	n = plan.n;
	if (ret || !n)
		return ret;
	return free ? partition_free(&mailbox, &contents, &plan, f) :
		      partition_make(&mailbox, &contents, &plan, &s, f);
}

#define makes(f) runs(false, f)
#define frees(f) runs(true, f)

static uint32_t owner(uint16_t resource)
{
	return fake_mailbox_ask(MU_1A, SC_GET_RESOURCE_OWNER, resource, 0);
}

static uint32_t mode(uint16_t resource)
{
	return fake_mailbox_ask(MU_1A, SC_GET_POWER_MODE, resource, 0);
}

static uint32_t stream_id(uint16_t resource)
{
	return fake_mailbox_ask(MU_1A, SC_GET_RESOURCE_INFO, resource, 0);
}

/* All is the host's, with ENET_0's stream id, and no partition is left. */
static void assert_host_has_all(void)
{
	uint32_t next;

	assert_int_equal(owner(ENET_0), HOST);
	assert_int_equal(owner(MU_2A), HOST);
	assert_int_equal(fake_mailbox_ask(MU_1A, SC_IS_PAD_OWNED, PAD, 0), 1);
	assert_int_equal(fake_mailbox_ask(MU_1A, SC_IS_PAD_OWNED, 165, 0), 1);
	assert_int_equal(stream_id(ENET_0), 0x12);
	/* the model gives the lowest number that is free */
	next = fake_mailbox_ask(MU_1A, SC_PARTITION_ALLOC, 0, 0);
	assert_int_equal(next, 2);
	fake_mailbox_ask(MU_1A, SC_PARTITION_FREE, (uint16_t)next, 0);
}

static void assert_guest_has_all(void)
{
	assert_int_equal(owner(ENET_0), 2);
	assert_int_equal(owner(MU_2A), 2);
	assert_int_equal(owner(UART_0), HOST);
	assert_int_equal(fake_mailbox_ask(MU_1A, SC_IS_PAD_OWNED, PAD, 0), 0);
	assert_int_equal(fake_mailbox_ask(MU_1A, SC_IS_PAD_OWNED, 244, 0), 1);
	assert_int_equal(fake_mailbox_ask(MU_2A, SC_IS_PAD_OWNED, PAD, 0), 1);
	assert_int_equal(fake_mailbox_ask(MU_2A, SC_IS_PAD_OWNED, 165, 0), 1);
	assert_int_equal(stream_id(ENET_0), 0x12);
	assert_int_equal(mode(ENET_0), SC_POWER_OFF);
	assert_int_equal(mode(MU_2A), SC_POWER_ON);
}

static void it_is_made_in_scu_rms_order(void **state)
{
	static const char *const want[] = { "partition_alloc",
					    "set_parent new 1",
					    "set_resource_power_mode MU_2A (215) 3",
					    "set_resource_power_mode ENET_0 (251) 0",
					    "assign_resource ENET_0 (251) new",
					    "assign_pad 165 new",
					    "assign_pad 243 new",
					    "set_master_sid ENET_0 (251) 0x12",
					    "assign_resource MU_2A (215) new" };
	static struct partition_plan plan;
	struct fault f = { 0 };
	struct partition_state s;
	char text[SC_TEXT_MAX];

	(void)state;
	assert_int_equal(partition_plan(&mailbox, &contents, false, &s, &plan, &f), 0);
	assert_int_equal(plan.n, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < plan.n; i++) {
		assert_string_equal(sc_text(&plan.v[i].call, text), want[i]);
		assert_true(plan.v[i].why && *plan.v[i].why);
	}
	/* planning has changed nothing */
	assert_host_has_all();
	assert_int_equal(mode(ENET_0), SC_POWER_ON);
	assert_int_equal(partition_make(&mailbox, &contents, &plan, &s, &f), 0);
	assert_int_equal(s.caller, 2);
	assert_guest_has_all();
}

static void made_it_is_nothing_to_do(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(makes(&f), 0);
	assert_int_equal(n, 9);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(makes(&f), 0);
		assert_int_equal(n, 0);
		assert_guest_has_all();
	}
}

static void freed_the_host_has_all_and_nothing_runs(void **state)
{
	struct fault f;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(makes(&f), 0);
		assert_guest_has_all();
		/* the guest has left its port on */
		fake_mailbox_ask(MU_2A, SC_SET_POWER_MODE, ENET_0, SC_POWER_ON);
		assert_int_equal(frees(&f), 0);
		assert_int_equal(n, 4);
		assert_host_has_all();
		assert_int_equal(mode(ENET_0), SC_POWER_OFF);
		assert_int_equal(frees(&f), 0);
		assert_int_equal(n, 0);
	}
}

/* How many calls making or freeing takes, from the start that state is. */
static int count_calls(bool free)
{
	struct fault f;

	fake_mailbox_restart();
	assert_int_equal(runs(free, &f), 0);
	return fake_mailbox.calls;
}

/* Call k fails with that error; returns whether making the partition failed. */
static bool fails_at(int k, uint8_t error)
{
	struct fault f;

	fake_mailbox_boot();
	fake_mailbox.fail_at = k;
	fake_mailbox.error = error;
	/* a question about another's resource may be refused, no other call */
	if (makes(&f) == 0) {
		assert_guest_has_all();
		assert_int_equal(f.code, 0);
		return false;
	}
	assert_host_has_all();
	assert_int_equal(mode(ENET_0), SC_POWER_ON);
	assert_true(*f.text && f.code != -ENOTRECOVERABLE);
	return true;
}

static void whichever_call_fails_all_is_undone(void **state)
{
	static const uint8_t errors[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 99 };
	const int last = count_calls(false);
	size_t failed = 0;

	(void)state;
	for (int k = 1; k <= last; k++) {
		for (size_t e = 0; e < sizeof(errors); e++)
			failed += fails_at(k, errors[e]);
	}
	assert_true(failed > 10 * 20);
	/* whose another resource is, asked after the state and of each partition */
	for (size_t e = 0; e < sizeof(errors); e++)
		assert_int_equal(fails_at(2 + 4 * 2 + 2 + SC_PARTITIONS, errors[e]),
				 !memchr("\3\4\5\7\12", errors[e], 5)); /* a refusal */
}

/* Killed before call k, the next run makes or frees the partition. */
static void goes_on_after_kill(int k, bool free)
{
	struct fault f;

	fake_mailbox_boot();
	fake_mailbox.kill_at = k;
	if (!setjmp(fake_mailbox.killed))
		(void)!makes(&f);
	fake_mailbox_restart();
	if (!free) {
		assert_int_equal(makes(&f), 0);
		assert_guest_has_all();
	}
	assert_int_equal(frees(&f), 0);
	assert_host_has_all();
}

static void killed_at_any_call_the_next_run_completes(void **state)
{
	int last;

	(void)state;
	last = count_calls(false);
	for (int k = 1; k <= last; k++) {
		goes_on_after_kill(k, false);
		goes_on_after_kill(k, true);
	}
}

static void killed_while_it_frees_the_next_run_completes(void **state)
{
	struct fault f;
	int last;

	(void)state;
	assert_int_equal(makes(&f), 0);
	last = count_calls(true);
	for (volatile int k = 1; k <= last; k++) {
		fake_mailbox_boot();
		assert_int_equal(makes(&f), 0);
		fake_mailbox_restart();
		fake_mailbox.kill_at = k;
		if (!setjmp(fake_mailbox.killed))
			(void)!frees(&f);
		fake_mailbox_restart();
		assert_int_equal(frees(&f), 0);
		/* a kill before the last call is after the partition has gone */
		if (k < last)
			assert_int_equal(owner(ENET_0), HOST);
		assert_int_equal(owner(MU_2A), HOST);
		assert_int_equal(makes(&f), 0);
		assert_guest_has_all();
	}
}

static void a_call_that_fails_while_it_frees_is_not_undone(void **state)
{
	struct fault f;
	int last;

	(void)state;
	assert_int_equal(makes(&f), 0);
	last = count_calls(true);
	assert_int_equal(makes(&f), 0);
	fake_mailbox_restart();
	fake_mailbox.fail_at = last;
	fake_mailbox.error = 3;
	assert_int_equal(frees(&f), -ENOTRECOVERABLE);
	assert_string_equal(f.fix, "run 'imxpt partition --free' again, or restart the board");
}

static void giving_the_mailbox_away_needs_no_answer(void **state)
{
	struct fault f;
	int last;

	(void)state;
	last = count_calls(false);
	fake_mailbox_boot();
	/* the questions after it: partition, owner, four of each resource, the pads */
	fake_mailbox.silent_at = last - (2 + 4 * 2 + 2);
	assert_int_equal(makes(&f), 0);
	assert_int_equal(f.code, 0);
	assert_guest_has_all();
}

static void a_dead_firmware_is_reported_as_not_undone(void **state)
{
	struct fault f;
	int last;

	(void)state;
	last = count_calls(false);
	fake_mailbox_boot();
	fake_mailbox.dead_from = last - 15;
	assert_int_equal(makes(&f), -ENOTRECOVERABLE);
	assert_non_null(strstr(f.text, "undoing it failed: "));
	assert_non_null(strstr(f.fix, "imxpt partition --free"));
}

static void what_is_anothers_is_left_alone(void **state)
{
	struct fault f;

	(void)state;
	/* a child of the host's that has another resource too: a Cortex-M4's, say */
	assert_int_equal(fake_mailbox_ask(MU_1A, SC_PARTITION_ALLOC, 0, 0), 2);
	fake_mailbox_ask(MU_1A, SC_ASSIGN_RESOURCE, ENET_0, 2);
	fake_mailbox_ask(MU_1A, SC_ASSIGN_RESOURCE, UART_0, 2);
	assert_int_equal(makes(&f), -EBUSY);
	assert_string_equal(f.text, "resource ENET_0 (251) belongs to partition 2, which is "
				    "neither the host's nor the guest's");
	assert_int_equal(frees(&f), 0);
	assert_int_equal(n, 0);
	assert_int_equal(owner(UART_0), 2);
	assert_int_equal(owner(ENET_0), 2);
	/* the mailbox is in there, too */
	fake_mailbox_ask(MU_1A, SC_ASSIGN_RESOURCE, MU_2A, 2);
	assert_int_equal(makes(&f), -EBUSY);
	assert_int_equal(frees(&f), -EBUSY);
	assert_string_equal(f.text,
			    "MU_2A (215) is in partition 2, which also has other resources: "
			    "imxpt did not make it for this profile");
	assert_int_equal(owner(MU_2A), 2);
}

static void a_pad_of_anothers_is_refused(void **state)
{
	struct fault f;

	(void)state;
	fake_mailbox_ask(MU_1A, SC_PARTITION_ALLOC, 0, 0);
	fake_mailbox_ask(MU_1A, SC_ASSIGN_RESOURCE, UART_0, 2);
	fake_mailbox_ask(MU_1A, SC_ASSIGN_PAD, PAD, 2);
	assert_int_equal(makes(&f), -EBUSY);
	assert_string_equal(f.text, "pad 243 does not belong to the host's partition");
}

static void a_bus_master_without_a_stream_id_is_refused(void **state)
{
	static struct partition_plan plan;
	struct partition_contents c = contents;
	struct fault f = { 0 };
	struct partition_state s;

	(void)state;
	c.resources[c.n_resources++].id = SDHC_0;
	assert_int_equal(partition_plan(&mailbox, &c, false, &s, &plan, &f), -EINVAL);
	assert_non_null(strstr(f.text, "resource SDHC_0 (248) as a bus master"));
}

static void a_guest_that_changed_something_is_made_anew(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(makes(&f), 0);
	fake_mailbox_ask(MU_2A, SC_SET_MASTER_SID, ENET_0, 0x13);
	assert_int_equal(makes(&f), 0);
	assert_int_equal(n, 4 + 9);
	assert_guest_has_all();
	fake_mailbox_ask(MU_2A, SC_ASSIGN_PAD, PAD, HOST);
	assert_int_equal(makes(&f), 0);
	assert_int_equal(n, 4 + 9);
	assert_guest_has_all();
	/* it has given its own mailbox away, and speaks as the host */
	fake_mailbox_ask(MU_2A, SC_ASSIGN_RESOURCE, MU_2A, HOST);
	assert_int_equal(makes(&f), 0);
	assert_guest_has_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_is_made_in_scu_rms_order, boot),
		cmocka_unit_test_setup(made_it_is_nothing_to_do, boot),
		cmocka_unit_test_setup(freed_the_host_has_all_and_nothing_runs, boot),
		cmocka_unit_test_setup(whichever_call_fails_all_is_undone, boot),
		cmocka_unit_test_setup(killed_at_any_call_the_next_run_completes, boot),
		cmocka_unit_test_setup(killed_while_it_frees_the_next_run_completes, boot),
		cmocka_unit_test_setup(a_call_that_fails_while_it_frees_is_not_undone, boot),
		cmocka_unit_test_setup(giving_the_mailbox_away_needs_no_answer, boot),
		cmocka_unit_test_setup(a_dead_firmware_is_reported_as_not_undone, boot),
		cmocka_unit_test_setup(what_is_anothers_is_left_alone, boot),
		cmocka_unit_test_setup(a_pad_of_anothers_is_refused, boot),
		cmocka_unit_test_setup(a_bus_master_without_a_stream_id_is_refused, boot),
		cmocka_unit_test_setup(a_guest_that_changed_something_is_made_anew, boot),
	};

	return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
