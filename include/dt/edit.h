/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit - a list of changes to a device tree, as data; and overlays, as libfdt applies them.
 *
 * No I/O.
 *
 * Nodes are named as in tree.h; nodes that the list adds have the numbers after
 * the tree's last, so that further edits can name them.  The list owns the values
 * that edits_keep() made; all other memory is borrowed and must outlive it.
 */
#ifndef IMXPT_DT_EDIT_H
#define IMXPT_DT_EDIT_H

#include "dt/tree.h"

enum edit_op {
	EDIT_SET,      /* give the property this value */
	EDIT_DELETE,   /* delete the property */
	EDIT_ADD_NODE, /* add an empty child of that name */
};

/* "set", "delete" or "add". */
const char *edit_op_name(enum edit_op op);

struct edit {
	enum edit_op op;
	int node;	   /* that has the property, or is the parent of the new node */
	const char *name;  /* of the property or the new node */
	const void *value; /* SET */
	size_t size;	   /* bytes of value */
	const char *why;   /* the reason, for people */
	int child;	   /* ADD_NODE: the new node; set by the list */
	size_t next;	   /* the node's next edit, from 1; 0: none; set by the list */
};

/* A node's edits, by their numbers from 1; 0: none. */
struct edit_ends {
	size_t first, last;
	size_t maker; /* the edit that adds the node */
};

struct edits {
	const struct tree *tree;
	struct edit *v; /* in the order in which they were planned */
	size_t n;
	struct edit_ends *ends; /* of each node */
	int n_ends;
	void *index;	  /* of v by node and name, for tsearch(3) */
	int n_nodes;	  /* of the edited tree */
	uint32_t phandle; /* the highest in use */
	struct kept *kept;
};

/* Start an empty list of changes to t, which must outlive it. */
void edits_start(struct edits *l, const struct tree *t) __attribute__((nonnull));

/* Free the list and the values it keeps. */
void edits_free(struct edits *l) __attribute__((nonnull));

/*
 * Add e, unless the tree already has what it makes.
 * -EEXIST: an earlier edit changes the same property in another way.
 */
int edits_add(struct edits *l, const struct edit *e, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* As edits_add(): give the node this property, whose value is borrowed. */
int edits_set(struct edits *l, int node, const struct prop *p, const char *why,
	      struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Append to the node's property of that name the records of p, each of record cells, that it
 * lacks, each once.  An edit is added only if it lacks one.  Errors as edits_add().
 */
int edits_merge(struct edits *l, int node, const struct prop *p, size_t record,
		const char *why, struct fault *f) __attribute__((nonnull, warn_unused_result));

/* As edits_add(): delete the node's property of that name. */
int edits_delete(struct edits *l, int node, const char *name, const char *why, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Store the child of parent with this name in *node; if there is none, add it.
 * -E2BIG: its path is too long.
 */
int edits_child(struct edits *l, int parent, const char *name, const char *why, int *node,
		struct fault *f) __attribute__((nonnull(1, 3, 4, 6), warn_unused_result));

/* As edits_child(), without a search: parent has no child of that name. */
int edits_new_child(struct edits *l, int parent, const char *name, const char *why, int *node,
		    struct fault *f) __attribute__((nonnull(1, 3, 4, 6), warn_unused_result));

/*
 * Store the node's phandle in *phandle; if it has none, add one.
 * -E2BIG: all phandles are in use.
 */
int edits_phandle(struct edits *l, int node, const char *why, uint32_t *phandle,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Zeroed memory for a value, freed with the list; NULL, with a fault: out of memory. */
void *edits_keep(struct edits *l, size_t size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The edit that changes the node's property; NULL: there is none. */
const struct edit *edits_find(const struct edits *l, int node, const char *name)
	__attribute__((nonnull));

/* The first edit of a node, and the next of the same node, in planned order; NULL: none. */
const struct edit *edits_first(const struct edits *l, int node) __attribute__((nonnull));
const struct edit *edits_next(const struct edits *l, const struct edit *e)
	__attribute__((nonnull));

/* The edit that adds the node; NULL: the tree has it already. */
const struct edit *edits_maker(const struct edits *l, int node) __attribute__((nonnull));

/* As tree_path(), for the edited tree. */
const char *edits_path(const struct edits *l, int node, char buf[static TREE_PATH_MAX])
	__attribute__((nonnull));

/*
 * 0 if result, which edits_apply() made and tree_open() took, has all edits of the list,
 * else -EIO with the first that is missing.
 */
int edits_hold(const struct edits *l, const struct tree *result, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Apply the list to a copy of its tree, packed and followed by pad free bytes,
 * stored in *out for the caller to free(), and its size in bytes in *size.  The
 * tree itself does not change.  The copy keeps the order of properties and nodes,
 * and new ones come first, as libfdt puts them.  On failure *out is untouched.
 * -EFBIG: the result is larger than TREE_SIZE_MAX.
 */
int edits_apply(const struct edits *l, size_t pad, void **out, size_t *size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Store a tree that is only an empty root in *out, for the caller to free(), and its
 * size in bytes in *size.  On failure *out is untouched.
 */
int tree_create_empty(void **out, size_t *size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Apply the overlay to a copy of base, stored in *out for the caller to free(), and its
 * size in bytes in *size.  Neither tree changes.  On failure *out is untouched.
 * -EINVAL: libfdt rejects the overlay.
 */
int overlay_apply(const struct tree *base, const struct tree *overlay, void **out,
		  size_t *size, struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
