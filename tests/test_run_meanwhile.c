/* SPDX-License-Identifier: Apache-2.0 */
/* run: all or none, whatever others do to the devices meanwhile, and what comes last. */
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

/* What others do to a device while imxpt binds or releases all. */
struct meddling {
	int *when;	  /* at this call of the fake, or write */
	const int *count; /* of them */
	bool binds;	  /* else it releases */
	bool is_seen;	  /* imxpt asks after it for the device again */
};

static const struct meddling vanishes_in_bind = { &fake.vanish_call, &fake.calls, true,
						  false };
static const struct meddling vanishes_in_release = { &fake.vanish_call, &fake.calls, false,
						     true };
static const struct meddling taken_in_bind = { &fake.steal_write, &fake.writes, true, true };

/* Meddle at each call or write in turn; how many runs were undone. */
static int meddle(const struct meddling *m, size_t boot, size_t device)
{
	enum run_result result;
	struct fault f;
	int undone = 0;

	for (int k = 1;; k++) {
		boot_number(boot);
		if (!m->binds)
			assert_int_equal(bind_all(&f), RUN_DONE);
		fake_calm();
		at_start = fake;
		*m->when = k;
		fake.rival = device;
		result = m->binds ? bind_all(&f) : release_all(&f);
		if (*m->count < k)
			break;
		if (result != RUN_DONE)
			assert_true(is_as_booted());
		else if (m->is_seen)
			assert_true(m->binds ? is_bound() : is_free());
		undone += result == RUN_UNDONE;
		assert_can_be_released();
	}
	assert_int_equal(result, RUN_DONE);
	return undone;
}

/* The same for each device of each board. */
static int meddle_with_all(const struct meddling *m)
{
	int undone = 0;

	for (size_t i = 0; i < N_BOOTS; i++) {
		for (size_t device = 1; boot_number(i), device < fake.n; device++)
			undone += meddle(m, i, device);
	}
	return undone;
}

static void a_device_that_vanishes_stops_a_bind(void **state)
{
	(void)state;
	assert_true(meddle_with_all(&vanishes_in_bind) > 1000);
}

static void a_driver_that_takes_a_device_stops_a_bind(void **state)
{
	(void)state;
	assert_true(meddle_with_all(&taken_in_bind) > 50);
}

static void a_device_that_vanishes_leaves_no_half_unbind(void **state)
{
	(void)state;
	assert_true(meddle_with_all(&vanishes_in_release) > 50);
}

/* The devices are bound when it runs. */
static int answer_last(void *last_arg, struct fault *f)
{
	const int *answer = last_arg;

	assert_true(is_bound());
	return *answer ? fault_set(f, *answer, "the last step") : 0;
}

static void what_comes_last_leaves_all_devices_bound_or_none(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 0; i < N_BOOTS; i++) {
		boot_number(i);
		at_start = fake;
		assert_int_equal(bind_and(&OWNER_STAYS, answer_last, -EIO, &f), RUN_UNDONE);
		assert_string_equal(f.text, "the last step");
		assert_true(is_as_booted());
		assert_int_equal(bind_and(&OWNER_STAYS, answer_last, 0, &f), RUN_DONE);
		/* with nothing to do before it, too */
		assert_int_equal(bind_and(&OWNER_STAYS, answer_last, -EIO, &f), RUN_UNDONE);
		assert_true(is_bound());
	}
}

static void devices_that_were_bound_before_stay_so(void **state)
{
	struct fault f;

	(void)state;
	boot_with_drivers();
	strcpy(fake.devices[2].driver, VFIO_DRIVER);
	strcpy(fake.devices[2].override, VFIO_DRIVER);
	at_start = fake;
	assert_int_equal(bind_and(&OWNER_STAYS, answer_last, -EIO, &f), RUN_UNDONE);
	assert_true(is_as_booted());
}

static void what_needs_the_devices_bound_keeps_them(void **state)
{
	struct fault f;

	(void)state;
	fake_boot();
	assert_int_equal(bind_and(&OWNER_STAYS, answer_last, -ENOTRECOVERABLE, &f), RUN_STUCK);
	assert_true(is_bound());
}

/* Also of devices that were bound before, whose file stays. */
static void a_file_gets_its_owner_back(void **state)
{
	const struct owner kvm = { 107, (gid_t)-1 };
	struct fault f;

	(void)state;
	fake_boot();
	assert_int_equal(bind_all(&f), RUN_DONE);
	fake_calm();
	assert_int_equal(bind_and(&kvm, answer_last, -EIO, &f), RUN_UNDONE);
	assert_string_equal(f.text, "the last step");
	assert_int_equal(fake.owner, 0);
	fake_calm();
	fake.fail_write = fake.writes + 3; /* the wait, the owner */
	fake.fail_err = EPERM;
	assert_int_equal(bind_and(&kvm, answer_last, -EIO, &f), RUN_STUCK);
	assert_string_equal(f.text, "cannot change the owner of /dev/vfio/5: Operation not "
				    "permitted; before that: the last step");
	assert_int_equal(f.code, -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_vanishes_stops_a_bind),
		cmocka_unit_test(a_device_that_vanishes_leaves_no_half_unbind),
		cmocka_unit_test(a_driver_that_takes_a_device_stops_a_bind),
		cmocka_unit_test(what_comes_last_leaves_all_devices_bound_or_none),
		cmocka_unit_test(devices_that_were_bound_before_stay_so),
		cmocka_unit_test(what_needs_the_devices_bound_keeps_them),
		cmocka_unit_test(a_file_gets_its_owner_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
