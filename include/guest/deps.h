/* SPDX-License-Identifier: Apache-2.0 */
/*
 * closure - all that passed devices need, and what becomes of each of it.
 *
 * No I/O.  Follows the references of dt/refs.h, the interrupts to the
 * parents that they inherit, a passed device down to its children, and a copied
 * node up to the nodes that it does not work without.  Nodes are those of the
 * host's tree.
 */
#ifndef IMXPT_GUEST_DEPS_H
#define IMXPT_GUEST_DEPS_H

#include "dt/refs.h"
#include "guest/disposition.h"

/* In place of a property, where a node needs another for where it stands. */
#define CLOSURE_PARENT "(parent)"
#define DEPS_CHILD "(child)"

/* A node that the guest gets. */
struct dependency {
	int node;
	enum disposition disposition; /* DISPOSITION_PASSED or DISPOSITION_COPIED */
	bool whole;		      /* with its children */
	int from;	       /* the node that was first found to need it; -1: a start */
	const char *property;  /* of that node, or one of the above */
	size_t edges, n_edges; /* what becomes of its own properties */
};

/* What becomes of a property, or of one entry of it. */
struct edge {
	int from;	       /* a node of the needs */
	const char *property;  /* of that node, or DEPS_CHILD */
	int number;	       /* of that property, as in struct prop; 0: DEPS_CHILD */
	const struct ref *ref; /* the entry; NULL: the property is no reference */
	int to;		       /* the node it leads to; -1: it is cut for itself */
	int instead;	       /* the node whose copy takes to's place, may be to; -1: none */
	enum disposition disposition;
	const char *why; /* REPLACED and CUT */
	bool loss;	 /* CUT, and the guest may miss it: drop_effect() */
};

struct deps {
	const struct tree *tree;
	struct refs refs; /* all of the tree */
	struct dependency
		*dependencies; /* in the order in which they were found, each node once */
	size_t n_dependencies;
	struct edge *edges; /* need after need */
	size_t n_edges;
	int *number_of_node; /* for each node its number among the needs; -1: none */
};

/* Some nodes. */
struct nodes {
	const int *v;
	size_t n;
};

/*
 * Find all that the starts need when these nodes of t are passed; the starts are
 * among them.  deps_free() frees it; it points into the tree's blob.
 * -EINVAL: a reference on the way dangles or is cut short, or an interrupt has
 * no parent.
 */
int deps_find(const struct tree *t, struct nodes passed, struct nodes starts, struct deps *out,
	      struct fault *f) __attribute__((nonnull, warn_unused_result));

void deps_free(struct deps *c) __attribute__((nonnull));

/* What the guest gets of the node; NULL: nothing. */
const struct dependency *deps_of_node(const struct deps *c, int node) __attribute__((nonnull));

/* The node that a node's interrupts go to, as Linux's of_irq_find_parent(); -1: none. */
int deps_interrupt_parent(const struct tree *t, int node) __attribute__((nonnull));

#endif
