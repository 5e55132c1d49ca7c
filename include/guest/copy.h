/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy - copies nodes of the board's tree into a guest's tree, for any VMM.
 *
 * No I/O.  Only src/guest/ uses it: the file of each VMM starts a builder, calls
 * builder_copy() and builder_device(), and adds what its VMM needs.
 *
 * Each function that returns int stores its fault in the builder and returns its code.
 */
#ifndef IMXPT_GUEST_COPY_H
#define IMXPT_GUEST_COPY_H

#include "dt/edit.h"
#include "guest/deps.h"
#include "guest/guest.h"

/* A cell of the edited tree that has a phandle. */
struct fixup {
	int node;
	const char *property; /* of that node */
	size_t offset;	      /* bytes from the start of the property */
};

struct fixups {
	struct fixup *v; /* those of one property follow each other */
	size_t n;
};

/* Changes to a VMM's tree that add the guest's nodes to it. */
struct guest_builder {
	const struct guest *guest;
	struct edits *edits;
	int root;    /* of the edited tree: the guest's root, the parent of the copied nodes */
	int devices; /* of the edited tree: the parent of the passed devices */
	const char *reg_why;   /* the reason of a passed device's reg */
	struct fixups *fixups; /* where all phandles of the copies are; NULL: not needed */
	int *copy;	       /* of each node of the board's tree its copy; -1: none */
	struct fault *fault;
};

/*
 * Copy all dependencies of the passed devices, with their properties and references,
 * but without the properties of the passed devices that builder_device() sets.
 * builder_free() must follow, also after a failure.
 * -EEXIST: the edited tree already has a node of that name.
 */
int builder_copy(struct guest_builder *b) __attribute__((nonnull, warn_unused_result));

void builder_free(struct guest_builder *b) __attribute__((nonnull));

/*
 * Set the properties of passed device i that differ from the host's: reg and ranges for
 * a parent with two address and two size cells, status, coherence, MAC and alias.  Its
 * interrupts are the VMM's.
 * -EINVAL: its ranges do not fit its cells; -ENOTSUP: it is below a passed device that
 * translates addresses.
 */
int builder_device(const struct guest_builder *b, size_t i, const struct device_regs *regs)
	__attribute__((nonnull, warn_unused_result));

/* Set a property of a node of the edited tree; the value must live as long as the edits. */
int builder_set(const struct guest_builder *b, int node, const struct prop *p, const char *why)
	__attribute__((nonnull, warn_unused_result));

/* Set reg of such a node to the device's, with two address and two size cells. */
int builder_set_reg(const struct guest_builder *b, int node, const struct device_regs *regs)
	__attribute__((nonnull, warn_unused_result));

/* Set interrupts of such a node to the device's, as SPIs of a GIC. */
int builder_set_interrupts(const struct guest_builder *b, int node,
			   const struct device_regs *regs, const char *why)
	__attribute__((nonnull, warn_unused_result));

/* The path of a node of the edited tree in the guest, below b's root; it is in buf. */
const char *builder_path(const struct guest_builder *b, int node,
			 char buf[static TREE_PATH_MAX]) __attribute__((nonnull));

/* n zeroed cells that live as long as the edits; NULL, with a fault: out of memory. */
uint32_t *builder_cells(const struct guest_builder *b, size_t n)
	__attribute__((nonnull, warn_unused_result));

/* A text that lives as long as the edits; NULL, with a fault: out of memory. */
const char *builder_text(const struct guest_builder *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull, warn_unused_result));

#endif
