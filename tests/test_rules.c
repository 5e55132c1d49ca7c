/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold in every tree that is written. */
#include <errno.h>
#include <string.h>

#include "tree_fixture.h"
#include "host/rules.h"

#define USDHC1 "/bus@5b000000/mmc@5b010000"

static int check(const struct tree_fixture_board *b, bool as_documented, struct fault *f)
{
	struct refs refs;
	struct uboot u;
	int ret;

	*f = (struct fault){ 0 };
	if (uboot_predict(&b->x.tree, &u, f) || refs_collect(&b->x.tree, &refs, f))
		fail_msg("%s", f->text);
	ret = rules_check(&b->board, &refs, &u, as_documented, f);
	refs_free(&refs);
	uboot_free(&u);
	return ret;
}

static void expect_broken(const struct tree_fixture_board *b, const char *text)
{
	struct fault f;

	assert_int_equal(check(b, false, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, text);
}

static void hold_in_a_patched_tree_of_either_generation(void **state)
{
	static const char *const trees[] = { "board-older", "board-newer", "board-domu",
					     "board-no-iommus", "board-in-use" };

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		struct tree_fixture_board b;
		struct fault f;

		tree_fixture_board(&b, trees[i]);
		tree_fixture_patch(&b, false);
		assert_int_equal(check(&b, false, &f), 0);
		tree_fixture_close(&b.x);
	}
}

static void no_reference_of_any_node_dangles(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-dangling-foreign");
	tree_fixture_patch(&b, false);
	expect_broken(&b, USDHC1 ": clocks: phandle 0xdead belongs to no node");
	tree_fixture_close(&b.x);
}

/* A disabled node may be enabled by an overlay or by U-Boot. */
static void not_even_that_of_a_disabled_node(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-dangling-foreign");
	tree_fixture_patch(&b, false);
	tree_fixture_set(&b.x, USDHC1, "status", "disabled", sizeof("disabled"));
	expect_broken(&b, USDHC1 ": clocks: phandle 0xdead belongs to no node");
	tree_fixture_close(&b.x);
}

/* U-Boot does not look at it, and Linux says so by itself. */
static void a_clock_that_is_cut_short_is_not_ours_to_judge(void **state)
{
	struct tree_fixture_board b;
	struct fault f;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_patch(&b, false);
	tree_fixture_set(&b.x, USDHC1, "clocks",
			 tree_cells(&b.x.tree,
				    tree_at(&b.x.tree, "/bus@5a000000/serial@5a060000"),
				    "clocks")
				 .v,
			 4);
	assert_int_equal(check(&b, false, &f), 0);
	tree_fixture_close(&b.x);
}

static void no_stream_id_is_out_of_range(void **state)
{
	static const uint8_t zero[4];
	struct tree_fixture_board b;
	uint8_t iommus[12];

	(void)state;
	tree_fixture_board(&b, "board-wide-stream");
	expect_broken(&b, USDHC1 ": stream id 0x40 is not 1 to 63");

	memcpy(iommus, tree_cells(&b.x.tree, tree_at(&b.x.tree, FEC1), "iommus").v, 12);
	memcpy(iommus + 4, zero, 4);
	tree_fixture_set(&b.x, USDHC1, "iommus", iommus, 12);
	expect_broken(&b, USDHC1 ": stream id 0x0 is not 1 to 63");

	iommus[7] = PROFILE_STREAM_ID_MAX;
	tree_fixture_set(&b.x, USDHC1, "iommus", iommus, 12);
	tree_fixture_patch(&b, false);
	assert_int_equal(check(&b, false, &(struct fault){ 0 }), 0);
	tree_fixture_close(&b.x);
}

static void the_ids_of_another_iommu_are_not_ours_to_judge(void **state)
{
	struct tree_fixture_board b;
	struct fault f;

	(void)state;
	tree_fixture_board(&b, "board-second-smmu");
	b.profile.release = (struct strings){ 0 };
	tree_fixture_patch(&b, false);
	assert_int_equal(tree_cells(&b.x.tree, tree_at(&b.x.tree, USDHC1), "iommus").n, 3);
	assert_int_equal(check(&b, false, &f), 0);
	tree_fixture_close(&b.x);
}

