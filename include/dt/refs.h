/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs - which node refers to which, through which property.
 *
 * No I/O.  The grammar of phandles is one table in refs.c: a property, or
 * the end or start of its name, and the property of the target that says how
 * many argument cells follow.  It is the union of Linux's of_supplier_bindings
 * (drivers/of/property.c), the checks of dtc (checks.c, "phandle_cells") and
 * what both leave out (phy-handle, assigned-clocks, memory-region, mux-states, sfp).
 */
#ifndef IMXPT_DT_REFS_H
#define IMXPT_DT_REFS_H

#include "dt/tree.h"

enum ref_state {
	REF_WHOLE,    /* the target exists, and so do all its argument cells */
	REF_DANGLING, /* no node has the phandle */
	REF_CUT,      /* the target does not say how many cells follow, or too few do */
};

struct ref {
	int from;	      /* the node that refers */
	int number;	      /* of its property: a damaged tree has two of one name */
	const char *property; /* its name; points into the tree's blob */
	int index;	      /* which entry of the property, from 0 */
	enum ref_state state;
	uint32_t phandle;  /* as it stands */
	int to;		   /* the target; -1: dangling */
	struct cells args; /* what follows the phandle; none unless whole */
};

struct refs {
	struct ref *v; /* in the order in which they stand in the tree */
	size_t n;
};

/*
 * Collect every reference in the tree.  refs_free() frees them; they point into
 * the tree's blob.  What follows a reference that is not whole in its property
 * cannot be told apart and is left out.
 */
int refs_collect(const struct tree *t, struct refs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* As refs_collect(), for the properties of one node, but not of its children. */
int refs_of_node(const struct tree *t, int node, struct refs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void refs_free(struct refs *r) __attribute__((nonnull));

/* The first reference that is not whole; NULL: all are. */
const struct ref *refs_broken(const struct refs *r) __attribute__((nonnull));

#endif
