/* SPDX-License-Identifier: Apache-2.0 */
/* What file.h writes to: links, directories of others, disks that are full. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "scratch.h"

#define NOBODY 65534

/* As on a file system that cannot swap two names. */
static bool no_swap;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	long args[5];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 5; i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	errno = EINVAL;
	return no_swap ? -1 :
			 __real_syscall(number, args[0], args[1], args[2], args[3], args[4]);
}

static void writes_through_a_symbolic_link(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	scratch_write("d/real", "old");
	assert_int_equal(symlink("d/real", "a"), 0);
	assert_int_equal(scratch_replace("a", "new", true), 0);
	assert_int_equal(scratch_mode("a") & S_IFMT, S_IFLNK);
	assert_true(scratch_holds("d/real", "new") && scratch_holds("d/real.orig", "old"));
	assert_true(scratch_lists("a d"));
}

static void refuses_what_is_no_regular_file(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(mkfifo("p", 0644), 0);
	assert_int_equal(symlink("nothing", "l"), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(scratch_replace("d", "x", false), -EISDIR);
	assert_int_equal(scratch_replace("p", "x", false), -EINVAL);
	assert_int_equal(scratch_replace("/dev/full", "x", false), -EINVAL);
	assert_int_equal(scratch_replace("l", "x", false), -ENOENT);
	assert_int_equal(scratch_replace("loop", "x", false), -ELOOP);
	assert_int_equal(scratch_replace("d/none/x", "x", false), -ENOENT);
	assert_int_equal(scratch_replace("none/", "x", false), -ENOENT);
	assert_int_equal(scratch_replace("", "x", false), -ENOENT);
	assert_true(scratch_lists("d l loop p"));
	assert_int_equal(scratch_mode("l") & S_IFMT, S_IFLNK);
	assert_int_equal(scratch_mode("p") & S_IFMT, S_IFIFO);
}

/* What is called a.orig and keeps nothing must not stand for the original. */
static void refuses_an_original_that_is_no_file(void **state)
{
	struct fault f = { 0 };

	(void)state;
	scratch_write("a", "one");
	/* the second link leads to what is to be replaced */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(i == 2 ? mkdir("a.orig", 0700) :
					  symlink(i ? "a" : "none", "a.orig"),
				 0);
		assert_int_equal(scratch_file_replace("a", "two", 3, true, &f), -EEXIST);
		assert_non_null(strstr(f.text, "/a.orig is not a regular file"));
		assert_true(scratch_holds("a", "one") && scratch_lists("a a.orig"));
		/* only the original cannot be kept */
		assert_int_equal(scratch_file_replace("a", "one", 3, false, &f), 0);
		assert_int_equal(i == 2 ? rmdir("a.orig") : unlink("a.orig"), 0);
	}
	scratch_write("a.orig", "");
	assert_int_equal(scratch_file_replace("a", "two", 3, true, &f), -EEXIST);
	assert_non_null(strstr(f.text, "/a.orig is empty"));
	assert_true(scratch_holds("a", "one"));
	scratch_write("a.orig", "old");
	assert_int_equal(scratch_file_replace("a", "two", 3, true, &f), 0);
	assert_true(scratch_holds("a", "two") && scratch_holds("a.orig", "old"));
}

static void refuses_names_that_are_too_long(void **state)
{
	char name[300], path[PATH_MAX];
	struct fault f;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(scratch_replace(name, "x", false), -ENAMETOOLONG);
	name[NAME_MAX] = '\0'; /* a name that is allowed, but not with .orig */
	scratch_write(name, "old");
	assert_int_equal(scratch_replace(name, "x", true), -ENAMETOOLONG);
	assert_true(scratch_holds(name, "old") && scratch_lists(name));
	assert_int_equal(scratch_replace(name, "x", false), 0);
	assert_true(scratch_holds(name, "x") && scratch_lists(name));
	unlink(name);
	/* a path that is allowed, but not with a suffix */
	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = "./"[i % 2];
	strcpy(path + PATH_MAX - strlen("a.XXXXXX"), "a");
	assert_int_equal(scratch_file_replace(path, "x", 1, false, &f), -ENAMETOOLONG);
	assert_true(scratch_lists(""));
}

static void writes_to_standard_output(void **state)
{
	int to = open("a", O_WRONLY | O_CREAT, 0600), saved = dup(STDOUT_FILENO), ret;
	struct fault f = { 0 };

	(void)state;
	fflush(stdout);
	dup2(to, STDOUT_FILENO);
	ret = file_write_standard_output("x", 1, &f);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(to);
	assert_int_equal(ret, 0);
	assert_true(scratch_holds("a", "x") && scratch_lists("a"));
}

static void says_when_standard_output_is_full(void **state)
{
	int full = open("/dev/full", O_WRONLY), saved = dup(STDOUT_FILENO), ret;
	struct fault f = { 0 };

	(void)state;
	fflush(stdout);
	dup2(full, STDOUT_FILENO);
	ret = file_write_standard_output("x", 1, &f);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(full);
	assert_int_equal(ret, -ENOSPC);
	assert_string_equal(f.text, "cannot write standard output: No space left on device");
}

