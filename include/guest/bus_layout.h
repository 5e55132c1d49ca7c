/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout - where QEMU's platform bus puts each region and interrupt of a device.
 *
 * No I/O.
 *
 * QEMU decides this while it starts and tells the guest nothing, so the guest
 * tree must say beforehand what QEMU will do.  The rules are those of
 * platform_bus_link_device() in QEMU's hw/core/platform-bus.c, the same from 5.2
 * to 10.1: device after device, first its interrupts on the lowest free lines,
 * then each region on its own at the first free multiple of its size rounded up
 * to a power of two.  Gaps that larger regions leave are filled by later ones.
 *
 * The order is that of the -device arguments on QEMU's command line, where all in
 * JSON come behind all of the form key=value, wherever they stand.
 */
#ifndef IMXPT_GUEST_BUS_LAYOUT_H
#define IMXPT_GUEST_BUS_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "dt/tree.h"

/* QDEV_MAX_MMIO in QEMU's include/hw/sysbus.h; a device with more ends QEMU. */
#define REGIONS_MAX 32

/* What a device takes on the bus. */
struct request {
	const char *name;	    /* borrowed; for the texts of faults */
	uint64_t size[REGIONS_MAX]; /* bytes of each region, not rounded */
	size_t n_regions;	    /* may be more than fit in size[]: it is refused */
	uint32_t n_irqs;
};

struct region {
	uint64_t addr; /* as the guest's processors address it */
	uint64_t size; /* bytes */
};

/* What it got; regions and interrupts as many and in the order of its demand. */
struct slot {
	struct region region[REGIONS_MAX];
	size_t n_regions;
	uint32_t first_spi; /* interrupt i is the SPI first_spi + i */
	uint32_t n_spis;
};

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

/*
 * Place n devices on an empty bus, in order; out has room for n.  Every device
 * that takes room must be among them, the user's own ones too.
 *
 * A refusal names the device and region at which QEMU would stop, or go wrong:
 * -EINVAL: more than REGIONS_MAX regions, or one of no bytes (QEMU crashes);
 * -EFBIG: a region larger than the whole bus (QEMU takes it and cuts it off);
 * -ENOSPC: no room for a region; -E2BIG: more interrupts than the bus has.
 */
int slots_assign(const struct bus *bus, const struct request *devs, size_t n, struct slot *out,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
