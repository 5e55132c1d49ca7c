/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve - the nodes of a host tree that a profile names.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_RESOLVE_H
#define IMXPT_HOST_RESOLVE_H

#include "profile/profile.h"

/* The compatible of a passed node in a host tree: no driver of the host matches it. */
#define DUMMY_COMPATIBLE "fsl,dummy"

/* The fault of such a node, with its path, and its fix, where the original tree is needed. */
#define ALREADY_PATCHED "%s: this tree is already patched"
#define ORIGINAL_TREE "give the board's original tree"

/* A profile and the nodes that it names in a tree; borrows both. */
struct resolved {
	const struct profile *profile;
	const struct tree *tree;
	int iommu;
	/*
	 * The tree leaves the domain's partition to Linux: the domain is disabled, so that
	 * U-Boot's scu_rm skips it, and a passed mailbox has power-domains, so that the
	 * kernel powers it when VFIO opens it.
	 */
	bool by_linux;
	int pass[PROFILE_PASS_MAX];	  /* in the order of the profile's pass */
	int disable[PROFILE_DISABLE_MAX]; /* of its disable; -1: not in this tree */
};

/*
 * Is t the tree of a board that p is for, and for Linux on it?
 * -EINVAL: it is another board's, or of Linux 4; -EOPNOTSUPP: it is for a hypervisor
 * that keeps the SMMU, Xen or Jailhouse.
 */
int resolve_board(const struct profile *p, const struct tree *t, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Find all nodes that p names in t.
 * Errors of resolve_board(); -EINVAL: a node is not the profile's device;
 * -ENOENT: a passed device or the SMMU is missing; -ENODEV: the SMMU is disabled;
 * -ENOTUNIQ: several nodes match one name.
 */
int resolve_profile(const struct profile *p, const struct tree *t, struct resolved *out,
		    struct fault *f) __attribute__((nonnull, warn_unused_result));

/* -EINVAL: node is passed in a host tree, which no longer says what the device needs. */
int resolve_check_unpatched(const struct tree *t, int node, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Find only the SMMU, in r's tree for r's profile.  Errors as resolve_profile(). */
int resolve_smmu(struct resolved *r, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The innermost passed node that node is or is below; -1: there is none. */
int resolved_passed(const struct resolved *r, int node) __attribute__((nonnull));

/* As resolved_passed(), for the nodes that the profile disables. */
int resolved_disabled(const struct resolved *r, int node) __attribute__((nonnull));

/* The resource of passed node i, which is a mailbox, by its address; -1: it is none. */
int resolved_mailbox(const struct resolved *r, size_t i) __attribute__((nonnull));

/*
 * The node that U-Boot finds as /domu: the first one of this name, whatever its unit
 * address is (fdt_path_offset()); -1: there is none.
 */
int resolve_domu(const struct tree *t) __attribute__((nonnull));

/* The profile's node under /domu, with or without a unit address; -1: there is none. */
int resolved_domain(const struct resolved *r) __attribute__((nonnull));

/* The number of the partition that U-Boot made of the domain; 0: it made none. */
uint32_t resolved_partition(const struct resolved *r) __attribute__((nonnull));

/* The resources that the tree's domain lists; none without a domain. */
struct cells resolved_rsrcs(const struct resolved *r) __attribute__((nonnull));

#endif
