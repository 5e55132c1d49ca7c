/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define FIRST_READ 4096 /* bytes: what a file of /proc or /sys holds at most, as a rule */

/* Append what fd holds to *buf; files of /proc and pipes do not know their size. */
static int append_all(int fd, size_t max, char **buf, size_t *size)
{
	struct stat st;
	size_t space = FIRST_READ;

	/* one byte more than max shows that there is more; one is for the NUL */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
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
		return file_read_all(STDIN_FILENO, "standard input", max, out, size, f);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fault_set(f, -errno, "cannot open %s: %s", path, strerror(errno));
	ret = file_read_all(fd, path, max, out, size, f);
	close(fd);
	return ret;
}

int file_same(const char *a, const char *b, bool *same, struct fault *f)
{
	struct stat sa, sb;
	const char *name = stat(a, &sa) ? a : stat(b, &sb) ? b : NULL;

	*same = !name && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
	if (!name || errno == ENOENT)
		return 0;
	return fault_set(f, -errno, "cannot stat %s: %s", name, strerror(errno));
}
