/* SPDX-License-Identifier: Apache-2.0 */
/* What has to change in a board's tree, edit by edit. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree_fixture.h"
#include "host/patch.h"
#include "oom.h"

#define DUMMY "66736c2c 64756d6d 7900" /* "fsl,dummy" */
#define OKAY "6f6b6179 00"
#define DISABLED "64697361 626c6564 00"

static const char newer_plan[] = "add / domu\n"
				 "set /domu #address-cells 00000001\n"
				 "set /domu #size-cells 00000000\n"
				 "add /domu doma\n"
				 "set /domu/doma compatible 78656e2c 646f6d75 00\n"
				 "set /domu/doma reg 00000000\n"
				 "set /domu/doma domain_name 446f6d55 00\n"
				 "set /domu/doma init_on_rsrcs 000000d7\n"
				 "set /domu/doma rsrcs 000000d7 000000fb\n"
				 "set /domu/doma pads 000000a6 000000a5\n"
				 "set " LPCG0 " iommus 00000004 00000012 00007f80\n"
				 "set " LPCG0 " compatible " DUMMY "\n"
				 "set " LPCG0 " status " OKAY "\n"
				 "delete " LPCG0 " clocks\n"
				 "delete " LPCG0 " power-domains\n"
				 "set " LPCG0 " dma-coherent\n"
				 "set " FEC1 " compatible " DUMMY "\n"
				 "delete " FEC1 " assigned-clocks\n"
				 "delete " FEC1 " assigned-clock-rates\n"
				 "delete " FEC1 " power-domains\n"
				 "delete " FEC1 " pinctrl-0\n"
				 "delete " FEC1 " pinctrl-names\n"
				 "delete " FEC1 " phy-handle\n"
				 "delete " FEC1 " clocks\n"
				 "delete " FEC1 " clock-names\n"
				 "set " FEC1 " fsl,sc_rsrc_id 000000fb\n"
				 "set " FEC1 " dma-coherent\n"
				 "set " MU2 " iommus 00000004 00000012 00007f80\n"
				 "set " MU2 " compatible " DUMMY "\n"
				 "set " MU2 " status " OKAY "\n"
				 "set " MU2 " dma-coherent\n"
				 "set " FEC2 " status " DISABLED "\n"
				 "delete /bus@5b000000/mmc@5b010000 iommus\n"
				 "delete /bus@5b000000/mmc@5b030000 iommus\n"
				 "delete " FEC2 " iommus\n";

static void every_edit_of_a_newer_tree(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_expect_plan(&b, false, newer_plan);
	tree_fixture_close(&b.x);
}

/* Any node may have it, at any depth: there is no list of names. */
static void iommus_is_deleted_from_nodes_not_passed(void **state)
{
	static const char *const lines[] = {
		"delete /bus@5b000000/mmc@5b010000 iommus",
		"delete /bus@5b000000/mmc@5b030000 iommus",
		"delete " FEC2 " iommus",
		"delete /bus@5b000000/usb@5b110000 iommus",
		"delete /bus@5b000000/usb@5b110000/usb@5b120000 iommus",
		"delete /bus@5f000000/sata@5f020000 iommus",
		"delete " FEC1 "/mdio iommus",
		"delete / iommus",
	};
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_set(&b.x, FEC1 "/mdio", "iommus", "abcd", 4);
	tree_fixture_set(&b.x, "/", "iommus", "abcd", 4);
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	assert_null(strstr(text, "delete " FEC1 " iommus"));
	free(text);
	tree_fixture_close(&b.x);
}

static void what_the_profile_disables_is_disabled(void **state)
{
	static const char *const lines[] = {
		"set " FEC2 " status 64697361 626c6564 00",
		"set " LPCG1 " status 64697361 626c6564 00",
	};
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	text = tree_fixture_plan(&b, true);
	EXPECT_LINES(text, lines);
	free(text);
	tree_fixture_close(&b.x);
}

/* Plan for the tree that the plan makes: nothing is left to do. */
static void a_patched_tree_needs_no_patch(void **state)
{
	static const char *const trees[] = { "board-older",   "board-newer",
					     "board-domu",    "board-no-iommus",
					     "board-no-fec2", "board-renamed",
					     "board-rival" };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(trees) / sizeof(*trees); i++) {
		bool as_documented = i % 2;
		struct tree_fixture_board b;

		tree_fixture_board(&b, trees[i / 2]);
		tree_fixture_patch(&b, as_documented);
		tree_fixture_expect_plan(&b, as_documented, "");
		tree_fixture_close(&b.x);
	}
}

