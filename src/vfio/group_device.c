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

#define USERS_SIZE 256 /* bytes of "pid (command), ..." */
#define COMM_SIZE 32   /* bytes of a command; the kernel keeps 15 of its name */

/* The file that a process may have open. */
struct group_file {
	char path[PATH_SIZE]; /* "dev/vfio/5" */
	dev_t device;	      /* 0: no character device */
};

/*
 * Is that file open as the one at path, a link in /proc?  A recording has the link's
 * text only.  Of a running process the device is compared: its /dev may be another.
 */
static bool is_open_as(const struct sysroot *s, const struct group_file *g, const char *path)
{
	char target[PATH_SIZE];
	struct stat st;

	if (g->device)
		return !sysroot_stat(s, path, &st) && S_ISCHR(st.st_mode) &&
		       st.st_rdev == g->device;
	return !sysroot_link(s, path, target, sizeof(target)) && *target == '/' &&
	       !strcmp(target + 1, g->path);
}

static bool has_open(const struct sysroot *s, const struct group_file *g, const char *pid)
{
	char path[PATH_SIZE], *files;
	bool found = false;

	/* a process that has just ended, or that cannot be examined, is not named */
	if (sysroot_list(s, path_format(path, "proc/%s/fd", pid), &files))
		return false;
	for (const char *n = files; *n && !found; n += strlen(n) + 1)
		found = is_open_as(s, g, path_format(path, "proc/%s/fd/%s", pid, n));
	free(files);
	return found;
}

static bool is_pid(const char *name)
{
	return !name[strspn(name, "0123456789")] && strlen(name) < NAME_SIZE;
}

/* Write "pid (command), pid (command)" to users, as many as fit; "" if none is seen. */
static void name_users(const struct sysroot *s, const struct group_file *g,
		       char users[static USERS_SIZE])
{
	char comm[COMM_SIZE], path[PATH_SIZE], *pids;
	size_t used = 0;
	int n;

	users[0] = '\0';
	if (sysroot_list(s, "proc", &pids))
		return;
	for (const char *pid = pids; *pid; pid += strlen(pid) + 1) {
		if (!is_pid(pid) || !has_open(s, g, pid))
			continue;
		if (sysroot_read(s, path_format(path, "proc/%s/comm", pid), comm,
				 sizeof(comm)))
			strcpy(comm, "?");
		n = snprintf(users + used, USERS_SIZE - used, "%s%s (%s)", used ? ", " : "",
			     pid, comm);
		/* half a number would be another process */
		if ((size_t)n < USERS_SIZE - used)
			used += (size_t)n;
		else
			users[used] = '\0';
	}
	free(pids);
}

static int check_group(const struct sysroot *s, int group, struct fault *f)
{
	char users[USERS_SIZE] = "";
	struct group_file g = { .device = 0 };
	struct stat st;
	int ret = sysroot_stat(s, group_device_path(group, g.path), &st);

	if (ret == 0 && S_ISCHR(st.st_mode))
		g.device = st.st_rdev;
	/*
	 * Closed again at once.  To hold the group until the devices are unbound
	 * would keep others out, but before Linux 6.1 the last unbind waits until the
	 * group is closed (commit 3dd59a7dcb97): by this process, forever.
	 */
	if (ret == 0)
		ret = sysroot_try_open(s, g.path);
	if (ret == -EBUSY || (ret == 0 && !s->live))
		name_users(s, &g, users);
	if (ret == -EBUSY || *users) {
		fault_set(f, -EBUSY, "/%s is in use by %s", g.path,
			  *users ? users : "a process that cannot be seen from here");
		return fault_fix(f,
				 "stop the virtual machine that has it, and run this again");
	}
	/* -ENODEV: the group is being removed (vfio_group_fops_open()) */
	if (ret == 0 || error_is_absent(ret) || ret == -ENODEV)
		return 0;
	return fault_set(f, ret, "cannot open /%s: %s", g.path, strerror(-ret));
}

