/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group_device - /dev/vfio/N, which the user of an IOMMU group opens.
 *
 * Waits for udev; changes the owner of the file; reads which processes have it open.
 */
#ifndef IMXPT_VFIO_GROUP_DEVICE_H
#define IMXPT_VFIO_GROUP_DEVICE_H

#include <signal.h>
#include <sys/types.h>

#include "base/fault.h"
#include "base/sysroot.h"
#include "vfio/snapshot.h"

/* Who gets the group devices; -1: the owner stays. */
struct owner {
	uid_t user;
	gid_t group;
};

#define OWNER_STAYS ((struct owner){ (uid_t)-1, (gid_t)-1 })

/* How long to wait for a group device, and which blocked signals end the wait. */
struct wait_options {
	unsigned int timeout_ms;
	sigset_t stop;
};

/*
 * Wait for the device file of each group that the devices are in (not in a recording),
 * and give it to owner.  A file that owner has already is not touched.  old gets, for the
 * first device of each group whose file got another owner, the owner before; else it is
 * unchanged.
 * -ETIMEDOUT: there was none in time; -EINTR: a signal is pending.
 */
int group_devices_settle(const struct sysroot *s, const struct snapshot *snap,
			 const struct wait_options *wait, const struct owner *owner,
			 struct owner old[static PROFILE_PASS_MAX], struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Give the files of snap's groups back to these owners.  A file that is not there, as after
 * the last device of its group has left VFIO, is no error.
 * -EIO: the text names the last one that failed.
 */
int group_devices_give_back(const struct sysroot *s, const struct snapshot *snap,
			    const struct owner old[static PROFILE_PASS_MAX], struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Is any group with a device that is bound to vfio-platform in use?  Then
 * unbinding that device would block until the user closes it.
 *
 * VFIO lets one process open a group (drivers/vfio/group.c,
 * vfio_group_fops_open()), and a process with a device open has its group open.
 * -EBUSY: in use; the text names the processes that can be seen.  After another error that
 * is not known.
 */
int group_check_users(const struct sysroot *s, const struct snapshot *snap, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Is text a number below UINT_MAX, "unchanged" to chown(2)?  It is stored in *out. */
bool user_is_number(const char *text, unsigned int *out) __attribute__((nonnull));

/*
 * Find a user by name or number; the text of a fault begins with option.
 * -EINVAL: there is none; else why the name cannot be looked up.
 */
int user_find(const char *option, const char *name, uid_t *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#define OWNER_MAX 512 /* characters of what owner_find() accepts */

/*
 * Find "USER", "USER:GROUP" or ":GROUP", each by name or by number, for --owner.  The
 * one that is missing is -1.
 * -EINVAL: there is no such user or group, or it is a name and s a recording; else why a
 * name cannot be looked up.
 */
int owner_find(const struct sysroot *s, const char *text, struct owner *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Wait until /dev/vfio/<group> exists and udev, where it runs, has set its owner and
 * mode.  A signal of the set stop, which the caller has blocked,
 * ends the wait and stays pending.
 * -ETIMEDOUT: it did not exist in time; -EINTR: a signal is pending.
 */
int udev_wait(int group, unsigned int timeout_ms, const sigset_t *stop, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
