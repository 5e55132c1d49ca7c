/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vfio/step.h"

static struct snapshot snap;

/* Two devices, vfio-platform loaded as it should be. */
static int set_up(void **state)
{
	(void)state;
	memset(&snap, 0, sizeof(snap));
	snap.n_devices = 2;
	snap.has_driver = true;
	snap.reset = RESET_NOT_REQUIRED;
	for (size_t i = 0; i < 2; i++) {
		snap.devices[i].wanted = i ? "b@2" : "a@1";
		strcpy(snap.devices[i].name, i ? "2.b" : "1.a");
		snap.devices[i].group = GROUP_NONE;
	}
	return 0;
}

static void give(size_t i, const char *driver, const char *override)
{
	strcpy(snap.devices[i].driver, driver);
	strcpy(snap.devices[i].override, override);
}

static void member(const char *name, const char *driver)
{
	struct member *m = &snap.members[snap.n_members++];

	strcpy(m->name, name);
	strcpy(m->driver, driver);
	m->group = GROUP_NONE;
}

/* The plan as shell lines, joined by '|'. */
static const char *text_of(const struct steps *l)
{
	static char all[4096];
	char one[STEP_TEXT_MAX];

	all[0] = '\0';
	for (size_t i = 0; i < l->n; i++) {
		strcat(all, i ? "|" : "");
		strcat(all, step_shell(&snap, &l->v[i], one));
		assert_non_null(l->v[i].why);
	}
	return all;
}

#define DEV "/sys/bus/platform/devices/"
#define DRV "/sys/bus/platform/drivers/"

static void binds_by_override_then_unbind_then_bind(void **state)
{
	struct steps l;
	struct fault f = { 0 };

	(void)state;
	give(0, "lpcg", "");
	assert_int_equal(steps_to_bind(&snap, &l, &f), 0);
	assert_string_equal(text_of(&l), "echo vfio-platform > " DEV "1.a/driver_override|"
					 "echo 1.a > " DRV "lpcg/unbind|"
					 "echo 1.a > " DRV "vfio-platform/bind|"
					 "echo vfio-platform > " DEV "2.b/driver_override|"
					 "echo 2.b > " DRV "vfio-platform/bind");
}

static void lists_only_what_is_not_yet_so(void **state)
{
	struct steps l;
	struct fault f = { 0 };

	(void)state;
	give(0, VFIO_DRIVER, VFIO_DRIVER);
	give(1, VFIO_DRIVER, "");
	assert_int_equal(steps_to_bind(&snap, &l, &f), 0);
	assert_string_equal(text_of(&l), "echo vfio-platform > " DEV "2.b/driver_override");
	give(1, VFIO_DRIVER, VFIO_DRIVER);
	snap.reset = RESET_REQUIRED; /* odd, but they are bound */
	assert_int_equal(steps_to_bind(&snap, &l, &f), 0);
	assert_int_equal(l.n, 0);
}

static void loads_the_module_first(void **state)
{
	struct steps l;
	struct fault f = { 0 };

	(void)state;
	snap.has_driver = false;
	snap.reset = RESET_UNKNOWN;
	assert_int_equal(steps_to_bind(&snap, &l, &f), 0);
	assert_int_equal(l.v[0].op, STEP_LOAD);
	assert_memory_equal(text_of(&l), "modprobe vfio-platform reset_required=0|", 40);
}

static void refuses_what_cannot_succeed(void **state)
{
	struct steps l;
	struct fault f = { 0 };

	(void)state;
	snap.reset = RESET_REQUIRED;
	assert_int_equal(steps_to_bind(&snap, &l, &f), -EPERM);
	assert_non_null(strstr(f.text, "reset_required=Y"));
	assert_non_null(strstr(f.fix, "vfio_platform.reset_required=0"));
	assert_int_equal(l.n, 0);

	snap.devices[1].name[0] = '\0';
	assert_int_equal(steps_to_bind(&snap, &l, &f), -ENODEV);
	assert_string_equal(f.text, "b@2: no platform device has this node");
	snap.devices[0].name[0] = '\0';
	assert_int_equal(steps_to_bind(&snap, &l, &f), -ENODEV);
	assert_string_equal(f.text, "a@1: no platform device has this node");
}

