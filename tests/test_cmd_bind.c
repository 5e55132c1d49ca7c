/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt bind and unbind, on a board that runs but shows no tree. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/command.h"
#include "fake_board.h"

static struct fault f;

static int boot(void **state)
{
	(void)state;
	fake_boot();
	at_start = fake;
	return 0;
}

/* partition: of bind. */
static enum status run(const struct command *c, bool partition)
{
	struct options o = option_defaults;
	enum status status;

	o.command = c->name;
	o.quiet = true;
	o.partition = partition;
	f = (struct fault){ 0 };
	status = c->run(&o, &f);
	unblock_signals();
	return status;
}

static void binds_and_gives_back(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	assert_true(is_bound());
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	assert_int_equal(run(&cmd_unbind, false), STATUS_OK);
	assert_true(is_free());
}

static void gives_back_the_devices_that_are_there(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	fake.devices[2].gone = fake.devices[3].gone = true;
	assert_int_equal(run(&cmd_unbind, false), STATUS_OK);
	assert_string_equal(fake.devices[1].driver, "");
	fake.devices[1].gone = true;
	assert_int_equal(run(&cmd_unbind, false), STATUS_FAILED);
	assert_int_equal(f.code, -ENODEV);
	assert_non_null(strstr(f.text, "clock-controller@5b230000: no platform device"));
}

#define NO_TREE "the partition: the running tree is not seen: "

static void devices_are_not_left_bound_without_a_partition(void **state)
{
	(void)state;
	boot_with_drivers();
	at_start = fake;
	assert_int_equal(run(&cmd_bind, true), STATUS_FAILED);
	assert_memory_equal(f.text, NO_TREE, strlen(NO_TREE));
	assert_true(fake.writes > 14); /* there and back */
	assert_true(is_as_booted());
}

static void devices_that_were_bound_before_stay_so(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	fake_calm();
	assert_int_equal(run(&cmd_bind, true), STATUS_FAILED);
	assert_memory_equal(f.text, NO_TREE, strlen(NO_TREE));
	assert_true(is_bound());
	assert_int_equal(fake.writes, 1); /* the wait for the device file */
}

static void devices_that_cannot_be_put_back_are_reported(void **state)
{
	(void)state;
	fake.fail_write = 8; /* 3 overrides, 3 binds, the wait; an unbind */
	fake.fail_on = true;
	fake.fail_err = EIO;
	assert_int_equal(run(&cmd_bind, true), STATUS_STUCK);
	assert_memory_equal(f.text, NO_TREE, strlen(NO_TREE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(binds_and_gives_back, boot),
		cmocka_unit_test_setup(gives_back_the_devices_that_are_there, boot),
		cmocka_unit_test_setup(devices_are_not_left_bound_without_a_partition, boot),
		cmocka_unit_test_setup(devices_that_were_bound_before_stay_so, boot),
		cmocka_unit_test_setup(devices_that_cannot_be_put_back_are_reported, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
