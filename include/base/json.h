/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json - the result of a command as one JSON object, and a string out of another one.
 *
 * No I/O.  json.c is the only caller of json-c, and only reads with it: that library reports
 * success for a document that lacks what it found no memory for (its json_object.c,
 * json_escape_str()).
 *
 * Values are added to the innermost open object under a key, or, with NULL for
 * the key, to the innermost open list.  A key is written as it is, without escapes.
 * json_end() reports that memory ran out, so the calls before need no check.
 */
#ifndef IMXPT_BASE_JSON_H
#define IMXPT_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define JSON_DEPTH_MAX 8

/* A document being written. */
struct json {
	char *text;
	size_t n, size;		    /* bytes of it, and those that it has room for */
	char close[JSON_DEPTH_MAX]; /* what ends each open object and list */
	int depth;
	bool failed; /* memory ran out */
};

/* Start a document: { "schema": 1, "command": command (NULL: null).  json_end() must follow. */
void json_begin(struct json *j, const char *command) __attribute__((nonnull(1)));

/* Open an object or a list, and close the innermost one again. */
void json_open_object(struct json *j, const char *key) __attribute__((nonnull(1)));
void json_open_list(struct json *j, const char *key) __attribute__((nonnull(1)));
void json_close(struct json *j) __attribute__((nonnull));

void json_string(struct json *j, const char *key, const char *value) /* NULL: null */
	__attribute__((nonnull(1)));
/* The same, and "" is null, too. */
void json_text(struct json *j, const char *key, const char *value) __attribute__((nonnull));
void json_number(struct json *j, const char *key, int64_t value) __attribute__((nonnull(1)));
void json_address(struct json *j, const char *key, uint64_t value) /* "0x5b040000" */
	__attribute__((nonnull(1)));
void json_flag(struct json *j, const char *key, bool value) __attribute__((nonnull(1)));

/*
 * End the document and return its text, for the caller to free().  In it each byte that is
 * no part of UTF-8 has become U+FFFD, as in most readers of text; a character that is not
 * printable (base/text.h) is \uNNNN.  NULL, with a fault: memory ran out.
 */
char *json_end(struct json *j, struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Store the string that the object has under key in out, cut to size bytes with
 * its NUL; "" if there is none.  Strings may have single quotes, as QEMU accepts them.
 * False: text is not one JSON object, or memory ran out; out is "".
 */
bool json_find_string(const char *text, const char *key, char *out, size_t size)
	__attribute__((nonnull, warn_unused_result));

#endif
