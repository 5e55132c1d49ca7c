/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the nodes that a profile names. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree_fixture.h"

/* Find a node and expect its path, or the fault's text. */
static void find(const char *fixture, const char *label, const char *name, int code,
		 const char *expected)
{
	const struct node_name n = { label, name };
	char path[TREE_PATH_MAX];
	struct fault f = { 0 };
	struct tree_fixture x;
	int node;

	tree_fixture_open(&x, fixture);
	assert_int_equal(profile_find(&x.tree, &n, &node, &f), code);
	assert_string_equal(code ? f.text : tree_path(&x.tree, node, path), expected);
	tree_fixture_close(&x);
}

static void a_label_finds_a_node_whatever_its_name(void **state)
{
	(void)state;
	find("board-older", "fec1", "mac@5b040000", 0, "/bus@5b000000/ethernet@5b040000");
}

static void a_name_finds_a_node_without_symbols(void **state)
{
	(void)state;
	find("board-newer", "fec1", "ethernet@5b040000", 0, "/bus@5b000000/ethernet@5b040000");
	find("board-older", "no_label", "ethernet@5b040000", 0,
	     "/bus@5b000000/ethernet@5b040000");
}

static void an_address_finds_a_node_of_another_name(void **state)
{
	(void)state;
	find("board-renamed", "fec1", "ethernet@5b040000", 0, "/bus@5b000000/fec@5B040000");
}

static void the_name_has_priority_over_the_address(void **state)
{
	(void)state;
	find("board-two-addresses", "mac", "mac@5b040000", 0, "/soc/mac@5b040000");
}

static void a_label_without_a_node_is_ignored(void **state)
{
	(void)state;
	find("board-lying-symbols", "enet0_lpcg", "clock-controller@5b230000", 0,
	     "/bus@5b000000/clock-controller@5b230000");
}

/* Mailboxes are alike: the host's own must not be found for the guest's. */
static void a_label_of_a_node_at_another_address_is_ignored(void **state)
{
	(void)state;
	find("board-lying-symbols", "lsio_mu2", "mailbox@5d1d0000", 0,
	     "/bus@5d000000/mailbox@5d1d0000");
	find("board-lying-symbols", "fec1", "ethernet@5b040000", 0,
	     "/bus@5b000000/ethernet@5b040000");
}

static void a_missing_or_ambiguous_node_is_named(void **state)
{
	(void)state;
	find("board-no-fec1", "fec1", "ethernet@5b040000", -ENOENT,
	     "the tree has no node ethernet@5b040000 (fec1)");
	find("board-two-fec1", "fec1", "ethernet@5b040000", -ENOTUNIQ,
	     "ethernet@5b040000: two nodes match: /bus@5b000000/ethernet@5b040000 and "
	     "/soc/ethernet@5b040000");
	find("board-two-addresses", "fec1", "ethernet@5b040000", -ENOTUNIQ,
	     "ethernet@5b040000: two nodes match: /bus@5b000000/fec@5B040000 and "
	     "/soc/mac@5b040000");
}

static void a_missing_optional_node_is_no_fault(void **state)
{
	const struct node_name fec1 = { "fec1", "ethernet@5b040000" };
	struct fault f = { 0 };
	struct tree_fixture x;
	int node = 7;

	(void)state;
	tree_fixture_open(&x, "board-no-fec1");
	assert_int_equal(profile_find_optional(&x.tree, &fec1, &node, &f), 0);
	assert_int_equal(node, -1);
	tree_fixture_says(&f, 0, "");
	tree_fixture_close(&x);
	tree_fixture_open(&x, "board-two-fec1");
	assert_int_equal(profile_find_optional(&x.tree, &fec1, &node, &f), -ENOTUNIQ);
	tree_fixture_close(&x);
}

/* Find the node that a user names, and expect its path, or the fault's text. */
static void find_named(const struct tree_fixture_board *b, const char *name, int code,
		       const char *expected)
{
	char path[TREE_PATH_MAX];
	struct fault f = { 0 };
	int node;

	assert_int_equal(profile_find_named(&b->profile, &b->x.tree, name, &node, &f), code);
	assert_string_equal(code ? f.text : tree_path(&b->x.tree, node, path), expected);
}

