/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device - the devices of a profile as they were at one moment.
 *
 * Room vfio: pure.  snapshot_take() fills it in, step.h plans from it.
 */
#ifndef IMXPT_VFIO_DEVICE_H
#define IMXPT_VFIO_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "profile/profile.h"
#include "vfio/path.h"

#define VFIO_DRIVER "vfio-platform" /* as the driver calls itself */
#define VFIO_MODULE "vfio_platform" /* as its module is called */

#define SNAPSHOT_MEMBERS_MAX 64
#define GROUP_NONE (-1)

/* A device of the profile. */
struct device {
	const char *wanted;	  /* its node's name in the profile, borrowed */
	char name[NAME_SIZE];	  /* in sysfs; "": there is no such device */
	char node[PATH_SIZE];	  /* its node's path */
	char driver[NAME_SIZE];	  /* "": none */
	char override[NAME_SIZE]; /* "": none */
	int group;		  /* IOMMU group's number, or GROUP_NONE */
	bool has_group_node;	  /* /dev/vfio/<group> is there */
};

/* A device that shares a group with one of the profile's, which is one itself. */
struct member {
	char name[NAME_SIZE];
	char driver[NAME_SIZE]; /* "": none */
	int group;		/* GROUP_NONE: foretold, the kernel has not made it yet */
};

enum reset_required {
	RESET_UNKNOWN, /* the module is not loaded */
	RESET_NOT_REQUIRED,
	RESET_REQUIRED, /* devices without a reset driver are refused */
};

struct snapshot {
	const struct profile *profile;		 /* borrowed */
	struct device devices[PROFILE_PASS_MAX]; /* in the profile's order */
	size_t n_devices;
	struct member members[SNAPSHOT_MEMBERS_MAX];
	size_t n_members;
	bool has_driver; /* vfio-platform is there, loaded or built in */
	enum reset_required reset;
};

/* The device of the profile that has this name in sysfs; NULL: none. */
const struct device *device_named(const struct snapshot *snap, const char *name)
	__attribute__((nonnull));

/* Is the device there and bound to vfio-platform? */
bool device_is_bound(const struct device *d) __attribute__((nonnull));

/* How many of the devices are. */
size_t devices_bound(const struct snapshot *snap) __attribute__((nonnull));

/*
 * Is device i the first one of its group?  Of the devices without a group none
 * is.  For doing something once a group.
 */
bool device_opens_group(const struct snapshot *snap, size_t i) __attribute__((nonnull));

/* Write the path of the group's node, from the root directory, to buf and return buf. */
const char *group_node(int group, char *buf) __attribute__((nonnull));

#endif
