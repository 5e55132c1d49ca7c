/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files - the files that commands read and write: profiles and device trees.
 */
#ifndef IMXPT_CMD_FILES_H
#define IMXPT_CMD_FILES_H

#include "base/file.h"
#include "cmd/command.h"
#include "profile/profile.h"

/* A tree and the blob that it borrows from. */
struct loaded_tree {
	struct tree tree;
	const char *name; /* of the file, or "standard input"; borrowed */
	void *blob;	  /* owned */
	size_t size;
};

struct loaded_profile {
	struct tree tree;
	struct profile profile;
	const char *name; /* as the options give it; borrowed */
	void *blob;	  /* owned; NULL: the profile is built in */
};

/* Read and check the tree at path ("-": standard input).  unload_tree() frees it. */
int load_tree(const char *path, struct loaded_tree *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Free it; a zeroed one is allowed. */
void unload_tree(struct loaded_tree *l) __attribute__((nonnull));

/*
 * Read and check the profile of the options: the built-in one of that name, else
 * /etc/imxpt/NAME.dtb below --root; a name with a '/' or a '.' is a file's.
 * unload_profile() frees it.
 */
int load_profile(const struct options *o, struct loaded_profile *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * As load_profile(), but where tree is not NULL, the file may be a board's tree: then it is
 * in *tree, for unload_tree(), and there is no profile.
 */
int load_profile_or_tree(const struct options *o, struct loaded_profile *out,
			 struct loaded_tree *tree, struct fault *f)
	__attribute__((nonnull(1, 2, 4), warn_unused_result));

/* Free it; a zeroed one is allowed. */
void unload_profile(struct loaded_profile *l) __attribute__((nonnull));

/*
 * Check whether a tree can be written to where the options say.
 * STATUS_USAGE: neither -o nor -n is given; standard output is a terminal, or is for
 * JSON; or -o names the file of the profile, of --host or of --virt.  STATUS_FAILED: that
 * cannot be known.
 */
enum status output_check(const struct options *o, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* A tree, where the options say that it goes, and the report on it; borrowed. */
struct output {
	const struct options *o;
	const void *blob;
	size_t size;
	bool keep_orig; /* as for file_replace_start() */
	bool unchanged; /* the file has these bytes already */
	int (*report)(const void *work, struct fault *f);
	const void *work; /* the argument of report() */
};

/*
 * Replace the file by the tree, and report on it: so a report is printed only of a tree that
 * is written.  If it fails, or could not be written, the file is put back as it was, as far
 * as file_replace_undo() can; 0 is returned for what could not be written, since main.c
 * reports it.  Standard output gets the tree after the report, and a dry run writes nothing.
 */
int output_write(const struct output *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
