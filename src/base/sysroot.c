/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sysroot.h"

#define LINKS_MAX 40  /* on the way to one file, as in Linux */
#define DEPTH_MAX 128 /* directories between the root and a file */

/* A path that is being resolved. */
struct path_walk {
	int dirs[DEPTH_MAX]; /* from O_PATH: the root directory, and one for each level below */
	size_t depth;
	mode_t mode;		 /* of the last of dirs */
	char name[NAME_MAX + 1]; /* of that one, in its parent */
	char rest[PATH_MAX];	 /* the components that are not resolved yet */
	unsigned int links;
};

static int open_in_root(const struct sysroot *s, const char *path, const struct open_how *how)
{
	long fd;

	do {
		fd = syscall(SYS_openat2, s->root, path, how, sizeof(*how));
	} while (fd < 0 && errno == EAGAIN);
	return fd < 0 ? -errno : (int)fd;
}

/* Close fd and return ret. */
static int close_after(int fd, int ret)
{
	close(fd);
	return ret;
}

static void leave(struct path_walk *w, size_t depth)
{
	for (size_t i = depth; i < w->depth; i++)
		close(w->dirs[i]);
	w->depth = depth;
}

/* Take the next component out of what is left into name. */
static int take_name(struct path_walk *w)
{
	size_t n = strcspn(w->rest, "/"), skip = n + strspn(w->rest + n, "/");

	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(w->name, w->rest, n);
	w->name[n] = '\0';
	memmove(w->rest, w->rest + skip, strlen(w->rest + skip) + 1);
	return 0;
}

/* Put the target of the link fd before the components that are left. */
static int follow(struct path_walk *w, int fd)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t len = readlinkat(fd, "", target, sizeof(target) - 1);

	if (len < 0)
		return -errno;
	target[len] = '\0';
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (snprintf(rest, sizeof(rest), "%s/%s", target, w->rest) >= (int)sizeof(rest))
		return -ENAMETOOLONG;
	if (*target == '/')
		leave(w, 1);
	strcpy(w->rest, rest);
	return 0;
}

/* Enter the component in name.  nofollow: do not follow a link in the last component. */
static int enter(struct path_walk *w, bool nofollow)
{
	struct stat st;
	int fd, ret;

	if (w->depth == DEPTH_MAX)
		return -ENAMETOOLONG;
	fd = openat(w->dirs[w->depth - 1], w->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = fstat(fd, &st) ? -errno : 0;
	if (ret == 0 && (!S_ISLNK(st.st_mode) || (nofollow && !*w->rest))) {
		w->dirs[w->depth++] = fd;
		w->mode = st.st_mode;
		return 0;
	}
	if (ret == 0)
		ret = follow(w, fd);
	close(fd);
	return ret;
}

static int step(struct path_walk *w, bool nofollow)
{
	int ret = take_name(w);

	if (ret)
		return ret;
	if (!S_ISDIR(w->mode))
		return -ENOTDIR;
	if (!*w->name || !strcmp(w->name, "."))
		return 0;
	if (strcmp(w->name, ".."))
		return enter(w, nofollow);
	if (w->depth > 1)
		leave(w, w->depth - 1);
	return 0;
}

/* Open the result again, with the caller's flags instead of O_PATH. */
static int open_found(const struct path_walk *w, int flags)
{
	int found = w->dirs[w->depth - 1];

	if (flags & O_PATH)
		return fcntl(found, F_DUPFD_CLOEXEC, 0);
	if (S_ISDIR(w->mode))
		return openat(found, ".", flags);
	return openat(w->dirs[w->depth - 2], w->name, flags | O_NOFOLLOW);
}

/* What openat2(2) does with RESOLVE_IN_ROOT, one component after the other. */
static int open_by_walk(const struct sysroot *s, const char *path, const struct open_how *how)
{
	struct path_walk w = { .dirs = { s->root }, .depth = 1, .mode = S_IFDIR };
	int flags = (int)how->flags, ret = 0, fd;

	if (snprintf(w.rest, sizeof(w.rest), "%s", path) >= (int)sizeof(w.rest))
		return -ENAMETOOLONG;
	while (ret == 0 && *w.rest)
		ret = step(&w, flags & O_NOFOLLOW);
	if (ret == -ENOENT && flags & O_CREAT && !*w.rest)
		fd = openat(w.dirs[w.depth - 1], w.name, flags | O_NOFOLLOW,
			    (mode_t)how->mode);
	else
		fd = ret ? ret : open_found(&w, flags & ~O_CREAT); /* the path exists */
	if (fd == -1)
		fd = -errno;
	leave(&w, 1);
	return fd;
}

/*
 * Open path below the root with the flags of open(2), and return a file descriptor or a
 * negative errno.  A new file has mode 0600; opening a FIFO does not block.
 */
static int open_below(const struct sysroot *s, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)flags | O_CLOEXEC |
			 (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK),
		.mode = flags & O_CREAT ? 0600 : 0,
		.resolve = RESOLVE_IN_ROOT,
	};
	int fd;

	if (!*path)
		return -ENAMETOOLONG;
	/* nothing is outside of /, and links of /proc may lead to files without a path */
	if (!s->live)
		return s->walk ? open_by_walk(s, path, &how) : open_in_root(s, path, &how);
	fd = openat(s->root, path, (int)how.flags, (mode_t)how.mode);
	return fd < 0 ? -errno : fd;
}