static void a_patched_tree_needs_no_patch_with_both_ports(void **state)
{
	struct tree_fixture_board b;
	static const char *const lines[] = {
		"set /domu/doma rsrcs 000000d7 000000fb 000000fc",
		"set " FEC2 " compatible " DUMMY,
		"set " FEC2 " fsl,sc_rsrc_id 000000fc",
		"set " LPCG1 " status " OKAY,
		"delete " FEC2 " phy-handle",
	};
	char *text;

	(void)state;
	tree_fixture_open(&b.x, "board-newer");
	tree_fixture_profile("imx8qm-fec1-fec2", &b.profile);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board,
					 &(struct fault){ 0 }),
			 0);
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	assert_null(strstr(text, "delete " FEC2 " iommus"));
	free(text);
	tree_fixture_patch(&b, false);
	tree_fixture_expect_plan(&b, false, "");
	tree_fixture_close(&b.x);
}

static void a_tree_patched_by_another_profile_is_rejected(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct edits l;

	(void)state;
	tree_fixture_open(&b.x, "board-newer");
	tree_fixture_profile("imx8qm-fec1-fec2", &b.profile);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	tree_fixture_patch(&b, false);
	tree_fixture_profile("imx8qm-fec1", &b.profile);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, false, &l, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL,
			  FEC2 ": this tree is already patched (compatible is \"fsl,dummy\")");
	edits_free(&l);
	tree_fixture_close(&b.x);
}

/* Neither would use the node below a passed one, which is not passed itself. */
static void a_dummy_below_a_passed_node_is_rejected(void **state)
{
	static const uint32_t iommus[] = { 0x01000000, 0x12000000, 0 };
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct edits l;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_set(&b.x, FEC1 "/mdio", "compatible", "fsl,dummy", sizeof("fsl,dummy"));
	tree_fixture_set(&b.x, FEC1 "/mdio", "iommus", iommus, sizeof(iommus));
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, false, &l, &f), -EINVAL);
	assert_non_null(strstr(f.text, FEC1 "/mdio: this tree is already patched"));
	edits_free(&l);
	tree_fixture_close(&b.x);
}

static void a_device_without_dma_needs_no_resource(void **state)
{
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-no-power");
	b.profile.pass[1].bus_master = false;
	b.profile.pass[1].no_dma = true;
	text = tree_fixture_plan(&b, false);
	assert_null(strstr(text, FEC1 " fsl,sc_rsrc_id"));
	assert_null(strstr(text, FEC1 " imxpt,no-dma-rsrcs"));
	free(text);
	tree_fixture_close(&b.x);
}

/* A mailbox's resource is the first of all that are derived. */
static void the_resource_of_a_mailbox_without_dma_is_named(void **state)
{
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	b.profile.pass[2].no_dma = true;
	text = tree_fixture_plan(&b, false);
	assert_non_null(strstr(text, "set " MU2 " imxpt,no-dma-rsrcs 000000d7\n"));
	free(text);
	tree_fixture_close(&b.x);
}

/* Nothing referred to the SMMU: three passed nodes share one new phandle. */
static void an_smmu_without_a_phandle_gets_one(void **state)
{
	static const char *const lines[] = {
		"set /iommu@51400000 phandle 0000000b",
		"set " LPCG0 " iommus 0000000b 00000012 00007f80",
		"set " FEC1 " iommus 0000000b 00000012 00007f80",
		"set " MU2 " iommus 0000000b 00000012 00007f80",
	};
	struct tree_fixture_board b;
	char *text, *first;

	(void)state;
	tree_fixture_board(&b, "board-no-iommus");
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	first = strstr(text, " phandle ");
	assert_null(strstr(first + 1, " phandle "));
	free(text);
	tree_fixture_close(&b.x);
}

/* One node with several resources, as NXP's sata: all of them get the stream id. */
static void every_resource_of_power_domains_is_named(void **state)
{
	static const char *const lines[] = { "set " FEC1 " fsl,sc_rsrc_id 000000fb 000000d7" };
	struct tree_fixture_board b;
	uint8_t power[16];
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	memcpy(power, tree_cells(&b.x.tree, b.board.pass[1], "power-domains").v, 8);
	memcpy(power + 8, power, 8);
	power[15] = 0xd7;
	tree_fixture_set(&b.x, FEC1, "power-domains", power, sizeof(power));
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	free(text);
	tree_fixture_close(&b.x);
}

