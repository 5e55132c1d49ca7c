/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/json.h"
#include "base/text.h"

#define SCHEMA 1 /* raise it when a key is removed or changes its meaning */

/* Append the n bytes at s; after a failure nothing, since something is missing. */
static void put_bytes(struct json *j, const char *s, size_t n)
{
	if (!j->failed && n > j->size - j->n) {
		char *more = realloc(j->text, 2 * (j->n + n));

		if (more) {
			j->text = more;
			j->size = 2 * (j->n + n);
		}
		j->failed = !more;
	}
	if (j->failed)
		return;
	memcpy(j->text + j->n, s, n);
	j->n += n;
}

static void put(struct json *j, const char *s)
{
	put_bytes(j, s, strlen(s));
}

/* The number of bytes at the start of s that are written as they are. */
static size_t plain(const char *s)
{
	size_t n = 0, character;

	while (s[n] != '"' && s[n] != '\\' && (character = text_printable(s + n)) > 0)
		n += character;
	return n;
}

/* Append the character at s, which is not plain.  Returns the number of bytes read. */
static size_t put_escape(struct json *j, const char *s)
{
	size_t n = text_utf8(s);
	char escape[16];

	/* all that are not printable are below U+10000 */
	if (*s == '"' || *s == '\\')
		snprintf(escape, sizeof(escape), "\\%c", *s);
	else
		snprintf(escape, sizeof(escape), "\\u%04" PRIx32,
			 n ? text_code_point(s, n) : 0xfffd);
	put(j, escape);
	return n ? n : 1;
}

static void put_string(struct json *j, const char *s)
{
	put(j, "\"");
	while (*s) {
		size_t n = plain(s);

		put_bytes(j, s, n);
		s += n;
		if (*s)
			s += put_escape(j, s);
	}
	put(j, "\"");
}

static void put_new_line(struct json *j)
{
	static const char line[] = "\n                "; /* as deep as JSON_DEPTH_MAX */

	put_bytes(j, line, 1 + 2 * (size_t)j->depth);
}

/* Has the innermost object or list, which is open, nothing in it? */
static bool is_empty(const struct json *j)
{
	return j->n > 0 && (j->text[j->n - 1] == '{' || j->text[j->n - 1] == '[');
}

/* Append what is before a value of the innermost object or list. */
static void put_key(struct json *j, const char *key)
{
	if (!is_empty(j))
		put(j, ",");
	put_new_line(j);
	if (!key)
		return;
	put(j, "\"");
	put(j, key);
	put(j, "\": ");
}

static void open_value(struct json *j, const char *brackets)
{
	put_bytes(j, brackets, 1);
	j->close[j->depth++] = brackets[1];
}

void json_begin(struct json *j, const char *command)
{
	*j = (struct json){ 0 };
	open_value(j, "{}");
	json_number(j, "schema", SCHEMA);
	json_string(j, "command", command);
}

void json_open_object(struct json *j, const char *key)
{
	put_key(j, key);
	open_value(j, "{}");
}

void json_open_list(struct json *j, const char *key)
{
	put_key(j, key);
	open_value(j, "[]");
}

void json_close(struct json *j)
{
	bool empty = is_empty(j);

	j->depth--;
	if (!empty)
		put_new_line(j);
	put_bytes(j, &j->close[j->depth], 1);
}

void json_string(struct json *j, const char *key, const char *value)
{
	put_key(j, key);
	if (value)
		put_string(j, value);
	else
		put(j, "null");
}

void json_text(struct json *j, const char *key, const char *value)
{
	json_string(j, key, *value ? value : NULL);
}

void json_number(struct json *j, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	put_key(j, key);
	put(j, text);
}

void json_address(struct json *j, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	json_string(j, key, text);
}

void json_flag(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	put(j, value ? "true" : "false");
}

char *json_end(struct json *j, struct fault *f)
{
	while (j->depth > 0)
		json_close(j);
	put_bytes(j, "", 1);
	if (!j->failed)
		return j->text;
	free(j->text);
	fault_oom(f);
	return NULL;
}

/* The value; NULL: the text is not one JSON value. */
static struct json_object *parse(const char *text)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *o = NULL;
	const char *end = text;

	if (!t)
		return NULL;
	o = json_tokener_parse_ex(t, text, -1);
	if (o)
		end += json_tokener_get_parse_end(t);
	json_tokener_free(t);
	if (o && end[strspn(end, " \t\n\r")]) {
		json_object_put(o);
		o = NULL;
	}
	return o;
}

bool json_find_string(const char *text, const char *key, char *out, size_t size)
{
	struct json_object *o = parse(text), *value = NULL;
	bool is_object = json_object_is_type(o, json_type_object);

	if (is_object)
		json_object_object_get_ex(o, key, &value);
	snprintf(out, size, "%s",
		 json_object_is_type(value, json_type_string) ? json_object_get_string(value) :
								"");
	json_object_put(o);
	return is_object;
}
