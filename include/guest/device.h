/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device - what a node says of its registers and interrupts.
 *
 * Room guest: pure.  vfio-platform has a region for each entry of reg, and an
 * interrupt for each of interrupts (Linux, drivers/vfio/platform).
 */
#ifndef IMXPT_GUEST_DEVICE_H
#define IMXPT_GUEST_DEVICE_H

#include "guest/layout.h"

/* As QEMU's GIC, and the binding of every GIC, know them. */
enum trigger {
	TRIGGER_EDGE = 1,
	TRIGGER_LEVEL = 4,
};

struct device {
	struct demand demand;		      /* its name is the node's */
	uint64_t address[LAYOUT_REGIONS_MAX]; /* of each region, as its parent counts */
	uint32_t irq[BUS_SPIS]; /* the number of each interrupt at its controller */
	enum trigger trigger[BUS_SPIS];
};

/*
 * Read the node's reg and interrupts.  What is more than fits is counted, and
 * left for layout_place() to refuse.
 * -EINVAL: they do not fit the cells that their parents ask for.
 */
int device_read(const struct tree *t, int node, struct device *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
