/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the kernel: its version, its configuration, its command line. */
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

static void run_version(const struct facts *facts, struct finding *out)
{
	const struct kernel_facts *k = &facts->kernel;

	if (!k->version.major)
		finding_not_seen(out, NO_VERSION);
	else if (version_before(&k->version, 6, 1) || !version_before(&k->version, 6, 3))
		finding_set(out, VERDICT_OK, "the kernel is Linux %s", k->release);
	else if (devices_bound(&facts->snapshot))
		finding_set(out, VERDICT_OK, "the kernel is Linux %s, and it bound devices",
			    k->release);
	else
		finding_explain(out, REASON_RESET_IGNORED, k->release);
}

/* Does the running kernel have what option is for?  Then the file is another kernel's. */
static bool is_available(const struct facts *facts, const char *option)
{
	const struct snapshot *s = &facts->snapshot;
	bool has_group = s->n_devices && s->devices[0].has_group_device;
	const struct {
		const char *option;
		bool available;
	} seen[] = {
		{ "KVM", !facts->kvm.err },
		{ "VFIO", s->has_driver || has_group },
		{ "VFIO_GROUP", has_group },
		{ "VFIO_CONTAINER", s->has_driver && !facts->container.err },
		{ "VFIO_IOMMU_TYPE1", parameter_is_known(facts->kernel.unsafe_interrupts) },
		{ "VFIO_PLATFORM", s->has_driver || facts->module == MODULE_LOADABLE },
		{ "ARM_SMMU", s->has_iommu && !s->iommu_err },
	};

	for (size_t i = 0; !*facts->host_unseen && i < sizeof(seen) / sizeof(seen[0]); i++) {
		if (!strcmp(seen[i].option, option))
			return seen[i].available;
	}
	return false;
}

static const char *const states[] = {
	[CONFIG_ABSENT] = "absent",
	[CONFIG_OFF] = "not set",
	[CONFIG_MODULE] = "=m",
	[CONFIG_BUILT_IN] = "=y",
};

static bool is_by_iommufd(const struct facts *facts, const char *option)
{
	return (!strcmp(option, "VFIO_CONTAINER") || !strcmp(option, "VFIO_IOMMU_TYPE1")) &&
	       facts_have_iommufd_container(facts);
}

static void run_option(const struct facts *facts, struct finding *out)
{
	const char *option = out->check->option;
	enum config_state state = kconfig_option(facts->kernel.config, option);

	if (state == CONFIG_BUILT_IN || state == CONFIG_MODULE)
		finding_set(out, VERDICT_OK, "the kernel has CONFIG_%s%s", option,
			    states[state]);
	else if (is_by_iommufd(facts, option))
		finding_set(out, VERDICT_OK,
			    "CONFIG_%s is %s, and CONFIG_IOMMUFD_VFIO_CONTAINER=y replaces it",
			    option, states[state]);
	else if (is_available(facts, option))
		finding_set(out, VERDICT_OK,
			    "CONFIG_%s is %s, but the running kernel has what it is for",
			    option, states[state]);
	else
		finding_set(out, VERDICT_FAIL, "CONFIG_%s is %s", option, states[state]);
}

/* An option that only newer kernels have, on by default: absent is fine, off is not. */
static void run_newer_option(const struct facts *facts, struct finding *out)
{
	if (kconfig_option(facts->kernel.config, out->check->option) == CONFIG_ABSENT)
		finding_set(out, VERDICT_OK, "this kernel has no such option and needs none");
	else
		run_option(facts, out);
}

static void run_guide(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config;

	finding_set(out, VERDICT_NOTE,
		    "IOMMU_DEFAULT_PASSTHROUGH (%s) and ARM_SMMU_V3_SVA (%s) are not needed: "
		    "VFIO has its own domain, and this SMMU is a v2",
		    states[kconfig_option(config, "IOMMU_DEFAULT_PASSTHROUGH")],
		    states[kconfig_option(config, "ARM_SMMU_V3_SVA")]);
}

static void run_reset(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config;
	bool built_in = config && kconfig_option(config, "VFIO_PLATFORM") == CONFIG_BUILT_IN;
	enum parameter_state said = facts_argument(facts, "vfio_platform.reset_required");

	if (said == PARAMETER_OFF)
		finding_set(out, VERDICT_OK,
			    "the command line has vfio_platform.reset_required=0");
	else if (facts->snapshot.reset == RESET_NOT_REQUIRED)
		finding_set(out, VERDICT_OK, "the driver was loaded with reset_required=0");
	else if (built_in && said == PARAMETER_UNSEEN)
		finding_not_seen(out, NO_CMDLINE);
	else if (built_in)
		finding_set(out, VERDICT_FAIL,
			    "the driver is built in, and the command line has no "
			    "vfio_platform.reset_required=0");
	else if (facts->snapshot.reset == RESET_REQUIRED)
		finding_set(out, VERDICT_SKIP,
			    "the driver is loaded with reset_required=Y (see check "
			    "'reset-required')");
	else if (facts->snapshot.has_driver)
		finding_not_seen(out, "/" PATH_RESET_REQUIRED " cannot be read");
	else
		finding_set(out, VERDICT_OK,
			    "'imxpt bind' loads the driver with reset_required=0");
}

