/* SPDX-License-Identifier: Apache-2.0 */
/* What is read of a board that is a few files below the current directory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "check/facts.h"
#include "scratch.h"

#define MODULES "sys/module"
#define FEC "sys/bus/platform/devices/5b040000.ethernet"

static const struct profile profile = {
	.fits = { "vendor,board", sizeof("vendor,board") },
	.pass = { { .node.name = "ethernet@5b040000" } },
	.n_pass = 1,
};

static struct sysroot root;
static struct facts_source from = { .sys = &root, .profile = &profile };
static struct facts facts;
static struct fault f;

static void make(const char *directory)
{
	char command[256];

	snprintf(command, sizeof(command), "mkdir -p %s", directory);
	assert_int_equal(system(command), 0);
}

static int begin(void **state)
{
	if (scratch_enter(state) || sysroot_open(".", &root, &f))
		return -1;
	make("proc/self proc/sys/kernel boot " FEC);
	from.config = NULL;
	facts = (struct facts){ .profile = &profile };
	return 0;
}

static int end(void **state)
{
	facts_free(&facts);
	sysroot_close(&root);
	return scratch_leave(state);
}

static int read_kernel(void)
{
	int ret;

	facts_free(&facts);
	facts.profile = &profile;
	f = (struct fault){ 0 };
	ret = facts_read_kernel(&from, &facts, &f);
	assert_int_equal(f.code, ret);
	return ret;
}

static void assert_version(const char *release, int major, int minor)
{
	scratch_write("proc/sys/kernel/osrelease", release);
	assert_int_equal(read_kernel(), 0);
	assert_int_equal(facts.kernel.version.major, major);
	assert_int_equal(facts.kernel.version.minor, minor);
}

static void a_version_has_two_numbers(void **state)
{
	(void)state;
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.release, "");
	assert_version("6.12.20-imx8\n", 6, 12);
	assert_string_equal(facts.kernel.release, "6.12.20-imx8");
	assert_version("5.10", 5, 10);
	assert_version("6", 0, 0);
	assert_version("next-20240101", 0, 0);
}

#define NO_CONFIG(release)                                  \
	"neither /proc/config.gz nor /boot/config-" release \
	" can be read; name it with --config"

static void the_configuration_is_where_a_distribution_keeps_it(void **state)
{
	(void)state;
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.config_unseen, NO_CONFIG("*"));
	assert_null(facts.kernel.config);
	scratch_write("proc/sys/kernel/osrelease", "6.1.0\n");
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.config_unseen, NO_CONFIG("6.1.0"));
	scratch_write("boot/config-6.1.0", "CONFIG_OF_BOOT=y\n");
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.config_unseen, "");
	assert_string_equal(facts.kernel.config, "CONFIG_OF_BOOT=y\n");
	scratch_write("proc/config.gz", "no configuration");
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.config, "CONFIG_OF_BOOT=y\n");
	scratch_write("proc/config.gz", "CONFIG_OF_PROC=y\n"); /* unpacked by the recorder */
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.config, "CONFIG_OF_PROC=y\n");
	/* a release with a slash is no part of a name */
	unlink("proc/config.gz");
	scratch_write("proc/sys/kernel/osrelease", "../boot/config-6.1.0\n");
	assert_int_equal(read_kernel(), 0);
	assert_true(*facts.kernel.config_unseen);
}

static void a_configuration_that_the_user_names_must_be_one(void **state)
{
	(void)state;
	scratch_write("proc/config.gz", "CONFIG_OF_PROC=y\n");
	scratch_write("named", "CONFIG_NAMED=y\n");
	from.config = "named";
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.kernel.config, "CONFIG_NAMED=y\n");
	scratch_write("named", "none");
	assert_int_equal(read_kernel(), -EINVAL);
	assert_string_equal(f.text, "named: not a kernel's configuration");
	assert_null(facts.kernel.config);
	scratch_write("named", "\x1f\x8b and no more");
	assert_int_equal(read_kernel(), -EINVAL);
	assert_string_equal(f.text, "named: damaged, or not made by gzip");
	from.config = "nowhere";
	assert_int_equal(read_kernel(), -ENOENT);
}

static void parameters_are_yes_or_no(void **state)
{
	static const char *const texts[] = { "Y\n", "1\n", "N\n", "0\n" };

	(void)state;
	assert_int_equal(read_kernel(), 0);
	assert_int_equal(facts.kernel.unsafe_interrupts, PARAMETER_ABSENT);
	assert_int_equal(facts.kernel.disable_bypass, PARAMETER_ABSENT);
	assert_null(facts.kernel.cmdline);
	make(MODULES "/vfio_iommu_type1/parameters " MODULES "/arm_smmu/parameters");
	scratch_write("proc/cmdline", "quiet\n");
	scratch_write(MODULES "/arm_smmu/parameters/disable_bypass", "N\n");
	for (size_t i = 0; i < 4; i++) {
		scratch_write(MODULES "/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
			      texts[i]);
		assert_int_equal(read_kernel(), 0);
		assert_int_equal(facts.kernel.unsafe_interrupts,
				 i < 2 ? PARAMETER_ON : PARAMETER_OFF);
		assert_int_equal(facts.kernel.disable_bypass, PARAMETER_OFF);
		assert_string_equal(facts.kernel.cmdline, "quiet\n");
	}
}

