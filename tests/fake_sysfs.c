/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_sysfs.h"
#include "vfio/run.h"
#include "vfio/snapshot.h"
#include "vfio/group_device.h"

struct fake fake;

static int due(int count, int when)
{
	return when && (count == when || (fake.fail_on && count > when)) ? -fake.fail_err : 0;
}

static int called(void)
{
	if (fake.calls + 1 == fake.vanish_call)
		fake.devices[fake.rival] = (struct fake_device){ .gone = true };
	return due(++fake.calls, fake.fail_call);
}

static int written(void)
{
	int ret = due(++fake.writes, fake.fail_write);

	if (fake.writes == fake.signal_write)
		raise(fake.signal ? fake.signal : SIGTERM);
	return ret ? ret : called();
}

/* After a write that had its effect. */
static int done(void)
{
	if (fake.writes == fake.steal_write) {
		struct fake_device *d = &fake.devices[fake.rival];

		strcpy(d->driver, d->match);
		d->in_group = !d->gone;
	}
	if (fake.writes == fake.kill_write)
		longjmp(fake.killed, 1);
	return 0;
}

static struct fake_device *find(const char *name)
{
	for (size_t i = 0; i < fake.n; i++) {
		if (!fake.devices[i].gone && !strcmp(fake.devices[i].name, name))
			return &fake.devices[i];
	}
	return NULL;
}

static bool has_group_device(void)
{
	for (size_t i = 0; i < fake.n; i++) {
		if (!strcmp(fake.devices[i].driver, VFIO_DRIVER))
			return !fake.no_node;
	}
	return false;
}

/* Split "sys/bus/platform/devices/NAME/REST". */
static struct fake_device *device_path(const char *path, char rest[static NAME_SIZE])
{
	char name[NAME_SIZE];

	if (sscanf(path, "sys/bus/platform/devices/%127[^/]/%127s", name, rest) != 2)
		return NULL;
	return find(name);
}

static bool is_node_path(const char *path)
{
	int group;

	return sscanf(path, "dev/vfio/%d", &group) == 1 && group == FAKE_GROUP;
}

int sysroot_open(const char *path, struct sysroot *out, struct fault *f)
{
	(void)path, (void)f;
	*out = (struct sysroot){ .root = -1, .live = fake.live };
	return 0;
}

void sysroot_close(struct sysroot *s)
{
	(void)s;
}

int sysroot_read(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	char rest[NAME_SIZE];
	struct fake_device *d = device_path(path, rest);
	const char *text = NULL;
	int ret = called();

	(void)s;
	if (ret)
		return ret;
	if (d && !strcmp(rest, "driver_override") && fake.long_override)
		return -ENAMETOOLONG;
	if (d && !strcmp(rest, "driver_override"))
		text = *d->override ? d->override : "(null)";
	else if (!strcmp(path, "sys/module/vfio_platform/parameters/reset_required") &&
		 fake.loaded && !fake.no_parameter)
		text = fake.reset_required ? "Y" : "N";
	else if (!strcmp(path, "proc/77/comm"))
		text = "qemu-system-aar";
	if (!text)
		return -ENOENT;
	return snprintf(buf, size, "%s", text) < (int)size ? 0 : -ENAMETOOLONG;
}

static int answer(char *buf, size_t size, const char *prefix, const char *name)
{
	if (!*name)
		return -ENOENT;
	snprintf(buf, size, "%s%s", prefix, name);
	return 0;
}

