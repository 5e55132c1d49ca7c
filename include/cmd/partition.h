/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partition - what the commands partition, bind and unbind share: the guest's partition of
 * a tree that leaves it to Linux.
 */
#ifndef IMXPT_CMD_PARTITION_H
#define IMXPT_CMD_PARTITION_H

#include "check/facts.h"
#include "cmd/session.h"

/* The partition, and the plan for it; too large for the stack. */
struct guest_partition {
	struct facts facts;
	struct partition_contents contents;
	struct firmware firmware;
	struct partition_state state;
	struct partition_plan plan;
};

/*
 * Does r's tree leave the partition to Linux?  free: to be freed, not made.
 * -EINVAL: it leaves it to U-Boot.
 */
int guest_partition_check(const struct resolved *r, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Ask the firmware through the mailbox of the devices in s->after, and plan: to make the
 * partition, or to free it.  guest_partition_close() must follow, also after an error.
 * -EINVAL: the tree leaves the partition to U-Boot; else as partition_plan().
 */
int guest_partition_open(const struct session *s, bool free, struct guest_partition **out,
			 struct fault *f) __attribute__((nonnull, warn_unused_result));

void guest_partition_close(struct guest_partition *p) __attribute__((nonnull));

/* Run the plan to make it, or to free it: as partition_make() and partition_free(). */
int guest_partition_run(struct guest_partition *p, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Print the command that does it, as a line for a shell.  -ENOMEM. */
int guest_partition_print_command(const struct options *o, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Does the running tree, as far as it can be read, leave the partition to Linux? */
int guest_partition_by_linux(const struct session *s, bool *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
