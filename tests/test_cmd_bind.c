/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt bind and unbind, on a board that runs but shows no tree. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "capture.h"
#include "cmd/command.h"
#include "cmd/session.h"
#include "fake_board.h"

static struct fault f;

static int boot(void **state)
{
	(void)state;
	fake_boot();
	at_start = fake;
	return 0;
}

/* partition: of bind. */
static enum status run(const struct command *c, bool partition)
{
	struct options o = option_defaults;
	enum status status;

	o.command = c->name;
	o.quiet = true;
	o.force = true; /* without a tree */
	o.partition = partition;
	f = (struct fault){ 0 };
	status = c->run(&o, &f);
	unblock_signals();
	return status;
}

static void binds_and_gives_back(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	assert_true(is_bound());
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	assert_int_equal(run(&cmd_unbind, false), STATUS_OK);
	assert_true(is_free());
}

/* Without a partition, none is reported or left half made. */
static void devices_that_are_not_given_back_stay_bound(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	fake_calm();
	fake.fail_write = 2; /* an override; an unbind */
	fake.fail_err = EIO;
	assert_int_equal(run(&cmd_unbind, false), STATUS_FAILED);
	assert_null(strstr(f.fix, "partition"));
	assert_true(is_bound());
}

static bool by_linux; /* the tree leaves the partition to Linux */
static size_t n_freed;

int __real_guest_partition_by_linux(const struct session *s, bool *out, struct fault *f2);
int __wrap_guest_partition_by_linux(const struct session *s, bool *out, struct fault *f2);
int __wrap_guest_partition_by_linux(const struct session *s, bool *out, struct fault *f2)
{
	int ret = __real_guest_partition_by_linux(s, out, f2);

	*out = by_linux;
	return ret;
}

int __real_guest_partition_change(struct session *s, bool free, struct fault *f2);
int __wrap_guest_partition_change(struct session *s, bool free, struct fault *f2);
int __wrap_guest_partition_change(struct session *s, bool free, struct fault *f2)
{
	if (!by_linux)
		return __real_guest_partition_change(s, free, f2);
	assert_true(free && is_bound());
	s->n_calls = n_freed;
	return 0;
}

/* A guest of devices that are bound, without its partition, can harm the host. */
static void a_partition_that_was_freed_for_nothing_is_reported(void **state)
{
	static const char fix[] = "the partition is freed, but its devices are still bound: ";

	(void)state;
	for (n_freed = 0; n_freed <= 1; n_freed++) {
		assert_int_equal(run(&cmd_bind, false), STATUS_OK);
		by_linux = true;
		fake_calm();
		fake.fail_write = 2;
		fake.fail_err = EIO;
		assert_int_equal(run(&cmd_unbind, false),
				 n_freed ? STATUS_STUCK : STATUS_FAILED);
		assert_int_equal(strncmp(f.fix, fix, strlen(fix)) == 0, n_freed);
		assert_true(is_bound());
		fake_calm();
		assert_int_equal(run(&cmd_unbind, false), STATUS_OK);
		assert_true(is_free());
		by_linux = false;
	}
}

static void gives_back_the_devices_that_are_there(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	fake.devices[2].gone = fake.devices[3].gone = true;
	assert_int_equal(run(&cmd_unbind, false), STATUS_OK);
	assert_string_equal(fake.devices[1].driver, "");
	fake.devices[1].gone = true;
	assert_int_equal(run(&cmd_unbind, false), STATUS_FAILED);
	assert_int_equal(f.code, -ENODEV);
	assert_non_null(strstr(f.text, "clock-controller@5b230000: no platform device"));
}

static void nothing_is_changed_without_the_lock(void **state)
{
	(void)state;
	fake.no_lock = true;
	assert_int_equal(run(&cmd_bind, false), STATUS_FAILED);
	assert_int_equal(run(&cmd_unbind, false), STATUS_FAILED);
	assert_string_equal(f.text, "cannot lock");
	assert_int_equal(fake.calls, 0);
}

static void without_a_tree_nothing_is_bound(void **state)
{
	struct options o = option_defaults;

	(void)state;
	o.quiet = true;
	f = (struct fault){ 0 };
	assert_int_equal(cmd_bind.run(&o, &f), STATUS_FAILED);
	assert_non_null(strstr(f.text, "cannot check whether the guest can harm the host"));
	assert_int_equal(fake.writes, 0);
}

#define NO_TREE "the partition: the running tree cannot be read: "

static void devices_are_not_left_bound_without_a_partition(void **state)
{
	(void)state;
	boot_with_drivers();
	at_start = fake;
	assert_int_equal(run(&cmd_bind, true), STATUS_FAILED);
	assert_memory_equal(f.text, NO_TREE, strlen(NO_TREE));
	assert_true(fake.writes > 14); /* there and back */
	assert_true(is_as_booted());
}

