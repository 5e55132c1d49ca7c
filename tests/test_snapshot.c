/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"
#include "vfio/snapshot.h"

static const struct sysroot sys = { .root = -1, .live = true };

static int boot(void **state)
{
	(void)state;
	fake_boot();
	return 0;
}

static struct profile profile_of(const char *name)
{
	return (struct profile){ .pass = { { .node.name = name } }, .n_pass = 1 };
}

/* Take a snapshot of the one device called name. */
static int take_one(const char *name, struct snapshot *snap, struct fault *f)
{
	static struct profile p;

	*f = (struct fault){ 0 };
	p = profile_of(name);
	return snapshot_take(&sys, &p, snap, f);
}

static void finds_a_device_by_the_name_its_node_suggests(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "5b040000.ethernet");
	assert_string_equal(s.devices[0].node, "/bus@5b000000/ethernet@5b040000");
	assert_string_equal(s.devices[0].driver, "");
	assert_string_equal(s.devices[0].override, "");
	assert_int_equal(s.devices[0].group, GROUP_NONE);
	assert_false(s.devices[0].has_group_device);
	assert_true(s.has_driver);
	assert_int_equal(s.reset, RESET_NOT_REQUIRED);
	assert_true(fake.calls < 10); /* not every device is examined */
}

static void believes_the_node_and_not_the_name(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	/* as on Tegra, where a device carries another address than its node */
	strcpy(fake.devices[2].name, "5b041000.ethernet");
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "5b041000.ethernet");

	/* the name is there, but it is another node's */
	fake_add("5b040000.ethernet", "/bus@0/ethernet@40000", "");
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "5b041000.ethernet");
	strcpy(fake.devices[2].node, "");
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "");
}

