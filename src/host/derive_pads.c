/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "host/derive.h"

void pads_of_domain(const struct resolved *r, bool assigned[static PAD_LAST])
{
	int domain = resolved_domain(r);
	struct cells pads = { 0 };

	if (domain >= 0)
		pads = tree_cells(r->tree, domain, "pads");
	for (size_t i = 0; i < pads.n; i++) {
		if (cells_get(pads, i) < PAD_LAST)
			assigned[cells_get(pads, i)] = true;
	}
}

int pads_of_plan(const struct resolved *r, const struct refs *refs,
		 bool assigned[static PAD_LAST], struct fault *f)
{
	struct derived d = { 0 };
	int ret = derive(r, refs, &d, f);

	if (ret)
		return ret;
	pads_of_domain(r, assigned);
	for (size_t i = 0; i < d.pads.n; i++) {
		if (d.pads.v[i].id < PAD_LAST)
			assigned[d.pads.v[i].id] = true;
	}
	derived_free(&d);
	return 0;
}

/* Who refers to a pin group. */
struct users {
	bool passed, host;
};

static struct users *find_users(const struct resolved *r, const struct refs *refs)
{
	struct users *u = calloc((size_t)r->tree->n_nodes, sizeof(*u));

	for (size_t i = 0; u && i < refs->n; i++) {
		const struct ref *ref = &refs->v[i];

		if (ref->to < 0 || !ref_is_pinctrl(ref->property))
			continue;
		if (resolved_passed(r, ref->from) >= 0)
			u[ref->to].passed = true;
		else
			u[ref->to].host = true;
	}
	return u;
}

int pads_find_unassigned(const struct tree *t, int group, const bool assigned[static PAD_LAST],
			 struct derived_ids *out, struct fault *f)
{
	struct cells pins = tree_cells(t, group, "fsl,pins");
	struct derived_id pad = { 0, group, "fsl,pins" };

	for (size_t i = 0; pins_next(pins, &i, &pad.id);) {
		if (pad.id < PAD_LAST && assigned[pad.id])
			continue;
		if (array_add(out->v, out->n, f, pad))
			return -ENOMEM;
	}
	return 0;
}

/*
 * Is the group the guest's?  In a patched tree nothing refers to it, but a pad is assigned.
 */
static bool is_guests(const struct tree *t, int group, struct users u, const bool *assigned)
{
	const struct cells pins = tree_cells(t, group, "fsl,pins");
	uint32_t pad;

	if (u.passed || u.host)
		return u.passed;
	for (size_t i = 0; pins_next(pins, &i, &pad);) {
		if (pad < PAD_LAST && assigned[pad])
			return true;
	}
	return false;
}

int pads_find_all_unassigned(const struct resolved *r, const struct refs *refs,
			     const bool assigned[static PAD_LAST], struct derived_ids *out,
			     struct fault *f)
{
	struct derived_ids all = { 0 };
	struct users *users = find_users(r, refs);
	int ret = users ? 0 : fault_oom(f);

	for (int i = 0; ret == 0 && i < r->tree->n_nodes; i++) {
		if (is_guests(r->tree, i, users[i], assigned))
			ret = pads_find_unassigned(r->tree, i, assigned, &all, f);
	}
	free(users);
	if (ret)
		derived_ids_free(&all);
	else
		*out = all;
	return ret;
}

void derived_ids_free(struct derived_ids *p)
{
	free(p->v);
	*p = (struct derived_ids){ 0 };
}

const char *unassigned_pad_line(const struct tree *t, const struct derived_id *pad,
				char buf[static DERIVED_LINE_MAX])
{
	char path[TREE_PATH_MAX], text[DERIVED_TEXT_MAX];

	snprintf(buf, DERIVED_LINE_MAX, "%s: %s", tree_path(t, pad->node, path),
		 unassigned_pad_text(pad->id, text));
	return buf;
}

const char *unassigned_pad_text(uint32_t pad, char buf[static DERIVED_TEXT_MAX])
{
	snprintf(buf, DERIVED_TEXT_MAX,
		 "pad %" PRIu32 " is not assigned to the guest: the system controller refuses "
		 "it, and the guest's kernel then sets no pad of the group",
		 pad);
	return buf;
}
