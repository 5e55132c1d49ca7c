/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "vfio/explain.h"
#include "vfio/lock.h"

#define LOCK "run/imxpt.lock"

static int cannot_lock(struct fault *f, int err)
{
	enum reason r = err == EACCES || err == EPERM ? REASON_NOT_ROOT : REASON_OTHER;

	return explain(f, -err, r, "cannot lock /" LOCK ": %s", strerror(err));
}

int lock_take(const struct sysfs *s, FILE *talk, struct fault *f)
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
