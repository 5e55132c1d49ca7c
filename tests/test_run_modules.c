/* SPDX-License-Identifier: Apache-2.0 */
/* modules, udev: what they answer on a machine that has neither module nor node. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "vfio/run.h"
#include "vfio/group_device.h"

#define NO_GROUP 987654321

static void a_module_that_is_not_there_cannot_be_loaded(void **state)
{
	struct modules m;
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(modules_load("imxpt_no_such_module", "", &m, &f), -ENOENT);
	assert_string_equal(f.text,
			    "cannot load imxpt_no_such_module: No such file or directory");
	assert_int_equal(m.n, 0);
	modules_unload(&m);
	assert_false(modules_find("imxpt_no_such_module"));
}

static int next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static void a_node_that_does_not_come_ends_the_wait(void **state)
{
	int first = next_descriptor();
	struct timespec a, b;
	struct fault f = { 0 };
	sigset_t none;

	(void)state;
	sigemptyset(&none);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(udev_wait(NO_GROUP, 30, &none, &f), -ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 >= 29);
	assert_string_equal(f.text,
			    "cannot wait for /dev/vfio/987654321: Connection timed out");
	assert_int_equal(udev_wait(NO_GROUP, 0, &none, &f), -ETIMEDOUT);
	assert_int_equal(next_descriptor(), first);
}

static void a_signal_ends_the_wait_and_stays_pending(void **state)
{
	sigset_t stop, pending;
	struct fault f = { 0 };

	(void)state;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	raise(SIGTERM);
	assert_int_equal(udev_wait(NO_GROUP, 60000, &stop, &f), -EINTR);
	sigpending(&pending);
	assert_true(sigismember(&pending, SIGTERM));
	assert_int_equal(sigwaitinfo(&stop, NULL), SIGTERM);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_that_is_not_there_cannot_be_loaded),
		cmocka_unit_test(a_node_that_does_not_come_ends_the_wait),
		cmocka_unit_test(a_signal_ends_the_wait_and_stays_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
