/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const struct {
	const char *s;
	size_t utf8, printable;
} characters[] = {
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

static void tells_characters_from_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		assert_int_equal(text_utf8(characters[i].s), characters[i].utf8);
		assert_int_equal(text_printable(characters[i].s), characters[i].printable);
		assert_int_equal(text_is_printable(characters[i].s),
				 !*characters[i].s || characters[i].printable > 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_characters_from_bytes),
		cmocka_unit_test(compares_starts_and_ends),
		cmocka_unit_test(finds_whole_words),
		cmocka_unit_test(quotes_a_word),
		cmocka_unit_test(shells_read_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
