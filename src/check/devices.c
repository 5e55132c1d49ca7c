/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the platform devices and of their IOMMU group. */
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

/* Why the bind of a device that is not bound would fail. */
static enum reason reason_before(const struct facts *facts, size_t i)
{
	const struct device *d = &facts->snapshot.devices[i];

	if (!*d->name || device_is_bound(d))
		return REASON_OTHER;
	return explain_before(&facts->snapshot, i);
}

static void run_devices(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;

	finding_set(out, VERDICT_OK, "the kernel has all %zu devices", s->n_devices);
	for (size_t i = 0; i < s->n_devices; i++) {
		if (!*s->devices[i].name) {
			finding_explain(out, REASON_NO_DEVICE, s->devices[i].wanted);
			return;
		}
	}
}

/* Is it the node of the profile: by its path, or without a tree by its name? */
static bool is_profile_node(const struct facts *facts, size_t i)
{
	const struct tree_facts *t = &facts->tree;
	const struct device *d = &facts->snapshot.devices[i];
	const char *slash = strrchr(d->node, '/');
	char path[TREE_PATH_MAX];

	if (*t->unseen || t->resolve_fault.code)
		return slash && !strcmp(slash + 1, d->wanted);
	return !strcmp(tree_path(&t->t, t->resolved.pass[i], path), d->node);
}

static void run_node(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;

	finding_set(out, VERDICT_OK, "all %zu devices have the node of the profile",
		    s->n_devices);
	for (size_t i = 0; i < s->n_devices; i++) {
		if (!is_profile_node(facts, i)) {
			finding_set(out, VERDICT_WARN,
				    "device %s has the node %.100s, but the profile passes %s",
				    s->devices[i].name, s->devices[i].node,
				    s->devices[i].wanted);
			return;
		}
	}
}

static void run_compatible(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;

	finding_set(out, VERDICT_OK, "the nodes of all %zu devices have a compatible",
		    s->n_devices);
	for (size_t i = 0; i < s->n_devices; i++) {
		if (reason_before(facts, i) == REASON_NO_COMPATIBLE) {
			finding_explain(out, REASON_NO_COMPATIBLE, s->devices[i].name);
			return;
		}
	}
}

static void run_deferred(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;

	finding_set(out, VERDICT_OK, "no device waits for a supplier");
	for (size_t i = 0; i < s->n_devices; i++) {
		if (device_is_bound(&s->devices[i]))
			continue;
		if (facts->devices[i].waits) {
			finding_explain(out, REASON_DEFERRED, s->devices[i].name);
			return;
		}
		if (!facts->devices[i].shows_supplier)
			finding_not_seen(out,
					 "waiting_for_supplier is missing, or cannot be read");
	}
}

/* A bound device has a group, and since Linux 6.15 every device. */
static bool lacks_group(const struct facts *facts, size_t i)
{
	const struct version *v = &facts->kernel.version;
	const struct device *d = &facts->snapshot.devices[i];

	if (!*d->name || d->group != GROUP_NONE)
		return false;
	return device_is_bound(d) || (v->major && !version_before(v, 6, 15));
}

/* Does the tree predict one group for all devices? */
static bool one_is_predicted(const struct facts *facts)
{
	const struct tree_facts *t = &facts->tree;
	size_t ours = 0;

	if (*t->unseen || t->resolve_fault.code)
		return false;
	for (size_t i = 0; i < t->group.n; i++)
		ours += resolved_passed(&t->resolved, t->group.v[i]) >= 0;
	return ours == facts->profile->n_pass;
}

static void run_group(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;
	size_t n = 0, groups = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		enum reason r = reason_before(facts, i);

		n += s->devices[i].group != GROUP_NONE;
		groups += device_is_first_of_group(s, i);
		if (r == REASON_OTHER && lacks_group(facts, i))
			r = REASON_BAD_STREAM;
		if (r == REASON_OTHER || r == REASON_NO_COMPATIBLE)
			continue;
		finding_explain(out, r, s->devices[i].name);
		return;
	}
	if (groups > 1 && one_is_predicted(facts))
		finding_set(out, VERDICT_WARN,
			    "the kernel created %zu groups; the tree predicts one", groups);
	else if (n == s->n_devices)
		finding_set(out, VERDICT_OK, "the devices are in group %d%s",
			    s->devices[0].group, groups > 1 ? " and others" : "");
	else if (!facts->kernel.version.major)
		finding_not_seen(out, NO_VERSION);
	else
		finding_set(out, VERDICT_OK, "the kernel creates the group at the first bind");
}

static void run_viable(const struct facts *facts, struct finding *out)
{
	if (facts->group_fault.code)
		finding_fault(out, VERDICT_FAIL, &facts->group_fault);
	else if (!facts->knows_members)
		finding_not_seen(out,
				 "the group does not exist yet, and its members cannot be "
				 "predicted");
	else
		finding_set(out, VERDICT_OK,
			    "no driver of the host has a member of the group");
}

