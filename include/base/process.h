/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process - run another program and read its output; block signals; the time.
 *
 * Starts a process and waits for its end, without a shell.
 */
#ifndef IMXPT_BASE_PROCESS_H
#define IMXPT_BASE_PROCESS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/fault.h"

/*
 * Run argv[0], looked for in PATH unless it has a '/', with argv (ended by NULL),
 * no input, and the time limit.  Its standard output and error are in the size bytes
 * at buf, cut if there is more; its exit status in *status.
 * -ENOENT and other errors of posix_spawnp(3): it could not be started;
 * -ETIMEDOUT: it was killed; -ECHILD: a signal ended it.
 */
int process_run(const char *const argv[], unsigned int timeout_ms, char *buf, size_t size,
		int *status, struct fault *f) __attribute__((nonnull, warn_unused_result));

/* The signals that ask a program to stop: SIGHUP, SIGINT, SIGQUIT, SIGTERM. */
void signals_stop(sigset_t *out) __attribute__((nonnull));

/*
 * Block these, and SIGPIPE: a reader of the log that exits must not stop a run halfway
 * either.  The mask before is stored in *old, for sigprocmask(2), unless old is NULL.
 */
void signals_block(sigset_t *old);

/* Milliseconds of a clock that is never set; only differences are meaningful. */
static inline int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
