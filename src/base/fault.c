/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

int fault_set(struct fault *f, int code, const char *fmt, ...)
{
	va_list ap;

	f->code = code;
	f->fix[0] = '\0';
	va_start(ap, fmt);
	text_format(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	return code;
}

void fault_set_oom(struct fault *f)
{
	fault_set(f, -ENOMEM, "out of memory");
}

static void set_text(struct fault *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void set_text(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_format(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

int fault_in(struct fault *f, const char *fmt, ...)
{
	char outer[FAULT_TEXT_MAX], inner[FAULT_TEXT_MAX];
	va_list ap;

	memcpy(inner, f->text, sizeof(inner));
	va_start(ap, fmt);
	text_format(outer, sizeof(outer), fmt, ap);
	va_end(ap);
	set_text(f, "%s: %s", outer, inner);
	return f->code;
}

int fault_fix(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_format(f->fix, sizeof(f->fix), fmt, ap);
	va_end(ap);
	return f->code;
}
