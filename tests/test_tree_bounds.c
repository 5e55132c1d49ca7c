/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs whose end comes too early: tree_open() reads nothing behind it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
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
	for (size_t n = 0; n < size; n++)
		assert_int_equal(fixture_open_copy(whole, n, &f), -EINVAL);
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
	_Alignas(8) char blob[SIZE] = "";
	struct fault f = { 0 };

	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rejects_a_blob_truncated_anywhere),
		cmocka_unit_test(survives_every_changed_byte),
		cmocka_unit_test(rejects_a_property_that_ends_after_the_blob),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
