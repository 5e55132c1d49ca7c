/* SPDX-License-Identifier: Apache-2.0 */
/* A file that cannot be read is unknown, and not missing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "check_row.h"
#include "scratch.h"

#define FEC "sys/bus/platform/devices/5b040000.ethernet"
#define COMPATIBLE "sys/firmware/devicetree/base/compatible"
#define BOARD "vendor,board"

static const struct profile profile = {
	.fits = { BOARD, sizeof(BOARD) },
	.pass = { { .node.name = "ethernet@5b040000" } },
	.n_pass = 1,
};

static struct sysroot root;
static struct facts_source from = { .sys = &root, .profile = &profile };
static struct facts facts;
static struct fault f;

static int open_error, find_error; /* of the group device, and of libkmod */

int __wrap_sysroot_try_open(const struct sysroot *s, const char *path);
int __wrap_sysroot_try_open(const struct sysroot *s, const char *path)
{
	(void)s;
	assert_string_equal(path, "dev/vfio/5");
	return open_error;
}

int __wrap_modules_find(const char *name);
int __wrap_modules_find(const char *name)
{
	assert_string_equal(name, "vfio_platform");
	return find_error;
}

/* A board with the device, which is bound. */
static const char make_board[] =
	"mkdir -p " FEC " sys/kernel/iommu_groups/5/devices sys/class/iommu dev/vfio "
	"sys/firmware/devicetree/base;"
	"ln -s ../../../../firmware/devicetree/base/bus/ethernet@5b040000 " FEC "/of_node;"
	"ln -s ../../../../kernel/iommu_groups/5 " FEC "/iommu_group;"
	"ln -s ../../drivers/vfio-platform " FEC "/driver;"
	"echo vfio-platform >" FEC "/driver_override;"
	"printf '" BOARD "\\0' >" COMPATIBLE;

static int begin(void **state)
{
	if (scratch_enter(state) || system(make_board) || sysroot_open(".", &root, &f))
		return -1;
	from.dtb = NULL;
	return 0;
}

static int end(void **state)
{
	facts_free(&facts);
	sysroot_close(&root);
	return scratch_leave(state);
}

static int read_again(void)
{
	facts_free(&facts);
	f = (struct fault){ 0 };
	return facts_read_all(&from, &facts, &f);
}

/* Make the file a link to itself, which not even root can follow. */
static void obstruct(const char *path)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "mkdir -p $(dirname %s) && rm -rf %s && ln -s $(basename %s) %s", path, path,
		 path, path);
	assert_int_equal(system(command), 0);
}

#define LOOP ": Too many levels of symbolic links"

