/* SPDX-License-Identifier: Apache-2.0 */
/* What file.h writes: whole or not at all, whatever fails. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "oom.h"
#include "scratch.h"

#define KILLED (-1) /* as an error: SIGKILL ends the process at the call */

/*
 * System calls that can be made to fail: the linker sends them here.  The n-th fails
 * with error, counted over all of them.
 */
static int calls_left, error;

/* As on FAT, and before /proc is mounted: each file has a name from the start. */
static bool only_named_files, without_proc;

/* After one has failed, which later one fails too, counted from it; 0: none. */
static int fail_later;

static bool refuses(void)
{
	if (calls_left == 0 || --calls_left > 0)
		return false;
	calls_left = fail_later;
	fail_later = 0;
	if (error == KILLED)
		raise(SIGKILL);
	errno = error;
	return true;
}

#define REFUSABLE(type, name, args, values)                   \
	type __real_##name args;                              \
	type __wrap_##name args;                              \
	type __wrap_##name args                               \
	{                                                     \
		return refuses() ? -1 : __real_##name values; \
	}

/* What fsync(2) wrote last. */
static struct stat last_synced;

/* write(2) takes one byte at a time. */
static bool short_writes;

REFUSABLE(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, short_writes ? 1 : n))
REFUSABLE(int, fsync, (int fd), ((fstat(fd, &last_synced), fd)))
REFUSABLE(int, fchown, (int fd, uid_t u, gid_t g), (fd, u, g))
REFUSABLE(int, fchmod, (int fd, mode_t mode), (fd, mode))
REFUSABLE(int, mkostemp, (char *path, int flags), (path, flags))
REFUSABLE(int, link, (const char *from, const char *to), (from, to))
REFUSABLE(int, linkat, (int at, const char *from, int to_at, const char *to, int flags),
	  (at, without_proc ? "" : from, to_at, to, flags))
REFUSABLE(int, rename, (const char *from, const char *to), (from, to))

/* POSIX lets a call that succeeds change errno. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int ret = __real_close(fd);

	errno = ret ? errno : 0;
	return ret;
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
	return without_proc && !strncmp(path, "/proc/", 6) ? -1 : __real_access(path, mode);
}

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
	return refuses() ? -1 :
			   __real_syscall(number, args[0], args[1], args[2], args[3], args[4]);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	if ((flags & O_TMPFILE) != O_TMPFILE)
		return __real_open(path, flags, 0);
	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	if (only_named_files)
		errno = EOPNOTSUPP;
	return only_named_files || refuses() ? -1 : __real_open(path, flags, mode);
}

static void makes_a_new_file_as_the_umask_says(void **state)
{
	(void)state;
	umask(027);
	assert_int_equal(scratch_replace("a", "new", true), -ENOENT);
	assert_true(scratch_lists(""));
	assert_int_equal(scratch_replace("a", "new", false), 0);
	assert_true(scratch_holds("a", "new") && scratch_lists("a"));
	assert_int_equal(scratch_mode("a"), S_IFREG | 0640);
	assert_int_equal(umask(022), 027);
}

static void a_new_name_is_on_the_disk(void **state)
{
	(void)state;
	assert_int_equal(scratch_replace("a", "new", false), 0);
	assert_true(S_ISDIR(last_synced.st_mode));
}

static void keeps_mode_and_owner_of_an_old_file(void **state)
{
	struct stat st;

	(void)state;
	scratch_write("a", "a longer old text");
	assert_int_equal(chmod("a", 0604), 0);
	if (geteuid() == 0)
		assert_int_equal(chown("a", 123, 456), 0);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(scratch_replace("a", "new", false), 0);
	assert_true(scratch_holds("a", "new") && scratch_lists("a"));
	assert_int_equal(scratch_mode("a"), S_IFREG | 0604);
	assert_int_equal(st.st_uid, geteuid() == 0 ? 123 : geteuid());
	assert_int_equal(stat("a", &st), 0);
	if (geteuid() == 0)
		assert_true(st.st_uid == 123 && st.st_gid == 456);
}

static void keeps_the_first_original_and_no_later_one(void **state)
{
	(void)state;
	scratch_write("a", "one");
	assert_int_equal(chmod("a", 0600), 0);
	assert_int_equal(scratch_replace("a", "two", true), 0);
	assert_true(scratch_holds("a", "two") && scratch_holds("a.orig", "one"));
	assert_true(scratch_lists("a a.orig"));
	assert_int_equal(scratch_mode("a.orig"), S_IFREG | 0600);
	assert_int_equal(scratch_replace("a", "three", true), 0);
	assert_true(scratch_holds("a", "three") && scratch_holds("a.orig", "one"));
	assert_true(scratch_lists("a a.orig"));
}

/* As on FAT. */
static void copies_the_original_where_links_are_not_allowed(void **state)
{
	(void)state;
	scratch_write("a", "one");
	assert_int_equal(chmod("a", 0640), 0);
	calls_left = 6; /* open write fchown fchmod fsync, link */
	error = EPERM;
	assert_int_equal(scratch_replace("a", "two", true), 0);
	assert_int_equal(calls_left, 0);
	assert_true(scratch_holds("a", "two") && scratch_holds("a.orig", "one"));
	assert_true(scratch_lists("a a.orig"));
	assert_int_equal(scratch_mode("a.orig"), S_IFREG | 0640);
}

