/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "base/json.h"

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
