/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "vfio/nodes.h"
#include "vfio/udev.h"

static int wait_for(int group, const struct patience *patience, struct fault *f)
{
	int ret = udev_wait(group, patience->timeout_ms, &patience->stop, f);

	if (ret != -ETIMEDOUT)
		return ret;
	fault_set(f, ret, "/dev/vfio/%d did not appear within %u seconds", group,
		  patience->timeout_ms / 1000);
	return fault_fix(f,
			 "see whether the kernel has CONFIG_VFIO_GROUP, and that VFIO is not "
			 "in its no-IOMMU mode");
}

static int give(const struct sysfs *s, int group, const struct owner *owner, struct fault *f)
{
	char path[PATH_SIZE];
	struct stat st;
	int ret = sysfs_stat(s, group_node(group, path), &st);

	if (ret == 0 && (owner->user == (uid_t)-1 || owner->user == st.st_uid) &&
	    (owner->group == (gid_t)-1 || owner->group == st.st_gid))
		return 0;
	if (ret == 0)
		ret = sysfs_chown(s, path, owner->user, owner->group);
	if (ret)
		return fault_set(f, ret, "cannot change the owner of /%s: %s", path,
				 strerror(-ret));
	return 0;
}

int nodes_settle(const struct sysfs *s, const struct snapshot *snap,
		 const struct patience *patience, const struct owner *owner, struct fault *f)
{
	bool owned = owner->user != (uid_t)-1 || owner->group != (gid_t)-1;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (!device_opens_group(snap, i))
			continue;
		/* a recording has no udev, and waiting would not make a node appear */
		if (s->live)
			ret = wait_for(snap->devices[i].group, patience, f);
		if (ret == 0 && owned)
			ret = give(s, snap->devices[i].group, owner, f);
	}
	return ret;
}
