/* SPDX-License-Identifier: Apache-2.0 */
/* What imxpt check prints: of a tree alone, and of its checks. */
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
#include "check/check.h"
#include "cmd/command.h"
#include "scratch.h"
#include "tree_fixture.h"

static char home[4096], dtb[64];
static struct options o;
static struct fault f;

/* A root directory that is no board, and a patched tree. */
static int begin(void **state)
{
	static struct tree_fixture_board board;

	o = option_defaults;
	o.command = "check";
	tree_fixture_board(&board, "mek-like");
	tree_fixture_patch(&board, false);
	if (!getcwd(home, sizeof(home)) || scratch_enter(state))
		return -1;
	o.root = scratch;
	o.dtb = strcpy(dtb, "host.dtb");
	(void)!scratch_file_replace(dtb, board.x.blob, board.x.size, false, &f);
	tree_fixture_close(&board.x);
	return 0;
}

static int end(void **state)
{
	return scratch_leave(state) || chdir(home);
}

static void assert_prints(const char *expected, enum status s)
{
	enum status status;
	char *text;

	f = (struct fault){ 0 };
	capture_start();
	status = cmd_check.run(&o, &f);
	text = capture_end();
	assert_string_equal(text, expected);
	assert_int_equal(status, s);
	free(text);
}

/* The JSON is the same data, but for what stands between. */
static void assert_prints_json(const char *expected)
{
	struct json_object *is, *want = json_tokener_parse(expected);
	char *text;

	o.json = true;
	capture_start();
	assert_int_equal(cmd_check.run(&o, &f), STATUS_OK);
	text = capture_end();
	is = json_tokener_parse(text);
	assert_non_null(want);
	if (!json_object_equal(is, want))
		fail_msg("%s", text);
	json_object_put(is);
	json_object_put(want);
	free(text);
}

#define NO_BOARD "this machine has no device tree, so it is not an fsl,imx8qm board"

static void a_tree_alone_is_ready_or_not(void **state)
{
	(void)state;
	assert_prints(
		"STAGE   CHECK         VERDICT  WHAT WAS FOUND\ntree    board         "
		"ok       the board is fsl,imx8qm-mek\ntree    smmu          ok       "
		"iommu@51400000 is in the tree and enabled\ntree    nodes         ok       "
		"the tree has all 3 passed nodes\ntree    patched       ok       the "
		"profile's patch is complete\ntree    references    ok       all 15 "
		"references point to a node\ntree    enabled       ok       all 3 passed "
		"nodes are enabled\ntree    iommus        ok       all 3 passed nodes refer "
		"to iommu@51400000\ntree    stream-id     ok       the passed nodes have "
		"stream id 0x12, mask 0x7f80\ntree    resource      ok       every passed bus "
		"master names its resource\ntree    coherent      ok       all 3 passed nodes "
		"are dma-coherent\ntree    stream-owner  ok       no other node has the "
		"stream id of a passed node\ntree    stream-group  ok       the passed nodes "
		"have one IOMMU group, without any other node\nU-Boot  partition     ok       "
		"/domu/doma: a partition is made, and its number written to reg\nU-Boot  "
		"pads          ok       the partition gets all pads of its pin "
		"groups\nU-Boot  disabled      ok       U-Boot will disable no node\nU-Boot  "
		"stream        ok       U-Boot sets stream id 0x12 for "
		"ethernet@5b040000\nVMM     irqfd         note     QEMU has no irqfd with a "
		"GICv3: interrupts work, but at about a tenth of the speed\nonly the tree was "
		"checked, 35 rows are not shown: " NO_BOARD "\n"
		"ready: 16 ok, 1 note, 0 warn, 0 fail, 35 skip\n",
		STATUS_OK);
	o.quiet = true;
	assert_prints("", STATUS_OK);
}

static void a_machine_that_is_no_board_is_not_ready(void **state)
{
	(void)state;
	o.dtb = NULL;
	o.quiet = true;
	assert_prints(
		"STAGE  CHECK  VERDICT  WHAT WAS FOUND\n"
		"tree   board  fail     " NO_BOARD "\n"
		"              fix:     run this on the board, name a recording of it with "
		"--root, or choose another profile with -p; 'imxpt check --dtb' takes a tree\n"
		"51 rows are not shown: " NO_BOARD "\n"
		"not ready: 0 ok, 0 note, 0 warn, 1 fail, 51 skip\n",
		STATUS_NOT_READY);
}

