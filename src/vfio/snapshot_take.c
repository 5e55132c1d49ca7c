/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vfio/snapshot.h"

#define GROUPS "sys/kernel/iommu_groups"
#define TREE "/firmware/devicetree/base"

#define DEVICES_SIZE (128 * 1024) /* bytes of names: some 4000 platform devices */
#define MEMBERS_SIZE (8 * 1024)

static int cannot_read(struct fault *f, int err, const char *path)
{
	return fault_set(f, err, "cannot read /%s: %s", path, strerror(-err));
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The last part of where a link points to; "" where there is no link. */
static int read_link(const struct sysroot *s, const char *path, char name[static NAME_SIZE],
		     struct fault *f)
{
	char target[PATH_SIZE];
	int ret = sysroot_link(s, path, target, sizeof(target));

	name[0] = '\0';
	if (ret == -ENOENT)
		return 0;
	if (ret == 0 && strlen(last_part(target)) >= NAME_SIZE)
		ret = -ENAMETOOLONG;
	if (ret)
		return cannot_read(f, ret, path);
	strcpy(name, last_part(target));
	return 0;
}

/* The path of a device's node; "" where it has none. */
static int read_node(const struct sysroot *s, const char *name, char node[static PATH_SIZE],
		     struct fault *f)
{
	char path[PATH_SIZE];
	const char *base;
	int ret = sysroot_link(s, path_format(path, PATH_DEVICES "/%s/of_node", name), node,
			       PATH_SIZE);

	/* ENOTDIR, EINVAL: not a device or not a link at all, in a damaged recording */
	if (ret) {
		node[0] = '\0';
		return ret == -ENOENT ? 0 : cannot_read(f, ret, path);
	}
	base = strstr(node, TREE "/");
	if (base)
		memmove(node, base + strlen(TREE), strlen(base + strlen(TREE)) + 1);
	return 0;
}

/* Is the node at path the wanted one?  A wanted path is compared whole. */
static bool is_node(const char *path, const char *wanted)
{
	return !strcmp(*wanted == '/' ? path : last_part(path), wanted);
}

static bool has_address_of(const char *path, const char *wanted)
{
	const char *a = strchr(last_part(path), '@');
	const char *b = strchr(wanted, '@');

	return *wanted != '/' && a && b && !strcmp(a, b);
}

/* Look at every platform device: a name may differ from what its node suggests. */
static int scan(const struct sysroot *s, const char *wanted, char *name, char *node,
		struct fault *f)
{
	char names[DEVICES_SIZE], path[PATH_SIZE];
	const char *near = NULL;
	int ret = sysroot_list(s, PATH_DEVICES, names, sizeof(names));

	if (ret && ret != -ENOENT)
		return cannot_read(f, ret, PATH_DEVICES);
	if (ret)
		names[0] = '\0';
	for (const char *n = names; *n; n += strlen(n) + 1) {
		ret = read_node(s, n, path, f);
		if (ret)
			return ret;
		/* a node of another name at the address is taken if none has the name */
		if (*path && strlen(n) < NAME_SIZE &&
		    (is_node(path, wanted) || (!near && has_address_of(path, wanted)))) {
			near = n;
			strcpy(node, path);
		}
		if (*path && is_node(path, wanted))
			break;
	}
	if (near)
		strcpy(name, near);
	return 0;
}

/*
 * The device of a node: "ethernet@5b040000" is most often "5b040000.ethernet"
 * (drivers/of/platform.c, of_device_make_bus_id()), but that name is a guess
 * until its of_node says so.
 */
static int find(const struct sysroot *s, const char *wanted, char name[static NAME_SIZE],
		char node[static PATH_SIZE], struct fault *f)
{
	const char *unit = last_part(wanted);
	const char *at = strchr(unit, '@');
	int ret;

	name[0] = node[0] = '\0';
	if (strlen(unit) + 1 > NAME_SIZE || !*unit || strstr(unit, ".."))
		return fault_set(f, -EINVAL, "%s: not the name of a device's node", wanted);
	if (at) {
		char path[PATH_SIZE];

		path_format(path, "%s.%.*s", at + 1, (int)(at - unit), unit);
		strcpy(name, path);
		ret = read_node(s, name, node, f);
		if (ret || (*node && is_node(node, wanted)))
			return ret;
	}
	name[0] = node[0] = '\0';
	return scan(s, wanted, name, node, f);
}

static int read_override(const struct sysroot *s, struct device *d, struct fault *f)
{
	char path[PATH_SIZE];
	int ret =
		sysroot_read(s, path_format(path, PATH_DEVICES "/%s/driver_override", d->name),
			     d->override, sizeof(d->override));

	if (ret)
		return cannot_read(f, ret, path);
	if (!strcmp(d->override, "(null)"))
		d->override[0] = '\0';
	return 0;
}

static int add_member(struct snapshot *snap, const char *name, int group, struct fault *f)
{
	struct member *m = &snap->members[snap->n_members];

	if (snap->n_members == SNAPSHOT_MEMBERS_MAX || strlen(name) >= NAME_SIZE)
		return fault_set(f, -E2BIG, "%s: one member too many of an IOMMU group", name);
	strcpy(m->name, name);
	m->driver[0] = '\0';
	m->group = group;
	snap->n_members++;
	return 0;
}

/* Read who is in a group, unless that is known. */
static int read_members(const struct sysroot *s, struct snapshot *snap, int group,
			struct fault *f)
{
	char names[MEMBERS_SIZE], path[PATH_SIZE];
	int ret;

	for (size_t i = 0; i < snap->n_members; i++) {
		if (snap->members[i].group == group)
			return 0;
	}
	ret = sysroot_list(s, path_format(path, GROUPS "/%d/devices", group), names,
			   sizeof(names));
	if (ret)
		return cannot_read(f, ret, path);
	for (const char *n = names; ret == 0 && *n; n += strlen(n) + 1) {
		ret = add_member(snap, n, group, f);
		if (ret)
			break;
		ret = read_link(s, path_format(path, GROUPS "/%d/devices/%s/driver", group, n),
				snap->members[snap->n_members - 1].driver, f);
	}
	return ret;
}

int snapshot_refresh(const struct sysroot *s, struct snapshot *snap, size_t i, struct fault *f)
{
	struct device *d = &snap->devices[i];
	char path[PATH_SIZE], group[NAME_SIZE], *end;
	struct stat st;
	int ret = read_link(s, path_format(path, PATH_DEVICES "/%s/driver", d->name),
			    d->driver, f);

	if (ret == 0)
		ret = read_override(s, d, f);
	if (ret == 0)
		ret = read_link(s, path_format(path, PATH_DEVICES "/%s/iommu_group", d->name),
				group, f);
	if (ret)
		return ret;
	d->group = GROUP_NONE;
	d->has_group_device = false;
	if (!*group)
		return 0;
	d->group = (int)strtol(group, &end, 10);
	if (*end || d->group < 0)
		return fault_set(f, -EINVAL, "%s: '%s' is not an IOMMU group", d->name, group);
	d->has_group_device = !sysroot_stat(s, group_device_path(d->group, path), &st);
	return read_members(s, snap, d->group, f);
}

int snapshot_driver(const struct sysroot *s, struct snapshot *snap, struct fault *f)
{
	char reset[4] = "";
	struct stat st;
	int ret = sysroot_stat(s, PATH_DRIVER, &st);

	if (ret && ret != -ENOENT)
		return cannot_read(f, ret, PATH_DRIVER);
	snap->has_driver = ret == 0;
	snap->reset = RESET_UNKNOWN;
	ret = sysroot_read(s, PATH_RESET_REQUIRED, reset, sizeof(reset));
	if (ret && ret != -ENOENT)
		return cannot_read(f, ret, PATH_RESET_REQUIRED);
	if (ret == 0)
		snap->reset = *reset == 'N' ? RESET_NOT_REQUIRED : RESET_REQUIRED;
	return 0;
}

int snapshot_take(const struct sysroot *s, const struct profile *p, struct snapshot *out,
		  struct fault *f)
{
	int ret = 0;

	memset(out, 0, sizeof(*out));
	out->profile = p;
	out->n_devices = p->n_pass;
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++) {
		struct device *d = &out->devices[i];

		d->wanted = p->pass[i].node.name;
		d->group = GROUP_NONE;
		ret = find(s, d->wanted, d->name, d->node, f);
		if (ret == 0 && *d->name)
			ret = snapshot_refresh(s, out, i, f);
	}
	return ret ? ret : snapshot_driver(s, out, f);
}

