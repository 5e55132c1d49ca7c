/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rig - starts QEMU with vfio-platform devices that do not exist.
 */
#ifndef IMXPT_TESTS_QEMU_RIG_H
#define IMXPT_TESTS_QEMU_RIG_H

#include <stdbool.h>

#include "emulator.h"
#include "guest/qemu.h"
#include "sets.h"

struct rig {
	char *qemu;
	char dir[32];	/* the devices' folders and QEMU's tree */
	struct bus bus; /* of QEMU's tree */
};

/*
 * Make the folders and have QEMU dump its tree.  The library at vfio, loaded into QEMU,
 * emulates VFIO.  False: there is no such QEMU, or it has no vfio-platform.
 */
bool rig_make(char *qemu, const char *vfio, struct rig *out);
void rig_remove(const struct rig *r);

/* Give the devices of a set the names of the rig's folders. */
void rig_name_devices(struct set *s);

/* Start QEMU with the devices of a set. */
void rig_start(const struct rig *r, const struct set *s, struct emulator *out);

#endif
