/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sysroot.h"

int sysroot_open(const char *path, struct sysroot *out, struct fault *f)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fault_set(f, -errno, "cannot look below %s: %s", path, strerror(errno));
	out->root = fd;
	out->live = file_same(path, "/");
	return 0;
}

void sysroot_close(struct sysroot *s)
{
	close(s->root);
}

int sysroot_read(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	int fd = file_open_below(s->root, path, O_RDONLY);
	ssize_t n;
	int err;

	if (fd < 0)
		return fd;
	n = read(fd, buf, size - 1);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	buf[n] = '\0';
	if ((size_t)n == size - 1 && !strchr(buf, '\n'))
		return -ENAMETOOLONG;
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

int sysroot_link(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	ssize_t n = readlinkat(s->root, path, buf, size);

	if (n < 0)
		return -errno;
	if ((size_t)n == size)
		return -ENAMETOOLONG;
	buf[n] = '\0';
	return 0;
}

/* Append the names in d to buf; errno of readdir(3) is told apart from its end. */
static int list(DIR *d, char *buf, size_t size)
{
	const struct dirent *e;
	size_t used = 0;

	for (errno = 0; (e = readdir(d)); errno = 0) {
		size_t n = strlen(e->d_name) + 1;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (used + n + 1 > size)
			return -E2BIG;
		memcpy(buf + used, e->d_name, n);
		used += n;
	}
	buf[used] = '\0';
	return -errno;
}

int sysroot_list(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	int fd = file_open_below(s->root, path, O_RDONLY | O_DIRECTORY);
	DIR *d;
	int ret;

	if (fd < 0)
		return fd;
	d = fdopendir(fd);
	if (!d) {
		ret = -errno;
		close(fd);
		return ret;
	}
	ret = list(d, buf, size);
	closedir(d);
	return ret;
}

int sysroot_stat(const struct sysroot *s, const char *path, struct stat *out)
{
	return fstatat(s->root, path, out, 0) ? -errno : 0;
}

int sysroot_write(const struct sysroot *s, const char *path, const char *text)
{
	char line[NAME_SIZE + 1];
	int size = snprintf(line, sizeof(line), "%s\n", text);
	int fd, err;
	ssize_t n;

	if (size >= (int)sizeof(line))
		return -ENAMETOOLONG;
	fd = file_open_below(s->root, path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return fd;
	n = write(fd, line, (size_t)size);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	return n == size ? 0 : -EIO;
}

int sysroot_try_open(const struct sysroot *s, const char *path)
{
	int fd = file_open_below(s->root, path, O_RDONLY);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int sysroot_may_use(const struct sysroot *s, const char *path)
{
	return faccessat(s->root, path, R_OK | W_OK, AT_EACCESS) ? -errno : 0;
}

int sysroot_chown(const struct sysroot *s, const char *path, uid_t user, gid_t group)
{
	int fd = file_open_below(s->root, path, O_PATH);
	int ret;

	if (fd < 0)
		return fd;
	ret = fchownat(fd, "", user, group, AT_EMPTY_PATH) ? -errno : 0;
	close(fd);
	return ret;
}

#define LOCK "run/imxpt.lock"

static int cannot_lock(struct fault *f, int err)
{
	fault_set(f, -err, "cannot lock /" LOCK ": %s", strerror(err));
	return err == EACCES || err == EPERM ? fault_fix(f, "run this command as root") : -err;
}

int sysroot_lock(const struct sysroot *s, FILE *talk, struct fault *f)
{
	int fd = file_open_below(s->root, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW);
	int ret;

	if (fd < 0)
		return cannot_lock(f, -fd);
	ret = flock(fd, LOCK_EX | LOCK_NB);
	if (ret && errno == EWOULDBLOCK) {
		if (talk)
			fprintf(talk, "waiting for another imxpt to release /" LOCK "\n");
		do {
			ret = flock(fd, LOCK_EX);
		} while (ret && errno == EINTR);
	}
	if (ret) {
		ret = cannot_lock(f, errno);
		close(fd);
		return ret;
	}
	return fd;
}
