/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check/facts.h"
#include "host/group.h"
#include "vfio/group_device.h"
#include "vfio/modules.h"
#include "vfio/snapshot.h"
#include "vfio/step.h"

#define INTERRUPTS_MAX (4 * 1024 * 1024) /* bytes; a line has some 11 a core */

static void look_at_file(const struct sysroot *s, const char *path, struct file_facts *out)
{
	struct stat st;

	out->err = sysroot_stat(s, path, &st);
	if (out->err)
		return;
	out->mode = st.st_mode;
	out->user = st.st_uid;
	out->group = st.st_gid;
	out->denied = s->live && sysroot_may_use(s, path) == -EACCES;
}

static void look_at_device(const struct sysroot *s, const struct device *d,
			   struct device_facts *out)
{
	char path[PATH_SIZE], text[4];

	if (!*d->name)
		return;
	symptoms_of_device(s, d->name, &out->symptoms);
	if (!sysroot_read(s,
			  path_format(path, PATH_DEVICES "/%s/waiting_for_supplier", d->name),
			  text, sizeof(text)))
		out->waits = *text == '1';
}

/* Add a line of /proc/interrupts, "45:  0  7  GICv3 290 Level  vfio-irq[0](DEVICE)". */
static void count_line(const char *line, const char *name, struct interrupt_facts *out)
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

		if (end == s)
			break;
		times += n;
	}
	out->lines++;
	if (out->most < times)
		out->most = times;
}

static void look_at_interrupts(const struct sysroot *s, struct facts *out)
{
	struct fault f = { 0 };
	char *line, *save, *text;
	void *data;
	size_t size;

	if (file_read(s->root, "proc/interrupts", INTERRUPTS_MAX, &data, &size, &f))
		return;
	text = data;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		for (size_t i = 0; i < out->snapshot.n_devices; i++) {
			if (*out->snapshot.devices[i].name)
				count_line(line, out->snapshot.devices[i].name,
					   &out->interrupts[i]);
		}
	}
	free(data);
}

/* A group that the kernel has yet to make is judged by what the running tree foretells. */
static int look_at_group(const struct facts_source *l, struct facts *out, struct fault *f)
{
	const struct tree_facts *t = &out->tree;
	int ret = t->live && !*t->unseen ?
			  predict_group_members(l->sys, &t->t, &out->snapshot, f) :
			  0;

	if (ret == -ENOMEM)
		return ret;
	*f = (struct fault){ 0 };
	(void)!steps_check_groups(&out->snapshot, &out->group_trouble);
	return 0;
}

int facts_read_bind_state(const struct facts_source *l, struct facts *out, struct fault *f)
{
	struct snapshot *s = &out->snapshot;
	struct symptoms host;
	int ret = look_at_group(l, out, f);

	if (ret)
		return ret;
	symptoms_of_host(l->sys, s, &host);
	for (size_t i = 0; i < s->n_devices; i++) {
		out->devices[i].symptoms = host;
		look_at_device(l->sys, &s->devices[i], &out->devices[i]);
	}
	if (out->live && !s->has_driver)
		out->module = modules_find(VFIO_MODULE) ? MODULE_LOADABLE : MODULE_MISSING;
	return 0;
}

int facts_read_devices(const struct facts_source *l, struct facts *out, struct fault *f)
{
	struct snapshot *s = &out->snapshot;
	char path[PATH_SIZE];
	int ret = snapshot_take(l->sys, l->profile, s, f) ?: facts_read_bind_state(l, out, f);

	if (ret)
		return ret;
	for (size_t i = 0; i < s->n_devices; i++) {
		if (s->devices[i].has_group_device)
			look_at_file(l->sys, group_device_path(s->devices[i].group, path),
				     &out->devices[i].group_node);
	}
	(void)!group_check_users(l->sys, s, &out->holders);
	look_at_file(l->sys, "dev/kvm", &out->kvm);
	look_at_file(l->sys, "dev/vfio/vfio", &out->container);
	look_at_interrupts(l->sys, out);
	return 0;
}

static bool lacks_group(const struct device *d)
{
	return *d->name && d->group == GROUP_NONE;
}

static int foretell_device(const struct sysroot *s, const struct tree *t,
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

int predict_group_members(const struct sysroot *s, const struct tree *t, struct snapshot *snap,
			  struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (lacks_group(&snap->devices[i]))
			ret = foretell_device(s, t, snap, &snap->devices[i], f);
	}
	return ret;
}
