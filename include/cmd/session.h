/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - what bind, unbind and status share: the devices found and the report on them.
 */
#ifndef IMXPT_CMD_SESSION_H
#define IMXPT_CMD_SESSION_H

#include "check/facts.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "vfio/run.h"

struct session {
	const struct options *o;
	struct loaded_profile profile;
	struct sysroot sys;
	int lock;	       /* file descriptor; -1: not taken */
	struct snapshot start; /* the devices as they were found */
	struct steps todo;     /* planned from start */
	struct snapshot after; /* the devices after the last step */
	bool makes_partition;  /* the guest's, after the last step */
	bool frees_partition;  /* before the first */
	size_t n_calls;	       /* that the partition's plan had */
};

/*
 * Read the profile, open the root directory, take the lock if change is set, and take
 * the snapshot start.  session_close() must follow, also after an error.
 */
int session_open(const struct options *o, bool change, struct session *s, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void session_close(struct session *s) __attribute__((nonnull));

/* Print a row for each device in after, and a summary. */
void session_table(const struct session *s) __attribute__((nonnull));

/* Print the steps, and the devices and groups in after, as one JSON object. */
int session_json(const struct session *s, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Print the plan of a dry run, or the result of a run, and return the exit status.
 * The fault of a run that failed stays in *f.
 */
enum status session_report(const struct session *s, enum run_result result, struct fault *f)
	__attribute__((nonnull));

/* Are all devices in after bound, and do their groups have a device file? */
bool session_is_ready(const struct session *s) __attribute__((nonnull));

/* The guest's partition of a tree that leaves it to Linux: src/cmd/partition.c. */

/*
 * Does r's tree leave the partition to Linux?  free: to be freed, not made.
 * -EINVAL: it leaves it to U-Boot.
 */
int guest_partition_check(const struct resolved *r, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Make the partition, or free it, through the mailbox of the devices in s->after: as
 * partition_make() and partition_free().  s->n_calls becomes the number of planned calls: 0,
 * nothing was to do.
 * -EINVAL: the tree leaves the partition to U-Boot; else as partition_plan() too.
 */
int guest_partition_change(struct session *s, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Print the command that does it, as a line for a shell.  -ENOMEM. */
int guest_partition_print_command(const struct options *o, bool free, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Does the running tree, as far as it can be read, leave the partition to Linux? */
int guest_partition_by_linux(const struct session *s, bool *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
