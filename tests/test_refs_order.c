/* SPDX-License-Identifier: Apache-2.0 */
/* What is found does not depend on which reference of the tree is the first or the last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/derive.h"
#include "host/patch.h"
#include "host/rules.h"
#include "scfw/partition.h"
#include "tree_fixture.h"

#define USDHC1 "/bus@5b000000/mmc@5b010000"

/* The board of a test, its references, and what U-Boot does. */
static struct tree_fixture_board b;
static struct refs refs;
static struct uboot uboot;

static void open_board(const char *name, bool patched)
{
	struct fault f = { 0 };

	tree_fixture_board(&b, name);
	if (patched)
		tree_fixture_patch(&b, false);
	if (refs_collect(&b.x.tree, &refs, &f) || uboot_predict(&b.x.tree, &uboot, &f))
		fail_msg("%s", f.text);
}

static int end(void **state)
{
	(void)state;
	uboot_free(&uboot);
	refs_free(&refs);
	tree_fixture_close(&b.x);
	return 0;
}

static void rotate(void)
{
	struct ref first = refs.v[0];

	memmove(refs.v, refs.v + 1, (refs.n - 1) * sizeof(*refs.v));
	refs.v[refs.n - 1] = first;
}

/* Derive from the references in each order; want is the first result, for derived_free(). */
static void derive_in_each_order(struct derived *want)
{
	struct derived d = { 0 };
	struct fault f = { 0 };

	assert_int_equal(derive(&b.board, &refs, want, &f), 0);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_int_equal(derive(&b.board, &refs, &d, &f), 0);
		assert_int_equal(d.rsrcs.n, want->rsrcs.n);
		assert_int_equal(d.pads.n, want->pads.n);
		assert_int_equal(d.remove.n, want->remove.n);
		assert_int_equal(d.disable.n, want->disable.n);
		assert_int_equal(d.keep_on.n, want->keep_on.n);
		derived_free(&d);
	}
}

static void derived_is_the_same(void **state)
{
	struct derived want = { 0 };

	(void)state;
	open_board("derive-supplies", false);
	derive_in_each_order(&want);
	assert_true(want.rsrcs.n && want.pads.n && want.remove.n && want.keep_on.n);
	derived_free(&want);
}

static void siblings_are_the_same(void **state)
{
	struct derived want = { 0 };

	(void)state;
	open_board("derive-siblings", false);
	derive_in_each_order(&want);
	assert_true(want.disable.n > 0);
	derived_free(&want);
}

static void pads_are_the_same(void **state)
{
	const bool none[PAD_LAST] = { false };
	struct derived_ids pads = { 0 };
	struct fault f = { 0 };

	(void)state;
	open_board("board-newer", false);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_int_equal(pads_find_all_unassigned(&b.board, &refs, none, &pads, &f),
				 0);
		assert_int_equal(pads.n, 2);
		derived_ids_free(&pads);
	}
}

static void conflicts_are_the_same(void **state)
{
	struct conflicts want = { 0 }, c = { 0 };
	struct fault f = { 0 };

	(void)state;
	open_board("board-rival", false);
	assert_int_equal(conflicts_find(&b.board, &refs, &uboot, &want, &f), 0);
	assert_true(want.n > 0);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_int_equal(conflicts_find(&b.board, &refs, &uboot, &c, &f), 0);
		assert_int_equal(c.n, want.n);
		conflicts_free(&c);
	}
	conflicts_free(&want);
}

static void the_rules_break_as_before(void **state)
{
	static const uint8_t wide[12] = { [7] = 0x40 };
	const struct rules_input in = { &b.board, &refs, &uboot };
	struct fault f;
	uint8_t iommus[12];

	(void)state;
	open_board("board-newer", true);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_int_equal(rules_check_all(&in, &f), 0);
	}
	memcpy(iommus, wide, sizeof(wide));
	memcpy(iommus, tree_cells(&b.x.tree, tree_at(&b.x.tree, FEC1), "iommus").v, 4);
	tree_fixture_set(&b.x, USDHC1, "iommus", iommus, sizeof(iommus));
	refs_free(&refs);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_true(rules_check_all(&in, &f) < 0);
		assert_string_equal(f.text, USDHC1 ": stream id 0x40 is not 1 to 63");
	}
	tree_fixture_set(&b.x, USDHC1, "iommus", iommus, 4);
	refs_free(&refs);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_true(rules_check_all(&in, &f) < 0);
		assert_string_equal(f.text,
				    USDHC1 ": iommus: entry 0 has the wrong number of cells");
	}
}

static void a_disabled_device_has_the_same_reason(void **state)
{
	const struct rules_input in = { &b.board, &refs, &uboot };
	struct fault f;
	uint8_t power[8];

	(void)state;
	open_board("board-newer", false);
	memcpy(power, tree_cells(&b.x.tree, b.board.pass[1], "power-domains").v,
	       sizeof(power));
	tree_fixture_patch(&b, false);
	tree_fixture_set(&b.x, FEC1, "power-domains", power, sizeof(power));
	tree_fixture_set(&b.x, FEC1, "status", "disabled", sizeof("disabled"));
	refs_free(&refs);
	assert_int_equal(refs_collect(&b.x.tree, &refs, &f), 0);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_int_equal(rules_check_was_enabled(&in, 1, &f), -EINVAL);
	}
}

static void the_partition_has_the_same_mailbox(void **state)
{
	static struct partition_contents want, c;
	struct fault f = { 0 };

	(void)state;
	open_board("board-newer", true);
	if (partition_contents(&b.board, &refs, &want, &f))
		fail_msg("%s", f.text);
	for (size_t i = 0; i < refs.n; i++) {
		rotate();
		assert_int_equal(partition_contents(&b.board, &refs, &c, &f), 0);
		assert_memory_equal(&c, &want, sizeof(c));
	}
}

#define board_test(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_test(derived_is_the_same),
		board_test(siblings_are_the_same),
		board_test(pads_are_the_same),
		board_test(conflicts_are_the_same),
		board_test(the_rules_break_as_before),
		board_test(a_disabled_device_has_the_same_reason),
		board_test(the_partition_has_the_same_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
