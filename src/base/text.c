/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

size_t text_utf8(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = *s == 0   ? 0 :
		   *s < 0x80 ? 1 :
		   *s < 0xc2 ? 0 :
		   *s < 0xe0 ? 2 :
		   *s < 0xf0 ? 3 :
		   *s < 0xf5 ? 4 :
			       0;

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	/* overlong forms, surrogates, and numbers above U+10FFFF */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

uint32_t text_code_point(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t c = n == 1 ? *s : *s & (0xffU >> (n + 1));

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

size_t text_printable(const char *s)
{
	static const struct {
		uint32_t first, last;
	} control[] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	{ 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	};
	size_t n;
	uint32_t c;

	if (*s >= ' ' && *s <= '~')
		return 1;
	n = text_utf8(s);
	c = text_code_point(s, n);
	for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++) {
		if (c >= control[i].first && c <= control[i].last)
			return 0;
	}
	return n;
}

bool text_has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = text; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (strcspn(s, " ") == len && !strncmp(s, word, len))
			return true;
	}
	return false;
}

bool text_is_printable(const char *s)
{
	for (size_t n; *s; s += n) {
		n = text_printable(s);
		if (n == 0)
			return false;
	}
	return true;
}

/* Replace the second half of the start of text in buf by "..." and the end of text. */
static void cut_middle(char *buf, size_t size, const char *text, size_t len)
{
	static const char gap[] = "...";
	size_t start = size / 2, end = size - start - (sizeof(gap) - 1);

	memcpy(buf + start, gap, sizeof(gap) - 1);
	memcpy(buf + size - end, text + len + 1 - end, end);
}

void text_format(char *buf, size_t size, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(buf, size, fmt, ap);
	if (len >= 0 && (size_t)len >= size) {
		char *whole = malloc((size_t)len + 1);

		if (whole) {
			vsnprintf(whole, (size_t)len + 1, fmt, again);
			cut_middle(buf, size, whole, (size_t)len);
		}
		free(whole);
	}
	va_end(again);
	for (size_t n; *buf; buf += n ? n : 1) {
		n = text_printable(buf);
		if (n == 0)
			*buf = '?';
	}
}

/* '~' and '{' are not here, and '=' must not come first: zsh replaces =NAME by a path. */
static bool is_bare(const char *word)
{
	static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789%+,-./:=@_";

	return *word && *word != '=' && !word[strspn(word, bare)];
}

/* Append the n bytes at s to the used ones of buf, as far as there is space. */
static size_t append(char *buf, size_t size, size_t used, const char *s, size_t n)
{
	if (used + n < size)
		memcpy(buf + used, s, n);
	return used + n;
}

size_t text_quote(char *buf, size_t size, const char *word)
{
	static const char quote[] = "'\\''";
	const char *around = is_bare(word) ? "" : "'";
	size_t used = append(buf, size, 0, around, strlen(around));

	for (size_t n; *word; word += n ? n : 1) {
		n = text_printable(word);
		if (*word == '\'')
			used = append(buf, size, used, quote, sizeof(quote) - 1);
		else
			used = append(buf, size, used, n ? word : "?", n ? n : 1);
	}
	used = append(buf, size, used, around, strlen(around));
	if (size > 0)
		buf[used < size ? used : 0] = '\0';
	return used;
}
