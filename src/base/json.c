/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "base/json.h"
#include "base/text.h"

#define SCHEMA 1 /* to be raised when a key goes or changes its meaning */

/* Add value, which is owned from here, to the innermost open object or list. */
static void add(struct json *j, const char *key, struct json_object *value)
{
	struct json_object *at = j->failed ? NULL : j->open[j->depth - 1];
	int ret;

	if (!at) {
		json_object_put(value);
		return;
	}
	ret = key ? json_object_object_add(at, key, value) : json_object_array_add(at, value);
	if (ret) {
		json_object_put(value);
		j->failed = true;
	}
}

/* As add(), for a value that had to be made. */
static void add_new(struct json *j, const char *key, struct json_object *value)
{
	if (!value)
		j->failed = true;
	else
		add(j, key, value);
}

static void open_new(struct json *j, const char *key, struct json_object *value)
{
	add_new(j, key, value);
	j->open[j->depth++] = value;
}

void json_begin(struct json *j, const char *command)
{
	*j = (struct json){ .depth = 1 };
	j->open[0] = json_object_new_object();
	if (!j->open[0])
		j->failed = true;
	json_number(j, "schema", SCHEMA);
	json_string(j, "command", command);
}

void json_open_object(struct json *j, const char *key)
{
	open_new(j, key, json_object_new_object());
}

void json_open_list(struct json *j, const char *key)
{
	open_new(j, key, json_object_new_array());
}

void json_close(struct json *j)
{
	j->depth--;
}

void json_string(struct json *j, const char *key, const char *value)
{
	if (value)
		add_new(j, key, json_object_new_string(value));
	else
		add(j, key, NULL);
}

void json_text(struct json *j, const char *key, const char *value)
{
	json_string(j, key, *value ? value : NULL);
}

void json_number(struct json *j, const char *key, int64_t value)
{
	add_new(j, key, json_object_new_int64(value));
}

void json_address(struct json *j, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	json_string(j, key, text);
}

void json_flag(struct json *j, const char *key, bool value)
{
	add_new(j, key, json_object_new_boolean(value));
}

/*
 * Is text all of root?  json-c leaves out what it finds no memory for and
 * does not report it: only reading it back shows that nothing is missing.
 */
static bool is_whole(const char *text, struct json_object *root)
{
	struct json_object *back = json_tokener_parse(text);
	bool same = json_object_equal(back, root);

	json_object_put(back);
	return same;
}

/*
 * JSON must be UTF-8, and the library does not check it.  Characters that are not printable
 * are escaped, as the library does it for those of ASCII; all of them are below U+10000.
 */
static void write_text(FILE *out, const char *text)
{
	while (*text) {
		size_t n, plain = 0;

		while ((n = text[plain] == '\n' ? 1 : text_printable(text + plain)))
			plain += n;
		/* one call for all that is written as it is: the calls are what costs */
		fwrite(text, 1, plain, out);
		text += plain;
		n = text_utf8(text);
		if (n)
			fprintf(out, "\\u%04" PRIx32, text_code_point(text, n));
		else if (*text++)
			fputs("\ufffd", out);
		else
			break;
		text += n;
	}
	putc('\n', out);
}

int json_end(struct json *j, FILE *out, struct fault *f)
{
	struct json_object *root = j->open[0];
	const char *text = NULL;

	if (!j->failed)
		text = json_object_to_json_string_ext(root,
						      JSON_C_TO_STRING_PRETTY |
							      JSON_C_TO_STRING_SPACED |
							      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text && !is_whole(text, root))
		text = NULL;
	if (text)
		write_text(out, text);
	json_object_put(root);
	return text ? 0 : fault_oom(f);
}
