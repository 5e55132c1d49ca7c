/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disposition - tables of what a guest gets of its devices' dependencies, and what not.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_DISPOSITION_H
#define IMXPT_GUEST_DISPOSITION_H

#include "dt/tree.h"

/* What happens to a node of the host's tree, or to a reference to it, in the guest. */
enum disposition {
	DISPOSITION_PASSED,   /* it is a passed device, or a node below one */
	DISPOSITION_COPIED,   /* the guest gets a copy of it */
	DISPOSITION_REPLACED, /* the guest gets something else instead */
	DISPOSITION_DROPPED,  /* the guest does not get it */
};

/* "passed", "copied", "replaced", "dropped" */
const char *disposition_name(enum disposition d) __attribute__((returns_nonnull));

/* Why no guest can use the property, with any value; NULL: it can. */
const char *drop_reason(const char *property) __attribute__((nonnull));

/* What happens in a guest if the property, or one entry of it, is dropped. */
const char *drop_effect(const char *property) __attribute__((nonnull, returns_nonnull));

/*
 * Why only the host can use the node and the nodes below it, unless they are passed;
 * NULL: the guest can have copies.
 */
const char *host_only_reason(const struct tree *t, int node) __attribute__((nonnull));

/* Is it a property that lists GPIOs? */
bool is_gpio_list(const char *property) __attribute__((nonnull));

/* Does the node provide something for which it needs this property? */
bool needs_property(const struct tree *t, int node, const char *property)
	__attribute__((nonnull));

/* Is the node the root, or a bus whose only function is to translate addresses? */
bool is_plain_bus(const struct tree *t, int node) __attribute__((nonnull));

#endif
