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
#include "scratch.h"

/* The root directory is dir/root; the file "outside" beside it would show a way out. */
static char dir[] = "/tmp/imxpt-XXXXXX";
static char root[sizeof(dir) + sizeof("/root")], outside[sizeof(dir) + sizeof("/outside")];
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
	if (!mkdtemp(dir))
		return -1;
	snprintf(root, sizeof(root), "%s/root", dir);
	snprintf(outside, sizeof(outside), "%s/outside", dir);
	if (mkdir(root, 0700) || sysroot_open(root, &sys, &f))
		return -1;
	put("../outside", "outside\n");
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "file",   "link",	  "a",
					     "dir/up", "dir/top", "dir/again" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(sys.root, names[i], 0);
	unlinkat(sys.root, "dir", AT_REMOVEDIR);
	sysroot_close(&sys);
	unlink(outside);
	return rmdir(root) || rmdir(dir);
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
	assert_string_equal(
		f.text,
		"cannot open the root directory /nonexistent: No such file or directory");
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

/* List the directory at path into buf, and return how many names there are. */
static int list(const char *path, char buf[static 8])
{
	char *names = NULL;
	int n = 0, ret = sysroot_list(&sys, path, &names);

	memset(buf, 'x', 8);
	if (ret) {
		assert_null(names);
		return ret;
	}
	for (const char *s = names; *s; s += strlen(s) + 1)
		n++;
	memcpy(buf, names, n ? 3 : 1);
	free(names);
	return n;
}

static void lists_names_until_an_empty_one(void **state)
{
	char buf[8], name[32];

	(void)state;
	unlinkat(sys.root, "link", 0);
	unlinkat(sys.root, "file", 0);
	assert_int_equal(list(".", buf), 0);
	assert_string_equal(buf, "");
	put("a", "");
	assert_int_equal(list(".", buf), 1);
	assert_memory_equal(buf, "a\0\0", 3);
	assert_int_equal(list("a", buf), -ENOTDIR);
	assert_int_equal(list("none", buf), -ENOENT);

	/* as many as there are */
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "many%022d", i);
		put(name, "");
	}
	assert_int_equal(list(".", buf), 1001);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "many%022d", i);
		assert_int_equal(unlinkat(sys.root, name, 0), 0);
	}
}

