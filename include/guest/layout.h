/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout - where QEMU's platform bus puts each region and interrupt of a device.
 *
 * Room guest: pure; numbers in, numbers out.
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
#ifndef IMXPT_GUEST_LAYOUT_H
#define IMXPT_GUEST_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "guest/bus.h"

/* QDEV_MAX_MMIO in QEMU's include/hw/sysbus.h; a device with more ends QEMU. */
#define LAYOUT_REGIONS_MAX 32

/* What a device takes on the bus. */
struct demand {
	const char *name;		   /* borrowed; for the texts of faults */
	uint64_t size[LAYOUT_REGIONS_MAX]; /* bytes of each region, not rounded */
	size_t n_regions;		   /* may be more than fit in size[]: it is refused */
	uint32_t n_irqs;
};

struct region {
	uint64_t addr; /* as the guest's processors address it */
	uint64_t size; /* bytes */
};

/* What it got; regions and interrupts as many and in the order of its demand. */
struct place {
	struct region region[LAYOUT_REGIONS_MAX];
	size_t n_regions;
	uint32_t first_spi; /* interrupt i is the SPI first_spi + i */
	uint32_t n_spis;
};

/*
 * Place n devices on an empty bus, in order; out has room for n.  Every device
 * that takes room must be among them, the user's own ones too.
 *
 * A refusal names the device and region at which QEMU would stop, or go wrong:
 * -EINVAL: more than LAYOUT_REGIONS_MAX regions, or one of no bytes (QEMU crashes);
 * -EFBIG: a region larger than the whole bus (QEMU takes it and cuts it off);
 * -ENOSPC: no room for a region; -E2BIG: more interrupts than the bus has.
 */
int layout_place(const struct bus *bus, const struct demand *devs, size_t n, struct place *out,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
