/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the nodes of a host tree that a profile names. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree_fixture.h"

static void assert_node(const struct resolved *b, int node, const char *path)
{
	char buf[TREE_PATH_MAX];

	assert_true(node >= 0);
	assert_string_equal(tree_path(b->tree, node, buf), path);
}

/* The Ghaf guide's profile, which disables nodes, on a tree. */
static void open_guide(struct tree_fixture_board *b, const char *tree)
{
	struct fault f = { 0 };

	tree_fixture_open(&b->x, tree);
	tree_fixture_profile("ghaf-guide", &b->profile);
	if (resolve_profile(&b->profile, &b->x.tree, &b->board, &f))
		fail_msg("%s", f.text);
}

static void finds_every_node_in_older_and_newer_trees(void **state)
{
	static const char *const trees[] = { "board-older", "board-newer" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct tree_fixture_board b;

		open_guide(&b, trees[i]);
		assert_ptr_equal(b.board.profile, &b.profile);
		assert_ptr_equal(b.board.tree, &b.x.tree);
		assert_node(&b.board, b.board.iommu, "/iommu@51400000");
		assert_node(&b.board, b.board.pass[0],
			    "/bus@5b000000/clock-controller@5b230000");
		assert_node(&b.board, b.board.pass[1], "/bus@5b000000/ethernet@5b040000");
		assert_node(&b.board, b.board.pass[2], "/bus@5d000000/mailbox@5d1d0000");
		assert_node(&b.board, b.board.disable[0], "/bus@5b000000/ethernet@5b050000");
		assert_node(&b.board, b.board.disable[1],
			    "/bus@5b000000/clock-controller@5b240000");
		tree_fixture_close(&b.x);
	}
}

static void a_missing_node_to_disable_is_no_error(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	open_guide(&b, "board-no-fec2");
	assert_int_equal(b.board.disable[0], -1);
	assert_int_equal(b.board.disable[1], -1);
	tree_fixture_close(&b.x);
}

/* As in a tree that is already patched. */
static void a_dummy_counts_as_the_device(void **state)
{
	struct tree_fixture_board b;
	struct resolved again;
	struct fault f = { 0 };

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_set(&b.x, "/bus@5b000000/ethernet@5b040000", "compatible",
			 DUMMY_COMPATIBLE, sizeof(DUMMY_COMPATIBLE));
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &again, &f), 0);
	assert_int_equal(again.pass[1], b.board.pass[1]);
	tree_fixture_close(&b.x);
}

static void a_missing_node_to_disable_leaves_no_fault(void **state)
{
	struct fault f = { 0 };
	struct profile p;
	struct tree_fixture x;
	struct resolved b;

	(void)state;
	tree_fixture_open(&x, "board-no-fec2");
	tree_fixture_profile("imx8qm-fec1", &p);
	assert_int_equal(resolve_profile(&p, &x.tree, &b, &f), 0);
	tree_fixture_says(&f, 0, "");
	tree_fixture_close(&x);
}

static void expect_by_linux(struct tree_fixture_board *b, bool by_linux)
{
	struct fault f = { 0 };

	assert_int_equal(resolve_profile(&b->profile, &b->x.tree, &b->board, &f), 0);
	assert_int_equal(b->board.by_linux, by_linux);
}

static void a_disabled_domain_and_a_powered_mailbox_leave_the_partition_to_linux(void **state)
{
	char names[PROFILE_PASS_MAX][sizeof("/gate@f")];
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-domu");
	expect_by_linux(&b, false);
	tree_fixture_set(&b.x, MU2, "power-domains", "\0\0\0", 4);
	expect_by_linux(&b, true);
	tree_fixture_set(&b.x, "/domu/doma@0", "status", "okay", 5);
	expect_by_linux(&b, false);
	tree_fixture_set(&b.x, "/domu/doma@0", "status", "disabled", 9);
	/* the mailbox may be the first device, or none of as many as there can be */
	b.profile.pass[0] = b.profile.pass[2];
	b.profile.n_pass = 1;
	expect_by_linux(&b, true);
	for (size_t i = 0; i < PROFILE_PASS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "/gate@%zx", i);
		tree_fixture_add(&b.x, "/", names[i] + 1);
		tree_fixture_set(&b.x, names[i], "compatible", "fsl,dummy", 10);
		b.profile.pass[i] = b.profile.pass[1];
		b.profile.pass[i].alias = NULL;
		b.profile.pass[i].node.name = names[i] + 1;
	}
	b.profile.n_pass = PROFILE_PASS_MAX;
	expect_by_linux(&b, false);
	tree_fixture_close(&b.x);
}

