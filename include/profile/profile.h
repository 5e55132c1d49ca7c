/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile - the devices that are passed through, their order, and what the guest's
 * partition gets.
 *
 * No I/O.  A profile is a device tree that dtc compiles from dts/.
 *
 * The strings and cells of a profile point into its tree's blob, which must
 * outlive it.
 */
#ifndef IMXPT_PROFILE_PROFILE_H
#define IMXPT_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "dt/tree.h"

#define PROFILE_COMPATIBLE "imxpt,profile" /* of its root */

#define PROFILE_PASS_MAX 16
#define PROFILE_DISABLE_MAX 16
#define PROFILE_GPIO_MAX 8

/* The system controller keeps 6 bits of a stream id; 0 bypasses the SMMU. */
#define PROFILE_STREAM_ID_MAX 63

/* How a profile names a node of a board's tree; profile_find() says how it is found. */
struct node_name {
	const char *label; /* "fec1" */
	const char *name;  /* "ethernet@5b040000": no '/', no "..", hex after the '@' */
};

/* A device that is passed through. */
struct pass {
	struct node_name node;
	struct strings compatible; /* one of them is the board's own node's */
	const char *alias;	   /* its name in the guest's /aliases; NULL: it needs none */
	struct strings remove;	   /* properties that are deleted besides the references */
	struct cells rsrcs;	   /* its resources that the board's tree does not name */
	bool no_dma;		   /* the profile says that it does no DMA */
	bool is_mailbox;	   /* by its compatible: it ends with "-mu" */
	bool bus_master;	   /* it does DMA, so U-Boot must set its stream id: it is
				      neither no-dma nor a mailbox nor a clock gate ("-lpcg") */
};

/* Lines of one GPIO controller. */
struct gpio_lines {
	struct node_name controller;
	struct cells lines; /* pairs: line, flags */
};

/* What the firmware assigns to the guest's partition. */
struct partition_resources {
	struct cells init_on_rsrcs, rsrcs, pads;
	struct gpio_lines gpios[PROFILE_GPIO_MAX];
	size_t n_gpios;
};

struct profile {
	const char *summary; /* one line for people */
	struct strings fits; /* the profile is for boards with one of these at the root */
	bool exact;	     /* nothing is derived from the tree: the lists are complete */

	const char *domain_node;	   /* name of the node under /domu */
	const char *domain_name;	   /* its domain_name */
	struct partition_resources domain; /* what it gets besides what is derived */

	const char *iommu; /* compatible of the SMMU */
	uint32_t stream_id, stream_mask;

	struct pass pass[PROFILE_PASS_MAX]; /* in the order of QEMU's -device options */
	size_t n_pass;

	struct node_name disable[PROFILE_DISABLE_MAX]; /* nodes that the host disables */
	size_t n_disable;

	struct strings release; /* properties that are deleted from all nodes not passed */
};

struct builtin_profile {
	const char *name;
	const void *blob;
	size_t size; /* bytes of blob */
};

/* The profiles that are built into the program, sorted by name. */
extern const struct builtin_profile builtin_profiles[];
extern const size_t n_builtin_profiles;

/* The built-in profile of that name, or formerly of that name; NULL: there is none. */
const struct builtin_profile *profile_builtin(const char *name) __attribute__((nonnull));

/*
 * Read the profile in t into *out.
 * -EINVAL: not a profile, or a node or property is missing, malformed or unknown;
 * -E2BIG: more entries than a PROFILE_*_MAX.
 */
int profile_read(const struct tree *t, struct profile *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Is text a valid node name (devicetree specification, 2.2.1), without a unit address? */
bool profile_is_name(const char *text) __attribute__((nonnull));

/*
 * Store the node of host, a board's tree, that name means in *node: the one that has the
 * label and the name's address, else the one with the name, else the one at the address.
 * -ENOENT: there is none; -ENOTUNIQ: several nodes have the name or the address.
 */
int profile_find(const struct tree *host, const struct node_name *name, int *node,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

/* As profile_find(), but it is no error if there is no such node: *node is -1. */
int profile_find_optional(const struct tree *host, const struct node_name *name, int *node,
			  struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Write the name in sysfs of a node's device to buf, as the kernel makes it from the node's
 * name, which has an '@' (drivers/of/platform.c, of_device_make_bus_id()).  Returns what
 * snprintf() does.
 */
int profile_device_name(const char *node, char *buf, size_t size)
	__attribute__((nonnull, warn_unused_result));

/*
 * Store the node of host, a board's tree, that a user names in *node: by its path, a label
 * of the tree, the name of one of p's devices, its node's name, its unit address, or both as
 * sysfs writes them ("5b040000.ethernet").
 * -ENOENT: there is none, and the fix lists the forms; -ENOTUNIQ: there are several.
 */
int profile_find_named(const struct profile *p, const struct tree *host, const char *name,
		       int *node, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