static void writes_a_line_and_keeps_the_answer(void **state)
{
	char buf[PATH_SIZE + 2], text[PATH_SIZE + 1];
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

	memset(text, 'x', sizeof(text));
	text[PATH_SIZE] = '\0';
	assert_int_equal(sysroot_write(&sys, "file", text), -ENAMETOOLONG);
	text[PATH_SIZE - 1] = '\0';
	assert_int_equal(sysroot_write(&sys, "file", text), 0);
	assert_int_equal(sysroot_read(&sys, "file", buf, sizeof(buf)), 0);
	assert_string_equal(buf, text);
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

static void reads_a_whole_file(void **state)
{
	struct fault f = { 0 };
	void *data;
	size_t size;

	(void)state;
	put("file", "one\ntwo\n");
	assert_int_equal(sysroot_read_file(&sys, "file", 8, &data, &size, &f), 0);
	assert_int_equal(size, 8);
	assert_string_equal(data, "one\ntwo\n");
	free(data);
	assert_int_equal(sysroot_read_file(&sys, "file", 7, &data, &size, &f), -EFBIG);
	assert_string_equal(f.text, "cannot read /file: larger than any file of its kind");
	assert_int_equal(sysroot_read_file(&sys, "a/none", 7, &data, &size, &f), -ENOTDIR);
	assert_string_equal(f.text, "cannot open /a/none: Not a directory");
}

/* What each function answers to a path; none may succeed where others fail. */
static int answers(const struct sysroot *s, const char *path)
{
	char buf[NAME_SIZE];
	struct fault f = { 0 };
	struct stat st;
	void *data = NULL;
	size_t size;
	int ret = sysroot_read(s, path, buf, sizeof(buf));

	assert_int_equal(sysroot_write(s, path, "inside"), ret);
	assert_int_equal(sysroot_chown(s, path, getuid(), (gid_t)-1), ret);
	assert_int_equal(sysroot_try_open(s, path), ret);
	assert_int_equal(sysroot_exists(s, path), ret);
	assert_int_equal(sysroot_stat(s, path, &st), ret);
	assert_int_equal(sysroot_may_use(s, path), ret);
	assert_int_equal(sysroot_read_file(s, path, 100, &data, &size, &f), ret);
	if (ret == 0) {
		assert_string_equal(data, "inside\n");
		assert_string_equal(buf, "inside");
		assert_int_equal(st.st_size, 7);
	}
	free(data);
	return ret;
}

/* With openat2(2) and without. */
static void assert_answers(const char *path, int expected)
{
	struct sysroot walking = sys;

	assert_int_equal(answers(&sys, path), expected);
	walking.walk = true;
	assert_int_equal(answers(&walking, path), expected);
}

static void no_path_leads_out(void **state)
{
	const struct {
		const char *target; /* of "link" */
		int answer;
	} rows[] = {
		{ outside, -ENOENT },
		{ "../outside", -ENOENT },
		{ "dir/../../outside", -ENOENT },
		{ "dir/up/../outside", -ENOENT },
		{ "/dir/up/../outside", -ENOENT },
		{ "/../file", 0 },
		{ "file", 0 },
		{ "./file", 0 },
		{ ".//dir/.././file", 0 },
		{ "dir/../file", 0 },
		{ "dir/up/file", 0 },
		{ "dir/top/dir/top/file", 0 },
		{ "link", -ELOOP },
		{ "dir/again", -ELOOP },
		{ "file/.", -ENOTDIR },
		{ "file/..", -ENOTDIR },
		{ "file/x", -ENOTDIR },
		{ "none/../file", -ENOENT },
	};
	struct sysroot walking = sys;
	char buf[NAME_SIZE];

	(void)state;
	assert_false(sys.walk); /* else this would be one test twice */
	walking.walk = true;
	put("file", "inside\n");
	assert_int_equal(mkdirat(sys.root, "dir", 0700), 0);
	assert_int_equal(symlinkat("..", sys.root, "dir/up"), 0);
	assert_int_equal(symlinkat("/", sys.root, "dir/top"), 0);
	assert_int_equal(symlinkat("/link", sys.root, "dir/again"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(symlinkat(rows[i].target, sys.root, "link"), 0);
		assert_answers("link", rows[i].answer);
		/* the path itself may be as bad as a link */
		if (rows[i].answer != -ELOOP)
			assert_answers(rows[i].target, rows[i].answer);
		/* the link itself is there in any case */
		assert_int_equal(sysroot_link(&sys, "dir/top/link", buf, sizeof(buf)), 0);
		assert_string_equal(buf, rows[i].target);
		assert_int_equal(sysroot_link(&walking, "dir/up/link", buf, sizeof(buf)), 0);
		assert_string_equal(buf, rows[i].target);
		assert_int_equal(unlinkat(sys.root, "link", 0), 0);
	}
	assert_int_equal(sysroot_link(&sys, "file", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(sysroot_link(&walking, "file", buf, sizeof(buf)), -EINVAL);
}

/* The lock is created where there is none, but not at the end of a link. */
static void locks_only_below_the_root(void **state)
{
	struct sysroot s = sys;
	struct fault f = { 0 };
	struct stat st;
	int fd;

	(void)state;
	for (int walk = 0; walk <= 1; walk++) {
		s.walk = walk;
		assert_int_equal(mkdirat(s.root, "run", 0700), 0);
		assert_int_equal(symlinkat("../file", s.root, "run/imxpt.lock"), 0);
		assert_int_equal(sysroot_lock(&s, NULL, &f), -ELOOP);
		assert_int_equal(unlinkat(s.root, "run/imxpt.lock", 0), 0);
		/* made, and there */
		for (int k = 0; k < 2; k++) {
			fd = sysroot_lock(&s, NULL, &f);
			assert_true(fd >= 0);
			assert_int_equal(fstat(fd, &st), 0);
			assert_int_equal(st.st_mode, S_IFREG | 0600);
			close(fd);
		}
		assert_int_equal(unlinkat(s.root, "run/imxpt.lock", 0), 0);
		assert_int_equal(unlinkat(s.root, "run", AT_REMOVEDIR), 0);
		assert_int_equal(symlinkat(dir, s.root, "run"), 0);
		assert_int_equal(sysroot_lock(&s, NULL, &f), -ENOENT);
		assert_int_equal(unlinkat(s.root, "run", 0), 0);
	}
}

static void a_path_too_long_is_none(void **state)
{
	char path[PATH_SIZE], longer[PATH_SIZE];
	struct sysroot live;
	struct fault f = { 0 };

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_string_equal(path_format(path, "%s", longer), longer);
	assert_string_equal(path_format(path, "%s/", longer), "");
	assert_answers(path, -ENAMETOOLONG);
	assert_int_equal(sysroot_open("/", &live, &f), 0);
	assert_int_equal(answers(&live, path), -ENAMETOOLONG);
	sysroot_close(&live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(only_the_root_directory_is_live),
		scratch_test(reads_the_first_line),
		scratch_test(reads_where_a_link_points_to),
		scratch_test(lists_names_until_an_empty_one),
		scratch_test(writes_a_line_and_keeps_the_answer),
		scratch_test(opens_and_changes_owners),
		scratch_test(reads_a_whole_file),
		scratch_test(no_path_leads_out),
		scratch_test(locks_only_below_the_root),
		scratch_test(a_path_too_long_is_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
