/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holders - who uses the IOMMU groups of the devices.
 *
 * Room vfio: reads through the sysfs door, changes nothing.
 */
#ifndef IMXPT_VFIO_HOLDERS_H
#define IMXPT_VFIO_HOLDERS_H

#include "base/fault.h"
#include "vfio/device.h"
#include "vfio/sysfs.h"

/*
 * Is any group with a device that is bound to vfio-platform in use?  Then
 * unbinding that device would block until its user closes it.
 *
 * VFIO lets one process open a group (drivers/vfio/group.c,
 * vfio_group_fops_open()), and whoever has a device open has its group open.
 * -EBUSY: in use, with the processes that could be seen in the text.
 */
int holders_check(const struct sysfs *s, const struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
