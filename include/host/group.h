/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group - which nodes of a host tree will share an IOMMU group.
 *
 * No I/O.
 *
 * The rule is the kernel's for the SMMU v2 (drivers/iommu/arm/arm-smmu/arm-smmu.c,
 * arm_smmu_find_sme()): a stream entry (id, mask) that another one covers shares
 * its place in the SMMU, and devices that share a place share a group.
 */
#ifndef IMXPT_HOST_GROUP_H
#define IMXPT_HOST_GROUP_H

#include "base/fault.h"
#include "dt/tree.h"

#define GROUP_NODES_MAX 64

struct group_nodes {
	int v[GROUP_NODES_MAX];
	size_t n;
};

/*
 * Find the enabled nodes that share a group with node, node itself first.  A
 * node without iommus is in no group, so none is found.
 * -E2BIG: more than GROUP_NODES_MAX.
 */
int group_find(const struct tree *t, int node, struct group_nodes *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
