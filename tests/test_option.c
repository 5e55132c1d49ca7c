/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/option.h"

static const int all[] = { OPT_DRY_RUN,	      OPT_OUTPUT, OPT_PROFILE, OPT_QUIET, OPT_VERBOSE,
			   OPT_AS_DOCUMENTED, OPT_JSON,	  OPT_PAD,     0 };
static const int few[] = { OPT_OUTPUT, 0 };

static struct options o;
static struct fault f;
static char *argv[16];
static char words[256];

/* Parse a line of words that are one space apart. */
static int parse(const char *line, const int *accepts)
{
	int argc = 0;

	o = option_defaults;
	f = (struct fault){ 0 };
	strcpy(words, line);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	return options_parse(argc, argv, accepts, &o, &f);
}

static void assert_rejected(const char *line, const int *accepts, const char *why)
{
	assert_int_equal(parse(line, accepts), -EINVAL);
	assert_int_equal(f.code, -EINVAL);
	assert_string_equal(f.text, why);
}

static void has_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("patch", all), 0);
	assert_string_equal(o.profile, "imx8qm-fec1");
	assert_string_equal(o.root, "/");
	assert_null(o.output);
	assert_int_equal(o.pad, 4096);
	assert_false(o.as_documented || o.dry_run || o.json || o.quiet || o.verbose ||
		     o.help || o.version);
	assert_int_equal(o.n_operands, 0);
}

static void takes_every_option_long(void **state)
{
	(void)state;
	assert_int_equal(parse("x --help --dry-run --output out --quiet --verbose "
			       "--version --as-documented --json --pad 8 --root /r",
			       all),
			 0);
	assert_true(o.as_documented && o.dry_run && o.json && o.quiet && o.verbose && o.help &&
		    o.version);
	assert_string_equal(o.output, "out");
	assert_string_equal(o.profile, "ghaf-guide");
	assert_string_equal(o.root, "/r");
	assert_int_equal(o.pad, 8);
}

static void the_guides_tree_has_its_own_profile(void **state)
{
	(void)state;
	assert_int_equal(parse("x --profile=p", all), 0);
	assert_string_equal(o.profile, "p");
	assert_int_equal(parse("x --profile p --as-documented", all), -EINVAL);
	assert_int_equal(parse("x --as-documented -p p", all), -EINVAL);
}

static void takes_letters_separate_and_together(void **state)
{
	(void)state;
	assert_int_equal(parse("x -h -n -o out -pfile -q -v -V", all), 0);
	assert_true(o.dry_run && o.quiet && o.verbose && o.help && o.version);
	assert_string_equal(o.output, "out");
	assert_string_equal(o.profile, "file");
	assert_int_equal(parse("x -nvo -", all), 0);
	assert_true(o.dry_run && o.verbose);
	assert_string_equal(o.output, "-");
}

static void finds_operands_anywhere(void **state)
{
	(void)state;
	assert_int_equal(parse("x in -n - -- -o", all), 0);
	assert_int_equal(o.n_operands, 3);
	assert_string_equal(o.operands[0], "in");
	assert_string_equal(o.operands[1], "-");
	assert_string_equal(o.operands[2], "-o");
	assert_true(o.dry_run && !o.output);
}

static void takes_global_options_with_those_of_any_command(void **state)
{
	(void)state;
	assert_int_equal(parse("x -o out --root /r in -h -V", few), 0);
	assert_true(o.help && o.version);
	assert_string_equal(o.root, "/r");
	assert_int_equal(o.n_operands, 1);
}

static void reads_only_global_options_before_the_command(void **state)
{
	(void)state;
	assert_int_equal(parse("x -h --root /r patch -o out -V in", NULL), 0);
	assert_true(o.help && !o.version && !o.output);
	assert_string_equal(o.root, "/r");
	assert_int_equal(o.n_operands, 5);
	assert_string_equal(o.operands[0], "patch");
	assert_rejected("x -o out patch", NULL, "unknown option '-o'");
}

static void rejects_options_that_are_not_accepted(void **state)
{
	(void)state;
	assert_rejected("x -n", few, "unknown option '-n'");
	assert_rejected("x --dry-run", few, "unknown option '--dry-run'");
	assert_rejected("x -z", all, "unknown option '-z'");
	assert_rejected("x -hz", all, "unknown option '-z'");
	assert_rejected("x --none", all, "unknown option '--none'");
	assert_rejected("x --rootless", few, "unknown option '--rootless'");
}

static void rejects_an_argument_of_a_flag(void **state)
{
	(void)state;
	assert_rejected("x --json=1", all, "option '--json=1' takes no argument");
	assert_rejected("x --quiet=1", all, "option '--quiet=1' takes no argument");
	assert_rejected("x --quiet=1", few, "unknown option '--quiet=1'");
}

static void rejects_a_missing_argument(void **state)
{
	(void)state;
	assert_rejected("x -o", all, "option '-o' needs an argument");
	assert_rejected("x --pad", all, "option '--pad' needs an argument");
}

static void reads_numbers_within_bounds(void **state)
{
	static const char *const wrong[] = {
		"-1", "1048577", "x", "1x", "0x", "1.5", "99999999999999999999"
	};
	char line[64], why[128];

	(void)state;
	assert_int_equal(parse("x --pad 0", all), 0);
	assert_int_equal(o.pad, 0);
	assert_int_equal(parse("x --pad 1048576", all), 0);
	assert_int_equal(o.pad, 1048576);
	assert_int_equal(parse("x --pad 0x1000", all), 0);
	assert_int_equal(o.pad, 4096);
	assert_int_equal(parse("x --pad 010", all), 0);
	assert_int_equal(o.pad, 10);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(line, sizeof(line), "x --pad=%s", wrong[i]);
		snprintf(why, sizeof(why), "--pad takes a number from 0 to 1048576, not '%s'",
			 wrong[i]);
		assert_rejected(line, all, why);
	}
	assert_rejected("x --pad=", all, "--pad takes a number from 0 to 1048576, not ''");
}

static void prints_help_only_for_accepted_options(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	options_help(out, few);
	fclose(out);
	assert_string_equal(
		text,
		"  -o, --output FILE          write the tree to FILE ('-': standard output)\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(takes_every_option_long),
		cmocka_unit_test(the_guides_tree_has_its_own_profile),
		cmocka_unit_test(takes_letters_separate_and_together),
		cmocka_unit_test(finds_operands_anywhere),
		cmocka_unit_test(takes_global_options_with_those_of_any_command),
		cmocka_unit_test(reads_only_global_options_before_the_command),
		cmocka_unit_test(rejects_options_that_are_not_accepted),
		cmocka_unit_test(rejects_an_argument_of_a_flag),
		cmocka_unit_test(rejects_a_missing_argument),
		cmocka_unit_test(reads_numbers_within_bounds),
		cmocka_unit_test(prints_help_only_for_accepted_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
