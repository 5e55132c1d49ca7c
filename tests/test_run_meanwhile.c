/* SPDX-License-Identifier: Apache-2.0 */
/* run: all or none, whatever others do to the devices meanwhile. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"

/* Afterwards, whatever had happened: no device that is there is left to vfio-platform. */
static void assert_can_be_released(void)
{
	struct fault f;

	fake_calm();
	assert_int_equal(release_all(&f), RUN_DONE);
	assert_true(is_free());
}

/* Try it for each device of each board; the sum of what the tries return. */
static int sum_over_devices(int (*try)(size_t boot, size_t device))
{
	int sum = 0;

	for (size_t i = 0; i < N_BOOTS; i++) {
		for (size_t device = 1; boot_number(i), device < fake.n; device++)
			sum += try(i, device);
	}
	return sum;
}

/* The device is removed before each call in turn; how many binds were undone. */
static int bind_while_it_vanishes(size_t boot, size_t device)
{
	enum run_result result;
	struct fault f;
	int undone = 0;

	for (int k = 1;; k++) {
		boot_number(boot);
		at_start = fake;
		fake.vanish_call = k;
		fake.rival = device;
		result = bind_all(&f);
		if (fake.calls < k)
			break;
		/* it may vanish after the last question about it */
		if (result != RUN_DONE)
			assert_true(is_as_booted());
		undone += result != RUN_DONE;
		assert_can_be_released();
	}
	assert_int_equal(result, RUN_DONE);
	return undone;
}

static void a_device_that_vanishes_stops_a_bind(void **state)
{
	(void)state;
	assert_true(sum_over_devices(bind_while_it_vanishes) > 1000);
}

/* The host's driver takes the device after each write in turn; how many binds were undone. */
static int bind_while_it_is_taken(size_t boot, size_t device)
{
	enum run_result result;
	struct fault f;
	int undone = 0;

	for (int k = 1;; k++) {
		boot_number(boot);
		at_start = fake;
		fake.steal_write = k;
		fake.rival = device;
		result = bind_all(&f);
		if (fake.writes < k)
			return undone;
		assert_true(result == RUN_DONE ? is_bound() : is_as_booted());
		undone += result == RUN_UNDONE;
		assert_can_be_released();
	}
}

static void a_driver_that_takes_a_device_stops_a_bind(void **state)
{
	(void)state;
	assert_true(sum_over_devices(bind_while_it_is_taken) > 50);
}

/* The device is removed before each call of an unbind in turn; how many calls there are. */
static int unbind_while_it_vanishes(size_t boot, size_t device)
{
	enum run_result result;
	struct fault f;
	int k;

	for (k = 1;; k++) {
		boot_number(boot);
		assert_int_equal(bind_all(&f), RUN_DONE);
		fake_calm();
		at_start = fake;
		fake.vanish_call = k;
		fake.rival = device;
		result = release_all(&f);
		if (fake.calls < k)
			break;
		assert_true(result == RUN_DONE ? is_free() : is_as_booted());
		assert_can_be_released();
	}
	assert_true(k > 50);
	return k;
}

static void a_device_that_vanishes_leaves_no_half_unbind(void **state)
{
	(void)state;
	assert_true(sum_over_devices(unbind_while_it_vanishes) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_vanishes_stops_a_bind),
		cmocka_unit_test(a_device_that_vanishes_leaves_no_half_unbind),
		cmocka_unit_test(a_driver_that_takes_a_device_stops_a_bind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
