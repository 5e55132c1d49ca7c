/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act - do one step.
 *
 * Room vfio: changes the kernel's state through the doors.
 */
#ifndef IMXPT_VFIO_ACT_H
#define IMXPT_VFIO_ACT_H

#include "vfio/modules.h"
#include "vfio/step.h"
#include "vfio/sysfs.h"

/*
 * Do step, whose device number counts in now.  What a bind or LOAD has changed is read
 * back into *now: the device's driver and its group, with its members, which
 * the kernel before 6.15 makes not earlier than here.  What LOAD inserted is in
 * *inserted.
 *
 * The driver link decides, not the answer to the write: Linux 5.10 answers
 * ENODEV where the device is bound already, and a deferred device may be bound
 * by the kernel itself.
 *
 * -EBUSY: a bind made a group that VFIO cannot use; else what the kernel says,
 * explained where a bind to vfio-platform failed.
 */
int act(const struct sysfs *s, struct snapshot *now, const struct step *step,
	struct modules *inserted, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
