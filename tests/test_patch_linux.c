/* SPDX-License-Identifier: Apache-2.0 */
/* What differs in a tree whose partition Linux makes. */
#include <errno.h>
#include <string.h>

#include "host/patch.h"
#include "oom.h"
#include "tree_fixture.h"

#define DOMAIN "/domu/doma@0"

static struct tree_fixture_board b;
static struct edits l;

static int open_it(void **state)
{
	(void)state;
	tree_fixture_board(&b, "board-domu");
	tree_fixture_set(&b.x, DOMAIN, "status", "okay", 5);
	edits_start(&l, &b.x.tree);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	edits_free(&l);
	tree_fixture_close(&b.x);
	return 0;
}

static int at(const char *path)
{
	return tree_fixture_at(&b.x.tree, path);
}

static const struct edit *edit_of(const char *path, const char *name)
{
	const struct edit *e = edits_find(&l, at(path), name);

	if (!e)
		fail_msg("no edit of %s %s", path, name);
	return e;
}

static void the_domain_is_disabled_and_the_mailbox_powered(void **state)
{
	struct fault f = { 0 };
	const struct edit *e;
	uint32_t phandle = b.x.tree.nodes[tree_compatible(&b.x.tree, "fsl,scu-pd")].phandle;

	(void)state;
	assert_int_equal(patch_linux(&b.board, at(DOMAIN), &l, &f), 0);
	assert_int_equal(l.n, 3);
	e = edit_of(DOMAIN, "status");
	assert_int_equal(e->size, sizeof("disabled"));
	assert_string_equal(e->value, "disabled");
	e = edit_of(MU2, "power-domains");
	assert_int_equal(e->size, 8);
	assert_int_equal(cells_get((struct cells){ e->value, 2 }, 0), phandle);
	assert_int_equal(cells_get((struct cells){ e->value, 2 }, 1), 215);
	e = edit_of(MU2, "fsl,sc_rsrc_id");
	assert_true(e->op == EDIT_SET && e->size == 0);
}

static void only_the_profiles_mailboxes_are_powered(void **state)
{
	struct fault f = { 0 };
	struct pass mailbox = b.profile.pass[2];
	int node = b.board.pass[2];

	(void)state;
	/* the mailbox is after the last device */
	b.profile.n_pass = 2;
	assert_int_equal(patch_linux(&b.board, at(DOMAIN), &l, &f), -ENOENT);
	tree_fixture_says(
		&f, -ENOENT,
		"the profile passes no mailbox, through which Linux could ask for the "
		"partition");
	assert_string_equal(f.fix, "choose a profile that passes MU_2A");
	/* it is the only one */
	b.profile.pass[0] = mailbox;
	b.board.pass[0] = node;
	b.profile.n_pass = 1;
	assert_int_equal(patch_linux(&b.board, at(DOMAIN), &l, &f), 0);
	edit_of(MU2, "power-domains");
}

static void a_tree_without_power_domains_is_refused(void **state)
{
	struct fault f = { 0 };
	char path[TREE_PATH_MAX];

	(void)state;
	tree_path(&b.x.tree, tree_compatible(&b.x.tree, "fsl,scu-pd"), path);
	tree_fixture_delete(&b.x, path, "compatible");
	assert_int_equal(patch_linux(&b.board, at(DOMAIN), &l, &f), -ENOENT);
	tree_fixture_says(
		&f, -ENOENT,
		"the tree has no power domains (fsl,scu-pd), so Linux cannot power the "
		"mailbox");
	assert_non_null(strstr(f.fix, "use the tree of Linux 6.9 or newer"));
}

/* The power controller has no phandle yet. */
static void survives_any_failed_allocation(void **state)
{
	char path[TREE_PATH_MAX];
	bool failed = true;

	(void)state;
	tree_path(&b.x.tree, tree_compatible(&b.x.tree, "fsl,scu-pd"), path);
	tree_fixture_delete(&b.x, path, "phandle");
	for (int n = 1; failed; n++) {
		struct fault f = { 0 };
		int ret;

		edits_free(&l);
		edits_start(&l, &b.x.tree);
		oom_arm(n);
		ret = patch_linux(&b.board, at(DOMAIN), &l, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_int_equal(f.code, ret);
	}
	assert_int_equal(l.n, 4);
}

static void only_a_mailbox_that_linux_powers_keeps_its_power_domains(void **state)
{
	(void)state;
	b.board.by_linux = true;
	assert_true(patch_linux_keeps(&b.board, 2, "power-domains"));
	assert_true(patch_linux_keeps(&b.board, 2, "power-domain-names"));
	assert_false(patch_linux_keeps(&b.board, 2, "power"));
	assert_false(patch_linux_keeps(&b.board, 1, "power-domains"));
	b.board.by_linux = false;
	assert_false(patch_linux_keeps(&b.board, 2, "power-domains"));
	assert_false(patch_linux_keeps(&b.board, 2, "power-domain-names"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_domain_is_disabled_and_the_mailbox_powered),
		TEST(only_the_profiles_mailboxes_are_powered),
		TEST(a_tree_without_power_domains_is_refused),
		TEST(survives_any_failed_allocation),
		TEST(only_a_mailbox_that_linux_powers_keeps_its_power_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
