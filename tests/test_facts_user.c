/* SPDX-License-Identifier: Apache-2.0 */
/* The user of the VMM, on a board that runs and on one that was recorded, and its memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "check/facts.h"
#include "scratch.h"

static struct sysroot root;
static struct fault f;

static int begin(void **state)
{
	(void)state;
	if (sysroot_open("/", &root, &f))
		return -1;
	root.live = false;
	return 0;
}

static int end(void **state)
{
	(void)state;
	sysroot_close(&root);
	return 0;
}

static void the_user_is_the_owner_of_the_first_device_file(void **state)
{
	static const struct profile profile = { .n_pass = 3 };
	static struct facts facts = { .profile = &profile };
	const struct facts_source from = { .sys = &root, .profile = &profile };

	(void)state;
	facts.snapshot.n_devices = 3;
	assert_int_equal(facts_read_vmm(&from, &facts, &f), 0);
	assert_int_equal(facts.user.id, 0);
	assert_string_equal(facts.user.name, "0");
	for (size_t i = 3; i-- > 0;) {
		facts.snapshot.devices[i].has_group_device = true;
		facts.devices[i].group_device.user = (uid_t)(70 + i);
		assert_int_equal(facts_read_vmm(&from, &facts, &f), 0);
		assert_int_equal(facts.user.id, 70 + i);
		assert_int_equal(facts.user.n_groups, -1);
		assert_false(facts.user.named || facts.user.is_self);
	}
}

static void a_user_has_a_name_or_a_number(void **state)
{
	static const char *const wrong[] = { "",   "no such user", "-1",	"+1",
					     " 1", "1x",	   "4294967295" };
	struct vmm_user user;

	(void)state;
	assert_int_equal(vmm_user_find(&root, "9", &user, &f), 0);
	assert_true(user.id == 9 && user.n_groups == -1 && !user.is_self);
	assert_int_equal(vmm_user_find(&root, "root", &user, &f), -EINVAL);
	assert_string_equal(f.text, "--user: a recording has no user names, so not 'root'");
	root.live = true;
	assert_int_equal(vmm_user_find(&root, "root", &user, &f), 0);
	assert_string_equal(user.name, "root");
	assert_true(user.id == 0 && user.n_groups > 0 && user.named);
	assert_true(user.n_groups < USER_GROUPS_MAX);
	assert_int_equal(user.is_self, geteuid() == 0);
	assert_int_equal(vmm_user_find(&root, "0", &user, &f), 0);
	assert_string_equal(user.name, "root");
	assert_int_equal(vmm_user_find(&root, "4242424", &user, &f), 0);
	assert_string_equal(user.name, "4242424");
	assert_true(user.id == 4242424 && user.n_groups == 0 && !user.is_self);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(vmm_user_find(&root, wrong[i], &user, &f), -EINVAL);
		assert_non_null(strstr(f.text, "--user: no user is called '"));
	}
}

static void the_limit_of_locked_memory_is_read(void **state)
{
	static const struct {
		const char *limits;
		bool known;
		uint64_t bytes;
	} cases[] = {
		{ "Max open files  1  1  files\n", false, 0 },
		{ "Max open files  1  1  files\nMax locked memory  8388608  9  bytes\n", true,
		  8388608 },
		{ "Max locked memory         unlimited            unlimited  bytes\n", true,
		  UINT64_MAX },
	};

	static const struct profile profile;
	struct sysroot board;
	const struct facts_source from = { .sys = &board, .profile = &profile };
	static struct facts facts;

	(void)state;
	assert_int_equal(mkdir("proc", 0755), 0);
	assert_int_equal(mkdir("proc/self", 0755), 0);
	assert_int_equal(sysroot_open(".", &board, &f), 0);
	for (size_t i = 0; i < 3; i++) {
		facts = (struct facts){ .profile = &profile };
		scratch_write("proc/self/limits", cases[i].limits);
		assert_int_equal(facts_read_vmm(&from, &facts, &f), 0);
		assert_int_equal(facts.memlock_known, cases[i].known);
		assert_true(facts.memlock == cases[i].bytes);
		assert_string_equal(facts.qemu.unseen,
				    "a recording has no QEMU; name one with --qemu");
		assert_string_equal(facts.crosvm.unseen, "a recording has no crosvm");
	}
	sysroot_close(&board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_user_is_the_owner_of_the_first_device_file,
						begin, end),
		cmocka_unit_test_setup_teardown(a_user_has_a_name_or_a_number, begin, end),
		scratch_test(the_limit_of_locked_memory_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