/*
 * As open(2), with openat2(2) where the kernel has it.  Seccomp filters that do not know the
 * call answer EPERM.
 */
static int open_root(const char *path, bool *walk)
{
	const struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC };
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	*walk = fd < 0 && (errno == ENOSYS || errno == EPERM);
	return *walk ? open(path, (int)how.flags) : fd;
}

int sysroot_open(const char *path, struct sysroot *out, struct fault *f)
{
	struct stat own, top;

	out->root = open_root(path, &out->walk);
	if (out->root < 0 || fstat(out->root, &own) || stat("/", &top)) {
		fault_set(f, -errno, "cannot open the root directory %s: %s", path,
			  strerror(errno));
		fault_fix(f, "give --root a directory that you may enter");
		return out->root < 0 ? f->code : close_after(out->root, f->code);
	}
	out->live = own.st_dev == top.st_dev && own.st_ino == top.st_ino;
	return 0;
}

void sysroot_close(struct sysroot *s)
{
	close(s->root);
}

int sysroot_read_file(const struct sysroot *s, const char *path, size_t max, void **out,
		      size_t *size, struct fault *f)
{
	char name[PATH_MAX + 1];
	int fd = open_below(s, path, O_RDONLY);

	if (fd < 0)
		return fault_set(f, fd, "cannot open /%s: %s", path, strerror(-fd));
	snprintf(name, sizeof(name), "/%s", path);
	return close_after(fd, file_read_all(fd, name, max, out, size, f));
}

int sysroot_read(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	int fd = open_below(s, path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, buf, size - 1);
	n = close_after(fd, n < 0 ? -errno : (int)n);
	if (n < 0)
		return (int)n;
	buf[n] = '\0';
	if ((size_t)n == size - 1 && !strchr(buf, '\n'))
		return -ENAMETOOLONG;
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

int sysroot_link(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	int fd = open_below(s, path, O_PATH | O_NOFOLLOW);
	ssize_t len;

	if (fd < 0)
		return fd;
	len = readlinkat(fd, "", buf, size);
	len = close_after(fd, len < 0 ? -errno : (int)len);
	/* ENOENT: the descriptor is not a link */
	if (len < 0)
		return len == -ENOENT ? -EINVAL : (int)len;
	if ((size_t)len == size)
		return -ENAMETOOLONG;
	buf[len] = '\0';
	return 0;
}

/* Write the names in d to out; errno distinguishes a failure of readdir(3) from the end. */
static int list(DIR *d, FILE *out)
{
	const struct dirent *e;

	for (errno = 0; (e = readdir(d)); errno = 0) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			fwrite(e->d_name, 1, strlen(e->d_name) + 1, out);
	}
	return -errno;
}

