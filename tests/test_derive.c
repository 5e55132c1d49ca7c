/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from the board's own tree, rule by rule. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/derive.h"
#include "host/patch.h"
#include "oom.h"
#include "tree_fixture.h"

#define USDHC1 "/bus@5b000000/mmc@5b010000"
#define REGULATOR "/regulator-phy"
#define PHANDLE "\0\0\0\x77"

static void expect_absent(const char *text, const char *line)
{
	if (strstr(text, line))
		fail_msg("'%s' in:\n%s", line, text);
}

/* What the guide's profile types for the MEK is what the MEK's tree says. */
static void the_guides_eight_properties_are_derived(void **state)
{
	struct tree_fixture_board b;
	struct profile guide;
	struct derived d;
	struct fault f = { 0 };
	struct refs refs;
	size_t n = 0, n_guide = 0;
	const char *s = NULL;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_profile("ghaf-guide", &guide);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	assert_int_equal(derive(&b.board, &refs, &d, &f), 0);
	for (size_t i = 0; i < d.remove.n; i++) {
		if (d.remove.v[i].node != b.board.pass[1])
			continue;
		assert_true(strings_have(guide.pass[1].remove, d.remove.v[i].property));
		n++;
	}
	while ((s = strings_next(guide.pass[1].remove, s)))
		n_guide++;
	assert_int_equal(n, n_guide);
	assert_int_equal(n, 8);
	derived_free(&d);
	refs_free(&refs);
	tree_fixture_close(&b.x);
}

/* As NXP's SATA and GPU have one: no resource of the board's own list is lost. */
static void a_boards_own_list_is_kept_and_completed(void **state)
{
	static const char *const lines[] = {
		"set /domu/doma rsrcs 000000d7 000000fb 00000090 00000091 00000007",
		"set " FEC1 " fsl,sc_rsrc_id 00000090 00000091 000000fb 00000007",
	};
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "\0\0\0\x90\0\0\0\x91", 8);
	b.profile.pass[1].rsrcs = (struct cells){ (const uint8_t *)"\0\0\0\7", 1 };
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	free(text);
	tree_fixture_close(&b.x);
}

static void a_device_without_dma_gets_no_stream_id(void **state)
{
	static const char *const lines[] = { "set " FEC1 " imxpt,no-dma-rsrcs 000000fb" };
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	b.profile.pass[1].no_dma = true;
	b.profile.pass[1].bus_master = false;
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	expect_absent(text, "fsl,sc_rsrc_id");
	free(text);
	tree_fixture_patch(&b, false);
	tree_fixture_expect_plan(&b, false, "");
	tree_fixture_close(&b.x);
}

/* The pads of a PHY's group and of another state, and the profile's, each once. */
static void all_pin_groups_below_a_passed_node_count(void **state)
{
	static const char *const lines[] = {
		"set /domu/doma pads 000000a6 000000a5 00000039 00000005",
	};
	static const uint32_t pins[] = { 0x39000000, 0, 0, 0xa6000000, 0, 0 };
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_add(&b.x, "/system-controller/pinctrl", "phygrp");
	tree_fixture_set(&b.x, "/system-controller/pinctrl/phygrp", "fsl,pins", pins,
			 sizeof(pins));
	tree_fixture_set(&b.x, "/system-controller/pinctrl/phygrp", "phandle", PHANDLE, 4);
	tree_fixture_set(&b.x, FEC1 "/mdio/ethernet-phy@0", "pinctrl-0", PHANDLE, 4);
	b.profile.domain.pads = (struct cells){ (const uint8_t *)"\0\0\0\5\0\0\0\xa6", 2 };
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board,
					 &(struct fault){ 0 }),
			 0);
	text = tree_fixture_plan(&b, false);
	EXPECT_LINES(text, lines);
	free(text);
	tree_fixture_close(&b.x);
}