static void a_file_size_limit_leaves_the_old_file(void **state)
{
	struct rlimit old, small;
	char *text = calloc(1, 100001);
	int ret;

	(void)state;
	memset(text, 'x', 100000);
	scratch_write("a", "old");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = (struct rlimit){ 5000, old.rlim_max };
	setrlimit(RLIMIT_FSIZE, &small);
	ret = scratch_replace("a", text, true);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	free(text);
	assert_int_equal(ret, -EFBIG);
	assert_true(scratch_holds("a", "old"));
	assert_true(scratch_lists("a"));
}

/* Run what returns an error in a process of its own, and return the error. */
static int in_child(int (*what)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(-what());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static int fill_a_small_disk(void)
{
	static char text[200000];
	struct fault f = { 0 };
	int ret;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", scratch, "tmpfs", 0, "size=64k") || chdir(scratch))
		return -ENOSYS;
	scratch_write("a", "old");
	ret = scratch_file_replace("a", text, sizeof(text), true, &f);
	return scratch_holds("a", "old") && scratch_lists("a") ? ret : 0;
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	int ret = in_child(fill_a_small_disk);

	(void)state;
	if (ret == -ENOSYS)
		skip();
	assert_int_equal(ret, -ENOSPC);
}

static int replace_as_nobody(void)
{
	struct fault f = { 0 };

	return setuid(NOBODY) ? -ENOSYS : scratch_file_replace("a", "new", 3, true, &f);
}

static void a_directory_of_others_stays_as_it_is(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	scratch_write("a", "old");
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(in_child(replace_as_nobody), -EACCES);
	assert_true(scratch_holds("a", "old"));
	assert_true(scratch_lists("a"));
	/* sticky: others may add names, but not replace this one */
	assert_int_equal(chmod(".", 01777), 0);
	assert_int_equal(in_child(replace_as_nobody), -EPERM);
	assert_true(scratch_holds("a", "old"));
	assert_true(scratch_lists("a"));
}

static void a_directory_that_cannot_be_read_can_be_written(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	scratch_write("a", "old");
	assert_int_equal(chmod(".", 0733), 0);
	assert_int_equal(in_child(replace_as_nobody), 0);
	assert_true(scratch_holds("a", "new") && scratch_holds("a.orig", "old"));
	assert_int_equal(scratch_mode("a"), S_IFREG | 0644);
}

/* Until the end of the replacement, a file is put back, with its links and its time. */
static void a_replacement_can_be_undone(void **state)
{
	struct pending_file p;
	struct stat old, now;
	struct fault f = { 0 };

	(void)state;
	scratch_write("a", "old");
	assert_int_equal(stat("a", &old), 0);
	assert_int_equal(file_replace_start("a", "new", 3, true, &p, &f), 0);
	assert_true(scratch_holds("a", "new") && scratch_holds("a.orig", "old"));
	file_replace_undo(&p);
	assert_true(scratch_holds("a", "old") && scratch_lists("a"));
	assert_int_equal(stat("a", &now), 0);
	assert_true(now.st_ino == old.st_ino && now.st_nlink == 1);

	assert_int_equal(file_replace_start("b", "new", 3, false, &p, &f), 0);
	assert_true(scratch_holds("b", "new"));
	file_replace_undo(&p);
	assert_true(scratch_lists("a"));

	assert_int_equal(file_replace_start("a", "new", 3, true, &p, &f), 0);
	file_replace_end(&p);
	assert_true(scratch_holds("a", "new") && scratch_holds("a.orig", "old"));
	assert_true(scratch_lists("a a.orig"));
}

/* The original must not go, too, where the new contents stay. */
static void what_cannot_be_undone_keeps_the_original(void **state)
{
	struct pending_file p;
	struct fault f = { 0 };

	(void)state;
	scratch_write("a", "old");
	no_swap = true;
	assert_int_equal(file_replace_start("a", "new", 3, true, &p, &f), 0);
	file_replace_undo(&p);
	assert_true(scratch_holds("a", "new") && scratch_holds("a.orig", "old"));
	assert_int_equal(file_replace_start("b", "new", 3, false, &p, &f), 0);
	file_replace_undo(&p);
	assert_true(scratch_lists("a a.orig"));
	no_swap = false;
	/* the old contents stay beside the file */
	assert_int_equal(file_replace_start("a", "newer", 5, false, &p, &f), 0);
	no_swap = true;
	file_replace_undo(&p);
	no_swap = false;
	assert_true(scratch_holds("a", "newer") && scratch_holds("a.0", "new"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(writes_through_a_symbolic_link),
		scratch_test(refuses_what_is_no_regular_file),
		scratch_test(refuses_an_original_that_is_no_file),
		scratch_test(refuses_names_that_are_too_long),
		scratch_test(writes_to_standard_output),
		scratch_test(says_when_standard_output_is_full),
		scratch_test(a_file_size_limit_leaves_the_old_file),
		scratch_test(a_full_disk_leaves_the_old_file),
		scratch_test(a_directory_of_others_stays_as_it_is),
		scratch_test(a_directory_that_cannot_be_read_can_be_written),
		scratch_test(a_replacement_can_be_undone),
		scratch_test(what_cannot_be_undone_keeps_the_original),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
