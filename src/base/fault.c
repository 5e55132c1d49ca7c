/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

/* Append what fmt says to the text in out, which has FAULT_TEXT_MAX bytes. */
static void append_args(char *out, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void append_args(char *out, const char *fmt, va_list ap)
{
	size_t used = strlen(out), n;

	vsnprintf(out + used, FAULT_TEXT_MAX - used, fmt, ap);
	for (out += used; *out; out += n ? n : 1) {
		n = text_printable(out);
		if (n == 0)
			*out = '?';
	}
}

static void append(char *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void append(char *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_args(out, fmt, ap);
	va_end(ap);
}

int fault_set(struct fault *f, int code, const char *fmt, ...)
{
	va_list ap;

	f->code = code;
	f->text[0] = '\0';
	f->fix[0] = '\0';
	va_start(ap, fmt);
	append_args(f->text, fmt, ap);
	va_end(ap);
	return code;
}

int fault_in(struct fault *f, const char *fmt, ...)
{
	char inner[FAULT_TEXT_MAX];
	va_list ap;

	memcpy(inner, f->text, sizeof(inner));
	f->text[0] = '\0';
	va_start(ap, fmt);
	append_args(f->text, fmt, ap);
	va_end(ap);
	append(f->text, ": %s", inner);
	return f->code;
}

int fault_fix(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	f->fix[0] = '\0';
	va_start(ap, fmt);
	append_args(f->fix, fmt, ap);
	va_end(ap);
	return f->code;
}
