/* SPDX-License-Identifier: Apache-2.0 */
/* modules, udev: what they answer on a machine that has neither module nor node. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"
#include "scratch.h"
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
	assert_int_equal(modules_find("imxpt_no_such_module"), -ENOENT);
}

static int wait_ms(unsigned int timeout_ms)
{
	struct fault f = { 0 };
	sigset_t none;
	int open_before = scratch_descriptors(), ret;

	sigemptyset(&none);
	ret = udev_wait(NO_GROUP, timeout_ms, &none, &f);
	assert_int_equal(f.code, ret);
	if (ret)
		assert_string_equal(
			f.text, "cannot wait for /dev/vfio/987654321: Connection timed out");
	assert_int_equal(scratch_descriptors(), open_before);
	return ret;
}

static void a_node_that_does_not_come_ends_the_wait(void **state)
{
	int64_t start = clock_ms();

	(void)state;
	assert_int_equal(wait_ms(30), -ETIMEDOUT);
	assert_true(clock_ms() - start >= 29);
	assert_int_equal(wait_ms(0), -ETIMEDOUT);
}

/* The group's file, and udevd with what it knows of the device. */
static bool has_file, has_daemon;
static enum {
	ABSENT,
	KNOWN,
	INITIALIZED
} udev_state;
static char udev_device; /* stands for it */
static int n_udev_devices;

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
	bool is_file = !strcmp(path, "/dev/vfio/987654321");

	if (!is_file && strcmp(path, "/run/udev/control"))
		return __real_access(path, mode);
	errno = ENOENT;
	return (is_file ? has_file : has_daemon) ? 0 : -1;
}

void *__wrap_udev_device_new_from_subsystem_sysname(void *udev, const char *subsystem,
						    const char *sysname);
void *__wrap_udev_device_new_from_subsystem_sysname(void *udev, const char *subsystem,
						    const char *sysname)
{
	assert_non_null(udev);
	assert_string_equal(subsystem, "vfio");
	assert_string_equal(sysname, "987654321");
	if (udev_state == ABSENT)
		return NULL;
	n_udev_devices++;
	return &udev_device;
}

int __wrap_udev_device_get_is_initialized(void *d);
int __wrap_udev_device_get_is_initialized(void *d)
{
	assert_ptr_equal(d, &udev_device);
	return udev_state == INITIALIZED;
}

void *__real_udev_device_unref(void *d);
void *__wrap_udev_device_unref(void *d);
void *__wrap_udev_device_unref(void *d)
{
	if (d != &udev_device)
		return __real_udev_device_unref(d);
	n_udev_devices--;
	return NULL;
}

static void the_wait_ends_when_udevd_has_set_the_owner(void **state)
{
	static const struct {
		bool daemon, ends_at_once;
		int known;
	} cases[] = {
		{ false, true, ABSENT },
		{ true, false, ABSENT },
		{ true, false, KNOWN },
		{ true, true, INITIALIZED },
	};

	(void)state;
	has_file = true;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -clock_ms();

		has_daemon = cases[i].daemon;
		udev_state = cases[i].known;
		/* in the end the file is what is needed */
		assert_int_equal(wait_ms(cases[i].ends_at_once ? 60000 : 30), 0);
		ms += clock_ms();
		assert_true(cases[i].ends_at_once ? ms < 30000 : ms >= 29);
		assert_int_equal(n_udev_devices, 0);
	}
	has_file = has_daemon = false;
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
		cmocka_unit_test(the_wait_ends_when_udevd_has_set_the_owner),
		cmocka_unit_test(a_signal_ends_the_wait_and_stays_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
