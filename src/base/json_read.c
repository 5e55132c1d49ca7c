/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <json-c/json.h>

#include "base/json.h"

bool json_find_string(const char *text, const char *key, char *out, size_t size)
{
	struct json_object *o = json_tokener_parse(text), *value = NULL;
	bool is_object = json_object_is_type(o, json_type_object);

	if (is_object)
		json_object_object_get_ex(o, key, &value);
	snprintf(out, size, "%s",
		 json_object_is_type(value, json_type_string) ? json_object_get_string(value) :
								"");
	json_object_put(o);
	return is_object;
}
