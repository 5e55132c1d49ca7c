/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firmware - the system controller's firmware, asked through the passed mailbox; or what a
 * recorded board's firmware answered.
 *
 * Reads and writes hardware, through registers.h.  The waits are bounded.
 */
#ifndef IMXPT_SCFW_FIRMWARE_H
#define IMXPT_SCFW_FIRMWARE_H

#include <stdio.h>

#include "host/resolve.h"
#include "scfw/call.h"
#include "scfw/registers.h"

#define MAILBOX_TIMEOUT_MS 100	      /* for each word; the firmware answers in microseconds */
#define FIRMWARE_RECORDING "firmware" /* the file of a recording: lines of sc_record() */

struct firmware {
	struct registers registers;
	void *recorded; /* owned; the text of a recording; NULL: the mailbox is asked */
	FILE *log;	/* gets each call as a line of a recording; NULL: none */
};

/*
 * Open the profile's mailbox in r's tree, the running one, which is bound as the snapshot
 * says.  firmware_close() must follow, also after an error.
 *
 * It is not touched unless it is known to have power: U-Boot's scu_rm made the partition
 * and switched it on; or its node has power-domains, so that the kernel has switched it
 * on when VFIO opened it, and says so (runtime_status is "active").
 *
 * -ENODEV: there is no mailbox, or it is not bound; -EPERM: it is not known to have power;
 * -ENOENT: the recording has no answers; else as registers_open() and mailbox_start().
 */
int firmware_open(const struct sysroot *s, const struct resolved *r,
		  const struct snapshot *snap, struct firmware *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void firmware_close(struct firmware *w) __attribute__((nonnull));

/* Make one call: result and errors as mailbox_call(), or as sc_replay() of a recording. */
int firmware_call(const struct firmware *w, const struct sc_call *c, uint32_t *answer,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* What these do with the registers of the mailbox; no interrupt is used. */

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