static void run_bound(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;
	size_t n = devices_bound(s);

	if (n == s->n_devices) {
		finding_set(out, VERDICT_OK, "all %zu devices are bound to " VFIO_DRIVER, n);
		return;
	}
	if (n == 0)
		finding_set(out, VERDICT_WARN, "no device is bound yet");
	for (size_t i = 0; n > 0 && i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];

		if (device_is_bound(d))
			continue;
		finding_set(out, VERDICT_FAIL,
			    "%s is not bound, its driver is %s; other devices are bound",
			    d->name, *d->driver ? d->driver : "none");
		return;
	}
}

static void run_override(const struct facts *facts, struct finding *out)
{
	const struct version *v = &facts->kernel.version;
	const struct snapshot *s = &facts->snapshot;

	finding_set(out, VERDICT_OK,
		    devices_bound(s) ? "driver_override names " VFIO_DRIVER :
				       "'imxpt bind' sets driver_override");
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];

		if (!device_is_bound(d) || !strcmp(d->override, VFIO_DRIVER))
			continue;
		/* before Linux 5.19 (DMA ownership), drivers/vfio/vfio.c has a BUG_ON() there */
		finding_set(out, version_before(v, 5, 19) ? VERDICT_FAIL : VERDICT_WARN,
			    "%s has no driver_override: a driver of the host may take it%s",
			    d->name,
			    version_before(v, 5, 19) ? ", and then this kernel panics" : "");
		return;
	}
}

static void run_group_file(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;

	if (finding_group_unseen(out, facts))
		return;
	finding_set(out, VERDICT_SKIP, "no device is bound yet");
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];

		if (!device_is_bound(d) || d->group == GROUP_NONE)
			continue;
		finding_set(out, d->has_group_device ? VERDICT_OK : VERDICT_FAIL,
			    "/dev/vfio/%d %s", d->group,
			    d->has_group_device ? "exists" :
						  "does not exist, but its devices are bound");
		if (facts->devices[i].group_device.no_device)
			finding_set(out, VERDICT_FAIL,
				    "/dev/vfio/%d is not a character device", d->group);
		if (out->verdict != VERDICT_OK)
			return;
	}
}

static void run_access(const struct facts *facts, struct finding *out)
{
	const struct snapshot *s = &facts->snapshot;
	char path[PATH_SIZE + 1] = "/";

	if (finding_group_unseen(out, facts))
		return;
	finding_set(out, VERDICT_SKIP, "no device is bound yet");
	for (size_t i = 0; i < s->n_devices; i++) {
		if (!s->devices[i].has_group_device || !device_is_first_of_group(s, i))
			continue;
		group_device_path(s->devices[i].group, path + 1);
		finding_access(out, path, &facts->devices[i].group_device, &facts->user);
		if (out->verdict != VERDICT_OK)
			return;
	}
}

/* It is enough that a VMM asked for interrupts; the check 'interrupts' counts them. */
static void run_in_use(const struct facts *facts, struct finding *out)
{
	if (finding_group_unseen(out, facts))
		return;
	/* a recording that is not root's lacks the processes of others */
	finding_set(out, VERDICT_OK, "%s process has the group open",
		    facts->live ? "no" : "as far as the recording shows, no");
	if (facts->in_use.code)
		finding_not_seen(out, facts->in_use.text);
	for (size_t i = 0; i < facts->snapshot.n_devices; i++) {
		if (facts->devices[i].group_device.denied)
			finding_not_seen(out, "only a user who may open the group can see "
					      "which process has it open");
	}
	if (facts->in_use.code != -EBUSY)
		return;
	if (!facts->shows_interrupts)
		finding_not_seen(out, NO_INTERRUPTS);
	else if (facts_have_vmm(facts))
		finding_set(out, VERDICT_OK, "%s, which has asked for the interrupts",
			    facts->in_use.text);
	else
		finding_set(out, VERDICT_WARN, "%s, which has not asked for any interrupt",
			    facts->in_use.text);
}

#define HERE .stage = CHECK_DEVICES, .input = INPUT_HOST

