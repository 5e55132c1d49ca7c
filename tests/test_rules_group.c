/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "base/file.h"
#include "host/rules.h"

static struct tree tree;
static void *blob;

static int load(void **state)
{
	struct fault f = { 0 };
	char path[256];
	size_t size;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/dts/groups.dtb",
		 getenv("BUILD") ? getenv("BUILD") : "build");
	return file_read(path, TREE_SIZE_MAX, &blob, &size, &f) ||
	       tree_open(blob, size, &tree, &f);
}

static int unload(void **state)
{
	(void)state;
	tree_close(&tree);
	free(blob);
	return 0;
}

/* The names of node's group, node first, as text. */
static const char *group_of(const char *path)
{
	static char text[256];
	struct group_nodes g;

	group_find(&tree, tree_at(&tree, path), &g);
	assert_false(g.more);
	text[0] = '\0';
	for (size_t i = 0; i < g.n; i++) {
		strcat(text, i ? " " : "");
		strcat(text, tree.nodes[g.v[i]].name);
	}
	return text;
}

static void the_same_entry_is_the_same_group(void **state)
{
	(void)state;
	assert_string_equal(group_of("/same-a"), "same-a same-b same-beyond-mask");
	assert_string_equal(group_of("/same-b"), "same-b same-a same-beyond-mask");
	assert_string_equal(group_of("/other-id"), "other-id");
}

static void a_disabled_node_makes_no_device(void **state)
{
	(void)state;
	assert_string_equal(group_of("/same-off"), "same-off same-a same-b same-beyond-mask");
}

static void one_cell_takes_the_mask_of_the_smmu(void **state)
{
	(void)state;
	assert_string_equal(group_of("/same-here"), "same-here same-there");
}

/* Two that share with a third share with each other. */
static void an_entry_that_covers_others_joins_them(void **state)
{
	(void)state;
	assert_string_equal(group_of("/wide"), "wide in-wide-a in-wide-b");
	assert_string_equal(group_of("/in-wide-b"), "in-wide-b wide in-wide-a");
}

static void any_entry_of_several_counts(void **state)
{
	(void)state;
	assert_string_equal(group_of("/second-of-two"), "second-of-two two");
}

static void what_has_no_whole_entry_is_in_no_group(void **state)
{
	(void)state;
	assert_string_equal(group_of("/none"), "");
	assert_string_equal(group_of("/cut"), "");
	assert_string_equal(group_of("/second-cut"), "second-cut");
	assert_string_equal(group_of("/no-cells"), "");
	assert_string_equal(group_of("/dangling"), "");
}

/* A tree with this many nodes that share one stream id, written to buf. */
static void make_group(char *buf, int size, int n)
{
	char name[20];
	int device, smmu;

	assert_int_equal(fdt_create_empty_tree(buf, size), 0);
	while (n-- > 0) {
		snprintf(name, sizeof(name), "device%d", n);
		device = fdt_add_subnode(buf, 0, name);
		assert_int_equal(fdt_setprop_u32(buf, device, "iommus", 1), 0);
		assert_int_equal(fdt_appendprop_u32(buf, device, "iommus", 0x12), 0);
	}
	smmu = fdt_add_subnode(buf, 0, "smmu");
	assert_int_equal(fdt_setprop_u32(buf, smmu, "#iommu-cells", 1), 0);
	assert_int_equal(fdt_setprop_u32(buf, smmu, "phandle", 1), 0);
}

static void a_larger_group_is_cut_off_and_says_so(void **state)
{
	static char buf[32 * 1024];
	struct {
		struct group_nodes g;
		char after[64];
	} out;
	struct fault f = { 0 };
	char intact[sizeof(out.after)];
	struct tree t;

	(void)state;
	memset(intact, 0xa5, sizeof(intact));
	for (int n = GROUP_NODES_MAX - 1; n <= GROUP_NODES_MAX + 2; n++) {
		make_group(buf, sizeof(buf), n);
		assert_int_equal(tree_open(buf, sizeof(buf), &t, &f), 0);
		memset(&out, 0xa5, sizeof(out));
		group_find(&t, tree_at(&t, "/device0"), &out.g);
		assert_int_equal(out.g.n, n < GROUP_NODES_MAX ? n : GROUP_NODES_MAX);
		assert_int_equal(out.g.more, n > GROUP_NODES_MAX);
		assert_memory_equal(out.after, intact, sizeof(intact));
		tree_close(&t);
	}
}

