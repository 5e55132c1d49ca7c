/* SPDX-License-Identifier: Apache-2.0 */
/* The root directory on kernels, and below seccomp filters, without openat2(2). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sysroot.h"
#include "scratch.h"

static int answer; /* of openat2(2): an errno; 0: what open(2) answers */
static int races;  /* calls that first end with EAGAIN, since a directory is renamed */

long __wrap_syscall(long number, int dir, const char *path, const void *how, size_t size);

long __wrap_syscall(long number, int dir, const char *path, const void *how, size_t size)
{
	assert_int_equal(number, SYS_openat2);
	assert_non_null(how);
	assert_true(size >= 24); /* as in Linux 5.6 */
	if (races-- > 0) {
		errno = EAGAIN;
		return -1;
	}
	if (answer == 0)
		return openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	errno = answer;
	return -1;
}

static void links_are_followed_here_without_openat2(void **state)
{
	static const int without[] = { ENOSYS, EPERM };
	struct fault f = { 0 };
	struct sysroot s;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		answer = without[i];
		assert_int_equal(sysroot_open("/tmp", &s, &f), 0);
		assert_true(s.walk);
		assert_false(s.live);
		sysroot_close(&s);
		assert_int_equal(sysroot_open("/", &s, &f), 0);
		assert_true(s.live);
		sysroot_close(&s);
		assert_int_equal(sysroot_open("/nonexistent", &s, &f), -ENOENT);
	}
}

static void the_kernel_follows_them_where_it_can(void **state)
{
	struct fault f = { 0 };
	struct sysroot s;

	(void)state;
	answer = 0;
	errno = ENOSYS; /* of a call before */
	assert_int_equal(sysroot_open("/tmp", &s, &f), 0);
	assert_false(s.walk);
	sysroot_close(&s);
}

static void another_error_is_the_answer(void **state)
{
	struct fault f = { 0 };
	struct sysroot s;

	(void)state;
	answer = EACCES;
	assert_int_equal(sysroot_open("/tmp", &s, &f), -EACCES);
	assert_string_equal(f.text, "cannot open the root directory /tmp: Permission denied");
	assert_string_equal(f.fix, "give --root a directory that you may enter");
}

static void a_lock_that_cannot_be_had_is_explained(void **state)
{
	static const struct {
		int err;
		const char *text;
	} cases[] = {
		{ ENOENT, "cannot lock /run/imxpt.lock: No such file or directory" },
		{ EACCES, "cannot lock /run/imxpt.lock: Permission denied" },
	};
	struct sysroot s;

	(void)state;
	answer = 0;
	assert_int_equal(sysroot_open(".", &s, &(struct fault){ 0 }), 0);
	for (size_t i = 0; i < 2; i++) {
		struct fault f = { 0 };

		answer = cases[i].err;
		assert_int_equal(sysroot_lock(&s, NULL, &f), -cases[i].err);
		assert_string_equal(f.text, cases[i].text);
		assert_string_equal(f.fix, "run this command as root; /run must exist");
	}
	sysroot_close(&s);
}

static void a_race_with_a_rename_is_run_again(void **state)
{
	struct fault f = { 0 };
	struct sysroot s;

	(void)state;
	answer = 0;
	assert_int_equal(sysroot_open(".", &s, &f), 0);
	races = 3;
	assert_int_equal(sysroot_exists(&s, "."), 0);
	sysroot_close(&s);
}

/* The current directory, whose links are followed here. */
static void open_walking(struct sysroot *s)
{
	struct fault f = { 0 };

	answer = ENOSYS;
	assert_int_equal(sysroot_open(".", s, &f), 0);
}

/* The other one reports that it waits, and has the lock when this one gives it back. */
static void a_lock_is_waited_for(void **state)
{
	static const char waits[] = "waiting for another imxpt to release /run/imxpt.lock\n";
	struct fault f = { 0 };
	struct sysroot s;
	int lock, pipes[2], status;
	char text[100];

	(void)state;
	open_walking(&s);
	assert_int_equal(mkdir("run", 0700), 0);
	lock = sysroot_lock(&s, NULL, &f);
	assert_true(lock >= 0);
	assert_int_equal(pipe(pipes), 0);
	if (fork() == 0) {
		FILE *log = fdopen(pipes[1], "w");

		setlinebuf(log);
		close(lock);
		alarm(10);
		_exit(sysroot_lock(&s, log, &f) < 0);
	}
	close(pipes[1]);
	/* it is not released before it is waited for */
	assert_int_equal(read(pipes[0], text, sizeof(text)), strlen(waits));
	assert_memory_equal(text, waits, strlen(waits));
	close(lock);
	assert_true(wait(&status) > 0 && status == 0);
	close(pipes[0]);
	lock = sysroot_lock(&s, stdout, &f);
	assert_true(lock >= 0);
	close(lock);
	sysroot_close(&s);
}

