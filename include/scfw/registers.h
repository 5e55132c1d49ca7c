/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registers - the registers of a mailbox (MU) that is bound to vfio-platform, mapped by
 * VFIO.
 *
 * Reads and writes hardware.  A mailbox without power must not be touched: the access
 * hangs the bus (NXP's U-Boot, commit 795f90f99b).  firmware.h decides that.
 */
#ifndef IMXPT_SCFW_REGISTERS_H
#define IMXPT_SCFW_REGISTERS_H

#include "vfio/snapshot.h"

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
 * drivers/vfio/platform/vfio_platform_common.c, vfio_platform_open()).  No register is
 * touched.  registers_close() must follow, also after an error.
 * -EBUSY: another process has the group; -EACCES: this user may not open it; -ENODEV:
 * the group is not wholly bound to VFIO; else what the kernel says.
 */
int registers_open(const struct sysroot *s, const struct device *d, struct registers *out,
		   struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Map the registers.  -ENOTSUP: the kernel does not let them be mapped. */
int registers_map(struct registers *r, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void registers_close(struct registers *r) __attribute__((nonnull));

uint32_t registers_read(const struct registers *r, unsigned int offset)
	__attribute__((nonnull));
void registers_write(const struct registers *r, unsigned int offset, uint32_t value)
	__attribute__((nonnull));

#endif
