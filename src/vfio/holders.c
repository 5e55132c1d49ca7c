/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "vfio/holders.h"

#define PROCESSES_SIZE (512 * 1024) /* bytes of pids: some 80,000 processes */
#define FILES_SIZE (64 * 1024)	    /* bytes of file descriptors: some 12,000 */
#define NAMED_SIZE 256		    /* bytes of "pid (command), ..." */
#define COMM_SIZE 32

/* What a process holds is compared with the node itself, or, in a recording, its name. */
struct wanted {
	char node[PATH_SIZE]; /* "dev/vfio/5" */
	dev_t device;	      /* 0: no character device */
};

static bool is_wanted(const struct sysfs *s, const struct wanted *w, const char *path)
{
	char target[PATH_SIZE];
	struct stat st;

	if (w->device)
		return !sysfs_stat(s, path, &st) && S_ISCHR(st.st_mode) &&
		       st.st_rdev == w->device;
	return !sysfs_link(s, path, target, sizeof(target)) && *target == '/' &&
	       !strcmp(target + 1, w->node);
}

static bool holds(const struct sysfs *s, const struct wanted *w, const char *pid)
{
	char files[FILES_SIZE], path[PATH_SIZE];

	/* one that has just gone, or that may not be seen, holds nothing we could name */
	if (sysfs_list(s, path_make(path, "proc/%s/fd", pid), files, sizeof(files)))
		return false;
	for (const char *n = files; *n; n += strlen(n) + 1) {
		if (is_wanted(s, w, path_make(path, "proc/%s/fd/%s", pid, n)))
			return true;
	}
	return false;
}

/* Write "pid (command), pid (command)" to named; "" if nobody is seen. */
static void name_holders(const struct sysfs *s, const struct wanted *w,
			 char named[static NAMED_SIZE])
{
	char pids[PROCESSES_SIZE], comm[COMM_SIZE], path[PATH_SIZE];
	size_t used = 0;

	named[0] = '\0';
	if (sysfs_list(s, "proc", pids, sizeof(pids)))
		return;
	for (const char *n = pids; *n && used < NAMED_SIZE; n += strlen(n) + 1) {
		if (n[strspn(n, "0123456789")] || !holds(s, w, n))
			continue;
		if (sysfs_read(s, path_make(path, "proc/%s/comm", n), comm, sizeof(comm)))
			strcpy(comm, "?");
		used += (size_t)snprintf(named + used, NAMED_SIZE - used, "%s%s (%s)",
					 used ? ", " : "", n, comm);
	}
}

static int check_group(const struct sysfs *s, int group, struct fault *f)
{
	char named[NAMED_SIZE] = "";
	struct wanted w = { .device = 0 };
	struct stat st;
	int ret;

	if (sysfs_stat(s, group_node(group, w.node), &st))
		return 0; /* no node, no user */
	if (S_ISCHR(st.st_mode))
		w.device = st.st_rdev;
	/*
	 * Closed again at once.  To hold the group until the devices are unbound
	 * would keep others out, but Linux 6.1 waits in the last unbind until the
	 * group is closed (vfio_device_remove_group()): for ourselves, for ever.
	 */
	ret = sysfs_try_open(s, w.node);
	if (ret == -EBUSY || !s->live)
		name_holders(s, &w, named);
	if (ret != -EBUSY && !*named)
		return 0;
	fault_set(f, -EBUSY, "/%s is in use by %s", w.node,
		  *named ? named : "a process that cannot be seen from here");
	return fault_fix(f, "stop the virtual machine that has it, and run this again");
}

int holders_check(const struct sysfs *s, const struct snapshot *snap, struct fault *f)
{
	bool bound[PROFILE_PASS_MAX] = { false };
	int ret = 0;

	/* a group is in question if any of its devices is bound */
	for (size_t i = 0; i < snap->n_devices; i++) {
		for (size_t k = 0; k < snap->n_devices; k++)
			bound[i] |= device_is_bound(&snap->devices[k]) &&
				    snap->devices[k].group == snap->devices[i].group;
	}
	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (bound[i] && device_opens_group(snap, i))
			ret = check_group(s, snap->devices[i].group, f);
	}
	return ret;
}