/* The log of the running kernel. */
static const char *log_text;
static int log_error;

int __wrap_klogctl(int action, char *buf, int size);
int __wrap_klogctl(int action, char *buf, int size)
{
	errno = log_error ? log_error : EIO; /* of an earlier call */
	if (log_error)
		return -1;
	if (action == 10) /* SYSLOG_ACTION_SIZE_BUFFER */
		return (int)strlen(log_text);
	assert_int_equal(action, 3); /* SYSLOG_ACTION_READ_ALL */
	assert_int_equal(size, strlen(log_text));
	memcpy(buf, log_text, (size_t)size);
	return size;
}

/* As the driver writes them; other drivers may write the same words. */
static const char messages[] =
	"arm-smmu 51400000.iommu: Blocked unknown Stream ID 0x13; boot with\n"
	"arm-smmu 51400000.iommu: \tGFSR 0x80000002, GFSYNR0 0, GFSYNR1 0x00000013\n"
	"arm-smmu 51400000.iommu: \tGFSR 0x80000003, GFSYNR0 0, GFSYNR1 0x00010053\n"
	"arm-smmu 51400000.iommu: Blocked unknown Stream ID 0x13; boot with\n"
	"arm-smmu 51400000.iommu: Blocked unknown Stream ID 0x93; boot with\n"
	"other: GFSR 0x80000002, GFSYNR0 0, GFSYNR1 0x00000014\n"
	"other: Blocked unknown Stream ID 0x14\n"
	"arm-smmu 51400000.iommu: Unexpected global fault, this could be serious\n"
	"arm-smmu 51400000.iommu: \tGFSR 0x80000002, GFSYNR0 0, GFSYNR1 zz\n"
	"arm-smmu 51400000.iommu: \tGFSR 0x80000002, GFSYNR0 0, GFSYNR1 0xzz\n"
	"arm-smmu 51400000.iommu: \tGFSR 0x80000001, GFSYNR0 0, GFSYNR1 0x00000012\n"
	"arm-smmu 51400000.iommu: \tGFSR 0x80000004, GFSYNR0 0, GFSYNR1 0x00000015\n"
	"arm-smmu 51400000.iommu: Unhandled context fault: iova=1, cbfrsynra=0x11, cb=0\n"
	"arm-smmu 51400000.iommu: context fault: iova=1, cbfrsynra=0x17, cb=0";

static void assert_messages(void)
{
	const struct log_facts *l = &facts.log;
	unsigned long n = 0;

	assert_string_equal(l->unseen, "");
	assert_int_equal(l->blocked[0x13].n, 4);
	assert_int_equal(l->blocked[0x13].last, 0x93);
	assert_int_equal(l->blocked[0x12].n, 1);
	assert_int_equal(l->faults[0x11].n, 1);
	assert_int_equal(l->faults[0x11].last, 0x11);
	for (size_t i = 0; i < STREAM_IDS; i++)
		n += l->blocked[i].n + l->faults[i].n;
	assert_int_equal(n, 6);
}

static void messages_of_the_smmu_are_counted(void **state)
{
	static const struct {
		int error;
		const char *why;
	} unseen[] = {
		{ EPERM, "only root may read the kernel log" },
		{ EACCES, "only root may read the kernel log" },
		{ ENOSYS, "the kernel log cannot be read: Function not implemented" },
	};

	(void)state;
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.log.unseen, "the recording has no file dmesg");
	scratch_write("dmesg", messages);
	assert_int_equal(read_kernel(), 0);
	assert_messages();
	unlink("dmesg");
	log_text = messages;
	log_error = 0;
	root.live = true;
	assert_int_equal(read_kernel(), 0);
	assert_messages();
	log_text = "";
	assert_int_equal(read_kernel(), 0);
	assert_string_equal(facts.log.unseen, "");
	for (size_t i = 0; i < 3; i++) {
		log_error = unseen[i].error;
		assert_int_equal(read_kernel(), 0);
		assert_string_equal(facts.log.unseen, unseen[i].why);
	}
}

static void nothing_is_read_of_a_machine_that_is_no_board(void **state)
{
	(void)state;
	scratch_write("dmesg", messages);
	scratch_write("proc/config.gz", "CONFIG_OF_PROC=y\n");
	strcpy(facts.host_unseen, "no board");
	assert_int_equal(facts_read_kernel(&from, &facts, &f), 0);
	assert_string_equal(facts.log.unseen, "no board");
	assert_string_equal(facts.kernel.config_unseen, "no board");
	assert_null(facts.kernel.config);
	/* a file is none of it */
	from.config = "proc/config.gz";
	facts.kernel.config_unseen[0] = '\0';
	assert_int_equal(facts_read_kernel(&from, &facts, &f), 0);
	assert_string_equal(facts.kernel.config_unseen, "");
	assert_string_equal(facts.kernel.config, "CONFIG_OF_PROC=y\n");
}

