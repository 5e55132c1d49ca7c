/* SPDX-License-Identifier: Apache-2.0 */
/* The command patch as a whole, where the binary cannot be made to fail from outside. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/command.h"
#include "oom.h"

static char dir[] = "/tmp/imxpt-test.XXXXXX";
static char out[sizeof(dir) + 16], in[256];

static int make_directory(void **state)
{
	const char *build = getenv("BUILD");

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(out, sizeof(out), "%s/out.dtb", dir);
	snprintf(in, sizeof(in), "%s/tests/dts/board-newer.dtb", build ? build : "build");
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(out);
	return rmdir(dir); /* fails if something else was left in it */
}

/* Whichever allocation fails, there is a fault, no file, and no leak. */
static void memory_that_runs_out_leaves_no_file(void **state)
{
	char *operands[] = { in };
	struct options o = option_defaults;
	bool failed = true;

	(void)state;
	o.quiet = true;
	o.output = out;
	o.operands = operands;
	o.n_operands = 1;
	for (int n = 1; failed; n++) {
		struct fault f = { 0 };
		enum status status;

		oom_arm(n);
		status = cmd_patch.run(&o, &f);
		failed = oom_hit();
		assert_int_equal(status, failed ? STATUS_FAILED : STATUS_OK);
		assert_int_equal(f.code, failed ? -ENOMEM : 0);
		assert_int_equal(access(out, F_OK), failed ? -1 : 0);
		assert_true(failed || n > 30);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_that_runs_out_leaves_no_file),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
