/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile - what is handed over, to whom it fits, and in which order.
 *
 * No I/O.  Reads device trees that dtc compiles from dts/.
 *
 * The strings and cells of a profile point into its tree's blob, which must
 * outlive it.  Capacities are fixed: a domain has few devices, and a profile
 * with more is refused with -E2BIG.
 */
#ifndef IMXPT_PROFILE_PROFILE_H
#define IMXPT_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "dt/tree.h"

#define PROFILE_PASS_MAX 16
#define PROFILE_DISABLE_MAX 16
#define PROFILE_GPIO_MAX 8

/* The system controller keeps 6 bits of a stream id, and 0 means bypass. */
#define PROFILE_STREAM_ID_MAX 63

/*
 * How a profile names a node of the host's tree: found by its label where the
 * tree has symbols and the label leads to the address in the name, else by its
 * name, else by the address.
 */
struct node_name {
	const char *label; /* "fec1" */
	const char *name;  /* "ethernet@5b040000": no '/', no "..", hex behind the '@' */
};

/* A device that is handed over. */
struct pass {
	struct node_name node;
	const char *compatible; /* one of the stock node's: it is the device we mean */
	const char *alias;	/* its name in the guest's /aliases; NULL: it needs none */
	struct strings remove;	/* properties that leave the host's node */
	bool bus_master;	/* it does DMA, so U-Boot must give it its stream id */
};

/* Lines of one GPIO controller. */
struct gpio_lines {
	struct node_name controller;
	struct cells lines; /* pairs: line, flags */
};

/* What the domain node under /domu names. */
struct partition_resources {
	struct cells init_on_rsrcs, rsrcs, pads;
	struct gpio_lines gpios[PROFILE_GPIO_MAX];
	size_t n_gpios;
};

struct profile {
	const char *summary; /* one line for people */
	const char *fits;    /* a root compatible of the boards it is for */

	const char *domain_node;	       /* name of the node under /domu */
	const char *domain_name;	       /* its domain_name */
	struct partition_resources domain;     /* what works */
	struct partition_resources documented; /* what the source document has besides */

	const char *iommu; /* compatible of the SMMU */
	uint32_t stream_id, stream_mask;

	struct pass pass[PROFILE_PASS_MAX]; /* in the one order used everywhere */
	size_t n_pass;

	struct node_name disable[PROFILE_DISABLE_MAX]; /* siblings the host switches off */
	size_t n_disable;

	struct strings release; /* properties that leave every node that is not passed */
};

/* A profile that is built into the program. */
struct builtin_profile {
	const char *name;
	const void *blob;
	size_t size; /* bytes of blob */
};

/* All of them, in the order of their names. */
extern const struct builtin_profile builtin_profiles[];
extern const size_t n_builtin_profiles;

/* The built-in profile of that name; NULL: there is none. */
const struct builtin_profile *profile_builtin(const char *name) __attribute__((nonnull));

/*
 * Read the profile in t into *out.
 * -EINVAL, with the node and the property in the text: not a profile, something
 * is missing or malformed; -E2BIG: more devices than this program can hold.
 */
int profile_read(const struct tree *t, struct profile *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * The node of the host tree that is meant by name.
 * -ENOENT: there is none; -ENOTUNIQ: several nodes have that name.
 */
int profile_find(const struct tree *host, const struct node_name *name, int *node,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
