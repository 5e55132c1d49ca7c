/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the kernel: its version, its configuration, its command line. */
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"
#include "check/kconfig.h"

static void run_version(const struct facts *facts, struct finding *out)
{
	const struct kernel_facts *k = &facts->kernel;

	if (!k->version.major)
		finding_not_seen(out, "/proc/sys/kernel/osrelease has no version");
	else if (version_before(&k->version, 6, 1) || !version_before(&k->version, 6, 3))
		finding_set(out, VERDICT_OK, "Linux %s", k->release);
	else if (devices_bound(&facts->snapshot))
		finding_set(out, VERDICT_OK, "Linux %s, and it has bound devices", k->release);
	else
		finding_explain(out, REASON_RESET_IGNORED, k->release);
}

/* What may be missing from the configuration, as the thing itself is there. */
static bool is_there_all_the_same(const struct facts *facts, const char *option)
{
	return !*facts->no_host && !strcmp(option, "VFIO_PLATFORM") &&
	       (facts->snapshot.has_driver || facts->module == MODULE_LOADABLE);
}

static const char *const states[] = {
	[CONFIG_ABSENT] = "not there",
	[CONFIG_OFF] = "not set",
	[CONFIG_MODULE] = "=m",
	[CONFIG_BUILT_IN] = "=y",
};

static void run_option(const struct facts *facts, struct finding *out)
{
	const char *option = out->check->option;
	enum config_state state = kconfig_option(facts->kernel.config, option);

	if (state == CONFIG_BUILT_IN || state == CONFIG_MODULE)
		finding_set(out, VERDICT_OK, "CONFIG_%s%s", option, states[state]);
	else if (is_there_all_the_same(facts, option))
		finding_set(out, VERDICT_OK, "CONFIG_%s is %s, but the driver is there",
			    option, states[state]);
	else
		finding_set(out, VERDICT_FAIL, "CONFIG_%s is %s", option, states[state]);
}

/* Options that younger kernels have, on by default: off is wrong, not there is not. */
static void run_young_option(const struct facts *facts, struct finding *out)
{
	if (kconfig_option(facts->kernel.config, out->check->option) == CONFIG_ABSENT)
		finding_set(out, VERDICT_OK, "this kernel does it without such an option");
	else
		run_option(facts, out);
}

static void run_document(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config;

	finding_set(out, VERDICT_NOTE,
		    "IOMMU_DEFAULT_PASSTHROUGH is %s: harmless, VFIO does not need it; "
		    "ARM_SMMU_V3_SVA is %s: irrelevant, this SMMU is no v3",
		    states[kconfig_option(config, "IOMMU_DEFAULT_PASSTHROUGH")],
		    states[kconfig_option(config, "ARM_SMMU_V3_SVA")]);
}

static enum argument_state argument(const struct facts *facts, const char *name)
{
	const char *cmdline = facts->kernel.cmdline;

	return cmdline ? cmdline_argument(cmdline, name) : ARGUMENT_ABSENT;
}

static void run_reset(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config;
	bool built_in = config && kconfig_option(config, "VFIO_PLATFORM") == CONFIG_BUILT_IN;

	if (argument(facts, "vfio_platform.reset_required") == ARGUMENT_OFF)
		finding_set(out, VERDICT_OK, "vfio_platform.reset_required=0");
	else if (facts->snapshot.reset == RESET_NOT_REQUIRED)
		finding_set(out, VERDICT_OK,
			    "not there, and not needed: the driver was loaded with it");
	else if (built_in)
		finding_set(out, VERDICT_FAIL,
			    "the driver is built in, and "
			    "vfio_platform.reset_required=0 is not there");
	else
		finding_set(out, VERDICT_OK,
			    "not there; 'imxpt bind' loads the driver with it");
}

static void run_unsafe(const struct facts *facts, struct finding *out)
{
	const struct kernel_facts *k = &facts->kernel;

	if (k->unsafe_interrupts == 'Y')
		finding_set(out, VERDICT_OK, "allow_unsafe_interrupts=Y");
	else if (k->unsafe_interrupts)
		finding_set(out,
			    version_before(&k->version, 6, 3) ? VERDICT_WARN : VERDICT_FAIL,
			    "it is N, and this SoC cannot remap interrupts: QEMU will get "
			    "'Operation not permitted'");
	else if (argument(facts, "vfio_iommu_type1.allow_unsafe_interrupts") == ARGUMENT_ON)
		finding_set(out, VERDICT_OK, "vfio_iommu_type1.allow_unsafe_interrupts=1");
	else
		finding_set(out, VERDICT_WARN,
			    "the module is not loaded, and the command line does not say: "
			    "without it, unless modprobe.d has it, QEMU will get "
			    "'Operation not permitted'");
}

static void run_bypass(const struct facts *facts, struct finding *out)
{
	if (facts->kernel.disable_bypass == 'N' ||
	    (!facts->kernel.disable_bypass &&
	     argument(facts, "arm_smmu.disable_bypass") == ARGUMENT_OFF))
		finding_set(out, VERDICT_WARN,
			    "arm-smmu's disable_bypass is off: DMA with a stream id that "
			    "no driver knows goes past the SMMU");
	else
		finding_set(out, VERDICT_OK, "what the SMMU does not know is stopped");
}

static void run_passthrough(const struct facts *facts, struct finding *out)
{
	if (argument(facts, "iommu.passthrough") == ARGUMENT_ON)
		finding_set(out, VERDICT_NOTE,
			    "iommu.passthrough=1: harmless, it is for the host's own "
			    "devices");
	else
		finding_set(out, VERDICT_OK, "not there, and not needed");
}

