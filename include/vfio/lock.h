/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock - one change of the devices at a time.
 *
 * Room vfio: opens /run/imxpt.lock below the root directory, which stays.
 */
#ifndef IMXPT_VFIO_LOCK_H
#define IMXPT_VFIO_LOCK_H

#include <stdio.h>

#include "vfio/sysfs.h"

/*
 * Take the lock, and wait for it as long as another process has it; talk (NULL:
 * nowhere) is told so.  Returns a file descriptor, which the lock lasts as long
 * as, or a negative errno.
 */
int lock_take(const struct sysfs *s, FILE *talk, struct fault *f)
	__attribute__((nonnull(1, 3), warn_unused_result));

#endif
