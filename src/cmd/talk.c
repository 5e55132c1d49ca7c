/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "cmd/talk.h"

void talk(const struct options *o, const char *fmt, ...)
{
	va_list ap;

	if (o->quiet)
		return;
	fputs("imxpt: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
