/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts where the first reference of the tree decides. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "guest/deps.h"
#include "tree_fixture.h"

#define SMMU "/iommu@51400000"
#define CAN "/bus@5a000000/can@5a8d0000"
#define GATE "/bus@5a000000/clock-controller@5ac00000"
#define MU3 "/bus@5d000000/mailbox@5d1e0000"

/* Each test changes it. */
static struct tree_fixture x;
static struct draft draft;
static struct fault f;

static int open_board(void **state)
{
	(void)state;
	tree_fixture_open(&x, "board-devices");
	return 0;
}

static int close_board(void **state)
{
	(void)state;
	tree_fixture_close(&x);
	return 0;
}

static void set_cells(const char *path, const char *name, const uint32_t *v, size_t n)
{
	uint32_t cells[8];

	for (size_t i = 0; i < n; i++)
		cells[i] = htobe32(v[i]);
	tree_fixture_set(&x, path, name, cells, 4 * n);
}
#define SET(path, name, ...)                                     \
	set_cells(path, name, (const uint32_t[]){ __VA_ARGS__ }, \
		  sizeof((uint32_t[]){ __VA_ARGS__ }) / 4)

static uint32_t cell_of(const char *path, const char *name)
{
	return cells_get(tree_cells(&x.tree, tree_at(&x.tree, path), name), 0);
}

/* Make the draft for the device, after the first reference is what it should be. */
static int make(const char *path, const char *from, const char *property)
{
	int node = tree_at(&x.tree, path);
	struct refs all;

	f = (struct fault){ 0 };
	assert_int_equal(refs_collect(&x.tree, &all, &f), 0);
	assert_int_equal(all.v[0].from, tree_at(&x.tree, from));
	assert_string_equal(all.v[0].property, property);
	refs_free(&all);
	return draft_make(&x.tree, (struct nodes){ &node, 1 }, &draft, &f);
}

static void its_stream_id_is_taken(void **state)
{
	(void)state;
	SET("/", "iommus", cell_of(SMMU, "phandle"), 0x20, 0);
	assert_int_equal(make(CAN, "/", "iommus"), 0);
	assert_int_equal(draft.stream_id, 0x21);
	draft_free(&draft);
	tree_fixture_delete(&x, "/", "iommus");
	SET("/", "iommu-map", 0, cell_of(SMMU, "phandle"), 0x1f, 3);
	assert_int_equal(make(CAN, "/", "iommu-map"), 0);
	assert_int_equal(draft.stream_id, 0x22);
	draft_free(&draft);
}

static void its_mailbox_is_the_hosts(void **state)
{
	(void)state;
	tree_fixture_set(&x, "/", "compatible", "fsl,imx-scu", sizeof("fsl,imx-scu"));
	SET(MU3, "phandle", 0x77);
	SET("/", "mboxes", 0x77, 0, 0);
	assert_int_equal(make(MU3, "/", "mboxes"), -EINVAL);
	tree_fixture_says(&f, -EINVAL, MU3 ": the host does not work without it");
}

static void its_resource_is_the_devices(void **state)
{
	uint32_t pd = cell_of(CAN, "power-domains"), gic = cell_of("/", "interrupt-parent");

	(void)state;
	tree_fixture_delete(&x, "/", "interrupt-parent");
	SET(CAN, "interrupt-parent", gic);
	SET(MU3, "interrupt-parent", gic);
	tree_fixture_delete(&x, SMMU, "interrupts");
	tree_fixture_delete(&x, CAN, "power-domains");
	tree_fixture_add(&x, "/bus@5a000000", "clock-controller@5ac00000");
	tree_fixture_set(&x, GATE, "compatible", "fsl,imx8qxp-lpcg",
			 sizeof("fsl,imx8qxp-lpcg"));
	SET(GATE, "reg", 0x5ac00000, 0x10000);
	SET(GATE, "#clock-cells", 1);
	SET(GATE, "phandle", 0x77);
	SET(GATE, "power-domains", pd, 105);
	SET(CAN, "clocks", 0x77, 16, 0x77, 0);
	assert_int_equal(make(CAN, GATE, "power-domains"), 0);
	assert_int_equal(draft.n_pass, 3);
	assert_int_equal(draft.pass[1].node, tree_at(&x.tree, CAN));
	assert_int_equal(draft.pass[1].n_rsrcs, 1);
	assert_int_equal(draft.pass[1].rsrcs[0], 105);
	draft_free(&draft);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_board, close_board)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(its_stream_id_is_taken),
		TEST(its_mailbox_is_the_hosts),
		TEST(its_resource_is_the_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