int group_check_users(const struct sysroot *s, const struct snapshot *snap, struct fault *f)
{
	bool bound[PROFILE_PASS_MAX] = { false };
	int ret = 0;

	/* a group may be in use if any of its devices is bound */
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

static bool owner_stays(const struct owner *o)
{
	return o->user == (uid_t)-1 && o->group == (gid_t)-1;
}

static int wait_for(int group, const struct wait_options *wait, struct fault *f)
{
	int ret = udev_wait(group, wait->timeout_ms, &wait->stop, f);

	if (ret != -ETIMEDOUT)
		return ret;
	fault_set(f, ret, "/dev/vfio/%d did not appear within %u seconds", group,
		  wait->timeout_ms / 1000);
	return fault_fix(f,
			 "check that the kernel has CONFIG_VFIO_GROUP and that VFIO is not in "
			 "no-IOMMU mode");
}

/* Stores the owner before in *old, unless the file has this owner already. */
static int change_owner(const struct sysroot *s, int group, const struct owner *owner,
			struct owner *old, struct fault *f)
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
	*old = (struct owner){ st.st_uid, st.st_gid };
	return 0;
}

int group_devices_settle(const struct sysroot *s, const struct snapshot *snap,
			 const struct wait_options *wait, const struct owner *owner,
			 struct owner old[static PROFILE_PASS_MAX], struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (!device_is_first_of_group(snap, i))
			continue;
		/* a recording has no udev, so no file will appear in it */
		if (s->live)
			ret = wait_for(snap->devices[i].group, wait, f);
		if (ret == 0 && !owner_stays(owner))
			ret = change_owner(s, snap->devices[i].group, owner, &old[i], f);
	}
	return ret;
}

int group_devices_give_back(const struct sysroot *s, const struct snapshot *snap,
			    const struct owner old[static PROFILE_PASS_MAX], struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; i < snap->n_devices; i++) {
		struct owner ignored;
		int err =
			owner_stays(&old[i]) || snap->devices[i].group == GROUP_NONE ?
				0 :
				change_owner(s, snap->devices[i].group, &old[i], &ignored, f);

		if (err && !error_is_absent(err))
			ret = -EIO;
	}
	return ret;
}

#define USER_SIZE 256 /* bytes; LOGIN_NAME_MAX of Linux */

bool user_is_number(const char *text, unsigned int *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = (unsigned int)n;
	return *text >= '0' && *text <= '9' && !*end && n < UINT_MAX;
}

/* Find a user, or else a group.  getpwnam(3) names the errors that mean "not found". */
static int find_id(const char *option, bool is_user, const char *name, unsigned int *out,
		   struct fault *f)
{
	const char *what = is_user ? "user" : "group";
	const struct passwd *u;
	const struct group *g;
	int err;

	errno = 0;
	u = is_user ? getpwnam(name) : NULL;
	g = is_user ? NULL : getgrnam(name);
	err = errno;
	if (u || g)
		*out = u ? u->pw_uid : g->gr_gid;
	if (u || g || user_is_number(name, out))
		return 0;
	if (err == 0 || err == ENOENT || err == ESRCH)
		return fault_set(f, -EINVAL, "%s: no %s is called '%s'", option, what, name);
	return fault_set(f, -err, "%s: cannot look up %s '%s': %s", option, what, name,
			 strerror(err));
}

int user_find(const char *option, const char *name, uid_t *out, struct fault *f)
{
	return find_id(option, true, name, out, f);
}

/* Names are of the machine that runs this, and a recording is of another. */
static int read_recorded(const char *user, const char *group, struct owner *out,
			 struct fault *f)
{
	if ((!*user || user_is_number(user, &out->user)) &&
	    (!*group || user_is_number(group, &out->group)))
		return 0;
	fault_set(f, -EINVAL, "--owner: a recording has no names of users and groups");
	return fault_fix(f, "give the numbers of the user and the group");
}

int owner_find(const struct sysroot *s, const char *text, struct owner *out, struct fault *f)
{
	char user[USER_SIZE];
	const char *group;
	size_t size;
	int ret = 0;

	*out = OWNER_STAYS;
	group = strchr(text, ':');
	size = group ? (size_t)(group - text) : strlen(text);
	if (size >= sizeof(user) || strlen(text) > OWNER_MAX)
		return fault_set(f, -EINVAL, "--owner: the name of the %s is too long",
				 size < sizeof(user) ? "group" : "user");
	memcpy(user, text, size);
	user[size] = '\0';
	group = group ? group + 1 : "";
	if (!*user && !*group)
		return fault_set(f, -EINVAL, "--owner takes USER, USER:GROUP or :GROUP");
	if (!s->live)
		return read_recorded(user, group, out, f);
	if (*user)
		ret = user_find("--owner", user, &out->user, f);
	if (ret == 0 && *group)
		ret = find_id("--owner", false, group, &out->group, f);
	return ret;
}
