/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check/foretell.h"
#include "check/look.h"
#include "vfio/holders.h"
#include "vfio/modules.h"
#include "vfio/snapshot.h"
#include "vfio/step.h"
#include "vfio/symptoms.h"

#define INTERRUPTS_MAX (4 * 1024 * 1024) /* bytes; a line has some 11 a core */

static void look_at_file(const struct sysfs *s, const char *path, struct file_facts *out)
{
	struct stat st;

	out->err = sysfs_stat(s, path, &st);
	if (out->err)
		return;
	out->mode = st.st_mode;
	out->user = st.st_uid;
	out->group = st.st_gid;
	out->denied = s->live && sysfs_may_use(s, path) == -EACCES;
}

static void look_at_device(const struct sysfs *s, const struct device *d,
			   struct device_facts *out)
{
	char path[PATH_SIZE], text[4];

	if (!*d->name)
		return;
	symptoms_of_device(s, d->name, &out->symptoms);
	if (!sysfs_read(s, path_make(path, PATH_DEVICES "/%s/waiting_for_supplier", d->name),
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

static void look_at_interrupts(const struct sysfs *s, struct facts *out)
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
static int look_at_group(const struct look *l, struct facts *out, struct fault *f)
{
	const struct tree_facts *t = &out->tree;
	int ret = t->live && !*t->unseen ? foretell(l->sys, &t->t, &out->snapshot, f) : 0;

	if (ret == -ENOMEM)
		return ret;
	*f = (struct fault){ 0 };
	(void)!steps_check_groups(&out->snapshot, &out->group_trouble);
	return 0;
}

int look_closer(const struct look *l, struct facts *out, struct fault *f)
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

int look_at_devices(const struct look *l, struct facts *out, struct fault *f)
{
	struct snapshot *s = &out->snapshot;
	char path[PATH_SIZE];
	int ret = snapshot_take(l->sys, l->profile, s, f) ?: look_closer(l, out, f);

	if (ret)
		return ret;
	for (size_t i = 0; i < s->n_devices; i++) {
		if (s->devices[i].has_group_node)
			look_at_file(l->sys, group_node(s->devices[i].group, path),
				     &out->devices[i].group_node);
	}
	(void)!holders_check(l->sys, s, &out->holders);
	look_at_file(l->sys, "dev/kvm", &out->kvm);
	look_at_file(l->sys, "dev/vfio/vfio", &out->container);
	look_at_interrupts(l->sys, out);
	return 0;
}
