/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt check - is this host, or this tree, ready, and if not, what is to fix. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/table.h"
#include "check/check.h"
#include "check/facts.h"
#include "cmd/command.h"
#include "cmd/files.h"

#define N_COLUMNS 4
#define CELL_MAX 24 /* bytes of a verdict with its colour */
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

/* The table to be printed; its cells are borrowed but for the painted ones. */
struct page {
	const char *cells[ROWS_MAX * N_COLUMNS];
	char painted[ROWS_MAX][CELL_MAX];
	size_t n_rows;
	bool colour;
};

static bool is_ready(const struct work *w)
{
	return !w->n[VERDICT_FAIL] && !(w->o->strict && w->n[VERDICT_WARN]);
}

/* All colours are as long as each other, so that the columns stay aligned. */
static const char *paint(const struct page *p, char *cell, const char *text, int colour)
{
	if (!p->colour)
		return text;
	snprintf(cell, CELL_MAX, "\033[%dm%s\033[0m", colour, text);
	return cell;
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

	static const int colours[] = {
		[VERDICT_OK] = 32,   [VERDICT_NOTE] = 34, [VERDICT_WARN] = 33,
		[VERDICT_FAIL] = 31, [VERDICT_SKIP] = 36,
	};

	add_row(p, check_stage_name(c->stage), c->name,
		paint(p, p->painted[p->n_rows], verdict_name(found->verdict),
		      colours[found->verdict]),
		found->evidence);
	if (*found->fix)
		add_row(p, " ", " ", paint(p, p->painted[p->n_rows], "fix:", 39), found->fix);
}

/* Is there no board, and the row about something that only a board has? */
static bool lacks_board(const struct work *w, const struct finding *found)
{
	enum check_input input = found->check->input;
	bool of_tree = input == INPUT_TREE || input == INPUT_UBOOT;

	return *w->facts.no_host && found->skip == SKIP_NOT_SEEN &&
	       (!of_tree || *w->facts.tree.unseen);
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
		printf("%s%zu rows are not shown: %s\n",
		       *w->facts.tree.unseen ? "" : "only the tree was checked, ", n_hidden,
		       w->facts.no_host);
	printf("%sready%s: %zu ok, %zu note, %zu warn, %zu fail, %zu skip\n",
	       is_ready(w) ? "" : "not ",
	       is_ready(w) && *w->facts.tree.unseen ?
		       " as far as checked: the running tree could not be read" :
		       "",
	       n[VERDICT_OK], n[VERDICT_NOTE], n[VERDICT_WARN], n[VERDICT_FAIL],
	       n[VERDICT_SKIP]);
}

static void print_table(const struct work *w)
{
	struct page p = { .colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") };
	size_t n_hidden = 0;

	add_row(&p, "STAGE", "CHECK", paint(&p, p.painted[0], "VERDICT", 39),
		"WHAT WAS FOUND");
	for (size_t i = 0; i < w->n_found; i++) {
		if (lacks_board(w, &w->found[i]))
			n_hidden++;
		else if (is_shown(w, &w->found[i]))
			add_finding(&p, &w->found[i]);
	}
	if (w->o->quiet && p.n_rows == 1)
		return;
	table_print(stdout, p.cells, p.n_rows, N_COLUMNS);
	print_summary(w, n_hidden);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "check");
	json_string(&j, "profile", w->profile.name);
	json_flag(&j, "ready", is_ready(w));
	json_text(&j, "tree_unseen", w->facts.tree.unseen);
	json_text(&j, "machine_unseen", w->facts.no_host);
	for (size_t v = 0; v < N_VERDICTS; v++)
		json_number(&j, verdict_name((enum verdict)v), (int64_t)w->n[v]);
	json_open_list(&j, "checks");
	for (size_t i = 0; i < w->n_found; i++) {
		const struct finding *found = &w->found[i];
		const struct check *c = found->check;

		json_open_object(&j, NULL);
		json_string(&j, "stage", check_stage_name(c->stage));
		json_string(&j, "name", c->name);
		json_string(&j, "what", c->what);
		json_string(&j, "verdict", verdict_name(found->verdict));
		json_string(&j, "evidence", found->evidence);
		json_text(&j, "fix", found->fix);
		json_close(&j);
	}
	json_close(&j);
	return json_end(&j, stdout, f);
}

static int explain_check(const struct options *o, struct fault *f)
{
	const struct check *c = check_named(o->explain);
	struct json j;

	if (!c) {
		fault_set(f, -ENOENT, "no check is called %s", o->explain);
		return fault_fix(f, "'imxpt check' and imxpt(8) list them");
	}
	if (!o->json) {
		printf("%s, of %s: %s\n\ncause:   %s\nto see:  %s\nfix:     %s\nsource:  %s\n",
		       c->name, check_stage_name(c->stage), c->what, c->cause, c->see, c->fix,
		       c->source);
		return 0;
	}
	json_begin(&j, "check");
	json_string(&j, "stage", check_stage_name(c->stage));
	json_string(&j, "name", c->name);
	json_string(&j, "what", c->what);
	json_string(&j, "cause", c->cause);
	json_string(&j, "see", c->see);
	json_string(&j, "fix", c->fix);
	json_string(&j, "source", c->source);
	return json_end(&j, stdout, f);
}

static int run_checks(struct work *w, struct fault *f)
{
	struct facts_source l = { .sys = &w->sys,
				  .profile = &w->profile.profile,
				  .dtb = w->o->dtb,
				  .config = w->o->config,
				  .qemu = w->o->qemu,
				  .memory = w->o->memory };
	int ret = load_profile(w->o, &w->profile, f)	       ?:
			  sysroot_open(w->o->root, &w->sys, f) ?:
			  facts_read_all(&l, &w->facts, f);

	if (ret)
		return ret;
	w->n_found = checks_run(&w->facts, w->found);
	for (size_t i = 0; i < w->n_found; i++)
		w->n[w->found[i].verdict]++;
	if (w->o->json)
		return print_json(w, f);
	print_table(w);
	return 0;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o, .sys.root = -1 };
	int ret = o->explain ? explain_check(o, f) : run_checks(&w, f);
	enum status status = is_ready(&w) ? STATUS_OK : STATUS_NOT_READY;

	facts_free(&w.facts);
	if (w.sys.root >= 0)
		sysroot_close(&w.sys);
	unload_profile(&w.profile);
	if (ret == -ENOENT && o->explain)
		return STATUS_USAGE;
	return ret ? STATUS_FAILED : status;
}

static const int accepts[] = { OPT_PROFILE, OPT_STRICT, OPT_DTB,
			       OPT_CONFIG,  OPT_QEMU,	OPT_MEMORY,
			       OPT_EXPLAIN, OPT_JSON,	OPT_QUIET,
			       OPT_HELP,    0 };

const struct command cmd_check = {
	.name = "check",
	.operands = "",
	.summary = "Tell whether this host, or this tree, is ready, and what mends it",
	.accepts = accepts,
	.run = run,
};
