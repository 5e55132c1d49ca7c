/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs that are damaged or malicious: tree_open() rejects them with the reason. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "fixture.h"

static _Alignas(8) char blob[1 << 20];

/* Start a tree at blob, up to and with its root. */
static void begin(void)
{
	assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
	assert_int_equal(fdt_finish_reservemap(blob), 0);
	assert_int_equal(fdt_begin_node(blob, ""), 0);
}

static void finish(void)
{
	assert_int_equal(fdt_end_node(blob), 0);
	assert_int_equal(fdt_finish(blob), 0);
}

static void add_node(const char *name)
{
	assert_int_equal(fdt_begin_node(blob, name), 0);
	assert_int_equal(fdt_end_node(blob), 0);
}

static void assert_rejected(int code, const char *why)
{
	struct fault f;

	assert_int_equal(fixture_open_copy(blob, fdt_totalsize(blob), &f), code);
	if (strcmp(f.text, why))
		fail_msg("'%s', not '%s'", f.text, why);
}

static void assert_accepted(void)
{
	struct fault f;

	if (fixture_open_copy(blob, fdt_totalsize(blob), &f))
		fail_msg("%s", f.text);
}

static void rejects_what_is_no_tree(void **state)
{
	struct fault f;

	(void)state;
	memset(blob, 0, 64);
	assert_int_equal(fixture_open_copy(blob, 64, &f), -EINVAL);
	assert_string_equal(f.text, "not a device tree blob");
	assert_int_equal(fixture_open_copy(blob, 0, &f), -EINVAL);
}

static void rejects_a_wrong_header(void **state)
{
	uint32_t size;

	(void)state;
	begin();
	finish();
	size = fdt_totalsize(blob);
	assert_accepted();

	fdt_set_version(blob, 16);
	assert_rejected(-EINVAL, "the blob has format version 16, which is older than 17");
	fdt_set_version(blob, 17);
	fdt_set_last_comp_version(blob, 18);
	assert_rejected(-EINVAL, "the blob is damaged: FDT_ERR_BADVERSION");
	fdt_set_last_comp_version(blob, 16);
	fdt_set_totalsize(blob, sizeof(struct fdt_header) - 1);
	assert_rejected(-EINVAL, "not a device tree blob");
	fdt_set_totalsize(blob, size);
	assert_accepted();
}

static void rejects_a_blob_that_claims_more_than_there_is(void **state)
{
	struct fault f;
	uint32_t size;

	(void)state;
	begin();
	finish();
	size = fdt_totalsize(blob);
	fdt_set_totalsize(blob, size + 1);
	assert_int_equal(fixture_open_copy(blob, size, &f), -EINVAL);
	assert_non_null(strstr(f.text, "truncated"));
	fdt_set_totalsize(blob, 0xffffffff);
	assert_int_equal(fixture_open_copy(blob, size, &f), -EINVAL);
}

static void rejects_blocks_out_of_the_blob(void **state)
{
	static const uint32_t far[] = { 0x7ffffff8, 0x80000000, 0xfffffff8, 0xfffffffc };
	static void (*const setters[])(void *fdt, uint32_t value) = {
		fdt_set_off_dt_struct,	fdt_set_off_dt_strings,	 fdt_set_off_mem_rsvmap,
		fdt_set_size_dt_struct, fdt_set_size_dt_strings,
	};

	(void)state;
	for (size_t i = 0; i < 4 * 5; i++) {
		struct fault f;

		begin();
		finish();
		setters[i / 4](blob, far[i % 4]);
		assert_int_equal(fixture_open_copy(blob, fdt_totalsize(blob), &f), -EINVAL);
	}
}

static void rejects_blocks_that_are_not_aligned(void **state)
{
	(void)state;
	begin();
	finish();
	memmove(blob + fdt_off_dt_struct(blob) + 2, blob + fdt_off_dt_struct(blob), 64);
	fdt_set_off_dt_struct(blob, fdt_off_dt_struct(blob) + 2);
	fdt_set_totalsize(blob, fdt_totalsize(blob) + 2);
	assert_rejected(-EINVAL, "the blob is damaged: a block is not aligned");
	begin();
	finish();
	fdt_set_off_mem_rsvmap(blob, fdt_off_mem_rsvmap(blob) + 4);
	assert_rejected(-EINVAL, "the blob is damaged: a block is not aligned");
}