static void a_removal_has_its_reason(void **state)
{
	static const struct {
		const char *property, *why;
	} rows[] = {
		{ "clocks", "only the guest may use it: it refers to " LPCG0
			    ", which is passed through" },
		{ "clock-names", "it belongs to a reference that is removed" },
		{ "phy-handle",
		  "it refers to no node: no node has the phandle, or cells are missing" },
		{ "phys",
		  "it refers to no node: no node has the phandle, or cells are missing" },
	};
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct edits l;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_set(&b.x, FEC1, "phy-handle", "\0\0\xde\xad", 4);
	tree_fixture_set(&b.x, FEC1, "phys", "\0\0", 2);
	edits_start(&l, &b.x.tree);
	assert_int_equal(tree_fixture_edits(&b, false, &l, &f), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct edit *e = edits_find(&l, b.board.pass[1], rows[i].property);

		assert_non_null(e);
		assert_int_equal(e->op, EDIT_DELETE);
		assert_string_equal(e->why, rows[i].why);
	}
	edits_free(&l);
	tree_fixture_close(&b.x);
}

/* fec2 with a PHY on a bus of its own, as on the iWG27D. */
static void a_sibling_that_works_is_not_disabled(void **state)
{
	struct tree_fixture_board b;
	char *text;

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_delete(&b.x, FEC2, "phy-handle");
	text = tree_fixture_plan(&b, false);
	expect_absent(text, " status 64697361");
	free(text);
	/* a DMA channel of a passed node is no need */
	tree_fixture_set(&b.x, LPCG0, "#dma-cells", "\0\0\0\0", 4);
	tree_fixture_set(&b.x, FEC2, "dmas",
			 tree_cells(&b.x.tree, b.board.pass[1], "clocks").v, 4);
	text = tree_fixture_plan(&b, false);
	expect_absent(text, " status 64697361");
	free(text);
	tree_fixture_close(&b.x);
}

/* A port's supply, which REGULATOR is. */
static void open_supplied(struct tree_fixture_board *b)
{
	tree_fixture_open(&b->x, "board-newer");
	tree_fixture_profile("imx8qm-fec1", &b->profile);
	tree_fixture_add(&b->x, "/", "regulator-phy");
	tree_fixture_set(&b->x, REGULATOR, "phandle", PHANDLE, 4);
	tree_fixture_set(&b->x, FEC1 "/mdio/ethernet-phy@0", "vddio-supply", PHANDLE, 4);
}

static void expect_kept_on(struct tree_fixture_board *b, bool kept)
{
	struct fault f = { 0 };
	char *text;

	if (resolve_profile(&b->profile, &b->x.tree, &b->board, &f))
		fail_msg("%s", f.text);
	text = tree_fixture_plan(b, false);
	assert_int_equal(strstr(text, "set " REGULATOR " regulator-always-on\n") != NULL,
			 kept);
	free(text);
	tree_fixture_close(&b->x);
}

static void a_regulator_that_the_host_would_turn_off_is_kept_on(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	open_supplied(&b);
	expect_kept_on(&b, true);

	open_supplied(&b); /* another user is disabled by the patch */
	tree_fixture_set(&b.x, FEC2, "phy-supply", PHANDLE, 4);
	expect_kept_on(&b, true);

	open_supplied(&b); /* or by the profile */
	b.profile.disable[b.profile.n_disable++] =
		(struct node_name){ "usdhc1", "mmc@5b010000" };
	tree_fixture_set(&b.x, USDHC1, "vmmc-supply", PHANDLE, 4);
	expect_kept_on(&b, true);

	open_supplied(&b); /* or was disabled before */
	tree_fixture_set(&b.x, "/bus@5b000000/mmc@5b030000", "vmmc-supply", PHANDLE, 4);
	expect_kept_on(&b, true);

	open_supplied(&b); /* a driver of the host turns it on */
	tree_fixture_set(&b.x, USDHC1, "vmmc-supply", PHANDLE, 4);
	expect_kept_on(&b, false);

	open_supplied(&b);
	tree_fixture_set(&b.x, REGULATOR, "regulator-always-on", NULL, 0);
	expect_kept_on(&b, false);

	open_supplied(&b);
	tree_fixture_set(&b.x, REGULATOR, "status", "disabled", sizeof("disabled"));
	expect_kept_on(&b, false);
}

