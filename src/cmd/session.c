/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/table.h"
#include "cmd/session.h"
#include "cmd/report.h"
#include "vfio/explain.h"
#include "base/sysroot.h"
#include "vfio/snapshot.h"

#define N_COLUMNS 5
#define CELL_SIZE 32 /* bytes of "/dev/vfio/5" */

int session_open(const struct options *o, bool change, struct session *h, struct fault *f)
{
	int ret;

	*h = (struct session){ .o = o, .lock = -1, .sys.root = -1 };
	ret = load_profile(o, &h->profile, f) ?: sysroot_open(o->root, &h->sys, f);
	if (ret == 0 && change) {
		h->lock = sysroot_lock(&h->sys, o->quiet ? NULL : stderr, f);
		ret = h->lock < 0 ? h->lock : 0;
	}
	/* under the lock: another run may have done it all in the meantime */
	if (ret == 0)
		ret = snapshot_take(&h->sys, &h->profile.profile, &h->start, f);
	if (ret == 0)
		h->after = h->start;
	return ret;
}

void session_close(struct session *h)
{
	if (h->lock >= 0)
		close(h->lock);
	if (h->sys.root >= 0)
		sysroot_close(&h->sys);
	unload_profile(&h->profile);
}

static void print_steps(const struct session *h)
{
	char text[STEP_TEXT_MAX];

	for (size_t i = 0; i < h->todo.n; i++)
		puts(step_shell(&h->start, &h->todo.v[i], text));
}

static const char *driver_state(const struct snapshot *s)
{
	if (!s->has_driver)
		return ", which is not loaded";
	switch (s->reset) {
	case RESET_REQUIRED:
		return ", which was loaded with reset_required=Y";
	case RESET_NOT_REQUIRED:
	case RESET_UNKNOWN:
		break;
	}
	return "";
}

void session_table(const struct session *h)
{
	const struct snapshot *s = &h->after;
	const char *cells[(PROFILE_PASS_MAX + 1) * N_COLUMNS] = { "DEVICE", "DRIVER",
								  "OVERRIDE", "GROUP",
								  "NODE" };
	char groups[PROFILE_PASS_MAX][CELL_SIZE], nodes[PROFILE_PASS_MAX][CELL_SIZE];

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];
		const char **row = &cells[(i + 1) * N_COLUMNS];

		snprintf(groups[i], CELL_SIZE, "%d", d->group);
		snprintf(nodes[i], CELL_SIZE, "/dev/vfio/%d", d->group);
		row[0] = *d->name ? d->name : d->wanted;
		row[1] = d->driver;
		row[2] = d->override;
		row[3] = d->group == GROUP_NONE ? NULL : groups[i];
		row[4] = d->has_group_device ? nodes[i] : NULL;
	}
	table_print(stdout, cells, NULL, s->n_devices + 1, N_COLUMNS);
	for (size_t i = 0; i < s->n_devices; i++) {
		if (!*s->devices[i].name)
			printf("%s: %s\n", s->devices[i].wanted,
			       explanation_of(REASON_NO_DEVICE)->text);
	}
	printf("%zu of %zu devices bound to " VFIO_DRIVER "%s\n", devices_bound(s),
	       s->n_devices, driver_state(s));
}

static void json_steps(struct json *j, const struct session *h)
{
	char text[STEP_TEXT_MAX];

	json_open_list(j, "steps");
	for (size_t i = 0; i < h->todo.n; i++) {
		const struct step *step = &h->todo.v[i];

		json_open_object(j, NULL);
		json_string(j, "op", step_name(step->op));
		if (step->op != STEP_LOAD) {
			json_string(j, "device", h->start.devices[step->device].name);
			/* an absolute path, whatever the root directory is */
			text[0] = '/';
			step_path(&h->start, step, text + 1);
			json_string(j, "file", text);
			json_string(j, "value", step_value(&h->start, step));
		}
		json_string(j, "shell", step_shell(&h->start, step, text));
		json_string(j, "why", step->why);
		json_close(j);
	}
	json_close(j);
}

static void json_members(struct json *j, const struct snapshot *s, int group)
{
	json_open_list(j, "members");
	for (size_t i = 0; i < s->n_members; i++) {
		const struct member *m = &s->members[i];

		if (m->group != group)
			continue;
		json_open_object(j, NULL);
		json_string(j, "name", m->name);
		json_text(j, "driver", m->driver);
		json_close(j);
	}
	json_close(j);
}

static void json_groups(struct json *j, const struct snapshot *s)
{
	char path[PATH_SIZE + 1] = "/";

	json_open_list(j, "groups");
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];

		if (!device_is_first_of_group(s, i))
			continue;
		group_device_path(d->group, path + 1);
		json_open_object(j, NULL);
		json_number(j, "number", d->group);
		json_string(j, "node", d->has_group_device ? path : NULL);
		json_members(j, s, d->group);
		json_close(j);
	}
	json_close(j);
}

static void json_devices(struct json *j, const struct snapshot *s)
{
	json_open_list(j, "devices");
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];

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

int session_json(const struct session *h, const char *command, struct fault *f)
{
	const struct snapshot *s = &h->after;
	struct json j;

	json_begin(&j, command);
	json_string(&j, "profile", h->profile.name);
	json_flag(&j, "ready", session_is_ready(h));
	json_open_object(&j, "driver");
	json_flag(&j, "loaded", s->has_driver);
	if (s->reset == RESET_UNKNOWN)
		json_string(&j, "reset_required", NULL);
	else
		json_flag(&j, "reset_required", s->reset == RESET_REQUIRED);
	json_close(&j);
	json_devices(&j, s);
	json_groups(&j, s);
	json_steps(&j, h);
	return json_end(&j, stdout, f);
}

/* What a run that changed nothing had to say is in its fault alone. */
static int print_result(const struct session *h, const char *command, struct fault *f)
{
	if (h->o->json)
		return session_json(h, command, f);
	if (h->o->dry_run)
		print_steps(h);
	else if (!h->o->quiet)
		session_table(h);
	return 0;
}

enum status session_report(const struct session *h, const char *command,
			   enum run_result result, struct fault *f)
{
	struct fault ignored;

	switch (result) {
	case RUN_DONE:
		if (h->todo.n == 0)
			print_info(h->o, "%s: nothing to do", command);
		return print_result(h, command, f) ? STATUS_FAILED : STATUS_OK;
	case RUN_UNDONE:
		return STATUS_FAILED;
	case RUN_STUCK:
		(void)!print_result(h, command, &ignored);
		return STATUS_STUCK;
	}
	return STATUS_FAILED;
}

bool session_is_ready(const struct session *h)
{
	const struct snapshot *s = &h->after;

	for (size_t i = 0; i < s->n_devices; i++) {
		if (!device_is_bound(&s->devices[i]) || !s->devices[i].has_group_device)
			return false;
	}
	return true;
}
