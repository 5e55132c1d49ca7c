/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs whose end comes too early: tree_open() reads nothing after it. */
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

static void rejects_a_blob_truncated_anywhere(void **state)
{
	size_t size;
	char *whole = fixture_read("tree-walk", &size);
	struct fault f;

	(void)state;
	for (size_t n = 0; n < size; n++) {
		assert_int_equal(fixture_open_copy(whole, n, &f), -EINVAL);
		if (n < sizeof(struct fdt_header))
			assert_string_equal(f.text, "not a device tree blob");
		else
			assert_non_null(strstr(f.text, "the blob is truncated"));
	}
	assert_int_equal(fixture_open_copy(whole, size, &f), 0);
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
		ret = fixture_open_copy(whole, size, &f);
		assert_true(ret == 0 || ret == -EINVAL || ret == -E2BIG);
		refused += ret != 0;
		*at = was;
	}
	assert_true(refused > size);
	free(whole);
}

/* As fixture_open_copy(), before a page that cannot be read: a read beyond the end is fatal. */
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

/* Open a tree with this structure block, the last thing in its blob; names are at offset 0. */
static int open_structure(const void *tags, size_t size, struct fault *f)
{
	enum {
		RESERVED = 40,
		STRINGS = 56,
		SIZE = 1024
	};
	_Alignas(8) char blob[SIZE] = "";
	size_t structure = size % 8 ? 60 : 64; /* so that the blob begins at a multiple of 8 */

	*f = (struct fault){ 0 };
	assert_true(structure + size <= SIZE);
	blob[STRINGS] = 'a';
	memcpy(blob + structure, tags, size);
	fdt_set_magic(blob, FDT_MAGIC);
	fdt_set_version(blob, 17);
	fdt_set_last_comp_version(blob, 16);
	fdt_set_totalsize(blob, (uint32_t)(structure + size));
	fdt_set_off_mem_rsvmap(blob, RESERVED);
	fdt_set_off_dt_strings(blob, STRINGS);
	fdt_set_size_dt_strings(blob, 2);
	fdt_set_off_dt_struct(blob, (uint32_t)structure);
	fdt_set_size_dt_struct(blob, (uint32_t)size);
	return open_at_the_end(blob, structure + size, f);
}

static void rejects_a_structure_truncated_anywhere(void **state)
{
	const fdt32_t tags[] = { cpu_to_fdt32(FDT_BEGIN_NODE),
				 0,
				 cpu_to_fdt32(FDT_PROP),
				 cpu_to_fdt32(4),
				 0,
				 0,
				 cpu_to_fdt32(FDT_END_NODE),
				 cpu_to_fdt32(FDT_END) };
	struct fault f;

	(void)state;
	for (size_t size = 0; size < sizeof(tags); size += sizeof(*tags)) {
		assert_int_equal(open_structure(tags, size, &f), -EINVAL);
		assert_string_equal(f.text, "the blob is damaged: FDT_ERR_BADSTRUCTURE");
	}
	assert_int_equal(open_structure(tags, sizeof(tags), &f), 0);
}

static void accepts_nop_tags_before_and_in_the_root(void **state)
{
	const fdt32_t tags[] = {
		cpu_to_fdt32(FDT_NOP), cpu_to_fdt32(FDT_BEGIN_NODE), 0,
		cpu_to_fdt32(FDT_NOP), cpu_to_fdt32(FDT_END_NODE),   cpu_to_fdt32(FDT_END)
	};
	struct fault f;

	(void)state;
	assert_int_equal(open_structure(tags, sizeof(tags), &f), 0);
}

static void rejects_a_property_before_the_root_or_after_a_child(void **state)
{
	const fdt32_t before[] = { cpu_to_fdt32(FDT_PROP),	 0, 0,
				   cpu_to_fdt32(FDT_BEGIN_NODE), 0, cpu_to_fdt32(FDT_END_NODE),
				   cpu_to_fdt32(FDT_END) };
	const fdt32_t after[] = { cpu_to_fdt32(FDT_BEGIN_NODE),
				  0,
				  cpu_to_fdt32(FDT_BEGIN_NODE),
				  cpu_to_fdt32(0x61000000),
				  cpu_to_fdt32(FDT_END_NODE),
				  cpu_to_fdt32(FDT_PROP),
				  0,
				  0,
				  cpu_to_fdt32(FDT_END_NODE),
				  cpu_to_fdt32(FDT_END) };
	struct fault f;

	(void)state;
	assert_int_equal(open_structure(before, sizeof(before), &f), -EINVAL);
	assert_string_equal(f.text, "the blob is damaged: a property is out of order");
	assert_int_equal(open_structure(after, sizeof(after), &f), -EINVAL);
	assert_string_equal(f.text, "the blob is damaged: a property is out of order");
}

