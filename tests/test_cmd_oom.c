/* SPDX-License-Identifier: Apache-2.0 */
/* Each command as a whole: whichever allocation fails, it is reported, and nothing leaks. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "capture.h"
#include "cmd/command.h"
#include "oom.h"
#include "scratch.h"

#define WORDS_MAX 12

/* TREE, VIRT, ROOT and OUT stand for paths. */
static const struct {
	const struct command *command;
	const char *words[WORDS_MAX];
} runs[] = {
	{ &cmd_patch, { "-n", "TREE" } },
	{ &cmd_patch, { "-n", "--json", "TREE" } },
	{ &cmd_patch, { "--partition", "linux", "-o", "OUT", "TREE" } },
	{ &cmd_uboot, { "TREE" } },
	{ &cmd_uboot, { "--json", "TREE" } },
	{ &cmd_deps, { "TREE" } },
	{ &cmd_deps, { "--json", "TREE" } },
	{ &cmd_deps, { "--dot", "TREE" } },
	{ &cmd_deps, { "--profile", "TREE", "fec1" } },
	{ &cmd_guest, { "--root", "ROOT", "-n", "--host", "TREE", "--virt", "VIRT" } },
	{ &cmd_guest,
	  { "--root", "ROOT", "--json", "-o", "OUT", "--host", "TREE", "--virt", "VIRT" } },
	{ &cmd_overlay, { "--root", "ROOT", "-n", "--host", "TREE" } },
	{ &cmd_overlay, { "--root", "ROOT", "--json", "-o", "OUT", "--host", "TREE" } },
	{ &cmd_qemu, { "--", "-append", "x" } },
	{ &cmd_qemu, { "--json", "--dump" } },
	{ &cmd_crosvm, { "--root", "ROOT", "--", "-p", "x" } },
	{ &cmd_crosvm, { "--root", "ROOT", "--json" } },
	{ &cmd_profiles, { NULL } },
	{ &cmd_profiles, { "--json" } },
	{ &cmd_profiles, { "imx8qm-fec1" } },
	{ &cmd_profiles, { "imx8qm-fec1", "--json" } },
	{ &cmd_status, { "--root", "ROOT" } },
	{ &cmd_status, { "--root", "ROOT", "--json" } },
	{ &cmd_bind, { "--root", "ROOT", "-n" } },
	{ &cmd_bind, { "--root", "ROOT", "-n", "--json" } },
	{ &cmd_unbind, { "--root", "ROOT", "-n", "--json" } },
	{ &cmd_unbind, { "--root", "ROOT", "-q" } },
	{ &cmd_check, { "--root", "ROOT" } },
	{ &cmd_check, { "--dtb", "TREE", "--json" } },
	{ &cmd_check, { "--explain" } },
};

#define N_RUNS (sizeof(runs) / sizeof(*runs))

static char tree[256], virt[256], root[64], out[64];

/* What came of a run. */
struct result {
	enum status status;
	struct fault fault;
	int left_open; /* descriptors */
	char *output;  /* to be freed */
};

static const char *path_of(const char *word)
{
	return !strcmp(word, "TREE") ? tree :
	       !strcmp(word, "VIRT") ? virt :
	       !strcmp(word, "ROOT") ? root :
	       !strcmp(word, "OUT")  ? out :
				       word;
}

/* A recorded board with the tree that it runs. */
static int set_up(void **state)
{
	const char *build = getenv("BUILD");
	char home[PATH_MAX], command[1024];

	build = build ? build : "build";
	snprintf(tree, sizeof(tree), "%s/tests/dts/mek-like.dtb", build);
	snprintf(virt, sizeof(virt), "%s/tests/dts/virt-new.dtb", build);
	if (!getcwd(home, sizeof(home)) || scratch_enter(state) || chdir(home))
		return -1;
	snprintf(root, sizeof(root), "%s/root", scratch);
	snprintf(out, sizeof(out), "%s/out", scratch);
	snprintf(command, sizeof(command),
		 "cp -a tests/roots/imx8qm-mek %s && "
		 "cp %s/tests/dts/imx8qm-mek-running.dtb %s/sys/firmware/fdt",
		 root, build, root);
	return system(command);
}

static void run(size_t i, struct result *r)
{
	const struct command *c = runs[i].command;
	struct options o = option_defaults;
	const char *words[WORDS_MAX + 1] = { c->name };
	char *argv[WORDS_MAX + 1];
	int argc = 1;

	for (; runs[i].words[argc - 1]; argc++)
		words[argc] = path_of(runs[i].words[argc - 1]);
	/* getopt(3) takes words that it may change, and only puts them into another order */
	memcpy(argv, words, sizeof(argv));
	*r = (struct result){ .status = STATUS_USAGE, .left_open = -scratch_descriptors() };
	o.command = c->name;
	if (options_parse(argc, argv, c->accepts, c->option_fix, &o, &r->fault) == 0)
		r->status = c->run(&o, &r->fault);
	r->left_open += scratch_descriptors();
}

/* Run with the n-th allocation failing, and keep what it prints; did it fail? */
static bool run_with(size_t i, int n, struct result *r)
{
	bool failed;

	capture_start();
	oom_arm(n);
	run(i, r);
	failed = oom_hit();
	r->output = capture_end();
	return failed;
}

/* What memory is missing for is found at the end of the document. */
char *__real_json_end(struct json *j, struct fault *f);
char *__wrap_json_end(struct json *j, struct fault *f);

static bool json_fails;

char *__wrap_json_end(struct json *j, struct fault *f)
{
	char *text = __real_json_end(j, f);

	if (!json_fails)
		return text;
	free(text);
	fault_oom(f);
	return NULL;
}

static void assert_result(size_t i, int n, const struct result *r, int code)
{
	if (r->fault.code != code || (code && r->status != STATUS_FAILED) || r->left_open)
		fail_msg("%s %s: allocation %d: status %d, %d left open, fault %d: %s",
			 runs[i].command->name, runs[i].words[0], n, r->status, r->left_open,
			 r->fault.code, r->fault.text);
}

static void memory_that_runs_out_is_reported(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_RUNS; i++) {
		bool failed = true;
		struct result r;

		for (int n = 1; failed; n++) {
			failed = run_with(i, n, &r);
			assert_result(i, n, &r, failed ? -ENOMEM : 0);
			free(r.output);
		}
	}
}

static void json_that_is_not_whole_is_reported(void **state)
{
	(void)state;
	json_fails = true;
	for (size_t i = 0; i < N_RUNS; i++) {
		bool json = false;
		struct result r;

		for (size_t k = 0; runs[i].words[k]; k++)
			json |= !strcmp(runs[i].words[k], "--json");
		if (!json)
			continue;
		assert_false(run_with(i, 0, &r));
		assert_result(i, 0, &r, -ENOMEM);
		assert_int_equal(access(out, F_OK), -1);
		free(r.output);
	}
	json_fails = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_that_is_not_whole_is_reported),
		cmocka_unit_test(memory_that_runs_out_is_reported),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_leave);
}
