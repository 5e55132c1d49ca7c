/* SPDX-License-Identifier: Apache-2.0 */
/*
 * udev - wait for udev.
 *
 * The only caller of libudev.  Reads the running system, whatever the root directory
 * is, so it is for a live board only.
 */
#ifndef IMXPT_VFIO_UDEV_H
#define IMXPT_VFIO_UDEV_H

#include <signal.h>

#include "base/fault.h"

/*
 * Wait until /dev/vfio/<group> exists and udev, where it runs, has set its owner and
 * mode.  A signal of the set stop, which the caller has blocked,
 * ends the wait and stays pending.
 * -ETIMEDOUT: it did not exist in time; -EINTR: a signal is pending.
 */
int udev_wait(int group, unsigned int timeout_ms, const sigset_t *stop, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
