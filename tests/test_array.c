/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/array.h"
#include "oom.h"

#define N 1000

static void has_space_for_each_element(void **state)
{
	struct fault f = { 0 };
	int *v = NULL;

	(void)state;
	for (int i = 0; i < N; i++) {
		v = array_grow(v, (size_t)i, sizeof(*v), &f);
		assert_non_null(v);
		v[i] = i;
	}
	for (int i = 0; i < N; i++)
		assert_int_equal(v[i], i);
	free(v);
}

/* Do n elements need k allocations at least? */
static bool needs(int k, size_t n)
{
	struct fault f = { 0 };
	char *v = NULL;

	oom_arm(k);
	for (size_t i = 0; i < n; i++) {
		char *more = array_grow(v, i, 1, &f);

		if (!more)
			break;
		v = more;
		v[i] = 'x';
	}
	free(v);
	if (!oom_hit())
		return false;
	assert_int_equal(f.code, -ENOMEM);
	return true;
}

static void allocates_again_when_twice_as_many_are_there(void **state)
{
	(void)state;
	assert_true(needs(1, 1) && !needs(2, 16));
	assert_true(needs(2, 17) && !needs(3, 32));
	assert_true(needs(7, N) && !needs(8, N));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_space_for_each_element),
		cmocka_unit_test(allocates_again_when_twice_as_many_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
