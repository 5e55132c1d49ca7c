/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "check/check.h"
#include "check/facts.h"

static const struct check *const parts[] = {
	checks_of_tree,	  checks_of_streams, checks_of_uboot,
	checks_of_kernel, checks_of_driver,  checks_of_devices,
	checks_of_log,	  checks_of_vmm,     checks_of_firmware,
};

const struct check *check_at(size_t i)
{
	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
		for (const struct check *c = parts[k]; c->name; c++) {
			if (i-- == 0)
				return c;
		}
	}
	return NULL;
}

static bool is_name(const char *name, const char *text)
{
	while (*name && (*name == *text || (*name == '-' && *text == '_'))) {
		name++;
		text++;
	}
	return *name == *text;
}

const struct check *check_named(const char *name)
{
	const struct check *c;
	size_t i = 0;

	while ((c = check_at(i)) && !is_name(c->name, name))
		i++;
	return c;
}

/* Why the facts of an input could not be read; "": they were. */
static const char *why_not_seen(enum check_input input, const struct facts *facts)
{
	const struct tree_facts *t = &facts->tree;

	switch (input) {
	case INPUT_ANYTHING:
		break;
	case INPUT_UBOOT:
		/* the loop is a failure of its own, see references */
		if (!*t->unseen && t->uboot_fault.code != -ELOOP)
			return t->uboot_fault.text;
		return t->unseen;
	case INPUT_TREE:
		return t->unseen;
	case INPUT_HOST:
		return facts->host_unseen;
	case INPUT_CONFIG:
		return facts->kernel.config_unseen;
	case INPUT_LOG:
		return facts->log.unseen;
	case INPUT_QEMU:
		return facts->qemu.unseen;
	case INPUT_CROSVM:
		return facts->crosvm.unseen;
	case INPUT_FIRMWARE:
		return facts->firmware.unseen;
	}
	return "";
}

/* Is the row about a patched tree, and this tree is not patched? */
static bool lacks_patch(const struct check *c, const struct facts *facts)
{
	const struct tree_facts *t = &facts->tree;

	return c->needs_patch && !t->resolve_fault.code && resolved_domain(&t->resolved) < 0;
}

bool check_needs(const struct check *c, const struct check *other)
{
	return c->needs && text_has_word(c->needs, other->name);
}

/* Has a check that this one needs failed, or was it blocked itself? */
static bool is_blocked(const struct check *c, const struct finding *before,
		       struct finding *out)
{
	for (; before < out; before++) {
		if (!check_needs(c, before->check) ||
		    (before->verdict != VERDICT_FAIL && !before->blocker))
			continue;
		finding_blocked(out,
				before->blocker ? before->blocker->name : before->check->name);
		return true;
	}
	return false;
}

static bool needs_fix(enum verdict v)
{
	return v == VERDICT_WARN || v == VERDICT_FAIL;
}

static void run_one(const struct check *c, const struct facts *facts,
		    const struct finding *before, struct finding *out)
{
	const char *why = why_not_seen(c->input, facts);

	*out = (struct finding){ .check = c, .verdict = VERDICT_OK };
	if (*why) {
		finding_not_seen(out, why);
		return;
	}
	if (before && is_blocked(c, before, out))
		return;
	c->run(facts, out);
	if (before && needs_fix(out->verdict) && lacks_patch(c, facts))
		finding_blocked(out, "patched");
	if (!*out->fix && needs_fix(out->verdict))
		finding_fix(out, c->fix);
}

size_t checks_run(const struct facts *facts, struct finding out[static CHECKS_MAX])
{
	const struct check *c;
	size_t n = 0;

	for (; n < CHECKS_MAX && (c = check_at(n)); n++) {
		if (c->stage == CHECK_FIRMWARE && !facts->firmware.asked)
			break;
		run_one(c, facts, out, &out[n]);
	}
	return n;
}

