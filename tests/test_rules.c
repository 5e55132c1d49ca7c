/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold in every host tree. */
#include <errno.h>
#include <string.h>

#include "tree_fixture.h"
#include "host/rules.h"

#define USDHC1 "/bus@5b000000/mmc@5b010000"
#define ID_LOW 7     /* byte of iommus: the stream id, up to 255 */
#define MASK_HIGH 10 /* byte of iommus: the upper half of the mask */

/* All that rules.h needs of a fixture's tree. */
struct prediction {
	struct refs refs;
	struct uboot uboot;
	struct rules_input in;
};

/* The board of a test, which end() closes. */
static struct tree_fixture_board b;
static struct fault f;

static void open_board(const char *name)
{
	tree_fixture_board(&b, name);
	f = (struct fault){ 0 };
}

/* Give the node the iommus of the passed port, with one byte changed. */
static void set_iommus(const char *node, int at, uint8_t byte)
{
	uint8_t iommus[12];

	memcpy(iommus, tree_cells(&b.x.tree, tree_at(&b.x.tree, FEC1), "iommus").v, 12);
	iommus[at] = byte;
	tree_fixture_set(&b.x, node, "iommus", iommus, 12);
}

static void open_patched(const char *name)
{
	open_board(name);
	tree_fixture_patch(&b, false);
}

static int end(void **state)
{
	(void)state;
	tree_fixture_close(&b.x);
	return 0;
}

static const struct rules_input *predict(struct prediction *p)
{
	f = (struct fault){ 0 };
	if (uboot_predict(&b.x.tree, &p->uboot, &f) || refs_collect(&b.x.tree, &p->refs, &f))
		fail_msg("%s", f.text);
	p->in = (struct rules_input){ &b.board, &p->refs, &p->uboot };
	return &p->in;
}

static void forget(struct prediction *p)
{
	refs_free(&p->refs);
	uboot_free(&p->uboot);
}

static int check(bool as_documented)
{
	struct prediction p;
	int ret;

	b.profile.exact = as_documented;
	ret = rules_check_all(predict(&p), &f);
	forget(&p);
	b.profile.exact = false;
	return ret;
}

static void expect_broken(const char *text)
{
	assert_int_equal(check(false), -EINVAL);
	tree_fixture_says(&f, -EINVAL, text);
}

static void expect_kept(void)
{
	if (check(false))
		fail_msg("%s", f.text);
}

static void hold_in_patched_trees_old_and_new(void **state)
{
	static const char *const trees[] = { "board-older", "board-newer", "board-domu",
					     "board-no-iommus" };

	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		open_patched(trees[i]);
		expect_kept();
		end(state);
	}
	open_patched("board-in-use");
	expect_kept();
}

static void no_reference_dangles(void **state)
{
	(void)state;
	open_patched("board-dangling-foreign");
	expect_broken(USDHC1 ": clocks: no node has phandle 0xdead");
}

/* A disabled node may be enabled by an overlay or by U-Boot. */
static void no_reference_of_a_disabled_node_dangles(void **state)
{
	(void)state;
	open_patched("board-dangling-foreign");
	tree_fixture_set(&b.x, USDHC1, "status", "disabled", sizeof("disabled"));
	expect_broken(USDHC1 ": clocks: no node has phandle 0xdead");
}

/* U-Boot does not read it, and Linux reports it. */
static void a_clock_that_is_cut_short_is_accepted(void **state)
{
	(void)state;
	open_patched("board-newer");
	tree_fixture_set(&b.x, USDHC1, "clocks",
			 tree_cells(&b.x.tree,
				    tree_at(&b.x.tree, "/bus@5a000000/serial@5a060000"),
				    "clocks")
				 .v,
			 4);
	expect_kept();
}

static void no_stream_id_is_out_of_range(void **state)
{
	(void)state;
	open_board("board-wide-stream");
	expect_broken(USDHC1 ": stream id 0x40 is not 1 to 63");

	set_iommus(USDHC1, ID_LOW, 0);
	expect_broken(USDHC1 ": stream id 0x0 is not 1 to 63");

	set_iommus(USDHC1, ID_LOW, PROFILE_STREAM_ID_MAX);
	tree_fixture_patch(&b, false);
	expect_kept();
}

static void stream_ids_of_another_iommu_are_accepted(void **state)
{
	(void)state;
	open_board("board-second-smmu");
	b.profile.release = (struct strings){ 0 };
	tree_fixture_patch(&b, false);
	assert_int_equal(tree_cells(&b.x.tree, tree_at(&b.x.tree, USDHC1), "iommus").n, 3);
	expect_kept();
}

