/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosvm_overlay - the guest's devices for crosvm: an overlay of its tree, with the
 * passed devices and all that they depend on.
 *
 * No I/O.
 *
 * crosvm finds a device by its label in the overlay's /__symbols__, replaces reg and
 * interrupts of the node, and then applies the overlay to the tree that it has made
 * (google/crosvm: arch/src/fdt.rs, cros_fdt/src/overlay.rs, aarch64/src/fdt.rs).  It
 * always writes two address and two size cells, so the devices are children of the root.
 */
#ifndef IMXPT_GUEST_CROSVM_OVERLAY_H
#define IMXPT_GUEST_CROSVM_OVERLAY_H

#include "dt/edit.h"
#include "guest/guest.h"

/*
 * Of 32 interrupt lines that crosvm's guest has, these are left for PCI functions and
 * passed devices; crosvm gives others numbers that no interrupt reaches.
 */
#define CROSVM_SPIS 28

/*
 * Add the changes that make the overlay to out, an empty list of changes to an empty
 * tree (dt/overlay.h).
 * -EEXIST: crosvm's tree or the overlay already has one of the nodes; -EINVAL, -ENOTSUP:
 * a passed device has addresses that cannot be mapped; -E2BIG: too many regions, or more
 * than CROSVM_SPIS interrupts.
 */
int crosvm_overlay_plan(const struct guest *g, struct edits *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Apply the finished overlay to a tree as crosvm makes it, set each passed device's reg
 * and interrupts as crosvm does, and read the result as a kernel would: no reference is
 * broken, and each device has these registers and interrupts and nothing of the host's.
 * -EINVAL: what is wrong, and where.
 */
int crosvm_overlay_verify(const struct guest *g, const struct tree *overlay, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