/* The PHY keeps its supply: what is below a passed node belongs to no device of the host. */
static void only_passed_nodes_lose_properties(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct derived d;
	struct refs refs;

	(void)state;
	open_supplied(&b);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	assert_int_equal(derive(&b.board, &refs, &d, &f), 0);
	assert_true(d.remove.n > 0);
	for (size_t i = 0; i < d.remove.n; i++)
		assert_int_equal(resolved_passed(&b.board, d.remove.v[i].node),
				 d.remove.v[i].node);
	derived_free(&d);
	refs_free(&refs);
	tree_fixture_close(&b.x);
}

/* The text is for people: what is too long is cut off. */
static void a_long_list_is_cut_off(void **state)
{
	static struct derived_id v[DERIVED_TEXT_MAX];
	const struct derived_ids ids = { v, DERIVED_TEXT_MAX };
	struct resolved none = { 0 };
	char text[DERIVED_TEXT_MAX];

	(void)state;
	for (uint32_t i = 0; i < DERIVED_TEXT_MAX; i++)
		v[i] = (struct derived_id){ .id = i, .node = -1 };
	assert_int_equal(strlen(derived_ids_text(&none, &ids, text)), DERIVED_TEXT_MAX - 1);
	assert_memory_equal(text, "0 1 2 3 4 ", 10);
}

static void out_of_memory_is_reported_and_nothing_leaks(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct refs refs;
	bool failed = true;

	(void)state;
	open_supplied(&b);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	for (int n = 1; failed; n++) {
		struct derived d = { 0 };
		int ret;

		oom_arm(n);
		ret = derive(&b.board, &refs, &d, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(failed || n > 5);
		assert_true(!failed || !d.rsrcs.v);
		derived_free(&d);
	}
	refs_free(&refs);
	tree_fixture_close(&b.x);
}

/* The pins of the port's group, and the marks of no pad. */
static void out_of_memory_while_looking_for_pads_leaks_nothing(void **state)
{
	const bool none[PAD_LAST] = { false };
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct refs refs;
	bool failed = true;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	for (int n = 1; failed; n++) {
		struct derived_ids pads = { 0 };
		int ret;

		oom_arm(n);
		ret = pads_find_all_unassigned(&b.board, &refs, none, &pads, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_int_equal(pads.n, failed ? 0 : 2);
		derived_ids_free(&pads);
	}
	for (int n = 1; n <= 2; n++) {
		bool plan[PAD_LAST] = { false };

		oom_arm(n);
		assert_int_equal(pads_of_plan(&b.board, &refs, plan, &f), -ENOMEM);
		assert_true(oom_hit());
	}
	refs_free(&refs);
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_guides_eight_properties_are_derived),
		cmocka_unit_test(a_boards_own_list_is_kept_and_completed),
		cmocka_unit_test(a_device_without_dma_gets_no_stream_id),
		cmocka_unit_test(all_pin_groups_below_a_passed_node_count),
		cmocka_unit_test(a_removal_has_its_reason),
		cmocka_unit_test(a_sibling_that_works_is_not_disabled),
		cmocka_unit_test(a_regulator_that_the_host_would_turn_off_is_kept_on),
		cmocka_unit_test(only_passed_nodes_lose_properties),
		cmocka_unit_test(a_long_list_is_cut_off),
		cmocka_unit_test(out_of_memory_is_reported_and_nothing_leaks),
		cmocka_unit_test(out_of_memory_while_looking_for_pads_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
