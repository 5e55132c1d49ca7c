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

static void a_group_without_vfio_is_not_opened(void **state)
{
	struct fault f;

	(void)state;
	fake.held = true;
	assert_int_equal(check_bound_to("fec", &f), 0);
	assert_int_equal(fake.calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(names_the_process_that_has_the_group, boot),
		cmocka_unit_test_setup(says_so_if_the_process_cannot_be_seen, boot),
		cmocka_unit_test_setup(a_free_group_is_opened_once_and_no_process_is_read,
				       boot),
		cmocka_unit_test_setup(a_group_without_vfio_is_not_opened, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
