/* SPDX-License-Identifier: Apache-2.0 */
/* What the patch takes from nodes that the host keeps. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree_fixture.h"
#include "host/patch.h"
#include "oom.h"

#define USDHC1 "/bus@5b000000/mmc@5b010000"

static const char *const kinds[] = {
	[CONFLICT_REFERENCE] = "reference",
	[CONFLICT_POWER] = "power",
	[CONFLICT_REFUSED] = "refused",
	[CONFLICT_CLOCK] = "clock",
	[CONFLICT_PAD] = "pad",
	[CONFLICT_PARTITION] = "partition",
};

/* One line a conflict: kind, node, property, and target or number. */
static char *describe(const struct resolved *b, const struct conflicts *all)
{
	char path[TREE_PATH_MAX], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t i = 0; i < all->n; i++) {
		const struct conflict *c = &all->v[i];

		fprintf(out, "%s %s %s ", kinds[c->kind], tree_path(b->tree, c->node, path),
			c->property);
		if (c->target >= 0)
			fprintf(out, "%s\n", tree_path(b->tree, c->target, path));
		else
			fprintf(out, "%u\n", c->id);
	}
	fclose(out);
	return text;
}

/* The conflicts in b's tree; returns as conflicts_find(). */
static int find(const struct tree_fixture_board *b, struct conflicts *out)
{
	struct fault f = { 0 };
	struct refs refs;
	struct uboot u;
	int ret;

	if (uboot_predict(&b->x.tree, &u, &f) || refs_collect(&b->x.tree, &refs, &f))
		fail_msg("%s", f.text);
	ret = conflicts_find(&b->board, &refs, &u, out, &f);
	refs_free(&refs);
	uboot_free(&u);
	return ret;
}

/* Expect these conflicts, and close the board. */
static void expect_here(struct tree_fixture_board *b, const char *expected)
{
	struct conflicts all;
	char *text;

	assert_int_equal(find(b, &all), 0);
	text = describe(&b->board, &all);
	assert_string_equal(text, expected);
	free(text);
	conflicts_free(&all);
	assert_null(all.v);
	tree_fixture_close(&b->x);
}

/* Patch the tree and expect these conflicts in the result. */
static void expect(const char *tree, bool as_documented, const char *expected)
{
	struct tree_fixture_board b;

	tree_fixture_board(&b, tree);
	tree_fixture_patch(&b, as_documented);
	expect_here(&b, expected);
}

#define OLDER \
	"reference " FEC2 " phy-handle /bus@5b000000/ethernet@5b040000/mdio/ethernet-phy@1\n"
#define NEWER                                                                       \
	OLDER "reference " FEC2 " clocks /bus@5b000000/clock-controller@5b230000\n" \
	      "power /bus@55000000/dsp@556e8000 power-domains 215\n"

static void the_second_port_loses_its_phy_and_its_gate(void **state)
{
	(void)state;
	expect("board-older", false, OLDER);
}

static void the_dsp_of_newer_trees_loses_its_mailbox(void **state)
{
	(void)state;
	expect("board-newer", false, NEWER);
}

static void without_the_siblings_nothing_refers_to_them(void **state)
{
	(void)state;
	expect("board-no-fec2", false, "power /bus@55000000/dsp@556e8000 power-domains 215\n");
}

/* usdhc3 names the same, but is disabled. */
static void an_enabled_node_on_an_assigned_pad_or_clock_is_found(void **state)
{
	(void)state;
	expect("board-in-use", false,
	       "clock /bus@5a000000/serial@5a060000 clocks 251\n"
	       "pad /bus@5a000000/serial@5a060000 pinctrl-0 166\n" OLDER);
}

static void as_documented_more_pads_are_assigned(void **state)
{
	(void)state;
	expect("board-in-use", true,
	       "clock /bus@5a000000/serial@5a060000 clocks 251\n"
	       "pad /bus@5a000000/serial@5a060000 pinctrl-0 166\n"
	       "pad /bus@5b000000/mmc@5b010000 pinctrl-0 121\n" OLDER);
}

/* The guide's profile disables the gate of the second port. */
static void a_device_that_needs_a_disabled_one_is_found(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	uint8_t clocks[8];

	(void)state;
	tree_fixture_board(&b, "board-no-iommus");
	tree_fixture_profile("ghaf-guide", &b.profile);
	memcpy(clocks, tree_cells(&b.x.tree, tree_at(&b.x.tree, FEC2), "clocks").v, 8);
	tree_fixture_set(&b.x, USDHC1, "clocks", clocks, sizeof(clocks));
	tree_fixture_set(&b.x, LPCG1, "phy-handle", clocks, 4); /* itself */
	if (resolve_profile(&b.profile, &b.x.tree, &b.board, &f))
		fail_msg("%s", f.text);
	expect_here(&b, "reference " USDHC1 " clocks " LPCG1 "\n" OLDER "reference " FEC2
			" clocks " LPCG1 "\nreference " FEC2 " clocks " LPCG0 "\n");
}

