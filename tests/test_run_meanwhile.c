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

/* A device is removed before any call: the others are as they were. */
static void a_device_that_vanishes_stops_a_bind(void **state)
{
	enum run_result result;
	struct fault f;
	int k, undone = 0;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (size_t device = 1; boot_number(i), device < fake.n; device++) {
			for (k = 1;; k++) {
				boot_number(i);
				at_start = fake;
				fake.vanish_call = k;
				fake.rival = device;
				result = bind_all(&f);
				if (fake.calls < k)
					break;
				/* bound already, when nothing was to be asked any more */
				if (result != RUN_DONE)
					assert_true(is_as_booted());
				undone += result != RUN_DONE;
				assert_can_be_released();
			}
			assert_int_equal(result, RUN_DONE);
		}
	}
	assert_true(undone > 1000);
}

/* The host's driver takes a device after any write. */
static void a_driver_that_takes_a_device_stops_a_bind(void **state)
{
	enum run_result result;
	struct fault f;
	int k, undone = 0;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (size_t device = 1; boot_number(i), device < fake.n; device++) {
			for (k = 1;; k++) {
				boot_number(i);
				at_start = fake;
				fake.steal_write = k;
				fake.rival = device;
				result = bind_all(&f);
				if (fake.writes < k)
					break;
				assert_true(result == RUN_DONE ? is_bound() : is_as_booted());
				undone += result == RUN_UNDONE;
				assert_can_be_released();
			}
		}
	}
	assert_true(undone > 50);
}

static void a_device_that_vanishes_leaves_no_half_unbind(void **state)
{
	enum run_result result;
	struct fault f;
	int k;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		for (size_t device = 1; boot_number(i), device < fake.n; device++) {
			for (k = 1;; k++) {
				boot_number(i);
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
		}
	}
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
