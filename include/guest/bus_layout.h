/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus_layout - where QEMU's platform bus has each region and interrupt of a device.
 *
 * No I/O.
 *
 * QEMU decides this while it starts, and the guest cannot ask.  So the guest's tree
 * must predict it.  The rules are those of platform_bus_link_device() in QEMU's
 * hw/core/platform-bus.c, the same from 5.2 to 10.1.  QEMU takes one device after the
 * other.  It gives the device's interrupts the lowest free lines.  Then it gives each
 * region the first free address that is a multiple of the region's size, rounded up to
 * a power of two.  A later region may fill a gap before an earlier one.
 *
 * The order is that of the -device arguments on QEMU's command line, but QEMU takes
 * those in JSON after all those of the form key=value.
 */
#ifndef IMXPT_GUEST_BUS_LAYOUT_H
#define IMXPT_GUEST_BUS_LAYOUT_H

#include "guest/device_regs.h"
#include "profile/profile.h"

#define BUS_COMPATIBLE "qemu,platform"

/*
 * No tree has the interrupt lines of the bus.  They are irqmap[VIRT_PLATFORM_BUS] and
 * PLATFORM_BUS_NUM_IRQS of QEMU's hw/arm/virt.c, the same from 5.2 to 10.2 and for
 * every virt-x.y machine.
 */
#define BUS_FIRST_SPI 112
#define BUS_SPIS 64

#define BUS_REGIONS_MAX 32 /* of a device: QDEV_MAX_MMIO in QEMU's include/hw/sysbus.h */
#define BUS_DEVICES_MAX (2 * PROFILE_PASS_MAX) /* QEMU's own and the passed ones */

_Static_assert(BUS_REGIONS_MAX <= DEVICE_REGIONS_MAX, "the regions of a device are read");
_Static_assert(BUS_SPIS <= DEVICE_IRQS_MAX, "the interrupts of a device are read");

struct bus {
	int node;	    /* in the dumped tree */
	uint64_t base;	    /* guest physical address */
	uint64_t size;	    /* bytes */
	uint32_t first_spi; /* number of the first interrupt line */
	uint32_t n_spis;
};

struct region {
	uint64_t addr; /* guest physical address */
	uint64_t size; /* bytes */
};

/* What a device gets; its regions and interrupts are in the order of the node. */
struct slot {
	struct region region[BUS_REGIONS_MAX];
	size_t n_regions;
	uint32_t first_spi; /* interrupt i is the SPI first_spi + i */
	uint32_t n_spis;
};

/* The bus and its devices: first those of the dumped tree, then the passed ones. */
struct bus_layout {
	struct bus bus;
	int node[BUS_DEVICES_MAX]; /* of the dumped tree, or of the host's */
	struct device_regs regs[BUS_DEVICES_MAX];
	struct slot slot[BUS_DEVICES_MAX];
	bool unlisted_irqs
		[BUS_DEVICES_MAX]; /* it has interrupts that its node does not list */
	size_t n_dumped, n;
};

/*
 * Read the bus and its devices from QEMU's dumped tree.  These devices stay where they
 * are, because their -device arguments are before those of the passed devices.
 * Errors as bus_read(), device_regs_read() and slots_assign(); -E2BIG: too many
 * devices; -EINVAL: the interrupt parent of the bus is not a GIC, or a device is not
 * where QEMU puts it.
 */
int bus_layout_read(const struct tree *virt, struct bus_layout *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Add the n passed devices, nodes of the host's tree, in the order of QEMU's command
 * line.
 * Errors as device_regs_read() and slots_assign(); -E2BIG: too many devices; -EINVAL:
 * two devices have the same address.
 */
int bus_layout_add(struct bus_layout *l, const struct tree *host, const int *nodes, size_t n,
		   struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Find the bus in QEMU's dumped tree and read its window.  Old QEMU names the node
 * platform@c000000, new QEMU platform-bus@c000000.
 * -ENOENT: no such node, so it is not a tree of QEMU's virt machine; -ENOTUNIQ:
 * several; -EINVAL: the bus does not have the one window that QEMU writes, as in a tree
 * that was made for a guest, or it is not a child of a root with two address cells.
 */
int bus_read(const struct tree *virt, struct bus *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Assign slots of the empty bus to n devices, in order; out has room for n.
 *
 * A refusal names the device and region at which QEMU would stop, or go wrong:
 * -EINVAL: more than BUS_REGIONS_MAX regions, or one of no bytes (QEMU crashes);
 * -EFBIG: a region larger than the whole bus (QEMU takes it and cuts it off);
 * -ENOSPC: no free address for a region; -E2BIG: more interrupts than the bus has.
 */
int slots_assign(const struct bus *bus, const struct device_regs *devs, size_t n,
		 struct slot *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
