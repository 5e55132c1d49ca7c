/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symptoms - what can be seen of a device after its bind failed.
 *
 * Room vfio: reads through the sysfs door, changes nothing.
 */
#ifndef IMXPT_VFIO_SYMPTOMS_H
#define IMXPT_VFIO_SYMPTOMS_H

#include "vfio/explain.h"
#include "vfio/sysfs.h"

/*
 * Look at the device called name after the write to bind returned err.  What
 * cannot be read counts as not there.
 */
void symptoms_read(const struct sysfs *s, const char *name, int err, struct symptoms *out)
	__attribute__((nonnull));

#endif
