/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include "base/text.h"
#include "oom.h"

static void tells_characters_from_bytes(void **state)
{
	static const struct {
		const char *s;
		size_t utf8, printable;
	} rows[] = {
		{ "", 0, 0 },
		{ "\x01", 1, 0 },
		{ "\x1f", 1, 0 },
		{ " ", 1, 1 },
		{ "a", 1, 1 },
		{ "~", 1, 1 },
		{ "\n", 1, 0 },
		{ "\033", 1, 0 },
		{ "\x7f", 1, 0 },
		{ "\x80", 0, 0 },
		{ "\xc1\xbf", 0, 0 }, /* too long for U+007F */
		{ "\xc2\x9b", 2, 0 }, /* CSI of C1 */
		{ "\xc2\x80", 2, 0 },
		{ "\xc2\x9f", 2, 0 },
		{ "\xc2\xa0", 2, 2 },
		{ "\xdf\xbf", 2, 2 }, /* U+07FF */
		{ "\xc3", 0, 0 },     /* cut */
		{ "\xc3\xa4", 2, 2 },
		{ "\xe0\x9f\xbf", 0, 0 }, /* too long for U+07FF */
		{ "\xe0\xa0\x80", 3, 3 }, /* U+0800 */
		{ "\xd8\x9b", 2, 2 },
		{ "\xd8\x9c", 2, 0 }, /* Arabic letter mark */
		{ "\xe2\x81\xa5", 3, 3 },
		{ "\xe2\x81\xa6", 3, 0 }, /* left-to-right isolate */
		{ "\xe2\x81\xa9", 3, 0 }, /* pop directional isolate */
		{ "\xe2\x81\xaa", 3, 3 },
		{ "\xe2\x80\x8d", 3, 3 },
		{ "\xe2\x80\x8e", 3, 0 }, /* left-to-right mark */
		{ "\xe2\x80\x8f", 3, 0 }, /* right-to-left mark */
		{ "\xe2\x80\x90", 3, 3 },
		{ "\xe2\x80\xa7", 3, 3 },
		{ "\xe2\x80\xa8", 3, 0 }, /* line separator */
		{ "\xe2\x80\xae", 3, 0 }, /* right-to-left override */
		{ "\xe2\x80\xaf", 3, 3 },
		{ "\xe2\x81\xa6", 3, 0 }, /* left-to-right isolate */
		{ "\xe2\x82\xac", 3, 3 },
		{ "\xed\x9f\xbf", 3, 3 },     /* U+D7FF */
		{ "\xed\xa0\x80", 0, 0 },     /* surrogate */
		{ "\xef\xbf\xbf", 3, 3 },     /* U+FFFF */
		{ "\xf0\x8f\xbf\xbf", 0, 0 }, /* too long for U+FFFF */
		{ "\xf0\x90\x80\x80", 4, 4 }, /* U+10000 */
		{ "\xf0\x9f\x98\x80", 4, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 4 }, /* U+10FFFF */
		{ "\xf4\x90\x80\x80", 0, 0 }, /* above U+10FFFF */
		{ "\xf5\x80\x80\x80", 0, 0 },
		{ "\xf8\x88\x80\x80\x80", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(text_utf8(rows[i].s), rows[i].utf8);
		assert_int_equal(text_printable(rows[i].s), rows[i].printable);
		assert_int_equal(text_is_printable(rows[i].s),
				 !*rows[i].s || rows[i].printable > 0);
	}
	assert_true(text_is_printable("caf\xc3\xa9 'x' $(y)"));
	assert_false(text_is_printable("root=/dev/vda\ntouch pwned"));
}

static void finds_whole_words(void **state)
{
	(void)state;
	assert_true(text_has_word("one", "one"));
	assert_true(text_has_word(" one  two", "two"));
	assert_true(text_has_word("one two three", "two"));
	assert_false(text_has_word("one two", "six"));
	assert_false(text_has_word("one two", "tw"));
	assert_false(text_has_word("one two", "twos"));
	assert_false(text_has_word("", "one"));
}

static const struct {
	const char *word, *quoted;
} quotes[] = {
	{ "", "''" },
	{ "x", "x" },
	{ "vfio-platform", "vfio-platform" },
	{ "-device", "-device" },
	{ "a,b=c.d/e:f@g+h%i_9", "a,b=c.d/e:f@g+h%i_9" },
	{ "=ls", "'=ls'" },
	{ "~root", "'~root'" },
	{ "file=~/x", "'file=~/x'" },
	{ "a b", "'a b'" },
	{ "{a,b}", "'{a,b}'" },
	{ "x;touch pwned;", "'x;touch pwned;'" },
	{ "$(id)`id`", "'$(id)`id`'" },
	{ "it's", "'it'\\''s'" },
	{ "'", "''\\'''" },
	{ "\\n", "'\\n'" },
	{ "!x", "'!x'" },
	{ "#x", "'#x'" },
	{ "caf\xc3\xa9", "'caf\xc3\xa9'" },
	{ "a\nb", "'a?b'" },
	{ "\x9b\xc3", "'?\?'" },
	{ "\xc2\x9b", "'?\?'" },
};

static void compares_starts_and_ends(void **state)
{
	(void)state;
	assert_true(text_starts("gpios", "gpio"));
	assert_true(text_starts("gpio", "gpio"));
	assert_false(text_starts("gpi", "gpio"));
	assert_false(text_starts("a-gpio", "gpio"));
	assert_true(text_ends("a-gpio", "gpio"));
	assert_true(text_ends("gpio", "gpio"));
	assert_false(text_ends("pio", "gpio"));
	assert_false(text_ends("gpios", "gpio"));
	assert_true(text_starts("", "") && text_ends("", ""));
}

static void quotes_a_word(void **state)
{
	char buf[64], back[] = "x";

	(void)state;
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		size_t n = strlen(quotes[i].quoted);

		assert_int_equal(text_quote(buf, sizeof(buf), quotes[i].word), n);
		assert_string_equal(buf, quotes[i].quoted);
		assert_true(n < TEXT_QUOTED_SIZE(strlen(quotes[i].word)));
		/* half a quote would be worse than nothing */
		assert_int_equal(text_quote(buf, n, quotes[i].word), n);
		assert_string_equal(buf, "");
		assert_int_equal(text_quote(buf, n + 1, quotes[i].word), n);
		assert_string_equal(buf, quotes[i].quoted);
	}
	assert_int_equal(text_quote(buf, 0, "abc"), 3);
	memset(buf, '\'', 8);
	buf[8] = '\0';
	assert_int_equal(text_quote(back, 0, buf), TEXT_QUOTED_SIZE(8) - 1);
	assert_string_equal(back, "x");
}