/* Is the row about nodes that the tree lacks?  Rows that only need "board" are not. */
static bool lacks_nodes(const struct check *c, const struct facts *facts)
{
	return (c->input == INPUT_TREE || c->input == INPUT_UBOOT) &&
	       facts->tree.resolve_fault.code && c->needs && !text_starts(c->needs, "board");
}

/* A row with is_danger fails if the tree could not be read. */
static void refuse_unseen(const char *why, struct finding *out)
{
	finding_set(out, VERDICT_FAIL, "cannot check whether the guest can harm the host: %s",
		    why);
	finding_fix(out, "run this as root on the board, which has booted with a device tree");
}

bool checks_before_bind(const struct facts *facts, bool force, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;
	bool is_bound = devices_bound(s) == s->n_devices;
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++) {
		bool asked = (c->before_bind && !is_bound) || (c->is_danger && !force);

		if (!asked || lacks_nodes(c, facts))
			continue;
		run_one(c, facts, NULL, out);
		if (out->not_seen && c->is_danger && *facts->tree.unseen)
			refuse_unseen(facts->tree.unseen, out);
		if (out->verdict == VERDICT_FAIL)
			return true;
	}
	return false;
}

const char *check_stage_name(enum check_stage s)
{
	static const char *const names[] = {
		[CHECK_TREE] = "tree",	       [CHECK_UBOOT] = "U-Boot",
		[CHECK_KERNEL] = "kernel",     [CHECK_DRIVER] = "driver",
		[CHECK_DEVICES] = "devices",   [CHECK_VMM] = "VMM",
		[CHECK_FIRMWARE] = "firmware",
	};

	return names[s];
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_OK] = "ok",	 [VERDICT_NOTE] = "note", [VERDICT_WARN] = "warn",
		[VERDICT_FAIL] = "fail", [VERDICT_SKIP] = "skip",
	};

	return names[v];
}

void finding_set(struct finding *out, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	out->verdict = v;
	out->not_seen = false;
	out->blocker = NULL;
	va_start(ap, fmt);
	text_format(out->evidence, sizeof(out->evidence), fmt, ap);
	va_end(ap);
}

void finding_fix(struct finding *out, const char *fix)
{
	snprintf(out->fix, sizeof(out->fix), "%s", fix);
}

void finding_blocked(struct finding *out, const char *name)
{
	finding_set(out, VERDICT_SKIP, "not checked: '%s' failed", name);
	out->blocker = check_named(name);
}

void finding_not_seen(struct finding *out, const char *why)
{
	finding_set(out, VERDICT_SKIP, "not seen: %s", why);
	out->not_seen = true;
}

void finding_explain(struct finding *out, enum reason r, const char *subject)
{
	finding_set(out, VERDICT_FAIL, "%s: %s", subject, explanation_of(r)->text);
}

void finding_fault(struct finding *out, enum verdict v, const struct fault *f)
{
	finding_set(out, v, "%s", f->text);
	if (needs_fix(v))
		finding_fix(out, f->fix);
}

void finding_access(struct finding *out, const char *path, const struct file_facts *file,
		    const struct vmm_user *user)
{
	bool only_root = file->user == 0 && !(file->mode & 0066);
	char why[FINDING_TEXT_MAX];

	switch (file_access(file, user)) {
	case ACCESS_YES:
		if (only_root && !user->named)
			finding_set(out, VERDICT_WARN, "only root may open %s (mode %04o)",
				    path, file->mode & 07777);
		else
			finding_set(out, VERDICT_OK,
				    "user %s may open %s (owner %u:%u, mode %04o)", user->name,
				    path, file->user, file->group, file->mode & 07777);
		break;
	case ACCESS_NO:
		finding_set(out, user->named ? VERDICT_FAIL : VERDICT_WARN,
			    "user %s may not open %s (owner %u:%u, mode %04o)", user->name,
			    path, file->user, file->group, file->mode & 07777);
		break;
	case ACCESS_UNKNOWN:
		snprintf(why, sizeof(why), "whether user %s is in group %u, which may open %s",
			 user->name, file->group, path);
		finding_not_seen(out, why);
		break;
	}
}
