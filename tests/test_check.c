/* SPDX-License-Identifier: Apache-2.0 */
/* The table of checks itself; check*.t have what each of them finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "check/facts.h"

static struct finding found[CHECKS_MAX];

static void every_row_is_complete_and_named_once(void **state)
{
	const struct check *c;
	size_t n;

	(void)state;
	for (n = 0; (c = check_at(n)); n++) {
		assert_ptr_equal(check_named(c->name), c);
		assert_non_null(c->run);
		assert_true(c->what && c->cause && c->see && c->source && c->fix);
		assert_true(strlen(c->fix) < FAULT_FIX_MAX);
		assert_true(n == 0 || check_at(n - 1)->stage <= c->stage);
	}
	assert_true(n > 40 && n <= CHECKS_MAX);
	assert_null(check_named("no-such-check"));
}

/* No two rows share a fix. */
static void every_row_has_its_own_fix(void **state)
{
	const struct check *c, *other;

	(void)state;
	for (size_t n = 0; (c = check_at(n)); n++) {
		for (size_t k = 0; k < n && (other = check_at(k)); k++)
			assert_string_not_equal(c->fix, other->fix);
	}
}

/* A row before the one that it needs would never be blocked. */
static void a_row_comes_after_what_it_needs(void **state)
{
	const struct check *c;
	char names[256];

	(void)state;
	for (size_t n = 0; (c = check_at(n)); n++) {
		assert_true(snprintf(names, sizeof(names), "%s", c->needs ?: "") <
			    (int)sizeof(names));
		for (char *name = strtok(names, " "); name; name = strtok(NULL, " ")) {
			size_t k = 0;

			while (k < n && strcmp(check_at(k)->name, name))
				k++;
			assert_true(k < n && check_needs(c, check_at(k)));
		}
	}
}

static void a_name_may_be_written_with_underscores(void **state)
{
	(void)state;
	assert_non_null(check_named("stream-id"));
	assert_ptr_equal(check_named("stream_id"), check_named("stream-id"));
	assert_ptr_equal(check_named("config_kvm"), check_named("config-kvm"));
	assert_null(check_named("stream-i"));
	assert_null(check_named("stream-idx"));
	assert_null(check_named(""));
}

static void nothing_is_checked_where_nothing_is_seen(void **state)
{
	static const struct profile profile = { .fits = { "board", sizeof("board") } };
	static const struct facts facts = {
		.profile = &profile,
		.tree.unseen = "no tree",
		.host_unseen = "no host",
		.kernel.config_unseen = "no configuration",
		.log.unseen = "no log",
		.qemu.unseen = "no QEMU",
		.crosvm.unseen = "no crosvm",
		.firmware = { .asked = true, .unseen = "no firmware" },
	};
	size_t n;

	(void)state;
	n = checks_run(&facts, found);
	assert_null(check_at(n));
	for (size_t i = 0; i < n; i++) {
		bool first = !strcmp(found[i].check->name, "board");

		assert_ptr_equal(found[i].check, check_at(i));
		assert_int_equal(found[i].verdict, first ? VERDICT_FAIL : VERDICT_SKIP);
		/* not blocked by the board that fails: there was nothing to see */
		assert_int_equal(found[i].not_seen, !first);
		assert_null(found[i].blocker);
		assert_int_equal(strncmp(found[i].evidence, "not seen: no ", 13) == 0, !first);
		assert_int_equal(*found[i].fix != '\0', first);
	}
}

static void a_strange_name_stays_on_its_line(void **state)
{
	struct finding one = { 0 };
	struct fault f = { 0 };

	(void)state;
	finding_set(&one, VERDICT_OK, "a\n\033[31mb");
	assert_string_equal(one.evidence, "a??[31mb");
	fault_set(&f, -1, "%0*d", FAULT_TEXT_MAX - 2, 0);
	finding_fault(&one, VERDICT_WARN, &f);
	assert_string_equal(one.evidence, f.text);
	finding_not_seen(&one, "no file");
	assert_true(one.not_seen);
	finding_blocked(&one, "smmu");
	assert_ptr_equal(one.blocker, check_named("smmu"));
	assert_false(one.not_seen);
	finding_explain(&one, REASON_BUSY, "dev");
	assert_int_equal(one.verdict, VERDICT_FAIL);
	assert_null(one.blocker);
}

