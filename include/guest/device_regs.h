/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device_regs - the registers and interrupts in a device's node.
 *
 * No I/O.  vfio-platform has a region for each entry of reg, and an interrupt for
 * each entry of interrupts, in the same order (Linux, drivers/vfio/platform).
 */
#ifndef IMXPT_GUEST_DEVICE_REGS_H
#define IMXPT_GUEST_DEVICE_REGS_H

#include "dt/tree.h"

/* A device with more is read up to here, and its reader must refuse it. */
#define DEVICE_REGIONS_MAX 32
#define DEVICE_IRQS_MAX 64

/* As the binding of every GIC numbers them. */
enum trigger {
	TRIGGER_EDGE = 1,
	TRIGGER_LEVEL = 4,
};

struct device_regs {
	const char *name;		      /* the node's; points into the tree's blob */
	uint64_t address[DEVICE_REGIONS_MAX]; /* in the address space of the parent */
	uint64_t size[DEVICE_REGIONS_MAX];    /* bytes */
	size_t n_regions;		      /* above DEVICE_REGIONS_MAX: too many */
	uint32_t irq[DEVICE_IRQS_MAX];	      /* number at the interrupt controller */
	enum trigger trigger[DEVICE_IRQS_MAX];
	uint32_t n_irqs; /* above DEVICE_IRQS_MAX: too many */
};

/*
 * Read the node's reg and interrupts, or interrupts-extended.
 * -EINVAL: they do not fit the cells that their parents ask for.
 */
int device_regs_read(const struct tree *t, int node, struct device_regs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The node's interrupt parent, as Linux's of_irq_find_parent() finds it; -1: none. */
int device_interrupt_parent(const struct tree *t, int node) __attribute__((nonnull));

#endif
