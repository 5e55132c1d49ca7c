/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - text from outside, for a line of output, a shell and a terminal.
 *
 * A character is printable if it is whole UTF-8 (RFC 3629, section 4) and no control
 * character: not one of ASCII or of C1, not a line or paragraph separator, not one
 * that changes the direction of writing (Unicode Standard Annex #9, section 2), with which
 * a name can pretend to be another.
 */
#ifndef IMXPT_BASE_TEXT_H
#define IMXPT_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"

/* The number of bytes of the UTF-8 character at s; 0: there is none, or s is "". */
size_t text_utf8(const char *text) __attribute__((nonnull));

/* The character of n bytes at text, as text_utf8() counts them; 0 if n is 0. */
uint32_t text_code_point(const char *text, size_t n) __attribute__((nonnull));

/* The number of bytes of the printable character at s; 0: there is none, or s is "". */
size_t text_printable(const char *s) __attribute__((nonnull));

/* Are all characters of s printable?  Arguments with others are to be rejected. */
bool text_is_printable(const char *s) __attribute__((nonnull));

/* Does s begin with start? */
__attribute__((nonnull)) static inline bool text_starts(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}

/* Does s end with end? */
__attribute__((nonnull)) static inline bool text_ends(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && !strcmp(s + len - n, end);
}

/* Is word, which has no space, one of the words of text, with spaces between them? */
bool text_has_word(const char *text, const char *word) __attribute__((nonnull));

/*
 * Write what fmt says to the size bytes (16 at least) at buf as one line: a byte that is no
 * part of a printable character becomes '?'.  "..." replaces the middle of what does not
 * fit, since a message has its reason at the end; where memory runs out, the end is cut.
 */
void text_format(char *buf, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0), nonnull));

/* Bytes, with the NUL, that text_quote() needs at most for a word of n bytes. */
#define TEXT_QUOTED_SIZE(n) (4 * (n) + 3)

/*
 * Write word as one word of a line for a POSIX shell, bash or zsh to the size bytes at
 * buf: as it is if no shell does anything with it, in single quotes otherwise.  A byte
 * that is not printable becomes '?', so that a word never makes a second line; a caller
 * to whom the word matters asks text_is_printable() before.  A word that begins with
 * '-' is an option to most commands, quoted or not: put "--" before an operand.
 * Returns the length of the result; if it does not fit into buf, buf is "".
 */
size_t text_quote(char *buf, size_t size, const char *word) __attribute__((nonnull));

/*
 * Text written to a stream.  Names out of trees, sysfs and command lines reach a terminal
 * only through these functions and fault.h: a byte that is no part of a printable
 * character is shown as \xNN, UTF-8 as it is.
 */

/* Write text to out. */
void print_text(FILE *out, const char *text) __attribute__((nonnull));

/* The columns of the terminal that out is; 0: it is none, or its width is not known. */
size_t print_columns(FILE *out) __attribute__((nonnull));

/*
 * Write text, which starts in column start of a line of that many columns (0: no limit).
 * A line break and margin replace the spaces before a word that does not fit.  Where the
 * margin leaves too few columns, only its last characters are written.
 */
void print_wrapped(FILE *out, size_t columns, const char *text, size_t start,
		   const char *margin) __attribute__((nonnull));

/* A line that is written in parts, and wrapped where it goes to a terminal. */
struct line {
	FILE *stream; /* for the parts; NULL: memory ran out */
	char *text;
	size_t size;
};

/* Begin a line, which line_end() must end.  Returns its stream; NULL: memory ran out. */
FILE *line_begin(struct line *l) __attribute__((nonnull));

/* Write the line and a newline to out, as print_wrapped() does; "..." where memory ran out. */
void line_end(struct line *l, FILE *out, const char *margin) __attribute__((nonnull));

/* Write one line that is what fmt says, as line_end() does. */
void print_wrapped_line(FILE *out, const char *margin, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), nonnull(1, 2, 3)));

/* The number of characters that print_text() writes. */
size_t print_width(const char *text) __attribute__((nonnull));

#define TABLE_COLUMNS_MAX 8

/*
 * Write n_rows rows of n_columns (at most TABLE_COLUMNS_MAX) cells each, row after row in
 * cells, in aligned columns two spaces apart.  On a terminal the last column is wrapped at
 * words.  A NULL or empty cell is shown as "-".
 * colours: for each cell the number of an ECMA-48 colour, 0 for none; the last column
 * has none.  NULL: no cell is coloured.
 */
void print_table(FILE *out, const char *const *cells, const unsigned char *colours,
		 size_t n_rows, size_t n_columns) __attribute__((nonnull(1, 2)));

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
