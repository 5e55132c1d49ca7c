/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "host/group.h"

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
	return file_read(AT_FDCWD, path, TREE_SIZE_MAX, &blob, &size, &f) ||
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
	struct fault f = { 0 };

	assert_int_equal(group_find(&tree, tree_at(&tree, path), &g, &f), 0);
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
	assert_string_equal(group_of("/no-cells"), "");
	assert_string_equal(group_of("/dangling"), "");
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
	};

	return cmocka_run_group_tests(tests, load, unload);
}
