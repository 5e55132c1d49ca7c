/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysroot - files below a movable root directory: /sys, /proc, /dev, /boot and /run.
 *
 * The only module that opens files there.
 *
 * Every path is relative to the root directory, which is / on a board and a copy of its
 * files elsewhere (a recording).  Below a recording a symbolic link counts as if the
 * recording were /, so that no link leads out of it, whatever is done with the path.
 * The path "" is one that path_format() found too long: every function answers
 * -ENAMETOOLONG to it.
 *
 * Functions without a fault return 0 or a negative errno: that a file is missing is an
 * answer here.
 */
#ifndef IMXPT_BASE_SYSROOT_H
#define IMXPT_BASE_SYSROOT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/fault.h"

#define NAME_SIZE 128 /* bytes of a device's or a driver's name, with its NUL */
#define PATH_SIZE 512 /* bytes of a path, with its NUL: two names and what is around them */

struct sysroot {
	int root;  /* the directory, opened with O_PATH */
	bool live; /* it is /, so the kernel answers; else it is a recording */
	bool walk; /* openat2(2) is missing (Linux before 5.6, seccomp): follow links here */
};

/* Open the directory at path.  sysroot_close() must follow. */
int sysroot_open(const char *path, struct sysroot *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void sysroot_close(struct sysroot *s) __attribute__((nonnull));

/*
 * Read a whole file, as file_read() does: its bytes in *out, for the caller to free(),
 * a NUL after them, their number in *size.  -EFBIG: more than max bytes.
 */
int sysroot_read_file(const struct sysroot *s, const char *path, size_t max, void **out,
		      size_t *size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Read the first line of a file, without its newline, into the size bytes at buf.
 * -ENAMETOOLONG: they are too few for it.
 */
int sysroot_read(const struct sysroot *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/*
 * Read the target of a link, ended by a NUL, into the size bytes at buf.
 * -EINVAL: the file is no link; -ENAMETOOLONG: buf is too small.
 */
int sysroot_link(const struct sysroot *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/*
 * Read the names in a directory, in the order in which the kernel gives them: in
 * *names, for the caller to free(), each is ended by a NUL, the last one by two.
 * Without error *names is never NULL; with one it is.
 */
int sysroot_list(const struct sysroot *s, const char *path, char **names)
	__attribute__((nonnull, warn_unused_result));

/* Is there a file, or something else, at the end of all links?  0: yes. */
int sysroot_exists(const struct sysroot *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

/* As stat(2), which follows links. */
int sysroot_stat(const struct sysroot *s, const char *path, struct stat *out)
	__attribute__((nonnull, warn_unused_result));

/*
 * Write text and a newline with one write(2), and return the kernel's answer
 * to it.  An empty text is a lone newline, which clears an attribute; a write
 * of no bytes would never reach the kernel.  No file is created.
 * -ENAMETOOLONG: text has PATH_SIZE bytes or more.
 */
int sysroot_write(const struct sysroot *s, const char *path, const char *text)
	__attribute__((nonnull, warn_unused_result));

/* Open a file for reading and close it again: may it be opened at this moment? */
int sysroot_try_open(const struct sysroot *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

/*
 * Open a device file for reading and writing.  Returns a file descriptor, for the caller to
 * close(), or a negative errno.
 */
int sysroot_open_device(const struct sysroot *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

/* May this process open the file for reading and writing?  It is not opened. */
int sysroot_may_use(const struct sysroot *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

/* As chown(2), which follows links: a user or group of -1 is not changed. */
int sysroot_chown(const struct sysroot *s, const char *path, uid_t user, gid_t group)
	__attribute__((nonnull, warn_unused_result));

/*
 * Format a path into buf, which has PATH_SIZE bytes, and return buf.  A path that does
 * not fit becomes "", which no function here accepts.
 */
__attribute__((format(printf, 2, 3), nonnull)) static inline const char *path_format(
	char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, PATH_SIZE, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= PATH_SIZE)
		buf[0] = '\0';
	return buf;
}

/*
 * Take the lock of this program, and wait as long as another process has it; log (NULL:
 * none) gets a line before that.  Returns a file descriptor, which holds the lock until
 * it is closed, or a negative errno.
 */
int sysroot_lock(const struct sysroot *s, FILE *log, struct fault *f)
	__attribute__((nonnull(1, 3), warn_unused_result));

#endif
