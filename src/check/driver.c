/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the drivers: their parameters, and their device files. */
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

#define DISABLE_BYPASS "ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT"

/* Does VFIO, or iommufd in its place, accept a device whose interrupts are not remapped? */
static void run_unsafe(const struct facts *facts, struct finding *out)
{
	bool by_iommufd = facts_have_iommufd_container(facts);
	const char *module = by_iommufd ? "iommufd" : "vfio_iommu_type1";
	enum parameter_state parameter =
		by_iommufd ? facts->kernel.unsafe_iommufd : facts->kernel.unsafe_interrupts;
	enum parameter_state said =
		by_iommufd ? facts_argument(facts, "iommufd.allow_unsafe_interrupts") :
			     facts_argument(facts, "vfio_iommu_type1.allow_unsafe_interrupts");

	if (parameter == PARAMETER_ON)
		finding_set(out, VERDICT_OK, "%s.allow_unsafe_interrupts is Y", module);
	else if (parameter == PARAMETER_OFF)
		finding_set(out,
			    version_before(&facts->kernel.version, 6, 3) ? VERDICT_WARN :
									   VERDICT_FAIL,
			    "%s.allow_unsafe_interrupts is N, and this SoC cannot remap "
			    "interrupts: the VMM gets 'Operation not permitted'",
			    module);
	else if (parameter == PARAMETER_UNSEEN)
		finding_not_seen(out, by_iommufd ? "/" PATH_UNSAFE_IOMMUFD " cannot be read" :
						   "/" PATH_UNSAFE_INTERRUPTS
						   " cannot be read");
	else if (said == PARAMETER_ON)
		finding_set(out, VERDICT_OK,
			    "the command line has %s.allow_unsafe_interrupts=1", module);
	else if (said == PARAMETER_UNSEEN)
		finding_not_seen(out, NO_CMDLINE);
	else
		finding_set(out, VERDICT_WARN,
			    "%s is not loaded, and neither is allow_unsafe_interrupts on the "
			    "command line: unless modprobe.d sets it, the VMM gets 'Operation "
			    "not permitted'",
			    module);
	if (by_iommufd && (out->verdict == VERDICT_WARN || out->verdict == VERDICT_FAIL))
		finding_fix(out,
			    "run 'modprobe iommufd allow_unsafe_interrupts=1', or, if it is "
			    "loaded, 'echo 1 > /" PATH_UNSAFE_IOMMUFD "'");
}

static void set_bypass(bool is_blocked, const char *why, struct finding *out)
{
	if (is_blocked)
		finding_set(out, VERDICT_OK, "DMA with an unknown stream id is blocked (%s)",
			    why);
	else
		finding_set(out, VERDICT_WARN,
			    "DMA with an unknown stream id bypasses the SMMU (%s)", why);
}

/* The driver's default, if neither its parameter nor the command line is set. */
static void run_default_bypass(const struct facts *facts, struct finding *out)
{
	const struct kernel_facts *k = &facts->kernel;
	enum config_state state =
		k->config ? kconfig_option(k->config, DISABLE_BYPASS) : CONFIG_ABSENT;

	if (!k->config)
		finding_not_seen(out, k->config_unseen);
	else if (state == CONFIG_ABSENT)
		finding_not_seen(out, "the configuration has no CONFIG_" DISABLE_BYPASS);
	else
		set_bypass(state != CONFIG_OFF,
			   state == CONFIG_OFF ? "CONFIG_" DISABLE_BYPASS " is not set" :
						 "CONFIG_" DISABLE_BYPASS "=y",
			   out);
	if (state == CONFIG_OFF)
		finding_fix(out,
			    "add arm-smmu.disable_bypass=1 to the kernel command line, or "
			    "build the kernel with CONFIG_" DISABLE_BYPASS);
}