static void no_iommus_is_cut_short(void **state)
{
	uint8_t phandle[4];

	(void)state;
	open_board("board-newer");
	memcpy(phandle, tree_cells(&b.x.tree, tree_at(&b.x.tree, FEC1), "iommus").v, 4);
	tree_fixture_set(&b.x, USDHC1, "iommus", phandle, 4);
	expect_broken(USDHC1 ": iommus: entry 0 has the wrong number of cells");
}

static void a_passed_bus_master_names_its_resource(void **state)
{
	(void)state;
	open_patched("board-newer");
	tree_fixture_delete(&b.x, FEC1, "fsl,sc_rsrc_id");
	expect_broken(
		FEC1
		": U-Boot sets no stream id for it, so its DMA bypasses the SMMU: it needs "
		"iommus, and fsl,sc_rsrc_id or power-domains that starts with an existing "
		"resource");
	assert_int_equal(check(true), 0);
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "", 0);
	assert_int_equal(check(false), -EINVAL);
}

/* U-Boot reads it there too, and the host keeps the resource. */
static void power_domains_names_it_too(void **state)
{
	uint8_t power[8];

	(void)state;
	open_board("board-newer");
	memcpy(power, tree_cells(&b.x.tree, b.board.pass[1], "power-domains").v,
	       sizeof(power));
	power[7] = 252; /* ENET_1 */
	tree_fixture_patch(&b, false);
	tree_fixture_delete(&b.x, FEC1, "fsl,sc_rsrc_id");
	tree_fixture_set(&b.x, FEC1, "power-domains", power, sizeof(power));
	tree_fixture_set(&b.x, "/domu/doma", "rsrcs", "\0\0\0\xd7", 4);
	expect_kept();
}

static void its_resource_is_one_of_the_domain(void **state)
{
	(void)state;
	open_patched("board-newer");
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "\0\0\0\xfc", 4);
	expect_broken(FEC1 ": its resource ENET_1 (252) is not in rsrcs of /domu/doma");
	assert_string_equal(f.fix, "add 252 to rsrcs of /domu/doma, or correct fsl,sc_rsrc_id "
				   "of the node");
}

/* The gate names a resource that the port does not. */
static void a_resource_without_a_stream_id_is_found(void **state)
{
	(void)state;
	open_patched("board-other-power");
	expect_broken("/domu/doma: no stream id is set for its resource ENET_0 (251), so DMA "
		      "of this resource bypasses the SMMU");
	tree_fixture_set(&b.x, LPCG0, NO_DMA_RESOURCES, "\0\0\0\xfb", 4);
	expect_kept();
}

static void a_mask_has_only_bits_of_the_smmu(void **state)
{
	(void)state;
	open_patched("board-newer");
	set_iommus(FEC1, MASK_HIGH, 0x80);
	expect_broken(FEC1 ": mask 0x8080 of stream id 0x12 has more bits than 0x7fff");
}

static void the_passed_nodes_can_be_checked_without_the_others(void **state)
{
	struct prediction p;

	(void)state;
	open_board("board-wide-stream");
	predict(&p);
	assert_int_equal(rules_check_stream_ids(&p.in, RULES_ALL, &f), -EINVAL);
	assert_int_equal(rules_check_stream_ids(&p.in, RULES_PASSED, &f), 0);
	forget(&p);
}

