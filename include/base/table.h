/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table - rows of text in aligned columns.
 *
 * Columns are two spaces apart.  On a terminal the last one is wrapped at words.
 */
#ifndef IMXPT_BASE_TABLE_H
#define IMXPT_BASE_TABLE_H

#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 8

/*
 * Write n_rows rows of n_columns (at most TABLE_COLUMNS_MAX) cells each, row
 * after row in cells, to out.  A NULL or empty cell is shown as "-".
 * colours: for each cell the number of an ECMA-48 colour, 0 for none; the last column
 * has none.  NULL: no cell is coloured.
 */
void table_print(FILE *out, const char *const *cells, const unsigned char *colours,
		 size_t n_rows, size_t n_columns) __attribute__((nonnull(1, 2)));

#endif
