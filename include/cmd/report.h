/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - a list of edits, as people and scripts read it.
 *
 * Writes to a stream.
 */
#ifndef IMXPT_CMD_REPORT_H
#define IMXPT_CMD_REPORT_H

#include <stdio.h>

#include "base/json.h"
#include "cmd/option.h"
#include "dt/edit.h"
#include "dt/tree.h"

/* Write a line for each edit, with its reason. */
void plan_print(FILE *out, const struct edits *l) __attribute__((nonnull));

/* The same as the list "edits" of a JSON object. */
void plan_json(struct json *j, const struct edits *l) __attribute__((nonnull));

/*
 * Write a property's value in the syntax of DTS: strings if it looks like some,
 * else cells, else bytes; nothing if it is empty.
 */
void source_value(FILE *out, const void *value, size_t size) __attribute__((nonnull(1)));

/* Write the whole tree as a file that dtc can read. */
void source_tree(FILE *out, const struct tree *t) __attribute__((nonnull));

/* Write one line, "imxpt: " and what fmt says, unless the options ask for quiet. */
void print_info(const struct options *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull));

#endif