int sysroot_link(const struct sysroot *s, const char *path, char *buf, size_t size)
{
	char rest[NAME_SIZE], name[NAME_SIZE];
	struct fake_device *d = device_path(path, rest);
	int ret = called(), group;

	(void)s;
	if (ret)
		return ret;
	if (sscanf(path, "sys/kernel/iommu_groups/%d/devices/%127[^/]/driver", &group, name) ==
	    2) {
		d = find(name);
		strcpy(rest, "driver");
	}
	if (!d)
		return -ENOENT;
	if (!strcmp(rest, "of_node"))
		return answer(buf, size, *d->node ? "../../../firmware/devicetree/base" : "",
			      d->node);
	if (!strcmp(rest, "driver") && fake.link_driver) {
		snprintf(buf, size, "../../../bus/platform/drivers/%s", fake.link_driver);
		return 0;
	}
	if (!strcmp(rest, "driver"))
		return answer(buf, size, *d->driver ? "../../../bus/platform/drivers/" : "",
			      d->driver);
	if (strcmp(rest, "iommu_group") || !d->in_group)
		return -ENOENT;
	if (fake.group)
		return answer(buf, size, "../../../kernel/iommu_groups/", fake.group);
	snprintf(buf, size, "../../../kernel/iommu_groups/%d", FAKE_GROUP);
	return 0;
}

/* The names of all devices, or of those in the group, as sysroot_list() has them. */
static void list_devices(FILE *out, bool group)
{
	for (size_t i = 0; i < fake.n; i++) {
		if (!fake.devices[i].gone && (!group || fake.devices[i].in_group))
			fwrite(fake.devices[i].name, 1, strlen(fake.devices[i].name) + 1, out);
	}
}

static int list(const char *path, FILE *out)
{
	static const char pids[] = "1\0"
				   "77\0"
				   "self";
	static const char files[] = "0\0"
				    "23";

	if (!strcmp(path, "sys/bus/platform/devices"))
		list_devices(out, false);
	else if (!strcmp(path, "sys/kernel/iommu_groups/5/devices"))
		list_devices(out, true);
	else if (!strcmp(path, "sys/class/iommu"))
		fputs(fake.no_smmu ? "" : "smmu.0x0000000051400000", out);
	else if (!strcmp(path, "proc"))
		fwrite(pids, 1, sizeof(pids), out);
	else if (!strcmp(path, "proc/77/fd"))
		fwrite(files, 1, sizeof(files), out);
	else
		return strcmp(path, "proc/1/fd") ? -ENOENT : -EACCES;
	/* an end in any case, besides the one of the stream */
	putc('\0', out);
	return 0;
}

int sysroot_list(const struct sysroot *s, const char *path, char **names)
{
	int ret = called();
	size_t size;
	FILE *out;

	(void)s;
	*names = NULL;
	if (ret)
		return ret;
	out = open_memstream(names, &size);
	ret = list(path, out);
	fclose(out);
	if (ret) {
		free(*names);
		*names = NULL;
	}
	return ret;
}

static bool exists(const char *path)
{
	char rest[NAME_SIZE];
	const struct fake_device *d = device_path(path, rest);

	if (!strcmp(path, "sys/bus/platform/drivers/" VFIO_DRIVER))
		return fake.loaded;
	if (is_node_path(path))
		return has_group_device();
	if (!strcmp(path, "proc/77/fd/23"))
		return fake.held && !fake.hidden;
	if (!strcmp(path, "proc/77/fd/0"))
		return true;
	if (!d)
		return false;
	if (!strcmp(rest, "iommu_group"))
		return d->in_group;
	if (!strcmp(rest, "of_node/iommus"))
		return !d->no_iommus;
	return !strcmp(rest, "of_node/compatible") && !d->no_compatible;
}

int sysroot_exists(const struct sysroot *s, const char *path)
{
	int ret = called();

	(void)s;
	return ret || exists(path) ? ret : -ENOENT;
}

int sysroot_stat(const struct sysroot *s, const char *path, struct stat *out)
{
	int ret = called();

	(void)s;
	if (ret)
		return ret;
	if (!exists(path))
		return -ENOENT;
	*out = (struct stat){ .st_mode = S_IFREG, .st_uid = fake.owner };
	if (is_node_path(path) || !strncmp(path, "proc/", 5)) {
		out->st_mode = S_IFCHR;
		out->st_rdev = strcmp(path, "proc/77/fd/0") ? 0xf105 : 0x0103;
	}
	return 0;
}

