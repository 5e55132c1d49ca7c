/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - a list of edits, as people and scripts read it.
 *
 * Room cmd: writes to a stream.
 */
#ifndef IMXPT_CMD_PLAN_H
#define IMXPT_CMD_PLAN_H

#include <stdio.h>

#include "base/json.h"
#include "dt/edit.h"

/* Write a line for each edit, with its reason. */
void plan_print(FILE *out, const struct edits *l) __attribute__((nonnull));

/* The same as the list "edits" of a JSON object. */
void plan_json(struct json *j, const struct edits *l) __attribute__((nonnull));

#endif
