/* SPDX-License-Identifier: Apache-2.0 */
/* run: all or none, whatever fails and whenever. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"

static int boot(void **state)
{
	(void)state;
	fake_boot();
	return 0;
}

static void binds_all_devices_and_then_has_nothing_to_do(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		boot_number(i);
		assert_int_equal(bind_all(&f), RUN_DONE);
		assert_true(is_bound());
		fake_calm();
		assert_int_equal(bind_all(&f), RUN_DONE);
		assert_int_equal(fake.writes, 1); /* the wait for the node, which is there */
		assert_int_equal(fake.waited_ms, 10);
	}
}

static void gives_back_what_the_kernel_finds_a_driver_for(void **state)
{
	struct fault f;

	(void)state;
	boot_with_drivers();
	assert_int_equal(bind_all(&f), RUN_DONE);
	assert_int_equal(release_all(&f), RUN_DONE);
	assert_string_equal(fake.devices[2].driver, "fec");
	assert_string_equal(fake.devices[1].driver, "");
	for (size_t i = 1; i <= 3; i++)
		assert_string_equal(fake.devices[i].override, "");
	fake_calm();
	assert_int_equal(release_all(&f), RUN_DONE);
	assert_int_equal(fake.writes, 0);
	assert_int_equal(bind_all(&f), RUN_DONE);
}

/* Whichever write fails, the board ends as it began. */
static void any_failed_write_of_bind_is_undone(void **state)
{
	struct fault f;
	enum run_result result;
	int k = 0;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1;; k++) {
			boot_number(i);
			at_start = fake;
			fake.fail_write = k;
			fake.fail_err = EIO;
			result = bind_all(&f);
			if (fake.writes < k)
				break;
			assert_int_equal(result, RUN_UNDONE);
			assert_int_equal(f.code, -EIO);
			assert_true(is_as_booted());
		}
		assert_int_equal(result, RUN_DONE);
		assert_true(k > 7);
	}
}

/* Boot, and bind all. */
static void boot_bound(size_t i)
{
	struct fault f;

	boot_number(i);
	assert_int_equal(bind_all(&f), RUN_DONE);
	fake_calm();
	at_start = fake;
}

static void any_failed_write_of_unbind_is_undone(void **state)
{
	struct fault f;
	enum run_result result = RUN_UNDONE;
	int k, undone;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		undone = 0;
		for (k = 1;; k++) {
			boot_bound(i);
			fake.fail_write = k;
			fake.fail_err = EIO;
			result = release_all(&f);
			if (fake.writes < k)
				break;
			undone += result == RUN_UNDONE;
			/* only a probe may fail without harm: the device is free */
			assert_true(result == RUN_UNDONE ? is_as_booted() : is_free());
			assert_int_not_equal(result, RUN_STUCK);
		}
		assert_int_equal(result, RUN_DONE);
		/* an override, an unbind and a probe each */
		assert_int_equal(undone, (k - 1) / 3 * 2);
		assert_true(k >= 10);
	}
}

/* Reads too: what one snapshot could not see, the next one does. */
static void any_failed_call_leaves_no_half_state(void **state)
{
	struct fault f;
	enum run_result result;
	int k, undone = 0;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1;; k++) {
			boot_number(i);
			at_start = fake;
			fake.fail_call = k;
			fake.fail_err = EIO;
			result = bind_all(&f);
			if (fake.calls < k)
				break;
			undone += result == RUN_UNDONE;
			assert_true(result == RUN_DONE ? is_bound() : is_as_booted());
			assert_int_not_equal(result, RUN_STUCK);
		}
	}
	assert_true(undone > 100);
}

static void a_signal_at_any_step_is_undone(void **state)
{
	struct fault f;
	enum run_result result;
	int k;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1;; k++) {
			boot_number(i);
			at_start = fake;
			fake.signal_write = k;
			result = bind_all(&f);
			if (fake.writes < k)
				break;
			assert_int_equal(result, RUN_UNDONE);
			assert_int_equal(f.code, -EINTR);
			assert_string_equal(f.text, "stopped by a signal: Terminated");
			assert_true(is_as_booted());
		}
		assert_true(k > 7);
	}
}

/* Those that a terminal, a session's end and a service manager send. */
static void each_signal_that_ends_programs_is_undone(void **state)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		boot_with_drivers();
		at_start = fake;
		fake.signal_write = 3;
		fake.signal = signals[i];
		assert_int_equal(bind_all(&f), RUN_UNDONE);
		assert_non_null(strstr(f.text, strsignal(signals[i])));
		assert_true(is_as_booted());
	}
}

static void a_signal_stops_an_unbind_too(void **state)
{
	struct fault f;
	int k;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1;; k++) {
			enum run_result result;

			boot_bound(i);
			fake.signal_write = k;
			result = release_all(&f);
			if (fake.writes < k)
				break;
			assert_int_equal(result, RUN_UNDONE);
			assert_true(is_as_booted());
		}
		assert_true(k >= 10);
	}
}

/* Run as if SIGKILL came after write k; false: there are not so many, and it was done. */
static bool is_killed(bool binds, int k)
{
	struct fault f;

	fake.kill_write = k;
	if (!setjmp(fake.killed)) {
		assert_int_equal(binds ? bind_all(&f) : release_all(&f), RUN_DONE);
		return false;
	}
	unblock_signals();
	fake_calm();
	return true;
}

