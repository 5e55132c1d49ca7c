/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source - device trees as people write them.
 *
 * Room cmd: writes to a stream.
 */
#ifndef IMXPT_CMD_SOURCE_H
#define IMXPT_CMD_SOURCE_H

#include <stdio.h>

#include "dt/tree.h"

/*
 * Write a property's value in the syntax of DTS: strings if it looks like some,
 * else cells, else bytes; nothing if it is empty.
 */
void source_value(FILE *out, const void *value, size_t size) __attribute__((nonnull(1)));

/* Write the whole tree as a file that dtc can read. */
void source_tree(FILE *out, const struct tree *t) __attribute__((nonnull));

#endif
