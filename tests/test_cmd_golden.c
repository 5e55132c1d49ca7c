/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands print on small boards, compared with tests/golden/ as the shell tests do it,
 * which take longer.
 */
#include <errno.h>
#include <limits.h>
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

#define WORDS_MAX 10
#define BOTH "imx8qm-fec1-fec2"
#define VIRT "--virt", "@virt-new"

/* @NAME is the path of a fixture. */
static const struct {
	const struct command *command;
	const char *words[WORDS_MAX];
	const char *golden;
} runs[] = {
	{ &cmd_patch, { "-nq", "@board-newer" }, "newer-imx8qm-fec1.txt" },
	{ &cmd_patch, { "-nq", "-p", BOTH, "@board-newer" }, "newer-" BOTH ".txt" },
	{ &cmd_patch, { "-nq", "-p", BOTH, "@board-older" }, "older-" BOTH ".txt" },
	{ &cmd_patch, { "-nq", "--as-documented", "@board-newer" }, "newer-ghaf-guide.txt" },
	{ &cmd_patch, { "-nq", "--json", "@board-newer" }, "newer.json" },
	{ &cmd_uboot, { "--json", "@uboot-refused" }, "uboot-refused.json" },
	{ &cmd_uboot, { "--json", "@uboot-bypass" }, "uboot-bypass.json" },
	{ &cmd_deps, { "@board-needy" }, "deps-needy-imx8qm-fec1.txt" },
	{ &cmd_deps, { "-p", BOTH, "@board-older" }, "deps-older-" BOTH ".txt" },
	{ &cmd_deps, { "--json", "@board-needy" }, "deps-needy.json" },
	{ &cmd_deps,
	  { "--profile", "@board-devices", "mmc@5b020000", "can@5a8e0000", "5b040000" },
	  "draft-devices.txt" },
	{ &cmd_deps, { "--dot", "@board-needy" }, "deps-needy.dot" },
	{ &cmd_guest,
	  { "-nq", "-p", BOTH, "--host", "@board-needy", VIRT },
	  "guest-needy-" BOTH ".txt" },
	{ &cmd_guest,
	  { "-nq", "--json", "--host", "@board-newer", VIRT },
	  "guest-newer.json" },
	{ &cmd_guest,
	  { "-nq", "--json", "--host", "@board-needy", "--virt", "@virt-tpm" },
	  "guest-needy-tpm.json" },
	{ &cmd_overlay,
	  { "-nq", "-p", BOTH, "--host", "@board-needy" },
	  "overlay-needy-" BOTH ".txt" },
	{ &cmd_overlay, { "-nq", "--json", "--host", "@board-newer" }, "overlay-newer.json" },
	{ &cmd_profiles, { NULL }, "profiles.txt" },
	{ &cmd_profiles, { "--json" }, "profiles.json" },
};

/* What it prints; to be freed. */
static char *output_of(size_t i)
{
	const struct command *c = runs[i].command;
	const char *build = getenv("BUILD"), *words[WORDS_MAX + 2] = { c->name };
	char *argv[WORDS_MAX + 2], paths[WORDS_MAX][PATH_MAX];
	struct options o = option_defaults;
	struct fault f = { 0 };
	enum status status;
	char *text;
	int argc = 1;

	for (; runs[i].words[argc - 1]; argc++) {
		const char *word = runs[i].words[argc - 1];

		snprintf(paths[argc - 1], PATH_MAX, "%s/tests/dts/%s.dtb",
			 build ? build : "build", word + 1);
		words[argc] = *word == '@' ? paths[argc - 1] : word;
	}
	/* getopt(3) only puts them into another order */
	memcpy(argv, words, sizeof(argv));
	assert_int_equal(options_parse(argc, argv, c->accepts, c->option_fix, &o, &f), 0);
	o.command = c->name;
	o.root = scratch; /* the running tree of this machine may have a MAC */
	capture_start();
	status = c->run(&o, &f);
	text = capture_end();
	assert_int_equal(status, STATUS_OK);
	assert_string_equal(f.text, "");
	return text;
}

static char *golden_of(size_t i)
{
	char path[PATH_MAX];
	struct fault f;
	size_t size;
	void *text;

	snprintf(path, sizeof(path), "tests/golden/%s", runs[i].golden);
	assert_int_equal(file_read(path, 1 << 20, &text, &size, &f), 0);
	return text;
}

/* Versions of json-c differ in blanks. */
static bool is_same_data(const char *a, const char *b)
{
	struct json_object *x = json_tokener_parse(a), *y = json_tokener_parse(b);
	bool same = x && json_object_equal(x, y);

	json_object_put(x);
	json_object_put(y);
	return same;
}

static void commands_print_what_is_golden(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		char *is = output_of(i), *golden = golden_of(i);

		if (!strstr(runs[i].golden, ".json"))
			assert_string_equal(is, golden);
		else if (!is_same_data(is, golden))
			fail_msg("%s: %s", runs[i].golden, is);
		free(is);
		free(golden);
	}
}

/* An empty root directory, for a test that stays where it finds the files. */
static int make_root(void **state)
{
	char home[PATH_MAX];

	return !getcwd(home, sizeof(home)) || scratch_enter(state) || chdir(home) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(commands_print_what_is_golden, make_root,
						scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