/* As find_named(), with the end of the fix. */
static void find_nothing(const struct tree_fixture_board *b, const char *name, const char *fix)
{
	struct fault f = { 0 };
	char text[64];
	int node;

	snprintf(text, sizeof(text), "no node has the name '%s'", name);
	assert_int_equal(profile_find_named(&b->profile, &b->x.tree, name, &node, &f),
			 -ENOENT);
	assert_string_equal(f.text, text);
	assert_non_null(strstr(f.fix, fix));
}

static void a_user_may_take_any_name_of_a_node(void **state)
{
	static const char *const names[] = { "/bus@5b000000/mmc@5b010000", "usdhc1",
					     "mmc@5b010000", "5b010000", "5b010000.mmc" };
	static const char *const none[] = { "/bus@5b000000/mmc", "mmc",
					    "5b01000",		 "5b010000.mm",
					    "5b010000.mmcs",	 "5b010001.mmc",
					    "5b010000x.mmc" };
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-older");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		find_named(&b, names[i], 0, "/bus@5b000000/mmc@5b010000");
	find_named(&b, "/", 0, "/");
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		find_nothing(&b, none[i], ", or by a label of the tree");
	tree_fixture_add(&b.x, "/", "mmc@5b010000");
	find_named(&b, "5b010000.mmc", -ENOTUNIQ,
		   "two nodes have the name 5b010000.mmc: /mmc@5b010000 and "
		   "/bus@5b000000/mmc@5b010000");
	tree_fixture_close(&b.x);
	tree_fixture_board(&b, "board-newer");
	find_nothing(&b, "usdhc1", "; this tree has no labels");
	tree_fixture_close(&b.x);
}

static void a_user_may_take_the_profiles_names(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	assert_true(tree_labelled(&b.x.tree, "fec1") < 0);
	assert_true(b.profile.n_pass == 3 && b.profile.n_disable == 0);
	find_named(&b, b.profile.pass[0].node.label, 0, LPCG0);
	find_named(&b, "fec1", 0, FEC1);
	find_named(&b, b.profile.pass[2].node.label, 0, MU2);
	b.profile.disable[0] = (struct node_name){ "other", "ethernet@5b050000" };
	find_named(&b, "other", -ENOENT, "no node has the name 'other'");
	b.profile.n_disable = 1;
	find_named(&b, "other", 0, FEC2);
	find_named(&b, "5b050000.ethernet", 0, FEC2);
	find_named(&b, "+5b050000.ethernet", -ENOENT,
		   "no node has the name '+5b050000.ethernet'");
	find_named(&b, " 5b050000.ethernet", -ENOENT,
		   "no node has the name ' 5b050000.ethernet'");
	tree_fixture_add(&b.x, "/", "ethernet@5b040000");
	find_named(&b, "fec1", -ENOTUNIQ,
		   "ethernet@5b040000: two nodes match: /ethernet@5b040000 and " FEC1);
	tree_fixture_close(&b.x);
	/* the tree's label comes before the profile's */
	tree_fixture_board(&b, "board-older");
	tree_fixture_set(&b.x, "/__symbols__", "fec1", "/", 2);
	find_named(&b, "fec1", 0, "/");
	tree_fixture_close(&b.x);
}

static void a_device_has_the_kernels_name(void **state)
{
	static const struct {
		const char *node, *name;
	} rows[] = {
		{ "ethernet@5b040000", "5b040000.ethernet" },
		{ "gpio@0B", "b.gpio" },
		{ "a.b@123456789abcdef0", "123456789abcdef0.a.b" },
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int n = profile_device_name(rows[i].node, buf, sizeof(buf));

		assert_string_equal(buf, rows[i].name);
		assert_int_equal(n, (int)strlen(rows[i].name));
		assert_int_equal(profile_device_name(rows[i].node, buf, 4), n);
		assert_int_equal(strlen(buf), 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_finds_a_node_whatever_its_name),
		cmocka_unit_test(a_name_finds_a_node_without_symbols),
		cmocka_unit_test(an_address_finds_a_node_of_another_name),
		cmocka_unit_test(the_name_has_priority_over_the_address),
		cmocka_unit_test(a_label_without_a_node_is_ignored),
		cmocka_unit_test(a_label_of_a_node_at_another_address_is_ignored),
		cmocka_unit_test(a_missing_or_ambiguous_node_is_named),
		cmocka_unit_test(a_missing_optional_node_is_no_fault),
		cmocka_unit_test(a_user_may_take_any_name_of_a_node),
		cmocka_unit_test(a_user_may_take_the_profiles_names),
		cmocka_unit_test(a_device_has_the_kernels_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
