/* SPDX-License-Identifier: Apache-2.0 */
/* What file.h reads; test_file_replace.c has what it writes. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "oom.h"
#include "scratch.h"

/* A signal comes while the next read(2) waits. */
static bool interrupted;

ssize_t __real_read(int fd, void *buf, size_t size);
ssize_t __wrap_read(int fd, void *buf, size_t size);
ssize_t __wrap_read(int fd, void *buf, size_t size)
{
	if (!interrupted)
		return __real_read(fd, buf, size);
	interrupted = false;
	errno = EINTR;
	return -1;
}

static int read_back(const char *path, size_t max, char **out, size_t *size)
{
	struct fault f = { 0 };
	void *data = NULL;
	int ret = file_read(path, max, &data, size, &f);

	*out = data;
	assert_int_equal(f.code, ret);
	if (ret)
		assert_null(data);
	return ret;
}

static void reads_a_file_with_a_nul_after_it(void **state)
{
	char *text;
	size_t size;

	(void)state;
	scratch_write("a", "hello");
	assert_int_equal(read_back("a", 100, &text, &size), 0);
	assert_int_equal(size, 5);
	assert_string_equal(text, "hello");
	free(text);
	scratch_write("a", "");
	assert_int_equal(read_back("a", 100, &text, &size), 0);
	assert_int_equal(size, 0);
	assert_string_equal(text, "");
	free(text);
}

static void reads_files_that_hide_their_size(void **state)
{
	char *text;
	size_t size;

	(void)state;
	assert_int_equal(read_back("/proc/self/status", 1 << 20, &text, &size), 0);
	assert_int_equal(strlen(text), size);
	assert_non_null(strstr(text, "Name:"));
	free(text);
}

/* Of a regular file the size is known, and most of the others are small: the next read ends. */
static void reads_most_files_at_once(void **state)
{
	static const char *const paths[] = { "a", "/proc/self/status" };
	char large[20001], *text;
	size_t size;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	scratch_write("a", large);
	for (size_t i = 0; i < 2; i++) {
		oom_arm(3); /* there is one before each read */
		assert_int_equal(read_back(paths[i], sizeof(large), &text, &size), 0);
		assert_false(oom_hit());
		free(text);
	}
}

static void an_interrupted_read_goes_on(void **state)
{
	char *text;
	size_t size;

	(void)state;
	scratch_write("a", "hello");
	interrupted = true;
	assert_int_equal(read_back("a", 100, &text, &size), 0);
	assert_false(interrupted);
	assert_string_equal(text, "hello");
	free(text);
}

static void refuses_a_file_that_is_larger_than_allowed(void **state)
{
	char *text;
	size_t size;

	(void)state;
	scratch_write("a", "12345");
	assert_int_equal(read_back("a", 5, &text, &size), 0);
	free(text);
	assert_int_equal(read_back("a", 4, &text, &size), -EFBIG);
	assert_int_equal(read_back("a", 0, &text, &size), -EFBIG);
	assert_int_equal(read_back("/dev/zero", 100000, &text, &size), -EFBIG);
}

static void says_why_a_file_cannot_be_read(void **state)
{
	struct fault f = { 0 };
	void *data;
	size_t size;

	(void)state;
	assert_int_equal(file_read("none", 9, &data, &size, &f), -ENOENT);
	assert_string_equal(f.text, "cannot open none: No such file or directory");
	assert_int_equal(file_read(".", 9, &data, &size, &f), -EISDIR);
	assert_string_equal(f.text, "cannot read .: Is a directory");
	assert_int_equal(file_read_all(-1, "a", 9, &data, &size, &f), -EBADF);
	assert_string_equal(f.text, "cannot read a: Bad file descriptor");
}

static void reads_standard_input_to_its_end(void **state)
{
	static const char part[1000];
	int ends[2], saved = dup(STDIN_FILENO);
	char *text;
	size_t size;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(write(ends[1], part, sizeof(part)), sizeof(part));
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	assert_int_equal(read_back("-", 20000, &text, &size), 0);
	assert_int_equal(size, 20000);
	free(text);
	dup2(saved, STDIN_FILENO);
	close(ends[0]);
	close(saved);
}

static void reading_survives_any_failed_allocation(void **state)
{
	int n = 1;

	(void)state;
	for (bool hit = true; hit; n++) {
		char *text;
		size_t size;
		int ret;

		oom_arm(n);
		ret = read_back("/proc/self/status", 1 << 20, &text, &size);
		hit = oom_hit();
		assert_int_equal(ret, hit ? -ENOMEM : 0);
		free(text);
	}
	assert_true(n > 2);
}

/* 1: a and b are one file; 0: they are not; else an error that names one of them. */
static int compare(const char *a, const char *b)
{
	struct fault f = { 0 };
	bool same = true;
	int ret = file_same(a, b, &same, &f);

	assert_int_equal(f.code, ret);
	if (ret)
		assert_true(strstr(f.text, a) || strstr(f.text, b));
	return ret ? ret : same;
}

static void recognizes_two_names_of_one_file(void **state)
{
	(void)state;
	scratch_write("a", "");
	scratch_write("b", "");
	assert_int_equal(link("a", "hard"), 0);
	assert_int_equal(symlink("a", "soft"), 0);
	assert_int_equal(compare("a", "a"), 1);
	assert_int_equal(compare("a", "./a"), 1);
	assert_int_equal(compare("a", "hard"), 1);
	assert_int_equal(compare("soft", "a"), 1);
	assert_int_equal(compare("a", "b"), 0);
	assert_int_equal(compare("a", "none"), 0);
	assert_int_equal(compare("none", "a"), 0);
	assert_int_equal(compare("none", "none"), 0);
}

/* Where it cannot be known, the answer is not "no". */
static void says_when_two_names_cannot_be_compared(void **state)
{
	(void)state;
	scratch_write("a", "");
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(compare("a", "loop"), -ELOOP);
	assert_int_equal(compare("loop", "a"), -ELOOP);
	assert_int_equal(compare("none", "a/b"), 0);
	assert_int_equal(compare("a", "a/b"), -ENOTDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(reads_a_file_with_a_nul_after_it),
		scratch_test(reads_files_that_hide_their_size),
		scratch_test(reads_most_files_at_once),
		scratch_test(an_interrupted_read_goes_on),
		scratch_test(refuses_a_file_that_is_larger_than_allowed),
		scratch_test(says_why_a_file_cannot_be_read),
		scratch_test(reads_standard_input_to_its_end),
		scratch_test(reading_survives_any_failed_allocation),
		scratch_test(recognizes_two_names_of_one_file),
		scratch_test(says_when_two_names_cannot_be_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
