/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run - run the steps of a plan, all or none.
 *
 * Changes the state of the kernel through sysroot and modules.
 *
 * The result is verified: after the last step a new snapshot is taken and planned from,
 * and no step may be left.  After any failure, and after SIGHUP, SIGINT, SIGQUIT or
 * SIGTERM, the touched devices are put back to where they were.  These signals, and
 * SIGPIPE, are blocked when the functions return, so that the result can be printed.
 */
#ifndef IMXPT_VFIO_RUN_H
#define IMXPT_VFIO_RUN_H

#include <stdio.h>

#include "vfio/modules.h"
#include "vfio/group_device.h"
#include "vfio/step.h"
#include "base/sysroot.h"

enum run_result {
	RUN_DONE,
	RUN_UNDONE, /* failed, and everything is as it was */
	RUN_STUCK,  /* failed, and not everything could be put back */
};

/* What to run; borrowed. */
struct run {
	const struct sysroot *sys;
	const struct snapshot *start;
	const struct steps *todo; /* planned from start */
	unsigned int timeout_ms;  /* for each group device; only to bind */
	struct owner owner;	  /* of the group devices; only to bind */
	FILE *log;		  /* gets each step before it runs, as a line; NULL: none */
};

/*
 * Run the steps to bind, then wait for the group devices and give them to the owner.
 * The last snapshot is in *after.  With RUN_DONE no fault is set.
 */
enum run_result run_bind(const struct run *r, struct snapshot *after, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Run the steps to release the devices, unless a group is in use: RUN_UNDONE, -EBUSY.
 * That the kernel finds no other driver is no failure.
 */
enum run_result run_release(const struct run *r, struct snapshot *after, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Run one step, whose device number counts in now.  What a bind or LOAD has changed is
 * read back into *now: the device's driver and its group, with its members, which
 * Linux before 6.15 creates at the first bind.  What LOAD inserted is in *inserted.
 *
 * The driver link decides, not the answer to the write: Linux 5.10 answers
 * ENODEV where the device is bound already, and a deferred device may be bound
 * by the kernel itself.
 *
 * -EBUSY: a bind made a group that VFIO cannot use; else what the kernel says,
 * explained where a bind to vfio-platform failed.
 */
int step_run(const struct sysroot *s, struct snapshot *now, const struct step *step,
	     struct modules *inserted, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
