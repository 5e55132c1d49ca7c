/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample - the trees of tests/dts/ with changes to them, and boards in them.
 *
 * What cannot be had fails the test at once.
 */
#ifndef IMXPT_TESTS_SAMPLE_H
#define IMXPT_TESTS_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/board.h"

/* A tree and its blob. */
struct sample {
	void *blob; /* owned */
	size_t size;
	struct tree tree;
};

/* Read tests/dts/NAME.dts as it was compiled.  sample_close() frees it. */
void sample_open(struct sample *x, const char *name);

/* The same of a copy of the size bytes at blob, with room for changes. */
void sample_copy(struct sample *x, const void *blob, size_t size);

void sample_close(struct sample *x);

/* Change the tree and index it again; nodes that come or go change the others' numbers. */
void sample_set(struct sample *x, const char *path, const char *name, const void *value,
		size_t size);
void sample_delete(struct sample *x, const char *path, const char *name);
/* Call it as another one that is there. */
void sample_rename(struct sample *x, const char *path, const char *name, const char *other);
void sample_add(struct sample *x, const char *path, const char *child); /* once */
void sample_remove(struct sample *x, const char *path);

/* Read a built-in profile; the result points into the program. */
void sample_profile(const char *name, struct profile *out);

/* A board with the default profile, in the tree of a fixture. */
struct sample_board {
	struct sample x;
	struct profile profile;
	struct board board;
};

void sample_board(struct sample_board *b, const char *name);

/* Patch b's tree, and find the board in the result. */
void sample_patch(struct sample_board *b, bool as_documented);

/* The plan for b's tree as text: one line an edit, values in hexadecimal; to be freed. */
char *sample_plan(const struct sample_board *b, bool as_documented);

/* Fail unless it is this one. */
void sample_expect_plan(const struct sample_board *b, bool as_documented,
			const char *expected);

/* Fail unless each of the n lines is among those of text. */
void sample_expect_lines(const char *text, const char *const *lines, size_t n);
#define EXPECT_LINES(text, lines) \
	sample_expect_lines(text, lines, sizeof(lines) / sizeof(*(lines)))

/* The passed nodes and their siblings in the samples. */
#define FEC1 "/bus@5b000000/ethernet@5b040000"
#define FEC2 "/bus@5b000000/ethernet@5b050000"
#define LPCG0 "/bus@5b000000/clock-controller@5b230000"
#define LPCG1 "/bus@5b000000/clock-controller@5b240000"
#define MU2 "/bus@5d000000/mailbox@5d1d0000"

/* Fail unless f says exactly text, with this code. */
void sample_says(const struct fault *f, int code, const char *text);

#endif
