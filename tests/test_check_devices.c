/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks of the devices and of their group find, on facts made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "check_row.h"

#define N 3

static const struct profile profile = { .n_pass = N };

/* Three devices that are bound to vfio-platform, in group 5, and nothing else. */
static struct facts facts;
static struct device *const devices = facts.snapshot.devices;

static int bind_all(void **state)
{
	(void)state;
	facts = (struct facts){
		.profile = &profile,
		.tree.unseen = "no tree",
		.kernel.version = { 6, 1 },
		.snapshot = { .n_devices = N, .has_driver = true, .has_iommu = true },
		.user = { .name = "vmm", .id = 1, .named = true },
	};
	for (size_t i = 0; i < N; i++) {
		devices[i] = (struct device){ .wanted = i ? i == 1 ? "b@2" : "c@3" : "a@1",
					      .driver = VFIO_DRIVER,
					      .override = VFIO_DRIVER,
					      .group = 5,
					      .has_group_device = true,
					      .has_compatible = true,
					      .has_iommus = true };
		snprintf(devices[i].name, sizeof(devices[i].name), "dev%zu", i);
		snprintf(devices[i].node, sizeof(devices[i].node), "/bus/%s",
			 devices[i].wanted);
		facts.devices[i].group_device = (struct file_facts){ .mode = 0606 };
	}
	return 0;
}

static void unbind(size_t i, int group)
{
	devices[i].driver[0] = devices[i].override[0] = '\0';
	devices[i].group = group;
	devices[i].has_group_device = false;
}

#define assert_row(name, v, evidence) check_row_says(&facts, name, v, evidence)

static void a_device_that_is_missing_is_named(void **state)
{
	(void)state;
	assert_row("devices", VERDICT_OK, "the kernel has all 3 devices");
	devices[2].name[0] = '\0';
	assert_row("devices", VERDICT_FAIL, "c@3: no platform device has this node");
}

/* Without a tree, by its name. */
static void a_device_of_another_node_is_named(void **state)
{
	(void)state;
	assert_row("node", VERDICT_OK, "all 3 devices have the node of the profile");
	strcpy(devices[0].node, "/bus/x@1");
	assert_row("node", VERDICT_WARN,
		   "device dev0 has the node /bus/x@1, but the profile passes a@1");
	strcpy(devices[0].node, "a@1"); /* no path */
	assert_row("node", VERDICT_WARN,
		   "device dev0 has the node a@1, but the profile passes a@1");
}

static void a_node_without_compatible_matters_before_the_bind(void **state)
{
	(void)state;
	devices[2].has_compatible = false;
	assert_row("compatible", VERDICT_OK, "the nodes of all 3 devices have a compatible");
	unbind(2, GROUP_NONE);
	assert_row("compatible", VERDICT_FAIL, "dev2: its node has no compatible");
	assert_row("group", VERDICT_OK, "the kernel creates the group at the first bind");
	devices[2].name[0] = '\0'; /* 'devices' reports it */
	assert_row("compatible", VERDICT_OK, "the nodes of all 3 devices have a compatible");
}

static void a_device_that_waits_matters_before_the_bind(void **state)
{
	(void)state;
	facts.devices[2].waits = true;
	assert_row("deferred", VERDICT_OK, "no device waits for a supplier");
	unbind(1, 5);
	assert_row("deferred", VERDICT_SKIP,
		   "not seen: waiting_for_supplier is missing, or cannot be read");
	facts.devices[1].shows_supplier = true;
	assert_row("deferred", VERDICT_OK, "no device waits for a supplier");
	unbind(2, 5);
	assert_row("deferred", VERDICT_FAIL,
		   "dev2: it waits for a power domain, a clock or another supplier");
}

static void the_groups_are_reported(void **state)
{
	(void)state;
	assert_row("group", VERDICT_OK, "the devices are in group 5");
	devices[1].group = 6;
	assert_row("group", VERDICT_OK, "the devices are in group 5 and others");
	unbind(2, GROUP_NONE);
	assert_row("group", VERDICT_OK, "the kernel creates the group at the first bind");
	devices[2].has_iommus = false;
	assert_row("group", VERDICT_FAIL,
		   "dev2: it is in no IOMMU group, since its node has no iommus");
}

#define REFUSED ": it is in no IOMMU group, since the SMMU refused it"

/* A node after the group's last does not belong to it. */
static void the_trees_group_has_its_own_nodes(void **state)
{
	static struct node nodes[] = {
		{ .end = N + 1 }, { .end = 2 }, { .end = 3 }, { .end = 4 }
	};
	static const struct tree tree = { .nodes = nodes, .n_nodes = N + 1 };

	(void)state;
	facts.tree.unseen[0] = '\0';
	facts.tree.resolved.profile = &profile;
	facts.tree.resolved.tree = &tree;
	for (int i = 0; i < N; i++)
		facts.tree.group.v[i] = facts.tree.resolved.pass[i] = i + 1;
	facts.tree.group.v[N] = 1;
	facts.tree.group.n = N;
	devices[1].group = 6;
	assert_row("group", VERDICT_WARN,
		   "the kernel created 2 groups; the tree predicts one");
}

