/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft - a guest's tree under way: nodes of the host's, and their twins in it.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_COPY_H
#define IMXPT_GUEST_COPY_H

#include "guest/guest.h"

struct guest_builder {
	const struct guest *guest;
	const struct bus_layout *layout;
	struct edits *edits;
	int *copy; /* for each node of the host's tree the guest's; -1: none */
	struct fault *fault;
};

/* Give the twin this property; its value must live as long as the edits. */
int builder_set(const struct guest_builder *d, int twin, const struct prop *p, const char *why)
	__attribute__((nonnull, warn_unused_result));

/* Room for n big-endian cells that lives as long as the edits; NULL, with a fault: none. */
uint32_t *builder_cells(const struct guest_builder *d, size_t n)
	__attribute__((nonnull, warn_unused_result));

/* Say why in words that live as long; NULL, with a fault: no memory is left. */
const char *builder_why(const struct guest_builder *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull, warn_unused_result));

/* Is the node of the host's tree one of the passed devices itself? */
bool builder_is_device(const struct guest_builder *d, int node) __attribute__((nonnull));

/* Make the twin of each node of the closure, with no properties yet. */
int builder_nodes(struct guest_builder *d) __attribute__((nonnull, warn_unused_result));

/*
 * Copy what each node has, with references to the twins, but of the devices not
 * what depends on where they are: builder_device() has that.
 */
int builder_properties(const struct guest_builder *d)
	__attribute__((nonnull, warn_unused_result));

/* Say where device i of the seating is: reg, ranges, interrupts; and make it okay. */
int builder_device(const struct guest_builder *d, size_t i)
	__attribute__((nonnull, warn_unused_result));

#endif
