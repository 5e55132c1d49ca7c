/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vfio/group_device.h"
#include "vfio/udev.h"

#define PROCESSES_SIZE (512 * 1024) /* bytes of pids: some 80,000 processes */
#define FILES_SIZE (64 * 1024)	    /* bytes of file descriptors: some 12,000 */
#define NAMED_SIZE 256		    /* bytes of "pid (command), ..." */
#define COMM_SIZE 32

/* What a process holds is compared with the node itself, or, in a recording, its name. */
struct wanted {
	char node[PATH_SIZE]; /* "dev/vfio/5" */
	dev_t device;	      /* 0: no character device */
};

static bool is_wanted(const struct sysroot *s, const struct wanted *w, const char *path)
{
	char target[PATH_SIZE];
	struct stat st;

	if (w->device)
		return !sysroot_stat(s, path, &st) && S_ISCHR(st.st_mode) &&
		       st.st_rdev == w->device;
	return !sysroot_link(s, path, target, sizeof(target)) && *target == '/' &&
	       !strcmp(target + 1, w->node);
}

static bool holds(const struct sysroot *s, const struct wanted *w, const char *pid)
{
	char files[FILES_SIZE], path[PATH_SIZE];

	/* one that has just gone, or that may not be seen, holds nothing we could name */
	if (sysroot_list(s, path_format(path, "proc/%s/fd", pid), files, sizeof(files)))
		return false;
	for (const char *n = files; *n; n += strlen(n) + 1) {
		if (is_wanted(s, w, path_format(path, "proc/%s/fd/%s", pid, n)))
			return true;
	}
	return false;
}

/* Write "pid (command), pid (command)" to named; "" if nobody is seen. */
static void name_holders(const struct sysroot *s, const struct wanted *w,
			 char named[static NAMED_SIZE])
{
	char pids[PROCESSES_SIZE], comm[COMM_SIZE], path[PATH_SIZE];
	size_t used = 0;

	named[0] = '\0';
	if (sysroot_list(s, "proc", pids, sizeof(pids)))
		return;
	for (const char *n = pids; *n && used < NAMED_SIZE; n += strlen(n) + 1) {
		if (n[strspn(n, "0123456789")] || !holds(s, w, n))
			continue;
		if (sysroot_read(s, path_format(path, "proc/%s/comm", n), comm, sizeof(comm)))
			strcpy(comm, "?");
		used += (size_t)snprintf(named + used, NAMED_SIZE - used, "%s%s (%s)",
					 used ? ", " : "", n, comm);
	}
}

static int check_group(const struct sysroot *s, int group, struct fault *f)
{
	char named[NAMED_SIZE] = "";
	struct wanted w = { .device = 0 };
	struct stat st;
	int ret;

	if (sysroot_stat(s, group_device_path(group, w.node), &st))
		return 0; /* no node, no user */
	if (S_ISCHR(st.st_mode))
		w.device = st.st_rdev;
	/*
	 * Closed again at once.  To hold the group until the devices are unbound
	 * would keep others out, but Linux 6.1 waits in the last unbind until the
	 * group is closed (vfio_device_remove_group()): for ourselves, for ever.
	 */
	ret = sysroot_try_open(s, w.node);
	if (ret == -EBUSY || !s->live)
		name_holders(s, &w, named);
	if (ret != -EBUSY && !*named)
		return 0;
	fault_set(f, -EBUSY, "/%s is in use by %s", w.node,
		  *named ? named : "a process that cannot be seen from here");
	return fault_fix(f, "stop the virtual machine that has it, and run this again");
}

int group_check_users(const struct sysroot *s, const struct snapshot *snap, struct fault *f)
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
		if (bound[i] && device_is_first_of_group(snap, i))
			ret = check_group(s, snap->devices[i].group, f);
	}
	return ret;
}

static int wait_for(int group, const struct wait_options *wait, struct fault *f)
{
	int ret = udev_wait(group, wait->timeout_ms, &wait->stop, f);

	if (ret != -ETIMEDOUT)
		return ret;
	fault_set(f, ret, "/dev/vfio/%d did not appear within %u seconds", group,
		  wait->timeout_ms / 1000);
	return fault_fix(f,
			 "see whether the kernel has CONFIG_VFIO_GROUP, and that VFIO is not "
			 "in its no-IOMMU mode");
}

static int give(const struct sysroot *s, int group, const struct owner *owner, struct fault *f)
{
	char path[PATH_SIZE];
	struct stat st;
	int ret = sysroot_stat(s, group_device_path(group, path), &st);

	if (ret == 0 && (owner->user == (uid_t)-1 || owner->user == st.st_uid) &&
	    (owner->group == (gid_t)-1 || owner->group == st.st_gid))
		return 0;
	if (ret == 0)
		ret = sysroot_chown(s, path, owner->user, owner->group);
	if (ret)
		return fault_set(f, ret, "cannot change the owner of /%s: %s", path,
				 strerror(-ret));
	return 0;
}

int group_devices_settle(const struct sysroot *s, const struct snapshot *snap,
			 const struct wait_options *wait, const struct owner *owner,
			 struct fault *f)
{
	bool owned = owner->user != (uid_t)-1 || owner->group != (gid_t)-1;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (!device_is_first_of_group(snap, i))
			continue;
		/* a recording has no udev, and waiting would not make a node appear */
		if (s->live)
			ret = wait_for(snap->devices[i].group, wait, f);
		if (ret == 0 && owned)
			ret = give(s, snap->devices[i].group, owner, f);
	}
	return ret;
}

#define USER_SIZE 256 /* bytes; LOGIN_NAME_MAX of Linux */

/* A number as chown(1) takes it.  The highest means "leave it" to the kernel. */
static bool is_number(const char *text, unsigned int *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = (unsigned int)n;
	return *text >= '0' && *text <= '9' && !*end && n < UINT_MAX;
}

static int find_user(const char *name, uid_t *out, struct fault *f)
{
	const struct passwd *p = getpwnam(name);

	if (!p && !is_number(name, out))
		return fault_set(f, -EINVAL, "--owner: no user is called '%s'", name);
	if (p)
		*out = p->pw_uid;
	return 0;
}

static int find_group(const char *name, gid_t *out, struct fault *f)
{
	const struct group *g = getgrnam(name);

	if (!g && !is_number(name, out))
		return fault_set(f, -EINVAL, "--owner: no group is called '%s'", name);
	if (g)
		*out = g->gr_gid;
	return 0;
}

int owner_find(const char *text, struct owner *out, struct fault *f)
{
	char user[USER_SIZE];
	const char *group;
	size_t size;
	int ret = 0;

	*out = (struct owner){ (uid_t)-1, (gid_t)-1 };
	if (!text)
		return 0;
	group = strchr(text, ':');
	size = group ? (size_t)(group - text) : strlen(text);
	if (size >= sizeof(user))
		return fault_set(f, -EINVAL, "--owner: no user has so long a name");
	memcpy(user, text, size);
	user[size] = '\0';
	group = group ? group + 1 : "";
	if (!*user && !*group)
		return fault_set(f, -EINVAL, "--owner takes USER, USER:GROUP or :GROUP");
	if (*user)
		ret = find_user(user, &out->user, f);
	if (ret == 0 && *group)
		ret = find_group(group, &out->group, f);
	return ret;
}