/* Linux 6.15 made the group that of the device, not of the bind. */
static void a_group_is_missing_when_the_kernel_should_have_created_it(void **state)
{
	(void)state;
	devices[1].group = GROUP_NONE;
	assert_row("group", VERDICT_FAIL, "dev1" REFUSED);
	devices[1].name[0] = '\0'; /* 'devices' reports it */
	assert_row("group", VERDICT_OK, "the kernel creates the group at the first bind");
	bind_all(NULL);
	unbind(2, GROUP_NONE);
	facts.kernel.version = (struct version){ 6, 14 };
	assert_row("group", VERDICT_OK, "the kernel creates the group at the first bind");
	facts.kernel.version = (struct version){ 6, 15 };
	assert_row("group", VERDICT_FAIL, "dev2" REFUSED);
	facts.kernel.version = (struct version){ 0, 0 };
	assert_row("group", VERDICT_SKIP,
		   "not seen: /proc/sys/kernel/osrelease has no version");
}

static void members_that_are_not_known_are_not_seen(void **state)
{
	(void)state;
	assert_row("viable", VERDICT_SKIP,
		   "not seen: the group does not exist yet, and its members cannot be "
		   "predicted");
	facts.knows_members = true;
	assert_row("viable", VERDICT_OK, "no driver of the host has a member of the group");
	fault_set(&facts.group_fault, -1, "a driver has one");
	assert_row("viable", VERDICT_FAIL, "a driver has one");
}

static void devices_are_bound_all_or_none(void **state)
{
	(void)state;
	assert_row("bound", VERDICT_OK, "all 3 devices are bound to vfio-platform");
	unbind(2, 5);
	assert_row("bound", VERDICT_FAIL,
		   "dev2 is not bound, its driver is none; other devices are bound");
	strcpy(devices[2].driver, "fec");
	assert_row("bound", VERDICT_FAIL,
		   "dev2 is not bound, its driver is fec; other devices are bound");
	unbind(1, 5);
	assert_row("bound", VERDICT_FAIL,
		   "dev1 is not bound, its driver is none; other devices are bound");
	unbind(0, 5);
	assert_row("bound", VERDICT_WARN, "no device is bound yet");
}

#define TAKES " has no driver_override: a driver of the host may take it"

static void a_bound_device_keeps_its_override(void **state)
{
	(void)state;
	assert_row("override", VERDICT_OK, "driver_override names vfio-platform");
	devices[2].override[0] = '\0';
	assert_row("override", VERDICT_WARN, "dev2" TAKES);
	facts.kernel.version = (struct version){ 5, 19 };
	assert_row("override", VERDICT_WARN, "dev2" TAKES);
	facts.kernel.version = (struct version){ 5, 18 };
	assert_row("override", VERDICT_FAIL, "dev2" TAKES ", and then this kernel panics");
	for (size_t i = 0; i < N; i++)
		unbind(i, 5);
	assert_row("override", VERDICT_OK, "'imxpt bind' sets driver_override");
}

static void a_bound_group_has_a_device_file(void **state)
{
	(void)state;
	assert_row("group-file", VERDICT_OK, "/dev/vfio/5 exists");
	devices[1].has_group_device = false;
	assert_row("group-file", VERDICT_FAIL,
		   "/dev/vfio/5 does not exist, but its devices are bound");
	devices[1].group = GROUP_NONE; /* 'group' reports it */
	assert_row("group-file", VERDICT_OK, "/dev/vfio/5 exists");
	for (size_t i = 0; i < N; i++)
		unbind(i, 5);
	assert_row("group-file", VERDICT_SKIP, "no device is bound yet");
}

static void each_device_file_must_be_open_to_the_user(void **state)
{
	(void)state;
	assert_row("access", VERDICT_OK,
		   "user vmm may open /dev/vfio/5 (owner 0:0, mode 0606)");
	facts.devices[1].group_device.mode = 0600; /* the same file: not looked at again */
	assert_row("access", VERDICT_OK,
		   "user vmm may open /dev/vfio/5 (owner 0:0, mode 0606)");
	devices[1].group = 6;
	assert_row("access", VERDICT_FAIL,
		   "user vmm may not open /dev/vfio/6 (owner 0:0, mode 0600)");
	for (size_t i = 0; i < N; i++)
		devices[i].has_group_device = false;
	assert_row("access", VERDICT_SKIP, "no device is bound yet");
}

