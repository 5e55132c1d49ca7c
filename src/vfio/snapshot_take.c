/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vfio/snapshot.h"

#define GROUPS "sys/kernel/iommu_groups"
#define TREE "/firmware/devicetree/base"

static int cannot_read(struct fault *f, int err, const char *path)
{
	fault_set(f, err, "cannot read /%s: %s", path, strerror(-err));
	return fault_fix(f, "run this command as root, or record the board again");
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Copy a name that sysfs shows at path.  A recording may have names that no kernel makes:
 * those with a slash, dots only, or a character that is not printable are rejected.
 */
static int copy_name(char out[static NAME_SIZE], const char *name, const char *path,
		     struct fault *f)
{
	if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..") ||
	    !text_is_printable(name))
		return fault_set(f, -EINVAL, "/%s: '%s' is not a valid name in sysfs", path,
				 name);
	if (strlen(name) >= NAME_SIZE)
		return fault_set(f, -ENAMETOOLONG, "/%s: '%s' is longer than %d bytes", path,
				 name, NAME_SIZE - 1);
	strcpy(out, name);
	return 0;
}

/* The last component of a link's target; "": there is no link. */
static int read_link(const struct sysroot *s, const char *path, char name[static NAME_SIZE],
		     struct fault *f)
{
	char target[PATH_MAX];
	int ret = sysroot_link(s, path, target, sizeof(target));

	name[0] = '\0';
	if (ret == -ENOENT)
		return 0;
	if (ret)
		return cannot_read(f, ret, path);
	return copy_name(name, last_part(target), path, f);
}

/* The path of a device's node; "" where it has none. */
static int read_node(const struct sysroot *s, const char *name, char node[static PATH_MAX],
		     struct fault *f)
{
	char path[PATH_SIZE];
	const char *base;
	int ret = sysroot_link(s, path_format(path, PATH_DEVICES "/%s/of_node", name), node,
			       PATH_MAX);

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

/* The result of the search for the device of a node. */
struct found {
	char name[NAME_SIZE]; /* "": none */
	char node[PATH_SIZE];
};

static int take(struct found *out, const char *name, const char *node, struct fault *f)
{
	if (strlen(node) >= sizeof(out->node))
		return fault_set(f, -ENAMETOOLONG, "%s: the path of its node is too long",
				 name);
	strcpy(out->node, node);
	return copy_name(out->name, name, PATH_DEVICES, f);
}

/*
 * Examine every platform device, since a name may differ from what its node suggests.  A
 * node of another name at the address is taken if none has the name.
 */
static int search(const struct sysroot *s, const char *wanted, const char *names,
		  struct found *out, struct fault *f)
{
	char node[PATH_MAX];

	for (const char *n = names; *n; n += strlen(n) + 1) {
		int ret = read_node(s, n, node, f);

		if (ret == 0 && *node && is_node(node, wanted))
			return take(out, n, node, f);
		if (ret == 0 && !*out->name && has_address_of(node, wanted))
			ret = take(out, n, node, f);
		if (ret)
			return ret;
	}
	return 0;
}

static int search_all(const struct sysroot *s, const char *wanted, struct found *out,
		      struct fault *f)
{
	char *names;
	int ret = sysroot_list(s, PATH_DEVICES, &names);

	if (ret)
		return ret == -ENOENT ? 0 : cannot_read(f, ret, PATH_DEVICES);
	ret = search(s, wanted, names, out, f);
	free(names);
	return ret;
}

/* The device of a node.  Its usual name is a guess until its of_node confirms it. */
static int find(const struct sysroot *s, const char *wanted, struct found *out,
		struct fault *f)
{
	const char *unit = last_part(wanted);
	char name[NAME_SIZE], node[PATH_MAX];
	int ret;

	*out = (struct found){ .name = "" };
	if (strlen(unit) >= sizeof(name) || !*unit || strstr(unit, ".."))
		return fault_set(f, -EINVAL, "%s: not the name of a device's node", wanted);
	if (!strchr(unit, '@') ||
	    profile_device_name(unit, name, sizeof(name)) >= (int)sizeof(name))
		return search_all(s, wanted, out, f);
	ret = read_node(s, name, node, f);
	if (ret)
		return ret;
	if (*node && is_node(node, wanted))
		return take(out, name, node, f);
	return search_all(s, wanted, out, f);
}

static int read_override(const struct sysroot *s, struct device *d, struct fault *f)
{
	char path[PATH_SIZE];
	int ret =
		sysroot_read(s, path_format(path, PATH_DEVICES "/%s/driver_override", d->name),
			     d->override, sizeof(d->override));

	if (ret == -ENAMETOOLONG) {
		fault_set(f, ret, "%s: its driver_override is longer than %d bytes", d->name,
			  OVERRIDE_SIZE - 2);
		return fault_fix(f,
				 "clear it: write an empty line to /" PATH_DEVICES
				 "/%s/driver_override",
				 d->name);
	}
	if (ret)
		return cannot_read(f, ret, path);
	if (!strcmp(d->override, "(null)"))
		d->override[0] = '\0';
	return 0;
}

/* path is where name was read. */
static int add_member(struct snapshot *snap, const char *name, int group, const char *path,
		      struct fault *f)
{
	struct member *m = &snap->members[snap->n_members];
	int ret;

