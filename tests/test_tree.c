/* SPDX-License-Identifier: Apache-2.0 */
/* What tree.h finds in a sound tree; test_tree_hostile.c has the others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "fixture.h"
#include "oom.h"

enum {
	ROOT,
	BUS1,
	UART1100,
	UART1200,
	BUS2,
	UART2,
	SYMBOLS,
	N_NODES
};

static struct tree t;

static int open_it(void **state)
{
	(void)state;
	fixture_open("tree-walk", &t);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	fixture_close(&t);
	return 0;
}

static void numbers_nodes_in_their_order(void **state)
{
	static const struct {
		const char *name;
		int parent, end;
	} expected[N_NODES] = {
		{ "", -1, N_NODES },
		{ "bus@1000", ROOT, BUS2 },
		{ "uart@1100", BUS1, UART1200 },
		{ "uart@1200", BUS1, BUS2 },
		{ "bus@2000", ROOT, SYMBOLS },
		{ "uart@1100", BUS2, SYMBOLS },
		{ "__symbols__", ROOT, N_NODES },
	};

	(void)state;
	assert_int_equal(t.n_nodes, N_NODES);
	for (int i = 0; i < N_NODES; i++) {
		assert_string_equal(t.nodes[i].name, expected[i].name);
		assert_int_equal(t.nodes[i].parent, expected[i].parent);
		assert_int_equal(t.nodes[i].end, expected[i].end);
	}
}

static void finds_nodes_by_path(void **state)
{
	char path[TREE_PATH_MAX];

	(void)state;
	for (int i = 0; i < N_NODES; i++)
		assert_int_equal(tree_at(&t, tree_path(&t, i, path)), i);
	assert_string_equal(tree_path(&t, ROOT, path), "/");
	assert_string_equal(tree_path(&t, UART2, path), "/bus@2000/uart@1100");
	assert_int_equal(tree_at(&t, "/bus@1000/uart"), -1);
	assert_int_equal(tree_at(&t, "/bus"), -1);
	assert_int_equal(tree_at(&t, "bus@1000"), -1);
	assert_int_equal(tree_at(&t, ""), -1);
	assert_int_equal(tree_at(&t, "//bus@1000"), -1);
	assert_int_equal(tree_at(&t, "/bus@1000/uart@1100/x"), -1);
}

static void finds_children_by_their_full_name(void **state)
{
	(void)state;
	assert_int_equal(tree_child(&t, ROOT, "bus@2000"), BUS2);
	assert_int_equal(tree_child(&t, BUS2, "uart@1100"), UART2);
	assert_int_equal(tree_child(&t, BUS2, "uart"), -1);
	assert_int_equal(tree_child(&t, ROOT, "uart@1100"), -1);
	assert_int_equal(tree_child(&t, UART2, "uart@1100"), -1);
}

static void finds_nodes_by_label(void **state)
{
	(void)state;
	assert_int_equal(tree_labelled(&t, "serial0"), UART1100);
	assert_int_equal(tree_labelled(&t, "none"), -1);
	assert_int_equal(tree_labelled(&t, "lost"), -1);
	assert_int_equal(tree_labelled(&t, "relative"), -1);
	assert_int_equal(tree_labelled(&t, "endless"), -1);
}

static void finds_no_label_without_symbols(void **state)
{
	struct tree other;

	(void)state;
	fixture_open("small-board", &other);
	assert_int_equal(tree_labelled(&other, "serial0"), -1);
	fixture_close(&other);
}

static void finds_nodes_by_phandle(void **state)
{
	(void)state;
	assert_int_equal(tree_with_phandle(&t, 7), UART1100);
	assert_int_equal(tree_with_phandle(&t, 3), UART1200);
	assert_int_equal(tree_with_phandle(&t, 0xfffffffe), BUS2);
	assert_int_equal(tree_with_phandle(&t, 0), -1);
	assert_int_equal(t.n_by_phandle, 3);
	assert_int_equal(t.nodes[ROOT].phandle, 0);
}

static void finds_nodes_by_compatible(void **state)
{
	(void)state;
	assert_int_equal(tree_compatible(&t, "vendor,soc"), ROOT);
	assert_int_equal(tree_compatible(&t, "vendor,uart"), UART1100);
	assert_int_equal(tree_compatible(&t, "vendor"), -1);
	assert_true(tree_is_compatible(&t, UART1200, "vendor,uart"));
	assert_false(tree_is_compatible(&t, BUS1, "vendor,uart"));
}

static void walks_over_properties_in_their_order(void **state)
{
	static const char *const names[] = { "compatible", "phandle", "status", "cells",
					     "bytes",	   "empty",   "words",	"endless" };
	struct prop p = { 0 };
	size_t n = 0;

	(void)state;
	while (tree_next_prop(&t, UART1100, &p)) {
		int size = -1;

		assert_string_equal(p.name, names[n++]);
		assert_ptr_equal(tree_prop(&t, UART1100, p.name, &size), p.value);
		assert_int_equal(size, p.size);
	}
	assert_int_equal(n, 8);
	assert_null(tree_prop(&t, UART1100, "#address-cells", &(int){ 0 }));
	assert_null(tree_prop(&t, UART1100, "cell", &(int){ 0 }));
}

static void reads_cells(void **state)
{
	struct cells c = tree_cells(&t, UART1100, "cells");

	(void)state;
	assert_int_equal(c.n, 3);
	assert_int_equal(cells_get(c, 0), 1);
	assert_int_equal(cells_get(c, 1), 0xffffffff);
	assert_true(cells_have(c, 3) && !cells_have(c, 2));
	c = tree_cells(&t, UART1100, "bytes");
	assert_true(c.v && c.n == 0 && !cells_have(c, 0));
	c = tree_cells(&t, UART1100, "empty");
	assert_true(c.v && c.n == 0);
	c = tree_cells(&t, UART1100, "none");
	assert_true(!c.v && c.n == 0);
}

static void reads_strings(void **state)
{
	struct strings l = tree_strings(&t, UART1100, "words");
	const char *s;

	(void)state;
	assert_int_equal(l.size, 9);
	s = strings_next(l, NULL);
	assert_string_equal(s, "one");
	s = strings_next(l, s);
	assert_string_equal(s, "two");
	s = strings_next(l, s);
	assert_string_equal(s, "");
	assert_null(strings_next(l, s));
	assert_true(strings_have(l, "two") && strings_have(l, "") && !strings_have(l, "tw"));
	assert_string_equal(tree_string(&t, UART1100, "words"), "one");
	assert_string_equal(tree_string(&t, BUS1, "empty-word"), "");
}

static void reads_counts_of_cells_up_to_four(void **state)
{
	(void)state;
	assert_int_equal(tree_cell_count(&t, BUS1, "#address-cells", 2), 1);
	assert_int_equal(tree_cell_count(&t, BUS1, "#size-cells", 1), 4);
	assert_int_equal(tree_cell_count(&t, BUS1, "#interrupt-cells", 3), 0);
	assert_int_equal(tree_cell_count(&t, UART1100, "cells", 3), 0);
	assert_int_equal(tree_cell_count(&t, UART1100, "empty", 3), 0);
	assert_int_equal(tree_cell_count(&t, UART1100, "none", 3), 3);
}

static void writes_numbers_as_two_cells(void **state)
{
	uint32_t v[2] = { 0xffffffff, 0xffffffff };
	struct cells c = { .v = (const uint8_t *)v, .n = 2 };

	(void)state;
	cells_put_number(v, 0x0123456789abcdef);
	assert_memory_equal(v, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	assert_true(cells_number(c, 0, 2) == 0x0123456789abcdef);
	assert_int_equal(cells_number(c, 1, 1), 0x89abcdef);
	assert_int_equal(cells_number(c, 1, 0), 0);
}

static void ignores_a_string_without_an_end(void **state)
{
	struct strings l = tree_strings(&t, UART1100, "endless");

	(void)state;
	assert_true(l.v && l.size == 0 && !strings_next(l, NULL));
	assert_null(tree_string(&t, UART1100, "endless"));
	assert_null(tree_string(&t, UART1100, "empty"));
	assert_null(tree_string(&t, UART1100, "none"));
	assert_null(tree_strings(&t, UART1100, "none").v);
}

static void reads_status_as_linux_does(void **state)
{
	(void)state;
	assert_true(tree_is_enabled(&t, UART1100));
	assert_true(tree_is_enabled(&t, BUS1));
	assert_true(tree_is_enabled(&t, UART1200));
	assert_false(tree_is_enabled(&t, BUS2));
	assert_false(tree_is_enabled(&t, UART2));
}

static void reads_the_size_of_the_blob(void **state)
{
	size_t size;
	void *blob = fixture_read("tree-walk", &size);
	struct fault f = { 0 };
	struct tree same;

	(void)state;
	assert_int_equal(tree_size(&t), size);
	blob = realloc(blob, size + 100); /* what follows it is not read */
	memset((char *)blob + size, 0xff, 100);
	assert_int_equal(tree_open(blob, size + 100, &same, &f), 0);
	assert_int_equal(tree_size(&same), size);
	tree_close(&same);
	assert_null(same.blob);
	tree_close(&same); /* of zeroes now */
	free(blob);
}

