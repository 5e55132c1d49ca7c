/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sysroot.h"

static char dir[] = "/tmp/imxpt-sysfs-XXXXXX";
static struct sysroot sys;

static void put(const char *name, const char *text)
{
	int fd = openat(sys.root, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int set_up(void **state)
{
	struct fault f = { 0 };

	(void)state;
	return !mkdtemp(dir) || sysroot_open(dir, &sys, &f);
}

static int tear_down(void **state)
{
	static const char *const names[] = { "file", "link", "a" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(sys.root, names[i], 0);
	sysroot_close(&sys);
	return rmdir(dir);
}

static void only_the_root_directory_is_live(void **state)
{
	struct sysroot s;
	struct fault f = { 0 };

	(void)state;
	assert_false(sys.live);
	assert_int_equal(sysroot_open("//", &s, &f), 0);
	assert_true(s.live);
	sysroot_close(&s);
	assert_int_equal(sysroot_open("/nonexistent", &s, &f), -ENOENT);
	assert_string_equal(f.text,
			    "cannot look below /nonexistent: No such file or directory");
	assert_int_equal(sysroot_open("/dev/null", &s, &f), -ENOTDIR);
}

static void reads_the_first_line(void **state)
{
	char buf[8];

	(void)state;
	put("file", "one\ntwo\n");
	assert_int_equal(sysroot_read(&sys, "file", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "one");
	put("file", "012345\n789");
	assert_int_equal(sysroot_read(&sys, "file", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "012345");
	put("file", "0123456789");
	assert_int_equal(sysroot_read(&sys, "file", buf, sizeof(buf)), -ENAMETOOLONG);
	put("file", "");
	assert_int_equal(sysroot_read(&sys, "file", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(sysroot_read(&sys, "none", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(sysroot_read(&sys, ".", buf, sizeof(buf)), -EISDIR);
}

static void reads_where_a_link_points_to(void **state)
{
	char buf[8];

	(void)state;
	assert_int_equal(symlinkat("../abcd", sys.root, "link"), 0);
	assert_int_equal(sysroot_link(&sys, "link", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "../abcd");
	assert_int_equal(sysroot_link(&sys, "link", buf, 7), -ENAMETOOLONG);
	assert_int_equal(sysroot_link(&sys, "none", buf, sizeof(buf)), -ENOENT);
}

static void lists_names_until_an_empty_one(void **state)
{
	char buf[32];

	(void)state;
	unlinkat(sys.root, "link", 0);
	unlinkat(sys.root, "file", 0);
	assert_int_equal(sysroot_list(&sys, ".", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	put("a", "");
	assert_int_equal(sysroot_list(&sys, ".", buf, sizeof(buf)), 0);
	assert_memory_equal(buf, "a\0\0", 3);
	assert_int_equal(sysroot_list(&sys, ".", buf, 3), 0);
	assert_int_equal(sysroot_list(&sys, ".", buf, 2), -E2BIG);
	assert_int_equal(sysroot_list(&sys, "a", buf, sizeof(buf)), -ENOTDIR);
}

static void writes_a_line_and_keeps_the_answer(void **state)
{
	char buf[NAME_SIZE + 2], name[NAME_SIZE + 1];
	struct fault f = { 0 };
	struct sysroot devices;
	struct stat st;

	(void)state;
	put("file", "something longer");
	assert_int_equal(sysroot_write(&sys, "file", "vfio"), 0);
	assert_int_equal(sysroot_read(&sys, "file", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "vfio");
	/* nothing is written as a lone newline */
	assert_int_equal(sysroot_write(&sys, "file", ""), 0);
	assert_int_equal(sysroot_stat(&sys, "file", &st), 0);
	assert_int_equal(st.st_size, 1);

	/* it never makes a file, and a full disk is no success */
	assert_int_equal(sysroot_write(&sys, "none", "x"), -ENOENT);
	assert_int_equal(sysroot_open("/dev", &devices, &f), 0);
	assert_int_equal(sysroot_write(&devices, "full", "x"), -ENOSPC);
	sysroot_close(&devices);

	memset(name, 'x', sizeof(name));
	name[NAME_SIZE] = '\0';
	assert_int_equal(sysroot_write(&sys, "file", name), -ENAMETOOLONG);
	name[NAME_SIZE - 1] = '\0';
	assert_int_equal(sysroot_write(&sys, "file", name), 0);
}

static void opens_and_changes_owners(void **state)
{
	(void)state;
	put("file", "");
	assert_int_equal(sysroot_try_open(&sys, "file"), 0);
	assert_int_equal(sysroot_try_open(&sys, "none"), -ENOENT);
	assert_int_equal(sysroot_chown(&sys, "file", getuid(), (gid_t)-1), 0);
	assert_int_equal(sysroot_chown(&sys, "none", getuid(), (gid_t)-1), -ENOENT);
}

static void no_link_leads_out(void **state)
{
	static const char *const targets[] = { "/etc/passwd", "../../../../etc/passwd" };
	char buf[NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		assert_int_equal(symlinkat(targets[i], sys.root, "link"), 0);
		assert_int_equal(sysroot_read(&sys, "link", buf, sizeof(buf)), -ENOENT);
		assert_int_equal(sysroot_write(&sys, "link", "x"), -ENOENT);
		assert_int_equal(sysroot_chown(&sys, "link", getuid(), (gid_t)-1), -ENOENT);
		assert_int_equal(sysroot_try_open(&sys, "link"), -ENOENT);
		assert_int_equal(unlinkat(sys.root, "link", 0), 0);
	}
	put("file", "inside");
	assert_int_equal(symlinkat("/../file", sys.root, "link"), 0);
	assert_int_equal(sysroot_read(&sys, "link", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "inside");
}

static void a_path_too_long_is_cut_and_not_found(void **state)
{
	char path[PATH_SIZE], longer[PATH_SIZE + 9], buf[8];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(strlen(path_format(path, "%s", longer)), PATH_SIZE - 1);
	assert_int_equal(sysroot_read(&sys, path, buf, sizeof(buf)), -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_root_directory_is_live),
		cmocka_unit_test(reads_the_first_line),
		cmocka_unit_test(reads_where_a_link_points_to),
		cmocka_unit_test(lists_names_until_an_empty_one),
		cmocka_unit_test(writes_a_line_and_keeps_the_answer),
		cmocka_unit_test(opens_and_changes_owners),
		cmocka_unit_test(no_link_leads_out),
		cmocka_unit_test(a_path_too_long_is_cut_and_not_found),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
