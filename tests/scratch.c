/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "scratch.h"

char scratch[] = "/tmp/imxpt-test.XXXXXX";

#define DESCRIPTORS 64 /* more than any test has open */

static int n_open;

int scratch_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < DESCRIPTORS; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

int scratch_enter(void **state)
{
	(void)state;
	n_open = scratch_descriptors();
	umask(022);
	strcpy(scratch + strlen(scratch) - 6, "XXXXXX");
	return mkdtemp(scratch) && chmod(scratch, 0777) == 0 && chdir(scratch) == 0 ? 0 : -1;
}

int scratch_leave(void **state)
{
	char command[64];

	(void)state;
	assert_int_equal(scratch_descriptors(), n_open);
	snprintf(command, sizeof(command), "rm -rf %s", scratch);
	return chdir("/") || system(command);
}

void scratch_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

bool scratch_holds(const char *path, const char *text)
{
	char buf[256] = "";
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	close(fd);
	return n >= 0 && !strcmp(buf, text);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool scratch_lists(const char *expected)
{
	char names[2048] = "";
	struct dirent **v;
	int n = scandir(".", &v, NULL, by_name);

	for (int i = 0; i < n; i++) {
		if (strcmp(v[i]->d_name, ".") && strcmp(v[i]->d_name, ".."))
			strcat(strcat(names, *names ? " " : ""), v[i]->d_name);
		free(v[i]);
	}
	free(v);
	return !strcmp(names, expected);
}

int scratch_file_replace(const char *path, const void *data, size_t size, bool keep_orig,
			 struct fault *f)
{
	struct pending_file p;
	int ret = file_replace_start(path, data, size, keep_orig, &p, f);

	if (ret == 0)
		file_replace_end(&p);
	return ret;
}

int scratch_replace(const char *path, const char *text, bool keep_orig)
{
	struct fault f = { 0 };
	int ret = scratch_file_replace(path, text, strlen(text), keep_orig, &f);

	assert_int_equal(f.code, ret);
	if (ret)
		assert_non_null(strstr(f.text, path));
	return ret;
}

mode_t scratch_mode(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode;
}
