/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch - the edits that make a board's tree a host tree, and what the host loses by them.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_PATCH_H
#define IMXPT_HOST_PATCH_H

#include "dt/edit.h"
#include "dt/refs.h"
#include "host/resolve.h"
#include "host/uboot.h"

/*
 * Add the edits for r's tree, whose references are refs, to the empty list out; a
 * list that stays empty means that the tree is patched already.  An existing /domu
 * is merged: its properties keep what they list.  An exact profile makes the tree of
 * the Ghaf guide: without fsl,sc_rsrc_id and dma-coherent.
 *
 * -EINVAL: the tree passes a node that the profile does not; -ENOENT: the tree names
 * no resource of a device, or a GPIO controller is missing; -ENOTUNIQ: several nodes match
 * a controller's name; -EEXIST: the profile sets one property in two ways.
 */
int patch_plan(const struct resolved *r, const struct refs *refs, struct edits *out,
	       struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Parts of patch_plan(): what differs in a tree whose partition is made by Linux. */

/*
 * Add the edits to the list: the domain is disabled, and each passed mailbox has
 * power-domains, and an empty fsl,sc_rsrc_id, which is what U-Boot takes stream ids'
 * resources from in place of power-domains: a mailbox does no DMA.
 * -ENOENT: the tree has no power domains (fsl,scu-pd), or the profile no mailbox.
 */
int patch_linux(const struct resolved *r, int domain, struct edits *l, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Does passed node i keep this property, which patch_plan() otherwise removes? */
bool patch_linux_keeps(const struct resolved *r, size_t i, const char *property)
	__attribute__((nonnull));

/*
 * Conflicts: nodes that the host keeps and that the patch takes something from.  They are
 * warnings: the tree is made anyway.
 */

#define CONFLICTS_MAX 65536

enum conflict_kind {
	CONFLICT_REFERENCE, /* the node refers to one that is passed or disabled */
	CONFLICT_POWER,	    /* its power-domains names a resource of a partition */
	CONFLICT_REFUSED,   /* the same, but U-Boot leaves the node enabled */
	CONFLICT_CLOCK,	    /* one of its clocks is of a resource of a partition */
	CONFLICT_PAD,	    /* its pins are on a pad of a partition */
	CONFLICT_PARTITION, /* the node is a partition, and another has its resource */
};

struct conflict {
	enum conflict_kind kind;
	int node;	      /* the host's node, or the partition's */
	const char *property; /* of that node; may point into the tree's blob */
	int target;	      /* REFERENCE: the node referred to; else -1 */
	uint32_t id;	      /* of the resource or the pad; 0 for REFERENCE */
};

struct conflicts {
	/* references, clocks and pads in the order of the tree; the console; what U-Boot does */
	struct conflict *v;
	size_t n;
};

/*
 * Find the conflicts in r's patched tree, from all its references and U-Boot's
 * prediction, which decides who gets a resource or a pad.  conflicts_free() frees
 * them; they point into the tree's blob.
 * -E2BIG: there are more than CONFLICTS_MAX.
 */
int conflicts_find(const struct resolved *r, const struct refs *refs, const struct uboot *u,
		   struct conflicts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Free it; a zeroed one is allowed. */
void conflicts_free(struct conflicts *c) __attribute__((nonnull));

/* "reference", "power", "clock", "pad" or "partition". */
const char *conflict_kind_name(enum conflict_kind kind);

/*
 * What happens to the node, as a clause: U-Boot reads only power-domains
 * (arch/arm/mach-imx/imx8/fdt.c, update_fdt_with_owned_resources()); the system
 * controller refuses other uses of what the caller does not own.
 */
const char *conflict_effect(const struct conflict *c) __attribute__((nonnull));

#endif
