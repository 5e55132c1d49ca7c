/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest - what has to be added to QEMU's dumped tree so that it is a guest's.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_GUEST_H
#define IMXPT_GUEST_GUEST_H

#include "dt/edit.h"
#include "guest/deps.h"
#include "guest/device_regs.h"
#include "profile/profile.h"

#define GUEST_MAC_SIZE 6
#define GUEST_DEVICES_MAX (2 * PROFILE_PASS_MAX) /* the dump's own on the bus, and passed */

/* What a guest is made of. */
struct guest {
	const struct profile *profile;
	const struct tree *host, *virt;
	const int *pass;	 /* nodes of the host's tree, as the profile's pass */
	const struct deps *deps; /* of these */
	const uint8_t *mac[PROFILE_PASS_MAX]; /* of each passed device; NULL: as the host's */
};

/* Would Linux take these bytes for a MAC (is_valid_ether_addr())? */
bool guest_mac_is_valid(const void *mac, size_t size) __attribute__((nonnull));

/* The MAC that Linux's of_get_mac_address() reads in the node itself; NULL: none. */
const uint8_t *guest_mac(const struct tree *t, int node) __attribute__((nonnull));

/*
 * Will the guest hear the system controller at the mailbox that takes the place of
 * the host's by this link of the closure?  Linux (drivers/firmware/imx/imx-scu-irq.c)
 * asks for interrupts at the mailbox whose number its alias muN has.  True of all
 * other links.
 */
bool guest_hears(const struct guest *g, const struct edge *l) __attribute__((nonnull));

/* Where QEMU puts everything on its platform bus. */
struct bus_layout {
	struct bus bus;
	struct device_regs
		dev[GUEST_DEVICES_MAX]; /* first those that the dump has, then the passed */
	struct slot slot[GUEST_DEVICES_MAX];
	int node[GUEST_DEVICES_MAX];	/* of each: in virt for the dump's, else in host */
	bool silent[GUEST_DEVICES_MAX]; /* it has interrupts that its node does not tell */
	size_t n_dumped, n;
};

/*
 * Start the seating with the bus, and with the devices that the dump has on it.
 * They stay where they are: their -device arguments stand before those of the
 * passed devices.
 * As bus_read(), device_regs_read() and slots_assign(); -E2BIG: too many devices;
 * -EINVAL: the bus has no GIC, or a device is not where QEMU puts it.
 */
int bus_layout_read(const struct guest *g, struct bus_layout *s, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Go on with the passed devices.
 * As device_regs_read() and slots_assign(); -E2BIG: too many devices; -EINVAL: two have
 * the same address.
 */
int bus_layout_add_passed(const struct guest *g, struct bus_layout *s, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Add to the empty list out, of changes to virt, what makes it the guest's tree.
 * -EEXIST: a node is in the dump already, so it is no plain dump.
 */
int guest_plan(const struct guest *g, const struct bus_layout *s, struct edits *out,
	       struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Read the finished tree as a kernel would: no reference is broken, and every
 * device of the seating is in its window, with its interrupts.
 * -EINVAL: what is wrong, and where.
 */
int guest_verify(const struct bus_layout *s, const struct tree *made, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
