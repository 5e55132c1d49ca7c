/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt deps with nodes as operands, and drafts of profiles. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "cmd/command.h"
#include "cmd/report.h"
#include "tree_fixture.h"

static struct fault f;

/* What deps prints of the fixture and the node, or NULL; to be freed. */
static char *output_of(const char *board, char *node, enum status expected)
{
	const char *build = getenv("BUILD");
	struct options o = option_defaults;
	char path[256], *operands[] = { path, node }, *text;
	enum status status;

	snprintf(path, sizeof(path), "%s/tests/dts/%s.dtb", build ? build : "build", board);
	o.command = "deps";
	o.operands = operands;
	o.n_operands = node ? 2 : 1;
	f = (struct fault){ 0 };
	capture_start();
	status = cmd_deps.run(&o, &f);
	text = capture_end();
	assert_int_equal(status, expected);
	assert_int_equal(f.code == 0, expected == STATUS_OK);
	return text;
}

static void assert_begins(char *text, const char *begin)
{
	if (strncmp(text, begin, strlen(begin)))
		fail_msg("%s", text);
	free(text);
}

static void a_node_that_is_passed_is_there_once(void **state)
{
	char node[] = "5b040000", *text = output_of("board-newer", node, STATUS_OK);

	(void)state;
	assert_memory_equal(text, "passed   " FEC1 "\n", strlen("passed   " FEC1 "\n"));
	assert_null(strstr(text, "passed   " FEC1 "  < "));
	assert_non_null(strstr(text, "passed   " LPCG0 "  < ethernet@5b040000 clocks\n"));
	free(text);
}

/* The profile does not pass it. */
static void a_node_that_is_asked_for_is_passed(void **state)
{
	char mmc[] = "5b010000", root[] = "/";

	(void)state;
	assert_begins(output_of("board-newer", mmc, STATUS_OK),
		      "passed   /bus@5b000000/mmc@5b010000\n");
	assert_begins(output_of("board-newer", root, STATUS_OK), "passed   /\n");
}

/* Of the nodes that are asked for, the tree must have each; of the profile's it need not. */
static void the_tree_may_lack_what_is_not_asked_for(void **state)
{
	char lpcg[] = "5b230000", none[] = "5b040000";

	(void)state;
	assert_begins(output_of("board-no-fec1", lpcg, STATUS_OK), "passed   " LPCG0 "\n");
	free(output_of("board-no-fec1", NULL, STATUS_FAILED));
	assert_int_equal(f.code, -ENOENT);
	free(output_of("board-no-fec1", none, STATUS_FAILED));
	assert_int_equal(f.code, -ENOENT);
	/* which of two nodes is passed is never guessed */
	free(output_of("board-two-fec1", lpcg, STATUS_FAILED));
	assert_non_null(strstr(f.text, "ethernet@5b040000: two nodes match: "));
}

/* The draft for the node of that path; to be freed. */
static char *draft_of(const struct tree_fixture *x, const char *path)
{
	int node = tree_fixture_at(&x->tree, path);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	f = (struct fault){ 0 };
	assert_int_equal(dts_write_draft(out, &x->tree, (struct nodes){ &node, 1 }, &f), 0);
	fclose(out);
	return text;
}

#define CAN "/bus@5a000000/can@5a8d0000"
#define LOST "\t\t// The host loses " CAN " too: "

static void a_label_begins_with_a_letter(void **state)
{
	struct tree_fixture x;
	char *text;

	(void)state;
	tree_fixture_open(&x, "board-devices");
	tree_fixture_add(&x, "/bus@5a000000", "3d-gpu@5a900000");
	tree_fixture_set(&x, "/bus@5a000000/3d-gpu@5a900000", "reg", "\x5a\x90\0\0\0\0\x10\0",
			 8);
	tree_fixture_set(&x, "/bus@5a000000/3d-gpu@5a900000", "compatible", "gpu", 4);
	text = draft_of(&x, "/bus@5a000000/3d-gpu@5a900000");
	assert_non_null(strstr(text, "\t\tn3d_gpu_5a900000 {\n"));
	free(text);
	tree_fixture_close(&x);
}

/* A node that loses two references is named once, for the first of them. */
static void what_the_host_loses_is_said_once(void **state)
{
	struct tree_fixture x;
	const char *lost;
	char *text;

	(void)state;
	tree_fixture_open(&x, "board-devices");
	tree_fixture_set(&x, "/bus@5b000000/usbphy@5b100000", "phandle", "\0\0\0\x77", 4);
	tree_fixture_set(&x, CAN, "phys", "\0\0\0\x77", 4);
	tree_fixture_set(&x, "/bus@5b000000/usbphy@5b100000", "#phy-cells", "\0\0\0\0", 4);
	tree_fixture_set(&x, CAN, "phy-handle", "\0\0\0\x77", 4);
	/* the first reference of the tree */
	tree_fixture_set(&x, "/", "phy-handle", "\0\0\0\x77", 4);
	text = draft_of(&x, "/bus@5b000000/usbphy@5b100000");
	lost = strstr(text, LOST);
	assert_non_null(lost);
	assert_non_null(strstr(text, "\t\t// The host loses / too: phy-handle.\n"));
	assert_null(strstr(lost + 1, LOST));
	free(text);
	tree_fixture_close(&x);
}

/* The names of all devices are more than the summary's 255 bytes. */
static void a_drafts_summary_is_cut(void **state)
{
	static const char reg[] = "\x5a\x90\0\0\0\0\x10\0";
	char name[32], path[64], *text, *at;
	struct tree_fixture x;
	int nodes[12];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	f = (struct fault){ 0 };
	tree_fixture_open(&x, "board-devices");
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "a-name-of-thirty-bytes-%02d@%04x", i, i);
		snprintf(path, sizeof(path), "/bus@5a000000/%s", name);
		tree_fixture_add(&x, "/bus@5a000000", name);
		tree_fixture_set(&x, path, "reg", reg, 8);
		tree_fixture_set(&x, path, "compatible", "x", 2);
	}
	for (int i = 0; i < 12; i++) {
		snprintf(path, sizeof(path), "/bus@5a000000/a-name-of-thirty-bytes-%02d@%04x",
			 i, i);
		nodes[i] = tree_at(&x.tree, path);
	}
	if (dts_write_draft(out, &x.tree, (struct nodes){ nodes, 12 }, &f))
		fail_msg("%s", f.text);
	fclose(out);
	at = strstr(text, "summary = \"");
	assert_non_null(at);
	at += strlen("summary = \"");
	assert_int_equal(strcspn(at, "\""), 255);
	free(text);
	tree_fixture_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_is_passed_is_there_once),
		cmocka_unit_test(a_node_that_is_asked_for_is_passed),
		cmocka_unit_test(the_tree_may_lack_what_is_not_asked_for),
		cmocka_unit_test(a_label_begins_with_a_letter),
		cmocka_unit_test(what_the_host_loses_is_said_once),
		cmocka_unit_test(a_drafts_summary_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
