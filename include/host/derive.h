/* SPDX-License-Identifier: Apache-2.0 */
/*
 * derive - what the passed devices take from the host, read from the board's own tree.
 *
 * No I/O.
 *
 * A patched tree no longer has the properties that this is read from, so from it derive()
 * reads fewer entries, but no other ones.
 */
#ifndef IMXPT_HOST_DERIVE_H
#define IMXPT_HOST_DERIVE_H

#include "dt/refs.h"
#include "host/resolve.h"
#include "host/resource.h"

/* A resource or a pad that the guest's partition gets, or lacks. */
struct derived_id {
	uint32_t id;
	int node;	      /* the passed node that has the resource; the pad's pin group;
				 -1: the profile adds it to the domain */
	const char *property; /* that names it; NULL: the profile adds it */
};

#define DERIVED_COMPANION (-1) /* the property only names or numbers another one's entries */
#define DERIVED_BROKEN (-2)    /* its first entry dangles, or is cut short */

/* A reference, and what is done about it. */
struct derived_ref {
	int node;
	const char *property;
	int target; /* the node that it refers to; negative: none, for that reason */
};

struct derived_ids {
	struct derived_id *v;
	size_t n;
};

struct derived_refs {
	struct derived_ref *v;
	size_t n;
};

struct derived {
	struct derived_ids rsrcs;    /* the mailboxes' first, else in the profile's order */
	struct derived_ids pads;     /* each once */
	struct derived_refs remove;  /* properties of passed nodes */
	struct derived_refs disable; /* a node, and its reference that cannot work */
	struct derived_refs keep_on; /* a regulator; the property and node that use it */
};

/*
 * Derive all for r's tree, whose references are refs.  derived_free() frees it; it
 * points into the tree and the profile.
 *
 *  - Resources: each passed node's fsl,sc_rsrc_id and power-domains, a mailbox's by
 *    its address, the profile's rsrcs.
 *  - Pads: fsl,pins of all pin groups of the passed nodes and their children, since
 *    the system controller refuses a whole group for one pad.
 *  - Properties: all that refer to other nodes, since Linux acts on some before any
 *    driver probes (power domain, assigned clocks, pins) and waits for the targets
 *    of the others (drivers/of/property.c, of_supplier_bindings), and those that
 *    only name or number their entries.
 *  - Disabled: nodes that need a passed one to work.
 *  - Kept on: regulators that only passed or disabled nodes use.
 */
int derive(const struct resolved *r, const struct refs *refs, struct derived *out,
	   struct fault *f) __attribute__((nonnull, warn_unused_result));

#define DERIVED_TEXT_MAX 1024

/* Write to buf which properties name the ids, cut to its size; returns buf. */
const char *derived_ids_text(const struct resolved *r, const struct derived_ids *ids,
			     char buf[static DERIVED_TEXT_MAX]) __attribute__((nonnull));

/*
 * The reason of one of the derived references: why a property is removed, a node disabled, a
 * regulator kept on.  Each returns buf with it, cut to its size, or a constant.
 */
typedef const char *derived_text(const struct resolved *r, const struct derived_ref *ref,
				 char buf[static DERIVED_TEXT_MAX]) __attribute__((nonnull));
derived_text derived_removal_text, derived_disable_text, derived_keep_on_text;

/* Free it; a zeroed one is allowed. */
void derived_free(struct derived *d) __attribute__((nonnull));

/*
 * Pads that the guest sets and that its partition does not get.  The system controller
 * refuses such a pad, and Linux then undoes the whole group (drivers/pinctrl/core.c,
 * pinctrl_commit_state()).  Only a profile that is exact, or a list in /domu that was
 * shortened, has any.  They are listed as derived ids, each with its pin group.
 */

/* Mark the pads of the domain that r's tree has. */
void pads_of_domain(const struct resolved *r, bool assigned[static PAD_LAST])
	__attribute__((nonnull));

/* The same, and those that a patch of r's tree assigns.  Errors as derive(). */
int pads_of_plan(const struct resolved *r, const struct refs *refs,
		 bool assigned[static PAD_LAST], struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Add the pads of a pin group that are not marked to out. */
int pads_find_unassigned(const struct tree *t, int group, const bool assigned[static PAD_LAST],
			 struct derived_ids *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Find them in all groups of the guest: those that a passed node, or one below it, refers
 * to, and in a patched tree those that nothing refers to, but that have a marked pad.
 * derived_ids_free() frees the result.
 */
int pads_find_all_unassigned(const struct resolved *r, const struct refs *refs,
			     const bool assigned[static PAD_LAST], struct derived_ids *out,
			     struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Free it; a zeroed one is allowed. */
void derived_ids_free(struct derived_ids *p) __attribute__((nonnull));

/* Write what follows from one to buf, as a sentence; returns buf. */
const char *unassigned_pad_text(uint32_t pad, char buf[static DERIVED_TEXT_MAX])
	__attribute__((nonnull));

#define DERIVED_LINE_MAX (TREE_PATH_MAX + DERIVED_TEXT_MAX)

/* The same after the path of its pin group, a node of t: "PATH: TEXT". */
const char *unassigned_pad_line(const struct tree *t, const struct derived_id *pad,
				char buf[static DERIVED_LINE_MAX]) __attribute__((nonnull));

#endif
