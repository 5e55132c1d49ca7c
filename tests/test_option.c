/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/option.h"

static const int all[] = { OPT_HELP,  OPT_DRY_RUN, OPT_OUTPUT,	OPT_PROFILE,
			   OPT_QUIET, OPT_VERBOSE, OPT_VERSION, OPT_AS_DOCUMENTED,
			   OPT_JSON,  OPT_PAD,	   OPT_ROOT,	0 };
static const int few[] = { OPT_HELP, OPT_OUTPUT, 0 };

static struct options o;
static struct fault f;
static char *argv[16];
static char words[256];

/* Parse a line of words, each behind one space. */
static int parse(const char *line, const int *accepts, bool leading)
{
	int argc = 0;

	o = option_defaults;
	f = (struct fault){ 0 };
	strcpy(words, line);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	return options_parse(argc, argv, accepts, leading, &o, &f);
}

static void assert_refused(const char *line, const int *accepts, const char *why)
{
	assert_int_equal(parse(line, accepts, false), -EINVAL);
	assert_int_equal(f.code, -EINVAL);
	assert_string_equal(f.text, why);
}

static void silence_means_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("patch", all, false), 0);
	assert_string_equal(o.profile, "imx8qm-mek-fec1");
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
	assert_int_equal(parse("x --help --dry-run --output out --profile=p --quiet --verbose "
			       "--version --as-documented --json --pad 8 --root /r",
			       all, false),
			 0);
	assert_true(o.as_documented && o.dry_run && o.json && o.quiet && o.verbose && o.help &&
		    o.version);
	assert_string_equal(o.output, "out");
	assert_string_equal(o.profile, "p");
	assert_string_equal(o.root, "/r");
	assert_int_equal(o.pad, 8);
}

static void takes_letters_alone_and_together(void **state)
{
	(void)state;
	assert_int_equal(parse("x -h -n -o out -pfile -q -v -V", all, false), 0);
	assert_true(o.dry_run && o.quiet && o.verbose && o.help && o.version);
	assert_string_equal(o.output, "out");
	assert_string_equal(o.profile, "file");
	assert_int_equal(parse("x -nvo -", all, false), 0);
	assert_true(o.dry_run && o.verbose);
	assert_string_equal(o.output, "-");
}

static void finds_operands_wherever_they_stand(void **state)
{
	(void)state;
	assert_int_equal(parse("x in -n - -- -o", all, false), 0);
	assert_int_equal(o.n_operands, 3);
	assert_string_equal(o.operands[0], "in");
	assert_string_equal(o.operands[1], "-");
	assert_string_equal(o.operands[2], "-o");
	assert_true(o.dry_run && !o.output);
}

static void stops_at_the_command_where_only_leading_ones_count(void **state)
{
	(void)state;
	assert_int_equal(parse("x -h patch -o out in", few, true), 0);
	assert_true(o.help && !o.output);
	assert_int_equal(o.n_operands, 4);
	assert_string_equal(o.operands[0], "patch");
}

static void refuses_options_that_are_not_accepted(void **state)
{
	(void)state;
	assert_refused("x -n", few, "unknown option '-n'");
	assert_refused("x --dry-run", few, "unknown option '--dry-run'");
	assert_refused("x -z", all, "unknown option '-z'");
	assert_refused("x -hz", all, "unknown option '-z'");
	assert_refused("x --none", all, "unknown option '--none'");
	assert_refused("x --rootless", few, "unknown option '--rootless'");
	assert_refused("x --root /r", few, "option '--root' stands before the command");
	assert_refused("x --root=/r", few, "option '--root' stands before the command");
}

static void refuses_an_argument_that_is_not_taken(void **state)
{
	(void)state;
	assert_refused("x --json=1", all, "option '--json=1' takes no argument");
	assert_refused("x --quiet=1", all, "option '--quiet=1' takes no argument");
	assert_refused("x --quiet=1", few, "unknown option '--quiet=1'");
}

static void refuses_a_missing_argument(void **state)
{
	(void)state;
	assert_refused("x -o", all, "option '-o' needs an argument");
	assert_refused("x --pad", all, "option '--pad' needs an argument");
}

static void reads_numbers_in_their_bounds(void **state)
{
	static const char *const wrong[] = {
		"-1", "1048577", "x", "1x", "0x", "1.5", "99999999999999999999"
	};
	char line[64], why[128];

	(void)state;
	assert_int_equal(parse("x --pad 0", all, false), 0);
	assert_int_equal(o.pad, 0);
	assert_int_equal(parse("x --pad 1048576", all, false), 0);
	assert_int_equal(o.pad, 1048576);
	assert_int_equal(parse("x --pad 0x1000", all, false), 0);
	assert_int_equal(o.pad, 4096);
	assert_int_equal(parse("x --pad 010", all, false), 0);
	assert_int_equal(o.pad, 10);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(line, sizeof(line), "x --pad=%s", wrong[i]);
		snprintf(why, sizeof(why), "--pad takes a number from 0 to 1048576, not '%s'",
			 wrong[i]);
		assert_refused(line, all, why);
	}
	assert_refused("x --pad=", all, "--pad takes a number from 0 to 1048576, not ''");
}

static void helps_with_what_is_accepted_and_no_more(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	options_help(out, few);
	fclose(out);
	assert_string_equal(
		text, "  -o, --output FILE          write the tree to FILE ('-': standard "
		      "output)\n"
		      "  -h, --help                 show this help\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_means_the_defaults),
		cmocka_unit_test(takes_every_option_long),
		cmocka_unit_test(takes_letters_alone_and_together),
		cmocka_unit_test(finds_operands_wherever_they_stand),
		cmocka_unit_test(stops_at_the_command_where_only_leading_ones_count),
		cmocka_unit_test(refuses_options_that_are_not_accepted),
		cmocka_unit_test(refuses_an_argument_that_is_not_taken),
		cmocka_unit_test(refuses_a_missing_argument),
		cmocka_unit_test(reads_numbers_in_their_bounds),
		cmocka_unit_test(helps_with_what_is_accepted_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
