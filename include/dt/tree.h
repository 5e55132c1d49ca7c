/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree - a flattened device tree in memory, checked and indexed.
 *
 * No I/O.  Knows nothing of any SoC.
 *
 * A node is named by its number, counted in the order of the nodes in the tree;
 * the root is 0.  The descendants of node n are n+1 up to, but not including,
 * nodes[n].end.  All results point into the blob, which must outlive the tree
 * and must not change.
 */
#ifndef IMXPT_DT_TREE_H
#define IMXPT_DT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define TREE_SIZE_MAX (64 * 1024 * 1024) /* bytes; a board's tree has some 100 KiB */
#define TREE_DEPTH_MAX 64		 /* levels; a board's tree has some 8 */
#define TREE_PATH_MAX 1024		 /* bytes of a node's path, with its NUL */
#define CELL_COUNT_MAX 4		 /* of #address-cells and others; as FDT_MAX_NCELLS */

struct node {
	const char *name; /* with unit address; the root's is "" */
	int offset;	  /* in the structure block, as libfdt counts */
	int parent;	  /* -1: this is the root */
	int end;	  /* the first node after this one and its descendants */
	int props;	  /* its first property in the tree's array, up to the next node's */
	uint32_t phandle; /* 0: none */
};

/* A property; also the position of tree_next_prop() among a node's properties. */
struct prop {
	const char *name;
	const void *value;
	int size;   /* bytes of value */
	int number; /* among the node's properties, from 1; 0: before the first */
};

struct tree {
	const void *blob;
	struct node *nodes;
	int n_nodes;
	struct prop *props; /* of all nodes, in the order of the tree */
	int n_props;
	int *props_by_name; /* as props, but sorted in each node that has many; NULL: none has */
	int *by_name;	    /* nodes, sorted by their parent, then by name */
	int *by_phandle;    /* nodes that have a phandle, sorted by it */
	int n_by_phandle;
};

/* A node with more properties has them sorted, too: a board's nodes have some 10 */
#define TREE_PROPS_MANY 1024

/* A property that is an array of 32-bit cells, big-endian as in the tree. */
struct cells {
	const uint8_t *v; /* NULL: there is no such property */
	size_t n;	  /* whole cells */
};

/* A property that is a list of strings, each ended by a NUL. */
struct strings {
	const char *v; /* NULL: there is no such property */
	size_t size;   /* bytes, with the last NUL */
};

/* Bytes up to the next tag: names and values of a blob are padded to a multiple of four. */
#define TREE_ALIGN(size) (((size) + 3) & ~(size_t)3)

/*
 * Check the size bytes at blob and index them.  tree_close() frees the index;
 * the blob stays the caller's.
 * -EINVAL: not a device tree (gzip and source are named), truncated, damaged, two children
 * of one name, one phandle twice; -E2BIG: nested too deep, paths too long.
 */
int tree_open(const void *blob, size_t size, struct tree *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Is t a tree that a kernel can boot with?  -EINVAL: it is an overlay, or a FIT image,
 * which U-Boot keeps in the same format (doc/usage/fit/source_file_format.rst).
 */
int tree_check_whole(const struct tree *t, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Free the index; a zeroed tree is allowed. */
void tree_close(struct tree *t) __attribute__((nonnull));

/* Bytes of the tree in its blob, with the free ones. */
size_t tree_size(const struct tree *t) __attribute__((nonnull));

/*
 * Bytes that are free for changes in place; 0 also if the blocks are not in the
 * order that libfdt needs for such changes.
 */
size_t tree_room(const struct tree *t) __attribute__((nonnull));

/* Write the node's path to buf; returns buf. */
const char *tree_path(const struct tree *t, int node, char buf[static TREE_PATH_MAX])
	__attribute__((nonnull));

/* The node at an absolute path of full names; -1: there is none. */
int tree_at(const struct tree *t, const char *path) __attribute__((nonnull));

/* The child of parent with exactly this name; -1: there is none. */
int tree_child(const struct tree *t, int parent, const char *name) __attribute__((nonnull));

/* The node of the label in /__symbols__; -1: no such label or node, or no symbols. */
int tree_labelled(const struct tree *t, const char *label) __attribute__((nonnull));

/* The node that has the phandle; -1: there is none. */
int tree_with_phandle(const struct tree *t, uint32_t phandle) __attribute__((nonnull));

/* The first node with this string in its compatible; -1: there is none. */
int tree_compatible(const struct tree *t, const char *compatible) __attribute__((nonnull));

/* Step p to node's next property, from a zeroed p to the first; false: there are no more. */
bool tree_next_prop(const struct tree *t, int node, struct prop *p) __attribute__((nonnull));

/* The value of the node's property, its size in bytes in *size; NULL: there is none. */
const void *tree_prop(const struct tree *t, int node, const char *name, int *size)
	__attribute__((nonnull));

/* The property as cells; n is 0 if its size is no multiple of 4. */
struct cells tree_cells(const struct tree *t, int node, const char *name)
	__attribute__((nonnull));

/* The property as strings; size is 0 if the last one has no NUL. */
struct strings tree_strings(const struct tree *t, int node, const char *name)
	__attribute__((nonnull));

/* The first string of the property; NULL: there is none, or it has no NUL. */
const char *tree_string(const struct tree *t, int node, const char *name)
	__attribute__((nonnull));

/*
 * The value of a one-cell property as #address-cells, 0 if it is malformed or
 * above CELL_COUNT_MAX; absent if the node has no such property.
 */
uint32_t tree_cell_count(const struct tree *t, int node, const char *name, uint32_t absent)
	__attribute__((nonnull));

/* Is the string in the node's compatible? */
bool tree_is_compatible(const struct tree *t, int node, const char *compatible)
	__attribute__((nonnull));

/* Is one of the strings in the node's compatible? */
bool tree_is_compatible_with(const struct tree *t, int node, struct strings any)
	__attribute__((nonnull));

/*
 * Is the node enabled?  As Linux reads it (drivers/of/base.c, __of_device_is_available()):
 * it has no status, or one whose first string is "okay" or "ok".  U-Boot does not know "ok":
 * uboot_is_enabled() (host/uboot.h).
 */
bool tree_is_enabled(const struct tree *t, int node) __attribute__((nonnull));

/* Cell i, in the machine's byte order; i is below c.n. */
uint32_t cells_get(struct cells c, size_t i);

/* The number in n cells (0 to 2) from cell i on; i + n is at most c.n. */
uint64_t cells_number(struct cells c, size_t i, uint32_t n);

/* Is value one of the cells? */
bool cells_have(struct cells c, uint32_t value);

/* Write the number to the two cells at out, big-endian. */
void cells_put_number(uint32_t *out, uint64_t number) __attribute__((nonnull));

/* The string after s in l, the first for an s of NULL; NULL: there are no more. */
const char *strings_next(struct strings l, const char *s);

/* Is s one of the strings? */
bool strings_have(struct strings l, const char *s);

#endif
