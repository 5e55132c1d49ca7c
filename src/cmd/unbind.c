/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt unbind - give the devices back to the host's drivers. */
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

static enum status run(const struct options *o, struct fault *f)
{
	enum status status = STATUS_FAILED;
	struct session s;

	if (session_open(o, !o->dry_run, &s, f) == 0 && plan(&s, f) == 0)
		status = session_report(&s, o->dry_run ? RUN_DONE : unbind(&s, f), f);
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
