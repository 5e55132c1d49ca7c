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

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/sysroot.h"
#include "vfio/group_device.h"
#include "vfio/step.h"

/*
 * Kernel modules.  The only caller of libkmod.  Changes the running kernel, whatever the
 * root directory is, so it is for a live board only.
 */

#define MODULES_MAX 16

/* Modules that were inserted. */
struct modules {
	char name[MODULES_MAX][NAME_SIZE];
	size_t n;
};

/*
 * Insert a module and its dependencies.  The options of modprobe.d(5) apply, and options
 * comes after them, so it takes precedence.  A blacklist does not apply: it is for
 * loading by alias.  What was inserted is in *inserted, also after a failure.
 * -ENOENT: there is no such module; else what the kernel returned.
 */
int modules_load(const char *name, const char *options, struct modules *inserted,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Is there a module of that name for the running kernel?  0: yes; -ENOENT: no; after any
 * other error, as without libkmod, that is not known.
 */
int modules_find(const char *name) __attribute__((nonnull, warn_unused_result));

/* Remove what modules_load() inserted, unless it is in use. */
void modules_unload(const struct modules *inserted) __attribute__((nonnull));

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

	/*
	 * Only to bind: what must succeed too, with the devices bound; NULL: nothing.  If it
	 * fails, they are put back, except after -ENOTRECOVERABLE: the partition that it
	 * left needs them.
	 */
	int (*last)(void *last_arg, struct fault *f);
	void *last_arg;
};

/*
 * Run the steps to bind, then wait for the group devices, give them to the owner, and
 * verify that no device was taken away meanwhile.
 * The last snapshot is in *after.  With RUN_DONE no fault is set.
 */
enum run_result run_bind(const struct run *r, struct snapshot *after, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Run the steps to release the devices, unless a group is in use: RUN_UNDONE, -EBUSY.
 * It is no failure if the kernel finds no other driver.
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
