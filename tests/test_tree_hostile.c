/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs that are damaged or made to hurt: tree_open() refuses them and says why. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* Open a copy that has no byte more than size, so that a look behind it is noticed. */
static int open_copy(const void *from, size_t size, struct fault *f)
{
	struct tree t = { .n_nodes = -1 };
	void *copy = malloc(size ? size : 1);
	int ret;

	*f = (struct fault){ 0 };
	memcpy(copy, from, size);
	ret = tree_open(copy, size, &t, f);
	assert_int_equal(f->code, ret);
	if (ret)
		assert_int_equal(t.n_nodes, -1);
	else
		tree_close(&t);
	free(copy);
	return ret;
}

static void assert_rejected(int code, const char *why)
{
	struct fault f;

	assert_int_equal(open_copy(blob, fdt_totalsize(blob), &f), code);
	if (strcmp(f.text, why))
		fail_msg("'%s', not '%s'", f.text, why);
}

static void assert_accepted(void)
{
	struct fault f;

	if (open_copy(blob, fdt_totalsize(blob), &f))
		fail_msg("%s", f.text);
}

static void rejects_a_blob_truncated_anywhere(void **state)
{
	size_t size;
	char *whole = fixture_read("tree-walk", &size);
	struct fault f;

	(void)state;
	for (size_t n = 0; n < size; n++)
		assert_int_equal(open_copy(whole, n, &f), -EINVAL);
	assert_int_equal(open_copy(whole, size, &f), 0);
	free(whole);
}

/* Whatever the bytes say: it is refused, or all of it can be walked. */
static void survives_every_changed_byte(void **state)
{
	static const unsigned char flips[] = { 0x01, 0x02, 0x04, 0x08, 0x80, 0xff };
	size_t size, refused = 0;
	unsigned char *whole = fixture_read("tree-walk", &size);

	(void)state;
	for (size_t i = 0; i < size * sizeof(flips); i++) {
		unsigned char *at = &whole[i / sizeof(flips)], was = *at;
		struct fault f;
		int ret;

		*at ^= flips[i % sizeof(flips)];
		ret = open_copy(whole, size, &f);
		assert_true(ret == 0 || ret == -EINVAL || ret == -E2BIG);
		refused += ret != 0;
		*at = was;
	}
	assert_true(refused > size);
	free(whole);
}

static void rejects_what_is_no_tree(void **state)
{
	struct fault f;

	(void)state;
	memset(blob, 0, 64);
	assert_int_equal(open_copy(blob, 64, &f), -EINVAL);
	assert_string_equal(f.text, "not a device tree blob");
	assert_int_equal(open_copy(blob, 0, &f), -EINVAL);
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
	assert_int_equal(open_copy(blob, size, &f), -EINVAL);
	assert_non_null(strstr(f.text, "truncated"));
	fdt_set_totalsize(blob, 0xffffffff);
	assert_int_equal(open_copy(blob, size, &f), -EINVAL);
}

