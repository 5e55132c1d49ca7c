/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu_tree - the guest's tree for QEMU: the tree that QEMU dumped, with the passed
 * devices on its platform bus and all that they depend on.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_QEMU_TREE_H
#define IMXPT_GUEST_QEMU_TREE_H

#include "dt/edit.h"
#include "guest/bus_layout.h"
#include "guest/guest.h"

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

#endif