static void names_a_member_that_is_the_hosts(void **state)
{
	struct steps l;
	struct fault f = { 0 };

	(void)state;
	give(0, "lpcg", "");
	member("1.a", "lpcg"); /* ours: it will be unbound */
	member("3.c", "");
	member("4.d", "vfio-platform");
	member("5.e", "pci-stub");
	assert_int_equal(steps_to_bind(&snap, &l, &f), 0);
	member("6.f", "fec");
	assert_int_equal(steps_to_bind(&snap, &l, &f), -EBUSY);
	assert_string_equal(
		f.text,
		"6.f is in the IOMMU group of a passed device and bound to the driver fec");
	assert_non_null(strstr(f.fix, "echo 6.f > " DRV "fec/unbind"));
	assert_int_equal(l.n, 0);
}

static void releases_the_last_first(void **state)
{
	struct steps l;

	(void)state;
	give(0, VFIO_DRIVER, VFIO_DRIVER);
	give(1, VFIO_DRIVER, VFIO_DRIVER);
	steps_to_release(&snap, &l);
	assert_string_equal(text_of(&l), "echo > " DEV "2.b/driver_override|"
					 "echo 2.b > " DRV "vfio-platform/unbind|"
					 "echo 2.b > /sys/bus/platform/drivers_probe|"
					 "echo > " DEV "1.a/driver_override|"
					 "echo 1.a > " DRV "vfio-platform/unbind|"
					 "echo 1.a > /sys/bus/platform/drivers_probe");
}

static void releases_what_a_killed_bind_left(void **state)
{
	struct steps l;

	(void)state;
	give(0, "lpcg", VFIO_DRIVER); /* killed before the unbind */
	give(1, "", VFIO_DRIVER);     /* killed before the bind */
	steps_to_release(&snap, &l);
	assert_string_equal(text_of(&l), "echo > " DEV "2.b/driver_override|"
					 "echo 2.b > /sys/bus/platform/drivers_probe|"
					 "echo > " DEV "1.a/driver_override");
}

static void leaves_the_devices_of_others(void **state)
{
	struct steps l;

	(void)state;
	give(0, "lpcg", "lpcg");
	give(1, "", "somebody");
	steps_to_release(&snap, &l);
	assert_int_equal(l.n, 0);
	snap.devices[1].name[0] = '\0';
	strcpy(snap.devices[1].override, VFIO_DRIVER);
	steps_to_release(&snap, &l);
	assert_int_equal(l.n, 0);
}

static void restores_only_what_was_touched(void **state)
{
	bool touched[PROFILE_PASS_MAX] = { true };
	struct snapshot start = snap;
	struct steps l;

	(void)state;
	strcpy(start.devices[0].driver, "lpcg");
	give(0, VFIO_DRIVER, VFIO_DRIVER);
	give(1, VFIO_DRIVER, VFIO_DRIVER);
	steps_to_restore(&snap, &start, touched, &l);
	/* with an override of its own the old driver cannot be refused */
	assert_string_equal(text_of(&l), "echo 1.a > " DRV "vfio-platform/unbind|"
					 "echo lpcg > " DEV "1.a/driver_override|"
					 "echo 1.a > " DRV "lpcg/bind|"
					 "echo > " DEV "1.a/driver_override");
	steps_to_restore(&start, &start, touched, &l);
	assert_int_equal(l.n, 0);
}

static void restores_a_binding_to_vfio(void **state)
{
	bool touched[PROFILE_PASS_MAX] = { true, true };
	struct snapshot start;
	struct steps l;

	(void)state;
	give(0, VFIO_DRIVER, VFIO_DRIVER);
	give(1, VFIO_DRIVER, "");
	start = snap;
	give(0, "", "");
	give(1, "fec", "");
	steps_to_restore(&snap, &start, touched, &l);
	assert_string_equal(text_of(&l), "echo 2.b > " DRV "fec/unbind|"
					 "echo vfio-platform > " DEV "2.b/driver_override|"
					 "echo 2.b > " DRV "vfio-platform/bind|"
					 "echo > " DEV "2.b/driver_override|"
					 "echo vfio-platform > " DEV "1.a/driver_override|"
					 "echo 1.a > " DRV "vfio-platform/bind");
}