static void opening_survives_any_failed_allocation(void **state)
{
	size_t size;
	void *blob = fixture_read("tree-walk", &size);
	int n = 1;

	(void)state;
	for (bool hit = true; hit; n++) {
		struct tree out = { .n_nodes = -1 };
		struct fault f = { 0 };
		int ret;

		oom_arm(n);
		ret = tree_open(blob, size, &out, &f);
		hit = oom_hit();
		assert_int_equal(ret, hit ? -ENOMEM : 0);
		assert_int_equal(f.code, ret);
		if (hit)
			assert_int_equal(out.n_nodes, -1);
		else
			tree_close(&out);
	}
	assert_true(n > 3);
	free(blob);
}

static void skips_nop_tags(void **state)
{
	struct fault f = { 0 };
	struct prop p = { 0 };
	struct tree left;
	size_t size;
	char *blob = fixture_read("tree-walk", &size);

	(void)state;
	fdt_nop_property(blob, fdt_path_offset(blob, "/bus@2000"), "phandle");
	fdt_nop_node(blob, fdt_path_offset(blob, "/bus@1000"));
	assert_int_equal(tree_open(blob, size, &left, &f), 0);
	assert_int_equal(left.n_nodes, N_NODES - BUS2 + 1);
	assert_string_equal(left.nodes[1].name, "bus@2000");
	assert_true(tree_next_prop(&left, 1, &p));
	assert_string_equal(p.name, "linux,phandle");
	assert_true(tree_next_prop(&left, 1, &p));
	assert_string_equal(p.name, "status");
	assert_false(tree_next_prop(&left, 1, &p));
	tree_close(&left);
	free(blob);
}