static void accepts_blocks_in_any_order(void **state)
{
	uint32_t at, n;

	(void)state;
	begin();
	finish();
	/* the structure once more, after the strings */
	at = (fdt_totalsize(blob) + 7) & ~7u;
	n = fdt_size_dt_struct(blob);
	memcpy(blob + at, blob + fdt_off_dt_struct(blob), n);
	memset(blob + fdt_off_dt_struct(blob), 0xff, n);
	fdt_set_off_dt_struct(blob, at);
	fdt_set_totalsize(blob, at + n);
	assert_accepted();
}

static void rejects_names_that_break_paths(void **state)
{
	static const char *const names[] = { "",    "a/b",	"/",	   "a b",
					     "a\n", "\033[31m", "\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		begin();
		add_node(names[i]);
		finish();
		assert_rejected(
			-EINVAL,
			"the blob is damaged: the name of a node is empty or not printable");
	}
}

static void rejects_property_names_that_break_lines(void **state)
{
	static const char why[] =
		"the blob is damaged: the name of a property is not printable, or too long";
	char longest[257];

	(void)state;
	begin();
	fdt_property_u32(blob, "a\nb", 1);
	finish();
	assert_rejected(-EINVAL, why);

	memset(longest, 'p', sizeof(longest));
	for (size_t len = 255; len <= 256; len++) {
		longest[len] = '\0';
		begin();
		fdt_property_u32(blob, longest, 1);
		finish();
		if (len == 255)
			assert_accepted();
		else
			assert_rejected(-EINVAL, why);
		longest[len] = 'p';
	}
}

/* A sum that wraps around would lead back to where it started. */
static void rejects_a_property_that_never_ends(void **state)
{
	static const uint32_t lengths[] = { 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffff4,
					    0xffffffec, 0xffffffff, 64 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct fdt_property *p;

		begin();
		assert_int_equal(fdt_property_u32(blob, "cell", 1), 0);
		finish();
		p = (void *)(blob + fdt_off_dt_struct(blob) + 2 * FDT_TAGSIZE);
		assert_int_equal(fdt32_ld(&p->tag), FDT_PROP);
		fdt32_st(&p->len, lengths[i]);
		assert_rejected(-EINVAL, "the blob is damaged: FDT_ERR_BADSTRUCTURE");
	}
}

static void rejects_all_but_one_nameless_root(void **state)
{
	(void)state;
	begin();
	fdt_end_node(blob);
	fdt_begin_node(blob, "");
	finish();
	assert_rejected(-EINVAL, "the blob is damaged: FDT_ERR_BADSTRUCTURE");

	assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "root");
	finish();
	assert_rejected(-EINVAL, "the blob is damaged: FDT_ERR_BADSTRUCTURE");

	assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
	fdt_finish_reservemap(blob);
	fdt_finish(blob);
	assert_rejected(-EINVAL, "the blob is damaged: it has no node");
}

static void rejects_nodes_nested_too_deep(void **state)
{
	(void)state;
	for (int levels = TREE_DEPTH_MAX; levels <= TREE_DEPTH_MAX + 1; levels++) {
		begin();
		for (int i = 1; i < levels; i++)
			fdt_begin_node(blob, "d");
		for (int i = 1; i < levels; i++)
			fdt_end_node(blob);
		finish();
		if (levels == TREE_DEPTH_MAX)
			assert_accepted();
		else
			assert_rejected(-E2BIG, "nested deeper than 64 levels");
	}
}

static void rejects_paths_that_are_too_long(void **state)
{
	char name[TREE_PATH_MAX];

	(void)state;
	memset(name, 'n', sizeof(name));
	for (int len = 511; len <= 512; len++) {
		begin();
		add_node("n");	  /* another path, which does not count */
		name[510] = '\0'; /* 511 bytes of path with its slash */
		fdt_begin_node(blob, name);
		name[510] = 'n';
		name[len] = '\0';
		add_node(name);
		name[len] = 'n';
		fdt_end_node(blob);
		finish();
		if (511 + 1 + len + 1 <= TREE_PATH_MAX)
			assert_accepted();
		else
			assert_rejected(-E2BIG, "a node's path is longer than 1023");
	}
}

