/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

#define PROC_FD "/proc/self/fd/%d"
#define PROC_FD_SIZE (sizeof(PROC_FD) + 3 * sizeof(int))
#define NAMES_TRIED 1000 /* beside a file: each was left by a process that was killed */

static int failed(struct fault *f, const char *path)
{
	int err = errno;

	return fault_set(f, -err, "cannot write %s: %s", path, strerror(err));
}

static int cannot_place(struct fault *f, const char *path)
{
	failed(f, path);
	return fault_fix(f, "write it to another directory");
}

static int write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Where path is to be written in the end: a link's target, a file, or nothing yet. */
static int find_target(const char *path, char target[static PATH_MAX], struct stat *st,
		       struct fault *f)
{
	if (stat(path, st)) {
		/* a dangling link stays: where it should point to is not known */
		if (errno != ENOENT || lstat(path, st) == 0)
			return cannot_place(f, path);
		st->st_mode = 0;
		/* stat(2) takes no longer path */
		snprintf(target, PATH_MAX, "%s", path);
		return 0;
	}
	if (S_ISDIR(st->st_mode))
		return fault_set(f, -EISDIR, "cannot write %s: it is a directory", path);
	/* renaming over /dev/null would take it away from all processes */
	if (!S_ISREG(st->st_mode)) {
		fault_set(f, -EINVAL, "cannot write %s: it is not a regular file", path);
		return fault_fix(f, "use '-' to write to standard output");
	}
	if (!realpath(path, target))
		return cannot_place(f, path);
	return 0;
}

/* Give a new file what the old one had, or what the umask leaves. */
static int copy_owner_and_mode(int fd, const struct stat *old)
{
	mode_t mask;

	if (old->st_mode) {
		/* only root may give a file away; for others the mode is what matters */
		if (fchown(fd, old->st_uid, old->st_gid) && errno != EPERM)
			return -1;
		return fchmod(fd, old->st_mode & 07777);
	}
	mask = umask(0);
	umask(mask);
	return fchmod(fd, 0666 & ~mask);
}

/* The bytes of path before the file's name. */
static int directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (int)(slash - path) + 1 : 0;
}

/* The directory of path, into dir. */
static void directory_of(const char *path, char dir[static PATH_MAX])
{
	int len = directory_length(path);

	snprintf(dir, PATH_MAX, "%.*s", len ? len : 1, len ? path : ".");
}