static void a_check_is_explained(void **state)
{
	(void)state;
	o.explain = "qemu_device"; /* with '_' for '-' */
	assert_prints(
		"qemu-device (VMM): QEMU has the device vfio-platform\n\n"
		"cause:   QEMU 10.0 deprecated it and 10.2 removed it, or it was disabled "
		"when QEMU was built\n"
		"to see:  qemu-system-aarch64 -device vfio-platform,help\n"
		"fix:     use QEMU 10.1 or older (Debian 12 has 7.2, Debian 13 has 10.0), or "
		"crosvm: see 'imxpt crosvm'\n"
		"source:  QEMU, docs/about/removed-features.rst\n"
		"needs:   qemu\n",
		STATUS_OK);
	assert_prints_json(
		"{'schema': 1, 'command': 'check', 'stage': 'VMM',"
		"'name': 'qemu-device', 'what': 'QEMU has the device vfio-platform',"
		"'cause': 'QEMU 10.0 deprecated it and 10.2 removed it, or it was "
		"disabled when QEMU was built',"
		"'see': 'qemu-system-aarch64 -device vfio-platform,help',"
		"'fix': \"use QEMU 10.1 or older (Debian 12 has 7.2, Debian 13 has "
		"10.0), or crosvm: see 'imxpt crosvm'\","
		"'source': 'QEMU, docs/about/removed-features.rst',"
		"'needs': ['qemu']}");
	o.json = false;
	o.explain = "qemu";
	assert_prints("qemu (VMM): QEMU is installed\n\n"
		      "cause:   qemu-system-aarch64 is not in PATH\n"
		      "to see:  qemu-system-aarch64 --version\n"
		      "fix:     install QEMU, or name it with --qemu\n"
		      "source:  QEMU\n"
		      "needs:   nothing\n",
		      STATUS_OK);
	o.explain = "none";
	assert_prints("", STATUS_USAGE);
	assert_string_equal(f.text, "no check is called 'none'");
}

static void each_check_is_listed(void **state)
{
	static const char head[] =
		"STAGE     CHECK              WHAT\n"
		"tree      board              the profile is for this board\n";
	struct json_object *list, *rows;
	size_t n = 0, lines = 0;
	char *text;

	(void)state;
	while (check_at(n))
		n++;
	o.explain = "";
	capture_start();
	assert_int_equal(cmd_check.run(&o, &f), STATUS_OK);
	text = capture_end();
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	assert_memory_equal(text, head, strlen(head));
	assert_int_equal(lines, n + 1);
	free(text);
	o.json = true;
	capture_start();
	assert_int_equal(cmd_check.run(&o, &f), STATUS_OK);
	text = capture_end();
	list = json_tokener_parse(text);
	assert_true(json_object_object_get_ex(list, "checks", &rows));
	assert_int_equal(json_object_array_length(rows), n);
	json_object_put(list);
	free(text);
}

static void a_vmm_is_qemu_or_crosvm(void **state)
{
	(void)state;
	o.quiet = true;
	o.vmm = "qemu";
	assert_prints("", STATUS_OK);
	o.vmm = "crosvm";
	assert_prints("", STATUS_OK);
	o.qemu = "/bin/false";
	assert_prints("", STATUS_USAGE);
	o.qemu = NULL;
	o.vmm = "other";
	assert_prints("", STATUS_USAGE);
}

static void a_profile_that_is_nowhere_is_an_error(void **state)
{
	(void)state;
	o.profile = "none";
	assert_prints("", STATUS_FAILED);
	assert_string_equal(f.text, "there is no profile 'none': it is not built in, and "
				    "/etc/imxpt/none.dtb does not exist");
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		case_of(a_tree_alone_is_ready_or_not),
		case_of(a_machine_that_is_no_board_is_not_ready),
		case_of(a_check_is_explained),
		case_of(each_check_is_listed),
		case_of(a_vmm_is_qemu_or_crosvm),
		case_of(a_profile_that_is_nowhere_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
