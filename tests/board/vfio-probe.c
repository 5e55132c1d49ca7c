/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vfio-probe [--hold] GROUP DEVICE... - what a machine emulator would do first.
 *
 * Attaches the IOMMU group to a type1 container, opens each device, and prints one line
 * for it: its counts of regions and interrupts and the first word of its first region,
 * read through a mapping.  With --hold it then keeps everything open until it is killed.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int attach_group(const char *number)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int container, group;
	char path[64];

	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0)
		err(1, "/dev/vfio/vfio");
	snprintf(path, sizeof(path), "/dev/vfio/%s", number);
	group = open(path, O_RDWR);
	if (group < 0)
		err(1, "%s", path);
	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status))
		err(1, "%s: status", path);
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		errx(1, "%s is not viable", path);
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		err(1, "%s: set container", path);
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		err(1, "%s: set iommu", path);
	return group;
}

static uint32_t first_word(int device, const char *name)
{
	struct vfio_region_info region = { .argsz = sizeof(region), .index = 0 };
	volatile uint32_t *map;

	if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &region))
		err(1, "%s: region 0", name);
	map = mmap(NULL, region.size, PROT_READ, MAP_SHARED, device, (off_t)region.offset);
	if (map == MAP_FAILED)
		err(1, "%s: map region 0", name);
	return *map;
}

static void print_device(int group, const char *name)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);

	if (device < 0)
		err(1, "%s", name);
	if (ioctl(device, VFIO_DEVICE_GET_INFO, &info))
		err(1, "%s: info", name);
	printf("%s regions %u irqs %u word %08x\n", name, info.num_regions, info.num_irqs,
	       first_word(device, name));
}

int main(int argc, char **argv)
{
	int hold = argc > 1 && !strcmp(argv[1], "--hold");
	int group;

	argv += hold;
	argc -= hold;
	if (argc < 3)
		errx(2, "usage: vfio-probe [--hold] GROUP DEVICE...");
	group = attach_group(argv[1]);
	for (int i = 2; i < argc; i++)
		print_device(group, argv[i]);
	fflush(stdout);
	if (hold)
		pause();
	return 0;
}
