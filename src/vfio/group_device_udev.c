/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <libudev.h>

#include "base/process.h"
#include "vfio/group_device.h"

struct wait {
	struct udev *udev;
	bool daemon;	  /* udevd runs, so it will set owner and mode */
	char sysname[16]; /* the group's number */
	char node[32];
	int64_t end_ms;
};

static bool is_settled(const struct wait *w)
{
	struct udev_device *d;
	bool settled;

	if (access(w->node, F_OK))
		return false;
	if (!w->daemon)
		return true;
	d = udev_device_new_from_subsystem_sysname(w->udev, "vfio", w->sysname);
	settled = d && udev_device_get_is_initialized(d);
	udev_device_unref(d);
	return settled;
}

/* Check, wait for an event, check again; m is enabled already, so none is missed. */
static int wait_for(const struct wait *w, struct udev_monitor *m, int signals)
{
	struct pollfd fds[] = {
		{ .fd = udev_monitor_get_fd(m), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (!is_settled(w)) {
		int64_t left = w->end_ms - clock_ms();

		/* the file is what is needed; --owner may set its owner */
		if (left <= 0)
			return access(w->node, F_OK) ? -ETIMEDOUT : 0;
		if (poll(fds, 2, (int)left) < 0)
			return -errno;
		if (fds[1].revents)
			return -EINTR;
		if (fds[0].revents)
			udev_device_unref(udev_monitor_receive_device(m));
	}
	return 0;
}

static int listen_and_wait(const struct wait *w, int signals)
{
	struct udev_monitor *m =
		udev_monitor_new_from_netlink(w->udev, w->daemon ? "udev" : "kernel");
	int ret =
		m ? udev_monitor_filter_add_match_subsystem_devtype(m, "vfio", NULL) : -ENOMEM;

	if (ret == 0)
		ret = udev_monitor_enable_receiving(m);
	if (ret == 0)
		ret = wait_for(w, m, signals);
	udev_monitor_unref(m);
	return ret;
}

int udev_wait(int group, unsigned int timeout_ms, const sigset_t *stop, struct fault *f)
{
	struct wait w = {
		.udev = udev_new(),
		.daemon = access("/run/udev/control", F_OK) == 0,
		.end_ms = clock_ms() + timeout_ms,
	};
	int signals = signalfd(-1, stop, SFD_CLOEXEC);
	int ret = signals < 0 ? -errno : w.udev ? 0 : -ENOMEM;

	snprintf(w.sysname, sizeof(w.sysname), "%d", group);
	snprintf(w.node, sizeof(w.node), "/dev/vfio/%d", group);
	if (ret == 0)
		ret = listen_and_wait(&w, signals);
	udev_unref(w.udev);
	if (signals >= 0)
		close(signals);
	if (ret)
		fault_set(f, ret, "cannot wait for %s: %s", w.node, strerror(-ret));
	return ret;
}