static void devices_that_were_bound_before_stay_so(void **state)
{
	(void)state;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	fake_calm();
	assert_int_equal(run(&cmd_bind, true), STATUS_FAILED);
	assert_memory_equal(f.text, NO_TREE, strlen(NO_TREE));
	assert_true(is_bound());
	assert_int_equal(fake.writes, 1); /* the wait for the device file */
}

static void devices_that_cannot_be_put_back_are_reported(void **state)
{
	(void)state;
	fake.fail_write = 8; /* 3 overrides, 3 binds, the wait; an unbind */
	fake.fail_on = true;
	fake.fail_err = EIO;
	assert_int_equal(run(&cmd_bind, true), STATUS_STUCK);
	assert_memory_equal(f.text, NO_TREE, strlen(NO_TREE));
}

/* What the command prints; to be freed. */
static char *output_of(const struct command *c, struct options *o)
{
	o->command = c->name;
	f = (struct fault){ 0 };
	capture_start();
	c->run(o, &f);
	unblock_signals();
	return capture_end();
}

static void assert_prints(const struct command *c, struct options o, const char *expected)
{
	char *text = output_of(c, &o);

	assert_string_equal(text, expected);
	free(text);
}

#define DEV "/sys/bus/platform/devices/"
#define DRV "/sys/bus/platform/drivers/"
#define LPCG "5b230000.clock-controller"
#define FEC "5b040000.ethernet"
#define MU "5d1d0000.mailbox"

static void a_dry_run_prints_lines_for_a_shell(void **state)
{
	struct options o = option_defaults;

	(void)state;
	boot_with_drivers();
	o.dry_run = o.partition = o.force = true;
	o.owner = "0:5";
	assert_prints(&cmd_bind, o,
		      "set -e\n"
		      "echo vfio-platform > " DEV LPCG "/driver_override\n"
		      "echo " LPCG " > " DRV "imx-lpcg/unbind\n"
		      "echo " LPCG " > " DRV "vfio-platform/bind\n"
		      "echo vfio-platform > " DEV FEC "/driver_override\n"
		      "echo " FEC " > " DRV "fec/unbind\n"
		      "echo " FEC " > " DRV "vfio-platform/bind\n"
		      "echo vfio-platform > " DEV MU "/driver_override\n"
		      "echo " MU " > " DRV "vfio-platform/bind\n"
		      "links=$(for device in " LPCG " " FEC " " MU "; do\n"
		      "\treadlink \"" DEV "$device/iommu_group\" || exit\n"
		      "done)\n"
		      "echo \"$links\" | sed 's|.*/||' | sort -u | while read -r group; do\n"
		      "\tchown 0:5 \"/dev/vfio/$group\" || exit\n"
		      "done\n"
		      "imxpt partition -p imx8qm-fec1\n");
	assert_int_equal(fake.writes, 0);
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	assert_prints(&cmd_bind, o,
		      "set -e\n"
		      "chown 0:5 /dev/vfio/5\n"
		      "imxpt partition -p imx8qm-fec1\n");
	assert_prints(&cmd_unbind, o,
		      "set -e\n"
		      "echo > " DEV MU "/driver_override\n"
		      "echo " MU " > " DRV "vfio-platform/unbind\n"
		      "echo " MU " > /sys/bus/platform/drivers_probe || :\n"
		      "echo > " DEV FEC "/driver_override\n"
		      "echo " FEC " > " DRV "vfio-platform/unbind\n"
		      "echo " FEC " > /sys/bus/platform/drivers_probe || :\n"
		      "echo > " DEV LPCG "/driver_override\n"
		      "echo " LPCG " > " DRV "vfio-platform/unbind\n"
		      "echo " LPCG " > /sys/bus/platform/drivers_probe || :\n");
}

#define HEAD "DEVICE                     DRIVER         OVERRIDE       GROUP  DEVICE FILE\n"
#define BOUND "vfio-platform  vfio-platform  5      /dev/vfio/5\n"

static void the_devices_are_a_table(void **state)
{
	struct options o = option_defaults;

	(void)state;
	o.force = true;
	fake.devices[3].gone = true;
	fake.loaded = false;
	assert_prints(&cmd_status, o,
		      "DEVICE                     DRIVER  OVERRIDE  GROUP  DEVICE FILE\n" LPCG
		      "  -       -         -      -\n" FEC
		      "          -       -         -      -\n"
		      "mailbox@5d1d0000           -       -         -      -\n"
		      "mailbox@5d1d0000: no platform device has this node\n"
		      "0 of 3 devices bound to vfio-platform, which is not loaded\n");
	fake_boot();
	assert_prints(&cmd_bind, o,
		      HEAD LPCG "  " BOUND FEC "          " BOUND MU "           " BOUND
				"3 of 3 devices bound to vfio-platform\n");
	o.quiet = true;
	assert_prints(&cmd_bind, o, "");
}

