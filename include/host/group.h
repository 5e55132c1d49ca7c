/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group - the nodes of a host tree that will share an IOMMU group.
 *
 * No I/O.
 *
 * The rule is the kernel's for the SMMU v2 (drivers/iommu/arm/arm-smmu/arm-smmu.c,
 * arm_smmu_find_sme()): a stream entry (id, mask) that another one covers uses the
 * same entry of the SMMU, and devices that use the same entry share a group.
 */
#ifndef IMXPT_HOST_GROUP_H
#define IMXPT_HOST_GROUP_H

#include "dt/tree.h"

#define GROUP_NODES_MAX 64

struct group_nodes {
	int v[GROUP_NODES_MAX];
	size_t n;
	bool more; /* more nodes or stream entries than fit: v has the first found */
};

/*
 * Find the enabled nodes that share a group with node, node itself first.  A
 * node without a whole entry in iommus is in no group: n is 0.
 */
void group_find(const struct tree *t, int node, struct group_nodes *out)
	__attribute__((nonnull));

#endif