static void rejects_a_name_that_never_ends(void **state)
{
	const fdt32_t tags[] = { cpu_to_fdt32(FDT_BEGIN_NODE), 0, cpu_to_fdt32(FDT_BEGIN_NODE),
				 0x61616161, 0x61616161 };
	struct fault f;

	(void)state;
	assert_int_equal(open_structure(tags, sizeof(tags), &f), -EINVAL);
	assert_string_equal(f.text, "the blob is damaged: FDT_ERR_BADSTRUCTURE");
}

/* A step to a wrong place would read a property that is far too long. */
static void steps_over_names_of_each_length(void **state)
{
	const fdt32_t property[] = { cpu_to_fdt32(FDT_PROP),
				     cpu_to_fdt32(16),
				     0,
				     cpu_to_fdt32(FDT_PROP),
				     0xffffffff,
				     cpu_to_fdt32(FDT_PROP),
				     0xffffffff };
	const fdt32_t begin = cpu_to_fdt32(FDT_BEGIN_NODE), end = cpu_to_fdt32(FDT_END_NODE),
		      last = cpu_to_fdt32(FDT_END);
	char tags[1024], *at = tags;
	struct fault f;

	(void)state;
	for (size_t n = 0; n <= 8; n++) {
		at = mempcpy(at, &begin, sizeof(begin));
		memcpy(at, "\0\0\0\0\0\0\0\0\0\0\0", 12);
		memset(at, 'a', n);
		at += (n + 4) / 4 * 4;
		/* the bytes that pad a name are not read */
		if (n % 4 < 3)
			at[-1] = FDT_PROP;
		at = mempcpy(at, property, sizeof(property));
		if (n > 0)
			at = mempcpy(at, &end, sizeof(end));
	}
	at = mempcpy(at, &end, sizeof(end));
	at = mempcpy(at, &last, sizeof(last));
	if (open_structure(tags, (size_t)(at - tags), &f))
		fail_msg("%s", f.text);
}

/* A node with very many properties, before a last one that has others. */
static void finds_all_properties_of_the_node_before_the_last(void **state)
{
	static char blob[65536];
	char name[8];
	struct tree t;
	struct fault f;
	int size;

	(void)state;
	fdt_create(blob, sizeof(blob));
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	fdt_begin_node(blob, "many");
	for (int i = 0; i <= TREE_PROPS_MANY; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		assert_int_equal(fdt_property_u32(blob, name, (uint32_t)i), 0);
	}
	fdt_end_node(blob);
	fdt_begin_node(blob, "last");
	fdt_property_u32(blob, "a", 1);
	fdt_property_u32(blob, "b", 1);
	fdt_end_node(blob);
	fdt_end_node(blob);
	assert_int_equal(fdt_finish(blob), 0);
	assert_int_equal(tree_open(blob, fdt_totalsize(blob), &t, &f), 0);
	for (int i = 0; i <= TREE_PROPS_MANY; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		assert_int_equal(cells_get(tree_cells(&t, 1, name), 0), i);
	}
	assert_null(tree_prop(&t, 1, "a", &size));
	assert_non_null(tree_prop(&t, 2, "b", &size));
	tree_close(&t);
}

static void tells_a_compressed_file_by_two_bytes(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(open_at_the_end("\x1f\x8b", 2, &f), -EINVAL);
	assert_string_equal(f.text, "a file compressed by gzip, not a device tree blob");
	assert_int_equal(open_at_the_end("\x1f", 1, &f), -EINVAL);
	assert_string_equal(f.text, "not a device tree blob");
}

static void names_the_source_of_a_tree(void **state)
{
	static const char *const texts[] = { "/dts-v1/;\n/ { };\n",
					     "#include \"board.dtsi\"\n" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_int_equal(fixture_open_copy(texts[i], strlen(texts[i]), &f), -EINVAL);
		assert_string_equal(f.text,
				    "the source of a device tree, not a device tree blob");
		/* dtc's marks among binary data are none */
		assert_int_equal(fixture_open_copy(texts[i], strlen(texts[i]) + 1, &f),
				 -EINVAL);
		assert_string_equal(f.text, "not a device tree blob");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rejects_a_blob_truncated_anywhere),
		cmocka_unit_test(survives_every_changed_byte),
		cmocka_unit_test(rejects_a_structure_truncated_anywhere),
		cmocka_unit_test(accepts_nop_tags_before_and_in_the_root),
		cmocka_unit_test(rejects_a_property_before_the_root_or_after_a_child),
		cmocka_unit_test(rejects_a_name_that_never_ends),
		cmocka_unit_test(steps_over_names_of_each_length),
		cmocka_unit_test(finds_all_properties_of_the_node_before_the_last),
		cmocka_unit_test(tells_a_compressed_file_by_two_bytes),
		cmocka_unit_test(names_the_source_of_a_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
