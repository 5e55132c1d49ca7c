/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "base/json.h"
#include "cmd/report.h"
#include "fixture.h"

static void assert_value(const void *value, size_t size, const char *expected)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	dts_write_value(out, value, size);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void writes_strings_as_strings(void **state)
{
	(void)state;
	assert_value("okay", 5, "\"okay\"");
	assert_value("a\0bc\0d", 7, "\"a\", \"bc\", \"d\"");
	assert_value("say \"\\\"", 8, "\"say \\\"\\\\\\\"\"");
}

static void writes_other_values_as_cells(void **state)
{
	(void)state;
	assert_value("\0\0\0\x12", 4, "<0x12>");
	assert_value("\0\0\0\0\xff\xff\xff\xff", 8, "<0x0 0xffffffff>");
	assert_value("abc\n", 4, "<0x6162630a>"); /* no end */
	assert_value("ab\n", 4, "<0x61620a00>");  /* a control character */
	assert_value("ab\0", 4, "<0x61620000>");  /* an empty string */
	assert_value("\0abc\0\0\0", 8, "<0x616263 0x0>");
}

static void writes_the_rest_as_bytes(void **state)
{
	(void)state;
	assert_value("\0", 1, "[00]");
	assert_value("ab", 2, "[61 62]");
	assert_value("\xff\0\x01\x02\x03", 5, "[ff 00 01 02 03]");
	assert_value("", 0, "");
}

static void writes_a_tree_as_dtc_reads_it(void **state)
{
	struct tree t;
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	fixture_open("edit", &t);
	dts_write_tree(out, &t);
	fclose(out);
	fixture_close(&t);
	assert_string_equal(text, "/dts-v1/;\n\n"
				  "/ {\n"
				  "\tcompatible = \"vendor,board\";\n"
				  "\t#address-cells = <0x1>;\n\n"
				  "\tfirst {\n"
				  "\t\treg = <0x1>;\n"
				  "\t\tstatus = \"okay\";\n"
				  "\t\tclocks = <0x7>;\n"
				  "\t\todd = [01 02 03];\n\n"
				  "\t\tinner {\n\t\t\tstatus = \"okay\";\n\t\t};\n"
				  "\t};\n\n"
				  "\tempty {\n\t};\n\n"
				  "\tknown {\n\t\tphandle = <0x9>;\n\t};\n\n"
				  "\tlast {\n"
				  "\t\tstatus = \"disabled\";\n\t\treg = <0x2>;\n"
				  "\t};\n"
				  "};\n");
	free(text);
}

static char *printed;
static size_t printed_size;

static FILE *json_start(struct json *j)
{
	FILE *out = open_memstream(&printed, &printed_size);

	json_begin(j, "x");
	return out;
}

/* The object is this one. */
static void json_stop(struct json *j, FILE *out, const char *expected)
{
	struct json_object *is, *want = json_tokener_parse(expected);
	struct fault f = { 0 };

	assert_int_equal(json_end(j, out, &f), 0);
	fclose(out);
	is = json_tokener_parse(printed);
	assert_true(want && json_object_equal(is, want));
	json_object_put(is);
	json_object_put(want);
	free(printed);
}

static void a_node_is_its_path_or_null(void **state)
{
	struct json j;
	struct tree t;
	FILE *out = json_start(&j);

	(void)state;
	fixture_open("edit", &t);
	json_node(&j, "a", &t, 0);
	json_node(&j, "b", &t, 1);
	json_node(&j, "c", &t, -1);
	json_stop(&j, out,
		  "{'schema': 1, 'command': 'x', 'a': '/', 'b': '/first', 'c': null}");
	fixture_close(&t);
}

static void a_command_line_is_a_list_of_words(void **state)
{
	static char qemu[] = "qemu", option[] = "-m", size[] = "1";
	static const struct command_line line = { { qemu, option, size }, 3 };
	struct json j;
	FILE *out = json_start(&j);

	(void)state;
	json_command_line(&j, &line);
	json_string(&j, "after", "y");
	json_stop(&j, out,
		  "{'schema': 1, 'command': 'x', 'argv': ['qemu', '-m', '1'], 'after': 'y'}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_strings_as_strings),
		cmocka_unit_test(writes_other_values_as_cells),
		cmocka_unit_test(writes_the_rest_as_bytes),
		cmocka_unit_test(a_node_is_its_path_or_null),
		cmocka_unit_test(a_command_line_is_a_list_of_words),
		cmocka_unit_test(writes_a_tree_as_dtc_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
