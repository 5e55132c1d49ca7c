/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt partition, on a board whose firmware cannot be asked. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "base/file.h"
#include "capture.h"
#include "cmd/command.h"
#include "scratch.h"
#include "tree_fixture.h"

static char home[4096];
static struct options o;
static struct fault f;

/* A recorded board that runs a patched tree. */
static int record(bool by_linux)
{
	static const char compatible[] = "fsl,imx8qm-mek\0fsl,imx8qm";
	static struct tree_fixture_board board;

	o = option_defaults;
	o.command = "partition";
	o.dry_run = true;
	tree_fixture_board(&board, "mek-like");
	board.board.by_linux = by_linux;
	tree_fixture_patch(&board, false);
	if (!getcwd(home, sizeof(home)) || scratch_enter(NULL) ||
	    system("mkdir -p run sys/firmware/devicetree/base sys/bus/platform/devices"))
		return -1;
	o.root = scratch;
	(void)!scratch_file_replace("sys/firmware/fdt", board.x.blob, board.x.size, false, &f);
	(void)!scratch_file_replace("sys/firmware/devicetree/base/compatible", compatible,
				    sizeof(compatible), false, &f);
	tree_fixture_close(&board.x);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	return record(true);
}

static int end(void **state)
{
	return scratch_leave(state) || chdir(home);
}

static char *output_of(enum status expected)
{
	enum status status;
	char *text;

	f = (struct fault){ 0 };
	capture_start();
	status = cmd_partition.run(&o, &f);
	text = capture_end();
	assert_int_equal(status, expected);
	return text;
}

#define NO_FIRMWARE "cannot open /firmware: No such file or directory"
#define TABLE                                                                           \
	"CALL                                    WHY\n"                                 \
	"partition_alloc                         the host keeps access to it (grant)\n" \
	"set_parent new 1                        the host may free it\n"                \
	"set_resource_power_mode MU_2A (215) 3   the guest needs it at once\n"          \
	"set_resource_power_mode ENET_0 (251) 0  the guest switches it on\n"            \
	"assign_resource ENET_0 (251) new        a passed device has it\n"              \
	"assign_pad 166 new                      a pin of a passed device\n"            \
	"assign_pad 165 new                      a pin of a passed device\n"            \
	"set_master_sid ENET_0 (251) 0x12        assigning it had reset it to bypass\n" \
	"assign_resource MU_2A (215) new         last: the calls act as the guest's "   \
	"partition from here on\n"

static void the_calls_after_a_start_of_the_board_are_a_table(void **state)
{
	char *text = output_of(STATUS_OK);

	(void)state;
	assert_string_equal(text,
			    "imxpt: partition: the firmware cannot be asked (" NO_FIRMWARE
			    "): these are the calls for a board that has just started, "
			    "with 1 for the host's partition\n" TABLE);
	free(text);
	o.quiet = true;
	text = output_of(STATUS_OK);
	assert_string_equal(text, TABLE);
	assert_string_equal(f.text, "");
	free(text);
}

static void the_calls_are_data(void **state)
{
	static const char expected[] =
		"{'schema': 1, 'command': 'partition', 'profile': 'imx8qm-fec1',"
		"'partition': null, 'calls': ["
		"{'call': 'partition_alloc', 'why': 'the host keeps access to it (grant)'},"
		"{'call': 'set_parent new 1', 'why': 'the host may free it'},"
		"{'call': 'set_resource_power_mode MU_2A (215) 3',"
		"'why': \"the guest needs it at once\"},"
		"{'call': 'set_resource_power_mode ENET_0 (251) 0',"
		"'why': 'the guest switches it on'},"
		"{'call': 'assign_resource ENET_0 (251) new',"
		"'why': 'a passed device has it'},"
		"{'call': 'assign_pad 166 new', 'why': 'a pin of a passed device'},"
		"{'call': 'assign_pad 165 new', 'why': 'a pin of a passed device'},"
		"{'call': 'set_master_sid ENET_0 (251) 0x12',"
		"'why': 'assigning it had reset it to bypass'},"
		"{'call': 'assign_resource MU_2A (215) new',"
		"'why': \"last: the calls act as the guest's partition from here on\"}]}";
	struct json_object *is, *want = json_tokener_parse(expected);
	char *text;

	(void)state;
	o.quiet = o.json = true;
	text = output_of(STATUS_OK);
	is = json_tokener_parse(text);
	assert_true(want && json_object_equal(is, want));
	json_object_put(is);
	json_object_put(want);
	free(text);
}

/* Linux has made it: the firmware's answers as they were recorded. */
static const char made[] = "get_partition 0 0 = 2\n"
			   "get_resource_owner 214 0 = 1\n"
			   "get_resource_owner 215 0 = 2\n"
			   "get_resource_power_mode 215 0 = 3\n"
			   "get_resource_info 215 0 = 0\n"
			   "is_resource_master 215 0 = 0\n"
			   "get_resource_owner 251 0 = 2\n"
			   "get_resource_power_mode 251 0 = 3\n"
			   "get_resource_info 251 0 = 18\n"
			   "is_resource_master 251 0 = 1\n"
			   "is_pad_owned 165 0 = 1\n"
			   "is_pad_owned 166 0 = 1\n";

static void a_partition_that_is_there_needs_no_call(void **state)
{
	char *text;

	(void)state;
	scratch_write("firmware", made);
	text = output_of(STATUS_OK);
	assert_string_equal(text, "imxpt: partition: nothing to do\npartition 2\n");
	free(text);
	o.quiet = true;
	text = output_of(STATUS_OK);
	assert_string_equal(text, "");
	free(text);
	o.dry_run = false;
	text = output_of(STATUS_OK);
	assert_string_equal(text, "");
	free(text);
}

/* Prints nothing, and fails with this text. */
static void assert_fails(const char *expected)
{
	char *text = output_of(STATUS_FAILED);

	assert_string_equal(text, "");
	assert_string_equal(f.text, expected);
	free(text);
}

static void without_an_answer_nothing_is_made_or_freed(void **state)
{
	(void)state;
	o.free = true;
	assert_fails(NO_FIRMWARE); /* what there is to free is not known */
	o.dry_run = false;
	assert_fails(NO_FIRMWARE);
	o.free = false;
	assert_fails(NO_FIRMWARE);
}

static void a_tree_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	unlink("sys/firmware/fdt");
	assert_fails(
		"the running tree cannot be read: /sys/firmware/fdt does not exist; 'imxpt "
		"check --dtb' checks a file");
}

static int record_for_u_boot(void **state)
{
	(void)state;
	return record(false);
}

static void a_tree_may_leave_the_partition_to_u_boot(void **state)
{
	(void)state;
	assert_fails("the running tree leaves the partition to U-Boot's scu_rm");
	assert_string_equal(f.fix, "boot a tree made by 'imxpt patch --partition linux'");
}

#define case_of(test, begin) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		case_of(the_calls_after_a_start_of_the_board_are_a_table, begin),
		case_of(the_calls_are_data, begin),
		case_of(a_partition_that_is_there_needs_no_call, begin),
		case_of(without_an_answer_nothing_is_made_or_freed, begin),
		case_of(a_tree_that_is_not_there_is_an_error, begin),
		case_of(a_tree_may_leave_the_partition_to_u_boot, record_for_u_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
