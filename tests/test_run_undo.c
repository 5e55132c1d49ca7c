/* SPDX-License-Identifier: Apache-2.0 */
/* run: what a bind or an unbind that fails leaves, and what it reports. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"

static int boot(void **state)
{
	(void)state;
	fake_boot();
	return 0;
}

static void bound(size_t i)
{
	strcpy(fake.devices[i].driver, VFIO_DRIVER);
	strcpy(fake.devices[i].override, VFIO_DRIVER);
	fake.devices[i].in_group = true;
}

/* Its user keeps the group; the device that failed was not in it. */
static void a_group_in_use_does_not_stop_an_undo_that_leaves_it(void **state)
{
	struct fault f;

	(void)state;
	bound(1);
	bound(3);
	fake.held = true;
	fake.devices[2].no_iommus = true;
	strcpy(fake.devices[2].driver, "fec");
	strcpy(fake.devices[2].match, "fec");
	strcpy(fake.devices[2].override, VFIO_DRIVER);
	at_start = fake;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_int_equal(f.code, -EINVAL);
	assert_true(is_as_booted());
	assert_false(fake.blocked);
}

/* The kernel would wait for the user, in the unbind. */
static void a_group_in_use_stops_an_undo_that_takes_from_it(void **state)
{
	struct fault f;

	(void)state;
	bound(1);
	bound(2);
	fake.held = true;
	fake.fail_write = 3; /* override, bind, the wait */
	fake.fail_err = EIO;
	assert_int_equal(bind_all(&f), RUN_STUCK);
	assert_false(fake.blocked);
	assert_string_equal(fake.devices[3].driver, VFIO_DRIVER);
	assert_non_null(strstr(f.fix, "/dev/vfio/5 is in use by 77 (qemu-system-aar)"));
}

static void each_device_that_is_not_put_back_is_named(void **state)
{
	struct fault f;

	(void)state;
	strcpy(fake.devices[2].driver, "fec");
	fake.fail_write = 4; /* override, bind; override, unbind */
	fake.fail_on = true;
	fake.fail_err = EIO;
	assert_int_equal(bind_all(&f), RUN_STUCK);
	assert_string_equal(
		f.text,
		"5b040000.ethernet: cannot unbind from fec: Input/output error; these devices "
		"are not as before: 5b230000.clock-controller has driver vfio-platform, "
		"override vfio-platform (had none, none); 5b040000.ethernet has driver fec, "
		"override vfio-platform (had fec, none)");
	assert_non_null(strstr(f.fix, "the last attempt failed with: "));
	assert_null(strstr(f.fix, "no error"));
}

static void a_bind_that_succeeds_without_effect_has_failed(void **state)
{
	struct fault f;

	(void)state;
	strcpy(fake.devices[1].match, "other");
	at_start = fake;
	strcpy(at_start.devices[1].driver, "");
	fake.steal_write = 2;
	fake.rival = 1;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_int_equal(f.code, -EIO);
	assert_string_equal(f.text,
			    "5b230000.clock-controller: cannot bind to vfio-platform: the "
			    "kernel reported success, but the device's driver is other "
			    "afterwards");
	assert_true(is_as_booted());
}

static void an_unbind_that_lasts_only_for_a_moment_has_failed(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 1; i <= 3; i++)
		bound(i);
	strcpy(fake.devices[1].match, VFIO_DRIVER);
	fake.steal_write = 9; /* override, unbind and probe of each device */
	fake.rival = 1;
	assert_int_equal(release_all(&f), RUN_UNDONE);
	assert_int_equal(f.code, -EIO);
	assert_string_equal(f.text, "all steps succeeded, but this one is needed again: echo "
				    "5b230000.clock-controller > "
				    "/sys/bus/platform/drivers/vfio-platform/unbind");
}

static void each_step_is_logged_before_it_runs(void **state)
{
	char *text = NULL;
	struct fault f;
	size_t size;

	(void)state;
	bound(1);
	bound(2);
	fake.fail_write = 2;
	fake.fail_err = EIO;
	fake.log = open_memstream(&text, &size);
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	fclose(fake.log);
	assert_string_equal(
		text, "echo vfio-platform > "
		      "/sys/bus/platform/devices/5d1d0000.mailbox/driver_override\n"
		      "echo 5d1d0000.mailbox > /sys/bus/platform/drivers/vfio-platform/bind\n"
		      "echo > /sys/bus/platform/devices/5d1d0000.mailbox/driver_override\n");
	free(text);
}

static int writes_at_signal;

static void note_signal(int n)
{
	(void)n;
	writes_at_signal = fake.writes;
}

/* A reader of the log that exits must not end the run. */
static void no_broken_pipe_ends_a_run(void **state)
{
	struct fault f;

	(void)state;
	signal(SIGPIPE, note_signal);
	fake.signal_write = 1;
	fake.signal = SIGPIPE;
	assert_int_equal(bind_all(&f), RUN_DONE);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(writes_at_signal, 7); /* all: it was blocked */
}

static void only_root_may_bind(void **state)
{
	static const int errors[] = { EACCES, EPERM, EIO };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		fake_boot();
		fake.fail_write = 1;
		fake.fail_err = errors[i];
		assert_int_equal(bind_all(&f), RUN_UNDONE);
		assert_int_equal(!strstr(f.text, ": only root may do this"), i == 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_group_in_use_does_not_stop_an_undo_that_leaves_it,
				       boot),
		cmocka_unit_test_setup(a_group_in_use_stops_an_undo_that_takes_from_it, boot),
		cmocka_unit_test_setup(each_device_that_is_not_put_back_is_named, boot),
		cmocka_unit_test_setup(a_bind_that_succeeds_without_effect_has_failed, boot),
		cmocka_unit_test_setup(an_unbind_that_lasts_only_for_a_moment_has_failed,
				       boot),
		cmocka_unit_test_setup(each_step_is_logged_before_it_runs, boot),
		cmocka_unit_test_setup(no_broken_pipe_ends_a_run, boot),
		cmocka_unit_test_setup(only_root_may_bind, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