/* A tree that names the resource itself keeps it when power-domains is removed. */
static void a_resource_that_is_named_already_is_kept(void **state)
{
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-no-power");
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "\0\0\0\373", 4);
	text = tree_fixture_plan(&b, false);
	assert_null(strstr(text, "fsl,sc_rsrc_id"));
	free(text);
	tree_fixture_close(&b.x);
}

static void without_a_resource_there_is_no_plan(void **state)
{
	static const char *const trees[] = { "board-no-power", "board-cut-power",
					     "board-dangling-power" };

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		struct fault f = { 0 };
		struct tree_fixture_board b;
		struct edits l;

		tree_fixture_board(&b, trees[i]);
		edits_start(&l, &b.x.tree);
		assert_int_equal(tree_fixture_edits(&b, false, &l, &f), -ENOENT);
		tree_fixture_says(&f, -ENOENT,
				  FEC1 ": neither power-domains nor fsl,sc_rsrc_id names its "
				       "resource");
		assert_string_equal(f.fix, "give the board's original tree, not one made "
					   "with --as-documented");
		edits_free(&l);
		tree_fixture_close(&b.x);
	}
}

/* A profile that removes what is set, by one rule or another. */
static void conflicting_edits_of_a_property_are_an_error(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture_board b;
	struct edits l;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	b.profile.release = (struct strings){ "status", sizeof("status") };
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, false, &l, &f), -EEXIST);
	assert_non_null(strstr(f.text, ": conflicting edits of status: "));
	edits_free(&l);
	tree_fixture_close(&b.x);
}

static void out_of_memory_is_reported_and_nothing_leaks(void **state)
{
	struct tree_fixture_board b;
	bool failed = true;

	(void)state;
	tree_fixture_board(&b, "board-no-iommus");
	for (int n = 1; failed; n++) {
		struct fault f = { 0 };
		struct edits l;
		void *blob = NULL;
		size_t size;
		int ret;

		edits_start(&l, &b.x.tree);
		oom_arm(n);
		ret = tree_fixture_edits(&b, true, &l, &f);
		if (ret == 0)
			ret = edits_apply(&l, 0, &blob, &size, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(!failed || !blob);
		assert_true(failed || n > 10);
		edits_free(&l);
		free(blob);
	}
	tree_fixture_close(&b.x);
}

/* Neither the plan nor its application changes the board's tree. */
static void the_boards_tree_is_not_changed(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct edits l;
	void *copy, *blob;
	size_t size;

	(void)state;
	tree_fixture_board(&b, "board-domu");
	copy = malloc(b.x.size);
	assert_non_null(copy);
	memcpy(copy, b.x.blob, b.x.size);
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, true, &l, &f), 0);
	assert_int_equal(edits_apply(&l, 0, &blob, &size, &f), 0);
	assert_memory_equal(copy, b.x.blob, b.x.size);
	edits_free(&l);
	free(blob);
	free(copy);
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_edit_of_a_newer_tree),
		cmocka_unit_test(iommus_is_deleted_from_nodes_not_passed),
		cmocka_unit_test(what_the_profile_disables_is_disabled),
		cmocka_unit_test(a_patched_tree_needs_no_patch),
		cmocka_unit_test(a_patched_tree_needs_no_patch_with_both_ports),
		cmocka_unit_test(a_tree_patched_by_another_profile_is_rejected),
		cmocka_unit_test(a_dummy_below_a_passed_node_is_rejected),
		cmocka_unit_test(a_device_without_dma_needs_no_resource),
		cmocka_unit_test(the_resource_of_a_mailbox_without_dma_is_named),
		cmocka_unit_test(an_smmu_without_a_phandle_gets_one),
		cmocka_unit_test(every_resource_of_power_domains_is_named),
		cmocka_unit_test(a_resource_that_is_named_already_is_kept),
		cmocka_unit_test(without_a_resource_there_is_no_plan),
		cmocka_unit_test(conflicting_edits_of_a_property_are_an_error),
		cmocka_unit_test(out_of_memory_is_reported_and_nothing_leaks),
		cmocka_unit_test(the_boards_tree_is_not_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
