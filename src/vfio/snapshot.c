/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "vfio/snapshot.h"

bool error_is_absent(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

bool error_is_fatal(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -EIO;
}

const struct device *device_named(const struct snapshot *snap, const char *name)
{
	for (size_t i = 0; i < snap->n_devices; i++) {
		if (!strcmp(snap->devices[i].name, name))
			return &snap->devices[i];
	}
	return NULL;
}

bool device_is_bound(const struct device *d)
{
	return !strcmp(d->driver, VFIO_DRIVER);
}

size_t devices_bound(const struct snapshot *snap)
{
	size_t n = 0;

	for (size_t i = 0; i < snap->n_devices; i++)
		n += device_is_bound(&snap->devices[i]);
	return n;
}

bool devices_have_mailbox(const struct snapshot *snap)
{
	for (size_t i = 0; i < snap->n_devices; i++) {
		if (snap->profile->pass[i].is_mailbox && device_is_bound(&snap->devices[i]))
			return true;
	}
	return false;
}

bool device_is_first_of_group(const struct snapshot *snap, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (snap->devices[k].group == snap->devices[i].group)
			return false;
	}
	return snap->devices[i].group != GROUP_NONE;
}

const char *group_device_path(int group, char *buf)
{
	return path_format(buf, "dev/vfio/%d", group);
}