	if (snap->n_members == SNAPSHOT_MEMBERS_MAX)
		return fault_set(
			f, -E2BIG,
			"%s: the IOMMU groups of the devices have more than %d members", name,
			SNAPSHOT_MEMBERS_MAX);
	ret = copy_name(m->name, name, path, f);
	if (ret)
		return ret;
	m->group = group;
	snap->n_members++;
	return 0;
}

static int add_members(const struct sysroot *s, struct snapshot *snap, int group,
		       const char *names, struct fault *f)
{
	char path[PATH_SIZE];

	for (const char *n = names; *n; n += strlen(n) + 1) {
		int ret = add_member(snap, n, group, GROUPS, f);

		if (ret)
			return ret;
		ret = read_link(s, path_format(path, GROUPS "/%d/devices/%s/driver", group, n),
				snap->members[snap->n_members - 1].driver, f);
		if (ret)
			return ret;
	}
	return 0;
}

/* Read the members of a group, unless they are known. */
static int read_members(const struct sysroot *s, struct snapshot *snap, int group,
			struct fault *f)
{
	char path[PATH_SIZE], *names;
	int ret;

	for (size_t i = 0; i < snap->n_members; i++) {
		if (snap->members[i].group == group)
			return 0;
	}
	ret = sysroot_list(s, path_format(path, GROUPS "/%d/devices", group), &names);
	if (ret)
		return cannot_read(f, ret, path);
	ret = add_members(s, snap, group, names, f);
	free(names);
	return ret;
}

/* Only digits, and at most the kernel's INT_MAX. */
static bool read_number(const char *text, int *out)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || n > INT_MAX)
		return false;
	*out = (int)n;
	return true;
}

int snapshot_refresh(const struct sysroot *s, struct snapshot *snap, size_t i, struct fault *f)
{
	struct device *d = &snap->devices[i];
	char path[PATH_SIZE], group[NAME_SIZE];
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
	if (!read_number(group, &d->group))
		return fault_set(f, -EINVAL, "%s: '%s' is not an IOMMU group", d->name, group);
	ret = sysroot_exists(s, group_device_path(d->group, path));
	if (error_is_fatal(ret))
		return cannot_read(f, ret, path);
	d->has_group_device = ret == 0;
	return read_members(s, snap, d->group, f);
}

int snapshot_driver(const struct sysroot *s, struct snapshot *snap, struct fault *f)
{
	char reset[4] = "";
	int ret = sysroot_read(s, PATH_RESET_REQUIRED, reset, sizeof(reset));

	if (ret && ret != -ENOENT)
		return cannot_read(f, ret, PATH_RESET_REQUIRED);
	snap->reset = ret	    ? RESET_UNKNOWN :
		      *reset == 'N' ? RESET_NOT_REQUIRED :
				      RESET_REQUIRED;
	/* the parameter is the driver's own */
	if (ret)
		ret = sysroot_exists(s, PATH_DRIVER);
	if (ret && ret != -ENOENT)
		return cannot_read(f, ret, PATH_DRIVER);
	snap->has_driver = ret == 0;
	return 0;
}

int snapshot_take(const struct sysroot *s, const struct profile *p, struct snapshot *out,
		  struct fault *f)
{
	struct found found;
	int ret = 0;

	memset(out, 0, sizeof(*out));
	out->profile = p;
	out->n_devices = p->n_pass;
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++) {
		struct device *d = &out->devices[i];

		d->wanted = p->pass[i].node.name;
		d->group = GROUP_NONE;
		ret = find(s, d->wanted, &found, f);
		if (ret || !*found.name)
			continue;
		strcpy(d->name, found.name);
		strcpy(d->node, found.node);
		ret = snapshot_refresh(s, out, i, f);
	}
	return ret ? ret : snapshot_driver(s, out, f);
}

int snapshot_add_predicted(const struct sysroot *s, struct snapshot *snap, const char *path,
			   struct fault *f)
{
	char file[PATH_SIZE];
	struct found found;
	int ret;

	for (size_t i = 0; i < snap->n_devices; i++) {
		if (!strcmp(snap->devices[i].node, path))
			return 0;
	}
	ret = find(s, path, &found, f);
	if (ret || !*found.name)
		return ret;
	ret = add_member(snap, found.name, GROUP_NONE, PATH_DEVICES, f);
	if (ret)
		return ret;
	return read_link(s, path_format(file, PATH_DEVICES "/%s/driver", found.name),
			 snap->members[snap->n_members - 1].driver, f);
}

/* Has the node of the device the property? */
static int read_property(const struct sysroot *s, const struct device *d, const char *property,
			 bool *out, struct fault *f)
{
	char path[PATH_SIZE];
	int ret = -ENOENT;

	if (*d->name)
		ret = sysroot_exists(s, path_format(path, PATH_DEVICES "/%s/of_node/%s",
						    d->name, property));
	*out = ret == 0;
	return !ret || error_is_absent(ret) ? 0 : cannot_read(f, ret, path);
}

/* Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c, arm_smmu_device_probe(): "smmu.0x..." */
static bool has_smmu(const char *names)
{
	for (; *names; names += strlen(names) + 1) {
		if (!strncmp(names, "smmu.", strlen("smmu.")))
			return true;
	}
	return false;
}

static int read_iommu(const struct sysroot *s, struct snapshot *snap, struct fault *f)
{
	char *names;

	snap->iommu_err = sysroot_list(s, PATH_IOMMUS, &names);
	if (error_is_fatal(snap->iommu_err))
		return cannot_read(f, snap->iommu_err, PATH_IOMMUS);
	snap->has_iommu =
		snap->iommu_err ? !error_is_absent(snap->iommu_err) : has_smmu(names);
	free(names);
	return 0;
}

int snapshot_read_causes(const struct sysroot *s, struct snapshot *snap, struct fault *f)
{
	int ret = read_iommu(s, snap, f);

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		struct device *d = &snap->devices[i];

		ret = read_property(s, d, "compatible", &d->has_compatible, f);
		if (ret == 0)
			ret = read_property(s, d, "iommus", &d->has_iommus, f);
	}
	return ret;
}