static void interrupts_that_vfio_asked_for_are_counted(void **state)
{
	(void)state;
	assert_int_equal(symlink("../../../../firmware/devicetree/base/bus/ethernet@5b040000",
				 FEC "/of_node"),
			 0);
	scratch_write(FEC "/driver_override", "(null)\n");
	make("dev");
	scratch_write("dev/kvm", "");
	assert_int_equal(chmod("dev/kvm", 0640), 0);
	if (geteuid() == 0)
		assert_int_equal(chown("dev/kvm", 5, 6), 0);
	assert_int_equal(facts_read_devices(&from, &facts, &f), 0);
	assert_int_equal(facts.kvm.mode, S_IFREG | 0640);
	assert_int_equal(facts.kvm.user, geteuid() == 0 ? 5 : geteuid());
	assert_int_equal(facts.kvm.group, geteuid() == 0 ? 6 : getegid());
	assert_int_equal(facts.container.err, -ENOENT);
	assert_string_equal(facts.snapshot.devices[0].name, "5b040000.ethernet");
	assert_false(facts.devices[0].waits);
	assert_int_equal(facts.devices[0].n_interrupts, 0);
	scratch_write(FEC "/waiting_for_supplier", "1\n");
	scratch_write(
		"proc/interrupts",
		"           CPU0       CPU1\n"
		" 41:         10          0  GICv3 290 Level  vfio-irq[0](5b040000.ethernet)\n"
		" 42:          5          7  GICv3 291 Level  vfio-irq[1](5b040000.ethernet)\n"
		" 43:         99          9  GICv3 292 Level  vfio-irq[1](5b040000.ethernets)\n"
		" 44:         99          9  GICv3 293 Level  5b040000.ethernet\n");
	assert_int_equal(facts_read_devices(&from, &facts, &f), 0);
	assert_true(facts.devices[0].waits);
	assert_int_equal(facts.devices[0].n_interrupts, 2);
	assert_int_equal(facts.devices[0].most_interrupts, 12);
	/* no space is left before a number of ten digits */
	scratch_write(
		"proc/interrupts",
		" 41:1000000000          2  32000000.intc 290  vfio-irq[0](5b040000.ethernet)\n");
	scratch_write(FEC "/waiting_for_supplier", "0\n");
	facts.devices[0] = (struct device_facts){ 0 };
	assert_int_equal(facts_read_devices(&from, &facts, &f), 0);
	assert_false(facts.devices[0].waits);
	assert_int_equal(facts.devices[0].most_interrupts, 1000000002);
}

static void members_are_known_of_a_group_that_exists(void **state)
{
	(void)state;
	assert_int_equal(facts_read_devices(&from, &facts, &f), 0);
	assert_true(facts.knows_members); /* there is no device */
	assert_int_equal(symlink("../../../../firmware/devicetree/base/bus/ethernet@5b040000",
				 FEC "/of_node"),
			 0);
	scratch_write(FEC "/driver_override", "(null)\n");
	assert_int_equal(facts_read_devices(&from, &facts, &f), 0);
	assert_false(facts.knows_members);
	make("sys/kernel/iommu_groups/5/devices");
	assert_int_equal(symlink("../../../../kernel/iommu_groups/5", FEC "/iommu_group"), 0);
	assert_int_equal(facts_read_devices(&from, &facts, &f), 0);
	assert_true(facts.knows_members);
}

/* facts_read_before_bind() asks it first. */
static void a_machine_is_the_profiles_board_or_none(void **state)
{
	static const struct {
		const char *compatible; /* with spaces for the ends of strings */
		const char *host_unseen;
	} cases[] = {
		{ "other,board vendor,board ", "" },
		{ "vendor,board ", "" },
		{ "vendor,boards vendor ", "this machine is not an vendor,board board" },
		{ "vendor,board", "this machine is not an vendor,board board" }, /* cut */
		{ "", "this machine is not an vendor,board board" },
	};
	static struct snapshot start;

	(void)state;
	assert_int_equal(facts_read_before_bind(&from, &start, &facts, &f), 0);
	assert_string_equal(facts.host_unseen,
			    "this machine has no device tree, so it is not an "
			    "vendor,board board");
	make("sys/firmware/devicetree/base");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *file = fopen("sys/firmware/devicetree/base/compatible", "w");

		for (const char *c = cases[i].compatible; *c; c++)
			putc(*c == ' ' ? '\0' : *c, file);
		fclose(file);
		facts_free(&facts);
		assert_int_equal(facts_read_before_bind(&from, &start, &facts, &f), 0);
		assert_string_equal(facts.host_unseen, cases[i].host_unseen);
	}
}

#define board(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		board(a_version_has_two_numbers),
		board(the_configuration_is_where_a_distribution_keeps_it),
		board(a_configuration_that_the_user_names_must_be_one),
		board(parameters_are_yes_or_no),
		board(messages_of_the_smmu_are_counted),
		board(nothing_is_read_of_a_machine_that_is_no_board),
		board(interrupts_that_vfio_asked_for_are_counted),
		board(members_are_known_of_a_group_that_exists),
		board(a_machine_is_the_profiles_board_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