/* What shells there are read each word back as it was, but for the unprintable. */
static void shells_read_it_back(void **state)
{
	static const char *const shells[] = { "sh", "bash", "zsh" };
	char line[256], buf[64], back[64];

	(void)state;
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		for (size_t k = 0; k < sizeof(shells) / sizeof(shells[0]); k++) {
			FILE *pipe;
			size_t n;

			if (!text_is_printable(quotes[i].word))
				continue;
			text_quote(buf, sizeof(buf), quotes[i].word);
			snprintf(line, sizeof(line),
				 "command -v %s >/dev/null || exit 9\n"
				 "cat <<'END' | %s 2>&1\nprintf '%%s' %s\nEND\n",
				 shells[k], shells[k], buf);
			pipe = popen(line, "r");
			assert_non_null(pipe);
			n = fread(back, 1, sizeof(back) - 1, pipe);
			back[n] = '\0';
			if (pclose(pipe) >> 8 != 9)
				assert_string_equal(back, quotes[i].word);
		}
	}
}

static char *text;
static size_t text_size; /* the stream writes it until it is closed */
static FILE *out;

static void begin(void)
{
	free(text);
	text = NULL;
	out = open_memstream(&text, &text_size);
	assert_non_null(out);
}

/* Is that what was printed since begin()? */
static void assert_printed(const char *expected)
{
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
	text = NULL;
}