int snapshot_add_predicted(const struct sysroot *s, struct snapshot *snap, const char *path,
			   struct fault *f)
{
	char name[NAME_SIZE], node[PATH_SIZE], file[PATH_SIZE];
	int ret;

	for (size_t i = 0; i < snap->n_devices; i++) {
		if (!strcmp(snap->devices[i].node, path))
			return 0;
	}
	ret = find(s, path, name, node, f);
	if (ret || !*name)
		return ret;
	ret = add_member(snap, name, GROUP_NONE, f);
	if (ret)
		return ret;
	return read_link(s, path_format(file, PATH_DEVICES "/%s/driver", name),
			 snap->members[snap->n_members - 1].driver, f);
}

static bool has(const struct sysroot *s, const char *name, const char *what)
{
	char path[PATH_SIZE];
	struct stat st;

	return !sysroot_stat(s, path_format(path, PATH_DEVICES "/%s/%s", name, what), &st);
}

void symptoms_of_host(const struct sysroot *s, const struct snapshot *seen,
		      struct symptoms *out)
{
	char text[PATH_SIZE];

	*out = (struct symptoms){
		.has_driver = seen->has_driver,
		.reset = seen->reset,
		/* one entry for each IOMMU whose driver has registered it */
		.has_smmu = !sysroot_list(s, "sys/class/iommu", text, sizeof(text)) && *text,
	};
}

void symptoms_of_device(const struct sysroot *s, const char *name, struct symptoms *out)
{
	out->has_compatible = has(s, name, "of_node/compatible");
	out->has_iommus = has(s, name, "of_node/iommus");
	out->has_group = has(s, name, "iommu_group");
}