static void takes_a_node_of_another_name_at_the_address_as_the_last_choice(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	strcpy(fake.devices[1].name, "5b230000.lpcg");
	strcpy(fake.devices[1].node, "/bus@5b000000/lpcg@5b230000");
	assert_int_equal(take_one("clock-controller@5b230000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "5b230000.lpcg");
	/* the first of several */
	fake_add("5b230000.late", "/bus@5c000000/late@5b230000", "");
	assert_int_equal(take_one("clock-controller@5b230000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "5b230000.lpcg");
	assert_string_equal(s.devices[0].node, "/bus@5b000000/lpcg@5b230000");
	fake_add("odd", "/bus@5b000000/clock-controller@5b230000", "");
	assert_int_equal(take_one("clock-controller@5b230000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "odd");
}

static void a_missing_device_is_no_fault(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	assert_int_equal(take_one("ethernet@5b050000", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "");
	assert_string_equal(s.devices[0].wanted, "ethernet@5b050000");
	assert_int_equal(s.devices[0].group, GROUP_NONE);
}

static void refuses_names_that_lead_elsewhere(void **state)
{
	static const char ten[] = "0123456789";
	char longest[NAME_SIZE + 1] = "x@";
	const char *const names[] = { "..@5b040000", "", "a/..@1", longest };
	struct snapshot s;
	struct fault f;

	(void)state;
	for (size_t i = 2; i < NAME_SIZE; i++)
		longest[i] = ten[i % 10];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(take_one(names[i], &s, &f), -EINVAL);
	/* only the last part is the name of a node */
	assert_int_equal(take_one("a@../b", &s, &f), 0);
	assert_string_equal(s.devices[0].name, "");
	assert_int_equal(take_one(longest + 1, &s, &f), 0);
}

static void reads_driver_override_group_and_members(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	strcpy(fake.devices[2].driver, VFIO_DRIVER);
	strcpy(fake.devices[2].override, VFIO_DRIVER);
	fake.devices[2].in_group = true;
	fake_add("5b050000.ethernet", "/bus@5b000000/ethernet@5b050000", "fec")->in_group =
		true;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_true(device_is_bound(&s.devices[0]));
	assert_string_equal(s.devices[0].override, VFIO_DRIVER);
	assert_int_equal(s.devices[0].group, FAKE_GROUP);
	assert_true(s.devices[0].has_group_device);
	assert_int_equal(s.n_members, 2);
	assert_string_equal(s.members[1].name, "5b050000.ethernet");
	assert_string_equal(s.members[1].driver, "fec");
	assert_int_equal(s.members[1].group, FAKE_GROUP);
}

static void lists_a_group_once_for_all_its_devices(void **state)
{
	const struct profile p = {
		.pass = { { .node.name = "ethernet@5b040000" },
			  { .node.name = "mailbox@5d1d0000" } },
		.n_pass = 2,
	};
	struct snapshot s;
	struct fault f = { 0 };

	(void)state;
	fake.devices[2].in_group = fake.devices[3].in_group = true;
	assert_int_equal(snapshot_take(&sys, &p, &s, &f), 0);
	assert_int_equal(s.n_members, 2);
	assert_true(device_is_first_of_group(&s, 0));
	assert_false(device_is_first_of_group(&s, 1));
}

static void a_device_is_read_again(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	strcpy(fake.devices[2].driver, VFIO_DRIVER);
	fake.devices[2].in_group = true;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_int_equal(snapshot_refresh(&sys, &s, 0, &f), 0);
	assert_int_equal(s.n_members, 1);
	assert_true(s.devices[0].has_group_device);
	strcpy(fake.devices[2].driver, "fec");
	fake.devices[2].in_group = false;
	assert_int_equal(snapshot_refresh(&sys, &s, 0, &f), 0);
	assert_string_equal(s.devices[0].driver, "fec");
	assert_int_equal(s.devices[0].group, GROUP_NONE);
	assert_false(s.devices[0].has_group_device);
}

static void predicts_members_that_are_not_of_the_profile(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	fake_add("5b050000.ethernet", "/bus@5b000000/ethernet@5b050000", "fec");
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_int_equal(snapshot_add_predicted(&sys, &s, "/bus@5b000000/ethernet@5b040000",
						&f),
			 0);
	assert_int_equal(snapshot_add_predicted(&sys, &s, "/bus@5b000000/none@1", &f), 0);
	/* the whole path counts */
	assert_int_equal(snapshot_add_predicted(&sys, &s, "/bus@0/ethernet@5b050000", &f), 0);
	assert_int_equal(s.n_members, 0);
	assert_int_equal(snapshot_add_predicted(&sys, &s, "/bus@5b000000/ethernet@5b050000",
						&f),
			 0);
	assert_int_equal(s.n_members, 1);
	assert_string_equal(s.members[0].driver, "fec");
	assert_int_equal(s.members[0].group, GROUP_NONE);
	s.n_members = SNAPSHOT_MEMBERS_MAX;
	assert_int_equal(snapshot_add_predicted(&sys, &s, "/bus@5b000000/ethernet@5b050000",
						&f),
			 -E2BIG);
	assert_string_equal(
		f.text,
		"5b050000.ethernet: the IOMMU groups of the devices have more than 32 members");
}

static void reads_the_state_of_the_module(void **state)
{
	struct snapshot s;
	struct fault f;

	(void)state;
	fake.reset_required = true;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_int_equal(s.reset, RESET_REQUIRED);
	fake.no_parameter = true;
	assert_int_equal(snapshot_driver(&sys, &s, &f), 0);
	assert_true(s.has_driver && s.reset == RESET_UNKNOWN);
	fake.loaded = false;
	assert_int_equal(snapshot_driver(&sys, &s, &f), 0);
	assert_false(s.has_driver);
	assert_int_equal(s.reset, RESET_UNKNOWN);
}

static void an_override_may_be_longer_than_a_name(void **state)
{
	char *override = fake.devices[2].override;
	struct snapshot s;
	struct fault f;

	(void)state;
	memset(override, 'x', OVERRIDE_SIZE - 2);
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].override, override);
	/* no space for a newline, so the kernel may have shown more of it */
	fake.long_override = true;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), -ENAMETOOLONG);
	assert_string_equal(f.text,
			    "5b040000.ethernet: its driver_override is longer than 254 bytes");
	assert_non_null(strstr(f.fix, "/sys/bus/platform/devices/5b040000.ethernet/"));
}

static void refuses_a_node_whose_path_is_too_long(void **state)
{
	struct snapshot s;
	struct fault f;
	char *node = fake.devices[2].node;

	(void)state;
	strcpy(node, "/");
	memset(node + 1, 'x', PATH_SIZE - 1);
	strcpy(node + PATH_SIZE - strlen("/ethernet@5b040000"), "/ethernet@5b040000");
	assert_int_equal(strlen(node), PATH_SIZE);
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), -ENAMETOOLONG);
	assert_string_equal(f.text, "5b040000.ethernet: the path of its node is too long");
	memmove(node + 1, node + 2, PATH_SIZE - 1);
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].node, node);
}

