/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus - QEMU's platform bus, where the guest sees the devices it is given.
 *
 * Room guest: pure; reads the tree that QEMU's virt machine dumps.
 */
#ifndef IMXPT_GUEST_BUS_H
#define IMXPT_GUEST_BUS_H

#include <stdint.h>

#include "base/fault.h"
#include "dt/tree.h"

/*
 * The bus's interrupts stand in no tree.  They are irqmap[VIRT_PLATFORM_BUS] and
 * PLATFORM_BUS_NUM_IRQS of QEMU's hw/arm/virt.c, the same from 5.2 to 10.2 and for
 * every virt-x.y machine.
 */
#define BUS_FIRST_SPI 112
#define BUS_SPIS 64

#define BUS_COMPATIBLE "qemu,platform"

/* Bits of an address; no arm64 machine has more.  Sums of two cannot overflow. */
#define BUS_ADDRESS_BITS 52

/* Cells of the bus's ranges for one window: own address, the guest's, size; two each. */
#define WINDOW_CELLS 6

struct bus {
	int node;	    /* in the dumped tree */
	uint64_t base;	    /* as the guest's processors address it */
	uint64_t size;	    /* bytes */
	uint32_t first_spi; /* number of the first interrupt line */
	uint32_t n_spis;
};

/*
 * Find the bus in QEMU's dumped tree and read its window into *out.  Old QEMU
 * names the node platform@c000000, new QEMU platform-bus@c000000.
 * -ENOENT: no such node, so not a tree of QEMU's virt machine; -ENOTUNIQ: several;
 * -EINVAL: its cells or ranges are not the one window that QEMU writes, as in a
 * guest tree that was made already, or the bus is not below a root whose addresses
 * have two cells, which is what its new windows are written for.
 */
int bus_read(const struct tree *virt, struct bus *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
