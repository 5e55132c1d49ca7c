/* SPDX-License-Identifier: Apache-2.0 */
/* What text.h prints: lines, words for a shell, tables. */
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

	/* as long as the line that needs no memory is, with its NUL */
	many[1023] = '\0';
	memcpy(expected + 1023, ".\n", 3);
	begin();
	print_line(out, "%s.", many);
	assert_printed(expected);

	many[1023] = 'x';
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
		size_t columns, start;
		const char *margin, *text, *expected;
	} cases[] = {
		{ 20, 0, "  ", "aaaa bbbb cccc dddd eeee", "aaaa bbbb cccc dddd\n  eeee" },
		{ 20, 0, "  ", "aaaa bbbb cccc dddde f", "aaaa bbbb cccc dddde\n  f" },
		{ 20, 4, "    ", "aaaa bbbb cccc d", "aaaa bbbb cccc d" },
		{ 20, 4, "    ", "aaaa bbbb cccc dd e", "aaaa bbbb cccc\n    dd e" },
		/* a word is whole, also one that does not fit; so is what only seems longer */
		{ 18, 0, "  ", "a bbbbbbbbbbbbbbbbbbbbb c",
		  "a\n  bbbbbbbbbbbbbbbbbbbbb\n  c" },
		{ 18, 0, "  ", "bbbbbbbbbbbbbbbbbbbbb c", "bbbbbbbbbbbbbbbbbbbbb\n  c" },
		{ 18, 0, "  ", "aaaa bbbb \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 ccc",
		  "aaaa bbbb \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 ccc" },
		{ 18, 0, "  ", "aaaa bbbb \n\n ccc", "aaaa bbbb \\x0a\\x0a\n  ccc" },
		/* spaces stay where no line breaks */
		{ 20, 0, "  ", "aaaa  bbbb   cccc d  e", "aaaa  bbbb   cccc d\n  e" },
		{ 20, 0, "  ", "", "" },
		/* a margin that leaves no room is narrower */
		{ 22, 8, "        ", "aa bbbb cccc dddd", "aa bbbb cccc\n    dddd" },
		{ 22, 20, "                    ", "aaa bbb", "\n    aaa bbb" },
		{ 20, 9, "# ", "a word", "a word" },
		{ 18, 0, "# ", "# aaaa bbbb cccc dddd", "# aaaa bbbb cccc\n# dddd" },
		/* too narrow, or no terminal */
		{ 19, 8, "        ", "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd" },
		{ 17, 2, "  ", "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd" },
		{ 0, 0, "", "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		print_wrapped(out, cases[i].columns, cases[i].text, cases[i].start,
			      cases[i].margin);
		assert_printed(cases[i].expected);
	}
	begin();
	assert_int_equal(print_columns(out), 0);
	assert_printed("");
}

static void prints_a_line_of_parts(void **state)
{
	struct line line, none = { 0 };

	(void)state;
	begin();
	print_wrapped_line(out, "  ", "%s %d", "a\nb", 3);
	assert_non_null(line_begin(&line));
	fputs("a ", line.stream);
	fputs("part", line.stream);
	line_end(&line, out, "");
	line_end(&none, out, "");
	assert_printed("a\\x0ab 3\na part\n...\n");
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
		cmocka_unit_test(shows_what_is_not_printable),
		cmocka_unit_test(prints_one_line),
		cmocka_unit_test(wraps_text_at_words),
		cmocka_unit_test(prints_a_line_of_parts),
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
