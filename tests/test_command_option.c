/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "cmd/command.h"

static const int all[] = { OPT_DRY_RUN,	      OPT_OUTPUT, OPT_PROFILE, OPT_QUIET, OPT_VERBOSE,
			   OPT_AS_DOCUMENTED, OPT_JSON,	  OPT_PAD,     0 };
static const int few[] = { OPT_OUTPUT, 0 };
static const int parsed[] = { OPT_MEMORY,    OPT_MAC,	  OPT_FORMAT,  OPT_FDT_FILE,
			      OPT_PARTITION, OPT_TIMEOUT, OPT_EXPLAIN, 0 };

static struct options o;
static struct fault f;
static char *argv[32];
static char words[1024];

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
	return options_parse(argc, argv, accepts, !accepts, &o, &f);
}

static void assert_rejected(const char *line, const int *accepts, const char *why)
{
	char *printed;
	int ret;

	capture_start();
	ret = parse(line, accepts);
	printed = capture_end();
	assert_string_equal(printed, ""); /* not by getopt(3), either */
	free(printed);
	assert_int_equal(ret, -EINVAL);
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
		"-1", "1048577", "x", "1x", "0x", "1.5", "99999999999999999999", "+5", "+0x5"
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

/* Each word is refused as the argument of the option, with this text and the word. */
static void assert_words_rejected(const char *option, const char *const *wrong, size_t n,
				  const char *why)
{
	for (size_t i = 0; i < n; i++) {
		char line[512], text[FAULT_TEXT_MAX];

		snprintf(line, sizeof(line), "x --%s=%s", option, wrong[i]);
		snprintf(text, sizeof(text), "--%s %s '%s'", option, why, wrong[i]);
		assert_rejected(line, parsed, text);
	}
}

#define ASSERT_WORDS_REJECTED(option, wrong, why) \
	assert_words_rejected(option, wrong, sizeof(wrong) / sizeof(*(wrong)), why)

static void reads_the_size_of_memory_as_qemu_does(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} sizes[] = {
		{ "1", 1 << 20 },     { "512M", 512 << 20 },	  { "9m", 9 << 20 },
		{ "2G", 2ull << 30 }, { "1g", 1 << 30 },	  { "4K", 4096 },
		{ "4k", 4096 },	      { "1T", 1ull << 40 },	  { "3t", 3ull << 40 },
		{ "010M", 10 << 20 }, { "2097152K", 2ull << 30 }, { "1048576T", 1ull << 60 },
	};
	static const char *const wrong[] = {
		"",
		"M",
		"0",
		"0G",
		"-1",
		"+1",
		"x",
		"/",
		":",
		"1P",
		"1MM",
		"1.5G",
		"0x10",
		"1048577T",
		"1125899906842625K",
		"99999999999999999999",
	};
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(line, sizeof(line), "x --memory=%s", sizes[i].text);
		assert_int_equal(parse(line, parsed), 0);
		assert_int_equal(o.memory, sizes[i].bytes);
	}
	ASSERT_WORDS_REJECTED("memory", wrong, "takes a size such as 512M or 2G, not");
}

static void reads_the_address_of_each_port(void **state)
{
	static const char *const wrong[] = { "",
					     "00:04:9f:01:02",
					     "00:04:9f:01:02:03:04",
					     "00:04:9f:01:02:0",
					     "00:04:9f:01:02:0g",
					     "g0:04:9f:01:02:03",
					     "00-04-9f-01-02-03",
					     "00:04:9f:01:02:03:",
					     "0:04:9f:01:02:03" };
	static const char *const none[] = { "01:04:9f:01:02:03", "00:00:00:00:00:00" };
	static const uint8_t mac[] = { 0x00, 0x04, 0x9f, 0xAb, 0x02, 0xfE };
	char line[1024] = "x";

	(void)state;
	assert_int_equal(parse("x --mac 02:00:00:00:00:01 --mac 00:04:9f:Ab:02:fE", parsed),
			 0);
	assert_int_equal(o.n_macs, 2);
	assert_int_equal(o.mac[0][5], 1);
	assert_memory_equal(o.mac[1], mac, sizeof(mac));
	ASSERT_WORDS_REJECTED("mac", wrong, "takes an address like 00:04:9f:01:02:03, not");
	for (size_t i = 0; i < 2; i++) {
		snprintf(line, sizeof(line), "x --mac=%s", none[i]);
		assert_int_equal(parse(line, parsed), -EINVAL);
		assert_non_null(strstr(f.text, "--mac: no interface can have the address"));
	}
	assert_int_equal(parse("x --mac 00:04:9f:01:02:0a --mac 00:04:9F:01:02:0A", parsed),
			 -EINVAL);
	assert_string_equal(
		f.text, "--mac: an earlier port already has the address '00:04:9F:01:02:0A'");
	strcpy(line, "x");
	for (int i = 0; i < OPTION_MACS_MAX; i++)
		sprintf(line + strlen(line), " --mac=00:04:9f:01:02:%02x", i);
	assert_int_equal(parse(line, parsed), 0);
	assert_int_equal(o.n_macs, OPTION_MACS_MAX);
	strcat(line, " --mac=00:04:9f:01:03:00");
	assert_int_equal(parse(line, parsed), -E2BIG);
	assert_string_equal(f.text, "--mac is given more than 16 times");
}

