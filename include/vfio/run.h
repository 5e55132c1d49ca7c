/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run - do the steps, all or none.
 *
 * Changes the kernel's state through the doors.
 *
 * What counts is what the kernel shows afterwards: after the last step a new
 * snapshot is taken and planned from, and nothing may be left to do.  Whatever
 * fails, and any of SIGHUP, SIGINT, SIGQUIT and SIGTERM, brings the touched devices
 * back to where they were.  These signals, and SIGPIPE, are blocked when the functions
 * return, so that the result can still be told.
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

/* What is to be done; borrowed. */
struct run {
	const struct sysroot *sys;
	const struct snapshot *start;
	const struct steps *todo; /* planned from start */
	unsigned int timeout_ms;  /* for each node; bind alone */
	struct owner owner;	  /* of the nodes; bind alone */
	FILE *talk;		  /* told each step before it runs; NULL: nobody is */
};

/*
 * Do the steps to bind, then wait for the nodes and give them to the owner.
 * What the kernel showed last is in *after.  With RUN_DONE no fault is set.
 */
enum run_result run_bind(const struct run *r, struct snapshot *after, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Do the steps to release, unless a group is in use.  That the kernel finds no
 * driver to probe is no failure.
 */
enum run_result run_release(const struct run *r, struct snapshot *after, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Do step, whose device number counts in now.  What a bind or LOAD has changed is read
 * back into *now: the device's driver and its group, with its members, which
 * the kernel before 6.15 makes not earlier than here.  What LOAD inserted is in
 * *inserted.
 *
 * The driver link decides, not the answer to the write: Linux 5.10 answers
 * ENODEV where the device is bound already, and a deferred device may be bound
 * by the kernel itself.
 *
 * -EBUSY: a bind made a group that VFIO cannot use; else what the kernel says,
 * explained where a bind to vfio-platform failed.
 */
int act(const struct sysroot *s, struct snapshot *now, const struct step *step,
	struct modules *inserted, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
