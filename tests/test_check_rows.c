/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks of kernel, drivers and VMM find, on facts made by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "check_row.h"

static const struct profile profile = {
	.pass = { { .node.name = "a@1", .bus_master = true }, { .node.name = "b@2" } },
	.n_pass = 2,
};

/* A board of which nothing was read; each test adds what it is about. */
static struct facts facts;
static char config[256], cmdline[256];

static int begin(void **state)
{
	(void)state;
	facts = (struct facts){
		.profile = &profile,
		.tree.resolved = { .profile = &profile, .tree = &facts.tree.t },
		.kernel = { .release = "6.6.0", .version = { 6, 6 } },
		.snapshot = { .n_devices = 2,
			      .devices = { { .wanted = "a@1", .name = "a" } } },
		.user = { .name = "vmm", .id = 1, .named = true },
	};
	return 0;
}

#define assert_row(name, v, evidence) check_row_says(&facts, name, v, evidence)

static void set_version(int major, int minor)
{
	facts.kernel.version = (struct version){ major, minor };
}

static void two_versions_require_a_reset_driver(void **state)
{
	static const struct version fine[] = {
		{ 4, 9 }, { 5, 19 }, { 6, 0 }, { 6, 3 }, { 6, 12 }, { 7, 0 }, { 7, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		facts.kernel.version = fine[i];
		assert_row("version", VERDICT_OK, "the kernel is Linux 6.6.0");
	}
	for (int minor = 1; minor <= 2; minor++) {
		set_version(6, minor);
		assert_row("version", VERDICT_FAIL,
			   "6.6.0: Linux 6.1 and 6.2 require a reset driver even with "
			   "reset_required=0");
	}
	strcpy(facts.snapshot.devices[1].driver, VFIO_DRIVER);
	assert_row("version", VERDICT_OK, "the kernel is Linux 6.6.0, and it bound devices");
	set_version(0, 0);
	assert_row("version", VERDICT_SKIP,
		   "not seen: /proc/sys/kernel/osrelease has no version");
}

/* The configuration may be of another kernel. */
static void what_the_kernel_has_needs_no_option(void **state)
{
	static const char *const rows[][2] = {
		{ "config-kvm", "KVM" },
		{ "config-vfio", "VFIO" },
		{ "config-group", "VFIO_GROUP" },
		{ "config-container", "VFIO_CONTAINER" },
		{ "config-type1", "VFIO_IOMMU_TYPE1" },
		{ "config-platform", "VFIO_PLATFORM" },
		{ "config-smmu", "ARM_SMMU" },
	};
	static struct facts lacking; /* too large for a stack */

	(void)state;
	facts.snapshot.has_driver = facts.snapshot.has_iommu = true;
	facts.snapshot.devices[0].has_group_device = true;
	facts.kernel.unsafe_interrupts = PARAMETER_OFF;
	lacking = facts;
	lacking.kvm.err = lacking.container.err = -ENOENT;
	lacking.snapshot = (struct snapshot){ .n_devices = 2 };
	lacking.kernel.unsafe_interrupts = PARAMETER_ABSENT;
	facts.kernel.config = lacking.kernel.config = config;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char off[96], but[160];

		snprintf(config, sizeof(config), "# CONFIG_%s is not set\n", rows[i][1]);
		snprintf(off, sizeof(off), "CONFIG_%s is not set", rows[i][1]);
		snprintf(but, sizeof(but), "%s, but the running kernel has what it is for",
			 off);
		check_row_says(&lacking, rows[i][0], VERDICT_FAIL, off);
		check_row_says(&facts, rows[i][0], VERDICT_OK, but);
	}
}