static void devices_that_cannot_be_put_back_are_shown(void **state)
{
	struct options o = option_defaults;
	char *text;

	(void)state;
	fake.fail_write = 8; /* 3 overrides, 3 binds, the wait; an unbind */
	fake.fail_on = true;
	fake.fail_err = EIO;
	o.partition = o.force = true;
	text = output_of(&cmd_bind, &o);
	assert_memory_equal(text, HEAD, strlen(HEAD));
	free(text);
}

static void each_step_is_printed_if_that_is_asked_for(void **state)
{
	struct options o = option_defaults;
	char *text;

	(void)state;
	o.verbose = o.force = true;
	text = output_of(&cmd_bind, &o);
	assert_memory_equal(text, "imxpt: bind: the running tree is not checked: ", 46);
	assert_non_null(strstr(text, "\necho " LPCG " > " DRV "vfio-platform/bind\n"));
	free(text);
	text = output_of(&cmd_unbind, &o);
	assert_memory_equal(text, "echo > " DEV MU "/driver_override\n", 64);
	free(text);
}

static void json_has_devices_groups_and_steps(void **state)
{
	static const char expected[] =
		"{'schema': 1, 'command': 'bind', 'profile': 'imx8qm-fec1', 'ready': false,"
		"'driver': {'loaded': true, 'reset_required': false}, 'devices': ["
		"{'wanted': 'clock-controller@5b230000', 'name': '" LPCG "', 'of_node':"
		"'/bus@5b000000/clock-controller@5b230000', 'driver': 'vfio-platform',"
		"'override': 'vfio-platform', 'group': 5},"
		"{'wanted': 'ethernet@5b040000', 'name': '" FEC "', 'of_node':"
		"'/bus@5b000000/ethernet@5b040000', 'driver': 'vfio-platform',"
		"'override': 'vfio-platform', 'group': 5},"
		"{'wanted': 'mailbox@5d1d0000', 'name': '" MU "', 'of_node':"
		"'/bus@5d000000/mailbox@5d1d0000', 'driver': null, 'override': null,"
		"'group': null}], 'groups': [{'number': 5, 'node': '/dev/vfio/5', 'members': ["
		"{'name': '" LPCG "', 'driver': 'vfio-platform'},"
		"{'name': '" FEC "', 'driver': 'vfio-platform'}]}], 'steps': ["
		"{'op': 'override', 'device': '" MU "', 'file': '" DEV MU "/driver_override',"
		"'value': 'vfio-platform', 'shell': 'echo vfio-platform > " DEV MU
		"/driver_override', 'why': 'no other driver may take it'},"
		"{'op': 'bind', 'device': '" MU "', 'file': '" DRV "vfio-platform/bind',"
		"'value': '" MU "', 'shell': 'echo " MU " > " DRV "vfio-platform/bind',"
		"'why': 'vfio-platform gives it to user space'}],"
		"'owner': '0', 'partition': 'make'}";
	struct options o = option_defaults;
	struct json_object *is, *want = json_tokener_parse(expected);
	char *text;

	(void)state;
	o.force = true;
	assert_int_equal(run(&cmd_bind, false), STATUS_OK);
	strcpy(fake.devices[3].driver, "");
	strcpy(fake.devices[3].override, "");
	fake.devices[3].in_group = false;
	o.dry_run = o.json = o.partition = true;
	o.owner = "0";
	text = output_of(&cmd_bind, &o);
	is = json_tokener_parse(text);
	assert_non_null(want);
	assert_true(json_object_equal(is, want));
	json_object_put(is);
	json_object_put(want);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(binds_and_gives_back, boot),
		cmocka_unit_test_setup(devices_that_are_not_given_back_stay_bound, boot),
		cmocka_unit_test_setup(a_partition_that_was_freed_for_nothing_is_reported,
				       boot),
		cmocka_unit_test_setup(gives_back_the_devices_that_are_there, boot),
		cmocka_unit_test_setup(nothing_is_changed_without_the_lock, boot),
		cmocka_unit_test_setup(without_a_tree_nothing_is_bound, boot),
		cmocka_unit_test_setup(devices_are_not_left_bound_without_a_partition, boot),
		cmocka_unit_test_setup(devices_that_were_bound_before_stay_so, boot),
		cmocka_unit_test_setup(devices_that_cannot_be_put_back_are_reported, boot),
		cmocka_unit_test_setup(a_dry_run_prints_lines_for_a_shell, boot),
		cmocka_unit_test_setup(the_devices_are_a_table, boot),
		cmocka_unit_test_setup(devices_that_cannot_be_put_back_are_shown, boot),
		cmocka_unit_test_setup(each_step_is_printed_if_that_is_asked_for, boot),
		cmocka_unit_test_setup(json_has_devices_groups_and_steps, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