/* libfdt changes a tree in place if header, reservations, nodes, strings stand like that. */
static void only_blocks_in_order_have_room_for_changes(void **state)
{
	static _Alignas(8) char blob[1024];
	struct tree small = { .blob = blob };
	uint32_t reserved;

	(void)state;
	fdt_create_empty_tree(blob, 512);
	fdt_add_mem_rsv(blob, 0x80000000, 0x1000);
	reserved = fdt_off_mem_rsvmap(blob);
	assert_int_equal(tree_room(&small),
			 512 - fdt_off_dt_strings(blob) - fdt_size_dt_strings(blob));
	/* the reservations once more, after all the rest */
	memcpy(blob + 512, blob + reserved, 2 * sizeof(struct fdt_reserve_entry));
	fdt_set_off_mem_rsvmap(blob, 512);
	fdt_set_totalsize(blob, 1024);
	assert_int_equal(tree_room(&small), 0);
	/* or into the header, or into the nodes */
	fdt_set_off_mem_rsvmap(blob, 32);
	assert_int_equal(tree_room(&small), 0);
	fdt_set_off_mem_rsvmap(blob, reserved);
	fdt_set_off_dt_struct(blob, fdt_off_dt_struct(blob) - 8);
	assert_int_equal(tree_room(&small), 0);
	fdt_set_off_dt_struct(blob, fdt_off_dt_struct(blob) + 8);
	assert_int_not_equal(tree_room(&small), 0);
	fdt_set_off_dt_strings(blob, fdt_off_dt_struct(blob));
	assert_int_equal(tree_room(&small), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_nodes_in_their_order),
		cmocka_unit_test(finds_nodes_by_path),
		cmocka_unit_test(finds_children_by_their_full_name),
		cmocka_unit_test(finds_nodes_by_label),
		cmocka_unit_test(finds_no_label_without_symbols),
		cmocka_unit_test(finds_nodes_by_phandle),
		cmocka_unit_test(finds_nodes_by_compatible),
		cmocka_unit_test(walks_over_properties_in_their_order),
		cmocka_unit_test(reads_cells),
		cmocka_unit_test(reads_strings),
		cmocka_unit_test(reads_counts_of_cells_up_to_four),
		cmocka_unit_test(writes_numbers_as_two_cells),
		cmocka_unit_test(ignores_a_string_without_an_end),
		cmocka_unit_test(reads_status_as_linux_does),
		cmocka_unit_test(reads_the_size_of_the_blob),
		cmocka_unit_test(opening_survives_any_failed_allocation),
		cmocka_unit_test(skips_nop_tags),
		cmocka_unit_test(only_blocks_in_order_have_room_for_changes),
	};

	return cmocka_run_group_tests(tests, open_it, close_it);
}
