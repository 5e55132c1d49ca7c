/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt unbind - give the devices back. */
#include "cmd/session.h"

static enum status unbind(struct session *h, struct fault *f)
{
	const struct run r = {
		.sys = &h->sys,
		.start = &h->start,
		.todo = &h->todo,
		.talk = h->o->verbose ? stderr : NULL,
	};

	return session_report(h, "unbind", run_release(&r, &h->after, f), f);
}

static enum status run(const struct options *o, struct fault *f)
{
	enum status status = STATUS_FAILED;
	struct session h;

	if (session_open(o, !o->dry_run, &h, f) == 0) {
		steps_to_release(&h.start, &h.todo);
		status =
			o->dry_run ? session_report(&h, "unbind", RUN_DONE, f) : unbind(&h, f);
	}
	session_close(&h);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_DRY_RUN, OPT_JSON, OPT_QUIET, OPT_VERBOSE, 0 };

const struct command cmd_unbind = {
	.name = "unbind",
	.usage = "",
	.summary = "Take the profile's devices back from vfio-platform",
	.accepts = accepts,
	.run = run,
};
