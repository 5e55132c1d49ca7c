/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning - what a guest lacks, or cannot use, although its tree can be made.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_WARNING_H
#define IMXPT_GUEST_WARNING_H

#include "guest/guest.h"

enum warning_kind {
	WARNING_DROPPED,  /* the node's property refers to a node that is dropped */
	WARNING_MAILBOX,  /* the passed mailbox has no alias for the controller's interrupts */
	WARNING_DISABLED, /* the node is copied, and is disabled */
	WARNING_PAD,	  /* the node sets a pad that is not assigned to the guest */
	WARNING_MAC,	  /* the port has no MAC */
};

struct warning {
	enum warning_kind kind;
	int node;	      /* of the host's tree */
	const char *property; /* of that node; NULL: none */
	int target;	      /* DROPPED: the node that the guest does not get; else -1 */
	const char *reason;   /* DROPPED: why not; else NULL */
	uint32_t pad;	      /* PAD */
};

struct warnings {
	/* references and mailboxes, then copied nodes, then ports */
	struct warning *v;
	size_t n;
};

/* "dropped", "mailbox", "disabled", "pad" or "mac" */
const char *warning_kind_name(enum warning_kind kind) __attribute__((returns_nonnull));

/* Find them.  warnings_free() frees them; they point into g's trees and dependencies. */
int warnings_find(const struct guest *g, struct warnings *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void warnings_free(struct warnings *w) __attribute__((nonnull));

#define WARNING_TEXT_MAX 2048

/* Write to buf what is wrong with the warning's node, and what follows; returns buf. */
const char *warning_text(const struct warning *w, const struct tree *host,
			 char buf[static WARNING_TEXT_MAX])
	__attribute__((nonnull, returns_nonnull));

#endif
