/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - time for waiting.
 *
 * Room base.
 */
#ifndef IMXPT_BASE_CLOCK_H
#define IMXPT_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds on a clock that nobody sets; only differences mean anything. */
static inline int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
