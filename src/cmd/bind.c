/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt bind - hand the devices to vfio-platform, all or none. */
#include <errno.h>
#include <stdio.h>

#include "check/check.h"
#include "check/facts.h"
#include "cmd/session.h"
#include "vfio/group_device.h"
#include "cmd/report.h"

/* The shell's way to the owner: the group may have no number yet. */
static void print_owner(const struct session *h)
{
	for (size_t i = 0; i < h->start.n_devices; i++) {
		const struct device *d = &h->start.devices[i];

		if (d->group == GROUP_NONE)
			printf("chown %s /dev/vfio/$(basename $(readlink "
			       "/sys/bus/platform/devices/%s/iommu_group))\n",
			       h->o->owner, d->name);
		else if (device_is_first_of_group(&h->start, i))
			printf("chown %s /dev/vfio/%d\n", h->o->owner, d->group);
	}
}

/* What a look shows needs no try, and no way back. */
static int check_first(const struct session *h, struct fault *f)
{
	const struct facts_source l = { .sys = &h->sys, .profile = &h->profile.profile };
	struct finding found;
	struct facts facts;
	int ret = facts_read_before_bind(&l, &h->start, &facts, f);

	if (ret == 0 && h->o->verbose && *facts.tree.unseen)
		print_info(h->o, "bind: not all is checked before: %s", facts.tree.unseen);
	if (ret == 0 && checks_before_bind(&facts, &found)) {
		ret = fault_set(f, -EINVAL, "%s", found.evidence);
		fault_fix(f, "%s", found.fix);
	}
	facts_free(&facts);
	return ret;
}

static int plan(struct session *h, struct fault *f)
{
	const struct snapshot *s = &h->start;
	int ret = devices_bound(s) < s->n_devices ? check_first(h, f) : 0;

	return ret ?: steps_to_bind(s, &h->todo, f);
}

static enum status bind(struct session *h, const struct owner *owner, struct fault *f)
{
	const struct run r = {
		.sys = &h->sys,
		.start = &h->start,
		.todo = &h->todo,
		.timeout_ms = h->o->timeout_ms,
		.owner = *owner,
		.talk = h->o->verbose ? stderr : NULL,
	};

	if (!h->sys.live)
		print_info(h->o,
			   "bind: %s is a recording: no module is loaded, no node waited for",
			   h->o->root);
	return session_report(h, "bind", run_bind(&r, &h->after, f), f);
}

static enum status run(const struct options *o, struct fault *f)
{
	enum status status = STATUS_FAILED;
	struct session h;
	struct owner owner;

	if (owner_find(o->owner, &owner, f))
		return STATUS_USAGE;
	if (session_open(o, !o->dry_run, &h, f) || plan(&h, f)) {
		session_close(&h);
		return STATUS_FAILED;
	}
	if (!o->dry_run) {
		status = bind(&h, &owner, f);
	} else {
		status = session_report(&h, "bind", RUN_DONE, f);
		if (o->owner && !o->json)
			print_owner(&h);
	}
	session_close(&h);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_DRY_RUN, OPT_TIMEOUT, OPT_OWNER,
			       OPT_JSON,    OPT_QUIET,	 OPT_VERBOSE, 0 };

const struct command cmd_bind = {
	.name = "bind",
	.usage = "",
	.summary = "Hand the profile's devices to vfio-platform, all or none",
	.accepts = accepts,
	.run = run,
};
