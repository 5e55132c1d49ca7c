/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_fixture - the trees of tests/dts/ with changes to them, and boards in them.
 *
 * A missing one fails the test at once.
 */
#ifndef IMXPT_TESTS_TREE_FIXTURE_H
#define IMXPT_TESTS_TREE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dt/edit.h"
#include "host/resolve.h"

/* A tree and its blob. */
struct tree_fixture {
	void *blob; /* owned */
	size_t size;
	struct tree tree;
};

/* Read tests/dts/NAME.dts as it was compiled.  tree_fixture_close() frees it. */
void tree_fixture_open(struct tree_fixture *x, const char *name);

/* The same of a copy of the size bytes at blob, with room for changes. */
void tree_fixture_copy(struct tree_fixture *x, const void *blob, size_t size);

void tree_fixture_close(struct tree_fixture *x);

/* The number of the node at path. */
int tree_fixture_at(const struct tree *t, const char *path);

/* Change the tree and index it again; nodes that come or go change the others' numbers. */
void tree_fixture_set(struct tree_fixture *x, const char *path, const char *name,
		      const void *value, size_t size);
void tree_fixture_delete(struct tree_fixture *x, const char *path, const char *name);
/* Call it as another one that is there. */
void tree_fixture_rename(struct tree_fixture *x, const char *path, const char *name,
			 const char *other);
void tree_fixture_add(struct tree_fixture *x, const char *path, const char *child); /* once */
void tree_fixture_remove(struct tree_fixture *x, const char *path);

/* The same of a built-in profile. */
void tree_fixture_open_profile(struct tree_fixture *x, const char *name);

/* Read a built-in profile; the result points into the program. */
void tree_fixture_profile(const char *name, struct profile *out);

/* Read the profile in x, which has this fault or with code 0 none, and close x. */
void tree_fixture_reads_profile(struct tree_fixture *x, int code, const char *text);

/* A board with the default profile, in the tree of a fixture. */
struct tree_fixture_board {
	struct tree_fixture x;
	struct profile profile;
	struct resolved board;
};

void tree_fixture_board(struct tree_fixture_board *b, const char *name);

/* Plan the edits, of the default profile or of the Ghaf guide's; as patch_plan(). */
int tree_fixture_edits(const struct tree_fixture_board *b, bool as_documented, struct edits *l,
		       struct fault *f);

/* Patch b's tree, and find the board in the result. */
void tree_fixture_patch(struct tree_fixture_board *b, bool as_documented);

/* The plan for b's tree as text: one line an edit, values in hexadecimal; to be freed. */
char *tree_fixture_plan(const struct tree_fixture_board *b, bool as_documented);

/* Fail unless it is this one. */
void tree_fixture_expect_plan(const struct tree_fixture_board *b, bool as_documented,
			      const char *expected);

/* Fail unless each of the n lines is among those of text. */
void tree_fixture_expect_lines(const char *text, const char *const *lines, size_t n);
#define EXPECT_LINES(text, lines) \
	tree_fixture_expect_lines(text, lines, sizeof(lines) / sizeof(*(lines)))

/* The passed nodes and their siblings in the samples. */
#define FEC1 "/bus@5b000000/ethernet@5b040000"
#define FEC2 "/bus@5b000000/ethernet@5b050000"
#define LPCG0 "/bus@5b000000/clock-controller@5b230000"
#define LPCG1 "/bus@5b000000/clock-controller@5b240000"
#define MU2 "/bus@5d000000/mailbox@5d1d0000"

/* Fail unless f says exactly text, with this code. */
void tree_fixture_says(const struct fault *f, int code, const char *text);

#endif
