/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt check - check whether this host, or a tree, is ready, and print what to fix. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "check/check.h"
#include "check/facts.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"

#define N_COLUMNS 4
#define EXPLAIN_MARGIN "         " /* as wide as its labels */
#define LIST_COLUMNS 3
#define ROWS_MAX (2 * CHECKS_MAX + 1)

/* A run: the facts, and the finding of each row. */
struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct sysroot sys;
	struct facts facts;
	struct finding found[CHECKS_MAX];
	size_t n_found;
	size_t n[N_VERDICTS]; /* of each verdict */
};

/* The table to print; its cells are borrowed. */
struct page {
	const char *cells[ROWS_MAX * N_COLUMNS];
	unsigned char colours[ROWS_MAX * N_COLUMNS];
	size_t n_rows;
};

static bool is_ready(const struct work *w)
{
	return !w->n[VERDICT_FAIL] && !(w->o->strict && w->n[VERDICT_WARN]);
}

static void add_row(struct page *p, const char *stage, const char *name, const char *verdict,
		    const char *text)
{
	const char **row = &p->cells[p->n_rows++ * N_COLUMNS];

	row[0] = stage;
	row[1] = name;
	row[2] = verdict;
	row[3] = text;
}

static void add_finding(struct page *p, const struct finding *found)
{
	const struct check *c = found->check;
	static const unsigned char colours[] = {
		[VERDICT_OK] = 32,   [VERDICT_NOTE] = 34, [VERDICT_WARN] = 33,
		[VERDICT_FAIL] = 31, [VERDICT_SKIP] = 36,
	};

	p->colours[p->n_rows * N_COLUMNS + 2] = colours[found->verdict];
	add_row(p, check_stage_name(c->stage), c->name, verdict_name(found->verdict),
		found->evidence);
	if (*found->fix)
		add_row(p, " ", " ", "fix:", found->fix);
}

/* Is there no board, and the row about something that only a board has? */
static bool lacks_board(const struct work *w, const struct finding *found)
{
	enum check_input input = found->check->input;
	bool of_tree = input == INPUT_TREE || input == INPUT_UBOOT;

	return *w->facts.host_unseen && found->not_seen && (!of_tree || *w->facts.tree.unseen);
}

static bool is_shown(const struct work *w, const struct finding *found)
{
	return !w->o->quiet || found->verdict == VERDICT_WARN ||
	       found->verdict == VERDICT_FAIL;
}

static void print_summary(const struct work *w, size_t n_hidden)
{
	const size_t *n = w->n;

	if (n_hidden)
		print_wrapped_line(stdout, "", "%s%zu rows are not shown: %s",
				   *w->facts.tree.unseen ? "" : "only the tree was checked, ",
				   n_hidden, w->facts.host_unseen);
	print_wrapped_line(stdout, "",
			   "%sready%s: %zu ok, %zu note, %zu warn, %zu fail, %zu skip",
			   is_ready(w) ? "" : "not ",
			   is_ready(w) && *w->facts.tree.unseen ?
				   " as far as checked: the running tree could not be read" :
				   "",
			   n[VERDICT_OK], n[VERDICT_NOTE], n[VERDICT_WARN], n[VERDICT_FAIL],
			   n[VERDICT_SKIP]);
}

static void print_findings(const struct work *w)
{
	bool colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	struct page p = { .n_rows = 0 };
	size_t n_hidden = 0;

	add_row(&p, "STAGE", "CHECK", "VERDICT", "WHAT WAS FOUND");
	for (size_t i = 0; i < w->n_found; i++) {
		if (lacks_board(w, &w->found[i]))
			n_hidden++;
		else if (is_shown(w, &w->found[i]))
			add_finding(&p, &w->found[i]);
	}
	if (w->o->quiet && p.n_rows == 1)
		return;
	print_table(stdout, p.cells, colour ? p.colours : NULL, p.n_rows, N_COLUMNS);
	print_summary(w, n_hidden);
}

static void json_check(struct json *j, const struct check *c)
{
	json_string(j, "stage", check_stage_name(c->stage));
	json_string(j, "name", c->name);
	json_string(j, "what", c->what);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "check");
	json_string(&j, "profile", w->profile.name);
	json_flag(&j, "ready", is_ready(w));
	json_text(&j, "tree_unseen", w->facts.tree.unseen);
	json_text(&j, "machine_unseen", w->facts.host_unseen);
	for (size_t v = 0; v < N_VERDICTS; v++)
		json_number(&j, verdict_name((enum verdict)v), (int64_t)w->n[v]);
	json_open_list(&j, "checks");
	for (size_t i = 0; i < w->n_found; i++) {
		const struct finding *found = &w->found[i];

		json_open_object(&j, NULL);
		json_check(&j, found->check);
		json_string(&j, "verdict", verdict_name(found->verdict));
		json_string(&j, "evidence", found->evidence);
		json_text(&j, "fix", found->fix);
		json_close(&j);
	}
	json_close(&j);
	return json_print(&j, f);
}

static enum status list_checks(const struct options *o, struct fault *f)
{
	const char *cells[(CHECKS_MAX + 1) * LIST_COLUMNS] = { "STAGE", "CHECK", "WHAT" };
	const struct check *c;
	struct json j;
	size_t n = 0;

	for (; (c = check_at(n)); n++) {
		const char **row = &cells[(n + 1) * LIST_COLUMNS];

		row[0] = check_stage_name(c->stage);
		row[1] = c->name;
		row[2] = c->what;
	}
	if (!o->json) {
		print_table(stdout, cells, NULL, n + 1, LIST_COLUMNS);
		return STATUS_OK;
	}
	json_begin(&j, "check");
	json_open_list(&j, "checks");
	for (size_t i = 0; i < n; i++) {
		json_open_object(&j, NULL);
		json_check(&j, check_at(i));
		json_close(&j);
	}
	json_close(&j);
	return json_print(&j, f) ? STATUS_FAILED : STATUS_OK;
}

