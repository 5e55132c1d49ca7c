/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysfs - the door to /sys, /proc, /dev and /run.
 *
 * The only place there that reads and writes them.  Prints nothing.
 *
 * Every path is relative to a directory, which is / on a board and a copy of
 * its files elsewhere.  Nothing outside of it is read or changed: links are taken
 * as if it were /.  What stat and a link itself say is not kept in.  Functions return 0 or a negative errno and leave the
 * telling to the caller: that a file is missing is an answer here, no fault.
 */
#ifndef IMXPT_BASE_SYSROOT_H
#define IMXPT_BASE_SYSROOT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/fault.h"

#define NAME_SIZE 64  /* bytes of a device's or a driver's name, with its NUL */
#define PATH_SIZE 512 /* bytes of a path or of a link's target, with its NUL */

struct sysroot {
	int root;  /* the directory, opened with O_PATH */
	bool live; /* it is /, so the kernel answers; else a recording does */
};

/* Open the directory at path.  sysroot_close() must follow. */
int sysroot_open(const char *path, struct sysroot *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void sysroot_close(struct sysroot *s) __attribute__((nonnull));

/*
 * Read the first line of a file, without its newline, into the size bytes at buf.
 * -ENAMETOOLONG: they are too few for it.
 */
int sysroot_read(const struct sysroot *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/* Read where a link points to.  -ENAMETOOLONG: buf is too small. */
int sysroot_link(const struct sysroot *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/*
 * Read the names in a directory, each ended by a NUL, the last by two, in the
 * order in which the kernel gives them.  -E2BIG: buf is too small.
 */
int sysroot_list(const struct sysroot *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/* What fstatat(2) says, links followed. */
int sysroot_stat(const struct sysroot *s, const char *path, struct stat *out)
	__attribute__((nonnull, warn_unused_result));

/*
 * Write text and a newline with one write(2), and return the kernel's answer
 * to it.  An empty text is a lone newline, which clears an attribute; a write
 * of no bytes would never reach the kernel.
 */
int sysroot_write(const struct sysroot *s, const char *path, const char *text)
	__attribute__((nonnull, warn_unused_result));

/* Open a file for reading and close it again: may it be opened at this moment? */
int sysroot_try_open(const struct sysroot *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

/* May whoever runs this open the file for reading and writing?  It is not opened. */
int sysroot_may_use(const struct sysroot *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

int sysroot_chown(const struct sysroot *s, const char *path, uid_t user, gid_t group)
	__attribute__((nonnull, warn_unused_result));

/*
 * Format a path into buf, which has PATH_SIZE bytes, and return it.  One that is
 * too long is cut, and will not be found.
 */
__attribute__((format(printf, 2, 3), nonnull)) static inline const char *path_format(
	char *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, PATH_SIZE, fmt, ap);
	va_end(ap);
	return buf;
}

/*
 * Take the lock, and wait for it as long as another process has it; talk (NULL:
 * nowhere) is told so.  Returns a file descriptor, which the lock lasts as long
 * as, or a negative errno.
 */
int sysroot_lock(const struct sysroot *s, FILE *talk, struct fault *f)
	__attribute__((nonnull(1, 3), warn_unused_result));

#endif
