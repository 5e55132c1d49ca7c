/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "check/facts.h"

/* Why it cannot be asked; NULL: it can. */
static const char *find_obstacle(const struct facts_source *from, const struct facts *facts)
{
	const struct tree_facts *t = &facts->tree;

	if (from->dtb)
		return "the firmware can be asked of the running tree only, and --dtb names another";
	if (*facts->no_host)
		return facts->no_host;
	if (*t->unseen)
		return t->unseen;
	if (t->resolve_fault.code)
		return "the tree lacks a node of the profile (see check 'nodes')";
	return facts->in_use.code ? facts->in_use.text : NULL;
}

static int ask(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct firmware_facts *w = &out->firmware;
	const struct resolved *r = &out->tree.resolved;
	struct firmware asked = { .registers = { -1, -1, -1, NULL, 0 } };
	int ret = partition_contents(r, &out->tree.refs, &w->contents, f) ?:
			  firmware_open(from->sys, r, &out->snapshot, &asked, f);

	asked.log = from->log;
	if (ret == 0)
		ret = partition_read_state(&asked, &w->contents, &w->state, f);
	firmware_close(&asked);
	return ret;
}

int facts_read_firmware(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct firmware_facts *w = &out->firmware;
	const char *why;
	int ret;

	if (!from->ask_firmware)
		return 0;
	w->asked = true;
	why = find_obstacle(from, out);
	if (why) {
		snprintf(w->unseen, WHY_MAX, "%.*s", WHY_MAX - 1, why);
		return 0;
	}
	ret = ask(from, out, f);
	if (ret == -ENOMEM)
		return ret;
	if (ret == -ETIMEDOUT || ret == -EPROTO)
		w->fault = *f;
	else if (ret == -EACCES)
		snprintf(w->unseen, WHY_MAX,
			 "only a user who may open the group can ask: %.100s", f->text);
	else if (ret)
		snprintf(w->unseen, WHY_MAX, "%.*s", WHY_MAX - 1, f->text);
	*f = (struct fault){ 0 };
	return 0;
}