#define HERE .stage = CHECK_KERNEL
#define HOST HERE, .input = INPUT_HOST
#define CONFIG HERE, .input = INPUT_CONFIG
#define OPTION(name)                                                              \
	CONFIG, .option = name, .what = "CONFIG_" name,                           \
		.see = "zgrep CONFIG_" name " /proc/config.gz; grep CONFIG_" name \
		       " /boot/config-$(uname -r)",                               \
		.fix = "build the kernel with CONFIG_" name

static const struct check rows[] = {
	/* a bind is tried all the same: whether the commit is in cannot be seen */
	{ .name = "version",
	  HOST,
	  .run = run_version,
	  .what = "Linux's version",
	  .cause = "vfio_platform_init_common() of 6.1 and 6.2 returns the missing reset "
		   "driver's error whatever reset_required says",
	  .see = "the bind fails with error -2, and the log has no 'No reset function found'",
	  .source = "Linux, commit 168a9c91fe0a",
	  .fix = "use Linux 5.10, 5.15, or 6.3 and later, or apply commit 168a9c91fe0a to 6.1 or 6.2" },
	{ .name = "config-kvm",
	  OPTION("KVM"),
	  .run = run_option,
	  .cause = "QEMU needs KVM for a guest that runs on the board's own cores",
	  .source = "Linux, arch/arm64/kvm/Kconfig" },
	{ .name = "config-vfio",
	  OPTION("VFIO"),
	  .run = run_option,
	  .cause = "the frame that hands devices to user space",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-type1",
	  OPTION("VFIO_IOMMU_TYPE1"),
	  .run = run_option,
	  .cause = "QEMU maps the guest's memory through it: without it, 'No available IOMMU "
		   "models'; selected with CONFIG_VFIO where there is an IOMMU",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-platform",
	  OPTION("VFIO_PLATFORM"),
	  .run = run_option,
	  .cause = "the driver that takes the devices; neither arm64's defconfig nor NXP's "
		   "imx_v8_defconfig nor Debian's kernels have it",
	  .source = "Linux, drivers/vfio/platform/Kconfig" },
	{ .name = "config-smmu",
	  OPTION("ARM_SMMU"),
	  .run = run_option,
	  .cause = "the driver of the MMU-500, which is an SMMU v2",
	  .source = "Linux, drivers/iommu/Kconfig" },
	{ .name = "config-group",
	  OPTION("VFIO_GROUP"),
	  .run = run_young_option,
	  .cause = "QEMU opens /dev/vfio/N; kernels since 6.6 can do without",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-container",
	  OPTION("VFIO_CONTAINER"),
	  .run = run_young_option,
	  .cause = "QEMU opens /dev/vfio/vfio; kernels since 6.2 can do without",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-document",
	  CONFIG,
	  .run = run_document,
	  .what = "what else the source document asks for",
	  .cause = "IOMMU_DEFAULT_PASSTHROUGH leaves the host's own devices untranslated, and "
		   "VFIO brings its own domain; ARM_SMMU_V3_SVA belongs to another SMMU",
	  .see = "zgrep -e PASSTHROUGH -e V3_SVA /proc/config.gz",
	  .source = "the source document; Linux, drivers/iommu/Kconfig",
	  .fix = "leave both options as they are" },
	{ .name = "cmdline-reset",
	  HOST,
	  .run = run_reset,
	  .needs = { "config-platform" },
	  .what = "vfio_platform.reset_required=0, where the driver is built in",
	  .cause = "a built-in driver has its parameters from the command line alone",
	  .see = "cat /proc/cmdline /sys/module/vfio_platform/parameters/reset_required",
	  .source = "Linux, drivers/vfio/platform/vfio_platform.c",
	  .fix = "add vfio_platform.reset_required=0 to the kernel command line" },
	{ .name = "unsafe-interrupts",
	  HOST,
	  .run = run_unsafe,
	  .what = "vfio_iommu_type1.allow_unsafe_interrupts",
	  .cause =
		  "a device that can write to an MSI doorbell could raise any interrupt of "
		  "the host; the kernel cannot rule it out without an ITS. The passed devices "
		  "have wires only",
	  .see = "dmesg: 'No interrupt remapping support'; QEMU: 'failed to setup container for "
		 "group N: Failed to set iommu for container: Operation not permitted'",
	  .source = "Linux, drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group()",
	  .fix = "modprobe vfio_iommu_type1 allow_unsafe_interrupts=1, or where it is loaded "
		 "echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts, or "
		 "add vfio_iommu_type1.allow_unsafe_interrupts=1 to the kernel command line" },
	{ .name = "smmu-bypass",
	  HOST,
	  .run = run_bypass,
	  .what = "arm-smmu.disable_bypass=0",
	  .cause = "it hides a stream id that is not set: the guest's device then reaches all "
		   "of the host's memory",
	  .see = "cat /proc/cmdline /sys/module/arm_smmu/parameters/disable_bypass",
	  .source = "Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c",
	  .fix = "take arm-smmu.disable_bypass=0 off the kernel command line, or build the "
		 "kernel with CONFIG_ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT" },
	{ .name = "passthrough",
	  HOST,
	  .run = run_passthrough,
	  .what = "iommu.passthrough",
	  .cause = "it keeps the host's own devices untranslated; VFIO brings its own domain",
	  .see = "cat /proc/cmdline",
	  .source = "Linux, Documentation/admin-guide/kernel-parameters.txt",
	  .fix = "leave iommu.passthrough as it is" },
};

const struct checks checks_of_kernel = { rows, sizeof(rows) / sizeof(rows[0]) };
