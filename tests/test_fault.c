/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"

static void keeps_code_and_text(void **state)
{
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(fault_set(&f, -ENODEV, "%s: no %s", "fec1", "group"), -ENODEV);
	assert_int_equal(f.code, -ENODEV);
	assert_string_equal(f.text, "fec1: no group");
	assert_string_equal(f.fix, "");
}

static void replaces_an_earlier_fault_with_its_fix(void **state)
{
	struct fault f = { 0 };

	(void)state;
	fault_set(&f, -ENODEV, "a long text of the first fault");
	assert_int_equal(fault_fix(&f, "use %d", 2), -ENODEV);
	assert_string_equal(f.fix, "use 2");
	fault_fix(&f, "or %d", 3);
	assert_string_equal(f.fix, "or 3");
	fault_set(&f, -EPERM, "second");
	assert_string_equal(f.text, "second");
	assert_string_equal(f.fix, "");
}

static void puts_the_outer_context_first(void **state)
{
	struct fault f = { 0 };

	(void)state;
	fault_set(&f, -EINVAL, "no reg");
	fault_fix(&f, "add one");
	assert_int_equal(fault_in(&f, "node %d", 3), -EINVAL);
	assert_int_equal(fault_in(&f, "file"), -EINVAL);
	assert_string_equal(f.text, "file: node 3: no reg");
	assert_string_equal(f.fix, "add one");
}

static void cuts_the_middle_of_what_is_too_long(void **state)
{
	char many[2 * FAULT_TEXT_MAX];
	struct fault f = { 0 };

	(void)state;
	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	fault_set(&f, -EINVAL, "cannot open %s: no such file", many);
	assert_int_equal(strlen(f.text), FAULT_TEXT_MAX - 1);
	assert_memory_equal(f.text, "cannot open xxx", 15);
	assert_non_null(strstr(f.text, "xxx...xxx"));
	assert_string_equal(f.text + FAULT_TEXT_MAX - 1 - 17, "xxx: no such file");
	assert_string_equal(f.fix, "");
	fault_fix(&f, "%s.", many);
	assert_int_equal(strlen(f.fix), FAULT_FIX_MAX - 1);
	assert_string_equal(f.fix + FAULT_FIX_MAX - 1 - 3, "xx.");
	assert_int_equal(fault_in(&f, "%s", many), -EINVAL);
	assert_int_equal(strlen(f.text), FAULT_TEXT_MAX - 1);
	assert_string_equal(f.text + FAULT_TEXT_MAX - 1 - 17, "xxx: no such file");
	/* also in the middle of a character */
	memset(many + FAULT_TEXT_MAX / 2 - 1, '\xc3', 1);
	memset(many + FAULT_TEXT_MAX / 2, '\xa4', 1);
	fault_set(&f, -EINVAL, "%s", many);
	assert_non_null(strstr(f.text, "xx?...xx"));
}

static void a_text_that_fits_is_whole(void **state)
{
	char path[FAULT_TEXT_MAX - 3];
	struct fault f = { 0 };

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_true(sizeof(path) > PATH_MAX);
	fault_set(&f, -EINVAL, "%s:no", path);
	assert_int_equal(strlen(f.text), FAULT_TEXT_MAX - 1);
	assert_null(strchr(f.text, '.'));
	fault_set(&f, -EINVAL, "%s:not", path);
	assert_int_equal(strlen(f.text), FAULT_TEXT_MAX - 1);
	assert_string_equal(f.text + FAULT_TEXT_MAX - 1 - 6, "xx:not");
	assert_non_null(strchr(f.text, '.'));
}

static void keeps_a_fault_on_one_printable_line(void **state)
{
	struct fault f = { 0 };

	(void)state;
	fault_set(&f, -EINVAL, "a\nb\033[31m%s\x7f", "\xc3\xa4\xc3(\xc2\x9b");
	assert_string_equal(f.text, "a?b?[31m\u00e4?(???");
	fault_fix(&f, "x\ty");
	assert_string_equal(f.fix, "x?y");
	fault_in(&f, "c\rd");
	assert_string_equal(f.text, "c?d: a?b?[31m\u00e4?(???");
}

static void says_that_memory_ran_out(void **state)
{
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(fault_oom(&f), -ENOMEM);
	assert_int_equal(f.code, -ENOMEM);
	assert_string_equal(f.text, "out of memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_code_and_text),
		cmocka_unit_test(replaces_an_earlier_fault_with_its_fix),
		cmocka_unit_test(puts_the_outer_context_first),
		cmocka_unit_test(cuts_the_middle_of_what_is_too_long),
		cmocka_unit_test(a_text_that_fits_is_whole),
		cmocka_unit_test(keeps_a_fault_on_one_printable_line),
		cmocka_unit_test(says_that_memory_ran_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
