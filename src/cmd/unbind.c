/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt unbind - give the devices back to the host's drivers. */
#include <errno.h>

#include "cmd/session.h"
#include "vfio/step.h"

static int plan(struct session *s, struct fault *f)
{
	const struct snapshot *now = &s->start;
	size_t missing = 0;

	while (missing < now->n_devices && !*now->devices[missing].name)
		missing++;
	if (missing == now->n_devices)
		return explain(f, -ENODEV, REASON_NO_DEVICE, "%s", now->devices[0].wanted);
	steps_to_release(now, &s->todo);
	return 0;
}

/* Free the partition that "bind --partition" made; s->n_calls is 0 if there is none. */
static int free_partition(struct session *s, struct fault *f)
{
	int ret = group_check_users(&s->sys, &s->start, f);

	return ret ? fault_in(f, "the partition") : guest_partition_change(s, true, f);
}

/* Is there a mailbox to ask whether there is a partition to free? */
static int plan_free(struct session *s, struct fault *f)
{
	bool by_linux = false;
	int ret = devices_have_mailbox(&s->start) ? guest_partition_by_linux(s, &by_linux, f) :
						    0;

	s->frees_partition = by_linux && (s->o->dry_run || s->sys.live);
	return ret;
}

static enum run_result unbind(struct session *s, struct fault *f)
{
	const struct run r = {
		.sys = &s->sys,
		.start = &s->start,
		.todo = &s->todo,
		.log = s->o->verbose ? stderr : NULL,
	};

	return run_release(&r, &s->after, f);
}

static enum status release(struct session *s, struct fault *f)
{
	enum run_result result;

	if (s->frees_partition && free_partition(s, f))
		return f->code == -ENOTRECOVERABLE ? STATUS_STUCK : STATUS_FAILED;
	result = unbind(s, f);
	if (result == RUN_UNDONE && s->n_calls) {
		/* a guest of them would switch off resources of the host */
		fault_fix(f, "the partition is freed, but its devices are still bound: run "
			     "'imxpt unbind' again, or 'imxpt bind --partition'");
		result = RUN_STUCK;
	}
	return session_report(s, result, f);
}

/* What would be refused has no plan. */
static enum status show(struct session *s, struct fault *f)
{
	if (s->todo.n && group_check_users(&s->sys, &s->start, f))
		return STATUS_FAILED;
	return session_report(s, RUN_DONE, f);
}

static enum status run(const struct options *o, struct fault *f)
{
	enum status status = STATUS_FAILED;
	struct session s;

	if (session_open(o, !o->dry_run, &s, f) == 0 && plan(&s, f) == 0 &&
	    plan_free(&s, f) == 0)
		status = o->dry_run ? show(&s, f) : release(&s, f);
	session_close(&s);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_DRY_RUN, OPT_JSON, OPT_QUIET, OPT_VERBOSE, 0 };

const struct command cmd_unbind = {
	.name = "unbind",
	.usage = "",
	.summary = "Give the profile's devices back to the host's drivers",
	.accepts = accepts,
	.run = run,
};