/* The stream adds the last NUL. */
static int list_to_memory(DIR *d, char **names)
{
	size_t size;
	FILE *out = open_memstream(names, &size);
	int ret;

	if (!out)
		return -ENOMEM;
	ret = list(d, out);
	if (ret == 0 && ferror(out))
		ret = -ENOMEM;
	if (fclose(out) && ret == 0)
		ret = -ENOMEM;
	if (ret) {
		free(*names);
		*names = NULL;
	}
	return ret;
}

int sysroot_list(const struct sysroot *s, const char *path, char **names)
{
	int fd = open_below(s, path, O_RDONLY | O_DIRECTORY), ret;
	DIR *d;

	*names = NULL;
	if (fd < 0)
		return fd;
	d = fdopendir(fd);
	if (!d)
		return close_after(fd, -errno);
	ret = list_to_memory(d, names);
	closedir(d);
	return ret;
}

int sysroot_exists(const struct sysroot *s, const char *path)
{
	int fd = open_below(s, path, O_PATH);

	return fd < 0 ? fd : close_after(fd, 0);
}

int sysroot_stat(const struct sysroot *s, const char *path, struct stat *out)
{
	int fd = open_below(s, path, O_PATH);

	return fd < 0 ? fd : close_after(fd, fstat(fd, out) ? -errno : 0);
}

int sysroot_write(const struct sysroot *s, const char *path, const char *text)
{
	char line[PATH_SIZE + 1];
	int size = snprintf(line, sizeof(line), "%s\n", text);
	ssize_t n;
	int fd;

	if (size >= (int)sizeof(line))
		return -ENAMETOOLONG;
	fd = open_below(s, path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return fd;
	n = write(fd, line, (size_t)size);
	return close_after(fd, n < 0 ? -errno : n == size ? 0 : -EIO);
}

int sysroot_try_open(const struct sysroot *s, const char *path)
{
	int fd = open_below(s, path, O_RDONLY);

	return fd < 0 ? fd : close_after(fd, 0);
}

int sysroot_open_device(const struct sysroot *s, const char *path)
{
	return open_below(s, path, O_RDWR);
}

int sysroot_may_use(const struct sysroot *s, const char *path)
{
	int fd = open_below(s, path, O_PATH);
	char name[32];

	if (fd < 0)
		return fd;
	/* faccessat(2) takes no descriptor itself before Linux 5.8 */
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return close_after(fd,
			   faccessat(AT_FDCWD, name, R_OK | W_OK, AT_EACCESS) ? -errno : 0);
}

int sysroot_chown(const struct sysroot *s, const char *path, uid_t user, gid_t group)
{
	int fd = open_below(s, path, O_PATH);

	return fd < 0 ? fd :
			close_after(fd,
				    fchownat(fd, "", user, group, AT_EMPTY_PATH) ? -errno : 0);
}

#define LOCK "run/imxpt.lock"

static int cannot_lock(struct fault *f, int err)
{
	fault_set(f, -err, "cannot lock /" LOCK ": %s", strerror(err));
	return fault_fix(f, "run this command as root; /run must exist");
}

int sysroot_lock(const struct sysroot *s, FILE *log, struct fault *f)
{
	int fd = open_below(s, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW), ret;

	if (fd < 0)
		return cannot_lock(f, -fd);
	ret = flock(fd, LOCK_EX | LOCK_NB);
	if (ret && errno == EWOULDBLOCK) {
		if (log)
			fprintf(log, "waiting for another imxpt to release /" LOCK "\n");
		do {
			ret = flock(fd, LOCK_EX);
		} while (ret && errno == EINTR);
	}
	return ret ? close_after(fd, cannot_lock(f, errno)) : fd;
}
