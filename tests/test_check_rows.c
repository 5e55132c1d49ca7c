/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks of kernel, drivers, VMM and firmware find, on facts made by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
			   "6.6.0: Linux 6.1 and 6.2 require a reset driver in spite of "
			   "reset_required=0");
	}
	strcpy(facts.snapshot.devices[1].driver, VFIO_DRIVER);
	assert_row("version", VERDICT_OK, "the kernel is Linux 6.6.0, and it bound devices");
	set_version(0, 0);
	assert_row("version", VERDICT_SKIP,
		   "not seen: /proc/sys/kernel/osrelease has no version");
}

static void a_driver_that_is_there_needs_no_option(void **state)
{
	(void)state;
	facts.kernel.config = strcpy(config, "# CONFIG_VFIO_PLATFORM is not set\n");
	assert_row("config-platform", VERDICT_FAIL, "CONFIG_VFIO_PLATFORM is not set");
	facts.module = MODULE_MISSING;
	assert_row("config-platform", VERDICT_FAIL, "CONFIG_VFIO_PLATFORM is not set");
	facts.module = MODULE_LOADABLE;
	assert_row("config-platform", VERDICT_OK,
		   "CONFIG_VFIO_PLATFORM is not set, but the driver is available");
	assert_row("config-kvm", VERDICT_FAIL, "CONFIG_KVM is absent");
	facts.module = MODULE_UNKNOWN;
	facts.snapshot.has_driver = true;
	assert_row("config-platform", VERDICT_OK,
		   "CONFIG_VFIO_PLATFORM is not set, but the driver is available");
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

#define NO_CMDLINE "not seen: /proc/cmdline cannot be read"

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
	assert_row("cmdline-reset", VERDICT_SKIP, NO_CMDLINE);
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
	static const char no[] = "allow_unsafe_interrupts is N, and this SoC cannot remap "
				 "interrupts: " REFUSED;

	(void)state;
	assert_row("unsafe-interrupts", VERDICT_SKIP, NO_CMDLINE);
	facts.kernel.cmdline = strcpy(cmdline, "quiet");
	assert_row("unsafe-interrupts", VERDICT_WARN,
		   "vfio_iommu_type1 is not loaded, and neither is allow_unsafe_interrupts on "
		   "the command line: unless modprobe.d sets it, " REFUSED);
	strcpy(cmdline, "vfio_iommu_type1.allow_unsafe_interrupts=1");
	assert_row("unsafe-interrupts", VERDICT_OK,
		   "the command line has vfio_iommu_type1.allow_unsafe_interrupts=1");
	facts.kernel.unsafe_interrupts = 'N';
	set_version(6, 2);
	assert_row("unsafe-interrupts", VERDICT_WARN, no);
	set_version(6, 3);
	assert_row("unsafe-interrupts", VERDICT_FAIL, no);
	facts.kernel.unsafe_interrupts = 'Y';
	assert_row("unsafe-interrupts", VERDICT_OK, "allow_unsafe_interrupts is Y");
}

/* The row needs the command line, then the configuration: it gets one that says nothing. */
static void needs_a_configuration(const char *name)
{
	assert_row(name, VERDICT_SKIP, NO_CMDLINE);
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
	facts.kernel.disable_bypass = 'Y';
	assert_row("smmu-bypass", VERDICT_OK, BLOCKED("arm-smmu.disable_bypass=1"));
	facts.kernel.disable_bypass = 'N';
	strcpy(cmdline, "arm_smmu.disable_bypass=1");
	assert_row("smmu-bypass", VERDICT_WARN, BYPASSES("arm-smmu.disable_bypass=0"));
}

#define TRANSLATED "a group that no guest has is translated or blocked"
#define PASSES ": a passed device that its guest left running reaches the host's memory"

static void the_command_line_has_the_last_word_on_passthrough(void **state)
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
}

