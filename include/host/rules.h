/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules - what must hold in every host tree that this program makes.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_RULES_H
#define IMXPT_HOST_RULES_H

#include "dt/refs.h"
#include "host/resolve.h"
#include "host/uboot.h"

/*
 * Check b's tree, which is patched, all its references and what U-Boot does to it.
 * What it would hang on uboot_predict() refuses already.
 * - No reference dangles, not even that of a disabled node, and no iommus is cut short.
 * - Every stream id is 1 to 63 (6 bits in the system controller; 0 is bypass).
 * - The domain's reg is there: else scu_rm assigns nothing and says nothing
 *   (partition.c, do_part_dtb()).
 * - A passed bus master says its resource, else U-Boot gives it no stream id
 *   (config_smmu_fdt_device_sid() in fdt.c); not asked of an as_documented tree.
 * - U-Boot disables no passed node: none names what is not the host's in power-domains.
 * -EINVAL: the rule that is broken, and where.
 */
int rules_check(const struct resolved *b, const struct refs *refs, const struct uboot *u,
		bool as_documented, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The rule of the resource alone, for passed node i, which is a bus master. */
int rules_check_master(const struct resolved *b, size_t i, const struct uboot *u,
		       struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
