/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt unbind - give the devices back to the host's drivers. */
#include "cmd/partition.h"
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

/* What "bind --partition" has made, if it is there. */
static int free_partition(struct session *s, struct fault *f)
{
	struct guest_partition *p = NULL;
	int ret = group_check_users(&s->sys, &s->start, f)     ?:
			  guest_partition_open(s, true, &p, f) ?:
								 guest_partition_run(p, true, f);

	if (p)
		guest_partition_close(p);
	return ret ? fault_in(f, "the partition") : 0;
}

/* Is there a mailbox to ask whether there is a partition to free? */
static int needs_free(const struct session *s, bool *out, struct fault *f)
{
	const struct snapshot *now = &s->start;

	*out = false;
	for (size_t i = 0; i < now->n_devices; i++) {
		if (now->profile->pass[i].is_mailbox && device_is_bound(&now->devices[i]))
			return guest_partition_by_linux(s, out, f);
	}
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

static enum status release(struct session *s, struct fault *f)
{
	bool is_ours;

	if (needs_free(s, &is_ours, f))
		return STATUS_FAILED;
	if (s->o->dry_run) {
		if (is_ours && !s->o->json)
			guest_partition_print_command(s->o, true);
		return session_report(s, RUN_DONE, f);
	}
	if (is_ours && s->sys.live && free_partition(s, f))
		return STATUS_FAILED;
	return session_report(s, unbind(s, f), f);
}

static enum status run(const struct options *o, struct fault *f)
{
	enum status status = STATUS_FAILED;
	struct session s;

	if (session_open(o, !o->dry_run, &s, f) == 0 && plan(&s, f) == 0)
		status = release(&s, f);
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
