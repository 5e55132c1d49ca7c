/* SPDX-License-Identifier: Apache-2.0 */
/* The table of checks itself; what each of them finds is in check.t. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "check/facts.h"

static struct finding found[CHECKS_MAX];

static size_t number_of(const struct check *c)
{
	size_t i = 0;

	while (check_at(i) != c)
		i++;
	return i;
}

static void every_row_is_complete_and_named_once(void **state)
{
	const struct check *c;
	size_t n;

	(void)state;
	for (n = 0; (c = check_at(n)); n++) {
		assert_ptr_equal(check_named(c->name), c);
		assert_true(!c->run == !!c->run_option && !c->option == !c->run_option);
		assert_true(c->what && c->cause && c->see && c->source);
		assert_non_null(check_fix(c));
		assert_true(strlen(check_fix(c)) < FINDING_TEXT_MAX);
		assert_true(n == 0 || check_at(n - 1)->stage <= c->stage);
	}
	assert_true(n > 40 && n <= CHECKS_MAX);
	assert_null(check_named("no-such-check"));
}

/* A row that stood behind what it waits for would never be held back. */
static void what_a_row_needs_stands_before_it(void **state)
{
	const struct check *c;

	(void)state;
	for (size_t n = 0; (c = check_at(n)); n++) {
		for (size_t i = 0; i < CHECK_NEEDS_MAX && c->needs[i]; i++) {
			const struct check *needed = check_named(c->needs[i]);

			assert_non_null(needed);
			assert_true(number_of(needed) < n);
		}
	}
}

static void nothing_is_judged_where_nothing_can_be_seen(void **state)
{
	static const struct profile profile = { .fits = "board" };
	static const struct facts facts = {
		.profile = &profile,
		.tree.unseen = "no tree",
		.no_host = "no host",
		.kernel.no_config = "no configuration",
		.qemu.unseen = "no QEMU",
	};

	(void)state;
	checks_run(&facts, found);
	for (size_t i = 0; check_at(i); i++) {
		bool first = !strcmp(check_at(i)->name, "board");

		assert_int_equal(found[i].verdict, first ? VERDICT_FAIL : VERDICT_SKIP);
		assert_true(*found[i].evidence);
		assert_int_equal(*found[i].fix != '\0', first);
	}
}

static void strange_names_stay_on_their_line(void **state)
{
	struct finding one = { 0 };
	struct fault f = { 0 };

	(void)state;
	finding_set(&one, VERDICT_OK, "a\n\033[31mb");
	assert_string_equal(one.evidence, "a??[31mb");
	fault_set(&f, -1, "%0*d", FAULT_TEXT_MAX - 2, 0);
	finding_fault(&one, VERDICT_WARN, &f);
	assert_int_equal(strlen(one.evidence), FINDING_TEXT_MAX - 1);
	finding_explain(&one, REASON_BUSY, "dev");
	assert_int_equal(one.verdict, VERDICT_FAIL);
	assert_string_equal(one.fix, explanation_of(REASON_BUSY)->fix);
}

static void an_unknown_version_is_before_none(void **state)
{
	static const struct version unknown = { 0, 0 }, v = { 6, 1 };

	(void)state;
	assert_false(version_before(&unknown, 99, 0));
	assert_false(version_before(&v, 6, 1));
	assert_true(version_before(&v, 6, 2));
	assert_true(version_before(&v, 7, 0));
	assert_false(version_before(&v, 5, 19));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete_and_named_once),
		cmocka_unit_test(what_a_row_needs_stands_before_it),
		cmocka_unit_test(nothing_is_judged_where_nothing_can_be_seen),
		cmocka_unit_test(strange_names_stay_on_their_line),
		cmocka_unit_test(an_unknown_version_is_before_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
