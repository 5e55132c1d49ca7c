/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/derive.h"

static void append(char *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void append(char *buf, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + len, DERIVED_TEXT_MAX - len, fmt, ap);
	va_end(ap);
}

/* Is the id's source the same as that of the one before it? */
static bool continues(const struct derived_ids *ids, size_t i)
{
	return ids->v[i].node == ids->v[i - 1].node &&
	       ids->v[i].property == ids->v[i - 1].property;
}

const char *derived_ids_text(const struct resolved *r, const struct derived_ids *ids,
			     char buf[static DERIVED_TEXT_MAX])
{
	*buf = '\0';
	for (size_t i = 0; i < ids->n; i++) {
		const struct derived_id *id = &ids->v[i];
		bool last = i + 1 == ids->n || !continues(ids, i + 1);

		append(buf, "%s%" PRIu32,
		       i == 0		 ? "" :
		       continues(ids, i) ? " " :
					   ", ",
		       id->id);
		if (!last)
			continue;
		if (id->node < 0)
			append(buf, " from the profile");
		else if (id->property)
			append(buf, " from %s of %s", id->property,
			       r->tree->nodes[id->node].name);
		else
			append(buf, " from the profile, for %s",
			       r->tree->nodes[id->node].name);
	}
	return buf;
}

const char *derived_removal_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX])
{
	char path[TREE_PATH_MAX];

	if (ref->target == DERIVED_COMPANION)
		return "it belongs to a reference that is removed";
	if (ref->target == DERIVED_BROKEN)
		return "it refers to no node: no node has the phandle, or cells are missing";
	snprintf(buf, DERIVED_TEXT_MAX, "only the guest may use it: it refers to %s%s",
		 tree_path(r->tree, ref->target, path),
		 resolved_passed(r, ref->target) < 0 ? "" : ", which is passed through");
	return buf;
}

const char *derived_disable_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX])
{
	char path[TREE_PATH_MAX];

	snprintf(buf, DERIVED_TEXT_MAX,
		 "it cannot work: %s refers to %s, which is passed through", ref->property,
		 tree_path(r->tree, ref->target, path));
	return buf;
}

const char *derived_keep_on_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX])
{
	char path[TREE_PATH_MAX];

	snprintf(buf, DERIVED_TEXT_MAX,
		 "no host driver turns it on: only the passed %s uses it (%s)",
		 tree_path(r->tree, ref->target, path), ref->property);
	return buf;
}