static void shows_what_is_not_printable(void **state)
{
	(void)state;
	begin();
	print_text(out, "a\033[31m\xc3\xa4\n\xc2\x9b%s");
	assert_printed("a\\x1b[31m\xc3\xa4\\x0a\\xc2\\x9b%s");
	assert_int_equal(print_width("a\033[31m\xc3\xa4"), 10);
}

static void prints_one_line(void **state)
{
	char many[3000], expected[3010];

	(void)state;
	begin();
	print_line(out, "%s has %d", "a\nimxpt: b", 3);
	assert_printed("a\\x0aimxpt: b has 3\n");

	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	snprintf(expected, sizeof(expected), "%s.\n", many);
	begin();
	print_line(out, "%s.", many);
	assert_printed(expected);

	strcpy(expected + 1023, "...\n");
	begin();
	oom_arm(1);
	print_line(out, "%s.", many);
	assert_true(oom_hit());
	assert_printed(expected);
}

static void wraps_text_at_words(void **state)
{
	static const struct {
		size_t columns, start, indent;
		const char *text, *expected;
	} cases[] = {
		{ 20, 0, 2, "aaaa bbbb cccc dddd eeee", "aaaa bbbb cccc dddd\n  eeee" },
		{ 20, 0, 2, "aaaa bbbb cccc dddde f", "aaaa bbbb cccc dddde\n  f" },
		{ 20, 4, 4, "aaaa bbbb cccc d", "aaaa bbbb cccc d" },
		{ 20, 4, 4, "aaaa bbbb cccc dd e", "aaaa bbbb cccc\n    dd e" },
		/* a word is whole, also one that does not fit; so is what only seems longer */
		{ 18, 0, 2, "a bbbbbbbbbbbbbbbbbbbbb c", "a\n  bbbbbbbbbbbbbbbbbbbbb\n  c" },
		{ 18, 0, 2, "bbbbbbbbbbbbbbbbbbbbb c", "bbbbbbbbbbbbbbbbbbbbb\n  c" },
		{ 18, 0, 2, "aaaa bbbb \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 ccc",
		  "aaaa bbbb \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 ccc" },
		{ 18, 0, 2, "aaaa bbbb \n\n ccc", "aaaa bbbb \\x0a\\x0a\n  ccc" },
		/* spaces stay where no line breaks */
		{ 20, 0, 2, "aaaa  bbbb   cccc d  e", "aaaa  bbbb   cccc d\n  e" },
		{ 20, 0, 2, "", "" },
		/* too narrow, or no terminal */
		{ 17, 2, 2, "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd" },
		{ 0, 0, 0, "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		print_wrapped(out, cases[i].columns, cases[i].text, cases[i].start,
			      cases[i].indent);
		assert_printed(cases[i].expected);
	}
	begin();
	assert_int_equal(print_columns(out), 0);
	assert_printed("");
}

static void prints_a_command_whole_or_not_at_all(void **state)
{
	static const char *const words[] = { "qemu", "-append", "a b", "" };
	struct fault f = { 0 };

	(void)state;
	begin();
	assert_int_equal(print_command(out, words, 4, &f), 0);
	assert_printed("qemu -append 'a b' ''\n");
	begin();
	assert_int_equal(print_command(out, words, 0, &f), 0);
	assert_printed("\n");
	begin();
	fflush(out); /* it has its buffer by now */
	oom_arm(1);
	assert_int_equal(print_command(out, words, 4, &f), -ENOMEM);
	assert_true(oom_hit());
	assert_printed("");
}

/* The width of the terminal; 0: it is none. */
static unsigned short terminal;

