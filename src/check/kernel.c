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

static bool is_known(char parameter)
{
	return parameter == PARAMETER_ON || parameter == PARAMETER_OFF;
}

/* Does the running kernel have what the option is for, so that the file is of another one? */
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
		{ "VFIO_IOMMU_TYPE1", is_known(facts->kernel.unsafe_interrupts) },
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

static void run_option(const struct facts *facts, struct finding *out)
{
	const char *option = out->check->option;
	enum config_state state = kconfig_option(facts->kernel.config, option);

	if (state == CONFIG_BUILT_IN || state == CONFIG_MODULE)
		finding_set(out, VERDICT_OK, "the kernel has CONFIG_%s%s", option,
			    states[state]);
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

#define NO_CMDLINE "/proc/cmdline cannot be read"
#define DISABLE_BYPASS "ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT"

/* A yes-or-no parameter of a module is on without a value. */
static enum argument_state argument(const struct facts *facts, const char *name)
{
	const char *cmdline = facts->kernel.cmdline;

	return cmdline ? cmdline_argument(cmdline, name, ARGUMENT_ON) : ARGUMENT_UNSEEN;
}

static void run_reset(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config;
	bool built_in = config && kconfig_option(config, "VFIO_PLATFORM") == CONFIG_BUILT_IN;
	enum argument_state said = argument(facts, "vfio_platform.reset_required");

	if (said == ARGUMENT_OFF)
		finding_set(out, VERDICT_OK,
			    "the command line has vfio_platform.reset_required=0");
	else if (facts->snapshot.reset == RESET_NOT_REQUIRED)
		finding_set(out, VERDICT_OK, "the driver was loaded with reset_required=0");
	else if (built_in && said == ARGUMENT_UNSEEN)
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

static void run_unsafe(const struct facts *facts, struct finding *out)
{
	const struct kernel_facts *k = &facts->kernel;
	enum argument_state said = argument(facts, "vfio_iommu_type1.allow_unsafe_interrupts");

	if (k->unsafe_interrupts == PARAMETER_UNSEEN)
		finding_not_seen(out, "/" PATH_UNSAFE_INTERRUPTS " cannot be read");
	else if (k->unsafe_interrupts == PARAMETER_ON)
		finding_set(out, VERDICT_OK, "allow_unsafe_interrupts is Y");
	else if (k->unsafe_interrupts)
		finding_set(out,
			    version_before(&k->version, 6, 3) ? VERDICT_WARN : VERDICT_FAIL,
			    "allow_unsafe_interrupts is N, and this SoC cannot remap "
			    "interrupts: the VMM gets 'Operation not permitted'");
	else if (said == ARGUMENT_ON)
		finding_set(out, VERDICT_OK,
			    "the command line has vfio_iommu_type1.allow_unsafe_interrupts=1");
	else if (said == ARGUMENT_UNSEEN)
		finding_not_seen(out, NO_CMDLINE);
	else
		finding_set(out, VERDICT_WARN,
			    "vfio_iommu_type1 is not loaded, and neither is "
			    "allow_unsafe_interrupts on the command line: unless modprobe.d "
			    "sets it, the VMM gets 'Operation not permitted'");
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

/* Neither the driver's parameter nor the command line says it. */
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
	enum argument_state said = argument(facts, "arm_smmu.disable_bypass");

	if (facts->kernel.disable_bypass == PARAMETER_UNSEEN) {
		finding_not_seen(out, "/" PATH_DISABLE_BYPASS " cannot be read");
		return;
	}
	if (is_known(facts->kernel.disable_bypass))
		said = facts->kernel.disable_bypass == PARAMETER_ON ? ARGUMENT_ON :
								      ARGUMENT_OFF;
	switch (said) {
	case ARGUMENT_UNSEEN:
		finding_not_seen(out, NO_CMDLINE);
		break;
	case ARGUMENT_ABSENT:
		run_default_bypass(facts, out);
		break;
	case ARGUMENT_OFF:
		set_bypass(false, "arm-smmu.disable_bypass=0", out);
		break;
	case ARGUMENT_ON:
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

/* Before there is a group: the last word is the command line's. */
static void run_default_domain(const struct facts *facts, struct finding *out)
{
	const char *config = facts->kernel.config, *cmdline = facts->kernel.cmdline;
	enum argument_state said = ARGUMENT_UNSEEN;

	/* drivers/iommu/iommu.c, iommu_set_def_domain_type(): alone it has no value to read */
	if (cmdline)
		said = cmdline_argument(cmdline, "iommu.passthrough", ARGUMENT_ABSENT);
	if (said == ARGUMENT_UNSEEN)
		finding_not_seen(out, NO_CMDLINE);
	else if (said == ARGUMENT_ON)
		warn_passthrough("iommu.passthrough=1", out);
	else if (said == ARGUMENT_ABSENT && !config)
		finding_not_seen(out, facts->kernel.config_unseen);
	else if (said == ARGUMENT_ABSENT &&
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

	finding_set(out, VERDICT_OK, "a group that no guest has is translated or blocked");
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
	  .fix = "use Linux 5.10, 5.15, or 6.3 and later, or apply commit 168a9c91fe0a "
		 "to 6.1 or 6.2" },
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
	  .needs = { "config-vfio" },
	  .cause = "the VMM opens /dev/vfio/N; since Linux 6.6 the option can be off",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-container",
	  OPTION("VFIO_CONTAINER"),
	  .run = run_newer_option,
	  .needs = { "config-vfio", "config-group" },
	  .cause = "the VMM opens /dev/vfio/vfio; since Linux 6.2 the option can be off",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-type1",
	  OPTION("VFIO_IOMMU_TYPE1"),
	  .run = run_option,
	  .needs = { "config-vfio", "config-container" },
	  .cause =
		  "the VMM maps the guest's memory through it; without it QEMU fails with 'No "
		  "available IOMMU models'. CONFIG_VFIO selects it where there is an IOMMU",
	  .source = "Linux, drivers/vfio/Kconfig" },
	{ .name = "config-platform",
	  OPTION("VFIO_PLATFORM"),
	  .run = run_option,
	  .needs = { "config-vfio" },
	  .cause = "it is the driver that the devices are bound to; arm64's defconfig, "
		   "NXP's imx_v8_defconfig and Debian's kernels do not have it",
	  .source = "Linux, drivers/vfio/platform/Kconfig" },
	{ .name = "config-smmu",
	  OPTION("ARM_SMMU"),
	  .run = run_option,
	  .cause = "it is the driver of the MMU-500, which is an SMMU v2",
	  .source = "Linux, drivers/iommu/Kconfig" },
	{ .name = "config-guide",
	  CONFIG,
	  .run = run_guide,
	  .what = "what else the Ghaf guide asks for",
	  .cause = "IOMMU_DEFAULT_PASSTHROUGH is for devices that no guest has (see check "
		   "'passthrough'); ARM_SMMU_V3_SVA is for the SMMU v3",
	  .see = "zgrep -e PASSTHROUGH -e V3_SVA /proc/config.gz",
	  .source = "the Ghaf guide; Linux, drivers/iommu/Kconfig",
	  .fix = "build the kernel without them" },
	{ .name = "cmdline-reset",
	  HOST,
	  .run = run_reset,
	  .needs = { "config-platform" },
	  .what = "a driver that is built in gets vfio_platform.reset_required=0",
	  .cause = "a built-in driver gets its parameters only from the kernel command line",
	  .see = "cat /proc/cmdline /sys/module/vfio_platform/parameters/reset_required",
	  .source = "Linux, drivers/vfio/platform/vfio_platform.c",
	  .fix = "add vfio_platform.reset_required=0 to the kernel command line" },
	{ .name = "unsafe-interrupts",
	  HOST,
	  .run = run_unsafe,
	  .needs = { "config-type1" },
	  .what = "VFIO accepts the group although interrupts are not remapped",
	  .cause = "a device that can write to an MSI doorbell could raise any interrupt "
		   "of the host, and without an ITS the kernel cannot rule it out; the "
		   "passed devices have only wired interrupts",
	  .see = "dmesg: 'No interrupt remapping support'; QEMU: 'failed to setup "
		 "container for group N: Failed to set iommu for container: Operation not permitted'",
	  .source = "Linux, drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group()",
	  .fix = "run 'modprobe vfio_iommu_type1 allow_unsafe_interrupts=1', or, if it "
		 "is loaded, 'echo 1 > "
		 "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts'" },
	{ .name = "smmu-bypass",
	  HOST,
	  .run = run_bypass,
	  .needs = { "config-smmu" },
	  .what = "DMA with an unknown stream id is blocked",
	  .cause = "with arm-smmu.disable_bypass=0 a missing stream id stays unnoticed, "
		   "and the guest's device reaches all of the host's memory",
	  .see = "cat /proc/cmdline /sys/module/arm_smmu/parameters/disable_bypass",
	  .source = "Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c",
	  .fix = "remove arm-smmu.disable_bypass=0 from the kernel command line" },
	{ .name = "passthrough",
	  HOST,
	  .run = run_passthrough,
	  .what = "the passed devices reach no memory while no guest has them",
	  .cause = "with passthrough a group that VFIO does not use is not translated, and "
		   "a port that is on when its guest ends goes on to receive",
	  .see = "cat /proc/cmdline /sys/kernel/iommu_groups/N/type",
	  .source = "Linux, Documentation/admin-guide/kernel-parameters.txt; "
		    "drivers/iommu/iommu.c, iommu_def_domain_type",
	  .fix = "write iommu.passthrough=0 on the kernel command line" },
	{ .name = NULL },
};