static void prints_the_longest_path(void **state)
{
	char name[TREE_PATH_MAX], path[TREE_PATH_MAX];
	struct fault f = { 0 };
	struct tree t;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[TREE_PATH_MAX - 2] = '\0';
	begin();
	add_node(name);
	finish();
	assert_int_equal(tree_open(blob, fdt_totalsize(blob), &t, &f), 0);
	assert_int_equal(tree_path(&t, 1, path)[0], '/');
	assert_string_equal(path + 1, name);
	tree_close(&t);
}

/* Add a node with a child. */
static void add_nodes(const char *parent, const char *child)
{
	fdt_begin_node(blob, parent);
	add_node(child);
	fdt_end_node(blob);
}

/* Finish the tree, and ask whether a kernel can boot with it. */
static void assert_whole(const char *why)
{
	struct fault f = { 0 };
	struct tree t;

	finish();
	assert_int_equal(tree_open(blob, fdt_totalsize(blob), &t, &f), 0);
	assert_int_equal(tree_check_whole(&t, &f), why ? -EINVAL : 0);
	assert_string_equal(f.text, why ? why : "");
	tree_close(&t);
}

static void tells_overlays_and_fit_images_from_whole_trees(void **state)
{
	(void)state;
	begin();
	add_nodes("fragment@0", "__overlay__");
	assert_whole("an overlay, not a whole device tree");
	begin();
	add_node("a");
	add_nodes("fragment@0", "__overlay__");
	add_node("b");
	assert_whole("an overlay, not a whole device tree");
	begin();
	add_node("__overlay__");
	add_node("images");
	assert_whole(NULL);
	begin();
	add_node("configurations");
	assert_whole(NULL);
	begin();
	add_node("images");
	add_node("configurations");
	assert_whole("a FIT image, not a device tree");
}

static void rejects_two_nodes_of_one_name(void **state)
{
	(void)state;
	begin();
	fdt_begin_node(blob, "bus");
	add_node("dev@1");
	add_node("dev@2");
	add_node("dev@1");
	fdt_end_node(blob);
	finish();
	assert_rejected(-EINVAL, "two nodes are called /bus/dev@1");

	begin();
	add_node("dev@1");
	fdt_begin_node(blob, "bus");
	add_node("dev@1");
	fdt_end_node(blob);
	finish();
	assert_accepted();
}

static void rejects_a_phandle_that_two_nodes_have(void **state)
{
	(void)state;
	begin();
	fdt_begin_node(blob, "a");
	fdt_property_u32(blob, "phandle", 5);
	fdt_end_node(blob);
	fdt_begin_node(blob, "b");
	fdt_property_u32(blob, "linux,phandle", 5);
	fdt_end_node(blob);
	finish();
	assert_rejected(-EINVAL, "phandle 0x5 belongs to two nodes: /a and /b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rejects_what_is_no_tree),
		cmocka_unit_test(rejects_a_wrong_header),
		cmocka_unit_test(rejects_a_blob_that_claims_more_than_there_is),
		cmocka_unit_test(rejects_blocks_out_of_the_blob),
		cmocka_unit_test(rejects_blocks_that_are_not_aligned),
		cmocka_unit_test(accepts_blocks_in_any_order),
		cmocka_unit_test(rejects_names_that_break_paths),
		cmocka_unit_test(rejects_property_names_that_break_lines),
		cmocka_unit_test(rejects_a_property_that_never_ends),
		cmocka_unit_test(rejects_all_but_one_nameless_root),
		cmocka_unit_test(rejects_nodes_nested_too_deep),
		cmocka_unit_test(rejects_paths_that_are_too_long),
		cmocka_unit_test(prints_the_longest_path),
		cmocka_unit_test(tells_overlays_and_fit_images_from_whole_trees),
		cmocka_unit_test(rejects_two_nodes_of_one_name),
		cmocka_unit_test(rejects_a_phandle_that_two_nodes_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