const struct check checks_of_devices[] = {
	{ .name = "devices",
	  HERE,
	  .run = run_devices,
	  .before_bind = true,
	  .needs = "nodes enabled disabled",
	  .what = "the kernel has the devices",
	  .cause = "the kernel creates no device of a disabled node: the tree has it "
		   "disabled, or U-Boot disabled it",
	  .see = "ls /sys/bus/platform/devices; QEMU: 'no such host device', 'sysfs host device'",
	  .source = "Linux, drivers/of/platform.c",
	  .fix = FIX_NO_DEVICE },
	{ .name = "node",
	  HERE,
	  .run = run_node,
	  .needs = "devices",
	  .what = "the devices have the nodes of the profile",
	  .cause =
		  "the device at this address has another name in the tree than in the profile",
	  .see = "readlink -f /sys/bus/platform/devices/*/of_node",
	  .source = "Linux, drivers/of/platform.c, of_device_make_bus_id()",
	  .fix = "use a profile with the name of this node, with -p" },
	{ .name = "compatible",
	  HERE,
	  .run = run_compatible,
	  .before_bind = true,
	  .needs = "devices",
	  .what = "the nodes of the devices have a compatible",
	  .cause = "vfio-platform looks for a reset driver by the compatible, and refuses "
		   "a device without one",
	  .see = "dmesg: 'Cannot retrieve compat for'",
	  .source = "Linux, drivers/vfio/platform/vfio_platform_common.c, "
		    "vfio_platform_of_probe()",
	  .fix = FIX_NO_COMPATIBLE },
	{ .name = "deferred",
	  HERE,
	  .run = run_deferred,
	  .before_bind = true,
	  .needs = "devices patched smmu-driver",
	  .what = "no device waits for a supplier",
	  .cause = "the platform bus switches on the power domain and sets the clocks and "
		   "pins of a device, whatever its driver is, and waits until it can",
	  .see = "cat /sys/bus/platform/devices/*/waiting_for_supplier "
		 "/sys/kernel/debug/devices_deferred; the bind fails with EAGAIN",
	  .source = "Linux, drivers/base/core.c, device_links_check_suppliers()",
	  .fix = FIX_DEFERRED },
	{ .name = "group",
	  HERE,
	  .run = run_group,
	  .before_bind = true,
	  .needs = "devices stream-id smmu-driver",
	  .what = "the devices are in the IOMMU group that the tree predicts",
	  .cause = "before Linux 6.15 the first bind creates the group; since then a "
		   "device without one means that the SMMU refused its stream id",
	  .see = "readlink /sys/bus/platform/devices/*/iommu_group; dmesg | grep -i smmu",
	  .source = "Linux, drivers/iommu/iommu.c; drivers/base/platform.c, "
		    "platform_dma_configure()",
	  .fix = FIX_BAD_STREAM },
	{ .name = "viable",
	  HERE,
	  .run = run_viable,
	  .before_bind = true,
	  .needs = "devices",
	  .what = "no driver of the host has a member of the group",
	  .cause = "VFIO needs the whole group: the driver of a member does DMA in the "
		   "same address space",
	  .see = "ls -l /sys/kernel/iommu_groups/N/devices/*/driver; QEMU: 'group N is "
		 "not viable'",
	  .source = "Linux, drivers/iommu/iommu.c, iommu_group_claim_dma_owner()",
	  .fix = "unbind the other driver, or give its device another stream id" },
	{ .name = "bound",
	  HERE,
	  .run = run_bound,
	  .needs =
		  "devices driver reset-required smmu-driver coherent compatible deferred group viable version",
	  .what = "the devices are bound to vfio-platform",
	  .cause = "'imxpt bind' did not run since the board was started, or a driver of "
		   "the host took a device",
	  .see = "imxpt status; QEMU: 'no iommu_group found', '... /dev/vfio/N ...'",
	  .source = "imxpt(8), bind",
	  .fix = "run 'imxpt bind'; with --partition if the tree leaves that to Linux" },
	{ .name = "override",
	  HERE,
	  .run = run_override,
	  .needs = "devices",
	  .what = "driver_override keeps the host's drivers off the devices",
	  .cause = "without it the host's own driver takes the device when it is loaded; "
		   "before Linux 5.19 the host panics if a guest has the group then",
	  .see = "cat /sys/bus/platform/devices/*/driver_override; 'kernel BUG at "
		 "drivers/vfio/vfio.c'",
	  .source = "Linux 5.10, drivers/vfio/vfio.c, vfio_iommu_group_notifier()",
	  .fix = "run 'imxpt bind', which sets it" },
	{ .name = "group-file",
	  HERE,
	  .run = run_group_file,
	  .needs = "bound group config-group",
	  .what = "the group's device file exists",
	  .cause = "neither udev nor devtmpfs created it, or the group is a noiommu group, "
		   "which no VMM can use",
	  .see = "ls -l /dev/vfio",
	  .source = "Linux, drivers/vfio/group.c, vfio_devnode()",
	  .fix = "mount devtmpfs on /dev, or start udev" },
	{ .name = "access",
	  HERE,
	  .run = run_access,
	  .needs = "group-file",
	  .what = "the user of the VMM may open the group's device file",
	  .cause = "the kernel creates the device file for root only",
	  .see = "ls -l /dev/vfio; QEMU: '... /dev/vfio/N ...: Permission denied'",
	  .source = "Linux, drivers/vfio/group.c, vfio_devnode()",
	  .fix = "run the VMM as root, or 'imxpt bind --owner USER:GROUP', or write a udev "
		 "rule: SUBSYSTEM==\"vfio\", GROUP=\"kvm\", MODE=\"0660\"" },
	{ .name = "in-use",
	  HERE,
	  .run = run_in_use,
	  .needs = "group-file",
	  .what = "no process has the group open without a running guest",
	  .cause = "VFIO lets only one process open a group; a VMM that hangs, or one "
		   "whose guest has ended, keeps the next one out",
	  .see = "fuser -v /dev/vfio/*; QEMU: 'Device or resource busy'",
	  .source = "Linux, drivers/vfio/group.c, vfio_group_fops_open()",
	  .fix = "stop the process that has the group open, unless its guest is still "
		 "starting" },
	{ .name = NULL },
};
