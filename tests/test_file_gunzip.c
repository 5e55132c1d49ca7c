/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/file.h"
#include "oom.h"

#define LARGE (5 * 1024 * 1024 + 5) /* bytes: it takes some growing */

/* printf 'CONFIG_KVM=y\n' | gzip -n */
static const unsigned char packed[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x73,
	0xf6, 0xf7, 0x73, 0xf3, 0x74, 0x8f, 0xf7, 0x0e, 0xf3, 0xb5, 0xad,
	0xe4, 0x02, 0x00, 0xd8, 0x2c, 0x83, 0x57, 0x0d, 0x00, 0x00, 0x00,
};

static struct fault f;

/* size letters, zipped; the number of bytes is in *n. */
static void *zip(size_t size, size_t *n)
{
	unsigned char *in = malloc(size), *out = malloc(size);
	z_stream z = {
		.next_in = in, .avail_in = (uInt)size, .next_out = out, .avail_out = (uInt)size
	};

	assert_true(in && out);
	for (size_t i = 0; i < size; i++)
		in[i] = (unsigned char)('a' + i % 26);
	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*n = z.total_out;
	deflateEnd(&z);
	free(in);
	return out;
}

static void unpacks_a_text(void **state)
{
	char *text = NULL;

	(void)state;
	assert_true(gunzip_is_zipped(packed, sizeof(packed)));
	assert_int_equal(gunzip(packed, sizeof(packed), LARGE, &text, &f), 0);
	assert_string_equal(text, "CONFIG_KVM=y\n");
	free(text);
}

static void unpacks_what_is_large_up_to_the_limit(void **state)
{
	char *text = NULL;
	size_t n;
	void *zipped = zip(LARGE, &n);

	(void)state;
	assert_int_equal(gunzip(zipped, n, LARGE, &text, &f), 0);
	assert_int_equal(strlen(text), LARGE);
	assert_int_equal(text[LARGE - 1], 'a' + (LARGE - 1) % 26);
	free(text);
	text = NULL;
	assert_int_equal(gunzip(zipped, n, LARGE - 1, &text, &f), -EFBIG);
	assert_null(text);
	free(zipped);
}

static void refuses_what_is_cut_damaged_or_no_gzip(void **state)
{
	unsigned char bad[sizeof(packed)];
	char *text = NULL;

	(void)state;
	for (size_t n = 0; n < sizeof(packed); n++)
		assert_int_equal(gunzip(packed, n, LARGE, &text, &f), -EINVAL);
	memcpy(bad, packed, sizeof(bad));
	bad[27] ^= 1; /* of the checksum */
	assert_int_equal(gunzip(bad, sizeof(bad), LARGE, &text, &f), -EINVAL);
	assert_string_equal(f.text, "damaged, or not made by gzip");
	assert_int_equal(gunzip("CONFIG_KVM=y\n", 13, LARGE, &text, &f), -EINVAL);
	assert_false(gunzip_is_zipped("CONFIG_KVM=y\n", 13));
	assert_true(gunzip_is_zipped(packed, 2)); /* cut, but no text */
	assert_false(gunzip_is_zipped(packed, 1));
	assert_null(text);
}

static void memory_that_runs_out_is_an_error(void **state)
{
	size_t n;
	void *zipped = zip(LARGE, &n);
	char *text = NULL;
	int k = 1;

	(void)state;
	for (;; k++) {
		int ret;

		oom_arm(k);
		ret = gunzip(zipped, n, LARGE, &text, &f);
		if (!oom_hit())
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_null(text);
	}
	assert_true(k > 3);
	free(text);
	free(zipped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unpacks_a_text),
		cmocka_unit_test(unpacks_what_is_large_up_to_the_limit),
		cmocka_unit_test(refuses_what_is_cut_damaged_or_no_gzip),
		cmocka_unit_test(memory_that_runs_out_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
