/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot - what the kernel says about the devices of a profile at one moment.
 *
 * Room vfio: reads through the sysfs door, changes nothing.  Needs no root.
 */
#ifndef IMXPT_VFIO_SNAPSHOT_H
#define IMXPT_VFIO_SNAPSHOT_H

#include "base/fault.h"
#include "vfio/device.h"
#include "vfio/sysfs.h"

/*
 * Look at all devices of the profile, which must outlive the snapshot.  A
 * device that is not there is no fault.
 * -EINVAL: a name that is none; -E2BIG: more members than fit; else what the
 * kernel says.
 */
int snapshot_take(const struct sysfs *s, const struct profile *p, struct snapshot *out,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Look again at driver, override, group and node of device i alone. */
int snapshot_refresh(const struct sysfs *s, struct snapshot *snap, size_t i, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Look again at vfio-platform alone: is it there, and how was it loaded? */
int snapshot_driver(const struct sysfs *s, struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Add the device of the node at path, if there is one that is not a device of
 * the profile, as a member of a group that the kernel has yet to make.
 */
int snapshot_foretell(const struct sysfs *s, struct snapshot *snap, const char *path,
		      struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
