/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input - what commands read: the profile, and trees out of files.
 *
 * Opens files.
 */
#ifndef IMXPT_CMD_FILES_H
#define IMXPT_CMD_FILES_H

#include "cmd/option.h"
#include "profile/profile.h"

/* A tree out of a file. */
struct loaded_tree {
	struct tree tree;
	const char *name; /* the file's, or "standard input"; borrowed */
	void *blob;	  /* owned */
	size_t size;
};

struct loaded_profile {
	struct tree tree;
	struct profile profile;
	const char *name;
	void *owned; /* the file it was read from; NULL: it is built in */
};

/* Read and check the tree at path ("-": standard input).  unload_tree() frees it. */
int load_tree(const char *path, struct loaded_tree *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void unload_tree(struct loaded_tree *l) __attribute__((nonnull));

/*
 * The profile that the options ask for: built in, or a file if the name has a '/'
 * or a '.' in it.  unload_profile() frees it.
 * -ENOENT: no built-in profile of that name.
 */
int load_profile(const struct options *o, struct loaded_profile *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void unload_profile(struct loaded_profile *l) __attribute__((nonnull));

/*
 * Can what the options ask for be written?
 * -EINVAL: neither -o nor -n; JSON and the tree both to standard output; or -o is
 * the file of the profile, of --host or of --virt.
 */
int output_check(const struct options *o, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Write the size bytes of the tree, as file_replace(), but for a dry run; and not
 * behind a report that did not reach its reader, of which main.c tells.
 */
int output_write(const struct options *o, const void *blob, size_t size, bool keep_orig,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
