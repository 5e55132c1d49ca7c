/* SPDX-License-Identifier: Apache-2.0 */
/* scratch - an empty directory for a test that writes files. */
#ifndef IMXPT_TESTS_SCRATCH_H
#define IMXPT_TESTS_SCRATCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/fault.h"

extern char scratch[]; /* its path */

/*
 * Make it, writable for all, and go there, with umask 022; leave and remove it, and check
 * that the test has closed what it opened.
 */
int scratch_enter(void **state);
int scratch_leave(void **state);

/* A cmocka test in such a directory. */
#define scratch_test(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)

/* Write a file, check what one holds (up to 255 bytes), and check the names of all. */
void scratch_write(const char *path, const char *text);
bool scratch_holds(const char *path, const char *text);
bool scratch_lists(const char *names); /* sorted, a space between them */

/* file_replace_start() and file_replace_end(). */
int scratch_file_replace(const char *path, const void *data, size_t size, bool keep_orig,
			 struct fault *f);

/* The same with a text; its result, after a check that a fault names path. */
int scratch_replace(const char *path, const char *text, bool keep_orig);

/* How many descriptors are open. */
int scratch_descriptors(void);

/* The type and mode of a file, not of what a link points to. */
mode_t scratch_mode(const char *path);

#endif
