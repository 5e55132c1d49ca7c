/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/facts.h"
#include "host/rules.h"
#include "vfio/group_device.h"
#include "vfio/run.h"
#include "vfio/snapshot.h"
#include "vfio/step.h"

#define INTERRUPTS_MAX (4 * 1024 * 1024) /* bytes; a line has some 11 a core */

static int read_file_facts(const struct sysroot *s, const char *path, struct file_facts *out,
			   struct fault *f)
{
	struct stat st;

	out->err = sysroot_stat(s, path, &st);
	if (error_is_fatal(out->err))
		return fault_set(f, out->err, "cannot look at /%s: %s", path,
				 strerror(-out->err));
	if (out->err)
		return 0;
	out->no_device = s->live ? !S_ISCHR(st.st_mode) : S_ISDIR(st.st_mode);
	out->mode = st.st_mode;
	out->user = st.st_uid;
	out->group = st.st_gid;
	out->denied = s->live && sysroot_may_use(s, path) == -EACCES;
	return 0;
}

static void read_device(const struct sysroot *s, const struct device *d,
			struct device_facts *out)
{
	char path[PATH_SIZE], text[4];

	if (!*d->name)
		return;
	path_format(path, PATH_DEVICES "/%s/waiting_for_supplier", d->name);
	out->shows_supplier = !sysroot_read(s, path, text, sizeof(text));
	out->waits = out->shows_supplier && *text == '1';
}

/* drivers/iommu/iommu.c, iommu_group_show_type() */
static void read_group_type(const struct sysroot *s, int group, struct device_facts *out)
{
	char path[PATH_SIZE];
	int ret = sysroot_read(s, path_format(path, "sys/kernel/iommu_groups/%d/type", group),
			       out->group_type, GROUP_TYPE_MAX);

	if (ret)
		*out->group_type = '\0';
	out->group_type_unseen = ret && !error_is_absent(ret);
}

static int read_group(const struct sysroot *s, int group, struct device_facts *out,
		      struct fault *f)
{
	char path[PATH_SIZE];

	if (group == GROUP_NONE)
		return 0;
	read_group_type(s, group, out);
	return read_file_facts(s, group_device_path(group, path), &out->group_device, f);
}

/* Count a line of /proc/interrupts: "45:  0  7  GICv3 290 Level  vfio-irq[0](DEVICE)". */
static void count_line(const char *line, const char *name, struct device_facts *out)
{
	const char *who = strstr(line, "vfio-irq[");
	const char *open = who ? strchr(who, '(') : NULL;
	unsigned long times = 0;
	size_t len = strlen(name);
	char *end;

	if (!open || strncmp(open + 1, name, len) || open[1 + len] != ')')
		return;
	line = strchr(line, ':');
	for (const char *s = line ? line + 1 : who; s < who; s = end) {
		unsigned long n = strtoul(s, &end, 10);

		/* the name of the interrupt's chip may begin with digits */
		if (end == s || (*end != ' ' && *end != '\t'))
			break;
		times += n;
	}
	out->n_interrupts++;
	if (out->most_interrupts < times)
		out->most_interrupts = times;
}

static int read_interrupts(const struct sysroot *s, struct facts *out, struct fault *f)
{
	char *line, *save = NULL, *text;
	int ret = facts_read_file(s, "proc/interrupts", INTERRUPTS_MAX, &text, f);

	if (!text)
		return ret;
	out->shows_interrupts = true;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		for (size_t i = 0; i < out->snapshot.n_devices; i++) {
			if (*out->snapshot.devices[i].name)
				count_line(line, out->snapshot.devices[i].name,
					   &out->devices[i]);
		}
	}
	free(text);
	return 0;
}

static bool lacks_group(const struct device *d)
{
	return *d->name && d->group == GROUP_NONE;
}

static bool lacks_any_group(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		if (lacks_group(&s->devices[i]))
			return true;
	}
	return false;
}

static int predict_members(const struct sysroot *s, const struct tree *t,
			   struct snapshot *snap, const struct device *d, struct fault *f)
{
	int node = tree_at(t, d->node);
	struct group_nodes g = { .n = 0 };
	char path[TREE_PATH_MAX];
	int ret = 0;

	if (node >= 0)
		group_find(t, node, &g);
	for (size_t i = 1; ret == 0 && i < g.n; i++)
		ret = snapshot_add_predicted(s, snap, tree_path(t, g.v[i], path), f);
	return ret;
}

/*
 * Before Linux 6.15 a device has no group until its first bind.  Add to the snapshot
 * the members that the tree predicts for the devices without one.
 */
static int predict_group_members(const struct sysroot *s, const struct tree *t,
				 struct snapshot *snap, struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (lacks_group(&snap->devices[i]))
			ret = predict_members(s, t, snap, &snap->devices[i], f);
	}
	return ret;
}

/* Where the kernel has not created the groups yet, the running tree predicts them. */
static int read_groups(const struct facts_source *from, struct facts *out, struct fault *f)
{
	const struct tree_facts *t = &out->tree;
	bool predicts = t->booted && !*t->unseen;
	int ret = predicts ? predict_group_members(from->sys, &t->t, &out->snapshot, f) : 0;

	if (error_is_fatal(ret))
		return ret;
	*f = (struct fault){ 0 };
	out->knows_members = (predicts && ret == 0) || !lacks_any_group(&out->snapshot);
	(void)!steps_check_groups(&out->snapshot, &out->group_fault);
	return 0;
}

int facts_read_bind_state(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct snapshot *s = &out->snapshot;
	int ret = read_groups(from, out, f);

	if (ret)
		return ret;
	ret = snapshot_read_causes(from->sys, s, f);
	if (ret)
		return ret;
	for (size_t i = 0; i < s->n_devices; i++)
		read_device(from->sys, &s->devices[i], &out->devices[i]);
	if (out->live && !s->has_driver) {
		ret = modules_find(VFIO_MODULE);
		out->module = ret == 0	     ? MODULE_LOADABLE :
			      ret == -ENOENT ? MODULE_MISSING :
					       MODULE_UNKNOWN;
	}
	return 0;
}

int facts_read_devices(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct snapshot *s = &out->snapshot;
	int ret = snapshot_take(from->sys, from->profile, s, f) ?:
			  facts_read_bind_state(from, out, f);

	for (size_t i = 0; ret == 0 && i < s->n_devices; i++)
		ret = read_group(from->sys, s->devices[i].group, &out->devices[i], f);
	if (ret)
		return ret;
	ret = group_check_users(from->sys, s, &out->in_use);
	if (error_is_fatal(ret)) {
		*f = out->in_use;
		return ret;
	}
	return read_file_facts(from->sys, "dev/kvm", &out->kvm, f)		       ?:
		       read_file_facts(from->sys, "dev/vfio/vfio", &out->container, f) ?:
		       read_interrupts(from->sys, out, f);
}
