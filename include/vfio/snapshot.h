/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot - the devices of a profile as sysfs shows them at one moment.
 *
 * Reads below the root directory, changes nothing.  Needs no privileges.
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
#define PATH_IOMMUS "sys/class/iommu"
#define PATH_RESET_REQUIRED "sys/module/vfio_platform/parameters/reset_required"

#define VFIO_DRIVER "vfio-platform" /* as the driver calls itself */
#define VFIO_MODULE "vfio_platform" /* as its module is called */

#define OVERRIDE_SIZE 256 /* bytes of a driver_override, with its NUL */

#define SNAPSHOT_MEMBERS_MAX 32
#define GROUP_NONE (-1)

/* A device of the profile. */
struct device {
	const char *wanted;	      /* the name of its node in the profile, borrowed */
	char name[NAME_SIZE];	      /* in sysfs; "": there is no such device */
	char node[PATH_SIZE];	      /* its node's path */
	char driver[NAME_SIZE];	      /* "": none */
	char override[OVERRIDE_SIZE]; /* "": none */
	int group;		      /* IOMMU group's number, or GROUP_NONE */
	bool has_group_device;	      /* /dev/vfio/<group> is seen */

	/* by snapshot_read_causes(), false before: properties of its node */
	bool has_compatible, has_iommus;
};

/* A member of an IOMMU group that a device of the profile is in; that device is one too. */
struct member {
	char name[NAME_SIZE];
	char driver[NAME_SIZE]; /* "": none */
	int group;		/* GROUP_NONE: predicted, the kernel has not created it yet */
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

	/* by snapshot_read_causes(), false before: the SMMU's driver works, or may work */
	bool has_iommu;
	int iommu_err; /* negative errno: why that is not known, or that there is none */
};

/* Is it the error of something that is not there?  After any other, that is unknown. */
bool error_is_absent(int err);

/*
 * Does reading a board end with this error?  It is one of the process or of the hardware,
 * and not of one file: nothing may be concluded from it.
 */
bool error_is_fatal(int err);

/*
 * Read all devices of the profile, which must outlive the snapshot.  A device that does
 * not exist is no fault: its name is "".
 * -EINVAL: a name, such as a driver's, that no kernel gives; -E2BIG: more members than fit;
 * -ENAMETOOLONG: a name or an override; else what reading returned.
 */
int snapshot_take(const struct sysroot *s, const struct profile *p, struct snapshot *out,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Read driver, override, group and group device of device i again. */
int snapshot_refresh(const struct sysroot *s, struct snapshot *snap, size_t i, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Read has_driver and reset again. */
int snapshot_driver(const struct sysroot *s, struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Add the device of the node at path as a member of a group that the kernel has not
 * created yet.  Without effect if it has no device, or one of the profile.  Errors as
 * above.
 */
int snapshot_add_predicted(const struct sysroot *s, struct snapshot *snap, const char *path,
			   struct fault *f) __attribute__((nonnull, warn_unused_result));

/* The device of the profile with this name in sysfs; NULL: none. */
const struct device *device_named(const struct snapshot *snap, const char *name)
	__attribute__((nonnull));

/* Is the device there and bound to vfio-platform? */
bool device_is_bound(const struct device *d) __attribute__((nonnull));

/* How many devices are bound to vfio-platform. */
size_t devices_bound(const struct snapshot *snap) __attribute__((nonnull));

/* Is a passed mailbox bound, through which the firmware can be asked? */
bool devices_have_mailbox(const struct snapshot *snap) __attribute__((nonnull));

/*
 * Is device i the first one of its group?  For doing something once for each group: a
 * device without a group is none.
 */
bool device_is_first_of_group(const struct snapshot *snap, size_t i) __attribute__((nonnull));

/* Write the path of the group device to buf, which has PATH_SIZE bytes; returns buf. */
const char *group_device_path(int group, char *buf) __attribute__((nonnull));

/*
 * Read what explain_bind() needs besides: has_iommu of the host, has_compatible and
 * has_iommus of each device.  Errors as above.
 */
int snapshot_read_causes(const struct sysroot *s, struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