static void a_driver_that_is_there_needs_no_option(void **state)
{
	(void)state;
	facts.kernel.config = strcpy(config, "# CONFIG_VFIO_PLATFORM is not set\n");
	facts.kvm.err = -ENOENT;
	assert_row("config-platform", VERDICT_FAIL, "CONFIG_VFIO_PLATFORM is not set");
	facts.module = MODULE_MISSING;
	assert_row("config-platform", VERDICT_FAIL, "CONFIG_VFIO_PLATFORM is not set");
	facts.module = MODULE_LOADABLE;
	assert_row("config-platform", VERDICT_OK,
		   "CONFIG_VFIO_PLATFORM is not set, but the running kernel has what it is "
		   "for");
	assert_row("config-kvm", VERDICT_FAIL, "CONFIG_KVM is absent");
	facts.module = MODULE_UNKNOWN;
	facts.snapshot.has_driver = true;
	assert_row("config-platform", VERDICT_OK,
		   "CONFIG_VFIO_PLATFORM is not set, but the running kernel has what it is "
		   "for");
	strcpy(facts.host_unseen, "a tree only");
	assert_row("config-platform", VERDICT_FAIL, "CONFIG_VFIO_PLATFORM is not set");
	strcpy(config, "CONFIG_VFIO_PLATFORM=m\nCONFIG_KVM=y\n");
	assert_row("config-platform", VERDICT_OK, "the kernel has CONFIG_VFIO_PLATFORM=m");
	assert_row("config-kvm", VERDICT_OK, "the kernel has CONFIG_KVM=y");
	assert_row("config-group", VERDICT_OK,
		   "this kernel has no such option and needs none");
	strcpy(config, "# CONFIG_VFIO_GROUP is not set\n");
	assert_row("config-group", VERDICT_FAIL, "CONFIG_VFIO_GROUP is not set");
}

#define UNSEEN_CMDLINE "not seen: /proc/cmdline cannot be read"

static void the_reset_driver_is_required_by_the_command_line_or_the_module(void **state)
{
	(void)state;
	assert_row("cmdline-reset", VERDICT_OK,
		   "'imxpt bind' loads the driver with reset_required=0");
	facts.snapshot.has_driver = true;
	assert_row("cmdline-reset", VERDICT_SKIP,
		   "not seen: /sys/module/vfio_platform/parameters/reset_required cannot be "
		   "read");
	facts.snapshot.reset = RESET_REQUIRED;
	assert_row("cmdline-reset", VERDICT_SKIP,
		   "the driver is loaded with reset_required=Y (see check 'reset-required')");
	facts.kernel.config = strcpy(config, "CONFIG_VFIO_PLATFORM=y\n");
	assert_row("cmdline-reset", VERDICT_SKIP, UNSEEN_CMDLINE);
	facts.kernel.cmdline = strcpy(cmdline, "quiet");
	assert_row("cmdline-reset", VERDICT_FAIL,
		   "the driver is built in, and the command line has no "
		   "vfio_platform.reset_required=0");
	facts.snapshot.reset = RESET_NOT_REQUIRED;
	assert_row("cmdline-reset", VERDICT_OK, "the driver was loaded with reset_required=0");
	strcpy(cmdline, "vfio_platform.reset_required=0");
	assert_row("cmdline-reset", VERDICT_OK,
		   "the command line has vfio_platform.reset_required=0");
}

#define REFUSED "the VMM gets 'Operation not permitted'"

static void interrupts_without_remapping_must_be_allowed(void **state)
{
	static const char no[] =
		"vfio_iommu_type1.allow_unsafe_interrupts is N, and this SoC cannot remap "
		"interrupts: " REFUSED;

	(void)state;
	assert_row("unsafe-interrupts", VERDICT_SKIP, UNSEEN_CMDLINE);
	facts.kernel.cmdline = strcpy(cmdline, "quiet");
	assert_row("unsafe-interrupts", VERDICT_WARN,
		   "vfio_iommu_type1 is not loaded, and neither is allow_unsafe_interrupts on "
		   "the command line: unless modprobe.d sets it, " REFUSED);
	strcpy(cmdline, "vfio_iommu_type1.allow_unsafe_interrupts=1");
	assert_row("unsafe-interrupts", VERDICT_OK,
		   "the command line has vfio_iommu_type1.allow_unsafe_interrupts=1");
	facts.kernel.unsafe_interrupts = PARAMETER_OFF;
	set_version(6, 2);
	assert_row("unsafe-interrupts", VERDICT_WARN, no);
	set_version(6, 3);
	assert_row("unsafe-interrupts", VERDICT_FAIL, no);
	facts.kernel.unsafe_interrupts = PARAMETER_ON;
	assert_row("unsafe-interrupts", VERDICT_OK,
		   "vfio_iommu_type1.allow_unsafe_interrupts is Y");
}

