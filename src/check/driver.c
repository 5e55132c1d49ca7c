/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the drivers and of their device files. */
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

static void run_driver(const struct facts *facts, struct finding *out)
{
	if (facts->snapshot.has_driver) {
		finding_set(out, VERDICT_OK, VFIO_DRIVER " is loaded or built in");
		return;
	}
	switch (facts->module) {
	case MODULE_LOADABLE:
		finding_set(out, VERDICT_OK,
			    VFIO_DRIVER " is not loaded yet; 'imxpt bind' loads it");
		break;
	case MODULE_MISSING:
		finding_explain(out, REASON_NO_DRIVER, VFIO_DRIVER);
		break;
	case MODULE_UNKNOWN:
		finding_set(out, VERDICT_WARN,
			    VFIO_DRIVER
			    " is not loaded, and a recording does not show whether it can be");
		break;
	}
}

static void run_reset_required(const struct facts *facts, struct finding *out)
{
	switch (facts->snapshot.reset) {
	case RESET_UNKNOWN:
		if (facts->snapshot.has_driver)
			finding_not_seen(out, "/" PATH_RESET_REQUIRED " cannot be read");
		else
			finding_set(
				out, VERDICT_OK,
				VFIO_DRIVER
				" is not loaded yet; 'imxpt bind' loads it with reset_required=0");
		break;
	case RESET_NOT_REQUIRED:
		finding_set(out, VERDICT_OK, "reset_required is N");
		break;
	case RESET_REQUIRED:
		finding_explain(out, REASON_RESET, VFIO_DRIVER);
		break;
	}
}

static void set_unseen(const char *path, int err, struct finding *out)
{
	char why[FINDING_TEXT_MAX];

	snprintf(why, sizeof(why), "%s: %s", path, strerror(-err));
	finding_not_seen(out, why);
}

bool finding_group_unseen(struct finding *out, const struct facts *facts)
{
	char path[PATH_SIZE + 1] = "/";

	for (size_t i = 0; i < facts->snapshot.n_devices; i++) {
		int err = facts->devices[i].group_device.err;

		if (!err || error_is_absent(err))
			continue;
		group_device_path(facts->snapshot.devices[i].group, path + 1);
		set_unseen(path, err, out);
		return true;
	}
	return false;
}

static void run_smmu_driver(const struct facts *facts, struct finding *out)
{
	int err = facts->snapshot.iommu_err;

	if (err && !error_is_absent(err))
		set_unseen("/" PATH_IOMMUS, err, out);
	else if (facts->snapshot.has_iommu)
		finding_set(out, VERDICT_OK, "the SMMU driver has registered an SMMU");
	else
		finding_explain(out, REASON_NO_SMMU, facts->snapshot.devices[0].wanted);
}

static void run_file(const char *path, const struct file_facts *file,
		     const struct facts *facts, struct finding *out)
{
	if (file->err && !error_is_absent(file->err))
		set_unseen(path, file->err, out);
	else if (file->err)
		finding_set(out, VERDICT_FAIL, "%s: %s", path, strerror(-file->err));
	else
		finding_access(out, path, file, &facts->user);
}

static void run_kvm(const struct facts *facts, struct finding *out)
{
	run_file("/dev/kvm", &facts->kvm, facts, out);
}

static void run_container(const struct facts *facts, struct finding *out)
{
	if (error_is_absent(facts->container.err) && !facts->snapshot.has_driver)
		finding_set(out, VERDICT_SKIP, "VFIO is not loaded yet");
	else
		run_file("/dev/vfio/vfio", &facts->container, facts, out);
}

#define HERE .stage = CHECK_DRIVER, .input = INPUT_HOST

const struct check checks_of_driver[] = {
	{ .name = "driver",
	  HERE,
	  .run = run_driver,
	  .before_bind = true,
	  .needs = { "config-platform" },
	  .what = "vfio-platform is built in, loaded, or can be loaded",
	  .cause = "the kernel was built without it, or its modules are not installed",
	  .see = "ls /sys/bus/platform/drivers/vfio-platform; modprobe -n vfio-platform",
	  .source = "Linux, drivers/vfio/platform/Kconfig",
	  .fix = "build the kernel with CONFIG_VFIO_PLATFORM=m, and install its modules" },
	{ .name = "reset-required",
	  HERE,
	  .run = run_reset_required,
	  .before_bind = true,
	  .needs = { "driver", "cmdline-reset" },
	  .what = "vfio-platform runs with reset_required=N",
	  .cause = "vfio-platform refuses a device without a reset driver, and Linux has "
		   "none for these devices; the parameter cannot be changed while the "
		   "module is loaded",
	  .see = "dmesg: 'VFIO: No reset function found for device'; cat "
		 "/sys/module/vfio_platform/parameters/reset_required",
	  .source = "Linux, drivers/vfio/platform/vfio_platform_common.c, "
		    "vfio_platform_init_common()",
	  .fix = "run 'modprobe -r vfio_platform', then 'imxpt bind'; if the driver is "
		 "built in, add vfio_platform.reset_required=0 to the kernel command line" },
	{ .name = "smmu-driver",
	  HERE,
	  .run = run_smmu_driver,
	  .before_bind = true,
	  .needs = { "smmu", "config-smmu" },
	  .what = "the SMMU driver runs",
	  .cause = "the kernel was built without CONFIG_ARM_SMMU, or the SMMU is disabled",
	  .see = "ls /sys/class/iommu",
	  .source = "Linux, drivers/iommu/iommu-sysfs.c, iommu_device_sysfs_add()",
	  .fix = "build the kernel with CONFIG_ARM_SMMU, and enable the SMMU in the "
		 "tree; dmesg | grep arm-smmu shows whether the driver failed" },
	{ .name = "kvm",
	  HERE,
	  .run = run_kvm,
	  .needs = { "config-kvm" },
	  .what = "/dev/kvm exists, and the user of the VMM may open it",
	  .cause = "KVM needs the cores to start in EL2, which ATF and U-Boot do; a VMM "
		   "that does "
		   "not run as root needs the group of the file",
	  .see = "dmesg | grep kvm; ls -l /dev/kvm; id USER",
	  .source = "Linux, arch/arm64/kvm/arm.c, kvm_arm_init()",
	  .fix = "boot the kernel in EL2 with CONFIG_KVM; give the user the file: 'chgrp kvm "
		 "/dev/kvm; chmod 660 /dev/kvm; usermod -aG kvm USER'" },
	{ .name = "container",
	  HERE,
	  .run = run_container,
	  .needs = { "config-container" },
	  .what = "/dev/vfio/vfio exists, and the user of the VMM may open it",
	  .cause =
		  "VFIO creates the file with mode 0666 when its module is loaded; a udev rule "
		  "or a script changed the mode",
	  .see = "ls -l /dev/vfio; QEMU: 'failed to open /dev/vfio/vfio'",
	  .source = "Linux, drivers/vfio/container.c, vfio_container_init()",
	  .fix = "run 'modprobe vfio' and 'chmod 666 /dev/vfio/vfio': the file gives access to "
		 "no device" },
	{ .name = NULL },
};
