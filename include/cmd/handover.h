/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover - what bind, unbind and status have in common: looking and reporting.
 *
 * Room cmd: opens the root directory, writes results to standard output.
 */
#ifndef IMXPT_CMD_HANDOVER_H
#define IMXPT_CMD_HANDOVER_H

#include "cmd/command.h"
#include "cmd/input.h"
#include "vfio/run.h"

struct handover {
	const struct options *o;
	struct loaded_profile profile;
	struct sysfs sys;
	int lock;	       /* -1: not taken */
	struct snapshot start; /* what was found */
	struct steps todo;     /* what has to be done about it */
	struct snapshot after; /* what was found last */
};

/*
 * Read the profile, open the root directory, take the lock if it is to be
 * changed, and look.  handover_close() must follow, whatever this returns.
 */
int handover_open(const struct options *o, bool change, struct handover *h, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void handover_close(struct handover *h) __attribute__((nonnull));

/* Write what was found last: a row a device, and a summary. */
void handover_table(const struct handover *h) __attribute__((nonnull));

/* Write steps and devices as JSON. */
int handover_json(const struct handover *h, const char *command, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Report a dry run, or what came out of a real one, and return the exit status.
 * Where a run failed its fault is kept.
 */
enum status handover_report(const struct handover *h, const char *command,
			    enum run_result result, struct fault *f) __attribute__((nonnull));

/* Are all devices bound, and the nodes of their groups there? */
bool handover_is_ready(const struct handover *h) __attribute__((nonnull));

#endif