static void iommufd_takes_the_place_of_the_container_and_type1(void **state)
{
	(void)state;
	facts.kernel.cmdline = strcpy(cmdline, "vfio_iommu_type1.allow_unsafe_interrupts=1");
	facts.kernel.config = strcpy(config, "# CONFIG_VFIO_CONTAINER is not set\n");
	facts.container.err = -ENOENT;
	assert_row("config-container", VERDICT_FAIL, "CONFIG_VFIO_CONTAINER is not set");
	assert_row("config-type1", VERDICT_FAIL, "CONFIG_VFIO_IOMMU_TYPE1 is absent");
	strcat(config, "CONFIG_IOMMUFD_VFIO_CONTAINER=y\n");
	assert_row("config-container", VERDICT_OK,
		   "CONFIG_VFIO_CONTAINER is not set, and CONFIG_IOMMUFD_VFIO_CONTAINER=y "
		   "replaces it");
	assert_row("config-type1", VERDICT_OK,
		   "CONFIG_VFIO_IOMMU_TYPE1 is absent, and CONFIG_IOMMUFD_VFIO_CONTAINER=y "
		   "replaces it");
	assert_row("unsafe-interrupts", VERDICT_WARN,
		   "iommufd is not loaded, and neither is allow_unsafe_interrupts on the "
		   "command line: unless modprobe.d sets it, " REFUSED);
	strcpy(cmdline, "iommufd.allow_unsafe_interrupts=1");
	assert_row("unsafe-interrupts", VERDICT_OK,
		   "the command line has iommufd.allow_unsafe_interrupts=1");
	set_version(6, 12);
	facts.kernel.unsafe_iommufd = PARAMETER_OFF;
	assert_row("unsafe-interrupts", VERDICT_FAIL,
		   "iommufd.allow_unsafe_interrupts is N, and this SoC cannot remap "
		   "interrupts: " REFUSED);
	facts.kernel.unsafe_iommufd = PARAMETER_UNSEEN;
	assert_row("unsafe-interrupts", VERDICT_SKIP,
		   "not seen: /" PATH_UNSAFE_IOMMUFD " cannot be read");
	/* the configuration is of another kernel: type1 depends on VFIO's own container */
	facts.kernel.unsafe_interrupts = PARAMETER_ON;
	assert_row("unsafe-interrupts", VERDICT_OK,
		   "vfio_iommu_type1.allow_unsafe_interrupts is Y");
	assert_row("config-type1", VERDICT_OK,
		   "CONFIG_VFIO_IOMMU_TYPE1 is absent, but the running kernel has what it is "
		   "for");
}

/* The row needs the command line, then the configuration: it gets one that says nothing. */
static void needs_a_configuration(const char *name)
{
	assert_row(name, VERDICT_SKIP, UNSEEN_CMDLINE);
	facts.kernel.cmdline = strcpy(cmdline, "quiet");
	strcpy(facts.kernel.config_unseen, "no configuration");
	assert_row(name, VERDICT_SKIP, "not seen: no configuration");
	facts.kernel.config = strcpy(config, "CONFIG_KVM=y\n");
}

#define BYPASSES(why) "DMA with an unknown stream id bypasses the SMMU (" why ")"
#define BLOCKED(why) "DMA with an unknown stream id is blocked (" why ")"
#define BY_DEFAULT "CONFIG_ARM_SMMU_DISABLE_BYPASS_BY_DEFAULT"

