/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosvm - all that is crosvm's: the overlay with the guest's devices, and its command line.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_CROSVM_H
#define IMXPT_GUEST_CROSVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "dt/edit.h"
#include "guest/guest.h"
#include "profile/profile.h"

/*
 * The overlay of crosvm's tree, with the passed devices and all that they depend on.
 *
 * crosvm finds a device by its label in the overlay's /__symbols__, replaces reg and
 * interrupts of the node, and then applies the overlay to the tree that it has made
 * (google/crosvm: arch/src/fdt.rs, cros_fdt/src/overlay.rs, aarch64/src/fdt.rs).  It
 * always writes two address and two size cells, so the devices are children of the root.
 */

/*
 * Of 32 interrupt lines that crosvm's guest has, these are left for PCI functions and
 * passed devices; crosvm gives others numbers that no interrupt reaches.
 */
#define CROSVM_SPIS 28

/* Bytes of the guest's memory that crosvm has for its tree (AARCH64_FDT_MAX_SIZE). */
#define CROSVM_TREE_SIZE 0x200000

/*
 * Nodes and properties that an overlay may have: the time of libfdt's fdt_overlay_apply()
 * grows with their square.  An overlay with a board's Ethernet port has some 100.
 */
#define CROSVM_OVERLAY_ITEMS 2048

/*
 * Add the changes that make the overlay to out, an empty list of changes to an empty
 * tree (dt/edit.h).
 * -EEXIST: crosvm's tree or the overlay already has one of the nodes; -EINVAL, -ENOTSUP:
 * a passed device has addresses that cannot be mapped; -E2BIG: too many regions, or more
 * than CROSVM_SPIS interrupts.
 */
int crosvm_overlay_plan(const struct guest *g, struct edits *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Check that the finished overlay has the nodes and labels that crosvm takes, apply it to
 * trees as crosvm makes them with 1 and with 8 CPUs, set each passed device's reg and
 * interrupts as crosvm does, and read the result as a kernel would: no reference is
 * broken, each device has these registers and interrupts and nothing of the host's, and
 * all interrupts have a line.
 * -EINVAL: what is wrong, and where; -E2BIG: the overlay is larger than CROSVM_TREE_SIZE, or
 * has more than CROSVM_OVERLAY_ITEMS.
 */
int crosvm_overlay_verify(const struct guest *g, const struct tree *overlay, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The command line that runs the guest.  The options are those of google/crosvm,
 * src/crosvm/cmdline.rs; each crosvm since November 2023 has them.
 */

/* The overlay, in the current directory of the shell that runs the line. */
#define CROSVM_GUEST_DTBO "guest.dtbo"

/*
 * Above this much memory, in MiB, a part of it has addresses above 4 GiB: it starts at
 * 0x80000000 (aarch64/src/lib.rs).
 */
#define CROSVM_MEMORY_32BIT 2048

struct crosvm_line {
	struct command_line words;
	uint64_t memory;    /* of the guest, MiB */
	size_t n_functions; /* PCI functions that the arguments add: each has an interrupt */
};

/*
 * Make the line from the profile, the names of its devices in sysfs, in the profile's
 * order, and the user's n arguments for crosvm.  line_free() frees its words, also after
 * a failure.
 *
 * -EINVAL: an argument that crosvm would reject with the passed devices, or that would
 * give them another tree; -E2BIG: more than LINE_WORDS_MAX words.
 */
int crosvm_line_make(const struct profile *p, const char *const *names, char *const *user,
		     size_t n, struct crosvm_line *out, struct fault *f)
	__attribute__((nonnull(1, 2, 5, 6), warn_unused_result));

#endif
