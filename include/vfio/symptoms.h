/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symptoms - what can be seen of a device before a bind, and after one that failed.
 *
 * Room vfio: reads through the sysfs door, changes nothing.
 */
#ifndef IMXPT_VFIO_SYMPTOMS_H
#define IMXPT_VFIO_SYMPTOMS_H

#include "vfio/explain.h"
#include "vfio/sysfs.h"

/*
 * What all devices have in common, and nothing of a device: for several of them it
 * is looked at once; what the snapshot knows of the driver is taken from it.  What cannot be read counts as not there.
 */
void symptoms_of_host(const struct sysfs *s, const struct snapshot *seen, struct symptoms *out)
	__attribute__((nonnull));

/* Add what there is to see of the device called name; the rest of *out stays. */
void symptoms_of_device(const struct sysfs *s, const char *name, struct symptoms *out)
	__attribute__((nonnull));

#endif
