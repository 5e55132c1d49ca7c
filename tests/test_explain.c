/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vfio/explain.h"

#define SEEN(e)                                                               \
	{                                                                     \
		.err = -(e), .reset = RESET_NOT_REQUIRED, .has_driver = true, \
		.has_compatible = true, .has_iommus = true, .has_smmu = true, \
		.has_group = true,                                            \
	}

static void tells_each_failure_apart(void **state)
{
	static const struct {
		struct symptoms seen;
		enum reason reason;
	} cases[] = {
		{ SEEN(ENOENT), REASON_RESET_IGNORED }, { SEEN(EINVAL), REASON_NOT_COHERENT },
		{ SEEN(ENODEV), REASON_HIDDEN },	{ SEEN(EAGAIN), REASON_DEFERRED },
		{ SEEN(EBUSY), REASON_BUSY },		{ SEEN(EACCES), REASON_NOT_ROOT },
		{ SEEN(EPERM), REASON_NOT_ROOT },	{ SEEN(EIO), REASON_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(explain_bind(&cases[i].seen), cases[i].reason);
}

static void a_missing_driver_is_not_a_missing_reset(void **state)
{
	struct symptoms s = SEEN(ENOENT);

	(void)state;
	s.reset = RESET_REQUIRED;
	assert_int_equal(explain_bind(&s), REASON_RESET);
	s.has_driver = false;
	assert_int_equal(explain_bind(&s), REASON_NO_DRIVER);
}

static void einval_is_the_group_or_coherence_or_compatible(void **state)
{
	struct symptoms s = SEEN(EINVAL);

	(void)state;
	s.has_group = false;
	assert_int_equal(explain_bind(&s), REASON_BAD_STREAM);
	s.has_smmu = false;
	assert_int_equal(explain_bind(&s), REASON_NO_SMMU);
	s.has_iommus = false;
	assert_int_equal(explain_bind(&s), REASON_NO_IOMMUS);
	s.has_compatible = false;
	assert_int_equal(explain_bind(&s), REASON_NO_COMPATIBLE);
}

/* Linux 5.10 says ENODEV whatever it was. */
static void enodev_is_read_from_what_can_be_seen(void **state)
{
	struct symptoms s = SEEN(ENODEV);

	(void)state;
	s.has_group = false;
	assert_int_equal(explain_bind(&s), REASON_BAD_STREAM);
	s.has_compatible = false;
	assert_int_equal(explain_bind(&s), REASON_NO_COMPATIBLE);
	s.reset = RESET_REQUIRED;
	assert_int_equal(explain_bind(&s), REASON_RESET);
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
	assert_string_equal(f.text,
			    "dev: no: it is taken, or a user of VFIO holds its IOMMU group");
	assert_string_equal(f.fix, explanation_of(REASON_BUSY)->fix);
	assert_int_equal(explain(&f, -EIO, REASON_OTHER, "only %s", "this"), -EIO);
	assert_string_equal(f.text, "only this");
	assert_string_equal(f.fix, "");
}

static void a_look_before_the_bind_tells_what_it_will_fail_with(void **state)
{
	struct symptoms s = SEEN(0);

	(void)state;
	assert_int_equal(explain_before(&s), REASON_OTHER);
	/* Linux before 6.15 makes the group not earlier than at the bind */
	s.has_group = false;
	assert_int_equal(explain_before(&s), REASON_OTHER);
	s.has_smmu = false;
	assert_int_equal(explain_before(&s), REASON_NO_SMMU);
	s.has_iommus = false;
	assert_int_equal(explain_before(&s), REASON_NO_IOMMUS);
	s.has_group = true;
	assert_int_equal(explain_before(&s), REASON_OTHER);
	s.has_compatible = false;
	assert_int_equal(explain_before(&s), REASON_NO_COMPATIBLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_each_failure_apart),
		cmocka_unit_test(a_missing_driver_is_not_a_missing_reset),
		cmocka_unit_test(einval_is_the_group_or_coherence_or_compatible),
		cmocka_unit_test(enodev_is_read_from_what_can_be_seen),
		cmocka_unit_test(every_reason_has_its_own_text),
		cmocka_unit_test(puts_the_context_before_the_text),
		cmocka_unit_test(a_look_before_the_bind_tells_what_it_will_fail_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