/* After any step. */
static void a_killed_bind_can_be_completed(void **state)
{
	struct fault f;
	int k;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1; boot_number(i), is_killed(true, k); k++) {
			assert_int_equal(bind_all(&f), RUN_DONE);
			assert_true(is_bound());
		}
		assert_true(k > 7);
	}
}

static void a_killed_bind_can_be_released(void **state)
{
	struct fault f;
	int k;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1; boot_number(i), is_killed(true, k); k++) {
			assert_int_equal(release_all(&f), RUN_DONE);
			assert_true(is_free());
		}
		assert_true(k > 7);
	}
}

static void a_killed_unbind_can_be_completed(void **state)
{
	struct fault f;
	int k;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (k = 1; boot_bound(i), is_killed(false, k); k++) {
			assert_int_equal(release_all(&f), RUN_DONE);
			assert_true(is_free());
			for (size_t j = 1; j <= 3; j++)
				assert_string_equal(fake.devices[j].override, "");
		}
		assert_true(k >= 10);
	}
}

static void names_each_device_that_could_not_be_put_back(void **state)
{
	struct fault f;

	(void)state;
	boot_with_drivers();
	fake.fail_write = 4; /* fec's unbind, and all after it */
	fake.fail_on = true;
	fake.fail_err = EIO;
	assert_int_equal(bind_all(&f), RUN_STUCK);
	assert_non_null(strstr(f.text, "5b040000.ethernet: cannot set driver_override"));
	assert_non_null(
		strstr(f.text,
		       "these devices are not as before: 5b230000.clock-controller has "
		       "driver vfio-platform, override vfio-platform (had "
		       "imx-lpcg, imx-lpcg)"));
	assert_null(strstr(f.text, "mailbox"));
	assert_non_null(strstr(f.fix, "imxpt unbind"));
}

/* One more failure while a bind is undone is repaired by the next round. */
static void undo_survives_any_failed_call(void **state)
{
	struct fault f;

	(void)state;
	for (int k = 1;; k++) {
		boot_with_drivers();
		at_start = fake;
		fake.fail_write = 5;
		fake.fail_call = k;
		fake.fail_err = EIO;
		assert_int_equal(bind_all(&f), RUN_UNDONE);
		if (fake.calls < k)
			break;
		assert_true(is_as_booted());
	}
}

/* What cannot be seen any more is not called undone. */
static void knows_that_nothing_is_seen(void **state)
{
	struct fault f;
	int k, stuck = 0;

	(void)state;
	for (k = 1;; k++) {
		enum run_result result;

		boot_with_drivers();
		at_start = fake;
		fake.fail_call = k;
		fake.fail_on = true;
		fake.fail_err = EIO;
		result = bind_all(&f);
		if (fake.calls < k)
			break;
		assert_true(result == RUN_STUCK || is_as_booted());
		stuck += result == RUN_STUCK;
	}
	assert_true(stuck > 10);
}

static void unbind_refuses_while_the_group_is_held(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(bind_all(&f), RUN_DONE);
	fake_calm();
	fake.held = true;
	assert_int_equal(release_all(&f), RUN_UNDONE);
	assert_int_equal(fake.writes, 0);
	assert_string_equal(f.text, "/dev/vfio/5 is in use by 77 (qemu-system-aar)");
	fake.held = false;
	assert_int_equal(release_all(&f), RUN_DONE);
}

/* An unbind would wait for the user, so a report is better. */
static void undo_never_waits_for_a_user(void **state)
{
	struct fault f;

	(void)state;
	fake.held = true; /* a process opens it between the bind and the undo */
	fake.fail_write = 5;
	fake.fail_err = EIO;
	assert_int_equal(bind_all(&f), RUN_STUCK);
	assert_false(fake.blocked);
	assert_non_null(strstr(f.fix, "/dev/vfio/5 is in use by 77"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(binds_all_devices_and_then_has_nothing_to_do, boot),
		cmocka_unit_test_setup(gives_back_what_the_kernel_finds_a_driver_for, boot),
		cmocka_unit_test_setup(any_failed_write_of_bind_is_undone, boot),
		cmocka_unit_test_setup(any_failed_write_of_unbind_is_undone, boot),
		cmocka_unit_test_setup(any_failed_call_leaves_no_half_state, boot),
		cmocka_unit_test_setup(a_signal_at_any_step_is_undone, boot),
		cmocka_unit_test_setup(each_signal_that_ends_programs_is_undone, boot),
		cmocka_unit_test_setup(a_signal_stops_an_unbind_too, boot),
		cmocka_unit_test_setup(a_killed_bind_can_be_completed, boot),
		cmocka_unit_test_setup(a_killed_bind_can_be_released, boot),
		cmocka_unit_test_setup(a_killed_unbind_can_be_completed, boot),
		cmocka_unit_test_setup(names_each_device_that_could_not_be_put_back, boot),
		cmocka_unit_test_setup(undo_survives_any_failed_call, boot),
		cmocka_unit_test_setup(knows_that_nothing_is_seen, boot),
		cmocka_unit_test_setup(unbind_refuses_while_the_group_is_held, boot),
		cmocka_unit_test_setup(undo_never_waits_for_a_user, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
