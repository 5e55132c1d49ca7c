/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number - numbers of several cells, as reg and ranges have them.
 *
 * Room guest: pure.
 */
#ifndef IMXPT_GUEST_NUMBER_H
#define IMXPT_GUEST_NUMBER_H

#include "dt/tree.h"

#define NUMBER_CELLS_MAX 4 /* as libfdt's FDT_MAX_NCELLS */

/*
 * How many cells the node's property says; absent if it has no such property, 0 if
 * it is wrong, or more than NUMBER_CELLS_MAX.
 */
uint32_t number_cells(const struct tree *t, int node, const char *name, uint32_t absent)
	__attribute__((nonnull));

/* The number in n cells of c (0 to 2), from cell i on. */
uint64_t number_get(struct cells c, size_t i, uint32_t n);

/* Write the number to the two big-endian cells at out. */
void number_put(uint32_t *out, uint64_t number) __attribute__((nonnull));

#endif
