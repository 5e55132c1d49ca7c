/* SPDX-License-Identifier: Apache-2.0 */
/* Which pads the guest sets and does not get, by who uses their groups. */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "host/derive.h"
#include "tree_fixture.h"

#define GROUP "/group"
#define USDHC1 "/bus@5b000000/mmc@5b010000"

static struct tree_fixture_board b;
static bool assigned[PAD_LAST + 1]; /* and one that is never marked */

static int open_it(void **state)
{
	(void)state;
	tree_fixture_board(&b, "board-domu");
	memset(assigned, 0, sizeof(assigned));
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	assert_false(assigned[PAD_LAST]);
	tree_fixture_close(&b.x);
	return 0;
}

static int at(const char *path)
{
	return tree_fixture_at(&b.x.tree, path);
}

/* Set the property to these cells. */
static void set_cells(const char *path, const char *name, size_t n, const uint32_t *cells)
{
	uint32_t value[16];

	for (size_t i = 0; i < n; i++)
		value[i] = htobe32(cells[i]);
	tree_fixture_set(&b.x, path, name, value, n * sizeof(*value));
}

/* The marked pads as text. */
static void expect_marked(const char *text)
{
	char marked[256] = "";

	for (size_t i = 0; i <= PAD_LAST; i++) {
		if (assigned[i])
			snprintf(marked + strlen(marked), sizeof(marked) - strlen(marked),
				 " %zu", i);
	}
	assert_string_equal(marked, text);
}

static void the_domains_pads_are_marked(void **state)
{
	static const uint32_t pads[] = { 30, PAD_LAST - 1, PAD_LAST, 165 };

	(void)state;
	set_cells("/domu/doma@0", "pads", 4, pads);
	pads_of_domain(&b.board, assigned);
	expect_marked(" 30 165 268");
	memset(assigned, 0, sizeof(assigned));
	tree_fixture_remove(&b.x, "/domu/doma@0");
	pads_of_domain(&b.board, assigned);
	expect_marked("");
}

static void those_that_a_patch_assigns_are_marked_too(void **state)
{
	static const uint8_t own[] = {
		0, 0, 0, 5, 0, 0, 1, 13, 0, 0, 1, 12
	}; /* 5, 269, 268 */
	static const uint32_t pads[] = { 30 };
	struct refs refs;
	struct fault f = { 0 };

	(void)state;
	set_cells("/domu/doma@0", "pads", 1, pads);
	b.profile.domain.pads = (struct cells){ own, 3 };
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	assert_int_equal(pads_of_plan(&b.board, &refs, assigned, &f), 0);
	expect_marked(" 5 30 165 166 255 268");
	refs_free(&refs);
}

/* A reference to the group. */
static struct ref refer(const char *from, const char *property)
{
	return (struct ref){ .from = at(from), .property = property, .to = at(GROUP) };
}

/* The pads that are found for these references, as text. */
static void expect_found(struct ref *v, size_t n, const char *text)
{
	const struct refs refs = { v, n };
	struct derived_ids found = { 0 };
	struct fault f = { 0 };
	char pads[256] = "";

	assert_int_equal(pads_find_all_unassigned(&b.board, &refs, assigned, &found, &f), 0);
	for (size_t i = 0; i < found.n; i++) {
		assert_int_equal(found.v[i].node, at(GROUP));
		assert_string_equal(found.v[i].property, "fsl,pins");
		snprintf(pads + strlen(pads), sizeof(pads) - strlen(pads), " %u",
			 found.v[i].id);
	}
	assert_string_equal(pads, text);
	derived_ids_free(&found);
	assert_true(!found.v && found.n == 0);
}

/* Pads 7, 9 and 269, and one that is cut off. */
static void add_group(void)
{
	static const uint32_t pins[] = { 7, 0, 0, 9, 0, 0, PAD_LAST, 0, 0, 11, 0 };
	struct fault f = { 0 };

	tree_fixture_add(&b.x, "/", "group");
	set_cells(GROUP, "fsl,pins", 11, pins);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
}

static void a_group_of_a_passed_device_is_the_guests(void **state)
{
	struct ref v[3];

	(void)state;
	add_group();
	v[0] = refer(FEC1 "/mdio", "pinctrl-1");
	v[1] = refer(USDHC1, "pinctrl-0");
	expect_found(v, 1, " 7 9 269");
	assigned[9] = true;
	expect_found(v, 1, " 7 269");
	/* the host may use it too */
	expect_found(v, 2, " 7 269");
	expect_found(v + 1, 1, "");
}

static void only_pinctrl_uses_a_group(void **state)
{
	struct ref v[2];

	(void)state;
	add_group();
	v[0] = refer(FEC1, "clocks");
	v[1] = refer(FEC1, "pinctrl-0");
	v[1].to = -1; /* it dangles */
	expect_found(v, 2, "");
}

/* As in a patched tree. */
static void a_group_that_nothing_uses_is_found_by_its_pads(void **state)
{
	(void)state;
	add_group();
	expect_found(NULL, 0, "");
	assigned[11] = true; /* of the entry that is cut off */
	expect_found(NULL, 0, "");
	assigned[7] = true;
	expect_found(NULL, 0, " 9 269");
	assigned[7] = false;
	assigned[9] = true;
	expect_found(NULL, 0, " 7 269");
	assigned[9] = false;
	assigned[PAD_LAST] = true; /* it is no pad */
	expect_found(NULL, 0, "");
	assigned[PAD_LAST] = false;
	/* its last one */
	tree_fixture_set(&b.x, GROUP, "fsl,pins",
			 tree_cells(&b.x.tree, at(GROUP), "fsl,pins").v, 2 * 12);
	assigned[9] = true;
	expect_found(NULL, 0, " 7");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_domains_pads_are_marked),
		TEST(those_that_a_patch_assigns_are_marked_too),
		TEST(a_group_of_a_passed_device_is_the_guests),
		TEST(only_pinctrl_uses_a_group),
		TEST(a_group_that_nothing_uses_is_found_by_its_pads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