static void two_devices_have_two_nodes_and_two_aliases(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };

	(void)state;
	tree_fixture_board(&b, "board-newer");
	b.profile.pass[0].alias = b.profile.pass[2].alias;
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), -EINVAL);
	assert_string_equal(f.text,
			    "the profile gives enet0_lpcg and lsio_mu2 the same alias mu2");
	b.profile.pass[0].alias = NULL;
	b.profile.pass[0].node.name = "clocks@5b040000";
	b.profile.pass[0].compatible = b.profile.pass[1].compatible;
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), -EINVAL);
	assert_string_equal(f.text, "/bus@5b000000/ethernet@5b040000: the profile passes it "
				    "twice, as enet0_lpcg and as fec1");
	tree_fixture_add(&b.x, "/bus@5b000000/ethernet@5b040000", "mdio@1");
	tree_fixture_set(&b.x, "/bus@5b000000/ethernet@5b040000/mdio@1", "compatible",
			 "fsl,dummy", 10);
	b.profile.pass[0].node.label = "mdio";
	b.profile.pass[0].node.name = "mdio@1";
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), -EINVAL);
	assert_string_equal(f.text, "/bus@5b000000/ethernet@5b040000/mdio@1: it cannot be "
				    "passed, since /bus@5b000000/ethernet@5b040000 above it "
				    "is passed");
	tree_fixture_close(&b.x);
}

/* Two nodes at the address of a node to disable. */
static void an_ambiguous_node_to_disable_is_an_error(void **state)
{
	struct fault f = { 0 };
	struct profile p;
	struct tree_fixture x;
	struct resolved b;

	(void)state;
	tree_fixture_open(&x, "board-newer");
	tree_fixture_profile("ghaf-guide", &p);
	tree_fixture_add(&x, "/chosen", "ethernet@5b050000");
	assert_int_equal(resolve_profile(&p, &x.tree, &b, &f), -ENOTUNIQ);
	tree_fixture_close(&x);
}

static void the_fix_names_the_kernels_that_have_an_smmu(void **state)
{
	struct fault f = { 0 };
	struct profile p;
	struct tree_fixture x;
	struct resolved b;

	(void)state;
	tree_fixture_open(&x, "board-no-smmu");
	tree_fixture_profile("imx8qm-fec1", &p);
	assert_int_equal(resolve_profile(&p, &x.tree, &b, &f), -ENOENT);
	assert_string_equal(f.fix, "use the tree of Linux 6.9 or newer, or of NXP's kernels "
				   "since 5.4: older trees of Linux have no node for it");
	tree_fixture_close(&x);
}

