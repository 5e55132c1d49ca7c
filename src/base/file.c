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

#define FIRST_READ 4096 /* bytes: what a file of /proc or /sys holds at most, as a rule */

static int failed(struct fault *f, const char *verb, const char *path)
{
	int err = errno;

	return fault_set(f, -err, "cannot %s %s: %s", verb, path, strerror(err));
}

/* Append what fd holds to *buf; files of /proc and pipes do not know their size. */
static int append_all(int fd, size_t max, char **buf, size_t *size)
{
	struct stat st;
	size_t space = FIRST_READ;

	/* one byte more than max shows that there is more; one is for the NUL */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		space = (size_t)st.st_size < max ? (size_t)st.st_size + 2 : max + 2;

	for (*size = 0;;) {
		char *more = realloc(*buf, space);
		ssize_t n;

		if (!more)
			return -ENOMEM;
		*buf = more;
		n = read(fd, *buf + *size, space - *size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		*size += (size_t)n;
		if (*size > max)
			return -EFBIG;
		(*buf)[*size] = '\0';
		if (n == 0)
			return 0;
		if (*size + 1 == space)
			space *= 2;
	}
}

int file_read_all(int fd, const char *name, size_t max, void **out, size_t *size,
		  struct fault *f)
{
	char *buf = NULL;
	int ret = append_all(fd, max, &buf, size);

	if (ret) {
		free(buf);
		return fault_set(f, ret, "cannot read %s: %s", name,
				 ret == -EFBIG ? "larger than any file of its kind" :
						 strerror(-ret));
	}
	*out = buf;
	return 0;
}

int file_read(const char *path, size_t max, void **out, size_t *size, struct fault *f)
{
	int fd, ret;

	if (!strcmp(path, "-"))
		return file_read_all(STDIN_FILENO, "standard input", max, out, size, f);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return failed(f, "open", path);
	ret = file_read_all(fd, path, max, out, size, f);
	close(fd);
	return ret;
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
			return failed(f, "write", path);
		st->st_mode = 0;
		if (snprintf(target, PATH_MAX, "%s", path) >= PATH_MAX)
			return fault_set(f, -ENAMETOOLONG, "cannot write %s: %s", path,
					 strerror(ENAMETOOLONG));
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
		return failed(f, "write", path);
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

/*
 * Write the new name to the disk.  If that fails, the content after a crash is the old
 * one, and whole, so the write has not failed.
 */
static void sync_directory_of(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd;

	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* Write data beside target, so that it can be renamed; its name goes to temp. */
static int write_beside(const char *target, const struct stat *old, const void *data,
			size_t size, char temp[static PATH_MAX])
{
	bool bad;
	int fd, err;

	if (snprintf(temp, PATH_MAX, "%s.XXXXXX", target) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -1;
	bad = write_all(fd, data, size) || copy_owner_and_mode(fd, old) || fsync(fd);
	err = errno;
	if (close(fd) && !bad) {
		bad = true;
		err = errno;
	}
	if (!bad)
		return 0;
	unlink(temp);
	errno = err;
	return -1;
}

static int copy_to(const char *orig, const char *target, const struct stat *old,
		   struct fault *f)
{
	char temp[PATH_MAX];
	void *data = NULL;
	size_t size = 0;
	int ret = file_read(target, (size_t)old->st_size, &data, &size, f);

	if (ret)
		return ret;
	if (write_beside(orig, old, data, size, temp)) {
		ret = failed(f, "write", orig);
	} else if (syscall(SYS_renameat2, AT_FDCWD, temp, AT_FDCWD, orig, RENAME_NOREPLACE)) {
		ret = failed(f, "write", orig);
		unlink(temp);
	}
	free(data);
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
	return failed(f, "write", orig);
}

/* Is there no original yet, so that one must be kept?  What keeps nothing is no original. */
static int check_original(const char *orig, bool *must_keep, struct fault *f)
{
	struct stat st;

	*must_keep = lstat(orig, &st) != 0;
	if (*must_keep)
		return errno == ENOENT ? 0 : failed(f, "write", orig);
	if (stat(orig, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	fault_set(f, -EEXIST, "cannot keep the original: %s is not a regular file", orig);
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
	/* where orig does not fit, temp, which is longer, does neither */
	snprintf(p->orig, sizeof(p->orig), "%.*s.orig", PATH_MAX - 6, p->target);
	if (keep_orig)
		ret = check_original(p->orig, &keep_orig, f);
	if (ret)
		return ret;
	if (write_beside(p->target, &old, data, size, p->temp))
		return failed(f, "write", p->path);
	if (!keep_orig)
		return 0;
	ret = keep_original(p->target, p->orig, &old, f);
	if (ret)
		unlink(p->temp);
	else
		p->kept_orig = true;
	return ret;
}

int file_prepare(const char *path, const void *data, size_t size, bool keep_orig,
		 struct pending_file *out, struct fault *f)
{
	sigset_t all;
	int ret;

	out->path = path;
	out->kept_orig = false;
	/* a signal waits, rather than leave a file beside the other */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &out->mask);
	ret = prepare(out, data, size, keep_orig, f);
	if (ret)
		sigprocmask(SIG_SETMASK, &out->mask, NULL);
	return ret;
}

void file_discard(struct pending_file *p)
{
	unlink(p->temp);
	if (p->kept_orig)
		unlink(p->orig);
	sigprocmask(SIG_SETMASK, &p->mask, NULL);
}

int file_commit(struct pending_file *p, struct fault *f)
{
	if (rename(p->temp, p->target)) {
		int ret = failed(f, "write", p->path);

		file_discard(p);
		return ret;
	}
	sync_directory_of(p->target);
	sigprocmask(SIG_SETMASK, &p->mask, NULL);
	return 0;
}

int file_replace(const char *path, const void *data, size_t size, bool keep_orig,
		 struct fault *f)
{
	struct pending_file p;
	int ret;

	if (!strcmp(path, "-"))
		return write_all(STDOUT_FILENO, data, size) ?
			       failed(f, "write", "standard output") :
			       0;
	ret = file_prepare(path, data, size, keep_orig, &p, f);
	return ret ? ret : file_commit(&p, f);
}

bool file_same(const char *a, const char *b)
{
	struct stat sa, sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}
