/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deps - the nodes that passed devices depend on, and what a guest gets of each; the devices'
 * registers and interrupts; a draft of a profile, made of what devices depend on.
 *
 * No I/O.  Nodes are those of the board's tree.
 */
#ifndef IMXPT_GUEST_DEPS_H
#define IMXPT_GUEST_DEPS_H

#include "dt/refs.h"
#include "dt/tree.h"
#include "profile/profile.h"

/* What happens to a node of the board's tree, or to a reference to it, in the guest. */
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

/* Does a string of the node's compatible have this end? */
bool compatible_ends(const struct tree *t, int node, const char *end) __attribute__((nonnull));

/* Is the node the root, or a bus whose only function is to translate addresses? */
bool is_plain_bus(const struct tree *t, int node) __attribute__((nonnull));

/*
 * The search follows the references of dt/refs.h and the interrupts, also to a parent that
 * a node inherits.  It takes a passed device with its children, and a copied node with the
 * parents that it does not work without.
 */

/* Where a node depends on another one because of its position, not by a property. */
#define DEPS_PARENT "(parent)"
#define DEPS_CHILD "(child)"

/* A node that the guest gets. */
struct dependency {
	int node;
	enum disposition disposition; /* DISPOSITION_PASSED or DISPOSITION_COPIED */
	bool whole;		      /* with its children */
	int from;		      /* the first node that needs it; -1: a start */
	const char *property;	      /* of that node, or DEPS_PARENT or DEPS_CHILD */
	size_t edges, n_edges;	      /* those of its own properties */
};

/* A property of a dependency, or one entry of it, and what happens to it. */
struct edge {
	int from;	       /* the node of the dependency */
	const char *property;  /* of that node, or DEPS_CHILD */
	int number;	       /* of that property, as in struct prop; 0: DEPS_CHILD */
	const struct ref *ref; /* the entry; NULL: the property is not a reference */
	int to;		       /* the node that it refers to; -1: none */
	int instead; /* the guest's entry refers to the copy of this node; -1: none */
	enum disposition disposition;
	const char *why; /* REPLACED and DROPPED: the reason */
	bool loss;	 /* DROPPED, and drop_effect() says what the guest may miss */
};

struct deps {
	const struct tree *tree;
	struct refs refs;		 /* of the whole tree */
	struct dependency *dependencies; /* each node once, in the order of the search */
	size_t n_dependencies;
	struct edge *edges; /* in the order of the dependencies */
	size_t n_edges;
	int *number_of_node; /* of each node its index in dependencies; -1: none */
};

/* Some nodes. */
struct nodes {
	const int *v;
	size_t n;
};

/*
 * Find what the starts depend on when these nodes of t are passed; the starts are
 * among them.  Those of with_mac get their MAC in the guest's tree, so they do not need
 * the fuses that have it.  deps_free() frees it; it points into the tree's blob.
 * -EINVAL: a reference dangles or is truncated, or an interrupt has no parent.
 */
int deps_find(const struct tree *t, struct nodes passed, struct nodes starts,
	      struct nodes with_mac, struct deps *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Free it; a zeroed one is allowed. */
void deps_free(struct deps *d) __attribute__((nonnull));

/* The dependency that is this node; NULL: the guest does not get the node. */
const struct dependency *deps_of_node(const struct deps *d, int node) __attribute__((nonnull));

/* Has the edge no target, or the property and target of the edge before it? */
bool deps_edge_repeats(const struct deps *d, const struct edge *e) __attribute__((nonnull));

/*
 * The registers and interrupts in a device's node.  vfio-platform has a region for each
 * entry of reg, and an interrupt for each entry of interrupts, in the same order (Linux,
 * drivers/vfio/platform).
 */

/* A device with more is read up to here, and its reader must refuse it. */
#define DEVICE_REGIONS_MAX 32
#define DEVICE_IRQS_MAX 64

/* As the binding of every GIC numbers them. */
enum trigger {
	TRIGGER_EDGE = 1,
	TRIGGER_LEVEL = 4,
};

struct device_regs {
	const char *name;		      /* the node's; points into the tree's blob */
	uint64_t address[DEVICE_REGIONS_MAX]; /* in the address space of the parent */
	uint64_t size[DEVICE_REGIONS_MAX];    /* bytes */
	size_t n_regions;		      /* above DEVICE_REGIONS_MAX: too many */
	uint32_t irq[DEVICE_IRQS_MAX];	      /* number at the interrupt controller */
	enum trigger trigger[DEVICE_IRQS_MAX];
	uint32_t n_irqs; /* above DEVICE_IRQS_MAX: too many */
};

/*
 * Read the node's reg and interrupts, or interrupts-extended.
 * -EINVAL: they do not fit the cells that their parents ask for.
 */
int device_regs_read(const struct tree *t, int node, struct device_regs *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* The node's interrupt parent, as Linux's of_irq_find_parent() finds it; -1: none. */
int device_interrupt_parent(const struct tree *t, int node) __attribute__((nonnull));

/*
 * A draft of a profile for devices of a board: what must be passed with them.
 *
 * No tree says which devices do DMA, or what a driver can do without, so the user must look
 * at the draft.  Where that is not known, a device does DMA: it gets a stream id.
 */

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
	/* each device after its clock gates and what else it needs; the mailbox is last */
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

/* Free it; a zeroed one is allowed. */
void draft_free(struct draft *d) __attribute__((nonnull));

#endif