static void run_bypass(const struct facts *facts, struct finding *out)
{
	enum parameter_state said = facts_argument(facts, "arm_smmu.disable_bypass");

	if (facts->kernel.disable_bypass == PARAMETER_UNSEEN) {
		finding_not_seen(out, "/" PATH_DISABLE_BYPASS " cannot be read");
		return;
	}
	if (parameter_is_known(facts->kernel.disable_bypass))
		said = facts->kernel.disable_bypass;
	switch (said) {
	case PARAMETER_UNSEEN:
		finding_not_seen(out, NO_CMDLINE);
		break;
	case PARAMETER_ABSENT:
		run_default_bypass(facts, out);
		break;
	case PARAMETER_OFF:
		set_bypass(false, "arm-smmu.disable_bypass=0", out);
		break;
	case PARAMETER_ON:
		set_bypass(true, "arm-smmu.disable_bypass=1", out);
		break;
	}
}

static void warn_passthrough(const char *why, struct finding *out)
{
	finding_set(
		out, VERDICT_WARN,
		"%s: a passed device that its guest left running reaches the host's memory",
		why);
}

/* Before the group exists: the command line overrides the configuration. */
static void run_default_domain(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config, *cmdline = facts->kernel.cmdline;
	enum parameter_state said = PARAMETER_UNSEEN;

	/* drivers/iommu/iommu.c, iommu_set_def_domain_type(): without a value it fails */
	if (cmdline)
		said = cmdline_argument(cmdline, "iommu.passthrough", PARAMETER_ABSENT);
	if (said == PARAMETER_UNSEEN)
		finding_not_seen(out, NO_CMDLINE);
	else if (said == PARAMETER_ON)
		warn_passthrough("iommu.passthrough=1", out);
	else if (said == PARAMETER_ABSENT && !config)
		finding_not_seen(out, facts->kernel.config_unseen);
	else if (said == PARAMETER_ABSENT &&
		 kconfig_option(config, "IOMMU_DEFAULT_PASSTHROUGH") == CONFIG_BUILT_IN)
		warn_passthrough("CONFIG_IOMMU_DEFAULT_PASSTHROUGH=y", out);
}

/* drivers/iommu/iommu.c, iommu_group_show_type(): DMA is translated, or goes nowhere. */
static bool is_isolated(const char *type)
{
	return !strcmp(type, "DMA") || !strcmp(type, "DMA-FQ") || !strcmp(type, "blocked");
}

static void run_passthrough(const struct facts *facts, struct finding *out)
{
	bool is_isolating = false;

	finding_set(out, VERDICT_OK,
		    "DMA of a group that no guest uses is translated or "
		    "blocked");
	for (size_t i = 0; i < facts->snapshot.n_devices; i++) {
		const char *type = facts->devices[i].group_type;

		is_isolating |= is_isolated(type);
		if (!strcmp(type, "identity")) {
			warn_passthrough("the group's default domain is 'identity'", out);
			return;
		}
		if (facts->devices[i].group_type_unseen) {
			finding_not_seen(out,
					 "/sys/kernel/iommu_groups/N/type cannot be read");
			return;
		}
	}
	if (!is_isolating)
		run_default_domain(facts, out);
}

static void run_driver(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config;

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
			    " is not loaded, and it is not known whether it can be");
		break;
	}
	if (out->verdict != VERDICT_OK && config &&
	    kconfig_option(config, "VFIO_PLATFORM") == CONFIG_MODULE)
		finding_fix(out,
			    "install the modules of this kernel; 'modprobe -n vfio-platform' "
			    "on the board shows whether they are there");
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
	else if (file->no_device)
		finding_set(out, VERDICT_FAIL, "%s is not a character device", path);
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

#define PARAMETER .stage = CHECK_KERNEL, .input = INPUT_HOST
#define HERE .stage = CHECK_DRIVER, .input = INPUT_HOST