static void rejects_blocks_out_of_the_blob(void **state)
{
	static const uint32_t far[] = { 0x7ffffff8, 0x80000000, 0xfffffff8, 0xfffffffc };

	(void)state;
	for (size_t i = 0; i < 4 * 5; i++) {
		uint32_t value = far[i % 4];
		struct fault f;

		begin();
		finish();
		switch (i / 4) {
		case 0:
			fdt_set_off_dt_struct(blob, value);
			break;
		case 1:
			fdt_set_off_dt_strings(blob, value);
			break;
		case 2:
			fdt_set_off_mem_rsvmap(blob, value);
			break;
		case 3:
			fdt_set_size_dt_struct(blob, value);
			break;
		case 4:
			fdt_set_size_dt_strings(blob, value);
			break;
		}
		assert_int_equal(open_copy(blob, fdt_totalsize(blob), &f), -EINVAL);
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
	/* the structure once more, behind the strings */
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
	char longest[257];

	(void)state;
	begin();
	fdt_property_u32(blob, "a\nb", 1);
	finish();
	assert_rejected(
		-EINVAL,
		"the blob is damaged: the name of a property is not printable, or too long");

	memset(longest, 'p', sizeof(longest));
	for (size_t len = 255; len <= 256; len++) {
		longest[len] = '\0';
		begin();
		fdt_property_u32(blob, longest, 1);
		finish();
		if (len == 255)
			assert_accepted();
		else
			assert_rejected(
				-EINVAL,
				"the blob is damaged: the name of a property is not printable, or too long");
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

/* The same before a page that cannot be read, where a read beyond the end is fatal. */
static int open_at_the_end(const void *from, size_t size, struct fault *f)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	struct tree t;
	int ret;

	assert_true(pages != MAP_FAILED && size <= page);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	memcpy(pages + page - size, from, size);
	ret = tree_open(pages + page - size, size, &t, f);
	if (ret == 0)
		tree_close(&t);
	munmap(pages, 2 * page);
	return ret;
}

/* The structure block is the last, and its property has a cell that the blob has not. */
static void rejects_a_property_that_ends_after_the_blob(void **state)
{
	enum {
		RESERVED = 40,
		STRINGS = 56,
		STRUCTURE = 60,
		SIZE = 80
	};
	const fdt32_t tags[] = { cpu_to_fdt32(FDT_BEGIN_NODE), 0, cpu_to_fdt32(FDT_PROP),
				 cpu_to_fdt32(4), 0 };
	struct fault f = { 0 };

	(void)state;
	begin();
	memset(blob + RESERVED, 0, SIZE - RESERVED);
	blob[STRINGS] = 'a';
	memcpy(blob + STRUCTURE, tags, sizeof(tags));
	fdt_set_magic(blob, FDT_MAGIC);
	fdt_set_version(blob, 17);
	fdt_set_last_comp_version(blob, 16);
	fdt_set_totalsize(blob, SIZE);
	fdt_set_off_mem_rsvmap(blob, RESERVED);
	fdt_set_off_dt_strings(blob, STRINGS);
	fdt_set_size_dt_strings(blob, 2);
	fdt_set_off_dt_struct(blob, STRUCTURE);
	fdt_set_size_dt_struct(blob, sizeof(tags));
	assert_int_equal(open_at_the_end(blob, SIZE, &f), -EINVAL);
	assert_string_equal(f.text, "the blob is damaged: FDT_ERR_BADSTRUCTURE");
}

static void rejects_a_property_after_a_child(void **state)
{
	(void)state;
	begin();
	add_node("child");
	fdt_property_u32(blob, "late", 1);
	finish();
	assert_rejected(-EINVAL, "the blob is damaged: a node or a property is out of order");
}

static void rejects_a_second_root_and_none(void **state)
{
	(void)state;
	begin();
	fdt_end_node(blob);
	fdt_begin_node(blob, "");
	finish();
	assert_rejected(-EINVAL, "the blob is damaged: FDT_ERR_BADSTRUCTURE");

	assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
	fdt_finish_reservemap(blob);
	fdt_finish(blob);
	assert_rejected(-EINVAL, "the blob is damaged: a node or a property is out of order");
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
		cmocka_unit_test(rejects_a_blob_truncated_anywhere),
		cmocka_unit_test(survives_every_changed_byte),
		cmocka_unit_test(rejects_what_is_no_tree),
		cmocka_unit_test(rejects_a_wrong_header),
		cmocka_unit_test(rejects_a_blob_that_claims_more_than_there_is),
		cmocka_unit_test(rejects_blocks_out_of_the_blob),
		cmocka_unit_test(rejects_blocks_that_are_not_aligned),
		cmocka_unit_test(accepts_blocks_in_any_order),
		cmocka_unit_test(rejects_names_that_break_paths),
		cmocka_unit_test(rejects_property_names_that_break_lines),
		cmocka_unit_test(rejects_a_property_that_never_ends),
		cmocka_unit_test(rejects_a_property_that_ends_after_the_blob),
		cmocka_unit_test(rejects_a_property_after_a_child),
		cmocka_unit_test(rejects_a_second_root_and_none),
		cmocka_unit_test(rejects_nodes_nested_too_deep),
		cmocka_unit_test(rejects_paths_that_are_too_long),
		cmocka_unit_test(rejects_two_nodes_of_one_name),
		cmocka_unit_test(rejects_a_phandle_that_two_nodes_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
