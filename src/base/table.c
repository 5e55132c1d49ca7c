/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/table.h"

#define COLUMN_GAP 2

static const char *shown(const char *cell)
{
	return cell && *cell ? cell : "-";
}

/* As ECMA-48 has it: "select graphic rendition". */
static void print_cell(FILE *out, const char *cell, unsigned int colour)
{
	if (colour)
		fprintf(out, "\033[%um", colour);
	print_text(out, cell);
	if (colour)
		fputs("\033[0m", out);
}

void table_print(FILE *out, const char *const *cells, const unsigned char *colours,
		 size_t n_rows, size_t n_columns)
{
	size_t columns = print_columns(out), width[TABLE_COLUMNS_MAX] = { 0 }, start = 0;

	for (size_t i = 0; i < n_rows * n_columns; i++) {
		size_t len = print_width(shown(cells[i]));

		if (width[i % n_columns] < len)
			width[i % n_columns] = len;
	}
	for (size_t k = 0; k + 1 < n_columns; k++)
		start += width[k] + COLUMN_GAP;
	for (size_t i = 0; i < n_rows * n_columns; i++) {
		const char *cell = shown(cells[i]);
		int left = (int)(width[i % n_columns] - print_width(cell));

		if ((i + 1) % n_columns == 0) {
			print_wrapped(out, columns, cell, start, start);
			putc('\n', out);
		} else {
			print_cell(out, cell, colours ? colours[i] : 0);
			fprintf(out, "%*s", left + COLUMN_GAP, "");
		}
	}
}
