/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* The object is this one. */
static void json_stop(struct json *j, const char *expected)
{
	struct json_object *is, *want = json_tokener_parse(expected);
	struct fault f = { 0 };
	char *text = json_end(j, &f);

	assert_non_null(text);
	is = json_tokener_parse(text);
	assert_true(want && json_object_equal(is, want));
	json_object_put(is);
	json_object_put(want);
	free(text);
}

static void a_node_is_its_path_or_null(void **state)
{
	struct json j;
	struct tree t;

	(void)state;
	json_begin(&j, "x");
	fixture_open("edit", &t);
	json_node(&j, "a", &t, 0);
	json_node(&j, "b", &t, 1);
	json_node(&j, "c", &t, -1);
	json_stop(&j, "{'schema': 1, 'command': 'x', 'a': '/', 'b': '/first', 'c': null}");
	fixture_close(&t);
}

static void a_command_line_is_a_list_of_words(void **state)
{
	static char qemu[] = "qemu", option[] = "-m", size[] = "1";
	static const struct command_line line = { { qemu, option, size }, 3 };
	struct json j;

	(void)state;
	json_begin(&j, "x");
	json_command_line(&j, &line);
	json_string(&j, "after", "y");
	json_stop(&j,
		  "{'schema': 1, 'command': 'x', 'argv': ['qemu', '-m', '1'], 'after': 'y'}");
}

/* The stream to memory does not open, has no room for a byte, or none for what it holds. */
enum failing {
	NOTHING,
	OPEN,
	LAST_BYTE,
	FLUSH,
	BEFORE, /* what was written before the edits was not all */
	N_FAILING
};

static enum failing failing;

FILE *__real_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size);
int __real_putc(int c, FILE *out);
int __wrap_putc(int c, FILE *out);
int __real_fflush(FILE *out);
int __wrap_fflush(FILE *out);

FILE *__wrap_open_memstream(char **text, size_t *size)
{
	return failing == OPEN ? NULL : __real_open_memstream(text, size);
}

int __wrap_putc(int c, FILE *out)
{
	return failing == LAST_BYTE ? EOF : __real_putc(c, out);
}

int __wrap_fflush(FILE *out)
{
	return failing == FLUSH ? EOF : __real_fflush(out);
}

static bool no_text;

int __real_vasprintf(char **text, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
int __wrap_vasprintf(char **text, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* POSIX does not say what *text is after a failure. */
int __wrap_vasprintf(char **text, const char *fmt, va_list ap)
{
	static char other[] = "other";

	if (!no_text)
		return __real_vasprintf(text, fmt, ap);
	*text = other;
	return -1;
}

/* What it is with _FORTIFY_SOURCE. */
int __wrap___vasprintf_chk(char **text, int flag, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
int __wrap___vasprintf_chk(char **text, int flag, const char *fmt, va_list ap)
{
	(void)flag;
	return __wrap_vasprintf(text, fmt, ap);
}

static void a_message_without_memory_is_a_line(void **state)
{
	const struct options o = { .command = "x" };
	int copy = dup(STDERR_FILENO);
	char line[64] = "";
	FILE *file = tmpfile();

	(void)state;
	assert_true(file && copy >= 0);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	no_text = true;
	print_warning(&o, "text %d", 1);
	no_text = false;
	dup2(copy, STDERR_FILENO);
	close(copy);
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_string_equal(line, "imxpt: x: warning: ...\n");
}

/* Three edits of the tree, of which the second value is the shorter. */
static void plan(struct edits *l, const struct tree *t)
{
	static const struct prop longer = { "long", "longer", 7, 0 },
				 shorter = { "short", "b", 2, 0 };
	struct fault f = { 0 };
	int added;

	edits_start(l, t);
	assert_int_equal(edits_set(l, 1, &longer, "a", &f), 0);
	assert_int_equal(edits_set(l, 1, &shorter, "b", &f), 0);
	assert_int_equal(edits_child(l, 0, "new", "c", &added, &f), 0);
}

static void edits_are_objects_with_their_own_values(void **state)
{
	struct edits l;
	struct json j;
	struct tree t;

	(void)state;
	json_begin(&j, "x");
	fixture_open("edit", &t);
	plan(&l, &t);
	json_edits(&j, &l);
	json_number(&j, "after", 1);
	json_stop(&j, "{'schema': 1, 'command': 'x', 'edits': ["
		      "{'op': 'set', 'node': '/first', 'property': 'long', "
		      "'value': '\"longer\"', 'why': 'a'},"
		      "{'op': 'set', 'node': '/first', 'property': 'short', "
		      "'value': '\"b\"', 'why': 'b'},"
		      "{'op': 'add', 'node': '/', 'child': 'new', 'why': 'c'}], 'after': 1}");
	edits_free(&l);
	fixture_close(&t);
}

static void a_value_without_memory_is_reported(void **state)
{
	struct edits l;
	struct tree t;

	(void)state;
	fixture_open("edit", &t);
	plan(&l, &t);
	for (int i = 0; i < N_FAILING; i++) {
		struct fault f = { 0 };
		struct json j;
		char *text;

		json_begin(&j, "x");
		j.failed = i == BEFORE;
		failing = (enum failing)i;
		json_edits(&j, &l);
		failing = NOTHING;
		text = json_end(&j, &f);
		assert_int_equal(f.code, i == NOTHING ? 0 : -ENOMEM);
		assert_true(!text == (i != NOTHING));
		free(text);
	}
	edits_free(&l);
	fixture_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_strings_as_strings),
		cmocka_unit_test(writes_other_values_as_cells),
		cmocka_unit_test(writes_the_rest_as_bytes),
		cmocka_unit_test(a_node_is_its_path_or_null),
		cmocka_unit_test(a_command_line_is_a_list_of_words),
		cmocka_unit_test(a_message_without_memory_is_a_line),
		cmocka_unit_test(edits_are_objects_with_their_own_values),
		cmocka_unit_test(a_value_without_memory_is_reported),
		cmocka_unit_test(writes_a_tree_as_dtc_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