/* The group of the node is whole, and has n nodes. */
static void assert_group_size(const void *tree_blob, size_t size, const char *path, size_t n)
{
	struct fault f = { 0 };
	struct group_nodes g;
	struct tree t;

	assert_int_equal(tree_open(tree_blob, size, &t, &f), 0);
	group_find(&t, tree_at(&t, path), &g);
	assert_int_equal(g.n, n);
	assert_false(g.more);
	tree_close(&t);
}

static void without_a_mask_each_id_is_a_group(void **state)
{
	static char buf[4096];

	(void)state;
	make_group(buf, sizeof(buf), 3);
	assert_int_equal(fdt_setprop_inplace(buf, fdt_path_offset(buf, "/device1"), "iommus",
					     "\0\0\0\1\0\0\0\x13", 8),
			 0);
	assert_group_size(buf, sizeof(buf), "/device0", 2);
	assert_group_size(buf, sizeof(buf), "/device1", 1);
}

/* The last entry, which device1 has too, is beyond what an SMMU has. */
static void entries_that_no_smmu_has_are_cut_off(void **state)
{
	static char buf[16 * 1024];
	int device;

	(void)state;
	make_group(buf, sizeof(buf), 2);
	device = fdt_path_offset(buf, "/device0");
	assert_int_equal(fdt_delprop(buf, device, "iommus"), 0);
	for (uint32_t i = 0; i <= 192; i++) {
		assert_int_equal(fdt_appendprop_u32(buf, device, "iommus", 1), 0);
		assert_int_equal(fdt_appendprop_u32(buf, device, "iommus",
						    i < 192 ? 0x100 + i : 0x12),
				 0);
	}
	assert_group_size(buf, sizeof(buf), "/device0", 1);
}

/* An entry that is there already takes no place. */
static void an_entry_counts_once(void **state)
{
	enum {
		TIMES = 500
	};
	static char buf[32 * 1024];
	int device;

	(void)state;
	make_group(buf, sizeof(buf), 2);
	device = fdt_path_offset(buf, "/device0");
	for (int i = 0; i < TIMES; i++) {
		assert_int_equal(fdt_appendprop_u32(buf, device, "iommus", 1), 0);
		assert_int_equal(fdt_appendprop_u32(buf, device, "iommus", 0x12), 0);
	}
	assert_group_size(buf, sizeof(buf), "/device0", 2);
}

static size_t entries_read;

int __real_tree_with_phandle(const struct tree *t, uint32_t phandle);
int __wrap_tree_with_phandle(const struct tree *t, uint32_t phandle);
int __wrap_tree_with_phandle(const struct tree *t, uint32_t phandle)
{
	entries_read++;
	return __real_tree_with_phandle(t, phandle);
}

/* As in a hostile tree: no entry is read once for each entry of another node. */
static void many_entries_are_read_once(void **state)
{
	enum {
		N = 60,
		ENTRIES = 100
	};
	static char buf[128 * 1024];
	struct fault f = { 0 };
	struct group_nodes g;
	char path[16];
	struct tree t;

	(void)state;
	make_group(buf, sizeof(buf), N);
	for (uint32_t n = 0; n < N; n++) {
		int device;

		snprintf(path, sizeof(path), "/device%u", n);
		device = fdt_path_offset(buf, path);
		assert_int_equal(fdt_delprop(buf, device, "iommus"), 0);
		for (uint32_t i = 0; i < ENTRIES; i++) {
			assert_int_equal(fdt_appendprop_u32(buf, device, "iommus", 1), 0);
			assert_int_equal(fdt_appendprop_u32(buf, device, "iommus",
							    n * ENTRIES + i),
					 0);
		}
	}
	assert_int_equal(tree_open(buf, sizeof(buf), &t, &f), 0);
	entries_read = 0;
	group_find(&t, tree_at(&t, "/device0"), &g);
	assert_int_equal(g.n, 1);
	assert_true(entries_read >= N * ENTRIES && entries_read <= 2 * N * ENTRIES);
	tree_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_entry_is_the_same_group),
		cmocka_unit_test(a_disabled_node_makes_no_device),
		cmocka_unit_test(one_cell_takes_the_mask_of_the_smmu),
		cmocka_unit_test(an_entry_that_covers_others_joins_them),
		cmocka_unit_test(any_entry_of_several_counts),
		cmocka_unit_test(what_has_no_whole_entry_is_in_no_group),
		cmocka_unit_test(a_larger_group_is_cut_off_and_says_so),
		cmocka_unit_test(without_a_mask_each_id_is_a_group),
		cmocka_unit_test(entries_that_no_smmu_has_are_cut_off),
		cmocka_unit_test(an_entry_counts_once),
		cmocka_unit_test(many_entries_are_read_once),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
