/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "oom.h"

/* A document with one of each kind. */
static char *write_all_kinds(struct fault *f)
{
	struct json j;

	json_begin(&j, "patch");
	json_string(&j, "path", "/bus@5b000000");
	json_string(&j, "quote", "a\"b\\\n");
	json_string(&j, "none", NULL);
	json_number(&j, "low", INT64_MIN);
	json_address(&j, "reg", 0x5b040000);
	json_address(&j, "top", UINT64_MAX);
	json_flag(&j, "on", true);
	json_open_list(&j, "list");
	json_number(&j, NULL, 1);
	json_open_object(&j, NULL);
	json_flag(&j, "off", false);
	json_text(&j, "text", "a");
	json_text(&j, "empty", "");
	json_close(&j);
	json_string(&j, NULL, NULL);
	json_open_list(&j, NULL);
	json_close(&j);
	json_close(&j);
	json_open_object(&j, "nothing");
	json_close(&j);
	json_string(&j, "last", "behind the list");
	return json_end(&j, f);
}

static void writes_every_kind_of_value(void **state)
{
	struct fault f = { 0 };
	char *text;

	(void)state;
	text = write_all_kinds(&f);
	assert_non_null(text);
	assert_string_equal(text, "{\n"
				  "  \"schema\": 1,\n"
				  "  \"command\": \"patch\",\n"
				  "  \"path\": \"/bus@5b000000\",\n"
				  "  \"quote\": \"a\\\"b\\\\\\u000a\",\n"
				  "  \"none\": null,\n"
				  "  \"low\": -9223372036854775808,\n"
				  "  \"reg\": \"0x5b040000\",\n"
				  "  \"top\": \"0xffffffffffffffff\",\n"
				  "  \"on\": true,\n"
				  "  \"list\": [\n"
				  "    1,\n"
				  "    {\n"
				  "      \"off\": false,\n"
				  "      \"text\": \"a\",\n"
				  "      \"empty\": null\n"
				  "    },\n"
				  "    null,\n"
				  "    []\n"
				  "  ],\n"
				  "  \"nothing\": {},\n"
				  "  \"last\": \"behind the list\"\n"
				  "}");
	free(text);
}

/* What {"x": value} has as the value, without its quotes. */
static const char *written(const char *value, char *buf)
{
	struct fault f = { 0 };
	struct json j;
	char *text, *at;

	json_begin(&j, "x");
	json_string(&j, "x", value);
	text = json_end(&j, &f);
	assert_non_null(text);
	at = strstr(text, "\"x\": \"");
	strcpy(buf, at + strlen("\"x\": \""));
	buf[strlen(buf) - strlen("\"\n}")] = '\0';
	free(text);
	return buf;
}

#define NONE "\\ufffd"

static void is_utf8_whatever_it_is_given(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "h\xc3\xa4user \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf",
		  "h\xc3\xa4user \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf" },
		{ "\xff-\x80", NONE "-" NONE },
		{ "\xc3", NONE }, /* cut short */
		{ "\xe2\x82", NONE NONE },
		{ "\xe2\x82z", NONE NONE "z" },
		{ "\xc0\xaf", NONE NONE }, /* longer than need be */
		{ "\xe0\x9f\xbf", NONE NONE NONE },
		{ "\xf0\x8f\xbf\xbf", NONE NONE NONE NONE },
		{ "\xed\xa0\x80", NONE NONE NONE },	     /* a surrogate */
		{ "\xf4\x90\x80\x80", NONE NONE NONE NONE }, /* above the last */
		{ "\xee\x80\x80", "\xee\x80\x80" },
		{ "a\xe2\x80\xae"
		  "b",
		  "a\\u202eb" }, /* writes from right to left */
		{ "\xd8\x9c\xc2\x9b\x7f", "\\u061c\\u009b\\u007f" },
	};
	char buf[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(written(rows[i].value, buf), rows[i].want);
}

static void nests_as_deep_as_it_says(void **state)
{
	struct fault f = { 0 };
	struct json j;
	char *text, *end;

	(void)state;
	json_begin(&j, "x");
	for (int i = 1; i < JSON_DEPTH_MAX; i++)
		json_open_object(&j, "in");
	json_flag(&j, "deep", true);
	text = json_end(&j, &f);
	assert_non_null(text);
	end = strstr(text, "true");
	for (int i = 0; i < JSON_DEPTH_MAX; i++) {
		assert_non_null(end);
		end = strchr(end + 1, '}');
	}
	assert_string_equal(end, "}");
	free(text);
}

/* Only one allocation fails: what is written after it must not hide what is missing. */
static void writes_all_or_nothing_when_memory_runs_out(void **state)
{
	int refused = 0;
	bool hit = true;

	(void)state;
	for (int n = 1; hit; n++) {
		struct fault f = { 0 };
		char *text;

		oom_arm(n);
		text = write_all_kinds(&f);
		hit = oom_hit();
		assert_int_equal(f.code, hit ? -ENOMEM : 0);
		assert_true(!text == hit);
		refused += hit;
		free(text);
	}
	assert_true(refused > 5);
}

static void a_text_is_read(void **state)
{
	char out[4];

	(void)state;
	assert_true(json_find_string("{'a':'abcd',\"b\":1}", "a", out, sizeof(out)));
	assert_string_equal(out, "abc");
	assert_true(json_find_string("{'a':'abcd',\"b\":1}", "b", out, sizeof(out)));
	assert_string_equal(out, "");
	assert_true(json_find_string("{'c':{'a':'x'}}", "a", out, sizeof(out)));
	assert_string_equal(out, "");
	assert_false(json_find_string("['a']", "a", out, sizeof(out)));
	assert_false(json_find_string("null", "a", out, sizeof(out)));
	assert_false(json_find_string("{", "a", out, sizeof(out)));
	assert_true(json_find_string("{'a':'b'} \t\n\r", "a", out, sizeof(out)));
	assert_false(json_find_string("{'a':'b'} c", "a", out, sizeof(out)));
	assert_false(json_find_string("{'a':'b'}{}", "a", out, sizeof(out)));
	assert_string_equal(out, "");
}

static void no_text_is_overlooked_when_memory_runs_out(void **state)
{
	bool hit = true;
	char out[4];

	(void)state;
	for (int n = 1; hit; n++) {
		bool ok;

		oom_arm(n);
		ok = json_find_string("{'a':'b'}", "a", out, sizeof(out));
		hit = oom_hit();
		assert_string_equal(out, ok ? "b" : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_kind_of_value),
		cmocka_unit_test(is_utf8_whatever_it_is_given),
		cmocka_unit_test(nests_as_deep_as_it_says),
		cmocka_unit_test(writes_all_or_nothing_when_memory_runs_out),
		cmocka_unit_test(a_text_is_read),
		cmocka_unit_test(no_text_is_overlooked_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
