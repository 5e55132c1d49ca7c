/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner - who USER[:GROUP] is.
 *
 * Room cmd: asks the system's user database.
 */
#ifndef IMXPT_CMD_OWNER_H
#define IMXPT_CMD_OWNER_H

#include "base/fault.h"
#include "vfio/nodes.h"

/*
 * Find user and group, by name or by number.  Either may be missing, and then
 * stays as it is.  NULL: both.
 * -EINVAL: no such user or group.
 */
int owner_find(const char *text, struct owner *out, struct fault *f)
	__attribute__((nonnull(2, 3), warn_unused_result));

#endif
