/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysfs - the door to /sys, /proc, /dev and /run.
 *
 * Room vfio: the only place there that reads and writes them.  Prints nothing.
 *
 * Every path is relative to a directory, which is / on a board and a copy of
 * its files elsewhere.  Nothing outside of it is read or changed: links are taken
 * as if it were /.  What stat and a link itself say is not kept in.  Functions return 0 or a negative errno and leave the
 * telling to the caller: that a file is missing is an answer here, no fault.
 */
#ifndef IMXPT_VFIO_SYSFS_H
#define IMXPT_VFIO_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "vfio/path.h"

struct sysfs {
	int root;  /* the directory, opened with O_PATH */
	bool live; /* it is /, so the kernel answers; else a recording does */
};

/* Open the directory at path.  sysfs_close() must follow. */
int sysfs_open(const char *path, struct sysfs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void sysfs_close(struct sysfs *s) __attribute__((nonnull));

/*
 * Read the first line of a file, without its newline, into the size bytes at buf.
 * -ENAMETOOLONG: they are too few for it.
 */
int sysfs_read(const struct sysfs *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/* Read where a link points to.  -ENAMETOOLONG: buf is too small. */
int sysfs_link(const struct sysfs *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/*
 * Read the names in a directory, each ended by a NUL, the last by two, in the
 * order in which the kernel gives them.  -E2BIG: buf is too small.
 */
int sysfs_list(const struct sysfs *s, const char *path, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/* What fstatat(2) says, links followed. */
int sysfs_stat(const struct sysfs *s, const char *path, struct stat *out)
	__attribute__((nonnull, warn_unused_result));

/*
 * Write text and a newline with one write(2), and return the kernel's answer
 * to it.  An empty text is a lone newline, which clears an attribute; a write
 * of no bytes would never reach the kernel.
 */
int sysfs_write(const struct sysfs *s, const char *path, const char *text)
	__attribute__((nonnull, warn_unused_result));

/* Open a file for reading and close it again: may it be opened at this moment? */
int sysfs_try_open(const struct sysfs *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

/* May whoever runs this open the file for reading and writing?  It is not opened. */
int sysfs_may_use(const struct sysfs *s, const char *path)
	__attribute__((nonnull, warn_unused_result));

int sysfs_chown(const struct sysfs *s, const char *path, uid_t user, gid_t group)
	__attribute__((nonnull, warn_unused_result));

#endif
