/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nodes - the group nodes below /dev/vfio, as their user needs them.
 *
 * Waits for udev; changes a node's owner through the sysfs door.
 */
#ifndef IMXPT_VFIO_GROUP_DEVICE_H
#define IMXPT_VFIO_GROUP_DEVICE_H

#include <signal.h>
#include <sys/types.h>

#include "base/fault.h"
#include "vfio/snapshot.h"
#include "base/sysroot.h"

/* Who shall own the nodes; -1: whoever does. */
struct owner {
	uid_t user;
	gid_t group;
};

/* How long to wait for a node, and which blocked signals end that. */
struct wait_options {
	unsigned int timeout_ms;
	sigset_t stop;
};

/*
 * Wait for the node of each group the devices are in, on a live board, and give
 * it to owner.  One that is its owner's already is not touched.
 * -ETIMEDOUT: there was none in time; -EINTR: a signal is pending.
 */
int group_devices_settle(const struct sysroot *s, const struct snapshot *snap,
			 const struct wait_options *wait, const struct owner *owner,
			 struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Is any group with a device that is bound to vfio-platform in use?  Then
 * unbinding that device would block until its user closes it.
 *
 * VFIO lets one process open a group (drivers/vfio/group.c,
 * vfio_group_fops_open()), and whoever has a device open has its group open.
 * -EBUSY: in use, with the processes that could be seen in the text.
 */
int group_check_users(const struct sysroot *s, const struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Find user and group, by name or by number.  Either may be missing, and then
 * stays as it is.  NULL: both.
 * -EINVAL: no such user or group.
 */
int owner_find(const char *text, struct owner *out, struct fault *f)
	__attribute__((nonnull(2, 3), warn_unused_result));

#endif
