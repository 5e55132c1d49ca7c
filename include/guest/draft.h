/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft - a profile for devices of a board: what must be passed with them.
 *
 * No I/O.
 *
 * No tree says which devices do DMA, or what a driver can do without, so somebody has to
 * look at the draft.  Where that is not known, a device does DMA: it gets a stream id.
 */
#ifndef IMXPT_GUEST_DRAFT_H
#define IMXPT_GUEST_DRAFT_H

#include "guest/deps.h"
#include "profile/profile.h"

#define DRAFT_RSRCS_MAX 8

struct draft_device {
	int node;
	int user;	      /* the node that needs it; -1: none, it is the first of all */
	const char *property; /* of user, or DEPS_CHILD */
	const char *no_dma; /* why it does no DMA; NULL: it may, or the profile need not say */
	uint32_t rsrcs[DRAFT_RSRCS_MAX]; /* what only its clock gates name */
	size_t n_rsrcs;
};

struct draft {
	/* each device behind its clock gates and what else it needs; the mailbox is last */
	struct draft_device pass[PROFILE_PASS_MAX];
	size_t n_pass;
	int mailbox; /* its number, as in MU_2A */
	uint32_t stream_id;
	struct deps deps; /* of all passed devices */
};

/*
 * Find what must be passed with these devices of t.  draft_free() frees it; it points into
 * the tree's blob.
 *
 * The mailbox is the first of MU_2A to MU_4A, which scu_rm powers, that no enabled node
 * uses.  The stream id is one that no other node of the tree has.
 * -EINVAL: a node is not a device that VFIO can pass, or as deps_find(); -ENOENT: no
 * mailbox or no stream id is free; -E2BIG: more devices than PROFILE_PASS_MAX are needed.
 */
int draft_make(const struct tree *t, struct nodes devices, struct draft *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void draft_free(struct draft *d) __attribute__((nonnull));

#endif