const struct check checks_of_driver[] = {
	{ .name = "unsafe-interrupts",
	  PARAMETER,
	  .run = run_unsafe,
	  .needs = "config-type1",
	  .what = "VFIO accepts the group although interrupts are not remapped",
	  .cause = "a device that can write to an MSI doorbell could raise any interrupt "
		   "of the host, and without an ITS the kernel cannot rule it out; the "
		   "passed devices have only wired interrupts",
	  .see = "dmesg: 'No interrupt remapping support'; QEMU: 'failed to setup "
		 "container for group N: Failed to set iommu for container: Operation not permitted'",
	  .source = "Linux, drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group(); "
		    "drivers/iommu/iommufd/device.c, iommufd_device_bind()",
	  .fix = "run 'modprobe vfio_iommu_type1 allow_unsafe_interrupts=1', or, if it "
		 "is loaded, 'echo 1 > "
		 "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts'" },
	{ .name = "smmu-bypass",
	  PARAMETER,
	  .run = run_bypass,
	  .needs = "config-smmu",
	  .what = "DMA with an unknown stream id is blocked",
	  .cause = "with arm-smmu.disable_bypass=0 a missing stream id stays unnoticed, "
		   "and the guest's device reaches all of the host's memory",
	  .see = "cat /proc/cmdline /sys/module/arm_smmu/parameters/disable_bypass",
	  .source = "Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c",
	  .fix = "remove arm-smmu.disable_bypass=0 from the kernel command line" },
	{ .name = "passthrough",
	  PARAMETER,
	  .run = run_passthrough,
	  .what = "the passed devices reach no memory while no guest has them",
	  .cause = "with passthrough a group that VFIO does not use is not translated, and a "
		   "port that is on when its guest ends continues to receive",
	  .see = "cat /proc/cmdline /sys/kernel/iommu_groups/N/type",
	  .source = "Linux, Documentation/admin-guide/kernel-parameters.txt; "
		    "drivers/iommu/iommu.c, iommu_def_domain_type",
	  .fix = "write iommu.passthrough=0 on the kernel command line" },
	{ .name = "driver",
	  HERE,
	  .run = run_driver,
	  .before_bind = true,
	  .needs = "config-platform",
	  .what = "vfio-platform is built in, loaded, or can be loaded",
	  .cause = "the kernel was built without it, or its modules are not installed",
	  .see = "ls /sys/bus/platform/drivers/vfio-platform; modprobe -n vfio-platform",
	  .source = "Linux, drivers/vfio/platform/Kconfig",
	  .fix = FIX_NO_DRIVER },
	{ .name = "reset-required",
	  HERE,
	  .run = run_reset_required,
	  .before_bind = true,
	  .needs = "driver cmdline-reset",
	  .what = "vfio-platform runs with reset_required=N",
	  .cause = "vfio-platform refuses a device without a reset driver, and Linux has "
		   "none for these devices; the parameter cannot be changed while the "
		   "module is loaded",
	  .see = "dmesg: 'VFIO: No reset function found for device'; cat "
		 "/sys/module/vfio_platform/parameters/reset_required",
	  .source = "Linux, drivers/vfio/platform/vfio_platform_common.c, "
		    "vfio_platform_init_common()",
	  .fix = FIX_RESET },
	{ .name = "smmu-driver",
	  HERE,
	  .run = run_smmu_driver,
	  .before_bind = true,
	  .needs = "smmu config-smmu",
	  .what = "the SMMU driver runs",
	  .cause = "the kernel was built without CONFIG_ARM_SMMU, or the SMMU is disabled",
	  .see = "ls /sys/class/iommu",
	  .source = "Linux, drivers/iommu/iommu-sysfs.c, iommu_device_sysfs_add()",
	  .fix = FIX_NO_SMMU },
	{ .name = "kvm",
	  HERE,
	  .run = run_kvm,
	  .needs = "config-kvm",
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
	  .needs = "config-container",
	  .what = "/dev/vfio/vfio exists, and the user of the VMM may open it",
	  .cause =
		  "VFIO creates the file with mode 0666 when its module is loaded; a udev rule "
		  "or a script changed the mode",
	  .see = "ls -l /dev/vfio; QEMU: '... /dev/vfio/vfio ...'",
	  .source = "Linux, drivers/vfio/container.c, vfio_container_init()",
	  .fix = "run 'modprobe vfio' and 'chmod 666 /dev/vfio/vfio': the file gives access to "
		 "no device" },
	{ .name = NULL },
};
