/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scfw/firmware.h"

#define CONTAINER "dev/vfio/vfio"

static int open_file(const struct sysroot *s, const char *path, int *out, struct fault *f)
{
	int fd = sysroot_open_device(s, path);

	if (fd == -EBUSY) {
		fault_set(f, fd, "/%s is in use", path);
		return fault_fix(f,
				 "stop the virtual machine that has it, and run this again");
	}
	if (fd < 0)
		return fault_set(f, fd, "cannot open /%s: %s", path, strerror(-fd));
	*out = fd;
	return 0;
}

static int attach(const struct registers *r, const char *path, struct fault *f)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };

	if (ioctl(r->group, VFIO_GROUP_GET_STATUS, &status))
		return fault_set(f, -errno, "/%s: %s", path, strerror(errno));
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		fault_set(f, -ENODEV, "/%s: not all members of the group are bound to VFIO",
			  path);
		return fault_fix(f, "run 'imxpt bind'");
	}
	if (ioctl(r->group, VFIO_GROUP_SET_CONTAINER, &r->container) == 0 &&
	    ioctl(r->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) == 0)
		return 0;
	fault_set(f, -errno, "/%s: cannot attach the group to an IOMMU: %s", path,
		  strerror(errno));
	return fault_fix(f, "'imxpt check' names what is missing");
}

int registers_open(const struct sysroot *s, const struct device *d, struct registers *out,
		   struct fault *f)
{
	char path[PATH_SIZE];
	int ret;

	*out = (struct registers){ .container = -1, .group = -1, .device = -1 };
	group_device_path(d->group, path);
	ret = open_file(s, CONTAINER, &out->container, f) ?:
		      open_file(s, path, &out->group, f)  ?:
							    attach(out, path, f);
	if (ret)
		return ret;
	out->device = ioctl(out->group, VFIO_GROUP_GET_DEVICE_FD, d->name);
	if (out->device < 0)
		return fault_set(f, -errno, "%s: VFIO cannot open it: %s", d->name,
				 strerror(errno));
	return 0;
}

int registers_map(struct registers *r, struct fault *f)
{
	struct vfio_region_info region = { .argsz = sizeof(region) };
	void *map;

	if (ioctl(r->device, VFIO_DEVICE_GET_REGION_INFO, &region))
		return fault_set(f, -errno, "the mailbox's registers: %s", strerror(errno));
	if (!(region.flags & VFIO_REGION_INFO_FLAG_MMAP) || region.size <= MU_CR)
		return fault_set(f, -ENOTSUP,
				 "the mailbox's registers cannot be mapped: VFIO has %llu "
				 "bytes of them, flags 0x%x",
				 (unsigned long long)region.size, region.flags);
	map = mmap(NULL, region.size, PROT_READ | PROT_WRITE, MAP_SHARED, r->device,
		   (off_t)region.offset);
	if (map == MAP_FAILED)
		return fault_set(f, -errno, "cannot map the mailbox's registers: %s",
				 strerror(errno));
	r->map = map;
	r->size = region.size;
	return 0;
}

static void close_file(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void registers_close(struct registers *r)
{
	if (r->map)
		munmap(r->map, r->size);
	r->map = NULL;
	close_file(&r->device);
	close_file(&r->group);
	close_file(&r->container);
}

uint32_t registers_read(const struct registers *r, unsigned int offset)
{
	const volatile uint32_t *words = r->map;

	return words[offset / sizeof(*words)];
}

void registers_write(const struct registers *r, unsigned int offset, uint32_t value)
{
	volatile uint32_t *words = r->map;

	words[offset / sizeof(*words)] = value;
}
