/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print - text from outside, written to a stream.
 *
 * Names out of trees, sysfs and command lines reach a terminal only through this
 * module and through fault.h: a byte that is no part of a printable character (see
 * base/text.h) is shown as \xNN, UTF-8 as it is.
 */
#ifndef IMXPT_BASE_PRINT_H
#define IMXPT_BASE_PRINT_H

#include <stddef.h>
#include <stdio.h>

#include "base/fault.h"

/* Write text to out. */
void print_text(FILE *out, const char *text) __attribute__((nonnull));

/* The columns of the terminal that out is; 0: it is none, or its width is not known. */
size_t print_columns(FILE *out) __attribute__((nonnull));

/*
 * Write text, which starts in column start of a line of that many columns (0: no limit).
 * A line break and indent spaces replace the spaces before a word that does not fit.
 */
void print_wrapped(FILE *out, size_t columns, const char *text, size_t start, size_t indent)
	__attribute__((nonnull));

/* The number of characters that print_text() writes. */
size_t print_width(const char *text) __attribute__((nonnull));

/*
 * Write one line: what fmt says, as print_text() does, and a newline.  So no argument
 * makes a second line.  Where memory runs out, the line ends early with "...".
 */
void print_line(FILE *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(1, 2)));

/*
 * Write the n words as one line for a shell, a space between them, each as text_quote()
 * makes it.
 * -ENOMEM: nothing is written.
 */
int print_command(FILE *out, const char *const *words, size_t n, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
