/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/file.h"

#define FIRST_SIZE (256 * 1024)	    /* bytes: a configuration's usual size */
#define GZIP_ALONE (16 + MAX_WBITS) /* zlib's way to say: gzip's header, no other */

bool gunzip_is_zipped(const void *data, size_t size)
{
	return size >= 2 && !memcmp(data, "\x1f\x8b", 2);
}

/* Unpack all of z's input to *out, which has one byte more than it holds. */
static int inflate_all(z_stream *z, size_t max, char **out)
{
	size_t space = FIRST_SIZE < max ? FIRST_SIZE : max;
	int ret;

	for (;;) {
		char *more = realloc(*out, space + 1);

		if (!more)
			return -ENOMEM;
		*out = more;
		z->next_out = (Bytef *)*out + z->total_out;
		z->avail_out = (uInt)(space - z->total_out);
		ret = inflate(z, Z_NO_FLUSH);
		if (ret == Z_STREAM_END) {
			(*out)[z->total_out] = '\0';
			return 0;
		}
		if (ret == Z_MEM_ERROR)
			return -ENOMEM;
		/* with space left it needs input, and there is no more */
		if ((ret != Z_OK && ret != Z_BUF_ERROR) || z->avail_out)
			return -EINVAL;
		if (space == max)
			return -EFBIG;
		space = space * 2 < max ? space * 2 : max;
	}
}

int gunzip(const void *data, size_t size, size_t max, char **out, struct fault *f)
{
	z_stream z = { .avail_in = (uInt)size };
	char *text = NULL;
	int ret;

	/* zlib's interface has no const, but it only reads there */
	memcpy(&z.next_in, &data, sizeof(data));
	if (inflateInit2(&z, GZIP_ALONE) != Z_OK)
		return fault_oom(f);
	ret = inflate_all(&z, max, &text);
	inflateEnd(&z);
	if (ret == 0) {
		*out = text;
		return 0;
	}
	free(text);
	if (ret == -ENOMEM)
		return fault_oom(f);
	return fault_set(f, ret,
			 ret == -EFBIG ? "it unpacks to more than any file of its kind" :
					 "damaged, or not made by gzip");
}