/* A name beside path that ends with end: a name has NAME_MAX bytes, so path's may be cut. */
static int name_with(char name[static PATH_MAX], const char *path, const char *end)
{
	int dir = directory_length(path);

	if (snprintf(name, PATH_MAX, "%.*s%s", dir + NAME_MAX - (int)strlen(end), path, end) <
	    PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/*
 * Write the new name to the disk.  If that fails, the content after a crash is the old
 * one, and whole, so the write has not failed.
 */
static void sync_directory_of(const char *path)
{
	char dir[PATH_MAX];
	int fd;

	directory_of(path, dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* Give a file without a name this one, which must be new. */
static int link_unnamed(int fd, const char *path)
{
	char name[PROC_FD_SIZE];

	snprintf(name, sizeof(name), PROC_FD, fd);
	return linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

/* A file without a name in the directory of target, or -1. */
static int create_unnamed(const char *target)
{
	char path[PATH_MAX];
	int fd;

	directory_of(target, path);
	fd = open(path, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	/* without /proc it cannot get a name */
	snprintf(path, sizeof(path), PROC_FD, fd);
	if (access(path, F_OK) == 0)
		return fd;
	close(fd);
	return -1;
}

/*
 * Write data beside target, so that it can replace it: to a file without a name where the
 * file system has such files, else to temp, which is "" if there is no name.  Returns an
 * open descriptor or -1.
 */
static int write_beside(const char *target, const struct stat *old, const void *data,
			size_t size, char temp[static PATH_MAX])
{
	int fd, err;

	if (name_with(temp, target, ".XXXXXX"))
		return -1;
	fd = create_unnamed(target);
	if (fd >= 0)
		*temp = '\0';
	else
		fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (!write_all(fd, data, size) && !copy_owner_and_mode(fd, old) && !fsync(fd))
		return fd;
	err = errno;
	close(fd);
	if (*temp)
		unlink(temp);
	errno = err;
	return -1;
}

/* Call what write_beside() wrote orig, which must be new. */
static int name_copy(int fd, const char *temp, const char *orig)
{
	if (!*temp)
		return link_unnamed(fd, orig);
	return (int)syscall(SYS_renameat2, AT_FDCWD, temp, AT_FDCWD, orig, RENAME_NOREPLACE);
}

static int copy_to(const char *orig, const char *target, const struct stat *old,
		   struct fault *f)
{
	char temp[PATH_MAX];
	void *data;
	size_t size;
	int ret = file_read(target, (size_t)old->st_size, &data, &size, f), fd;

	if (ret)
		return ret;
	fd = write_beside(orig, old, data, size, temp);
	free(data);
	if (fd < 0)
		return cannot_place(f, orig);
	if (name_copy(fd, temp, orig)) {
		ret = cannot_place(f, orig);
		if (*temp)
			unlink(temp);
	}
	close(fd);
	return ret;
}

/* Keep target as orig, too. */
static int keep_original(const char *target, const char *orig, const struct stat *old,
			 struct fault *f)
{
	if (link(target, orig) == 0)
		return 0;
	/* a boot partition is often FAT, which has no hard links */
	if (errno == EPERM || errno == EOPNOTSUPP)
		return copy_to(orig, target, old, f);
	return cannot_place(f, orig);
}

/* Is there no original yet, so that one must be kept?  What keeps nothing is no original. */
static int check_original(const char *orig, bool *must_keep, struct fault *f)
{
	struct stat st;

	*must_keep = lstat(orig, &st) != 0;
	if (*must_keep)
		return errno == ENOENT ? 0 : cannot_place(f, orig);
	/* a link may lead to the file that is to be replaced */
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		return 0;
	fault_set(f, -EEXIST, "cannot keep the original: %s is %s", orig,
		  S_ISREG(st.st_mode) ? "empty" : "not a regular file");
	return fault_fix(f, "move it away");
}

/* Write the new contents beside the target, and keep the old ones if that is asked for. */
static int prepare(struct pending_file *p, const void *data, size_t size, bool keep_orig,
		   struct fault *f)
{
	struct stat old;
	int ret = find_target(p->path, p->target, &old, f);

	if (ret)
		return ret;
	p->is_new = !old.st_mode;
	if (snprintf(p->orig, PATH_MAX, "%.*s.orig", PATH_MAX, p->target) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return cannot_place(f, p->path);
	}
	if (keep_orig)
		ret = check_original(p->orig, &keep_orig, f);
	if (ret)
		return ret;
	p->fd = write_beside(p->target, &old, data, size, p->temp);
	if (p->fd < 0)
		return cannot_place(f, p->path);
	if (!keep_orig)
		return 0;
	ret = keep_original(p->target, p->orig, &old, f);
	p->kept_orig = ret == 0;
	return ret;
}

static void end(const struct pending_file *p)
{
	if (p->fd >= 0)
		close(p->fd);
	sigprocmask(SIG_SETMASK, &p->mask, NULL);
}

/* Remove what was prepared. */
static void remove_prepared(const struct pending_file *p)
{
	if (p->fd >= 0 && *p->temp)
		unlink(p->temp);
	if (p->kept_orig)
		unlink(p->orig);
	end(p);
}

/* Give what was prepared a name beside the target: only a name can replace another one. */
static int name_beside(struct pending_file *p)
{
	char end[16];
	int ret = -1;

	errno = EEXIST;
	for (int i = 0; ret && errno == EEXIST && i < NAMES_TRIED; i++) {
		snprintf(end, sizeof(end), ".%d", i);
		ret = name_with(p->temp, p->target, end) ?: link_unnamed(p->fd, p->temp);
	}
	if (ret)
		*p->temp = '\0';
	return ret;
}

static int swap(const struct pending_file *p)
{
	return (int)syscall(SYS_renameat2, AT_FDCWD, p->temp, AT_FDCWD, p->target,
			    RENAME_EXCHANGE);
}

/* Swapped with what it replaces, it can be taken back; not every file system can do it. */
static int publish(struct pending_file *p)
{
	if (!*p->temp) {
		if (p->is_new && link_unnamed(p->fd, p->target) == 0)
			return 0;
		if (name_beside(p))
			return -1;
	}
	p->swapped = swap(p) == 0;
	if (p->swapped)
		return 0;
	if (rename(p->temp, p->target))
		return -1;
	*p->temp = '\0';
	return 0;
}

int file_replace_start(const char *path, const void *data, size_t size, bool keep_orig,
		       struct pending_file *out, struct fault *f)
{
	sigset_t all;
	int ret;

	*out = (struct pending_file){ .path = path, .fd = -1 };
	/* a signal waits, rather than leave a file beside the other */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &out->mask);
	ret = prepare(out, data, size, keep_orig, f);
	if (ret == 0 && publish(out))
		ret = cannot_place(f, path);
	if (ret)
		remove_prepared(out);
	return ret;
}

void file_replace_end(struct pending_file *p)
{
	if (*p->temp)
		unlink(p->temp);
	sync_directory_of(p->target);
	end(p);
}

void file_replace_undo(struct pending_file *p)
{
	/* else what is beside the file may be all that is left of the old contents */
	if (p->swapped ? swap(p) == 0 : p->is_new && unlink(p->target) == 0)
		remove_prepared(p);
	else
		end(p);
}

int file_write_standard_output(const void *data, size_t size, struct fault *f)
{
	return write_all(STDOUT_FILENO, data, size) ? failed(f, "standard output") : 0;
}