static void no_other_node_has_their_stream_id(void **state)
{
	static const char text[] =
		USDHC1 ": its stream id 0x12 is also that of a passed device: "
		       "its DMA would go to the guest's memory";
	struct prediction p;

	(void)state;
	open_patched("board-newer");
	set_iommus(USDHC1, ID_LOW, 0x12);
	expect_broken(text);
	/* which U-Boot does not know, and Linux does */
	tree_fixture_set(&b.x, USDHC1, "status", "ok", sizeof("ok"));
	expect_broken(text);

	tree_fixture_set(&b.x, USDHC1, "status", "disabled", sizeof("disabled"));
	expect_kept();
	predict(&p);
	assert_int_equal(rules_check_stream_owners(&p.in, &f), 0);
	assert_int_equal(rules_check_disabled_owners(&p.in, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, text);
	forget(&p);
}

static void nor_has_it_that_of_the_first_alone(void **state)
{
	char first[TREE_PATH_MAX];

	(void)state;
	open_patched("board-newer");
	set_iommus(tree_path(&b.x.tree, b.board.pass[0], first), ID_LOW, 0x15);
	set_iommus(USDHC1, ID_LOW, 0x15);
	expect_broken(USDHC1
		      ": its stream id 0x15 is also that of a passed device: its DMA would "
		      "go to the guest's memory");
}

/* The last node to name a resource decides its stream id. */
static void a_resource_ends_with_the_id_of_its_node(void **state)
{
	(void)state;
	open_patched("board-newer");
	set_iommus(MU2, ID_LOW, 0x13);
	tree_fixture_set(&b.x, MU2, "fsl,sc_rsrc_id", "\0\0\0\xfb", 4);
	expect_broken(FEC1 ": the last stream id that U-Boot sets for its resource ENET_0 "
			   "(251) is 0x13, but its iommus has 0x12");
	assert_int_equal(check(true), 0);
}

/* Open a patched tree whose node has the power-domains that passed device i had before. */
static void open_with_power(const char *node, size_t i)
{
	struct cells power;
	uint8_t copy[8];

	open_board("board-newer");
	power = tree_cells(&b.x.tree, b.board.pass[i], "power-domains");
	assert_int_equal(power.n, 2);
	memcpy(copy, power.v, sizeof(copy));
	tree_fixture_patch(&b, false);
	tree_fixture_set(&b.x, node, "power-domains", copy, sizeof(copy));
}

static void uboot_disables_no_passed_node(void **state)
{
	(void)state;
	open_with_power("/bus@5d000000/mailbox@5d1d0000", 0);
	expect_broken("/bus@5d000000/mailbox@5d1d0000: U-Boot disables the node: its "
		      "power-domains names resource ENET_0 (251), which is not the host's");
}

static void a_node_that_the_host_loses_is_found_among_all(void **state)
{
	struct prediction p;

	(void)state;
	open_with_power(USDHC1, 1);
	predict(&p);
	assert_int_equal(rules_check_stay_enabled(&p.in, RULES_PASSED, &f), 0);
	assert_int_equal(rules_check_stay_enabled(&p.in, RULES_ALL, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL,
			  USDHC1
			  ": U-Boot disables the node: its power-domains names resource "
			  "ENET_0 (251), which is not the host's");
	forget(&p);
}

/* As Linux finds it: status is "disabled", and power-domains is still there. */
static void a_passed_node_that_uboot_disabled_is_found(void **state)
{
	struct prediction p;

	(void)state;
	open_with_power(FEC1, 1);
	predict(&p);
	assert_int_equal(rules_check_was_enabled(&p.in, 1, &f), 0);
	forget(&p);
	tree_fixture_set(&b.x, FEC1, "status", "disabled", sizeof("disabled"));
	predict(&p);
	assert_int_equal(rules_check_was_enabled(&p.in, 1, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL,
			  FEC1 ": U-Boot disabled the node: its power-domains names resource "
			       "ENET_0 (251), which is not the host's");
	forget(&p);
	tree_fixture_delete(&b.x, FEC1, "power-domains");
	predict(&p);
	assert_int_equal(rules_check_was_enabled(&p.in, 1, &f), 0);
	forget(&p);
}

static void the_domain_has_a_reg_of_0(void **state)
{
	static const char text[] = "/domu/doma: reg is not <0>, so U-Boot's scu_rm may assign "
				   "nothing to the partition and report no error";

	(void)state;
	open_patched("board-newer");
	tree_fixture_set(&b.x, "/domu/doma", "reg", "\0\0\0\1", 4);
	expect_broken(text);
	tree_fixture_set(&b.x, "/domu/doma", "reg", "\0\0\0\0\0\0\0\0", 8);
	expect_broken(text);
	tree_fixture_delete(&b.x, "/domu/doma", "reg");
	expect_broken(text);
	tree_fixture_remove(&b.x, "/domu/doma");
	assert_int_equal(resolve_profile(&b.profile, &b.x.tree, &b.board, &f), 0);
	expect_broken("the tree has no /domu/doma, so U-Boot makes no partition");
}

#define rule_test(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		rule_test(hold_in_patched_trees_old_and_new),
		rule_test(no_reference_dangles),
		rule_test(no_reference_of_a_disabled_node_dangles),
		rule_test(a_clock_that_is_cut_short_is_accepted),
		rule_test(no_stream_id_is_out_of_range),
		rule_test(stream_ids_of_another_iommu_are_accepted),
		rule_test(no_iommus_is_cut_short),
		rule_test(a_passed_bus_master_names_its_resource),
		rule_test(power_domains_names_it_too),
		rule_test(its_resource_is_one_of_the_domain),
		rule_test(a_resource_without_a_stream_id_is_found),
		rule_test(a_mask_has_only_bits_of_the_smmu),
		rule_test(the_passed_nodes_can_be_checked_without_the_others),
		rule_test(no_other_node_has_their_stream_id),
		rule_test(nor_has_it_that_of_the_first_alone),
		rule_test(a_resource_ends_with_the_id_of_its_node),
		rule_test(uboot_disables_no_passed_node),
		rule_test(a_node_that_the_host_loses_is_found_among_all),
		rule_test(a_passed_node_that_uboot_disabled_is_found),
		rule_test(the_domain_has_a_reg_of_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
