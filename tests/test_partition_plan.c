/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that make the guest's partition or free it, planned from what the firmware has. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scfw/partition.h"

#define MU_2A 215
#define SDHC_0 248
#define ENET_0 251
#define HOST 1
#define GUEST 2
#define OTHER 3

static const struct partition_contents contents = {
	.resources = { { .id = MU_2A, .on = true }, { .id = ENET_0, .stream_id = 0x12 } },
	.n_resources = 2,
	.pads = { 165, 166 },
	.n_pads = 2,
	.mailbox = MU_2A,
	.host_mailbox = MU_2A - 1,
};

static struct partition_plan plan;

/* The owner has all; who asks owns the pads. */
static struct partition_state all_of(uint8_t owner)
{
	return (struct partition_state){ .caller = owner,
					 .host = HOST,
					 .owners = { owner, owner },
					 .stream_ids = { 0, 0x12 },
					 .bus_master = { false, true },
					 .pad_owned = { true, true } };
}

/* The planned calls, one a line. */
static void expect_calls(const char *const *want, size_t n)
{
	char text[SC_TEXT_MAX];

	for (size_t i = 0; i < n && i < plan.n; i++)
		assert_string_equal(sc_text(&plan.v[i].call, text), want[i]);
	assert_int_equal(plan.n, n);
}
#define EXPECT_CALLS(...)                                  \
	expect_calls((const char *const[]){ __VA_ARGS__ }, \
		     sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void frees(const struct partition_state *s)
{
	struct fault f = { 0 };

	assert_int_equal(partition_plan_free(&contents, s, &plan, &f), 0);
}

static int makes(const struct partition_contents *c, const struct partition_state *s,
		 struct fault *f)
{
	*f = (struct fault){ 0 };
	return partition_plan_make(c, s, &plan, f);
}

#define MADE                                                                                  \
	"partition_alloc", "set_parent new 1", "set_resource_power_mode MU_2A (215) 3",       \
		"set_resource_power_mode ENET_0 (251) 0", "assign_resource ENET_0 (251) new", \
		"assign_pad 165 new", "assign_pad 166 new",                                   \
		"set_master_sid ENET_0 (251) 0x12", "assign_resource MU_2A (215) new"

static void a_partition_is_made_if_it_has_all(void **state)
{
	struct partition_contents c = contents;
	struct partition_state s = all_of(GUEST);
	struct fault f;

	(void)state;
	assert_true(partition_is_made(&c, &s));
	plan.n = 1; /* of an earlier plan */
	assert_int_equal(makes(&c, &s, &f), 0);
	assert_int_equal(plan.n, 0);
	s.stream_ids[0] = 7; /* it must have none */
	assert_true(partition_is_made(&c, &s));
	s.owners[0] = HOST;
	assert_false(partition_is_made(&c, &s));
	s = all_of(GUEST);
	s.owners[1] = HOST;
	assert_false(partition_is_made(&c, &s));
	s = all_of(GUEST);
	s.stream_ids[1] = 0x13;
	assert_false(partition_is_made(&c, &s));
	for (size_t i = 0; i < 2; i++) {
		s = all_of(GUEST);
		s.pad_owned[i] = false;
		assert_false(partition_is_made(&c, &s));
	}
	s = all_of(HOST);
	assert_false(partition_is_made(&c, &s));
	/* only the contents count */
	s = all_of(GUEST);
	s.owners[1] = HOST;
	s.pad_owned[1] = false;
	c.n_resources = c.n_pads = 1;
	assert_true(partition_is_made(&c, &s));
}

static void it_is_made_of_what_the_host_has(void **state)
{
	struct partition_state s = all_of(HOST);
	struct fault f;

	(void)state;
	assert_int_equal(makes(&contents, &s, &f), 0);
	EXPECT_CALLS(MADE);
	for (size_t i = 0; i < plan.n; i++)
		assert_true(*plan.v[i].why);
}

static void what_is_ours_is_freed_before(void **state)
{
	struct partition_state s = all_of(HOST);
	struct fault f;

	(void)state;
	s.owners[1] = GUEST;
	s.pad_owned[1] = false; /* its owner is not known */
	s.ours[GUEST] = true;
	assert_int_equal(makes(&contents, &s, &f), 0);
	EXPECT_CALLS("set_resource_power_mode ENET_0 (251) 0", "partition_free 2",
		     "set_master_sid ENET_0 (251) 0x12", MADE);
}

static void the_mailboxes_partition_is_freed_first(void **state)
{
	struct partition_state s = all_of(GUEST);

	(void)state;
	s.ours[0] = s.ours[GUEST] = s.ours[SC_PARTITIONS - 1] = true;
	frees(&s);
	EXPECT_CALLS("set_resource_power_mode ENET_0 (251) 0", "assign_resource MU_2A (215) 1",
		     "partition_free 2", "set_master_sid ENET_0 (251) 0x12",
		     "partition_free 0", "partition_free 31");
	s = all_of(HOST);
	frees(&s);
	assert_int_equal(plan.n, 0);
}

static void a_partition_that_is_not_ours_is_not_freed(void **state)
{
	struct partition_state s = all_of(GUEST);
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(partition_plan_free(&contents, &s, &plan, &f), -EBUSY);
	assert_int_equal(plan.n, 0);
	assert_string_equal(f.text,
			    "MU_2A (215) is in partition 2, which also has other resources: "
			    "imxpt did not make it for this profile");
	assert_non_null(strstr(f.fix, "choose the profile that it was made for with -p"));
	/* nor is it made anew */
	s.pad_owned[0] = false;
	assert_int_equal(makes(&contents, &s, &f), -EBUSY);
}

static void what_another_partition_has_is_refused(void **state)
{
	struct partition_state s = all_of(HOST);
	struct fault f;

	(void)state;
	s.owners[1] = OTHER;
	s.ours[GUEST] = true;
	assert_int_equal(makes(&contents, &s, &f), -EBUSY);
	assert_string_equal(f.text, "resource ENET_0 (251) belongs to partition 3, which is "
				    "neither the host's nor the guest's");
	assert_non_null(strstr(f.fix, "so that only this domain gets it"));
	s = all_of(HOST);
	s.pad_owned[1] = false;
	assert_int_equal(makes(&contents, &s, &f), -EBUSY);
	assert_string_equal(f.text, "pad 166 does not belong to the host's partition");
	assert_non_null(strstr(f.fix, "so that only this domain gets it"));
	/* in one of ours it may be */
	s.ours[SC_PARTITIONS - 1] = true;
	assert_int_equal(makes(&contents, &s, &f), 0);
}

static void a_bus_master_without_a_stream_id_is_refused(void **state)
{
	struct partition_contents c = contents;
	struct partition_state s = all_of(HOST);
	struct fault f;

	(void)state;
	c.resources[c.n_resources++].id = SDHC_0;
	s.owners[2] = HOST;
	assert_int_equal(makes(&c, &s, &f), 0);
	s.bus_master[2] = true;
	assert_int_equal(makes(&c, &s, &f), -EINVAL);
	assert_string_equal(f.text, "the firmware reports resource SDHC_0 (248) as a bus "
				    "master, but no passed bus master has it: its DMA would "
				    "bypass the SMMU");
	assert_non_null(strstr(f.fix, "without no-dma"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_partition_is_made_if_it_has_all),
		cmocka_unit_test(it_is_made_of_what_the_host_has),
		cmocka_unit_test(what_is_ours_is_freed_before),
		cmocka_unit_test(the_mailboxes_partition_is_freed_first),
		cmocka_unit_test(a_partition_that_is_not_ours_is_not_freed),
		cmocka_unit_test(what_another_partition_has_is_refused),
		cmocka_unit_test(a_bus_master_without_a_stream_id_is_refused),
	};

	return cmocka_run_group_tests_name("partition_plan", tests, NULL, NULL);
}