static void walks_as_deep_as_there_is_a_reason_for(void **state)
{
	char path[2 * 140] = "d", name[NAME_MAX + 2];
	struct sysroot s;

	(void)state;
	open_walking(&s);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(sysroot_exists(&s, name), -ENAMETOOLONG);
	assert_int_equal(sysroot_exists(&s, name + 1), -ENOENT);
	assert_int_equal(sysroot_exists(&s, "/"), 0);
	assert_int_equal(sysroot_exists(&s, ".."), 0);
	for (int i = 0; i < 126; i++) {
		assert_int_equal(mkdir(path, 0700), 0);
		strcat(path, "/d");
	}
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(sysroot_exists(&s, path), 0);
	strcat(path, "/d");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(sysroot_exists(&s, path), -ENAMETOOLONG);
	sysroot_close(&s);
}

static void follows_as_many_links_as_linux(void **state)
{
	char name[8], target[8] = ".";
	struct sysroot s;

	(void)state;
	open_walking(&s);
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		assert_int_equal(symlink(target, name), 0);
		strcpy(target, name);
	}
	assert_int_equal(sysroot_exists(&s, "l40"), 0);
	assert_int_equal(sysroot_exists(&s, "l41"), -ELOOP);
	sysroot_close(&s);
}

static void no_path_is_longer_than_linux_takes(void **state)
{
	char path[PATH_MAX + 1];
	struct sysroot s;

	(void)state;
	open_walking(&s);
	for (size_t i = 0; i < PATH_MAX; i++)
		path[i] = "./"[i % 2];
	path[PATH_MAX] = '\0';
	assert_int_equal(sysroot_exists(&s, path), -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0';
	assert_int_equal(sysroot_exists(&s, path), 0);
	/* nor is a link's target with the '/' after it */
	assert_int_equal(symlink(path, "link"), 0);
	assert_int_equal(sysroot_exists(&s, "link"), -ENAMETOOLONG);
	path[PATH_MAX - 2] = '\0';
	assert_int_equal(symlink(path, "shorter"), 0);
	assert_int_equal(sysroot_exists(&s, "shorter"), 0);
	sysroot_close(&s);
}

static bool damaged; /* the directory that is read */

struct dirent *__real_readdir(DIR *d);
struct dirent *__wrap_readdir(DIR *d);
struct dirent *__wrap_readdir(DIR *d)
{
	struct dirent *e = __real_readdir(d);

	if (e || !damaged)
		return e;
	errno = EIO;
	return NULL;
}

static void a_directory_is_listed_to_its_end_or_not_at_all(void **state)
{
	struct fault f = { 0 };
	struct sysroot s;
	char none[] = "?", *names = none;

	(void)state;
	answer = 0;
	assert_int_equal(sysroot_open("/", &s, &f), 0);
	answer = ENOENT;
	assert_int_equal(sysroot_list(&s, "proc/none", &names), -ENOENT);
	assert_null(names);
	answer = 0;
	damaged = true;
	assert_int_equal(sysroot_list(&s, "proc/self", &names), -EIO);
	assert_null(names);
	damaged = false;
	assert_int_equal(sysroot_list(&s, "proc/self", &names), 0);
	free(names);
	sysroot_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(links_are_followed_here_without_openat2),
		scratch_test(the_kernel_follows_them_where_it_can),
		scratch_test(another_error_is_the_answer),
		scratch_test(a_lock_that_cannot_be_had_is_explained),
		scratch_test(a_lock_is_waited_for),
		scratch_test(a_race_with_a_rename_is_run_again),
		scratch_test(walks_as_deep_as_there_is_a_reason_for),
		scratch_test(follows_as_many_links_as_linux),
		scratch_test(no_path_is_longer_than_linux_takes),
		scratch_test(a_directory_is_listed_to_its_end_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