static void the_driver_is_there_or_can_be_loaded(void **state)
{
	(void)state;
	assert_row("driver", VERDICT_WARN,
		   "vfio-platform is not loaded, and a recording does not show whether it "
		   "can be");
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

static void resources_and_pads_are_the_guests(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	w->contents.n_resources = w->contents.n_pads = 2;
	w->contents.resources[1].id = 213;
	w->contents.pads[0] = 7;
	w->contents.pads[1] = 9;
	w->state.caller = w->state.owners[0] = w->state.owners[1] = 2;
	w->state.pad_owned[0] = w->state.pad_owned[1] = true;
	assert_row("firmware-owners", VERDICT_OK,
		   "all 2 resources are the guest's partition's");
	assert_row("firmware-pads", VERDICT_OK, "all 2 pads are the guest's partition's");
	w->state.owners[1] = 1;
	w->state.pad_owned[1] = false;
	assert_row(
		"firmware-owners", VERDICT_FAIL,
		"resource MU_0A (213) is partition 1's, not the guest's 2: U-Boot's scu_rm did not "
		"assign it");
	assert_row("firmware-pads", VERDICT_FAIL,
		   "1 of 2 pads are not the guest's partition's, such as pad 9: U-Boot's "
		   "scu_rm did not assign them");
	w->state.pad_owned[0] = false;
	facts.tree.resolved.by_linux = true;
	assert_row("firmware-pads", VERDICT_FAIL,
		   "2 of 2 pads are not the guest's partition's, such as pad 7: 'imxpt "
		   "partition' did not assign them");
}

static void a_bus_master_has_its_stream_id(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	w->contents.n_resources = 2;
	w->contents.resources[1].id = 251;
	assert_row("firmware-streams", VERDICT_SKIP, "no bus master is passed");
	assert_row("firmware-masters", VERDICT_OK,
		   "the firmware and the profile agree on the bus masters");
	w->state.bus_master[1] = true;
	assert_row(
		"firmware-masters", VERDICT_FAIL,
		"ENET_0 (251) is a bus master, and no passed bus master names it: nobody sets its "
		"stream id");
	w->contents.resources[1].stream_id = 0x12;
	assert_row("firmware-masters", VERDICT_OK,
		   "the firmware and the profile agree on the bus masters");
	assert_row(
		"firmware-streams", VERDICT_FAIL,
		"ENET_0 (251) has no stream id, so its DMA bypasses the SMMU: U-Boot's booti did not "
		"set 0x12 (config_smmu_fdt), or scu_rm ran after it");
	w->state.stream_ids[1] = 0x13;
	assert_row(
		"firmware-streams", VERDICT_FAIL,
		"ENET_0 (251) has stream id 0x13, and iommus has 0x12: U-Boot's booti had another "
		"tree, or another node has set it");
	w->state.stream_ids[1] = 0x12;
	assert_row("firmware-streams", VERDICT_OK,
		   "ENET_0 (251) has stream id 0x12, as in iommus");
	w->state.bus_master[1] = false;
	assert_row(
		"firmware-masters", VERDICT_WARN,
		"ENET_0 (251) is no bus master to the firmware, and the profile passes it as one");
}

static void the_mailbox_is_on(void **state)
{
	struct firmware_facts *w = &facts.firmware;

	(void)state;
	w->contents.n_resources = 3;
	w->contents.mailbox = w->contents.resources[1].id = 215;
	w->state.modes[0] = w->state.modes[1] = SC_POWER_ON;
	assert_row(
		"firmware-power", VERDICT_OK,
		"MU_2A (215) is on, and 1 of the guest's other 2 resources; the guest switches "
		"them on");
	w->state.modes[1] = SC_POWER_ON - 1;
	assert_row(
		"firmware-power", VERDICT_FAIL,
		"the firmware reports that MU_2A (215) is in low power, but it answers through it");
	w->state.modes[1] = SC_POWER_ON + 1;
	assert_row(
		"firmware-power", VERDICT_FAIL,
		"the firmware reports that MU_2A (215) is in an unknown mode, but it answers through it");
}

#define row(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		row(two_versions_require_a_reset_driver),
		row(a_driver_that_is_there_needs_no_option),
		row(the_reset_driver_is_required_by_the_command_line_or_the_module),
		row(interrupts_without_remapping_must_be_allowed),
		row(dma_with_an_unknown_stream_id_is_blocked_or_not),
		row(the_command_line_has_the_last_word_on_passthrough),
		row(the_driver_is_there_or_can_be_loaded),
		row(the_module_requires_a_reset_driver_or_not),
		row(a_device_file_that_is_missing_is_named),
		row(memory_that_may_be_locked_is_compared_with_the_guests),
		row(interrupts_show_that_a_guest_runs),
		row(resources_and_pads_are_the_guests),
		row(a_bus_master_has_its_stream_id),
		row(the_mailbox_is_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
