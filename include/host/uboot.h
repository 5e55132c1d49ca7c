/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uboot - what NXP's U-Boot does to a host tree before Linux sees it.
 *
 * No I/O.
 *
 * First "scu_rm dtb" makes partitions out of /domu (arch/arm/mach-imx/imx8/partition.c,
 * do_part_dtb()), then booti disables nodes and sets stream ids (fdt.c there,
 * ft_system_setup()).  Both are followed as NXP's imx_v2020.04_5.4.24_2.1.0 to lf_v2023.04
 * have them, without what they do to the eDMA nodes of Linux 4.14.  At the start the boot
 * partition owns all resources.
 */
#ifndef IMXPT_HOST_UBOOT_H
#define IMXPT_HOST_UBOOT_H

#include "host/resource.h"
#include "profile/profile.h"

/*
 * Our own property of a passed node: its resources that do no DMA and therefore need no
 * stream id.
 */
#define NO_DMA_RESOURCES "imxpt,no-dma-rsrcs"

/* The outcome for a node under /domu. */
enum uboot_outcome {
	UBOOT_MADE,	    /* a partition; its number goes into reg */
	UBOOT_DISABLED,	    /* none: status is there and is not "okay" */
	UBOOT_INCOMPATIBLE, /* none: not compatible with xen,domu */
	UBOOT_EMPTY,	    /* none: it names no resource and no pad */
	UBOOT_NO_REG,	    /* none: no reg to write to, and no free space to add one */
};

/* What that means, as a clause. */
const char *uboot_outcome_text(enum uboot_outcome outcome);

struct uboot_partition {
	int node;
	enum uboot_outcome outcome;
};

/*
 * A resource or a pad that a partition names; what it names twice is here once.  Numbers
 * are as the firmware sees them: U-Boot cuts them to 16 bits (sc_rsrc_t, sc_pad_t).
 */
struct uboot_assignment {
	int node;  /* of the partition */
	int owner; /* node of the one that gets it, the first to name it; -1: no such number */
	uint32_t id;
};

/* A node that booti disables.  Here and below too, numbers are cut to 16 bits. */
struct uboot_disabled {
	int node;
	uint32_t resource; /* in its power-domains, and not the host's */
};

#define UBOOT_NO_RESOURCE UINT32_MAX /* no number of 16 bits */

/* A node with a stream id for a resource. */
struct uboot_stream {
	int node;
	uint32_t resource; /* NO_RESOURCE: the node names none, so nothing is set */
	uint32_t id;	   /* the firmware takes 1 to PROFILE_STREAM_ID_MAX */
};

/* All that it does, in the order in which it does it. */
struct uboot {
	bool has_domu;
	struct uboot_partition *partitions;
	struct uboot_assignment *resources, *pads;
	struct uboot_disabled *disabled; /* one for each line that U-Boot prints */
	struct uboot_stream *streams;
	size_t n_partitions, n_resources, n_pads, n_disabled, n_streams;
	uint32_t cut; /* the first number of a partition above 16 bits; 0: there is none */
	int cut_node; /* of that partition */

	int resource_owner[RESOURCE_LAST]; /* the partition's node; -1: stays the host's */
	int pad_owner[PAD_LAST];
	bool is_on[RESOURCE_LAST];	   /* as scu_rm ends; see uboot_powers() */
	uint32_t stream_id[RESOURCE_LAST]; /* as it ends; 0: bypasses the SMMU */
	bool no_dma[RESOURCE_LAST];	   /* a passed node's NO_DMA_RESOURCES has it */
};

/*
 * Predict what U-Boot does to t, which tree_open() accepted; uboot_free() frees it.
 * -ELOOP: U-Boot loops forever on this tree; -EINVAL: it ends the boot, as the firmware
 * refuses a stream id of mmu-masters; -EOPNOTSUPP: the tree has power domains of the kind
 * before fsl,scu-pd, or what U-Boot does with one is undefined; -E2BIG: it has more domains
 * than the firmware can be relied on to have partitions for.
 */
int uboot_predict(const struct tree *t, struct uboot *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Record in u the partition that Linux makes later for this domain: it owns what the domain
 * names and no other domain owns.
 */
void uboot_add_linux_partition(struct uboot *u, const struct tree *t, int domain)
	__attribute__((nonnull));

/* Free it; a zeroed one is allowed. */
void uboot_free(struct uboot *u) __attribute__((nonnull));

/* Does the firmware take this stream id (sc_rm_set_master_sid())? */
bool uboot_is_stream_id(uint32_t id);

/* Does the firmware take that stream id for that resource, if U-Boot asks? */
bool uboot_sets_stream(uint32_t resource, uint32_t id);

/* Does it set a stream id for any resource of the node? */
bool uboot_has_stream(const struct uboot *u, int node) __attribute__((nonnull));

/*
 * Is the resource, which a partition names, on after scu_rm?  Only a mailbox MU_2A to
 * MU_4A is.
 */
bool uboot_powers(const struct uboot *u, uint32_t resource) __attribute__((nonnull));

/*
 * Does the resource end in a partition and without a stream id?  Assigning
 * the resource to the partition reset it to bypass (sc_rm_assign_resource() in the
 * firmware's rm/api.h).
 * Mailboxes and NO_DMA_RESOURCES do no DMA, so they do not.
 */
bool uboot_bypasses(const struct uboot *u, uint32_t resource) __attribute__((nonnull));

/*
 * The part that comes first: the partitions that "scu_rm dtb" makes, and how U-Boot reads a
 * tree (arch/arm/mach-imx/imx8/partition.c of NXP's lf_v2023.04, lib/fdtdec.c).
 */

/*
 * Fill in the fields of u about partitions: has_domu, partitions, resources, pads, their
 * owners and is_on.  The errors are those of uboot_predict().
 */
int uboot_make_partitions(const struct tree *t, struct uboot *u, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Keep id, which the domain names, as u->cut where it is the first one above 16 bits. */
void uboot_note_cut(struct uboot *u, int domain, uint32_t id) __attribute__((nonnull));

/* Is the resource a mailbox, MU_2A to MU_4A, which scu_rm switches on, not off? */
bool uboot_powers_mailbox(uint32_t resource);

/*
 * The property as U-Boot counts cells: bytes after the last whole one do not matter.
 * *size: its bytes; -1: there is none.
 */
struct cells uboot_cells(const struct tree *t, int node, const char *name, int *size)
	__attribute__((nonnull));

/*
 * Strings as U-Boot compares them: a value without a final NUL ends with the first NUL
 * after it, and in a checked tree there is one in the next tag at the latest.
 */
bool uboot_is_enabled(const struct tree *t, int node) __attribute__((nonnull));
bool uboot_is_compatible(const struct tree *t, int node, const char *name)
	__attribute__((nonnull));

#endif
