/* SPDX-License-Identifier: Apache-2.0 */
/*
 * foretell - who will be in the IOMMU groups that the kernel has yet to make.
 *
 * Room check: reads through the sysfs door.
 */
#ifndef IMXPT_CHECK_FORETELL_H
#define IMXPT_CHECK_FORETELL_H

#include "dt/tree.h"
#include "vfio/device.h"
#include "vfio/sysfs.h"

/*
 * Before Linux 6.15 a device has no group before its first bind.  Add to the
 * snapshot, for the devices that have none, the members which the running tree
 * t makes expect.
 */
int foretell(const struct sysfs *s, const struct tree *t, struct snapshot *snap,
	     struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