static void print_needs(const struct check *c)
{
	struct line line;

	if (line_begin(&line)) {
		fputs("needs:  ", line.stream);
		if (c->needs)
			fprintf(line.stream, " %s", c->needs);
		fputs(c->needs_patch ? " patched" : c->needs ? "" : " nothing", line.stream);
	}
	line_end(&line, stdout, EXPLAIN_MARGIN);
}

static void print_explanation(const struct check *c)
{
	print_wrapped_line(stdout, "", "%s (%s): %s", c->name, check_stage_name(c->stage),
			   c->what);
	putchar('\n');
	print_wrapped_line(stdout, EXPLAIN_MARGIN, "cause:   %s", c->cause);
	print_wrapped_line(stdout, EXPLAIN_MARGIN, "to see:  %s", c->see);
	print_wrapped_line(stdout, EXPLAIN_MARGIN, "fix:     %s", c->fix);
	print_wrapped_line(stdout, EXPLAIN_MARGIN, "source:  %s", c->source);
	print_needs(c);
}

static enum status explain_check(const struct options *o, struct fault *f)
{
	const struct check *c = check_named(o->explain);
	struct json j;

	if (!c) {
		fault_set(f, -ENOENT, "no check is called '%s'", o->explain);
		fault_fix(f, "'imxpt check --explain' lists them");
		return STATUS_USAGE;
	}
	if (!o->json) {
		print_explanation(c);
		return STATUS_OK;
	}
	json_begin(&j, "check");
	json_check(&j, c);
	json_string(&j, "cause", c->cause);
	json_string(&j, "see", c->see);
	json_string(&j, "fix", c->fix);
	json_string(&j, "source", c->source);
	json_open_list(&j, "needs");
	for (size_t i = 0; check_at(i) != c; i++) {
		if (check_needs(c, check_at(i)))
			json_string(&j, NULL, check_at(i)->name);
	}
	if (c->needs_patch)
		json_string(&j, NULL, "patched");
	json_close(&j);
	return json_print(&j, f) ? STATUS_FAILED : STATUS_OK;
}

static int report(struct work *w, struct fault *f)
{
	w->n_found = checks_run(&w->facts, w->found);
	for (size_t i = 0; i < w->n_found; i++)
		w->n[w->found[i].verdict]++;
	if (w->o->json)
		return print_json(w, f);
	print_findings(w);
	return 0;
}

static int read_vmm(const struct options *o, enum vmm *out, struct fault *f)
{
	*out = o->qemu ? VMM_QEMU : VMM_INSTALLED;
	if (!o->vmm)
		return 0;
	*out = strcmp(o->vmm, "crosvm") ? VMM_QEMU : VMM_CROSVM;
	if (*out == VMM_QEMU && strcmp(o->vmm, "qemu") != 0)
		return fault_set(f, -EINVAL, "--vmm is qemu or crosvm, not '%s'", o->vmm);
	if (*out == VMM_CROSVM && o->qemu)
		return fault_set(f, -EINVAL, "--qemu is given, but the VMM is crosvm");
	return 0;
}

static enum status run_checks(struct work *w, struct fault *f)
{
	struct vmm_user user = { 0 };
	struct facts_source from = { .sys = &w->sys,
				     .profile = &w->profile.profile,
				     .dtb = w->o->dtb,
				     .config = w->o->config,
				     .qemu = w->o->qemu,
				     .user = w->o->user ? &user : NULL,
				     .memory = w->o->memory,
				     .ask_firmware = w->o->ask_firmware,
				     .log = w->o->verbose ? stderr : NULL };

	if (read_vmm(w->o, &from.vmm, f))
		return STATUS_USAGE;
	if (load_profile(w->o, &w->profile, f) || sysroot_open(w->o->root, &w->sys, f))
		return STATUS_FAILED;
	if (w->o->user && vmm_user_find(&w->sys, w->o->user, &user, f))
		return STATUS_USAGE;
	if (facts_read_all(&from, &w->facts, f) || report(w, f))
		return STATUS_FAILED;
	return is_ready(w) ? STATUS_OK : STATUS_NOT_READY;
}

static enum status check(const struct options *o, struct fault *f)
{
	struct work *w = calloc(1, sizeof(*w)); /* too large for the stack */
	enum status status;

	if (!w) {
		fault_oom(f);
		return STATUS_FAILED;
	}
	w->o = o;
	w->sys.root = -1;
	status = run_checks(w, f);
	facts_free(&w->facts);
	if (w->sys.root >= 0)
		sysroot_close(&w->sys);
	unload_profile(&w->profile);
	free(w);
	return status;
}

static enum status run(const struct options *o, struct fault *f)
{
	if (!o->explain)
		return check(o, f);
	return *o->explain ? explain_check(o, f) : list_checks(o, f);
}

static const int accepts[] = { OPT_PROFILE,	 OPT_STRICT, OPT_DTB,	 OPT_CONFIG,
			       OPT_VMM,		 OPT_QEMU,   OPT_MEMORY, OPT_USER,
			       OPT_EXPLAIN,	 OPT_JSON,   OPT_QUIET,	 OPT_VERBOSE,
			       OPT_ASK_FIRMWARE, 0 };

const struct command cmd_check = {
	.name = "check",
	.usage = "",
	.summary = "Check whether this host or a tree is ready, and print what to fix",
	.accepts = accepts,
	.run = run,
};
