/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vfio/step.h"

static struct snapshot s;
static struct device *const d = &s.devices[1];

/* A device that has all it needs, and one that has nothing. */
static int set_up(void **state)
{
	(void)state;
	s = (struct snapshot){ .n_devices = 2,
			       .devices = { { .group = GROUP_NONE } },
			       .has_driver = true,
			       .has_iommu = true,
			       .reset = RESET_NOT_REQUIRED };
	*d = (struct device){ .group = 5, .has_compatible = true, .has_iommus = true };
	return 0;
}

static void tells_each_failure_apart(void **state)
{
	static const struct {
		int err;
		enum reason reason;
	} cases[] = {
		{ ENOENT, REASON_RESET_IGNORED }, { EINVAL, REASON_NOT_COHERENT },
		{ ENODEV, REASON_HIDDEN },	  { EAGAIN, REASON_DEFERRED },
		{ EBUSY, REASON_BUSY },		  { EACCES, REASON_NOT_ROOT },
		{ EPERM, REASON_NOT_ROOT },	  { EIO, REASON_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(explain_bind(&s, 1, -cases[i].err), cases[i].reason);
}

static void a_missing_driver_is_not_a_missing_reset(void **state)
{
	(void)state;
	s.reset = RESET_REQUIRED;
	assert_int_equal(explain_bind(&s, 1, -ENOENT), REASON_RESET);
	s.has_driver = false;
	assert_int_equal(explain_bind(&s, 1, -ENOENT), REASON_NO_DRIVER);
}

static void einval_is_the_group_or_coherence_or_compatible(void **state)
{
	(void)state;
	d->group = GROUP_NONE;
	assert_int_equal(explain_bind(&s, 1, -EINVAL), REASON_BAD_STREAM);
	s.has_iommu = false;
	assert_int_equal(explain_bind(&s, 1, -EINVAL), REASON_NO_SMMU);
	d->has_iommus = false;
	assert_int_equal(explain_bind(&s, 1, -EINVAL), REASON_NO_IOMMUS);
	d->has_compatible = false;
	assert_int_equal(explain_bind(&s, 1, -EINVAL), REASON_NO_COMPATIBLE);
}

/* Linux 5.10 answers ENODEV to any failure. */
static void enodev_is_read_from_what_can_be_seen(void **state)
{
	(void)state;
	d->group = GROUP_NONE;
	assert_int_equal(explain_bind(&s, 1, -ENODEV), REASON_BAD_STREAM);
	d->has_compatible = false;
	assert_int_equal(explain_bind(&s, 1, -ENODEV), REASON_NO_COMPATIBLE);
	s.reset = RESET_REQUIRED;
	assert_int_equal(explain_bind(&s, 1, -ENODEV), REASON_RESET);
}

static void every_reason_has_its_own_text(void **state)
{
	(void)state;
	for (int i = 0; i <= REASON_OTHER; i++) {
		const struct explanation *e = explanation_of((enum reason)i);

		assert_int_equal(e->text == NULL, i == REASON_OTHER);
		assert_int_equal(e->fix == NULL, i == REASON_OTHER);
		for (int k = 0; k < i; k++) {
			const struct explanation *other = explanation_of((enum reason)k);

			assert_string_not_equal(e->text ? e->text : "", other->text);
		}
	}
}

static void puts_the_context_before_the_text(void **state)
{
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(explain(&f, -EBUSY, REASON_BUSY, "%s: no", "dev"), -EBUSY);
	assert_string_equal(
		f.text,
		"dev: no: another driver has it, or a process has its IOMMU group open");
	assert_string_equal(f.fix, explanation_of(REASON_BUSY)->fix);
	assert_int_equal(explain(&f, -EIO, REASON_OTHER, "only %s", "this"), -EIO);
	assert_string_equal(f.text, "only this");
	assert_string_equal(f.fix, "");
}

static void predicts_what_a_bind_fails_with(void **state)
{
	(void)state;
	assert_int_equal(explain_before(&s, 1), REASON_OTHER);
	/* Linux before 6.15 makes the group not earlier than at the bind */
	d->group = GROUP_NONE;
	assert_int_equal(explain_before(&s, 1), REASON_OTHER);
	s.has_iommu = false;
	assert_int_equal(explain_before(&s, 1), REASON_NO_SMMU);
	d->has_iommus = false;
	assert_int_equal(explain_before(&s, 1), REASON_NO_IOMMUS);
	d->group = 0;
	assert_int_equal(explain_before(&s, 1), REASON_OTHER);
	d->has_compatible = false;
	assert_int_equal(explain_before(&s, 1), REASON_NO_COMPATIBLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tells_each_failure_apart, set_up),
		cmocka_unit_test_setup(a_missing_driver_is_not_a_missing_reset, set_up),
		cmocka_unit_test_setup(einval_is_the_group_or_coherence_or_compatible, set_up),
		cmocka_unit_test_setup(enodev_is_read_from_what_can_be_seen, set_up),
		cmocka_unit_test(every_reason_has_its_own_text),
		cmocka_unit_test(puts_the_context_before_the_text),
		cmocka_unit_test_setup(predicts_what_a_bind_fails_with, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