int __wrap_ioctl(int fd, unsigned long request, struct winsize *size);
int __wrap_ioctl(int fd, unsigned long request, struct winsize *size)
{
	(void)fd;
	assert_true(request == TIOCGWINSZ);
	size->ws_col = terminal;
	errno = ENOTTY;
	return terminal ? 0 : -1;
}

static void assert_table(const char *const *cells, size_t n_rows, size_t n_columns,
			 const char *expected)
{
	begin();
	print_table(out, cells, NULL, n_rows, n_columns);
	assert_printed(expected);
}

static void aligns_columns_two_spaces_apart(void **state)
{
	static const char *const cells[] = {
		"DEVICE", "DRIVER", "GROUP", "a", "vfio-platform", "7", "5b040000.ethernet",
		"fec",	  "12"
	};

	(void)state;
	assert_table(cells, 3, 3,
		     "DEVICE             DRIVER         GROUP\n"
		     "a                  vfio-platform  7\n"
		     "5b040000.ethernet  fec            12\n");
}

static void wraps_the_last_column_in_a_terminal(void **state)
{
	static const char *const cells[] = {
		"a", "bcd", "some words that are more than a line", "efg", "h", "x"
	};

	(void)state;
	terminal = 26;
	assert_table(cells, 2, 3,
		     "a    bcd  some words that\n"
		     "          are more than a\n"
		     "          line\n"
		     "efg  h    x\n");
	terminal = 0;
}

static void colours_a_cell_without_moving_others(void **state)
{
	static const char *const cells[] = { "ok", "a", "warn", "b" };
	static const unsigned char colours[] = { 32, 0, 33, 0 };

	(void)state;
	begin();
	print_table(out, cells, colours, 2, 2);
	assert_printed("\033[32mok\033[0m    a\n"
		       "\033[33mwarn\033[0m  b\n");
}

static void shows_an_empty_cell_as_a_dash(void **state)
{
	static const char *const cells[] = { NULL, "x", "", NULL };

	(void)state;
	assert_table(cells, 2, 2, "-  x\n-  -\n");
}

static void aligns_what_is_not_ascii(void **state)
{
	static const char *const cells[] = { "\u00e4\u20ac", "x", "a\nb", "y" };

	(void)state;
	assert_table(cells, 2, 2,
		     "\u00e4\u20ac      x\n"
		     "a\\x0ab  y\n");
}

static void takes_one_column_and_as_many_as_allowed(void **state)
{
	static const char *const cells[TABLE_COLUMNS_MAX] = { "1", "2", "3", "4",
							      "5", "6", "7", "8" };

	(void)state;
	assert_table(cells, 2, 1, "1\n2\n");
	assert_table(cells, 1, TABLE_COLUMNS_MAX, "1  2  3  4  5  6  7  8\n");
}

static void writes_nothing_for_no_rows(void **state)
{
	static const char *const cells[] = { "never" };

	(void)state;
	assert_table(cells, 0, 3, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_characters_from_bytes),
		cmocka_unit_test(compares_starts_and_ends),
		cmocka_unit_test(finds_whole_words),
		cmocka_unit_test(quotes_a_word),
		cmocka_unit_test(shells_read_it_back),
		cmocka_unit_test(shows_what_is_not_printable),
		cmocka_unit_test(prints_one_line),
		cmocka_unit_test(wraps_text_at_words),
		cmocka_unit_test(prints_a_command_whole_or_not_at_all),
		cmocka_unit_test(aligns_columns_two_spaces_apart),
		cmocka_unit_test(colours_a_cell_without_moving_others),
		cmocka_unit_test(wraps_the_last_column_in_a_terminal),
		cmocka_unit_test(shows_an_empty_cell_as_a_dash),
		cmocka_unit_test(aligns_what_is_not_ascii),
		cmocka_unit_test(takes_one_column_and_as_many_as_allowed),
		cmocka_unit_test(writes_nothing_for_no_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
