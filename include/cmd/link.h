/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link - the links of a closure, as they are told.
 *
 * Room cmd.
 */
#ifndef IMXPT_CMD_LINK_H
#define IMXPT_CMD_LINK_H

#include "guest/closure.h"

/* Leads link l of c nowhere, or where the one before it leads, by the same property? */
bool link_repeats(const struct closure *c, const struct link *l) __attribute__((nonnull));

#endif
