/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs - the references between nodes: which property refers to which node.
 *
 * No I/O.  The grammar of phandles is a table in refs.c: the name of a property,
 * or its end or start, and the property of the target that counts the argument
 * cells.  It is the union of Linux's of_supplier_bindings
 * (drivers/of/property.c), the checks of dtc (checks.c, "phandle_cells") and
 * properties that both leave out (phy-handle, assigned-clocks, memory-region,
 * mux-states, sfp, and those of sound cards, multiplexers and hubs on boards with an
 * i.MX 8QM).  Which references a node can do without is our own reading of
 * the drivers: a UART without its DMA channel works, an Ethernet port without its
 * PHY does not.  Of a property, it is what most devices do: audio needs its DMA channel.
 */
#ifndef IMXPT_DT_REFS_H
#define IMXPT_DT_REFS_H

#include "dt/tree.h"

struct ref {
	int from;	      /* the node that refers */
	int number;	      /* of its property: a damaged tree has two of one name */
	const char *property; /* its name; points into the tree's blob */
	int index;	      /* of the entry in the property, from 0 */
	bool needed;	      /* a driver of the node does not work without the target */
	enum {
		REF_WHOLE,    /* the target exists, and so do all argument cells */
		REF_DANGLING, /* no node has the phandle */
		REF_CUT, /* argument cells are missing, or the target does not count them */
	} state;
	uint32_t phandle;
	int to; /* the target; -1: dangling */
	/*
	 * The argument cells; n is 0 unless whole.  v is after the phandle, or at the end
	 * of the property if that is cut before it; it is never NULL.
	 */
	struct cells args;
};

struct refs {
	struct ref *v; /* in the order of the tree */
	size_t n;
};

/*
 * Collect every reference in the tree.  refs_free() frees them; they point into
 * the tree's blob.  A reference that is not whole hides what follows it in its
 * property, since its length is not known.
 */
int refs_collect(const struct tree *t, struct refs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* As refs_collect(), for the properties of one node without its children. */
int refs_of_node(const struct tree *t, int node, struct refs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Does the property refer to pin groups (pinctrl-0), or name them (pinctrl-names)? */
bool ref_is_pinctrl(const char *property) __attribute__((nonnull));

/* Free it; a zeroed one is allowed. */
void refs_free(struct refs *r) __attribute__((nonnull));

/* 0 if r of t is whole, else -EINVAL with the node, the property and the reason. */
int ref_check(const struct tree *t, const struct ref *r, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The first reference that is not whole; NULL: all are whole. */
const struct ref *refs_broken(const struct refs *r) __attribute__((nonnull));

#endif
