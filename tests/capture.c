/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"

static int file, old[2];

void capture_start(void)
{
	file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	fflush(stdout);
	fflush(stderr);
	for (int k = 0; k < 2; k++) {
		old[k] = dup(k + 1);
		dup2(file, k + 1);
	}
}

char *capture_end(void)
{
	off_t size;
	char *text;

	fflush(stdout);
	fflush(stderr);
	for (int k = 0; k < 2; k++) {
		dup2(old[k], k + 1);
		close(old[k]);
	}
	size = lseek(file, 0, SEEK_END);
	text = calloc(1, (size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(pread(file, text, (size_t)size, 0), size);
	close(file);
	return text;
}
