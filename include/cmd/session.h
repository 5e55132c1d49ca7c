/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover - what bind, unbind and status have in common: looking and reporting.
 *
 * Opens the root directory, writes results to standard output.
 */
#ifndef IMXPT_CMD_SESSION_H
#define IMXPT_CMD_SESSION_H

#include "cmd/command.h"
#include "cmd/files.h"
#include "vfio/run.h"

struct session {
	const struct options *o;
	struct loaded_profile profile;
	struct sysroot sys;
	int lock;	       /* -1: not taken */
	struct snapshot start; /* what was found */
	struct steps todo;     /* what has to be done about it */
	struct snapshot after; /* what was found last */
};

/*
 * Read the profile, open the root directory, take the lock if it is to be
 * changed, and look.  session_close() must follow, whatever this returns.
 */
int session_open(const struct options *o, bool change, struct session *h, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void session_close(struct session *h) __attribute__((nonnull));

/* Write what was found last: a row a device, and a summary. */
void session_table(const struct session *h) __attribute__((nonnull));

/* Write steps and devices as JSON. */
int session_json(const struct session *h, const char *command, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Report a dry run, or what came out of a real one, and return the exit status.
 * Where a run failed its fault is kept.
 */
enum status session_report(const struct session *h, const char *command,
			   enum run_result result, struct fault *f) __attribute__((nonnull));

/* Are all devices bound, and the nodes of their groups there? */
bool session_is_ready(const struct session *h) __attribute__((nonnull));

#endif
