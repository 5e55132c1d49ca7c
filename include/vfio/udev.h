/* SPDX-License-Identifier: Apache-2.0 */
/*
 * udev - the door to libudev.
 *
 * Its only caller of libudev.  Looks at the running system, whatever
 * root directory the rest looks at, so it is for a live board alone.
 */
#ifndef IMXPT_VFIO_UDEV_H
#define IMXPT_VFIO_UDEV_H

#include <signal.h>

#include "base/fault.h"

/*
 * Wait until /dev/vfio/<group> is there and udev, where it runs, has given it
 * its owner and mode.  A signal of the set stop, which the caller has blocked,
 * ends the wait and stays pending.
 * -ETIMEDOUT: the node was not there in time; -EINTR: a signal is pending.
 */
int udev_wait(int group, unsigned int timeout_ms, const sigset_t *stop, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
