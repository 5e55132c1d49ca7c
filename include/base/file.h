/* SPDX-License-Identifier: Apache-2.0 */
/* file - read and write whole files, and decompress them. */
#ifndef IMXPT_BASE_FILE_H
#define IMXPT_BASE_FILE_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

/*
 * Read the whole file at path; "-" is standard input.  Stores its bytes in *out, for the
 * caller to free(), and their number in *size.  A NUL follows them, so that a text can be
 * used as a string.
 * -EFBIG: more than max bytes; else what open(2) and read(2) return.
 */
int file_read(const char *path, size_t max, void **out, size_t *size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The same, from fd to its end; name is for the fault.  fd stays open. */
int file_read_all(int fd, const char *name, size_t max, void **out, size_t *size,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* A file that is replaced, but may be put back as it was. */
struct pending_file {
	const char *path; /* as it was given; borrowed */
	char target[PATH_MAX], orig[PATH_MAX];
	char temp[PATH_MAX]; /* beside target; "": there is no such name */
	int fd;
	bool is_new;	/* target did not exist */
	bool swapped;	/* target has the new contents, and temp the old ones */
	bool kept_orig; /* orig is new */
	sigset_t mask;	/* to be restored */
};

/*
 * Make path hold exactly these bytes, or leave it as it is: they are written beside it,
 * synced, and swapped with it.  A symbolic link stays one and its target is replaced.  A file
 * that is there keeps its mode and owner; a new one gets what the umask says.
 *
 * keep_orig: before that, path's present content is kept as path.orig, unless there is one;
 * of a link, beside its target.
 *
 * If it succeeds, path is replaced, and file_replace_end() or file_replace_undo() must follow:
 * the latter puts path back as it was.  If it fails, path is as it was, nothing stays beside
 * it, and nothing is pending.
 * -EEXIST: path.orig is empty, a link, or no regular file; -EISDIR, -EINVAL: path is a
 * directory, or neither file nor link; -ENOENT: a link to nothing.
 *
 * Signals other than SIGKILL wait for the end.  SIGKILL leaves nothing beside a new file, and
 * beside one that is replaced at most path.N with the old or the new contents, whole.  Only
 * where the file system has no O_TMPFILE, it may leave path.XXXXXX.  Of a name with which
 * these are too long, they have the beginning.  Where the file system cannot swap two names
 * (renameat2(2); FAT can since Linux 6.0), file_replace_undo() leaves a file that was there
 * with the new contents, and path.orig.
 */
int file_replace_start(const char *path, const void *data, size_t size, bool keep_orig,
		       struct pending_file *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
void file_replace_end(struct pending_file *p) __attribute__((nonnull));
void file_replace_undo(struct pending_file *p) __attribute__((nonnull));

/* Write the bytes to standard output, without a buffer.  What write(2) returns. */
int file_write_standard_output(const void *data, size_t size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The name of the file in a message: "-" is standard input. */
const char *file_name(const char *path) __attribute__((nonnull));

/*
 * Are a and b names of one existing file?  Stores the answer in *same.  "-" is standard input.
 * Where one does not exist, they are not; any other error of stat(2) is returned.
 */
int file_same(const char *a, const char *b, bool *same, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* What gzip has compressed.  file.c is the only caller of zlib. */

/* Do the size bytes at data begin like the output of gzip? */
bool gunzip_is_zipped(const void *data, size_t size) __attribute__((nonnull));

/*
 * Decompress the size bytes at data into a text, ended by a NUL, in *out for the
 * caller to free().
 * -EINVAL: not the output of gzip, damaged or incomplete; -EFBIG: more than max bytes.
 */
int gunzip(const void *data, size_t size, size_t max, char **out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
