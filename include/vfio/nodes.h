/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nodes - the group nodes below /dev/vfio, as their user needs them.
 *
 * Room vfio: waits for udev; changes a node's owner through the sysfs door.
 */
#ifndef IMXPT_VFIO_NODES_H
#define IMXPT_VFIO_NODES_H

#include <signal.h>
#include <sys/types.h>

#include "vfio/device.h"
#include "vfio/sysfs.h"

/* Who shall own the nodes; -1: whoever does. */
struct owner {
	uid_t user;
	gid_t group;
};

/* How long to wait for a node, and which blocked signals end that. */
struct patience {
	unsigned int timeout_ms;
	sigset_t stop;
};

/*
 * Wait for the node of each group the devices are in, on a live board, and give
 * it to owner.  One that is its owner's already is not touched.
 * -ETIMEDOUT: there was none in time; -EINTR: a signal is pending.
 */
int nodes_settle(const struct sysfs *s, const struct snapshot *snap,
		 const struct patience *patience, const struct owner *owner, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
