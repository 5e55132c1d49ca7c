/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot - what the kernel says about the devices of a profile at one moment.
 *
 * Reads through the sysfs door, changes nothing.  Needs no root.
 */
#ifndef IMXPT_VFIO_SNAPSHOT_H
#define IMXPT_VFIO_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sysroot.h"
#include "profile/profile.h"

#define PATH_PLATFORM "sys/bus/platform"
#define PATH_DEVICES PATH_PLATFORM "/devices"
#define PATH_DRIVER PATH_PLATFORM "/drivers/vfio-platform"
#define PATH_RESET_REQUIRED "sys/module/vfio_platform/parameters/reset_required"

#define VFIO_DRIVER "vfio-platform" /* as the driver calls itself */
#define VFIO_MODULE "vfio_platform" /* as its module is called */

#define OVERRIDE_SIZE 256 /* bytes of a driver_override, with its NUL */

#define SNAPSHOT_MEMBERS_MAX 32
#define GROUP_NONE (-1)

/* A device of the profile. */
struct device {
	const char *wanted;	      /* its node's name in the profile, borrowed */
	char name[NAME_SIZE];	      /* in sysfs; "": there is no such device */
	char node[PATH_SIZE];	      /* its node's path */
	char driver[NAME_SIZE];	      /* "": none */
	char override[OVERRIDE_SIZE]; /* "": none */
	int group;		      /* IOMMU group's number, or GROUP_NONE */
	bool has_group_device;	      /* /dev/vfio/<group> is there */

	/* by snapshot_read_causes(), false before: properties of its node */
	bool has_compatible, has_iommus;
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
	bool has_iommu; /* by snapshot_read_causes(), false before: an IOMMU's driver works */
};

/*
 * Look at all devices of the profile, which must outlive the snapshot.  A
 * device that is not there is no fault.
 * -EINVAL: a name that is none; -E2BIG: more members than fit; else what the
 * kernel says.
 */
int snapshot_take(const struct sysroot *s, const struct profile *p, struct snapshot *out,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Look again at driver, override, group and node of device i alone. */
int snapshot_refresh(const struct sysroot *s, struct snapshot *snap, size_t i, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Look again at vfio-platform alone: is it there, and how was it loaded? */
int snapshot_driver(const struct sysroot *s, struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Add the device of the node at path, if there is one that is not a device of
 * the profile, as a member of a group that the kernel has yet to make.
 */
int snapshot_add_predicted(const struct sysroot *s, struct snapshot *snap, const char *path,
			   struct fault *f) __attribute__((nonnull, warn_unused_result));

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
bool device_is_first_of_group(const struct snapshot *snap, size_t i) __attribute__((nonnull));

/* Write the path of the group's node, from the root directory, to buf and return buf. */
const char *group_device_path(int group, char *buf) __attribute__((nonnull));

/*
 * Read what explain.h needs besides: has_iommu of the host, has_compatible and has_iommus
 * of each device.  What cannot be read counts as missing.
 */
void snapshot_read_causes(const struct sysroot *s, struct snapshot *snap)
	__attribute__((nonnull));

#endif