/* Whichever call fails: the old content or the new, whole, and nothing beside it. */
static void any_failed_call_leaves_old_or_new(void **state)
{
	int n = 1, changed = 0;

	(void)state;
	error = EIO;
	for (bool hit = true; hit; n++) {
		int ret;

		unlink("a");
		unlink("a.orig");
		scratch_write("a", "old");
		calls_left = n;
		ret = scratch_replace("a", "newer", true);
		hit = calls_left == 0;
		calls_left = 0;
		if (scratch_holds("a", "newer")) {
			/* only the sync of the directory comes after the swap */
			assert_int_equal(ret, 0);
			assert_true(scratch_holds("a.orig", "old"));
			assert_true(scratch_lists("a a.orig"));
			changed++;
		} else {
			assert_int_equal(ret, -EIO);
			assert_true(scratch_holds("a", "old"));
			assert_true(scratch_lists("a"));
		}
	}
	assert_true(n > 8);
	/* where a file without a name cannot be made, one with a name can; likewise a swap */
	assert_int_equal(changed, only_named_files ? 3 : 4);
}

/* SIGKILL comes at the n-th call; did it come? */
static bool is_killed_at(int n, bool keep_orig)
{
	pid_t pid;
	int status;

	error = KILLED;
	calls_left = n;
	pid = fork();
	if (pid == 0)
		_exit(scratch_replace("a", "newer", keep_orig));
	calls_left = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || status == 0);
	return WIFSIGNALED(status);
}

static void sigkill_leaves_no_part_of_a_new_file(void **state)
{
	int n = 1;

	(void)state;
	for (; is_killed_at(n, false); n++) {
		assert_true(scratch_lists("") || scratch_lists("a"));
		assert_true(scratch_lists("") || scratch_holds("a", "newer"));
		unlink("a");
	}
	assert_true(n > 5);
}

static void sigkill_leaves_the_old_file_or_the_new(void **state)
{
	int n = 1, beside = 0;

	(void)state;
	scratch_write("a", "old");
	for (; is_killed_at(n, true); n++) {
		assert_true(scratch_holds("a", "old") || scratch_holds("a", "newer"));
		/* between link and swap */
		if (scratch_lists("a a.0 a.orig")) {
			assert_true(scratch_holds("a.0", "newer"));
			beside++;
		} else {
			assert_true(scratch_lists("a") || scratch_lists("a a.orig"));
		}
		unlink("a");
		unlink("a.0");
		unlink("a.orig");
		scratch_write("a", "old");
	}
	assert_int_equal(beside, 1);
}

/* What another process left has the first names. */
static void finds_a_name_that_is_free(void **state)
{
	(void)state;
	scratch_write("a", "old");
	scratch_write("a.0", "left");
	assert_int_equal(symlink("none", "a.1"), 0);
	assert_int_equal(scratch_replace("a", "new", false), 0);
	assert_true(scratch_holds("a", "new") && scratch_holds("a.0", "left"));
	assert_true(scratch_lists("a a.0 a.1"));
	error = EIO;
	calls_left = 6; /* open write fchown fchmod fsync, linkat */
	assert_int_equal(scratch_replace("a", "newer", false), -EIO);
	assert_true(scratch_holds("a.0", "left") && scratch_lists("a a.0 a.1"));
}

