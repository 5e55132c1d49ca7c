/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/file.h"

#define FIRST_READ 4096		    /* bytes; most files of /proc and /sys have fewer */
#define FIRST_UNPACKED (256 * 1024) /* bytes: a configuration's usual size */
#define GZIP_ALONE (16 + MAX_WBITS) /* zlib's way to say: gzip's header, no other */

/* Append the contents of fd to *buf; pipes and files of /proc have no known size. */
static int append_all(int fd, size_t max, char **buf, size_t *size)
{
	struct stat st;
	size_t space = FIRST_READ;

	/* one byte more than max shows that there is more; one is for the NUL */
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		space = (size_t)st.st_size < max ? (size_t)st.st_size + 2 : max + 2;

	for (*size = 0;;) {
		char *more = realloc(*buf, space);
		ssize_t n;

		if (!more)
			return -ENOMEM;
		*buf = more;
		n = read(fd, *buf + *size, space - *size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		*size += (size_t)n;
		if (*size > max)
			return -EFBIG;
		(*buf)[*size] = '\0';
		if (n == 0)
			return 0;
		if (*size + 1 == space)
			space *= 2;
	}
}

int file_read_all(int fd, const char *name, size_t max, void **out, size_t *size,
		  struct fault *f)
{
	char *buf = NULL;
	int ret = append_all(fd, max, &buf, size);

	if (ret) {
		free(buf);
		return fault_set(f, ret, "cannot read %s: %s", name,
				 ret == -EFBIG ? "larger than any file of its kind" :
						 strerror(-ret));
	}
	*out = buf;
	return 0;
}

int file_read(const char *path, size_t max, void **out, size_t *size, struct fault *f)
{
	int fd, ret;

	if (!strcmp(path, "-"))
		return file_read_all(STDIN_FILENO, file_name(path), max, out, size, f);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fault_set(f, -errno, "cannot open %s: %s", path, strerror(errno));
	ret = file_read_all(fd, path, max, out, size, f);
	close(fd);
	return ret;
}

/* "-" is standard input, as for file_read(). */
static int stat_of(const char *path, struct stat *st)
{
	return strcmp(path, "-") ? stat(path, st) : fstat(STDIN_FILENO, st);
}

const char *file_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

int file_same(const char *a, const char *b, bool *same, struct fault *f)
{
	struct stat sa, sb;
	const char *name = stat_of(a, &sa) ? a : stat_of(b, &sb) ? b : NULL;

	*same = !name && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
	if (!name || errno == ENOENT)
		return 0;
	return fault_set(f, -errno, "cannot stat %s: %s", file_name(name), strerror(errno));
}

bool gunzip_is_zipped(const void *data, size_t size)
{
	return size >= 2 && !memcmp(data, "\x1f\x8b", 2);
}

/* Unpack all of z's input to *out, which has one byte more than it holds. */
static int inflate_all(z_stream *z, size_t max, char **out)
{
	size_t space = FIRST_UNPACKED < max ? FIRST_UNPACKED : max;
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
		/* with space left it is damaged, or needs input that is not there */
		if (z->avail_out)
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
