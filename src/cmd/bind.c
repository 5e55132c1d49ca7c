/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt bind - bind the devices to vfio-platform, all or none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "check/check.h"
#include "check/facts.h"
#include "cmd/report.h"
#include "cmd/session.h"
#include "vfio/group_device.h"

/* A device has no group before its first bind, so the shell reads its number afterwards. */
static void print_owner_of_new_groups(const struct session *s, const char *owner)
{
	char name[TEXT_QUOTED_SIZE(NAME_SIZE)];

	printf("links=$(for device in");
	for (size_t i = 0; i < s->start.n_devices; i++) {
		text_quote(name, sizeof(name), s->start.devices[i].name);
		printf(" %s", name);
	}
	printf("; do\n"
	       "\treadlink \"/sys/bus/platform/devices/$device/iommu_group\" || exit\n"
	       "done)\n"
	       "echo \"$links\" | sed 's|.*/||' | sort -u | while read -r group; do\n"
	       "\tchown %s \"/dev/vfio/$group\" || exit\n"
	       "done\n",
	       owner);
}

/* Print a line for each group, since --owner is for the group's device file. */
static void print_owner(const struct session *s)
{
	const struct snapshot *now = &s->start;
	char word[OWNER_MAX + 1], owner[TEXT_QUOTED_SIZE(OWNER_MAX)];

	/* chown's "USER:" changes the group, too */
	snprintf(word, sizeof(word), "%s", s->o->owner);
	if (text_ends(word, ":"))
		word[strlen(word) - 1] = '\0';
	text_quote(owner, sizeof(owner), word);
	for (size_t i = 0; i < now->n_devices; i++) {
		if (now->devices[i].group == GROUP_NONE) {
			print_owner_of_new_groups(s, owner);
			return;
		}
	}
	for (size_t i = 0; i < now->n_devices; i++) {
		if (device_is_first_of_group(now, i))
			printf("chown %s /dev/vfio/%d\n", owner, now->devices[i].group);
	}
}

/* Without a partition, a guest would switch off resources of the host. */
static int check_partition(const struct session *s, const struct facts *facts, struct fault *f)
{
	const struct resolved *r = &facts->tree.resolved;

	if (*facts->tree.unseen || facts->tree.resolve_fault.code)
		return 0;
	if (s->o->partition)
		return guest_partition_check(r, false, f);
	if (r->by_linux && !s->o->force) {
		fault_set(
			f, -EINVAL,
			"the running tree leaves the guest's partition to Linux: without it a "
			"guest would switch off resources of the host");
		return fault_fix(f, "run 'imxpt bind --partition'; --force skips this check");
	}
	return 0;
}

/* Find what would make the bind fail, before the first write. */
static int check_facts(const struct session *s, struct facts *facts, struct fault *f)
{
	const struct facts_source source = { .sys = &s->sys, .profile = &s->profile.profile };
	struct finding found;
	int ret = facts_read_before_bind(&source, &s->start, facts, f);

	if (ret)
		return ret;
	if (s->o->verbose && *facts->tree.unseen)
		print_info(s->o, "the running tree is not checked: %s", facts->tree.unseen);
	if (!checks_before_bind(facts, s->o->force, &found))
		return check_partition(s, facts, f);
	ret = fault_set(f, -EINVAL, "%s", found.evidence);
	fault_fix(f, "%s%s", found.fix,
		  found.check->is_danger ? "; --force skips this check" : "");
	return ret;
}

static int check_before(const struct session *s, struct fault *f)
{
	struct facts *facts = calloc(1, sizeof(*facts)); /* too large for the stack */
	int ret;

	if (!facts)
		return fault_oom(f);
	ret = check_facts(s, facts, f);
	facts_free(facts);
	free(facts);
	return ret;
}

static int plan(struct session *s, struct fault *f)
{
	int ret = check_before(s, f);

	return ret ? ret : steps_to_bind(&s->start, &s->todo, f);
}

static int make_partition(void *session, struct fault *f)
{
	return guest_partition_change(session, false, f);
}

static enum run_result bind(struct session *s, const struct owner *owner, struct fault *f)
{
	const struct run r = {
		.sys = &s->sys,
		.start = &s->start,
		.todo = &s->todo,
		.timeout_ms = s->o->timeout_ms,
		.owner = *owner,
		.log = s->o->verbose ? stderr : NULL,
		.last = s->makes_partition ? make_partition : NULL,
		.last_arg = s,
	};

	if (!s->sys.live)
		print_info(s->o,
			   "%s is a recorded board: bind loads no module, waits for no device "
			   "file and makes no partition",
			   s->o->root);
	return run_bind(&r, &s->after, f);
}

static int print_dry_run(const struct session *s, struct fault *f)
{
	if (s->o->owner)
		print_owner(s);
	return s->makes_partition ? guest_partition_print_command(s->o, false, f) : 0;
}

static enum status find_owner(const struct options *o, struct owner *out, struct fault *f)
{
	struct sysroot sys;
	int ret;

	*out = OWNER_STAYS;
	if (!o->owner)
		return STATUS_OK;
	if (sysroot_open(o->root, &sys, f))
		return STATUS_FAILED;
	ret = owner_find(&sys, o->owner, out, f);
	sysroot_close(&sys);
	return ret ? STATUS_USAGE : STATUS_OK;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct session s;
	struct owner owner;
	enum status status = find_owner(o, &owner, f);

	if (status)
		return status;
	status = STATUS_FAILED;
	if (session_open(o, !o->dry_run, &s, f) == 0 && plan(&s, f) == 0) {
		s.makes_partition = o->partition && (o->dry_run || s.sys.live);
		status = session_report(&s, o->dry_run ? RUN_DONE : bind(&s, &owner, f), f);
		if (o->dry_run && !o->json && print_dry_run(&s, f))
			status = STATUS_FAILED;
	}
	session_close(&s);
	return status;
}

static const int accepts[] = {
	OPT_PROFILE,	    OPT_DRY_RUN, OPT_FORCE, OPT_TIMEOUT, OPT_OWNER,
	OPT_MAKE_PARTITION, OPT_JSON,	 OPT_QUIET, OPT_VERBOSE, 0
};

const struct command cmd_bind = {
	.name = "bind",
	.usage = "",
	.summary = "Bind the profile's devices to vfio-platform, all or none",
	.accepts = accepts,
	.run = run,
};
