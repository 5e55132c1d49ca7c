/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/report.h"
#include "cmd/session.h"
#include "vfio/step.h"

#define N_COLUMNS 5
#define CELL_SIZE 32 /* bytes of "/dev/vfio/5" */

int session_open(const struct options *o, bool change, struct session *s, struct fault *f)
{
	int ret;

	*s = (struct session){ .o = o, .lock = -1, .sys.root = -1 };
	ret = load_profile(o, &s->profile, f) ?: sysroot_open(o->root, &s->sys, f);
	if (ret == 0 && change) {
		s->lock = sysroot_lock(&s->sys, o->quiet ? NULL : stderr, f);
		ret = s->lock < 0 ? s->lock : 0;
	}
	/* under the lock, since another run may change the devices before */
	if (ret == 0)
		ret = snapshot_take(&s->sys, &s->profile.profile, &s->start, f);
	if (ret == 0)
		s->after = s->start;
	return ret;
}

void session_close(struct session *s)
{
	if (s->lock >= 0)
		close(s->lock);
	if (s->sys.root >= 0)
		sysroot_close(&s->sys);
	unload_profile(&s->profile);
}

/* Is there no step, and nothing else that was asked for?  A dry run does not ask the firmware. */
static bool has_nothing_to_do(const struct session *s)
{
	return s->todo.n == 0 && !s->o->owner &&
	       (s->o->dry_run ? !s->makes_partition && !s->frees_partition : s->n_calls == 0);
}

/* A shell that runs the lines stops at the first failure, as bind and unbind do. */
static int print_steps(const struct session *s, struct fault *f)
{
	char text[STEP_TEXT_MAX];

	if (!has_nothing_to_do(s))
		puts("set -e");
	if (s->frees_partition && guest_partition_print_command(s->o, true, f))
		return f->code;
	for (size_t i = 0; i < s->todo.n; i++) {
		const struct step *step = &s->todo.v[i];

		/* it is no failure if the kernel finds no driver */
		print_line(stdout, "%s%s", step_shell(&s->start, step, text),
			   step->op == STEP_PROBE ? " || :" : "");
	}
	return 0;
}

static const char *driver_state(const struct snapshot *now)
{
	if (!now->has_driver)
		return ", which is not loaded";
	switch (now->reset) {
	case RESET_REQUIRED:
		return ", which was loaded with reset_required=Y";
	case RESET_NOT_REQUIRED:
	case RESET_UNKNOWN:
		break;
	}
	return "";
}

void session_table(const struct session *s)
{
	const struct snapshot *now = &s->after;
	const char *cells[(PROFILE_PASS_MAX + 1) * N_COLUMNS] = { "DEVICE", "DRIVER",
								  "OVERRIDE", "GROUP",
								  "DEVICE FILE" };
	char groups[PROFILE_PASS_MAX][CELL_SIZE], files[PROFILE_PASS_MAX][CELL_SIZE];

	for (size_t i = 0; i < now->n_devices; i++) {
		const struct device *d = &now->devices[i];
		const char **row = &cells[(i + 1) * N_COLUMNS];

		snprintf(groups[i], CELL_SIZE, "%d", d->group);
		snprintf(files[i], CELL_SIZE, "/dev/vfio/%d", d->group);
		row[0] = *d->name ? d->name : d->wanted;
		row[1] = d->driver;
		row[2] = d->override;
		row[3] = d->group == GROUP_NONE ? NULL : groups[i];
		row[4] = d->has_group_device ? files[i] : NULL;
	}
	print_table(stdout, cells, NULL, now->n_devices + 1, N_COLUMNS);
	for (size_t i = 0; i < now->n_devices; i++) {
		if (!*now->devices[i].name)
			print_line(stdout, "%s: %s", now->devices[i].wanted,
				   explanation_of(REASON_NO_DEVICE)->text);
	}
	printf("%zu of %zu devices bound to " VFIO_DRIVER "%s\n", devices_bound(now),
	       now->n_devices, driver_state(now));
}

