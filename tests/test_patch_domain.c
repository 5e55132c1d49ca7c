/* SPDX-License-Identifier: Apache-2.0 */
/* What is written under /domu: merged with what is there, and as documented. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/patch.h"
#include "tree_fixture.h"

#define OKAY "6f6b6179 00"

/* What others put into /domu stays; lists get what they lack, once. */
static void an_existing_domain_is_merged(void **state)
{
	static const char *const lines[] = {
		("set /domu/doma@0 status " OKAY),
		"set /domu/doma@0 rsrcs 00000039 000000fb 000000d7",
		"set /domu/doma@0 pads 000000a6 000000ff 000000a5",
	};
	static const char *const states[] = { "disabled", "ok" }; /* U-Boot skips both */
	static const char *const untouched[] = { "add ",	   "domb@1",
						 "vendor-note",	   "gpios",
						 "#address-cells", " reg ",
						 "domain_name",	   "/domu/doma@0 compatible" };
	struct tree_fixture_board b;
	char *text;

	(void)state;
	for (size_t n = 0; n < sizeof(states) / sizeof(*states); n++) {
		tree_fixture_board(&b, "board-domu");
		tree_fixture_set(&b.x, "/domu/doma@0", "status", states[n],
				 strlen(states[n]) + 1);
		text = tree_fixture_plan(&b, false);
		EXPECT_LINES(text, lines);
		for (size_t i = 0; i < sizeof(untouched) / sizeof(*untouched); i++)
			assert_null(strstr(text, untouched[i]));
		free(text);
		tree_fixture_close(&b.x);
	}
}

/* lsio_gpio4's line 3 stands there already: it is not listed twice. */
static void existing_gpios_are_not_repeated(void **state)
{
	struct tree_fixture_board b;
	const struct tree *t = &b.x.tree;
	struct cells gpios;
	uint32_t gpio4;
	int n = 0;

	(void)state;
	tree_fixture_board(&b, "board-domu");
	tree_fixture_patch(&b, true);
	gpios = tree_cells(t, resolved_domain(&b.board), "gpios");
	gpio4 = t->nodes[tree_at(t, "/bus@5d000000/gpio@5d0c0000")].phandle;
	assert_int_equal(gpios.n, 16 * 3);
	assert_int_equal(cells_get(gpios, 0), gpio4);
	assert_int_equal(cells_get(gpios, 1), 3);
	for (size_t i = 0; i < gpios.n; i += 3)
		n += cells_get(gpios, i) == gpio4 && cells_get(gpios, i + 1) == 3;
	assert_int_equal(n, 1);
	tree_fixture_close(&b.x);
}

static void a_domain_of_another_kind_becomes_a_partition(void **state)
{
	static const char *const lines[] = {
		"set /domu/doma@0 compatible 78656e2c 646f6d75 00",
		"set /domu/doma@0 reg 00000000",
	};
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-domu");
	tree_fixture_set(&b.x, "/domu/doma@0", "compatible", "vendor,domu",
			 sizeof("vendor,domu"));
	tree_fixture_set(&b.x, "/domu/doma@0", "reg", "\0\0\0\7", 4);
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	free(text);
	tree_fixture_close(&b.x);
}

static void as_documented_adds_the_guides_tail_without_our_two_properties(void **state)
{
	static const char *const lines[] = {
		"set /domu/doma pads 000000a5 000000a6 000000a7 000000f3 000000f4 000000f5 "
		"000000f6 000000f7 000000f8 000000f9 000000fa 000000fb 000000fc 000000fd "
		"000000fe 000000ff 0000002b 00000079 0000007e 00000081 0000007f",
		"set /bus@5d000000/gpio@5d090000 phandle 0000000c",
		"set /bus@5d000000/gpio@5d0c0000 phandle 0000000d",
		"set /domu/doma gpios 0000000c 0000000d 00000001 0000000c 00000013 00000001 "
		"0000000c 0000001b 00000001 0000000c 0000001c 00000001 0000000c 0000001e 00000001 "
		"0000000d 00000001 00000001 0000000d 00000003 00000001 0000000d 00000006 00000001 "
		"0000000d 00000009 00000001 0000000d 0000000b 00000000 0000000d 00000013 00000000 "
		"0000000d 00000016 00000001 0000000d 00000019 00000000 0000000d 0000001a 00000000 "
		"0000000d 0000001b 00000001 0000000d 0000001d 00000001",
	};
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	assert_int_equal(b.x.tree.n_by_phandle, 11);
	text = tree_fixture_plan(&b, true);
	EXPECT_LINES(text, lines);
	assert_null(strstr(text, "fsl,sc_rsrc_id"));
	assert_null(strstr(text, "dma-coherent"));
	free(text);
	tree_fixture_close(&b.x);
}

/* The default's tree, asked for as documented, loses what the Ghaf guide lacks. */
static void as_documented_deletes_our_two_properties(void **state)
{
	static const char *const lines[] = {
		"delete " FEC1 " fsl,sc_rsrc_id",
		"delete " FEC1 " dma-coherent",
		"delete " MU2 " dma-coherent",
	};
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_patch(&b, false);
	text = tree_fixture_plan(&b, true);
	EXPECT_LINES(text, lines);
	free(text);
	tree_fixture_close(&b.x);
}

/* The Ghaf guide's tree has lost the resource: it cannot be made to work. */
static void a_tree_patched_as_documented_cannot_be_patched(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture_board b;
	struct edits l;

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_patch(&b, true);
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, false, &l, &f), -ENOENT);
	edits_free(&l);
	tree_fixture_close(&b.x);
}

static void a_controller_that_is_missing_is_named(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture_board b;
	struct edits l;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_remove(&b.x, "/bus@5d000000/gpio@5d0c0000");
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, true, &l, &f), -ENOENT);
	tree_fixture_says(&f, -ENOENT, "the tree has no node gpio@5d0c0000 (lsio_gpio4)");
	edits_free(&l);
	tree_fixture_close(&b.x);
}

static void controllers_that_have_phandles_keep_them(void **state)
{
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-older");
	text = tree_fixture_plan(&b, true);
	assert_null(strstr(text, " phandle "));
	free(text);
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_existing_domain_is_merged),
		cmocka_unit_test(existing_gpios_are_not_repeated),
		cmocka_unit_test(a_domain_of_another_kind_becomes_a_partition),
		cmocka_unit_test(
			as_documented_adds_the_guides_tail_without_our_two_properties),
		cmocka_unit_test(as_documented_deletes_our_two_properties),
		cmocka_unit_test(a_tree_patched_as_documented_cannot_be_patched),
		cmocka_unit_test(a_controller_that_is_missing_is_named),
		cmocka_unit_test(controllers_that_have_phandles_keep_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
