/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check_row.h"

void check_row_says(const struct facts *facts, const char *name, enum verdict v,
		    const char *evidence)
{
	struct finding one = { .check = check_named(name), .verdict = VERDICT_OK };

	one.check->run(facts, &one);
	assert_string_equal(one.evidence, evidence);
	assert_int_equal(one.verdict, v);
}
