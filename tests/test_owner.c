/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vfio/group_device.h"

#define KEEP 0xffffffffu

/* The C library's answer: it looked the name up, or failed. */
static int lookup_error = -1; /* -1: as it is */

struct passwd *__real_getpwnam(const char *name);
struct passwd *__wrap_getpwnam(const char *name);
struct passwd *__wrap_getpwnam(const char *name)
{
	if (lookup_error < 0)
		return __real_getpwnam(name);
	if (lookup_error)
		errno = lookup_error;
	return NULL;
}

struct group *__real_getgrnam(const char *name);
struct group *__wrap_getgrnam(const char *name);
struct group *__wrap_getgrnam(const char *name)
{
	if (lookup_error < 0)
		return __real_getgrnam(name);
	if (lookup_error)
		errno = lookup_error;
	return NULL;
}

static const struct sysroot machine = { .live = true }, recording = { .live = false };

static void finds_users_and_groups(void **state)
{
	static const struct {
		const char *text;
		unsigned int user, group;
	} cases[] = {
		{ "root", 0, KEEP },
		{ "root:root", 0, 0 },
		{ ":root", KEEP, 0 },
		{ "root:", 0, KEEP },
		{ "4242:4243", 4242, 4243 },
		{ ":4243", KEEP, 4243 },
		{ "9:0", 9, 0 },
		{ "0:9", 0, 9 },
	};
	struct fault f = { 0 };
	struct owner o;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(owner_find(&machine, cases[i].text, &o, &f), 0);
		assert_int_equal(o.user, cases[i].user);
		assert_int_equal(o.group, cases[i].group);
	}
}

static void refuses_what_is_nobody(void **state)
{
	static const char *const texts[] = {
		"",   ":",  "no such user", "root:no such group", "-1",
		"+1", " 1", "1x",	    "4294967295",	  "0x10"
	};
	char longest[300], group[OWNER_MAX + 2];
	struct fault f = { 0 };
	struct owner o;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(owner_find(&machine, texts[i], &o, &f), -EINVAL);
		assert_non_null(strstr(f.text, "--owner"));
	}
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t n = sizeof(longest) - 1; n >= 256; n--) {
		longest[n] = '\0';
		assert_int_equal(owner_find(&machine, longest, &o, &f), -EINVAL);
		assert_string_equal(f.text, "--owner: the name of the user is too long");
	}
	memset(group, '0', sizeof(group) - 1);
	group[0] = ':';
	group[sizeof(group) - 1] = '\0';
	assert_int_equal(owner_find(&machine, group, &o, &f), -EINVAL);
	assert_string_equal(f.text, "--owner: the name of the group is too long");
	group[OWNER_MAX] = '\0';
	assert_int_equal(owner_find(&machine, group, &o, &f), 0);
}

static void a_failed_lookup_does_not_mean_nobody(void **state)
{
	static const int none[] = { 0, ENOENT, ESRCH };
	struct fault f;
	struct owner o;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		lookup_error = none[i];
		errno = EIO; /* of an earlier call */
		assert_int_equal(owner_find(&machine, "me", &o, &f), -EINVAL);
		assert_string_equal(f.text, "--owner: no user is called 'me'");
		errno = EIO;
		assert_int_equal(owner_find(&machine, ":us", &o, &f), -EINVAL);
		assert_string_equal(f.text, "--owner: no group is called 'us'");
	}
	lookup_error = EIO;
	assert_int_equal(owner_find(&machine, "me", &o, &f), -EIO);
	assert_string_equal(f.text, "--owner: cannot look up user 'me': Input/output error");
	assert_int_equal(owner_find(&machine, ":us", &o, &f), -EIO);
	assert_string_equal(f.text, "--owner: cannot look up group 'us': Input/output error");
	/* strtoul(3) sets errno too */
	assert_int_equal(owner_find(&machine, "99999999999999999999", &o, &f), -EIO);
	assert_int_equal(owner_find(&machine, "7:8", &o, &f), 0);
	assert_true(o.user == 7 && o.group == 8);
	lookup_error = -1;
}

/* Its names would be those of the machine that runs the test. */
static void takes_only_numbers_for_a_recording(void **state)
{
	static const char *const names[] = { "root", "root:0", "0:root", ":root", "1x" };
	struct fault f = { 0 };
	struct owner o;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(owner_find(&recording, names[i], &o, &f), -EINVAL);
		assert_string_equal(f.text,
				    "--owner: a recording has no names of users and groups");
		assert_string_equal(f.fix, "give the numbers of the user and the group");
	}
	assert_int_equal(owner_find(&recording, "7", &o, &f), 0);
	assert_true(o.user == 7 && o.group == KEEP);
	assert_int_equal(owner_find(&recording, ":8", &o, &f), 0);
	assert_true(o.user == KEEP && o.group == 8);
	assert_int_equal(owner_find(&recording, "9:10", &o, &f), 0);
	assert_true(o.user == 9 && o.group == 10);
	assert_int_equal(owner_find(&recording, ":", &o, &f), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_users_and_groups),
		cmocka_unit_test(refuses_what_is_nobody),
		cmocka_unit_test(a_failed_lookup_does_not_mean_nobody),
		cmocka_unit_test(takes_only_numbers_for_a_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
