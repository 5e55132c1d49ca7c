/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/print.h"
#include "base/text.h"

#define LINE_SIZE 1024 /* bytes of a line that needs no memory */

void print_text(FILE *out, const char *text)
{
	for (size_t n; *text; text += n ? n : 1) {
		n = text_printable(text);
		if (n)
			fwrite(text, 1, n, out);
		else
			fprintf(out, "\\x%02x", (unsigned char)*text);
	}
}

size_t print_width(const char *text)
{
	size_t width = 0;

	for (size_t n; *text; text += n ? n : 1) {
		n = text_printable(text);
		width += n ? 1 : strlen("\\x00");
	}
	return width;
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