static void no_iommus_is_cut_short(void **state)
{
	struct tree_fixture_board b;
	uint8_t phandle[4];

	(void)state;
	tree_fixture_board(&b, "board-newer");
	memcpy(phandle, tree_cells(&b.x.tree, tree_at(&b.x.tree, FEC1), "iommus").v, 4);
	tree_fixture_set(&b.x, USDHC1, "iommus", phandle, 4);
	expect_broken(&b, USDHC1 ": iommus: wrong number of cells");
	tree_fixture_close(&b.x);
}

static void a_passed_bus_master_says_its_resource(void **state)
{
	struct tree_fixture_board b;
	struct fault f;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_patch(&b, false);
	tree_fixture_delete(&b.x, FEC1, "fsl,sc_rsrc_id");
	expect_broken(&b, FEC1
		      ": U-Boot gives it no stream id, so its DMA is not isolated: it needs "
		      "iommus, and fsl,sc_rsrc_id or power-domains");
	assert_int_equal(check(&b, true, &f), 0);
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "", 0);
	assert_int_equal(check(&b, false, &f), -EINVAL);
	tree_fixture_close(&b.x);
}

/* U-Boot reads it there as well, and the host keeps the resource. */
static void power_domains_says_it_too(void **state)
{
	struct tree_fixture_board b;
	struct fault f;
	uint8_t power[8];

	(void)state;
	tree_fixture_board(&b, "board-newer");
	memcpy(power, tree_cells(&b.x.tree, b.board.pass[1], "power-domains").v,
	       sizeof(power));
	power[7] = 252; /* ENET_1 */
	tree_fixture_patch(&b, false);
	tree_fixture_delete(&b.x, FEC1, "fsl,sc_rsrc_id");
	tree_fixture_set(&b.x, FEC1, "power-domains", power, sizeof(power));
	assert_int_equal(check(&b, false, &f), 0);
	tree_fixture_close(&b.x);
}

static void its_resource_is_one_that_is_handed_over(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-other-power");
	tree_fixture_patch(&b, false);
	expect_broken(&b, FEC1 ": its resource is not among the profile's rsrcs");
	tree_fixture_close(&b.x);
}

static void uboot_disables_no_passed_node(void **state)
{
	struct tree_fixture_board b;
	struct cells power;
	uint8_t copy[8];

	(void)state;
	tree_fixture_board(&b, "board-newer");
	power = tree_cells(&b.x.tree, b.board.pass[0], "power-domains");
	assert_int_equal(power.n, 2);
	memcpy(copy, power.v, sizeof(copy));
	tree_fixture_patch(&b, false);
	tree_fixture_set(&b.x, "/bus@5d000000/mailbox@5d1d0000", "power-domains", copy,
			 sizeof(copy));
	expect_broken(&b, "/bus@5d000000/mailbox@5d1d0000: power-domains names resource 251, "
			  "which is not the host's: U-Boot would disable the node");
	tree_fixture_close(&b.x);
}

static void the_domain_is_there_with_a_reg_of_0(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_patch(&b, false);
	tree_fixture_set(&b.x, "/domu/doma", "reg", "\0\0\0\1", 4);
	expect_broken(&b, "/domu/doma: the domain has no reg of 0");
	tree_fixture_set(&b.x, "/domu/doma", "reg", "\0\0\0\0\0\0\0\0", 8);
	expect_broken(&b, "/domu/doma: the domain has no reg of 0");
	tree_fixture_delete(&b.x, "/domu/doma", "reg");
	expect_broken(&b, "/domu/doma: the domain has no reg of 0");
	tree_fixture_remove(&b.x, "/domu/doma");
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board,
					 &(struct fault){ 0 }),
			 0);
	expect_broken(&b, "/: the domain has no reg of 0");
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hold_in_a_patched_tree_of_either_generation),
		cmocka_unit_test(no_reference_of_any_node_dangles),
		cmocka_unit_test(not_even_that_of_a_disabled_node),
		cmocka_unit_test(a_clock_that_is_cut_short_is_not_ours_to_judge),
		cmocka_unit_test(no_stream_id_is_out_of_range),
		cmocka_unit_test(the_ids_of_another_iommu_are_not_ours_to_judge),
		cmocka_unit_test(no_iommus_is_cut_short),
		cmocka_unit_test(a_passed_bus_master_says_its_resource),
		cmocka_unit_test(power_domains_says_it_too),
		cmocka_unit_test(its_resource_is_one_that_is_handed_over),
		cmocka_unit_test(uboot_disables_no_passed_node),
		cmocka_unit_test(the_domain_is_there_with_a_reg_of_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