/* A fault of the first device, while the others have none, is not passed over. */
static void the_first_device_is_checked_too(void **state)
{
	(void)state;
	devices[0].override[0] = '\0';
	assert_row("override", VERDICT_WARN, "dev0" TAKES);
	devices[0].has_group_device = false;
	assert_row("group-file", VERDICT_FAIL,
		   "/dev/vfio/5 does not exist, but its devices are bound");
	facts.devices[0].group_device.denied = true;
	assert_row(
		"in-use", VERDICT_SKIP,
		"not seen: only a user who may open the group can see which process has it open");
	fault_set(&facts.in_use, -EBUSY, "7 (qemu) has it");
	facts.shows_interrupts = true;
	facts.devices[0].n_interrupts = 1;
	assert_row("in-use", VERDICT_OK,
		   "7 (qemu) has it, which has asked for the interrupts");
	unbind(0, 5);
	assert_row("bound", VERDICT_FAIL,
		   "dev0 is not bound, its driver is none; other devices are bound");
	devices[0].has_compatible = false;
	assert_row("compatible", VERDICT_FAIL, "dev0: its node has no compatible");
	facts.devices[0].waits = true;
	assert_row("deferred", VERDICT_FAIL,
		   "dev0: it waits for a power domain, a clock or another supplier");
	devices[0].name[0] = '\0';
	assert_row("devices", VERDICT_FAIL, "a@1: no platform device has this node");
}

/* A profile may pass as many devices as there is space for; none is read after the last. */
static void a_full_profile_is_checked(void **state)
{
	(void)state;
	for (size_t i = N; i < PROFILE_PASS_MAX; i++)
		devices[i] = devices[0];
	facts.snapshot.n_devices = PROFILE_PASS_MAX;
	assert_row("devices", VERDICT_OK, "the kernel has all 16 devices");
	assert_row("compatible", VERDICT_OK, "the nodes of all 16 devices have a compatible");
	assert_row("bound", VERDICT_OK, "all 16 devices are bound to vfio-platform");
	assert_row("override", VERDICT_OK, "driver_override names vfio-platform");
	assert_row("group", VERDICT_OK, "the devices are in group 5");
	assert_row("group-file", VERDICT_OK, "/dev/vfio/5 exists");
	assert_row("access", VERDICT_OK,
		   "user vmm may open /dev/vfio/5 (owner 0:0, mode 0606)");
	assert_row("in-use", VERDICT_OK,
		   "as far as the recording shows, no process has the group open");
	fault_set(&facts.in_use, -EBUSY, "7 (qemu) has it");
	facts.shows_interrupts = true;
	assert_row("in-use", VERDICT_WARN,
		   "7 (qemu) has it, which has not asked for any interrupt");
}

static void a_guest_that_runs_may_have_the_group_open(void **state)
{
	struct finding one = { .check = check_named("in-use") };

	(void)state;
	assert_row("in-use", VERDICT_OK,
		   "as far as the recording shows, no process has the group open");
	facts.live = true;
	assert_row("in-use", VERDICT_OK, "no process has the group open");
	facts.live = false;
	fault_set(&facts.in_use, -EPERM, "it cannot be opened");
	facts.shows_interrupts = true;
	assert_row("in-use", VERDICT_SKIP, "not seen: it cannot be opened");
	facts.shows_interrupts = false;
	facts.devices[2].group_device.denied = true;
	assert_row(
		"in-use", VERDICT_SKIP,
		"not seen: only a user who may open the group can see which process has it open");
	fault_set(&facts.in_use, -EBUSY, "7 (qemu) has it");
	assert_row("in-use", VERDICT_SKIP, "not seen: /proc/interrupts cannot be read");
	facts.shows_interrupts = true;
	assert_row("in-use", VERDICT_WARN,
		   "7 (qemu) has it, which has not asked for any interrupt");
	facts.devices[2].n_interrupts = 1;
	assert_row("in-use", VERDICT_OK,
		   "7 (qemu) has it, which has asked for the interrupts");
	fault_set(&facts.in_use, -EBUSY, "%0*d", FAULT_TEXT_MAX - 1, 0);
	one.check->run(&facts, &one);
	assert_non_null(strstr(one.evidence, "000, which has asked for the interrupts"));
}

#define row(test) cmocka_unit_test_setup(test, bind_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		row(a_device_that_is_missing_is_named),
		row(a_device_of_another_node_is_named),
		row(a_node_without_compatible_matters_before_the_bind),
		row(a_device_that_waits_matters_before_the_bind),
		row(the_groups_are_reported),
		row(the_trees_group_has_its_own_nodes),
		row(a_group_is_missing_when_the_kernel_should_have_created_it),
		row(members_that_are_not_known_are_not_seen),
		row(devices_are_bound_all_or_none),
		row(a_bound_device_keeps_its_override),
		row(a_bound_group_has_a_device_file),
		row(each_device_file_must_be_open_to_the_user),
		row(the_first_device_is_checked_too),
		row(a_full_profile_is_checked),
		row(a_guest_that_runs_may_have_the_group_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
