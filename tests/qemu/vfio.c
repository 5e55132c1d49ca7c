/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vfio - enough of VFIO to start QEMU with -device vfio-platform on any machine.
 *
 * Loaded into QEMU with LD_PRELOAD.  It emulates /dev/vfio/vfio, every group under
 * /dev/vfio, and the platform devices that VFIO_DEVICES describes: their names, numbers
 * of interrupts and sizes of regions in bytes,
 *
 *	fec:4:0x10000;mu:1:0x10000;timer:1;bridge:0:0x1000,0x200000
 *
 * If VFIO_SYSFS names a folder, it is the host's /sys/bus/platform/devices.
 *
 * The registers of a device are memory with zeroes, there are no interrupts, and DMA
 * mappings are accepted and ignored.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS_MAX 1024	/* file descriptors that can be a device */
#define REGION_SHIFT 40 /* region i starts at i << 40 of the device, as in the kernel */
#define REGIONS_MAX 64
#define PAGE 4096

/* Of each file descriptor the device's description, after its name. */
static const char *device_of[FDS_MAX];

/* The description of the device with this name; NULL: there is none. */
static const char *find_device(const char *name)
{
	const char *d = getenv("VFIO_DEVICES");
	size_t len = strlen(name);

	for (; d; d = strchr(d, ';')) {
		d += *d == ';';
		if (!strncmp(d, name, len) && d[len] == ':')
			return d + len + 1;
	}
	return NULL;
}

/* The sizes of a described device's regions; returns their number. */
static unsigned int region_sizes(const char *d, unsigned long long sizes[REGIONS_MAX])
{
	unsigned int n = 0;
	char *end;

	strtoul(d, &end, 0);
	while ((*end == ':' || *end == ',') && n < REGIONS_MAX)
		sizes[n++] = strtoull(end + 1, &end, 0);
	return n;
}

static int fail(int code)
{
	errno = code;
	return -1;
}

/* A device is a sparse file: QEMU reads, writes and maps its regions there. */
static int open_device(const char *name)
{
	const char *d = find_device(name);
	int fd = d ? memfd_create(name, MFD_CLOEXEC) : fail(ENODEV);

	if (fd < 0)
		return fd;
	if (fd >= FDS_MAX || ftruncate(fd, (off_t)REGIONS_MAX << REGION_SHIFT)) {
		close(fd);
		return fail(EMFILE);
	}
	device_of[fd] = d;
	return fd;
}

static int device_info(const char *d, struct vfio_device_info *info)
{
	unsigned long long sizes[REGIONS_MAX];

	info->flags = VFIO_DEVICE_FLAGS_PLATFORM;
	info->num_irqs = strtoul(d, NULL, 0);
	info->num_regions = region_sizes(d, sizes);
	return 0;
}

static int region_info(const char *d, struct vfio_region_info *info)
{
	unsigned long long sizes[REGIONS_MAX];

	if (info->index >= region_sizes(d, sizes))
		return fail(EINVAL);
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	info->size = sizes[info->index];
	info->offset = (unsigned long long)info->index << REGION_SHIFT;
	if (info->size && info->size % PAGE == 0)
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	return 0;
}

static int irq_info(const char *d, struct vfio_irq_info *info)
{
	if (info->index >= strtoul(d, NULL, 0))
		return fail(EINVAL);
	info->flags =
		VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	info->count = 1;
	return 0;
}

static int device_ioctl(const char *d, unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_DEVICE_GET_INFO:
		return device_info(d, arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return region_info(d, arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return irq_info(d, arg);
	case VFIO_DEVICE_SET_IRQS:
		return 0;
	}
	return fail(ENOTTY);
}

/* The group and the container, whose requests have different numbers. */
static int group_ioctl(unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_GET_API_VERSION:
		return VFIO_API_VERSION;
	case VFIO_CHECK_EXTENSION:
		return (unsigned long)arg == VFIO_TYPE1v2_IOMMU;
	case VFIO_GROUP_GET_STATUS:
		((struct vfio_group_status *)arg)->flags = VFIO_GROUP_FLAGS_VIABLE;
		return 0;
	case VFIO_IOMMU_GET_INFO:
		((struct vfio_iommu_type1_info *)arg)->flags = VFIO_IOMMU_INFO_PGSIZES;
		((struct vfio_iommu_type1_info *)arg)->iova_pgsizes = PAGE;
		return 0;
	case VFIO_GROUP_SET_CONTAINER:
	case VFIO_GROUP_UNSET_CONTAINER:
	case VFIO_SET_IOMMU:
	case VFIO_IOMMU_MAP_DMA:
	case VFIO_IOMMU_UNMAP_DMA:
		return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		return open_device(arg);
	}
	return fail(ENOTTY);
}

/* The C library's function of that name. */
static void *next(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) = next("ioctl");
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);

	if (_IOC_TYPE(request) != VFIO_TYPE)
		return real(fd, request, arg);
	if (fd >= 0 && fd < FDS_MAX && device_of[fd])
		return device_ioctl(device_of[fd], request, arg);
	return group_ioctl(request, arg);
}

/* The path with VFIO_SYSFS as the devices' folder; other paths are unchanged. */
static const char *redirect(const char *path, char buf[static PATH_MAX])
{
	static const char devices[] = "/sys/bus/platform/devices/";
	const char *folder = getenv("VFIO_SYSFS");

	if (!folder || strncmp(path, devices, strlen(devices)))
		return path;
	snprintf(buf, PATH_MAX, "%s/%s", folder, path + strlen(devices));
	return buf;
}

static int open_path(int (*real)(const char *, int, ...), const char *path, int flags,
		     va_list ap)
{
	char buf[PATH_MAX];

	path = redirect(path, buf);
	if (!strncmp(path, "/dev/vfio/", strlen("/dev/vfio/")))
		path = "/dev/null";
	return real(path, flags, flags & O_CREAT ? va_arg(ap, mode_t) : 0);
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int fd;

	va_start(ap, flags);
	fd = open_path(next("open"), path, flags, ap);
	va_end(ap);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	va_list ap;
	int fd;

	va_start(ap, flags);
	fd = open_path(next("open64"), path, flags, ap);
	va_end(ap);
	return fd;
}

int stat64(const char *path, struct stat64 *out)
{
	int (*real)(const char *, struct stat64 *) = next("stat64");
	char buf[PATH_MAX];

	return real(redirect(path, buf), out);
}

ssize_t readlink(const char *path, char *out, size_t size)
{
	ssize_t (*real)(const char *, char *, size_t) = next("readlink");
	char buf[PATH_MAX];

	return real(redirect(path, buf), out, size);
}