/* The driver's parameter, then the command line, then the configuration. */
static void dma_with_an_unknown_stream_id_is_blocked_or_not(void **state)
{
	(void)state;
	needs_a_configuration("smmu-bypass");
	assert_row("smmu-bypass", VERDICT_SKIP,
		   "not seen: the configuration has no " BY_DEFAULT);
	strcpy(config, "# " BY_DEFAULT " is not set\n");
	assert_row("smmu-bypass", VERDICT_WARN, BYPASSES(BY_DEFAULT " is not set"));
	strcpy(config, BY_DEFAULT "=y\n");
	assert_row("smmu-bypass", VERDICT_OK, BLOCKED(BY_DEFAULT "=y"));
	strcpy(cmdline, "arm_smmu.disable_bypass=0");
	assert_row("smmu-bypass", VERDICT_WARN, BYPASSES("arm-smmu.disable_bypass=0"));
	facts.kernel.disable_bypass = PARAMETER_ON;
	assert_row("smmu-bypass", VERDICT_OK, BLOCKED("arm-smmu.disable_bypass=1"));
	facts.kernel.disable_bypass = PARAMETER_OFF;
	strcpy(cmdline, "arm_smmu.disable_bypass=1");
	assert_row("smmu-bypass", VERDICT_WARN, BYPASSES("arm-smmu.disable_bypass=0"));
}

#define TRANSLATED "DMA of a group that no guest uses is translated or blocked"
#define PASSES ": a passed device that its guest left running reaches the host's memory"

static void the_group_or_the_command_line_says_what_passes(void **state)
{
	(void)state;
	needs_a_configuration("passthrough");
	assert_row("passthrough", VERDICT_OK, TRANSLATED);
	strcpy(config, "CONFIG_IOMMU_DEFAULT_PASSTHROUGH=y\n");
	assert_row("passthrough", VERDICT_WARN, "CONFIG_IOMMU_DEFAULT_PASSTHROUGH=y" PASSES);
	strcpy(cmdline, "iommu.passthrough=0");
	assert_row("passthrough", VERDICT_OK, TRANSLATED);
	strcpy(cmdline, "iommu.passthrough=1");
	assert_row("passthrough", VERDICT_WARN, "iommu.passthrough=1" PASSES);
	strcpy(facts.devices[1].group_type, "DMA");
	assert_row("passthrough", VERDICT_OK, TRANSLATED);
	strcpy(facts.devices[0].group_type, "identity");
	assert_row("passthrough", VERDICT_WARN,
		   "the group's default domain is 'identity'" PASSES);
}

static void the_driver_is_there_or_can_be_loaded(void **state)
{
	(void)state;
	assert_row("driver", VERDICT_WARN,
		   "vfio-platform is not loaded, and it is not known whether it can be");
	facts.module = MODULE_LOADABLE;
	assert_row("driver", VERDICT_OK,
		   "vfio-platform is not loaded yet; 'imxpt bind' loads it");
	facts.module = MODULE_MISSING;
	assert_row("driver", VERDICT_FAIL, "vfio-platform: the kernel has no such driver");
	facts.snapshot.has_driver = true;
	assert_row("driver", VERDICT_OK, "vfio-platform is loaded or built in");
	assert_row("smmu-driver", VERDICT_FAIL,
		   "a@1: it is in no IOMMU group, since no IOMMU driver is active");
}

static void the_module_requires_a_reset_driver_or_not(void **state)
{
	(void)state;
	assert_row("reset-required", VERDICT_OK,
		   "vfio-platform is not loaded yet; 'imxpt bind' loads it with "
		   "reset_required=0");
	facts.snapshot.has_driver = true;
	assert_row("reset-required", VERDICT_SKIP,
		   "not seen: /sys/module/vfio_platform/parameters/reset_required cannot be "
		   "read");
	facts.snapshot.reset = RESET_NOT_REQUIRED;
	assert_row("reset-required", VERDICT_OK, "reset_required is N");
	facts.snapshot.reset = RESET_REQUIRED;
	assert_row("reset-required", VERDICT_FAIL,
		   "vfio-platform: it was loaded with reset_required=Y, and no reset driver "
		   "exists for these devices");
}

