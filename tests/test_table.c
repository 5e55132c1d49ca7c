/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/table.h"

static void assert_table(const char *const *cells, size_t n_rows, size_t n_columns,
			 const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	table_print(out, cells, NULL, n_rows, n_columns);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void aligns_columns_two_spaces_apart(void **state)
{
	static const char *const cells[] = {
		"DEVICE", "DRIVER", "GROUP", "a", "vfio-platform", "7", "5b040000.ethernet",
		"fec",	  "12"
	};

	(void)state;
	assert_table(cells, 3, 3,
		     "DEVICE             DRIVER         GROUP\n"
		     "a                  vfio-platform  7\n"
		     "5b040000.ethernet  fec            12\n");
}

static void colours_a_cell_without_moving_others(void **state)
{
	static const char *const cells[] = { "ok", "a", "warn", "b" };
	static const unsigned char colours[] = { 32, 0, 33, 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	table_print(out, cells, colours, 2, 2);
	fclose(out);
	assert_string_equal(text, "\033[32mok\033[0m    a\n"
				  "\033[33mwarn\033[0m  b\n");
	free(text);
}

static void shows_an_empty_cell_as_a_dash(void **state)
{
	static const char *const cells[] = { NULL, "x", "", NULL };

	(void)state;
	assert_table(cells, 2, 2, "-  x\n-  -\n");
}

static void aligns_what_is_not_ascii(void **state)
{
	static const char *const cells[] = { "\u00e4\u20ac", "x", "a\nb", "y" };

	(void)state;
	assert_table(cells, 2, 2,
		     "\u00e4\u20ac      x\n"
		     "a\\x0ab  y\n");
}

static void takes_one_column_and_as_many_as_allowed(void **state)
{
	static const char *const cells[TABLE_COLUMNS_MAX] = { "1", "2", "3", "4",
							      "5", "6", "7", "8" };

	(void)state;
	assert_table(cells, 2, 1, "1\n2\n");
	assert_table(cells, 1, TABLE_COLUMNS_MAX, "1  2  3  4  5  6  7  8\n");
}

static void writes_nothing_for_no_rows(void **state)
{
	static const char *const cells[] = { "never" };

	(void)state;
	assert_table(cells, 0, 3, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns_columns_two_spaces_apart),
		cmocka_unit_test(colours_a_cell_without_moving_others),
		cmocka_unit_test(shows_an_empty_cell_as_a_dash),
		cmocka_unit_test(aligns_what_is_not_ascii),
		cmocka_unit_test(takes_one_column_and_as_many_as_allowed),
		cmocka_unit_test(writes_nothing_for_no_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
