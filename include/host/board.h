/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board - the nodes of a host tree that a profile means.
 *
 * Room host: pure.
 */
#ifndef IMXPT_HOST_BOARD_H
#define IMXPT_HOST_BOARD_H

#include "profile/profile.h"

/* The compatible that keeps every driver of the host off a passed node. */
#define BOARD_DUMMY "fsl,dummy"

struct board {
	const struct profile *profile;
	const struct tree *tree;
	int iommu;
	int pass[PROFILE_PASS_MAX];	  /* as the profile's pass */
	int disable[PROFILE_DISABLE_MAX]; /* as the profile's disable; -1: not in this tree */
};

/*
 * Find them.
 * -EINVAL: the tree is of another board, or a node is not the device it should
 * be; -ENOENT: a passed device or the SMMU is not in it; -ENODEV: the SMMU is
 * disabled; -ENOTUNIQ: a name is ambiguous.
 */
int board_find(const struct profile *p, const struct tree *t, struct board *out,
	       struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Find the SMMU alone, in b's tree for b's profile.  Errors as board_find(). */
int board_find_iommu(struct board *b, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The passed node that node is or is below, the nearest; or -1. */
int board_passed(const struct board *b, int node) __attribute__((nonnull));

/* The same among the nodes that are switched off. */
int board_disabled(const struct board *b, int node) __attribute__((nonnull));

/* The node under /domu that is the profile's, with or without an address; or -1. */
int board_domain(const struct board *b) __attribute__((nonnull));

#endif
