/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit - a list of changes to a device tree, as data.
 *
 * No I/O.
 *
 * Nodes are named as in tree.h; a node that the list adds has the next number
 * behind the tree's last, so that further edits can name it.  The list owns the
 * values that edits_keep() made; all else is borrowed and must outlive it.
 */
#ifndef IMXPT_DT_EDIT_H
#define IMXPT_DT_EDIT_H

#include "dt/tree.h"

enum edit_op {
	EDIT_SET,      /* give the property this value */
	EDIT_DELETE,   /* take the property away */
	EDIT_ADD_NODE, /* make a child of that name, empty */
};

/* "set", "delete" or "add". */
const char *edit_op_name(enum edit_op op);

struct edit {
	enum edit_op op;
	int node;	   /* whose property, or the parent of the new node */
	const char *name;  /* of the property or the new node */
	const void *value; /* SET */
	size_t size;	   /* bytes of value */
	const char *why;   /* the rule that asks for it, for people */
	int child;	   /* ADD_NODE: the new node; the list's business */
	size_t next;	   /* the node's next edit, from 1; 0: none; the list's business */
};

/* A node's edits, by their numbers from 1; 0: none. */
struct edit_ends {
	size_t first, last;
	size_t maker; /* of a new node */
};

struct edits {
	const struct tree *tree;
	struct edit *v; /* in the order in which they were planned */
	size_t n;
	struct edit_ends *ends; /* of each node */
	int n_ends;
	int n_nodes;	  /* of the tree as it will be */
	uint32_t phandle; /* the highest that is in use */
	struct kept *kept;
};

/* Start an empty list of changes to t, which must outlive it. */
void edits_start(struct edits *l, const struct tree *t) __attribute__((nonnull));

/* Free the list and the values it keeps. */
void edits_free(struct edits *l) __attribute__((nonnull));

/*
 * Add e, unless the tree is so already.
 * -EEXIST: another rule wants something else of the same property.
 */
int edits_add(struct edits *l, const struct edit *e, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Add what gives the node this property, whose value is borrowed; or takes it away. */
int edits_set(struct edits *l, int node, const struct prop *p, const char *why,
	      struct fault *f) __attribute__((nonnull, warn_unused_result));
int edits_delete(struct edits *l, int node, const char *name, const char *why, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The child of parent with this name, in *node; an edit makes it if there is
 * none.
 */
int edits_child(struct edits *l, int parent, const char *name, const char *why, int *node,
		struct fault *f) __attribute__((nonnull(1, 3, 4, 6), warn_unused_result));

/*
 * As edits_child(), of a parent that the list makes, without a look for a child of
 * that name: surely there is none.
 */
int edits_new_child(struct edits *l, int parent, const char *name, const char *why, int *node,
		    struct fault *f) __attribute__((nonnull(1, 3, 4, 6), warn_unused_result));

/* node's phandle, in *phandle; an edit makes one if it has none. */
int edits_phandle(struct edits *l, int node, const char *why, uint32_t *phandle,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Zeroed memory for a value, as long-lived as the list; NULL, with a fault: none left. */
void *edits_keep(struct edits *l, size_t size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The first edit of a node, and the next of the same node in planned order; NULL: none. */
const struct edit *edits_first(const struct edits *l, int node) __attribute__((nonnull));
const struct edit *edits_next(const struct edits *l, const struct edit *e)
	__attribute__((nonnull));

/* As tree_path(), for the tree as it will be. */
const char *edits_path(const struct edits *l, int node, char buf[static TREE_PATH_MAX])
	__attribute__((nonnull));

/*
 * Apply the list to a copy of its tree, packed and with pad bytes of free room,
 * stored in *out for the caller to free(), and its bytes in *size.  The tree
 * itself stays as it is, and so does the order of all that is in it; what is new
 * stands first, as libfdt puts it.  On failure *out is untouched.
 * -EFBIG: the result is larger than TREE_SIZE_MAX.
 */
int edits_apply(const struct edits *l, size_t pad, void **out, size_t *size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