static void a_device_file_that_is_missing_is_named(void **state)
{
	(void)state;
	facts.kvm.err = facts.container.err = -ENOENT;
	assert_row("kvm", VERDICT_FAIL, "/dev/kvm: No such file or directory");
	assert_row("container", VERDICT_SKIP, "VFIO is not loaded yet");
	facts.snapshot.has_driver = true;
	assert_row("container", VERDICT_FAIL, "/dev/vfio/vfio: No such file or directory");
	facts.snapshot.has_driver = false;
	facts.container = (struct file_facts){ .mode = 0666 };
	assert_row("container", VERDICT_OK,
		   "user vmm may open /dev/vfio/vfio (owner 0:0, mode 0666)");
}

static void memory_that_may_be_locked_is_compared_with_the_guests(void **state)
{
	static const char others[] = "not seen: the limit of another user is set where its "
				     "VMM is started: 'ulimit -l' shows it there";

	(void)state;
	assert_row("memlock", VERDICT_SKIP, others);
	facts.user.named = false;
	facts.live = true;
	assert_row("memlock", VERDICT_SKIP, others);
	facts.user.is_self = true;
	assert_row("memlock", VERDICT_SKIP,
		   "not seen: /proc/self/limits has no 'Max locked memory'");
	facts.memlock_known = true;
	facts.memlock = 3 << 20;
	assert_row("memlock", VERDICT_SKIP,
		   "3072 KiB may be locked here; --memory SIZE compares it with the guest's "
		   "memory");
	facts.memory = 3 << 20;
	assert_row("memlock", VERDICT_OK,
		   "3072 KiB may be locked here, and the guest has 3 MiB");
	facts.memlock--;
	assert_row("memlock", VERDICT_FAIL,
		   "3071 KiB may be locked here, and the guest has 3 MiB");
	facts.memlock = UINT64_MAX;
	assert_row("memlock", VERDICT_OK, "locked memory is not limited here");
}

/* Of the bus masters: the others interrupt rarely. */
static void interrupts_show_that_a_guest_runs(void **state)
{
	(void)state;
	facts.devices[1].n_interrupts = 1;
	assert_row("interrupts", VERDICT_SKIP, "not seen: /proc/interrupts cannot be read");
	facts.shows_interrupts = true;
	assert_row("interrupts", VERDICT_SKIP, "no guest uses the devices");
	facts.devices[0].n_interrupts = 2;
	assert_row("interrupts", VERDICT_WARN, "no interrupt of a arrived");
	facts.devices[0].most_interrupts = 1;
	assert_row("interrupts", VERDICT_WARN,
		   "one interrupt of a arrived, and no second: the guest's tree says edge, or "
		   "the line fired before the guest enabled it");
	facts.vmm = VMM_CROSVM;
	assert_row("interrupts", VERDICT_WARN,
		   "one interrupt of a arrived, and no second: the guest has not handled it");
	facts.devices[0].most_interrupts = 2;
	assert_row("interrupts", VERDICT_OK, "2 interrupts of a arrived");
}

#define row(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		row(two_versions_require_a_reset_driver),
		row(what_the_kernel_has_needs_no_option),
		row(a_driver_that_is_there_needs_no_option),
		row(the_reset_driver_is_required_by_the_command_line_or_the_module),
		row(interrupts_without_remapping_must_be_allowed),
		row(iommufd_takes_the_place_of_the_container_and_type1),
		row(dma_with_an_unknown_stream_id_is_blocked_or_not),
		row(the_group_or_the_command_line_says_what_passes),
		row(the_driver_is_there_or_can_be_loaded),
		row(the_module_requires_a_reset_driver_or_not),
		row(a_device_file_that_is_missing_is_named),
		row(memory_that_may_be_locked_is_compared_with_the_guests),
		row(interrupts_show_that_a_guest_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
