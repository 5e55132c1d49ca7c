/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

static const struct checks *const parts[] = {
	&checks_of_tree,   &checks_of_streams, &checks_of_uboot, &checks_of_kernel,
	&checks_of_driver, &checks_of_devices, &checks_of_vmm,
};

const struct check *check_at(size_t i)
{
	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
		if (i < parts[k]->n)
			return &parts[k]->v[i];
		i -= parts[k]->n;
	}
	return NULL;
}

static size_t number_of(const char *name)
{
	const struct check *c;
	size_t i = 0;

	while ((c = check_at(i)) && strcmp(c->name, name))
		i++;
	return i;
}

const struct check *check_named(const char *name)
{
	return check_at(number_of(name));
}

const char *check_fix(const struct check *c)
{
	return c->fix ? c->fix : explanation_of(c->reason)->fix;
}

/* Is it about nodes that the tree does not have? */
static bool lacks_board(const struct check *c, const struct facts *facts)
{
	return c->input == INPUT_TREE && facts->tree.unresolved.code;
}

/* Why there is nothing to see for it; NULL: there is. */
static const char *unseen(const struct check *c, const struct facts *facts)
{
	if (c->input == INPUT_TREE && *facts->tree.unseen)
		return facts->tree.unseen;
	if (c->input == INPUT_HOST && *facts->no_host)
		return facts->no_host;
	return NULL;
}

/* Of no meaning, since something before it is wrong? */
static bool is_blocked(const struct check *c, const struct finding *before,
		       struct finding *out)
{
	for (size_t i = 0; i < CHECK_NEEDS_MAX && c->needs[i]; i++) {
		const struct finding *needed = &before[number_of(c->needs[i])];

		if (needed->verdict != VERDICT_FAIL && !needed->blocked)
			continue;
		finding_set(out, VERDICT_SKIP, "mend %s first", c->needs[i]);
		out->blocked = true;
		return true;
	}
	return false;
}

static void run_one(const struct check *c, const struct facts *facts, struct finding *out)
{
	const char *why = unseen(c, facts);

	if (why) {
		finding_set(out, VERDICT_SKIP, "%s", why);
		return;
	}
	if (c->run)
		c->run(facts, out);
	else
		c->run_option(c->option, facts, out);
	if (!*out->fix && (out->verdict == VERDICT_WARN || out->verdict == VERDICT_FAIL))
		snprintf(out->fix, sizeof(out->fix), "%s", check_fix(c));
}

void checks_run(const struct facts *facts, struct finding out[static CHECKS_MAX])
{
	const struct check *c;

	for (size_t i = 0; i < CHECKS_MAX && (c = check_at(i)); i++) {
		out[i] = (struct finding){ .verdict = VERDICT_OK };
		if (!is_blocked(c, out, &out[i]))
			run_one(c, facts, &out[i]);
	}
}

const struct check *checks_before_bind(const struct facts *facts, struct finding *out)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++) {
		*out = (struct finding){ .verdict = VERDICT_OK };
		if (c->before_bind && !lacks_board(c, facts))
			run_one(c, facts, out);
		if (out->verdict == VERDICT_FAIL)
			return c;
	}
	return NULL;
}

const char *check_stage_name(enum check_stage s)
{
	static const char *const names[] = {
		[CHECK_TREE] = "tree",	     [CHECK_UBOOT] = "U-Boot",
		[CHECK_KERNEL] = "kernel",   [CHECK_DRIVER] = "driver",
		[CHECK_DEVICES] = "devices", [CHECK_VMM] = "VMM",
	};

	return names[s];
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_OK] = "ok",
		[VERDICT_WARN] = "warn",
		[VERDICT_FAIL] = "fail",
		[VERDICT_SKIP] = "skip",
	};

	return names[v];
}

void finding_set(struct finding *out, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	out->verdict = v;
	va_start(ap, fmt);
	vsnprintf(out->evidence, sizeof(out->evidence), fmt, ap);
	va_end(ap);
	/* names come out of blobs and files that anybody can write */
	for (char *c = out->evidence; *c; c++) {
		if (!isprint((unsigned char)*c))
			*c = '?';
	}
}

void finding_explain(struct finding *out, enum reason r, const char *context)
{
	finding_set(out, VERDICT_FAIL, "%s: %s", context, explanation_of(r)->text);
	snprintf(out->fix, sizeof(out->fix), "%s", explanation_of(r)->fix);
}

void finding_fault(struct finding *out, enum verdict v, const struct fault *f)
{
	finding_set(out, v, "%.*s", FINDING_TEXT_MAX - 1, f->text);
	snprintf(out->fix, sizeof(out->fix), "%.*s", FINDING_TEXT_MAX - 1, f->fix);
}

bool version_before(const struct version *v, int major, int minor)
{
	return v->major && (v->major < major || (v->major == major && v->minor < minor));
}

bool facts_has_device(const struct facts *facts, size_t i)
{
	return facts->tree.live && *facts->snapshot.devices[i].name;
}

const char *facts_name(const struct facts *facts, int node)
{
	return facts->tree.t.nodes[node].name;
}