static void what_cannot_be_read_is_not_seen(void **state)
{
	static const struct {
		const char *path, *row, *evidence;
	} cases[] = {
		{ "sys/module/vfio_iommu_type1", "unsafe-interrupts",
		  "/" PATH_UNSAFE_INTERRUPTS " cannot be read" },
		{ PATH_DISABLE_BYPASS, "smmu-bypass",
		  "/" PATH_DISABLE_BYPASS " cannot be read" },
		{ "sys/kernel/iommu_groups/5/type", "passthrough",
		  "/sys/kernel/iommu_groups/N/type cannot be read" },
		{ PATH_IOMMUS, "smmu-driver", "/" PATH_IOMMUS LOOP },
		{ "dev/kvm", "kvm", "/dev/kvm" LOOP },
		{ "dev/vfio/vfio", "container", "/dev/vfio/vfio" LOOP },
		{ "dev/vfio/5", "group-file", "/dev/vfio/5" LOOP },
		{ "dev/vfio/5", "access", "/dev/vfio/5" LOOP },
		{ "dev/vfio/5", "in-use", "/dev/vfio/5" LOOP },
		{ "proc/interrupts", "interrupts", NO_INTERRUPTS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char evidence[256];

		obstruct(cases[i].path);
		assert_int_equal(read_again(), 0);
		assert_int_equal(f.code, 0);
		snprintf(evidence, sizeof(evidence), "not seen: %s", cases[i].evidence);
		check_row_says(&facts, cases[i].row, VERDICT_SKIP, evidence);
	}
}

static void a_group_that_cannot_be_opened_is_not_free(void **state)
{
	(void)state;
	scratch_write("dev/vfio/5", "");
	open_error = -EACCES;
	assert_int_equal(read_again(), 0);
	check_row_says(&facts, "in-use", VERDICT_SKIP,
		       "not seen: cannot open /dev/vfio/5: Permission denied");
	open_error = -EIO;
	assert_int_equal(read_again(), -EIO);
	assert_string_equal(f.text, "cannot open /dev/vfio/5: Input/output error");
	open_error = 0;
	assert_int_equal(read_again(), 0);
	check_row_says(&facts, "in-use", VERDICT_OK,
		       "as far as the recording shows, no process has the group open");
}

static void a_module_is_missing_only_where_libkmod_says_so(void **state)
{
	(void)state;
	assert_int_equal(read_again(), 0);
	facts.live = true;
	assert_int_equal(facts_read_bind_state(&from, &facts, &f), 0);
	assert_int_equal(facts.module, MODULE_LOADABLE);
	find_error = -ENOENT;
	assert_int_equal(facts_read_bind_state(&from, &facts, &f), 0);
	assert_int_equal(facts.module, MODULE_MISSING);
	find_error = -EIO;
	assert_int_equal(facts_read_bind_state(&from, &facts, &f), 0);
	assert_int_equal(facts.module, MODULE_UNKNOWN);
}

static void a_machine_without_a_name_is_no_other_machine(void **state)
{
	(void)state;
	obstruct(COMPATIBLE);
	assert_int_equal(read_again(), -ELOOP);
	assert_string_equal(f.text, "cannot open /" COMPATIBLE LOOP);
	/* a tree that is named is checked without the machine */
	from.dtb = "nowhere";
	assert_int_equal(read_again(), -ENOENT);
	assert_string_equal(facts.host_unseen, "/" COMPATIBLE " cannot be read" LOOP);
	assert_int_equal(system("rm -r sys/firmware; touch sys/firmware"), 0);
	from.dtb = NULL;
	assert_int_equal(read_again(), 0);
	assert_string_equal(facts.host_unseen,
			    "this machine has no device tree, so it is not an " BOARD
			    " board");
}

static void a_property_that_cannot_be_read_is_a_fault(void **state)
{
	(void)state;
	obstruct("sys/firmware/devicetree/base/bus/ethernet@5b040000/iommus");
	assert_int_equal(read_again(), -ELOOP);
	assert_string_equal(f.text, "cannot read /" FEC "/of_node/iommus" LOOP);
	assert_string_equal(f.fix, "run this command as root, or record the board again");
}

/* Whichever file is the one too many. */
static void a_directory_is_no_device(void **state)
{
	(void)state;
	assert_int_equal(system("mkdir -p dev/kvm dev/vfio/vfio dev/vfio/5"), 0);
	assert_int_equal(read_again(), 0);
	check_row_says(&facts, "kvm", VERDICT_FAIL, "/dev/kvm is not a character device");
	check_row_says(&facts, "container", VERDICT_FAIL,
		       "/dev/vfio/vfio is not a character device");
	check_row_says(&facts, "group-file", VERDICT_FAIL,
		       "/dev/vfio/5 is not a character device");
}

static void another_iommu_is_no_smmu(void **state)
{
	(void)state;
	assert_int_equal(system("touch sys/class/iommu/smmu3.0x1 sys/class/iommu/other"), 0);
	assert_int_equal(read_again(), 0);
	assert_false(facts.snapshot.has_iommu);
	assert_int_equal(system("touch sys/class/iommu/smmu.0x51400000"), 0);
	assert_int_equal(read_again(), 0);
	assert_true(facts.snapshot.has_iommu);
}

static void a_module_that_is_built_is_to_be_installed(void **state)
{
	struct finding found = { .check = check_named("driver") };

	(void)state;
	assert_int_equal(read_again(), 0);
	found.check->run(&facts, &found);
	assert_int_equal(found.verdict, VERDICT_WARN);
	assert_string_equal(found.fix, "");
	facts.kernel.config = strdup("CONFIG_VFIO_PLATFORM=m\n");
	found.check->run(&facts, &found);
	assert_non_null(strstr(found.fix, "install the modules of this kernel"));
}

static void without_descriptors_nothing_is_read(void **state)
{
	struct rlimit before, limit;
	int ret = -EMFILE;

	(void)state;
	assert_int_equal(read_again(), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)root.root + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ret = read_again();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(ret, -EMFILE);
	assert_string_equal(f.text, "cannot open /" COMPATIBLE ": Too many open files");
}

static void errors_of_the_process_and_the_hardware_are_fatal(void **state)
{
	static const int fatal[] = { -ENOMEM, -EMFILE, -ENFILE, -EIO };
	static const int others[] = { 0,       -EACCES, -EPERM,	 -ELOOP,
				      -EISDIR, -EINVAL, -ENOENT, -ENOTDIR };

	(void)state;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		assert_true(error_is_fatal(fatal[i]) && !error_is_absent(fatal[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(error_is_fatal(others[i]));
		assert_int_equal(error_is_absent(others[i]), i > 5);
	}
}

#define board(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		board(what_cannot_be_read_is_not_seen),
		board(a_group_that_cannot_be_opened_is_not_free),
		board(a_module_is_missing_only_where_libkmod_says_so),
		board(a_machine_without_a_name_is_no_other_machine),
		board(a_property_that_cannot_be_read_is_a_fault),
		board(a_directory_is_no_device),
		board(another_iommu_is_no_smmu),
		board(a_module_that_is_built_is_to_be_installed),
		board(without_descriptors_nothing_is_read),
		cmocka_unit_test(errors_of_the_process_and_the_hardware_are_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
