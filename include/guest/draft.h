/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft - a guest's tree under way: nodes of the host's, and their twins in it.
 *
 * Room guest: pure.
 */
#ifndef IMXPT_GUEST_DRAFT_H
#define IMXPT_GUEST_DRAFT_H

#include "guest/guest.h"

struct draft {
	const struct guest *guest;
	const struct seating *seating;
	struct edits *edits;
	int *twin; /* for each node of the host's tree the guest's; -1: none */
	struct fault *fault;
};

/* Give the twin this property; its value must live as long as the edits. */
int draft_set(const struct draft *d, int twin, const struct prop *p, const char *why)
	__attribute__((nonnull, warn_unused_result));

/* Room for n big-endian cells that lives as long as the edits; NULL, with a fault: none. */
uint32_t *draft_cells(const struct draft *d, size_t n)
	__attribute__((nonnull, warn_unused_result));

/* Say why in words that live as long; NULL, with a fault: no memory is left. */
const char *draft_why(const struct draft *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull, warn_unused_result));

/* Is the node of the host's tree one of the passed devices itself? */
bool draft_is_device(const struct draft *d, int node) __attribute__((nonnull));

/* Make the twin of each node of the closure, with no properties yet. */
int draft_nodes(struct draft *d) __attribute__((nonnull, warn_unused_result));

/*
 * Copy what each node has, with references to the twins, but of the devices not
 * what depends on where they are: draft_device() has that.
 */
int draft_properties(const struct draft *d) __attribute__((nonnull, warn_unused_result));

/* Say where device i of the seating is: reg, ranges, interrupts; and make it okay. */
int draft_device(const struct draft *d, size_t i) __attribute__((nonnull, warn_unused_result));

#endif
