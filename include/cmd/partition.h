/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partition - what the commands partition, bind and unbind share: the guest's partition of
 * a tree that leaves it to Linux.
 */
#ifndef IMXPT_CMD_PARTITION_H
#define IMXPT_CMD_PARTITION_H

#include "check/facts.h"
#include "cmd/session.h"

/*
 * Does r's tree leave the partition to Linux?  free: to be freed, not made.
 * -EINVAL: it leaves it to U-Boot.
 */
int guest_partition_check(const struct resolved *r, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Make the partition, or free it, through the mailbox of the devices in s->after: as
 * partition_make() and partition_free().  The number of calls that were planned is in
 * *n_calls: 0, nothing was to do.
 * -EINVAL: the tree leaves the partition to U-Boot; else as partition_plan() too.
 */
int guest_partition_change(const struct session *s, bool free, size_t *n_calls,
			   struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Print the command that does it, as a line for a shell.  -ENOMEM. */
int guest_partition_print_command(const struct options *o, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Does the running tree, as far as it can be read, leave the partition to Linux? */
int guest_partition_by_linux(const struct session *s, bool *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