/* The domain's rsrcs had UART_0 before the patch. */
static void resources_of_a_merged_domain_count_too(void **state)
{
	(void)state;
	expect("board-domu", false,
	       "clock /bus@5a000000/serial@5a060000 clocks 57\n" OLDER
	       "power /bus@5a000000/serial@5a060000 power-domains 57\n");
}

/* A gate that lost its #clock-cells cuts the references to it, but they are there. */
static void a_reference_that_is_cut_short_counts_too(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_patch(&b, false);
	tree_fixture_delete(&b.x, "/bus@5b000000/clock-controller@5b230000", "#clock-cells");
	expect_here(&b, NEWER);
}

/* domc is disabled and domd no partition: U-Boot skips both. */
static void another_partition_that_names_our_resource_is_found(void **state)
{
	(void)state;
	expect("board-rival", false, NEWER "partition /domu/domb rsrcs 251\n");
}

/* U-Boot takes the first, so ours is the one without. */
static void another_partition_before_ours_has_our_resource(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_patch(&b, false);
	tree_fixture_add(&b.x, "/domu", "first");
	tree_fixture_set(&b.x, "/domu/first", "compatible", "xen,domu", sizeof("xen,domu"));
	tree_fixture_set(&b.x, "/domu/first", "rsrcs", "\0\0\0\xfb", 4);
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board,
					 &(struct fault){ 0 }),
			 0);
	expect_here(&b, OLDER "partition /domu/doma rsrcs 251\n");
}

/* Expect no conflict from a node whose power-domains names the resource. */
static void expect_none_by_power(const char *path, const char *resource)
{
	struct tree_fixture_board b;
	uint8_t power[8];

	tree_fixture_board(&b, "board-older");
	tree_fixture_patch(&b, false);
	memcpy(power, tree_cells(&b.x.tree, tree_at(&b.x.tree, USDHC1), "power-domains").v, 4);
	memcpy(power + 4, resource, 4);
	tree_fixture_set(&b.x, path, "power-domains", power, sizeof(power));
	tree_fixture_set(&b.x, "/domu/doma", "pads", "\0\0\0", 4);
	expect_here(&b, OLDER);
}

/* U-Boot does not disable it: it does not know this status. */
static void a_node_that_uboot_skips_is_refused_its_resource(void **state)
{
	struct tree_fixture_board b;
	uint8_t power[8] = { [7] = 0xfb };

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_patch(&b, false);
	memcpy(power, tree_cells(&b.x.tree, tree_at(&b.x.tree, USDHC1), "power-domains").v, 4);
	tree_fixture_set(&b.x, USDHC1, "power-domains", power, sizeof(power));
	tree_fixture_set(&b.x, USDHC1, "status", "ok", sizeof("ok"));
	expect_here(&b, "refused " USDHC1 " power-domains 251\n" OLDER);
}

/* U-Boot disables both. */
static void only_nodes_that_the_host_keeps_are_conflicts(void **state)
{
	(void)state;
	expect_none_by_power(USDHC1, "\0\0\xff\xff"); /* there is no such resource */
	expect_none_by_power(USDHC1, "\0\0\2\x22");
	expect_none_by_power(FEC1 "/mdio", "\0\0\0\xfb");
}

/* Also if one property refers twice, and whichever node refers first. */
static void a_pin_group_is_found_at_each_user(void **state)
{
	static const uint32_t twice[] = { 0x77000000, 0x77000000 };
	static const uint32_t pins[] = { 0xa5000000, 0, 0 }; /* ENET0_MDIO */
	struct tree_fixture_board b;
	struct fault f = { 0 };

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_add(&b.x, "/", "user-b");
	tree_fixture_add(&b.x, "/", "user-a");
	tree_fixture_add(&b.x, "/", "group");
	tree_fixture_set(&b.x, "/group", "phandle", twice, sizeof(*twice));
	tree_fixture_set(&b.x, "/group", "fsl,pins", pins, sizeof(pins));
	tree_fixture_set(&b.x, "/user-a", "pinctrl-0", twice, sizeof(twice));
	tree_fixture_set(&b.x, "/user-b", "pinctrl-0", twice, sizeof(twice));
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	tree_fixture_patch(&b, false);
	expect_here(&b, "pad /user-a pinctrl-0 165\n"
			"pad /user-b pinctrl-0 165\n" OLDER);
}

static size_t n_pins; /* read */

bool __real_pins_next(struct cells pins, size_t *i, uint32_t *pad);
bool __wrap_pins_next(struct cells pins, size_t *i, uint32_t *pad);

bool __wrap_pins_next(struct cells pins, size_t *i, uint32_t *pad)
{
	n_pins++;
	return __real_pins_next(pins, i, pad);
}

/* A hostile tree may refer to one large group very often. */
static void a_group_without_our_pads_is_read_once(void **state)
{
	static const uint32_t twice[] = { 0x77000000, 0x77000000 }, pins[3 * 100];
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_set(&b.x, "/chosen", "phandle", twice, sizeof(*twice));
	tree_fixture_set(&b.x, "/chosen", "fsl,pins", pins, sizeof(pins));
	tree_fixture_set(&b.x, "/chosen", "pinctrl-0", twice, sizeof(twice));
	tree_fixture_patch(&b, false);
	n_pins = 0;
	expect_here(&b, OLDER);
	assert_in_range(n_pins, 100, 150);
}