static void restores_an_override_in_one_step(void **state)
{
	bool touched[PROFILE_PASS_MAX] = { true, true };
	struct snapshot start;
	struct steps l;

	(void)state;
	give(0, "", "somebody");
	give(1, "fec", "fec");
	start = snap;
	give(0, VFIO_DRIVER, VFIO_DRIVER);
	give(1, "", "fec");
	steps_to_restore(&snap, &start, touched, &l);
	assert_string_equal(text_of(&l), "echo 2.b > " DRV "fec/bind|"
					 "echo 1.a > " DRV "vfio-platform/unbind|"
					 "echo somebody > " DEV "1.a/driver_override");
}

static void the_longest_plan_fits(void **state)
{
	bool touched[PROFILE_PASS_MAX];
	struct snapshot start;
	struct steps l;

	(void)state;
	snap.n_devices = PROFILE_PASS_MAX;
	for (size_t i = 0; i < PROFILE_PASS_MAX; i++) {
		strcpy(snap.devices[i].name, "x");
		give(i, "old", "other");
		touched[i] = true;
	}
	start = snap;
	for (size_t i = 0; i < PROFILE_PASS_MAX; i++)
		give(i, VFIO_DRIVER, VFIO_DRIVER);
	steps_to_restore(&snap, &start, touched, &l);
	assert_int_equal(l.n, 4 * PROFILE_PASS_MAX);
	assert_true(l.n <= STEPS_MAX);
}

/* How often text has part. */
static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void shell_lines_quote_every_name(void **state)
{
	char text[STEP_TEXT_MAX], name[NAME_SIZE] = "";
	struct fault f = { 0 };
	struct steps l;

	(void)state;
	snap.n_devices = 1;
	strcpy(snap.devices[0].name, "x;touch pwned;");
	give(0, "a b$(id)", "");
	assert_int_equal(steps_to_bind(&snap, &l, &f), 0);
	assert_string_equal(text_of(&l),
			    "echo vfio-platform > '" DEV "x;touch pwned;/driver_override'|"
			    "echo 'x;touch pwned;' > '" DRV "a b$(id)/unbind'|"
			    "echo 'x;touch pwned;' > " DRV "vfio-platform/bind");
	member("-n", "it's");
	assert_int_equal(steps_check_groups(&snap, &f), -EBUSY);
	assert_non_null(strstr(f.fix, "printf '%s\\n' -n > '" DRV "it'\\''s/unbind'"));

	/* the longest names fit, whatever they are made of */
	snap.n_members = 0;
	memset(name, '\'', NAME_SIZE - 1);
	member(name, name);
	assert_int_equal(steps_check_groups(&snap, &f), -EBUSY);
	assert_int_equal(count_of(f.fix, "'\\''"), 2 * (NAME_SIZE - 1));
	assert_true(text_ends(f.fix, "/unbind'"));
	memset(snap.devices[0].name, '\'', NAME_SIZE - 1);
	memset(snap.devices[0].override, '\'', OVERRIDE_SIZE - 1);
	l.v[0] = (struct step){ STEP_OVERRIDE, 0, snap.devices[0].override, "" };
	step_shell(&snap, &l.v[0], text);
	assert_string_equal(text + strlen(text) - strlen("/driver_override'"),
			    "/driver_override'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(binds_by_override_then_unbind_then_bind, set_up),
		cmocka_unit_test_setup(lists_only_what_is_not_yet_so, set_up),
		cmocka_unit_test_setup(loads_the_module_first, set_up),
		cmocka_unit_test_setup(refuses_what_cannot_succeed, set_up),
		cmocka_unit_test_setup(names_a_member_that_is_the_hosts, set_up),
		cmocka_unit_test_setup(releases_the_last_first, set_up),
		cmocka_unit_test_setup(releases_what_a_killed_bind_left, set_up),
		cmocka_unit_test_setup(leaves_the_devices_of_others, set_up),
		cmocka_unit_test_setup(restores_only_what_was_touched, set_up),
		cmocka_unit_test_setup(restores_a_binding_to_vfio, set_up),
		cmocka_unit_test_setup(restores_an_override_in_one_step, set_up),
		cmocka_unit_test_setup(the_longest_plan_fits, set_up),
		cmocka_unit_test_setup(shell_lines_quote_every_name, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
