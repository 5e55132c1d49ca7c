/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conflict - what the host keeps and can no longer use as before.
 *
 * No I/O.  A conflict does not keep a tree from being made: it is for
 * people to weigh.
 */
#ifndef IMXPT_HOST_CONFLICT_H
#define IMXPT_HOST_CONFLICT_H

#include "dt/refs.h"
#include "host/resolve.h"
#include "host/uboot.h"

#define CONFLICTS_MAX 65536 /* far more than people can weigh */

enum conflict_kind {
	CONFLICT_REFERENCE, /* the node refers to one that is passed or disabled */
	CONFLICT_POWER,	    /* its power-domains names a resource that is handed over */
	CONFLICT_CLOCK,	    /* so does one of its clocks */
	CONFLICT_PAD,	    /* its pins are on a pad that is handed over */
	CONFLICT_PARTITION, /* it is a partition, and another has its resource already */
};

struct conflict {
	enum conflict_kind kind;
	int node;	      /* the host's node, or the partition's */
	const char *property; /* of that node; may point into the tree's blob */
	int target;	      /* REFERENCE: the node referred to; else -1 */
	uint32_t id;	      /* of the resource or the pad, where it is one */
};

struct conflicts {
	/* references, clocks and pads, then what U-Boot does; each in the order of the tree */
	struct conflict *v;
	size_t n;
};

/*
 * Find them in b's tree, which is patched, with all its references and what U-Boot
 * does to it: who loses what, and to whom, is said there alone.
 * conflicts_free() frees them; they point into the tree's blob.
 * -E2BIG: there are more than CONFLICTS_MAX.
 */
int conflicts_find(const struct resolved *b, const struct refs *refs, const struct uboot *u,
		   struct conflicts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void conflicts_free(struct conflicts *c) __attribute__((nonnull));

/*
 * What becomes of the node, as a clause: U-Boot looks at power-domains alone
 * (arch/arm/mach-imx/imx8/fdt.c, update_fdt_with_owned_resources()); the system
 * controller refuses the rest to whom does not own it.
 */
const char *conflict_effect(enum conflict_kind kind);

#endif
