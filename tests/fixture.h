/* SPDX-License-Identifier: Apache-2.0 */
/* fixture - the trees that make compiles from tests/dts/. */
#ifndef IMXPT_TESTS_FIXTURE_H
#define IMXPT_TESTS_FIXTURE_H

#include <stddef.h>

#include "dt/tree.h"

/* The blob of tests/dts/NAME.dts, for the caller to free().  Fails the test without it. */
void *fixture_read(const char *name, size_t *size);

/* The same as an open tree, for fixture_close(). */
void fixture_open(const char *name, struct tree *t);
void fixture_close(struct tree *t);

/*
 * Open and close a copy of the blob that has no byte more than size, so that a read beyond
 * its end is noticed.  Returns what tree_open() does, whose result must fit the fault.
 */
int fixture_open_copy(const void *from, size_t size, struct fault *f);

#endif
