/* SPDX-License-Identifier: Apache-2.0 */
/*
 * talk - what a command tells people beside its result.
 *
 * Room cmd: writes to standard error, which is not for scripts.
 */
#ifndef IMXPT_CMD_TALK_H
#define IMXPT_CMD_TALK_H

#include "cmd/option.h"

/* Write one line, "imxpt: " and what fmt says, unless the options ask for quiet. */
void talk(const struct options *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull));

#endif
