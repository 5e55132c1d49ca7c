/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"
#include "vfio/group_device.h"
#include "vfio/snapshot.h"

static const struct sysroot sys = { .root = -1, .live = true };
static const struct profile profile = {
	.pass = { { .node.name = "ethernet@5b040000" }, { .node.name = "mailbox@5d1d0000" } },
	.n_pass = 2,
};

/* Both devices in the group, bound to driver. */
static int check_bound_to(const char *driver, struct fault *f)
{
	struct snapshot s;

	for (size_t i = 2; i <= 3; i++) {
		strcpy(fake.devices[i].driver, driver);
		fake.devices[i].in_group = true;
	}
	*f = (struct fault){ 0 };
	assert_int_equal(snapshot_take(&sys, &profile, &s, f), 0);
	fake_calm();
	return group_check_users(&sys, &s, f);
}

static int boot(void **state)
{
	(void)state;
	fake_boot();
	return 0;
}

static void names_the_process_that_has_the_group(void **state)
{
	struct fault f;

	(void)state;
	fake.held = true;
	assert_int_equal(check_bound_to(VFIO_DRIVER, &f), -EBUSY);
	assert_string_equal(f.text, "/dev/vfio/5 is in use by 77 (qemu-system-aar)");
	assert_string_not_equal(f.fix, "");
}

static void says_so_if_the_process_cannot_be_seen(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	fake.held = true;
	assert_int_equal(check_bound_to(VFIO_DRIVER, &f), -EBUSY);
	assert_int_equal(snapshot_take(&sys, &profile, &s, &f), 0);
	for (int hidden = 3; hidden <= 4; hidden++) {
		fake_calm();
		fake.fail_call = hidden; /* the list of processes, then of their files */
		fake.fail_on = true;
		fake.fail_err = EACCES;
		assert_int_equal(group_check_users(&sys, &s, &f), -EBUSY);
		assert_non_null(strstr(f.text, "a process that cannot be seen"));
	}
	fake_calm();
	fake.hidden = true; /* what 77 shows is another device */
	assert_int_equal(group_check_users(&sys, &s, &f), -EBUSY);
	assert_non_null(
		strstr(f.text, "/dev/vfio/5 is in use by a process that cannot be seen"));
}

static void a_free_group_is_opened_once_and_no_process_is_read(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(check_bound_to(VFIO_DRIVER, &f), 0);
	assert_int_equal(fake.calls, 2);
}

/* Unless it is not there, or not any more. */
static void a_group_that_cannot_be_opened_is_not_free(void **state)
{
	static const int errors[] = { EACCES, EIO, EMFILE, ENOENT, ENOTDIR };
	struct snapshot s;
	struct fault f;

	(void)state;
	assert_int_equal(check_bound_to(VFIO_DRIVER, &f), 0);
	assert_int_equal(snapshot_take(&sys, &profile, &s, &f), 0);
	for (size_t i = 0; i < 5; i++) {
		for (int call = 1; call <= 2; call++) { /* stat, then open */
			fake_calm();
			f = (struct fault){ 0 };
			fake.fail_call = call;
			fake.fail_err = errors[i];
			assert_int_equal(group_check_users(&sys, &s, &f),
					 i < 3 ? -errors[i] : 0);
			assert_int_equal(strncmp(f.text, "cannot open /dev/vfio/5: ", 25) == 0,
					 i < 3);
		}
	}
	fake_calm();
	fake.fail_call = 2;
	fake.fail_err = ENODEV;
	assert_int_equal(group_check_users(&sys, &s, &f), 0);
}

static void a_group_without_vfio_is_not_opened(void **state)
{
	struct fault f;

	(void)state;
	fake.held = true;
	assert_int_equal(check_bound_to("fec", &f), 0);
	assert_int_equal(fake.calls, 0);
}

static int refuse_write; /* which one of the next; 0: none */

/* Wait for the group's device file, and set its owner. */
static int settle(uid_t user, gid_t group, struct fault *f)
{
	const struct wait_options wait = { .timeout_ms = 5000 };
	const struct owner owner = { user, group };
	struct owner old[PROFILE_PASS_MAX];
	struct snapshot s;

	*f = (struct fault){ 0 };
	assert_int_equal(check_bound_to(VFIO_DRIVER, f), 0);
	assert_int_equal(snapshot_take(&sys, &profile, &s, f), 0);
	fake_calm();
	fake.fail_write = refuse_write;
	fake.fail_err = EPERM;
	return group_devices_settle(&sys, &s, &wait, &owner, old, f);
}

#define KEEP ((uid_t)-1)

/* The first write is the wait. */
static void an_owner_is_set_where_it_differs(void **state)
{
	static const struct {
		unsigned int user, group;
		int writes;
	} cases[] = {
		{ KEEP, KEEP, 1 }, { 0, KEEP, 1 }, { KEEP, 0, 1 }, { 0, 0, 1 },
		{ 7, KEEP, 2 },	   { KEEP, 7, 2 }, { 7, 0, 2 },	   { 0, 7, 2 },
	};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_boot();
		assert_int_equal(settle(cases[i].user, cases[i].group, &f), 0);
		assert_int_equal(fake.writes, cases[i].writes);
		assert_int_equal(fake.waited_ms, 5000);
	}
}

static void an_owner_that_cannot_be_set_is_an_error(void **state)
{
	struct fault f;

	(void)state;
	refuse_write = 2; /* the first is the wait */
	assert_int_equal(settle(7, KEEP, &f), -EPERM);
	refuse_write = 0;
	assert_string_equal(f.text,
			    "cannot change the owner of /dev/vfio/5: Operation not permitted");
}

static void a_device_file_that_does_not_come_is_an_error(void **state)
{
	struct fault f;

	(void)state;
	fake.no_node = true;
	assert_int_equal(settle(0, 0, &f), -ETIMEDOUT);
	assert_string_equal(f.text, "/dev/vfio/5 did not appear within 5 seconds");
	assert_string_not_equal(f.fix, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(names_the_process_that_has_the_group, boot),
		cmocka_unit_test_setup(says_so_if_the_process_cannot_be_seen, boot),
		cmocka_unit_test_setup(a_free_group_is_opened_once_and_no_process_is_read,
				       boot),
		cmocka_unit_test_setup(a_group_that_cannot_be_opened_is_not_free, boot),
		cmocka_unit_test_setup(a_group_without_vfio_is_not_opened, boot),
		cmocka_unit_test_setup(an_owner_is_set_where_it_differs, boot),
		cmocka_unit_test_setup(an_owner_that_cannot_be_set_is_an_error, boot),
		cmocka_unit_test_setup(a_device_file_that_does_not_come_is_an_error, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