/* Links are not allowed, and then a name for the copy is not, either. */
static void a_failed_copy_of_the_original_leaves_the_old_file(void **state)
{
	(void)state;
	error = EPERM;
	scratch_write("a", "old");
	calls_left = 6; /* open write fchown fchmod fsync, link */
	fail_later = 6; /* the same, and the name of the copy */
	assert_int_equal(scratch_replace("a", "newer", true), -EPERM);
	assert_int_equal(calls_left, 0);
	assert_true(scratch_holds("a", "old") && scratch_lists("a"));
	calls_left = 6;
	oom_arm(1); /* the old content is not read */
	assert_int_equal(scratch_replace("a", "newer", true), -ENOMEM);
	assert_true(oom_hit() && scratch_holds("a", "old") && scratch_lists("a"));
}

static void needs_no_proc(void **state)
{
	int ret;

	(void)state;
	without_proc = true;
	ret = scratch_replace("a", "new", false);
	without_proc = false;
	assert_int_equal(ret, 0);
	assert_true(scratch_holds("a", "new") && scratch_lists("a"));
}

static void writes_all_of_a_slow_disk(void **state)
{
	int ret;

	(void)state;
	short_writes = true;
	ret = scratch_replace("a", "some bytes", false);
	short_writes = false;
	assert_int_equal(ret, 0);
	assert_true(scratch_holds("a", "some bytes"));
}

/* Whether it is written or not. */
static void leaves_signals_as_they_were(void **state)
{
	struct pending_file p;
	struct fault f = { 0 };
	sigset_t none, now;

	(void)state;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	assert_int_equal(scratch_replace("a", "one", false), 0);
	error = EIO;
	calls_left = 2; /* write */
	assert_int_equal(scratch_replace("a", "two", false), -EIO);
	scratch_write("a.orig", "kept");
	p.fd = STDIN_FILENO;
	assert_int_equal(file_replace_start(".", "two", 3, true, &p, &f), -EISDIR);
	assert_int_equal(file_replace_start("a", "two", 3, true, &p, &f), 0);
	sigprocmask(SIG_SETMASK, NULL, &now);
	assert_true(sigismember(&now, SIGTERM) && sigismember(&now, SIGINT));
	file_replace_undo(&p);
	assert_true(scratch_holds("a", "one") && scratch_holds("a.orig", "kept"));
	unlink("a.orig");
	error = EPERM;
	calls_left = 6; /* link: the original is copied */
	assert_int_equal(scratch_replace("a", "two", true), 0);
	assert_true(scratch_holds("a", "two") && scratch_holds("a.orig", "one"));
	sigprocmask(SIG_SETMASK, NULL, &now);
	for (int n = 1; n < 32; n++)
		assert_int_equal(sigismember(&now, n), 0);
}

static void interrupted_writes_go_on(void **state)
{
	(void)state;
	calls_left = 2;
	error = EINTR;
	assert_int_equal(scratch_replace("a", "new", false), 0);
	assert_int_equal(calls_left, 0);
	assert_true(scratch_holds("a", "new") && scratch_lists("a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(makes_a_new_file_as_the_umask_says),
		scratch_test(a_new_name_is_on_the_disk),
		scratch_test(keeps_mode_and_owner_of_an_old_file),
		scratch_test(keeps_the_first_original_and_no_later_one),
		scratch_test(copies_the_original_where_links_are_not_allowed),
		scratch_test(any_failed_call_leaves_old_or_new),
		scratch_test(a_failed_copy_of_the_original_leaves_the_old_file),
		scratch_test(needs_no_proc),
		scratch_test(writes_all_of_a_slow_disk),
		scratch_test(leaves_signals_as_they_were),
		scratch_test(interrupted_writes_go_on),
	};

	const struct CMUnitTest without_a_name[] = {
		scratch_test(sigkill_leaves_no_part_of_a_new_file),
		scratch_test(sigkill_leaves_the_old_file_or_the_new),
		scratch_test(finds_a_name_that_is_free),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL) +
		     cmocka_run_group_tests(without_a_name, NULL, NULL);

	only_named_files = true;
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
