/* SPDX-License-Identifier: Apache-2.0 */
/* group_device: which processes of a recorded board have a group open. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"
#include "vfio/group_device.h"
#include "vfio/snapshot.h"

#define COMM "fifteen letters" /* as many as the kernel keeps */

/* The current directory is the board; it has the device file of group 5. */
static int record(void **state)
{
	if (scratch_enter(state) || mkdir("dev", 0755) || mkdir("dev/vfio", 0755) ||
	    mkdir("proc", 0755))
		return -1;
	scratch_write("dev/vfio/5", "");
	return 0;
}

/* A process with a file open; comm: NULL: it has ended meanwhile. */
static void add_process(const char *pid, const char *comm, const char *file)
{
	char path[PATH_SIZE];

	assert_int_equal(mkdir(path_format(path, "proc/%s", pid), 0755), 0);
	assert_int_equal(mkdir(path_format(path, "proc/%s/fd", pid), 0755), 0);
	assert_int_equal(symlink(file, path_format(path, "proc/%s/fd/3", pid)), 0);
	if (comm)
		scratch_write(path_format(path, "proc/%s/comm", pid), comm);
}

/* Store why the group cannot be had; f->code is 0 if it is free. */
static void check(struct fault *f)
{
	static const struct snapshot snap = {
		.devices = { { .name = "dev", .driver = VFIO_DRIVER, .group = 5 } },
		.n_devices = 1,
	};
	struct sysroot s;
	int ret;

	*f = (struct fault){ 0 };
	assert_int_equal(sysroot_open(".", &s, f), 0);
	ret = group_check_users(&s, &snap, f);
	sysroot_close(&s);
	assert_int_equal(ret, f->code);
	assert_true(ret == 0 || ret == -EBUSY);
}

static void assert_users(const char *text)
{
	struct fault f;

	check(&f);
	assert_string_equal(f.text, text);
}

static void only_a_process_with_the_groups_file_is_a_user(void **state)
{
	(void)state;
	assert_users("");
	add_process("1", "other", "/dev/vfio/55");
	add_process("2", "relative", "dev/vfio/5");
	add_process("3", "relative", "x/dev/vfio/5");
	add_process("self", "qemu", "/dev/vfio/5");
	add_process("4x", "qemu", "/dev/vfio/5");
	assert_users("");
	add_process("77", "qemu\n", "/dev/vfio/5");
	assert_users("/dev/vfio/5 is in use by 77 (qemu)");
}

static void a_process_without_a_name_is_a_user(void **state)
{
	(void)state;
	add_process("77", NULL, "/dev/vfio/5");
	assert_users("/dev/vfio/5 is in use by 77 (?)");
}

static void a_group_without_a_file_has_no_user(void **state)
{
	(void)state;
	add_process("77", "qemu", "/dev/vfio/5");
	unlink("dev/vfio/5");
	assert_users("");
}

/* Two with so long a number are a byte more than there is space, in either order. */
static void a_user_is_named_whole_or_not_at_all(void **state)
{
	char pid[NAME_SIZE + 1], expected[FAULT_TEXT_MAX], *eight;
	struct fault f;

	(void)state;
	memset(pid, '7', sizeof(pid) - 1);
	pid[NAME_SIZE] = '\0';
	add_process(pid, COMM, "/dev/vfio/5"); /* no process has so long a number */
	assert_users("");
	pid[109] = '\0';
	snprintf(expected, sizeof(expected), "/dev/vfio/5 is in use by %s (" COMM ")", pid);
	add_process(pid, COMM, "/dev/vfio/5");
	assert_users(expected);
	pid[108] = '8';
	add_process(pid, COMM, "/dev/vfio/5");
	check(&f);
	eight = strchr(f.text, '8');
	if (eight)
		*eight = '7';
	assert_string_equal(f.text, expected);
}

static void all_users_are_named_where_there_is_space(void **state)
{
	struct fault f;

	(void)state;
	add_process("77", "qemu", "/dev/vfio/5");
	add_process("78", "crosvm", "/dev/vfio/5");
	check(&f);
	assert_true(!strcmp(f.text, "/dev/vfio/5 is in use by 77 (qemu), 78 (crosvm)") ||
		    !strcmp(f.text, "/dev/vfio/5 is in use by 78 (crosvm), 77 (qemu)"));
}

#define on_board(test) cmocka_unit_test_setup_teardown(test, record, scratch_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_board(only_a_process_with_the_groups_file_is_a_user),
		on_board(a_process_without_a_name_is_a_user),
		on_board(a_group_without_a_file_has_no_user),
		on_board(a_user_is_named_whole_or_not_at_all),
		on_board(all_users_are_named_where_there_is_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