static void reads_names_of_u_boot(void **state)
{
	static const char *const formats[] = { "", "boot", "fw_setenvx" };
	static const char *const makers[] = { "", "u-boot", "Linux" };
	static const char *const files[] = { "", "a$b", "a;b", "a\\b", "\xc3\xa4" };
	static const char why[] = "takes a name of up to 255 letters, digits and ._+-/, not";
	char line[300] = "x --fdt-file=";
	size_t at = strlen(line);

	(void)state;
	assert_int_equal(parse("x --format fw_setenv", parsed), 0);
	assert_int_equal(o.format, ENV_FW_SETENV);
	assert_int_equal(parse("x --format libubootenv", parsed), 0);
	assert_int_equal(o.format, ENV_LIBUBOOTENV);
	assert_int_equal(parse("x --format libubootenv --format boot-script", parsed), 0);
	assert_int_equal(o.format, ENV_BOOT_SCRIPT);
	assert_int_equal(parse("x --partition linux", parsed), 0);
	assert_true(o.by_linux);
	assert_int_equal(parse("x --partition linux --partition uboot", parsed), 0);
	assert_false(o.by_linux);
	ASSERT_WORDS_REJECTED("format", formats,
			      "is boot-script, fw_setenv or libubootenv, not");
	ASSERT_WORDS_REJECTED("partition", makers, "is uboot or linux, not");
	ASSERT_WORDS_REJECTED("fdt-file", files, why);
	assert_int_equal(parse("x --fdt-file imx8/a_B-9+.dtb", parsed), 0);
	assert_string_equal(o.fdt_file, "imx8/a_B-9+.dtb");
	/* memory for the longest name, and one more */
	memset(line + at, 'x', 256);
	line[at + 256] = '\0';
	assert_int_equal(parse(line, parsed), -EINVAL);
	line[at + 255] = '\0';
	assert_int_equal(parse(line, parsed), 0);
	assert_int_equal(strlen(o.fdt_file), 255);
}

static void reads_seconds_and_an_optional_argument(void **state)
{
	static const char *const wrong[] = { "", "3601", "-1", "1s", "+5" };

	(void)state;
	assert_int_equal(parse("x", parsed), 0);
	assert_int_equal(o.timeout_ms, 10000);
	assert_null(o.explain);
	assert_int_equal(parse("x --timeout 3600 --explain", parsed), 0);
	assert_int_equal(o.timeout_ms, 3600000);
	assert_string_equal(o.explain, "");
	ASSERT_WORDS_REJECTED("timeout", wrong, "takes a number from 0 to 3600, not");
	assert_int_equal(parse("x --explain smmu in", parsed), 0);
	assert_string_equal(o.explain, "smmu");
	assert_int_equal(o.n_operands, 1);
	assert_int_equal(parse("x --explain=smmu", parsed), 0);
	assert_string_equal(o.explain, "smmu");
	assert_int_equal(parse("x --explain --timeout 0", parsed), 0);
	assert_string_equal(o.explain, "");
	assert_int_equal(o.timeout_ms, 0);
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
		cmocka_unit_test(reads_the_size_of_memory_as_qemu_does),
		cmocka_unit_test(reads_the_address_of_each_port),
		cmocka_unit_test(reads_names_of_u_boot),
		cmocka_unit_test(reads_seconds_and_an_optional_argument),
		cmocka_unit_test(prints_help_only_for_accepted_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
