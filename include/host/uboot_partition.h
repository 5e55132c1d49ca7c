/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uboot_partition - the partitions that U-Boot's "scu_rm dtb" makes, and how U-Boot reads a
 * tree; the part of uboot.h that comes first.
 *
 * No I/O.  Source: arch/arm/mach-imx/imx8/partition.c (NXP lf_v2023.04), lib/fdtdec.c.
 */
#ifndef IMXPT_HOST_UBOOT_PARTITION_H
#define IMXPT_HOST_UBOOT_PARTITION_H

#include "host/uboot.h"

/*
 * Fill in what u says of partitions: has_domu, partitions, resources, pads, their owners
 * and is_on.  The errors are those of uboot_predict().
 */
int uboot_make_partitions(const struct tree *t, struct uboot *u, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Is the resource a mailbox, MU_2A to MU_4A, which scu_rm switches on, not off? */
bool uboot_is_mailbox(uint32_t resource);

/*
 * The property as U-Boot counts cells: bytes after the last whole one do not matter.
 * *size: its bytes; -1: there is none.
 */
struct cells uboot_cells(const struct tree *t, int node, const char *name, int *size)
	__attribute__((nonnull));

/*
 * Strings as U-Boot compares them: a value without a final NUL ends with the first NUL
 * after it, and in a checked tree there is one in the next tag at the latest.
 */
bool uboot_is_enabled(const struct tree *t, int node) __attribute__((nonnull));
bool uboot_is_compatible(const struct tree *t, int node, const char *name)
	__attribute__((nonnull));

#endif
