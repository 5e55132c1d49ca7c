/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firmware - the system controller's firmware, asked through the passed mailbox; or what a
 * recorded board's firmware answered.
 *
 * Reads and writes hardware.  The waits are bounded.
 */
#ifndef IMXPT_SCFW_FIRMWARE_H
#define IMXPT_SCFW_FIRMWARE_H

#include <stdio.h>

#include "host/resolve.h"
#include "scfw/call.h"
#include "vfio/snapshot.h"

/*
 * The registers of a mailbox (MU) that is bound to vfio-platform, mapped by VFIO.  A mailbox
 * without power must not be touched: the access hangs the bus (NXP's U-Boot, commit
 * 795f90f99b).  firmware_open() decides that.
 */

/* Offsets in bytes (Linux, drivers/mailbox/imx-mailbox.c, imx_mu_cfg_imx6sx). */
#define MU_TR(n) (0x00 + 4 * ((n) % 4)) /* a word to send */
#define MU_RR(n) (0x10 + 4 * ((n) % 4)) /* a word received */
#define MU_SR 0x20
#define MU_CR 0x24

/* Bits of MU_SR, which fall with the number of the word. */
#define MU_SR_RF(n) (1u << (27 - (n) % 4)) /* a word is there */
#define MU_SR_TE(n) (1u << (23 - (n) % 4)) /* there is room for a word */

struct registers {
	int container, group, device; /* file descriptors; -1: not open */
	void *map;		      /* NULL: not mapped */
	size_t size;		      /* bytes of map */
};

/*
 * Open the device's group and the device, which makes the kernel power it (Linux,
 * drivers/vfio/platform/vfio_platform_common.c, vfio_platform_open_device()).  No
 * register is touched.  registers_close() must follow, also after an error.
 * -EBUSY: another process has the group; -EACCES: this user may not open it; -ENODEV:
 * the group is not wholly bound to VFIO; else what the kernel says.
 */
int registers_open(const struct sysroot *s, const struct device *d, struct registers *out,
		   struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Map the registers.  -ENOTSUP: the kernel does not let them be mapped. */
int registers_map(struct registers *r, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Unmap and close what is open; may be called twice. */
void registers_close(struct registers *r) __attribute__((nonnull));

/* Read or write a register; offset is in bytes, and r is mapped. */
uint32_t registers_read(const struct registers *r, unsigned int offset)
	__attribute__((nonnull));
void registers_write(const struct registers *r, unsigned int offset, uint32_t value)
	__attribute__((nonnull));

/* Messages to the firmware and its answers, by these registers, without an interrupt. */

#define MAILBOX_TIMEOUT_MS 100 /* for each word; the firmware answers in microseconds */

/*
 * Begin to use a mailbox that has power: no interrupts, what an earlier user left unread is
 * dropped, and a message that it left unfinished is completed.
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

/* The firmware of the board, or of a recording. */

#define FIRMWARE_RECORDING "firmware" /* the file of a recording: lines of sc_record() */

struct firmware {
	struct registers registers;
	void *recorded; /* owned; the text of a recording; NULL: the mailbox is asked */
	FILE *log;	/* gets each call as a line of a recording; NULL: none */
};

/* A firmware that is not open. */
#define FIRMWARE_CLOSED \
	((struct firmware){ .registers = { .container = -1, .group = -1, .device = -1 } })

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

/* Close it; FIRMWARE_CLOSED is allowed. */
void firmware_close(struct firmware *w) __attribute__((nonnull));

/* Make one call: result and errors as mailbox_call(), or as sc_replay() of a recording. */
int firmware_call(const struct firmware *w, const struct sc_call *c, uint32_t *answer,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