static int try_probe(struct fake_device *d, const char *driver)
{
	bool vfio = !strcmp(driver, VFIO_DRIVER);

	if (!d->no_iommus && !fake.no_smmu)
		d->in_group = true;
	if (d->probe_err)
		return -d->probe_err;
	if (vfio && d->no_compatible)
		return -EINVAL;
	if (vfio && (fake.reset_required || fake.kernel == FAKE_6_1))
		return -ENOENT;
	if (vfio && (!d->in_group || (d->not_coherent && fake.kernel != FAKE_5_10)))
		return -EINVAL;
	if (!vfio && d->in_group && fake.held)
		return -EBUSY;
	strcpy(d->driver, driver);
	return 0;
}

static int write_bind(struct fake_device *d, const char *driver)
{
	int ret;

	if (!strcmp(driver, VFIO_DRIVER) && !fake.loaded)
		return -ENOENT;
	if (!d || strcmp(*d->override ? d->override : d->match, driver))
		return -ENODEV;
	ret = *d->driver ? -EBUSY : try_probe(d, driver);
	return ret && fake.kernel == FAKE_5_10 ? -ENODEV : ret;
}

static int write_unbind(struct fake_device *d, const char *driver)
{
	if (!d || strcmp(d->driver, driver))
		return -ENODEV;
	if (!strcmp(driver, VFIO_DRIVER) && fake.held)
		fake.blocked = true;
	d->driver[0] = '\0';
	return 0;
}

static int effect(const char *path, const char *text)
{
	char rest[NAME_SIZE], driver[NAME_SIZE];
	struct fake_device *d = device_path(path, rest);

	if (d && !strcmp(rest, "driver_override")) {
		strcpy(d->override, text);
		return 0;
	}
	d = find(text);
	if (!strcmp(path, "sys/bus/platform/drivers_probe")) {
		if (d && !*d->driver && *d->match && !*d->override)
			(void)!try_probe(d, d->match);
		return d ? 0 : -ENODEV;
	}
	if (sscanf(path, "sys/bus/platform/drivers/%127[^/]/%127s", driver, rest) != 2)
		return -ENOENT;
	return strcmp(rest, "bind") ? write_unbind(d, driver) : write_bind(d, driver);
}

int sysroot_write(const struct sysroot *s, const char *path, const char *text)
{
	int ret = written();

	(void)s;
	if (ret == 0)
		ret = effect(path, text);
	return ret ? ret : done();
}

int sysroot_try_open(const struct sysroot *s, const char *path)
{
	int ret = called();

	(void)s;
	if (ret)
		return ret;
	if (!is_node_path(path) || !has_group_device())
		return -ENOENT;
	return fake.held ? -EBUSY : 0;
}

int sysroot_chown(const struct sysroot *s, const char *path, uid_t user, gid_t group)
{
	int ret = written();

	(void)s, (void)group;
	if (ret)
		return ret;
	if (!is_node_path(path) || !has_group_device())
		return -ENOENT;
	fake.owner = user;
	return done();
}

int modules_load(const char *name, const char *options, struct modules *inserted,
		 struct fault *f)
{
	int ret = written();

	inserted->n = 0;
	if (ret == 0 && (fake.no_module || strcmp(name, VFIO_MODULE)))
		ret = -ENOENT;
	if (ret)
		return fault_set(f, ret, "cannot load %s: %s", name, strerror(-ret));
	fake.loaded = true;
	fake.reset_required = fake.load_ignores_option || strcmp(options, "reset_required=0");
	strcpy(inserted->name[inserted->n++], name);
	return done();
}

void modules_unload(const struct modules *inserted)
{
	if (inserted->n)
		fake.loaded = fake.reset_required = false;
}

int udev_wait(int group, unsigned int timeout_ms, const sigset_t *stop, struct fault *f)
{
	sigset_t pending;
	int ret = written();

	fake.waited_ms = timeout_ms;
	sigpending(&pending);
	for (int n = 1; ret == 0 && n < 32; n++) {
		if (sigismember(&pending, n) && sigismember(stop, n))
			ret = -EINTR;
	}
	if (ret == 0 && (group != FAKE_GROUP || !has_group_device()))
		ret = -ETIMEDOUT;
	if (ret)
		return fault_set(f, ret, "cannot wait for the group device");
	return done();
}