/* A cut entry has a pad's number, but Linux would not use it. */
static void a_pin_group_that_is_cut_short_has_whole_entries_only(void **state)
{
	static const uint32_t phandle = 0x77000000;
	static const uint32_t pins[] = { 0xa5000000, 0, 0, 0xa6000000,
					 0 }; /* ENET0_MDIO, _MDC */
	struct tree_fixture_board b;
	struct fault f = { 0 };

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_add(&b.x, "/", "user-a");
	tree_fixture_add(&b.x, "/", "group");
	tree_fixture_set(&b.x, "/group", "phandle", &phandle, sizeof(phandle));
	tree_fixture_set(&b.x, "/group", "fsl,pins", pins, sizeof(pins));
	tree_fixture_set(&b.x, "/user-a", "pinctrl-0", &phandle, sizeof(phandle));
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	tree_fixture_patch(&b, false);
	expect_here(&b, "pad /user-a pinctrl-0 165\n" OLDER);
}

static void too_many_conflicts_are_rejected(void **state)
{
	static struct ref v[CONFLICTS_MAX + 1];
	struct refs many = { v, CONFLICTS_MAX };
	struct conflicts all = { 0 };
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct uboot u;

	(void)state;
	tree_fixture_board(&b, "board-older");
	tree_fixture_patch(&b, false);
	assert_int_equal(uboot_predict(&b.x.tree, &u, &f), 0);
	for (size_t i = 0; i < CONFLICTS_MAX + 1; i++)
		v[i] = (struct ref){ .property = i % 2 ? "a" : "b", .to = b.board.pass[0] };
	assert_int_equal(conflicts_find(&b.board, &many, &u, &all, &f), 0);
	assert_int_equal(all.n, CONFLICTS_MAX);
	conflicts_free(&all);
	many.n++;
	assert_int_equal(conflicts_find(&b.board, &many, &u, &all, &f), -E2BIG);
	tree_fixture_says(&f, -E2BIG, "the tree has more than 65536 conflicts");
	assert_null(all.v);
	uboot_free(&u);
	tree_fixture_close(&b.x);
}

static void every_kind_has_its_effect(void **state)
{
	struct conflict c = { .kind = CONFLICT_POWER, .id = 251 };

	(void)state;
	assert_string_equal(conflict_effect(&c), "U-Boot disables the node");
	c.id = 215;
	assert_non_null(strstr(conflict_effect(&c), "another mailbox"));
	for (c.kind = CONFLICT_REFERENCE; c.kind <= CONFLICT_PARTITION; c.kind++) {
		assert_non_null(conflict_effect(&c));
		assert_true((c.kind == CONFLICT_POWER || c.kind == CONFLICT_REFUSED) ==
			    !!strstr(conflict_effect(&c), "another mailbox"));
	}
}

static void out_of_memory_is_reported_and_nothing_leaks(void **state)
{
	struct conflicts all = { 0 };
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct refs refs;
	struct uboot u;
	bool failed = true;

	(void)state;
	tree_fixture_board(&b, "board-in-use");
	tree_fixture_patch(&b, false);
	assert_int_equal(uboot_predict(&b.x.tree, &u, &f), 0);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	for (int n = 1; failed; n++) {
		int ret;

		oom_arm(n);
		ret = conflicts_find(&b.board, &refs, &u, &all, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(failed || n > 2);
		assert_true(!failed || !all.v);
	}
	assert_int_equal(all.n, 3);
	conflicts_free(&all);
	refs_free(&refs);
	uboot_free(&u);
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_port_loses_its_phy_and_its_gate),
		cmocka_unit_test(the_dsp_of_newer_trees_loses_its_mailbox),
		cmocka_unit_test(without_the_siblings_nothing_refers_to_them),
		cmocka_unit_test(an_enabled_node_on_an_assigned_pad_or_clock_is_found),
		cmocka_unit_test(as_documented_more_pads_are_assigned),
		cmocka_unit_test(a_device_that_needs_a_disabled_one_is_found),
		cmocka_unit_test(resources_of_a_merged_domain_count_too),
		cmocka_unit_test(a_reference_that_is_cut_short_counts_too),
		cmocka_unit_test(another_partition_that_names_our_resource_is_found),
		cmocka_unit_test(another_partition_before_ours_has_our_resource),
		cmocka_unit_test(a_node_that_uboot_skips_is_refused_its_resource),
		cmocka_unit_test(only_nodes_that_the_host_keeps_are_conflicts),
		cmocka_unit_test(a_pin_group_is_found_at_each_user),
		cmocka_unit_test(a_group_without_our_pads_is_read_once),
		cmocka_unit_test(a_pin_group_that_is_cut_short_has_whole_entries_only),
		cmocka_unit_test(too_many_conflicts_are_rejected),
		cmocka_unit_test(every_kind_has_its_effect),
		cmocka_unit_test(out_of_memory_is_reported_and_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
