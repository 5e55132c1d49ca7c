/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fate - the rules of what follows a device into the guest, as tables.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_DISPOSITION_H
#define IMXPT_GUEST_DISPOSITION_H

#include "dt/tree.h"

/* What becomes of a node of the host's tree in the guest. */
enum disposition {
	DISPOSITION_PASSED,   /* handed over, or part of what is */
	DISPOSITION_COPIED,   /* the guest gets a copy of it */
	DISPOSITION_REPLACED, /* something of the guest's takes its place */
	DISPOSITION_DROPPED,  /* it stays with the host, and so does what refers to it */
};

/* "passed", "copied", "replaced", "cut" */
const char *disposition_name(enum disposition fate) __attribute__((returns_nonnull));

/* Why the property is never of use in a guest, whatever it says; NULL: it may be. */
const char *drop_reason(const char *property) __attribute__((nonnull));

/* What a guest loses when the property, or an entry of it, is cut. */
const char *drop_effect(const char *property) __attribute__((nonnull, returns_nonnull));

/* Why the node with all below it is the host's, unless it is passed; NULL: it is not. */
const char *host_only_reason(const struct tree *t, int node) __attribute__((nonnull));

/* Is the node the root, or a bus that does nothing but translate addresses? */
bool is_plain_bus(const struct tree *t, int node) __attribute__((nonnull));

#endif