static void json_steps(struct json *j, const struct session *s)
{
	char text[STEP_TEXT_MAX];

	json_open_list(j, "steps");
	for (size_t i = 0; i < s->todo.n; i++) {
		const struct step *step = &s->todo.v[i];

		json_open_object(j, NULL);
		json_string(j, "op", step_name(step->op));
		if (step->op != STEP_LOAD) {
			json_string(j, "device", s->start.devices[step->device].name);
			/* the path as it is on the board */
			text[0] = '/';
			step_path(&s->start, step, text + 1);
			json_string(j, "file", text);
			json_string(j, "value", step_value(&s->start, step));
		}
		json_string(j, "shell", step_shell(&s->start, step, text));
		json_string(j, "why", step->why);
		json_close(j);
	}
	json_close(j);
}

static void json_members(struct json *j, const struct snapshot *now, int group)
{
	json_open_list(j, "members");
	for (size_t i = 0; i < now->n_members; i++) {
		const struct member *m = &now->members[i];

		if (m->group != group)
			continue;
		json_open_object(j, NULL);
		json_string(j, "name", m->name);
		json_text(j, "driver", m->driver);
		json_close(j);
	}
	json_close(j);
}

static void json_groups(struct json *j, const struct snapshot *now)
{
	char path[PATH_SIZE + 1] = "/";

	json_open_list(j, "groups");
	for (size_t i = 0; i < now->n_devices; i++) {
		const struct device *d = &now->devices[i];

		if (!device_is_first_of_group(now, i))
			continue;
		group_device_path(d->group, path + 1);
		json_open_object(j, NULL);
		json_number(j, "number", d->group);
		json_string(j, "node", d->has_group_device ? path : NULL);
		json_members(j, now, d->group);
		json_close(j);
	}
	json_close(j);
}

static void json_devices(struct json *j, const struct snapshot *now)
{
	json_open_list(j, "devices");
	for (size_t i = 0; i < now->n_devices; i++) {
		const struct device *d = &now->devices[i];

		json_open_object(j, NULL);
		json_string(j, "wanted", d->wanted);
		json_text(j, "name", d->name);
		json_text(j, "of_node", d->node);
		json_text(j, "driver", d->driver);
		json_text(j, "override", d->override);
		if (d->group == GROUP_NONE)
			json_string(j, "group", NULL);
		else
			json_number(j, "group", d->group);
		json_close(j);
	}
	json_close(j);
}

int session_json(const struct session *s, struct fault *f)
{
	const struct snapshot *now = &s->after;
	struct json j;

	json_begin(&j, s->o->command);
	json_string(&j, "profile", s->profile.name);
	json_flag(&j, "ready", session_is_ready(s));
	json_open_object(&j, "driver");
	json_flag(&j, "loaded", now->has_driver);
	if (now->reset == RESET_UNKNOWN)
		json_string(&j, "reset_required", NULL);
	else
		json_flag(&j, "reset_required", now->reset == RESET_REQUIRED);
	json_close(&j);
	json_devices(&j, now);
	json_groups(&j, now);
	json_steps(&j, s);
	json_string(&j, "owner", s->o->owner);
	json_string(&j, "partition",
		    s->makes_partition ? "make" :
		    s->frees_partition ? "free" :
					 NULL);
	return json_print(&j, f);
}

static int print_result(const struct session *s, struct fault *f)
{
	if (s->o->json)
		return session_json(s, f);
	if (s->o->dry_run)
		return print_steps(s, f);
	if (!s->o->quiet)
		session_table(s);
	return 0;
}

enum status session_report(const struct session *s, enum run_result result, struct fault *f)
{
	switch (result) {
	case RUN_DONE:
		if (has_nothing_to_do(s))
			print_info(s->o, "nothing to do");
		return print_result(s, f) ? STATUS_FAILED : STATUS_OK;
	case RUN_UNDONE:
		return STATUS_FAILED;
	case RUN_STUCK:
		/*
		 * the fault names the devices that were not put back; with --json it is all
		 * that is printed
		 */
		if (!s->o->json && !s->o->quiet)
			session_table(s);
		return STATUS_STUCK;
	}
	return STATUS_FAILED;
}

bool session_is_ready(const struct session *s)
{
	const struct snapshot *now = &s->after;

	for (size_t i = 0; i < now->n_devices; i++) {
		if (!device_is_bound(&now->devices[i]) || !now->devices[i].has_group_device)
			return false;
	}
	return true;
}
