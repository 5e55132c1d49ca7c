/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/text.h"

#define LINE_SIZE 1024 /* bytes of a line that needs no memory */

#define WRAPPED_MIN 16	/* columns: a narrower text is not wrapped */
#define NARROW_MARGIN 4 /* columns, where WRAPPED_MIN are not left beside the margin */
#define COLUMN_GAP 2	/* of a table */
#define MARGIN_MAX 256	/* columns of a table before its last */

/* The same as print_text(), of the first size bytes; size ends no character early. */
static void print_bytes(FILE *out, const char *text, size_t size)
{
	for (const char *end = text + size; text < end;) {
		size_t run = 0, n;

		while (text + run < end && (n = text_printable(text + run)) > 0)
			run += n;
		/* standard error is unbuffered: a write for each character costs */
		fwrite(text, 1, run, out);
		text += run;
		if (text < end)
			fprintf(out, "\\x%02x", (unsigned char)*text++);
	}
}

static size_t width_of_bytes(const char *text, size_t size)
{
	size_t width = 0;

	for (const char *end = text + size; text < end;) {
		size_t n = text_printable(text);

		width += n ? 1 : strlen("\\x00");
		text += n ? n : 1;
	}
	return width;
}

void print_text(FILE *out, const char *text)
{
	print_bytes(out, text, strlen(text));
}

size_t print_width(const char *text)
{
	return width_of_bytes(text, strlen(text));
}

size_t print_columns(FILE *out)
{
	struct winsize size;

	/* a stream to memory has the file number -1, which no ioctl accepts */
	return ioctl(fileno(out), TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

void print_wrapped(FILE *out, size_t columns, const char *text, size_t start,
		   const char *margin)
{
	size_t column = start, indent = strlen(margin);

	if (columns < indent + WRAPPED_MIN && indent > NARROW_MARGIN) {
		margin += indent - NARROW_MARGIN;
		indent = NARROW_MARGIN;
	}
	if (columns < indent + WRAPPED_MIN) {
		print_text(out, text);
		return;
	}
	while (*text) {
		size_t spaces = strspn(text, " "), size = strcspn(text + spaces, " ");
		size_t width = width_of_bytes(text + spaces, size);

		/* at a line's start a break gains nothing, except after a table's cells */
		if ((column > start || start > indent) && column + spaces + width > columns) {
			fprintf(out, "\n%s", margin);
			column = start = indent;
		} else {
			fprintf(out, "%*s", (int)spaces, "");
			column += spaces;
		}
		print_bytes(out, text + spaces, size);
		column += width;
		text += spaces + size;
	}
}

FILE *line_begin(struct line *l)
{
	*l = (struct line){ 0 };
	l->stream = open_memstream(&l->text, &l->size);
	return l->stream;
}

void line_end(struct line *l, FILE *out, const char *margin)
{
	if (l->stream)
		fclose(l->stream);
	print_wrapped(out, print_columns(out), l->text ? l->text : "...", 0, margin);
	putc('\n', out);
	free(l->text);
}

void print_wrapped_line(FILE *out, const char *margin, const char *fmt, ...)
{
	struct line l;
	va_list ap;

	va_start(ap, fmt);
	if (line_begin(&l))
		vfprintf(l.stream, fmt, ap);
	va_end(ap);
	line_end(&l, out, margin);
}

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

void print_table(FILE *out, const char *const *cells, const unsigned char *colours,
		 size_t n_rows, size_t n_columns)
{
	size_t columns = print_columns(out), width[TABLE_COLUMNS_MAX] = { 0 }, start = 0;
	char margin[MARGIN_MAX];

	for (size_t i = 0; i < n_rows * n_columns; i++) {
		size_t len = print_width(shown(cells[i]));

		if (width[i % n_columns] < len)
			width[i % n_columns] = len;
	}
	for (size_t k = 0; k + 1 < n_columns; k++)
		start += width[k] + COLUMN_GAP;
	snprintf(margin, sizeof(margin), "%*s", (int)start, "");
	for (size_t i = 0; i < n_rows * n_columns; i++) {
		const char *cell = shown(cells[i]);
		int left = (int)(width[i % n_columns] - print_width(cell));

		if ((i + 1) % n_columns == 0) {
			print_wrapped(out, columns, cell, start, margin);
			putc('\n', out);
		} else {
			print_cell(out, cell, colours ? colours[i] : 0);
			fprintf(out, "%*s", left + COLUMN_GAP, "");
		}
	}
}

void print_line(FILE *out, const char *fmt, ...)
{
	char line[LINE_SIZE] = "", *longer = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n >= LINE_SIZE) {
		longer = malloc((size_t)n + 1);
		va_start(ap, fmt);
		if (longer)
			vsnprintf(longer, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	print_text(out, longer ? longer : line);
	fputs(n >= LINE_SIZE && !longer ? "...\n" : "\n", out);
	free(longer);
}

int print_command(FILE *out, const char *const *words, size_t n, struct fault *f)
{
	size_t size = 1;
	char *buf;

	for (size_t i = 0; i < n; i++) {
		size_t needed = TEXT_QUOTED_SIZE(strlen(words[i]));

		size = needed > size ? needed : size;
	}
	buf = malloc(size);
	if (!buf)
		return fault_oom(f);
	for (size_t i = 0; i < n; i++) {
		text_quote(buf, size, words[i]);
		fprintf(out, "%s%s", i ? " " : "", buf);
	}
	putc('\n', out);
	free(buf);
	return 0;
}
