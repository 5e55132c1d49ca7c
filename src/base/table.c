/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/table.h"

static const char *shown(const char *cell)
{
	return cell && *cell ? cell : "-";
}

void table_print(FILE *out, const char *const *cells, size_t n_rows, size_t n_columns)
{
	size_t width[TABLE_COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < n_rows * n_columns; i++) {
		size_t len = strlen(shown(cells[i]));

		if (width[i % n_columns] < len)
			width[i % n_columns] = len;
	}
	for (size_t i = 0; i < n_rows * n_columns; i++) {
		if ((i + 1) % n_columns == 0)
			fprintf(out, "%s\n", shown(cells[i]));
		else
			fprintf(out, "%-*s  ", (int)width[i % n_columns], shown(cells[i]));
	}
}
