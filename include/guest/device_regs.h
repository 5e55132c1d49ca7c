/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device - what a node says of its registers and interrupts.
 *
 * No I/O.  vfio-platform has a region for each entry of reg, and an
 * interrupt for each of interrupts (Linux, drivers/vfio/platform).
 */
#ifndef IMXPT_GUEST_DEVICE_REGS_H
#define IMXPT_GUEST_DEVICE_REGS_H

#include "guest/bus_layout.h"

/* As QEMU's GIC, and the binding of every GIC, know them. */
enum trigger {
	TRIGGER_EDGE = 1,
	TRIGGER_LEVEL = 4,
};

struct device_regs {
	struct request request;	       /* its name is the node's */
	uint64_t address[REGIONS_MAX]; /* of each region, as its parent counts */
	uint32_t irq[BUS_SPIS];	       /* the number of each interrupt at its controller */
	enum trigger trigger[BUS_SPIS];
};

/*
 * Read the node's reg and interrupts.  What is more than fits is counted, and
 * left for slots_assign() to refuse.
 * -EINVAL: they do not fit the cells that their parents ask for.
 */
int device_regs_read(const struct tree *t, int node, struct device_regs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
