/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - why something failed, and how to fix it, as a value.
 *
 * No I/O.
 *
 * A fallible function of this program returns 0 or a negative errno and stores the
 * reason in its last argument.  The innermost function that knows why sets the text; an
 * outer one may add where.  Only main.c prints a fault.
 */
#ifndef IMXPT_BASE_FAULT_H
#define IMXPT_BASE_FAULT_H

#include <errno.h>
#include <limits.h>

/* Bytes, with the NUL: a path, and what is wrong. */
#define FAULT_TEXT_MAX (PATH_MAX + 512)
/* What to do.  A command in it must fit: half a quoted name would run as something else. */
#define FAULT_FIX_MAX 2048

struct fault {
	int code;		   /* negative errno; 0: no fault */
	char text[FAULT_TEXT_MAX]; /* one line, as text_format() makes it (base/text.h) */
	char fix[FAULT_FIX_MAX];   /* what to do; "": not known */
};

/*
 * Store code and text; an earlier fault, with its fix, is replaced.  No argument may point
 * into *f.  Returns code.
 */
int fault_set(struct fault *f, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), nonnull(1, 3)));

/* Put "context: " before the text of a stored fault.  Returns its code. */
int fault_in(struct fault *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* Add what fixes it to a stored fault.  Returns its code. */
int fault_fix(struct fault *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* Memory ran out: store -ENOMEM. */
void fault_set_oom(struct fault *f) __attribute__((nonnull));

/* The same, and return it; inline, so that analyzers see the value. */
static inline int fault_oom(struct fault *f)
{
	fault_set_oom(f);
	return -ENOMEM;
}

#endif