static void a_mode_says_who_may_open_a_file(void **state)
{
	static const struct vmm_user root = { .id = 0 };
	static const struct vmm_user owner = { .id = 7, .groups = { 9 }, .n_groups = 1 };
	static const struct vmm_user member = { .id = 8, .groups = { 5, 4 }, .n_groups = 2 };
	static const struct vmm_user other = { .id = 8, .groups = { 4 }, .n_groups = 1 };
	static const struct vmm_user nobody = { .id = 8 };
	static const struct vmm_user recorded = { .id = 8, .n_groups = -1 };
	static const struct vmm_user self = { .id = 8, .is_self = true };
	static const struct {
		mode_t mode;
		enum access owner, member, other, recorded;
	} cases[] = {
		{ 0600, ACCESS_YES, ACCESS_NO, ACCESS_NO, ACCESS_NO },
		{ 0660, ACCESS_YES, ACCESS_YES, ACCESS_NO, ACCESS_UNKNOWN },
		{ 0666, ACCESS_YES, ACCESS_YES, ACCESS_YES, ACCESS_YES },
		{ 0606, ACCESS_YES, ACCESS_NO, ACCESS_YES, ACCESS_UNKNOWN },
		{ 0066, ACCESS_NO, ACCESS_YES, ACCESS_YES, ACCESS_YES },
		{ 0640, ACCESS_YES, ACCESS_NO, ACCESS_NO, ACCESS_NO },
		{ 0644, ACCESS_YES, ACCESS_NO, ACCESS_NO, ACCESS_NO },
		{ 0422, ACCESS_NO, ACCESS_NO, ACCESS_NO, ACCESS_NO },
		{ 0777, ACCESS_YES, ACCESS_YES, ACCESS_YES, ACCESS_YES },
		{ 0771, ACCESS_YES, ACCESS_YES, ACCESS_NO, ACCESS_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct file_facts file = { .mode = cases[i].mode, .user = 7, .group = 5 };

		assert_int_equal(file_access(&file, &root), ACCESS_YES);
		assert_int_equal(file_access(&file, &owner), cases[i].owner);
		assert_int_equal(file_access(&file, &member), cases[i].member);
		assert_int_equal(file_access(&file, &other), cases[i].other);
		assert_int_equal(file_access(&file, &nobody), cases[i].other);
		assert_int_equal(file_access(&file, &recorded), cases[i].recorded);
		/* of this process's own user the kernel knows more than the mode */
		assert_int_equal(file_access(&file, &self), ACCESS_YES);
		file.denied = true;
		assert_int_equal(file_access(&file, &self), ACCESS_NO);
	}
}

static void an_unknown_version_is_not_before_any(void **state)
{
	static const struct version unknown = { 0, 0 }, v = { 6, 1 };

	(void)state;
	assert_false(version_before(&unknown, 99, 0));
	assert_false(version_before(&v, 6, 1));
	assert_true(version_before(&v, 6, 2));
	assert_true(version_before(&v, 7, 0));
	assert_false(version_before(&v, 5, 19));
}

/* Run one row about the VMM. */
static const struct finding *run_row(const char *name, const struct facts *facts)
{
	static struct finding one;

	one = (struct finding){ 0 };
	check_named(name)->run(facts, &one);
	return &one;
}

static void assert_found(const struct finding *one, enum verdict v, const char *evidence)
{
	assert_int_equal(one->verdict, v);
	assert_string_equal(one->evidence, evidence);
}

static void crosvm_must_have_both_options(void **state)
{
	static struct facts facts = { .vmm = VMM_CROSVM };

	(void)state;
	assert_found(run_row("crosvm", &facts), VERDICT_FAIL,
		     "'crosvm run --help' does not mention --device-tree-overlay");
	facts.crosvm.has_overlay = true;
	assert_found(run_row("crosvm", &facts), VERDICT_FAIL,
		     "'crosvm run --help' does not mention dt-symbol of --vfio");
	facts.crosvm.has_symbol = true;
	assert_found(run_row("crosvm", &facts), VERDICT_OK,
		     "crosvm has --device-tree-overlay and dt-symbol");
}

static void rows_of_the_other_vmm_are_skipped(void **state)
{
	static const char *const qemu_rows[] = { "qemu", "qemu-device", "irqfd" };
	static struct facts facts = { .vmm = VMM_CROSVM };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_found(run_row(qemu_rows[i], &facts), VERDICT_SKIP,
			     "not checked: the VMM is crosvm");
	facts.vmm = VMM_QEMU;
	assert_found(run_row("crosvm", &facts), VERDICT_SKIP, "not checked: the VMM is QEMU");
	assert_int_not_equal(run_row("qemu", &facts)->verdict, VERDICT_SKIP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete_and_named_once),
		cmocka_unit_test(every_row_has_its_own_fix),
		cmocka_unit_test(a_row_comes_after_what_it_needs),
		cmocka_unit_test(a_name_may_be_written_with_underscores),
		cmocka_unit_test(nothing_is_checked_where_nothing_is_seen),
		cmocka_unit_test(crosvm_must_have_both_options),
		cmocka_unit_test(rows_of_the_other_vmm_are_skipped),
		cmocka_unit_test(a_strange_name_stays_on_its_line),
		cmocka_unit_test(a_mode_says_who_may_open_a_file),
		cmocka_unit_test(an_unknown_version_is_not_before_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
