/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "cmd/plan.h"
#include "cmd/source.h"

void plan_print(FILE *out, const struct edits *l)
{
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < l->n; i++) {
		const struct edit *e = &l->v[i];

		edits_path(l, e->node, path);
		if (e->op == EDIT_ADD_NODE) {
			fprintf(out, "add %s/%s", strcmp(path, "/") ? path : "", e->name);
		} else {
			fprintf(out, "%s %s %s%s", edit_op_name(e->op), path, e->name,
				e->size ? " = " : "");
			source_value(out, e->value, e->size);
		}
		fprintf(out, "  # %s\n", e->why);
	}
}

/* The value as text; memory that runs out makes it NULL, and so null. */
static void json_value(struct json *j, const struct edit *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		source_value(out, e->value, e->size);
		fclose(out);
	}
	json_string(j, "value", text);
	free(text);
}

void plan_json(struct json *j, const struct edits *l)
{
	char path[TREE_PATH_MAX];

	json_open_list(j, "edits");
	for (size_t i = 0; i < l->n; i++) {
		const struct edit *e = &l->v[i];

		json_open_object(j, NULL);
		json_string(j, "op", edit_op_name(e->op));
		json_string(j, "node", edits_path(l, e->node, path));
		json_string(j, e->op == EDIT_ADD_NODE ? "child" : "property", e->name);
		if (e->op == EDIT_SET)
			json_value(j, e);
		json_string(j, "why", e->why);
		json_close(j);
	}
	json_close(j);
}
