/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt partition - make the guest's partition in the firmware, or free it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/session.h"
#include "cmd/report.h"

#define N_COLUMNS 2
#define HOST_BEFORE_ASKING 1 /* in a plan that is made without the firmware's answers */

/* The partition, and the plan for it; too large for the stack. */
struct guest_partition {
	struct facts facts;
	struct partition_contents contents;
	struct firmware firmware;
	struct partition_state state;
	struct partition_plan plan;
};

static int read_facts(const struct session *s, struct facts *out, struct fault *f)
{
	const struct facts_source source = { .sys = &s->sys, .profile = &s->profile.profile };
	int ret = facts_read_before_bind(&source, &s->after, out, f);

	if (ret)
		return ret;
	if (*out->tree.unseen) {
		fault_set(f, -ENOENT, "the running tree cannot be read: %s", out->tree.unseen);
		return fault_fix(f, "run this as root on the board");
	}
	if (out->tree.resolve_fault.code)
		*f = out->tree.resolve_fault;
	return f->code;
}

int guest_partition_check(const struct resolved *r, bool free, struct fault *f)
{
	uint32_t made = resolved_partition(r);

	if (r->by_linux)
		return 0;
	if (made) {
		fault_set(f, -EINVAL, "U-Boot's scu_rm has made partition %u%s", made,
			  free ? ", which stays until the board restarts" :
				 ": there is nothing left for Linux to make");
		return fault_fix(f, "to let Linux make it, boot a tree made by 'imxpt patch "
				    "--partition linux'");
	}
	fault_set(f, -EINVAL, "the running tree leaves the partition to U-Boot's scu_rm");
	return fault_fix(f, "boot a tree made by 'imxpt patch --partition linux'");
}

int guest_partition_by_linux(const struct session *s, bool *out, struct fault *f)
{
	struct facts *facts = calloc(1, sizeof(*facts));
	int ret;

	if (!facts)
		return fault_oom(f);
	ret = read_facts(s, facts, f);
	*out = ret == 0 && facts->tree.resolved.by_linux;
	facts_free(facts);
	free(facts);
	if (ret == -ENOMEM)
		return ret;
	*f = (struct fault){ 0 };
	return 0;
}

int guest_partition_print_command(const struct options *o, bool free, struct fault *f)
{
	const char *const words[] = { "imxpt", "partition", "-p", o->profile, "--free" };

	return print_command(stdout, words, free ? 5 : 4, f);
}

/*
 * Ask the firmware and plan: to make the partition, or to free it.  close_partition() must
 * follow, also after an error.
 */
static int open_partition(const struct session *s, bool free, struct guest_partition **out,
			  struct fault *f)
{
	struct guest_partition *p = calloc(1, sizeof(*p));
	const struct tree_facts *t;
	int ret;

	*out = p;
	if (!p)
		return fault_oom(f);
	p->firmware = FIRMWARE_CLOSED;
	t = &p->facts.tree;
	ret = read_facts(s, &p->facts, f)					  ?:
		      guest_partition_check(&t->resolved, free, f)		  ?:
		      partition_contents(&t->resolved, &t->refs, &p->contents, f) ?:
		      firmware_open(&s->sys, &t->resolved, &s->after, &p->firmware, f);
	if (s->o->verbose)
		p->firmware.log = stderr;
	return ret ? ret :
		     partition_plan(&p->firmware, &p->contents, free, &p->state, &p->plan, f);
}

static void close_partition(struct guest_partition *p)
{
	firmware_close(&p->firmware);
	facts_free(&p->facts);
	free(p);
}

static int run_plan(struct guest_partition *p, bool free, struct fault *f)
{
	if (p->plan.n == 0)
		return 0;
	return free ? partition_free(&p->firmware, &p->contents, &p->plan, f) :
		      partition_make(&p->firmware, &p->contents, &p->plan, &p->state, f);
}

int guest_partition_change(struct session *s, bool free, struct fault *f)
{
	struct guest_partition *p = NULL;
	int ret = open_partition(s, free, &p, f) ?: run_plan(p, free, f);

	s->n_calls = p ? p->plan.n : 0;
	if (p)
		close_partition(p);
	return ret ? fault_in(f, "the partition") : 0;
}

