/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fate - the rules of what follows a device into the guest, as tables.
 *
 * Room guest: pure.
 */
#ifndef IMXPT_GUEST_FATE_H
#define IMXPT_GUEST_FATE_H

#include "dt/tree.h"

/* What becomes of a node of the host's tree in the guest. */
enum fate {
	FATE_PASSED,   /* handed over, or part of what is */
	FATE_COPIED,   /* the guest gets a copy of it */
	FATE_REPLACED, /* something of the guest's takes its place */
	FATE_CUT,      /* it stays with the host, and so does what refers to it */
};

/* "passed", "copied", "replaced", "cut" */
const char *fate_word(enum fate fate) __attribute__((returns_nonnull));

/* Why the property is never of use in a guest, whatever it says; NULL: it may be. */
const char *fate_stays(const char *property) __attribute__((nonnull));

/* What a guest loses when the property, or an entry of it, is cut. */
const char *fate_loss(const char *property) __attribute__((nonnull, returns_nonnull));

/* Why the node with all below it is the host's, unless it is passed; NULL: it is not. */
const char *fate_hosts(const struct tree *t, int node) __attribute__((nonnull));

/* Is the node the root, or a bus that does nothing but translate addresses? */
bool fate_is_bus(const struct tree *t, int node) __attribute__((nonnull));

#endif
