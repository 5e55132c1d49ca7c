/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/facts.h"
#include "fixture.h"
#include "oom.h"

#define ROOT "tests/roots/imx8qm-mek"

static struct tree profile_tree;
static struct profile profile;
static struct sysroot root;
static struct facts facts;
static struct fault f;
static char dtb[256];

static int start(void **state)
{
	const char *build = getenv("BUILD");
	const struct builtin_profile *b = profile_builtin("imx8qm-fec1");

	(void)state;
	snprintf(dtb, sizeof(dtb), "%s/tests/dts/mek-like.dtb", build ? build : "build");
	return tree_open(b->blob, b->size, &profile_tree, &f)	 ?:
		       profile_read(&profile_tree, &profile, &f) ?:
								   sysroot_open(ROOT, &root, &f);
}

static int stop(void **state)
{
	(void)state;
	sysroot_close(&root);
	tree_close(&profile_tree);
	return 0;
}

static int read_facts(const char *tree)
{
	const struct facts_source l = { .sys = &root, .profile = &profile, .dtb = tree };

	f = (struct fault){ 0 };
	return facts_read_all(&l, &facts, &f);
}

static void a_recorded_board_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_facts(NULL), 0);
	assert_int_equal(f.code, 0);
	assert_string_equal(facts.no_host, "");
	assert_false(facts.live);
	assert_true(*facts.tree.unseen);
	assert_string_equal(facts.kernel.release, "6.12.20-imx8");
	assert_int_equal(facts.kernel.version.major, 6);
	assert_int_equal(facts.kernel.version.minor, 12);
	assert_non_null(strstr(facts.kernel.config, "CONFIG_VFIO_PLATFORM=m"));
	assert_int_equal(facts.kernel.unsafe_interrupts, 'Y');
	assert_int_equal(facts.kernel.disable_bypass, 0);
	assert_int_equal(facts.snapshot.n_devices, 3);
	assert_int_equal(facts.module, MODULE_UNKNOWN);
	assert_true(facts.memlock_known);
	assert_int_equal(facts.memlock, 1024 * 1024 * 1024);
	assert_true(*facts.qemu.unseen);
	facts_free(&facts);
}

/* Whichever allocation fails: an answer or -ENOMEM, and no leak. */
static void out_of_memory_is_reported(void **state)
{
	int k, ret, failed = 0;

	(void)state;
	for (k = 1;; k++) {
		oom_arm(k);
		ret = read_facts(dtb);
		if (!oom_hit())
			break;
		assert_true(ret == 0 || ret == -ENOMEM);
		assert_int_equal(f.code, ret);
		failed += ret == -ENOMEM;
		facts_free(&facts);
	}
	assert_int_equal(ret, 0);
	assert_true(failed > 10 && failed <= k - 1);
	facts_free(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorded_board_is_read),
		cmocka_unit_test(out_of_memory_is_reported),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