static void a_group_has_the_number_that_the_kernel_gives(void **state)
{
	static const char *const wrong[] = { "4294967301", "2147483648",
					     "-1",	   "+5",
					     " 5",	   "5x",
					     "5a",	   "18446744073709551621" };
	static const char *const empty[] = { "0", "9", "10", "2147483647" };
	char text[128];
	struct snapshot s;
	struct fault f;

	(void)state;
	fake.devices[2].in_group = true;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fake.group = wrong[i];
		assert_int_equal(take_one("ethernet@5b040000", &s, &f), -EINVAL);
		assert_non_null(strstr(f.text, "is not an IOMMU group"));
	}
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		fake.group = empty[i];
		assert_int_equal(take_one("ethernet@5b040000", &s, &f), -ENOENT);
		snprintf(text, sizeof(text),
			 "cannot read /sys/kernel/iommu_groups/%s/devices: No such file or "
			 "directory",
			 empty[i]);
		assert_string_equal(f.text, text);
	}
	fake.group = "05"; /* it is read, but its members are at 5 */
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_int_equal(s.devices[0].group, 5);
}

static void refuses_names_that_no_kernel_gives(void **state)
{
	static const char *const wrong[] = {
		"", ".", "..", "a\nb", "a\033[2Jb", "\x9b", "fec\xe2\x80\xae"
	};
	char longest[NAME_SIZE + 1];
	struct snapshot s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fake_boot();
		fake.devices[2].in_group = true;
		fake.link_driver = wrong[i];
		assert_int_equal(take_one("ethernet@5b040000", &s, &f), -EINVAL);
		assert_non_null(strstr(f.text, "is not a valid name in sysfs"));
		if (i < 3)
			continue;
		fake_boot();
		strcpy(fake.devices[2].name, wrong[i]);
		assert_int_equal(take_one("ethernet@5b040000", &s, &f), -EINVAL);
		fake_boot();
		fake.devices[2].in_group = true;
		fake_add(wrong[i], "/other", "")->in_group = true;
		assert_int_equal(take_one("ethernet@5b040000", &s, &f), -EINVAL);
	}
	fake_boot();
	memset(longest, 'x', NAME_SIZE);
	longest[NAME_SIZE] = '\0';
	fake.link_driver = longest;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), -ENAMETOOLONG);
	assert_non_null(strstr(f.text, "xxx' is longer than 127 bytes"));
	fake.link_driver = longest + 1;
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	/* a driver's name may have a space */
	fake.link_driver = "Generic PHY (\xc3\xa4)";
	assert_int_equal(take_one("ethernet@5b040000", &s, &f), 0);
	assert_string_equal(s.devices[0].driver, fake.link_driver);
}

/* name: of the device; NULL: the one that its node suggests. */
static void check_failed_calls(const char *name)
{
	struct snapshot s;
	struct fault f;
	int unseen = 0;

	for (int k = 1;; k++) {
		fake_boot();
		fake.devices[2].in_group = true;
		if (name)
			strcpy(fake.devices[2].name, name);
		fake.fail_call = k;
		fake.fail_err = EACCES;
		if (take_one("ethernet@5b040000", &s, &f))
			assert_non_null(strstr(f.text, "cannot read /sys/"));
		else if (fake.calls < k)
			break;
		else
			unseen++;
	}
	/* the group device may be hidden; nothing else may */
	assert_int_equal(unseen, 1);
}

static void a_call_that_fails_is_reported_with_its_file(void **state)
{
	(void)state;
	check_failed_calls(NULL);
	check_failed_calls("5b041000.ethernet"); /* all devices are examined */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finds_a_device_by_the_name_its_node_suggests, boot),
		cmocka_unit_test_setup(believes_the_node_and_not_the_name, boot),
		cmocka_unit_test_setup(
			takes_a_node_of_another_name_at_the_address_as_the_last_choice, boot),
		cmocka_unit_test_setup(a_missing_device_is_no_fault, boot),
		cmocka_unit_test_setup(refuses_names_that_lead_elsewhere, boot),
		cmocka_unit_test_setup(reads_driver_override_group_and_members, boot),
		cmocka_unit_test_setup(lists_a_group_once_for_all_its_devices, boot),
		cmocka_unit_test_setup(a_device_is_read_again, boot),
		cmocka_unit_test_setup(predicts_members_that_are_not_of_the_profile, boot),
		cmocka_unit_test_setup(reads_the_state_of_the_module, boot),
		cmocka_unit_test_setup(an_override_may_be_longer_than_a_name, boot),
		cmocka_unit_test_setup(refuses_a_node_whose_path_is_too_long, boot),
		cmocka_unit_test_setup(a_group_has_the_number_that_the_kernel_gives, boot),
		cmocka_unit_test_setup(refuses_names_that_no_kernel_gives, boot),
		cmocka_unit_test_setup(a_call_that_fails_is_reported_with_its_file, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