static void finds_the_passed_and_the_disabled_node_above(void **state)
{
	struct tree_fixture_board b;
	const struct tree *t = &b.x.tree;
	int fec1, phy, fec2, mmc;

	(void)state;
	open_guide(&b, "board-newer");
	fec1 = tree_at(t, "/bus@5b000000/ethernet@5b040000");
	phy = tree_at(t, "/bus@5b000000/ethernet@5b040000/mdio/ethernet-phy@1");
	fec2 = tree_at(t, "/bus@5b000000/ethernet@5b050000");
	mmc = tree_at(t, "/bus@5b000000/mmc@5b010000");
	assert_int_equal(resolved_passed(&b.board, fec1), fec1);
	assert_int_equal(resolved_passed(&b.board, phy), fec1);
	assert_int_equal(resolved_passed(&b.board, fec2), -1);
	assert_int_equal(resolved_passed(&b.board, mmc), -1);
	assert_int_equal(resolved_passed(&b.board, 0), -1);
	assert_int_equal(resolved_disabled(&b.board, fec2), fec2);
	assert_int_equal(resolved_disabled(&b.board, fec1), -1);
	assert_int_equal(resolved_disabled(&b.board, mmc), -1);

	/* a passed node below another */
	b.board.pass[2] = phy;
	assert_int_equal(resolved_passed(&b.board, phy), phy);
	assert_int_equal(resolved_passed(&b.board, fec1), fec1);
	tree_fixture_close(&b.x);
}

static void a_missing_node_has_no_descendants(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-no-fec2");
	for (int i = 0; i < b.x.tree.n_nodes; i++)
		assert_int_equal(resolved_disabled(&b.board, i), -1);
	tree_fixture_close(&b.x);
}

static void finds_the_domain_with_or_without_an_address(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	assert_int_equal(resolved_domain(&b.board), -1);
	assert_int_equal(resolved_partition(&b.board), 0);
	assert_int_equal(resolved_rsrcs(&b.board).n, 0);
	tree_fixture_close(&b.x);

	tree_fixture_board(&b, "board-domu");
	assert_node(&b.board, resolved_domain(&b.board), "/domu/doma@0");
	tree_fixture_remove(&b.x, "/domu/doma@0");
	assert_int_equal(resolved_domain(&b.board), -1);
	tree_fixture_add(&b.x, "/domu", "domain");
	tree_fixture_add(&b.x, "/domu", "doma2");
	assert_int_equal(resolved_domain(&b.board), -1);
	tree_fixture_add(&b.x, "/domu", "doma");
	assert_node(&b.board, resolved_domain(&b.board), "/domu/doma");
	tree_fixture_set(&b.x, "/domu/doma", "reg", "\0\0\0\1", 4);
	assert_int_equal(resolved_partition(&b.board), 1);
	tree_fixture_set(&b.x, "/domu/doma", "status", "disabled", 9);
	assert_int_equal(resolved_partition(&b.board), 0);
	tree_fixture_close(&b.x);
}

/* U-Boot makes a partition only of a domain that it takes for enabled. */
static void a_partition_of_uboots_has_a_number(void **state)
{
	static const char *const rows[] = { "okay", "ok", "disabled" };
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-domu");
	tree_fixture_set(&b.x, "/domu/doma@0", "reg", "\0\0\0\5", 4);
	tree_fixture_set(&b.x, MU2, "power-domains", "\0\0\0\1\0\0\0\xd7", 8);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fault f = { 0 };

		tree_fixture_set(&b.x, "/domu/doma@0", "status", rows[i], strlen(rows[i]) + 1);
		assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
		assert_int_equal(resolved_partition(&b.board), i == 0 ? 5 : 0);
		assert_int_equal(b.board.by_linux, i > 0);
	}
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_node_in_older_and_newer_trees),
		cmocka_unit_test(a_missing_node_to_disable_is_no_error),
		cmocka_unit_test(a_dummy_counts_as_the_device),
		cmocka_unit_test(a_missing_node_to_disable_leaves_no_fault),
		cmocka_unit_test(
			a_disabled_domain_and_a_powered_mailbox_leave_the_partition_to_linux),
		cmocka_unit_test(two_devices_have_two_nodes_and_two_aliases),
		cmocka_unit_test(an_ambiguous_node_to_disable_is_an_error),
		cmocka_unit_test(the_fix_names_the_kernels_that_have_an_smmu),
		cmocka_unit_test(finds_the_passed_and_the_disabled_node_above),
		cmocka_unit_test(a_missing_node_has_no_descendants),
		cmocka_unit_test(finds_the_domain_with_or_without_an_address),
		cmocka_unit_test(a_partition_of_uboots_has_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
