/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu - all that is QEMU's: where its platform bus has the devices, the guest's tree for
 * it, the user's arguments for it, and its command lines.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_QEMU_H
#define IMXPT_GUEST_QEMU_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "dt/edit.h"
#include "guest/deps.h"
#include "guest/guest.h"
#include "profile/profile.h"

/*
 * The layout of the platform bus: where each region and interrupt of a device is.
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
 * Add the n passed devices, nodes of the board's tree, in the order of QEMU's command line.
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

/*
 * The guest's tree: the tree that QEMU dumped, with the passed devices on its platform bus
 * and all that they depend on.
 */

/*
 * Add the changes that make the guest's tree to out, an empty list of changes to the
 * dumped tree.  l has the dumped devices and g's passed ones.
 * -EEXIST: the dumped tree already has one of the nodes; -EINVAL, -ENOTSUP: a passed
 * device has addresses that the bus cannot map.
 */
int qemu_tree_plan(const struct guest *g, const struct bus_layout *l, struct edits *out,
		   struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Read the finished tree as a kernel would: no reference is broken, and each device of
 * the layout has its address and interrupts.
 * -EINVAL: what is wrong, and where.
 */
int qemu_tree_verify(const struct bus_layout *l, const struct tree *made, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The user's own arguments, and what they decide: the options that change QEMU's tree or
 * its platform bus, and those for which the line has a default.  Others are not read.
 */

enum qemu_option_class {
	QEMU_CLASS_OTHER, /* only for the line that runs, as all from QEMU_CLASS_MONITOR on */
	QEMU_CLASS_MACHINE,
	QEMU_CLASS_CPU,
	QEMU_CLASS_MEMORY,
	QEMU_CLASS_ACCELERATOR,
	QEMU_CLASS_SHARED, /* others that QEMU's tree depends on */
	QEMU_CLASS_GLOBAL,
	QEMU_CLASS_OBJECT,
	QEMU_CLASS_DEVICE,
	QEMU_CLASS_DISK,    /* if it is firmware, QEMU's tree has other GPIOs and no keys */
	QEMU_CLASS_BACKEND, /* a device on the platform bus may need it */
	QEMU_CLASS_SERIAL,
	QEMU_CLASS_MONITOR,
	QEMU_CLASS_DISPLAY,
	QEMU_CLASS_KERNEL,
	QEMU_CLASS_APPEND,
	QEMU_CLASS_DTB,
	QEMU_CLASS_CONFIG,
	QEMU_CLASS_SET,
};

#define QEMU_OPTION_KIND_MAX 32

/* An argument with its value. */
struct qemu_option {
	const char *name;  /* borrowed from the user's words */
	const char *value; /* borrowed too; "" if it has none */
	bool has_value;	   /* as the next word; known of options that have a class */
	enum qemu_option_class class;
	/* of a device, object, disk or character device, or its property; cut if longer */
	char kind[QEMU_OPTION_KIND_MAX];
};

/* What the user's arguments decide, or have. */
struct qemu_choices {
	bool has[QEMU_CLASS_SET + 1]; /* an argument of the class; MACHINE: its type */
	bool bus_device;	      /* a device of QEMU's own on the platform bus */
	bool flash;		      /* the machine's flash, by the name of a disk */
	char gic;		      /* the first character of its version; '\0': not given */
	bool stdio; /* a character device, monitor or serial port that uses it */
};

/*
 * Read all n arguments.
 * -EINVAL: one that would move the passed devices away from where the guest's tree has
 * them, or one without a value that can be read.
 */
int qemu_choices_read(char *const *user, size_t n, struct qemu_choices *out, struct fault *f)
	__attribute__((nonnull(3, 4), warn_unused_result));

/*
 * Read the argument at *i, which is below n, and step *i to the next one.
 * -EINVAL: its value is missing, or starts like JSON and is not JSON.
 */
int qemu_option_next(char *const *user, size_t n, size_t *i, struct qemu_option *out,
		     struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Must both lines have the argument, since QEMU's tree depends on it? */
bool qemu_option_is_shared(const struct qemu_option *o, const struct qemu_choices *c)
	__attribute__((nonnull));

/*
 * The command line: the one that runs the guest, or dumps QEMU's tree.
 *
 * The guest's tree is made from the dumped one, so both lines must describe the same
 * machine: they share all that QEMU's hw/arm/virt.c and hw/core/sysbus-fdt.c write into
 * a tree.  The user's devices on the platform bus are before the passed ones, and
 * these are in the profile's order.
 */

/* The trees, in the current directory of the shell that runs the line. */
#define QEMU_VIRT_DTB "virt.dtb"
#define QEMU_GUEST_DTB "guest.dtb"

struct qemu_line {
	struct command_line words;
	bool has_kernel; /* without dump it gives the kernel GUEST_KERNEL_ARGUMENTS */
	bool has_gicv2;	 /* the machine has GICv2, which has irqfd */
};

/*
 * Make the line from the profile and the user's n arguments for QEMU: it starts the guest
 * with QEMU_GUEST_DTB or, with dump, writes QEMU_VIRT_DTB and exits.
 * line_free() frees its words, also after a failure.
 *
 * -EINVAL: an argument that would move the passed devices away from where the guest's
 * tree has them, or that would give the two lines different machines; -E2BIG: more than
 * LINE_WORDS_MAX words.
 */
int qemu_line_make(const struct profile *p, bool dump, char *const *user, size_t n,
		   struct qemu_line *out, struct fault *f)
	__attribute__((nonnull(1, 5, 6), warn_unused_result));

#endif
