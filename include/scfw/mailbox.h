/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox - messages to the system controller's firmware and its answers, by the registers
 * of a mailbox, without an interrupt.
 *
 * Reads and writes hardware, through registers.h.  The waits are bounded.
 */
#ifndef IMXPT_SCFW_MAILBOX_H
#define IMXPT_SCFW_MAILBOX_H

#include "scfw/call.h"
#include "scfw/registers.h"

#define MAILBOX_TIMEOUT_MS 100 /* for each word; the firmware answers in microseconds */

/*
 * Begin to use a mailbox that has power: no interrupts, what an earlier user left unread
 * is dropped, and a message that it left unfinished is brought to its end.
 * -ETIMEDOUT: nothing answers; -EPROTO: what answers is not the firmware.
 */
int mailbox_start(const struct registers *r, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Make one call: result and errors as sc_unpack().
 * -ETIMEDOUT: no answer in MAILBOX_TIMEOUT_MS.
 */
int mailbox_call(const struct registers *r, const struct sc_call *c, uint32_t *answer,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
