/* SPDX-License-Identifier: Apache-2.0 */
/* What the host does not work without is not taken from it, and the kernel creates each device. */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree_fixture.h"
#include "host/rules.h"

#define SCU "/system-controller"
#define NEW_PHANDLE 4711

static struct tree_fixture_board b;
static struct fault f;

static int end(void **state)
{
	(void)state;
	tree_fixture_close(&b.x);
	return 0;
}

static void open_board(void)
{
	tree_fixture_board(&b, "board-newer");
}

static int check(void)
{
	struct refs refs;
	struct rules_input in = { &b.board, &refs, NULL };
	int ret;

	f = (struct fault){ 0 };
	if (refs_collect(&b.x.tree, &refs, &f))
		fail_msg("%s", f.text);
	ret = rules_check_essentials(&in, &f);
	refs_free(&refs);
	return ret;
}

static void expect_fault(const char *text)
{
	check();
	tree_fixture_says(&f, -EINVAL, text);
}

/* The node's property refers to target, with two argument cells or none. */
static void refer(const char *node, const char *property, const char *target, size_t args)
{
	int at = tree_fixture_at(&b.x.tree, target);
	uint32_t phandle = b.x.tree.nodes[at].phandle;
	uint32_t cells[3] = { htobe32(phandle ? phandle : NEW_PHANDLE) };
	uint32_t added = htobe32(NEW_PHANDLE);

	if (!phandle)
		tree_fixture_set(&b.x, target, "phandle", &added, sizeof(added));
	tree_fixture_set(&b.x, node, property, cells, (1 + args) * sizeof(*cells));
}

#define SCU_NEEDS_MU2 MU2 ": the host does not work without it: mboxes of " SCU " refers to it"

static void the_hosts_mailbox_is_not_passed(void **state)
{
	(void)state;
	open_board();
	assert_int_equal(check(), 0);
	refer(SCU, "mboxes", MU2, 2);
	expect_fault(SCU_NEEDS_MU2);
	assert_non_null(strstr(f.fix, "imx8qm-fec1-mu3"));
}

/* The patch has made the mailbox a dummy, and has disabled what refers to it. */
static void nor_in_a_patched_tree(void **state)
{
	(void)state;
	open_board();
	tree_fixture_patch(&b, false);
	assert_int_equal(check(), 0);
	refer(SCU, "mboxes", MU2, 2);
	expect_fault(SCU_NEEDS_MU2);
	tree_fixture_set(&b.x, SCU, "status", "disabled", sizeof("disabled"));
	expect_fault(SCU_NEEDS_MU2);
}

static void another_user_of_it_is_accepted(void **state)
{
	(void)state;
	open_board();
	refer(FEC2, "mboxes", MU2, 2);
	assert_int_equal(check(), 0);
}

/* A driver of the host that does not work loses its users the same. */
static void what_the_host_needs_refers_to_no_passed_node(void **state)
{
	static const char *const needed[] = { SCU, SCU "/power-controller",
					      SCU "/clock-controller",
					      "/interrupt-controller@51a00000",
					      "/iommu@51400000" };
	char text[FAULT_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		open_board();
		refer(needed[i], "resets", LPCG0, 0);
		snprintf(text, sizeof(text),
			 LPCG0
			 ": the host does not work without it: resets of %s refers to it",
			 needed[i]);
		expect_fault(text);
		assert_string_equal(f.fix, "");
		end(NULL);
	}
	open_board();
	refer("/bus@5a000000/serial@5a060000", "resets", LPCG0, 0);
	assert_int_equal(check(), 0);
}

/* A UART works without its DMA, as other drivers do without some of what they name. */
static void what_a_driver_can_do_without_is_accepted(void **state)
{
	(void)state;
	open_board();
	refer("/iommu@51400000", "dmas", LPCG0, 0);
	assert_int_equal(check(), 0);
}

static void what_the_host_needs_is_not_passed(void **state)
{
	static const char *const needed[] = { SCU, SCU "/power-controller",
					      "/interrupt-controller@51a00000",
					      "/iommu@51400000" };
	char text[FAULT_TEXT_MAX];

	(void)state;
	open_board();
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		b.board.pass[1] = tree_fixture_at(&b.x.tree, needed[i]);
		snprintf(text, sizeof(text), "%s: the host does not work without it",
			 needed[i]);
		expect_fault(text);
	}
}

