/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board - the nodes of a host tree that a profile means.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_RESOLVE_H
#define IMXPT_HOST_RESOLVE_H

#include "profile/profile.h"

/* The compatible that keeps every driver of the host off a passed node. */
#define DUMMY_COMPATIBLE "fsl,dummy"

struct resolved {
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
int resolve_profile(const struct profile *p, const struct tree *t, struct resolved *out,
		    struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Find the SMMU alone, in b's tree for b's profile.  Errors as resolve_profile(). */
int resolve_smmu(struct resolved *b, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The passed node that node is or is below, the nearest; or -1. */
int resolved_passed(const struct resolved *b, int node) __attribute__((nonnull));

/* The same among the nodes that are switched off. */
int resolved_disabled(const struct resolved *b, int node) __attribute__((nonnull));

/* The node under /domu that is the profile's, with or without an address; or -1. */
int resolved_domain(const struct resolved *b) __attribute__((nonnull));

#endif