#define HERE .stage = CHECK_KERNEL
#define HOST HERE, .input = INPUT_HOST
#define CONFIG HERE, .input = INPUT_CONFIG
#define OPTION(name)                                                              \
	CONFIG, .option = (name), .what = "CONFIG_" name,                         \
		.see = "zgrep CONFIG_" name " /proc/config.gz; grep CONFIG_" name \
		       " /boot/config-$(uname -r)",                               \
		.fix = "build the kernel with CONFIG_" name

const struct check checks_of_kernel[] = {
	/* not before a bind: whether the commit is in the kernel cannot be seen */
	{ .name = "version",
	  HOST,
	  .run = run_version,
	  .what = "this version of Linux can bind without a reset driver",
	  .cause = "vfio_platform_init_common() of 6.1 and 6.2 returns the error of the "
		   "missing reset driver even with reset_required=0",
	  .see = "the bind fails with error -2, and the kernel log has no 'No reset "
		 "function found'",
	  .source = "Linux, commit 168a9c91fe0a",
	  .fix = FIX_RESET_IGNORED },
	{ .name = "config-kvm",
	  OPTION("KVM"),
	  .run = run_option,
	  .cause = "the VMM needs KVM to run the guest on the board's own cores",
	  .source = "Linux, arch/arm64/kvm/Kconfig" },
	{ .name = "config-vfio",
	  OPTION("VFIO"),
	  .run = run_option,
	  .cause = "VFIO is what passes devices through to a process",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-group",
	  OPTION("VFIO_GROUP"),
	  .run = run_newer_option,
	  .needs = "config-vfio",
	  .cause = "the VMM opens /dev/vfio/N; since Linux 6.6 the option can be off",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-container",
	  OPTION("VFIO_CONTAINER"),
	  .run = run_newer_option,
	  .needs = "config-vfio config-group",
	  .cause = "the VMM opens /dev/vfio/vfio; since Linux 6.2 the option can be off, and "
		   "CONFIG_IOMMUFD_VFIO_CONTAINER can take its place",
	  .source = "Linux, drivers/vfio/Kconfig; drivers/iommu/iommufd/Kconfig" },
	{ .name = "config-type1",
	  OPTION("VFIO_IOMMU_TYPE1"),
	  .run = run_option,
	  .needs = "config-vfio config-container",
	  .cause =
		  "the VMM maps the guest's memory through it; without it QEMU fails with 'No "
		  "available IOMMU models'. CONFIG_VFIO_CONTAINER selects it; iommufd has its "
		  "calls where CONFIG_IOMMUFD_VFIO_CONTAINER takes its place",
	  .source = "Linux, drivers/vfio/Kconfig; drivers/iommu/iommufd/vfio_compat.c" },
	{ .name = "config-platform",
	  OPTION("VFIO_PLATFORM"),
	  .run = run_option,
	  .needs = "config-vfio",
	  .cause = "it is the driver that the devices are bound to; arm64's defconfig, "
		   "NXP's imx_v8_defconfig and Debian's kernels do not have it",
	  .source = "Linux, drivers/vfio/platform/Kconfig" },
	{ .name = "config-smmu",
	  OPTION("ARM_SMMU"),
	  .run = run_option,
	  .cause = "it is the driver of the MMU-500, which is an SMMU v2",
	  .source = "Linux, drivers/iommu" },
	{ .name = "config-guide",
	  CONFIG,
	  .run = run_guide,
	  .what = "what else the Ghaf guide asks for",
	  .cause = "IOMMU_DEFAULT_PASSTHROUGH is for devices that no guest has (see check "
		   "'passthrough'); ARM_SMMU_V3_SVA is for the SMMU v3",
	  .see = "zgrep -e PASSTHROUGH -e V3_SVA /proc/config.gz",
	  .source = "the Ghaf guide; Linux, drivers/iommu",
	  .fix = "build the kernel without them" },
	{ .name = "cmdline-reset",
	  HOST,
	  .run = run_reset,
	  .needs = "config-platform",
	  .what = "a driver that is built in gets vfio_platform.reset_required=0",
	  .cause = "a built-in driver gets its parameters only from the kernel command line",
	  .see = "cat /proc/cmdline /sys/module/vfio_platform/parameters/reset_required",
	  .source = "Linux, drivers/vfio/platform/vfio_platform.c",
	  .fix = "add vfio_platform.reset_required=0 to the kernel command line" },
	{ .name = NULL },
};