static void nor_disabled_by_the_profile(void **state)
{
	(void)state;
	open_board();
	b.profile.n_disable = 1;
	b.board.disable[0] = -1; /* not in this tree */
	assert_int_equal(check(), 0);
	b.board.disable[0] = tree_fixture_at(&b.x.tree, "/interrupt-controller@51a00000");
	expect_fault("/interrupt-controller@51a00000: the host does not work without it");
	b.board.disable[0] = tree_fixture_at(&b.x.tree, "/bus@5d000000");
	refer(SCU, "mboxes", "/bus@5d000000/mailbox@5d1c0000", 2);
	expect_fault("/bus@5d000000/mailbox@5d1c0000: the host does not work without it: "
		     "mboxes of " SCU " refers to it");
}

#define NO_DEVICE(why) LPCG0 ": the kernel creates no device below /bus@5b000000: " why

static void expect_no_device(const char *text)
{
	struct rules_input in = { &b.board, NULL, NULL };

	f = (struct fault){ 0 };
	assert_int_equal(rules_check_parents(&in, &f), text ? -EINVAL : 0);
	assert_string_equal(f.text, text ?: "");
	assert_int_equal(*f.fix != 0, text != NULL);
}

static void the_kernel_creates_each_device(void **state)
{
	const char *bus = "/bus@5b000000";

	(void)state;
	open_board();
	expect_no_device(NULL);
	tree_fixture_set(&b.x, bus, "status", "disabled", sizeof("disabled"));
	expect_no_device(NO_DEVICE("it is disabled"));
	tree_fixture_set(&b.x, bus, "status", "okay", sizeof("okay"));
	expect_no_device(NULL);
	b.profile.n_disable = 1;
	b.board.disable[0] = tree_fixture_at(&b.x.tree, bus);
	expect_no_device(NO_DEVICE("the profile disables it"));
}

/* U-Boot disables a bus with power-domains of the guest's. */
static void u_boot_disables_nothing_above(void **state)
{
	struct uboot_disabled disabled = { .resource = 251 };
	struct uboot u = { .disabled = &disabled, .n_disabled = 1 };
	struct rules_input in = { &b.board, NULL, &u };

	(void)state;
	open_board();
	disabled.node = tree_fixture_at(&b.x.tree, "/bus@5b000000");
	assert_int_equal(rules_check_stay_enabled(&in, RULES_PASSED, &f), -EINVAL);
	disabled.node = tree_fixture_at(&b.x.tree, LPCG0);
	assert_int_equal(rules_check_stay_enabled(&in, RULES_PASSED, &f), -EINVAL);
	disabled.node = tree_fixture_at(&b.x.tree, FEC2);
	assert_int_equal(rules_check_stay_enabled(&in, RULES_PASSED, &f), 0);
	disabled.node = tree_fixture_at(&b.x.tree, "/bus@5a000000");
	assert_int_equal(rules_check_stay_enabled(&in, RULES_PASSED, &f), 0);
}

static void it_is_asked_before_a_tree_is_written(void **state)
{
	struct refs refs;
	struct uboot u;
	struct rules_input in = { &b.board, &refs, &u };

	(void)state;
	open_board();
	tree_fixture_patch(&b, false);
	refer(SCU, "mboxes", MU2, 2);
	f = (struct fault){ 0 };
	assert_int_equal(uboot_predict(&b.x.tree, &u, &f), 0);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	assert_int_equal(rules_check_all(&in, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, SCU_NEEDS_MU2);
	refs_free(&refs);
	uboot_free(&u);
}

#define rule_test(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		rule_test(the_hosts_mailbox_is_not_passed),
		rule_test(nor_in_a_patched_tree),
		rule_test(another_user_of_it_is_accepted),
		rule_test(what_the_host_needs_refers_to_no_passed_node),
		rule_test(what_a_driver_can_do_without_is_accepted),
		rule_test(what_the_host_needs_is_not_passed),
		rule_test(nor_disabled_by_the_profile),
		rule_test(the_kernel_creates_each_device),
		rule_test(u_boot_disables_nothing_above),
		rule_test(it_is_asked_before_a_tree_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
