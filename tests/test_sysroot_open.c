/* SPDX-License-Identifier: Apache-2.0 */
/* The root directory on kernels, and below seccomp filters, without openat2(2). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sysroot.h"

static int answer; /* of openat2(2): an errno; 0: what open(2) answers */

long __wrap_syscall(long number, int dir, const char *path, const void *how, size_t size);

long __wrap_syscall(long number, int dir, const char *path, const void *how, size_t size)
{
	assert_int_equal(number, SYS_openat2);
	assert_non_null(how);
	assert_true(size >= 24); /* as in Linux 5.6 */
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
	char *names;

	(void)state;
	answer = 0;
	assert_int_equal(sysroot_open("/", &s, &f), 0);
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
		cmocka_unit_test(links_are_followed_here_without_openat2),
		cmocka_unit_test(the_kernel_follows_them_where_it_can),
		cmocka_unit_test(another_error_is_the_answer),
		cmocka_unit_test(a_directory_is_listed_to_its_end_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
