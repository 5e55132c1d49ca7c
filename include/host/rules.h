/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules - what must hold in a host tree, so that the passed devices work and are
 * isolated.
 *
 * No I/O.
 *
 * Each function checks one rule: it returns 0 if the rule holds, else -EINVAL with
 * the node and the reason in *f.  A tree on which U-Boot would hang is not among
 * them: uboot_predict() rejects it.
 */
#ifndef IMXPT_HOST_RULES_H
#define IMXPT_HOST_RULES_H

#include "dt/refs.h"
#include "host/resolve.h"
#include "host/uboot.h"

/* What the rules are checked on; all of it belongs to one tree. */
struct rules_input {
	const struct resolved *resolved;
	const struct refs *refs;
	const struct uboot *uboot;
};

enum rules_scope {
	RULES_PASSED, /* only the passed nodes */
	RULES_ALL,    /* all nodes */
};

/*
 * Does the host not work without the node: an IOMMU, the interrupt controller, and its own
 * system controller with its power domains and clocks (Linux, drivers/firmware/imx/imx-scu.c)?
 */
bool rules_is_essential(const struct tree *t, int node) __attribute__((nonnull));

/*
 * The first reference of such a node to node or below it that its driver needs, as a system
 * controller's to its mailbox; NULL: none.
 */
const struct ref *rules_essential_user(const struct tree *t, const struct refs *refs, int node)
	__attribute__((nonnull));

/* No node that is passed, or that the profile disables, is one of these two kinds. */
int rules_check_essentials(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The kernel creates a device for passed node i: it creates none below a disabled node
 * (drivers/of/platform.c, of_platform_bus_create()).
 */
int rules_check_parent(const struct rules_input *in, size_t i, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* rules_check_parent() for each passed node. */
int rules_check_parents(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * No reference dangles, and no iommus is cut short.  Disabled nodes count: an
 * overlay or U-Boot may enable them.
 */
int rules_check_references(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Stream ids of the SMMU are 1 to PROFILE_STREAM_ID_MAX (6 bits in the system
 * controller; 0 is bypass), and their masks have only bits that an MMU-500 has.
 */
int rules_check_stream_ids(const struct rules_input *in, enum rules_scope scope,
			   struct fault *f) __attribute__((nonnull, warn_unused_result));

/* U-Boot sets a stream id for DMA of the node, which is passed. */
int rules_check_master(const struct tree *t, const struct uboot *u, int node, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Where a partition gets the resource, U-Boot sets a stream id for it, or it does no DMA. */
int rules_check_resource(const struct tree *t, const struct uboot *u, uint32_t id,
			 struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * rules_check_master() for each passed bus master
 * (arch/arm/mach-imx/imx8/fdt.c, config_smmu_fdt_device_sid()), rules_check_resource()
 * for each resource that the domain gets; and the master's fsl,sc_rsrc_id has only
 * resources of the domain.
 */
int rules_check_resources(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Each resource of a passed bus master ends with the stream id of the node's iommus. */
int rules_check_streams(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Does the reference give a device on its node's bus the stream id?  iommu-map has, after
 * the SMMU, the first id and how many there are (Linux, drivers/of/base.c, of_map_id()).
 */
bool rules_maps_stream(const struct ref *r, uint32_t id) __attribute__((nonnull));

/* No enabled node that is not passed has a passed node's stream id, or maps it to its bus. */
int rules_check_stream_owners(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* As rules_check_stream_owners(), for disabled nodes. */
int rules_check_disabled_owners(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * U-Boot disables no node (fdt.c, update_fdt_with_owned_resources()): none names a
 * resource in power-domains that is not the host's.  RULES_PASSED: also none above a
 * passed one.
 */
int rules_check_stay_enabled(const struct rules_input *in, enum rules_scope scope,
			     struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * The same for passed node i of a tree that U-Boot has changed: it is not both
 * disabled and a user of one of the domain's resources.
 */
int rules_check_was_enabled(const struct rules_input *in, size_t i, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The domain's reg is <0>, for scu_rm to write the partition's number to: without
 * one it may assign nothing and report success (partition.c, do_part_dtb()).
 */
int rules_check_domain(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The number of each resource and pad of a partition has at most 16 bits. */
int rules_check_numbers(const struct tree *t, const struct uboot *u, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Check all rules for a tree before it is written, with RULES_ALL for stream ids and
 * RULES_PASSED for disabled nodes.  The tree of an exact profile, the Ghaf guide's, breaks
 * those of the resources and the streams.
 */
int rules_check_all(const struct rules_input *in, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The nodes that will share an IOMMU group.  The rule is the kernel's for the SMMU v2
 * (drivers/iommu/arm/arm-smmu/arm-smmu.c, arm_smmu_find_sme()): a stream entry (id, mask)
 * that another one covers uses the same entry of the SMMU, and devices that use the same
 * entry share a group.
 */

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