/* Plan for a board that has just started, since the firmware cannot be asked. */
static int plan_unasked(struct guest_partition *p, const struct options *o, struct fault *f)
{
	const struct partition_contents *c = &p->contents;
	struct partition_state clean = { .caller = HOST_BEFORE_ASKING,
					 .host = HOST_BEFORE_ASKING };

	if (o->free || !c->n_resources)
		return f->code;
	print_info(o,
		   "the firmware cannot be asked (%s): these are the calls for a board that "
		   "has just started, with %d for the host's partition",
		   f->text, HOST_BEFORE_ASKING);
	*f = (struct fault){ 0 };
	for (size_t i = 0; i < c->n_resources; i++)
		clean.owners[i] = HOST_BEFORE_ASKING;
	for (size_t i = 0; i < c->n_pads; i++)
		clean.pad_owned[i] = true;
	return partition_plan_make(c, &clean, &p->plan, f);
}

static int print_plan(const struct partition_plan *plan, struct fault *f)
{
	const char **cells = calloc((plan->n + 1) * N_COLUMNS, sizeof(*cells));
	char(*texts)[SC_TEXT_MAX] = calloc(plan->n + 1, sizeof(*texts));
	int ret = cells && texts ? 0 : fault_oom(f);

	if (ret == 0) {
		cells[0] = "CALL";
		cells[1] = "WHY";
		for (size_t i = 0; i < plan->n; i++) {
			cells[(i + 1) * N_COLUMNS] = sc_text(&plan->v[i].call, texts[i]);
			cells[(i + 1) * N_COLUMNS + 1] = plan->v[i].why;
		}
		print_table(stdout, cells, NULL, plan->n + 1, N_COLUMNS);
	}
	free(cells);
	free(texts);
	return ret;
}

static int print_json(const struct session *s, const struct guest_partition *p, bool made,
		      struct fault *f)
{
	const struct partition_plan *plan = &p->plan;
	char text[SC_TEXT_MAX];
	struct json j;

	json_begin(&j, "partition");
	json_string(&j, "profile", s->profile.name);
	if (made)
		json_number(&j, "partition", p->state.caller);
	else
		json_string(&j, "partition", NULL);
	json_open_list(&j, "calls");
	for (size_t i = 0; i < plan->n; i++) {
		json_open_object(&j, NULL);
		json_string(&j, "call", sc_text(&plan->v[i].call, text));
		json_string(&j, "why", plan->v[i].why);
		json_close(&j);
	}
	json_close(&j);
	return json_print(&j, f);
}

static int report(const struct session *s, const struct guest_partition *p, struct fault *f)
{
	const struct options *o = s->o;
	bool made = !o->free && partition_is_made(&p->contents, &p->state);

	if (p->plan.n == 0)
		print_info(o, "nothing to do");
	if (o->json)
		return print_json(s, p, made, f);
	if (o->dry_run && p->plan.n)
		return print_plan(&p->plan, f);
	if (made && !o->quiet)
		printf("partition %u\n", p->state.caller);
	return 0;
}

static enum status run_on(struct session *s, struct guest_partition *p, struct fault *f)
{
	const struct options *o = s->o;
	int ret;

	if (!o->dry_run && !s->sys.live && p->plan.n) {
		fault_set(f, -EINVAL,
			  "%s is a recorded board, whose firmware cannot be changed", o->root);
		return STATUS_FAILED;
	}
	ret = o->dry_run ? 0 : run_plan(p, o->free, f);
	if (ret)
		return ret == -ENOTRECOVERABLE ? STATUS_STUCK : STATUS_FAILED;
	return report(s, p, f) ? STATUS_FAILED : STATUS_OK;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct guest_partition *p = NULL;
	enum status status = STATUS_FAILED;
	struct session s;
	int ret = session_open(o, !o->dry_run, &s, f);

	if (ret == 0)
		ret = open_partition(&s, o->free, &p, f);
	if (ret && p && o->dry_run)
		ret = plan_unasked(p, o, f);
	if (ret == 0)
		status = run_on(&s, p, f);
	if (p)
		close_partition(p);
	session_close(&s);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_DRY_RUN, OPT_FREE, OPT_JSON,
			       OPT_QUIET,   OPT_VERBOSE, 0 };

const struct command cmd_partition = {
	.name = "partition",
	.usage = "",
	.summary = "Make or free the guest's partition in the firmware, from Linux",
	.accepts = accepts,
	.run = run,
};
