/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "cmd/report.h"
#include "dt/edit.h"
#include "fixture.h"
#include "tree_fixture.h"

static struct tree t;
static struct edits l;
static struct fault f;

static int start(void **state)
{
	(void)state;
	fixture_open("edit", &t);
	edits_start(&l, &t);
	f = (struct fault){ 0 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	edits_free(&l);
	edits_free(&l); /* of zeroes now */
	fixture_close(&t);
	return 0;
}

/* NULL for the text is a value of no bytes. */
static int set_text(int node, const char *name, const char *text, const char *why)
{
	struct edit e = { .op = EDIT_SET,
			  .node = node,
			  .name = name,
			  .value = text,
			  .size = text ? strlen(text) + 1 : 0,
			  .why = why };

	return edits_add(&l, &e, &f);
}

static int delete (int node, const char *name, const char *why)
{
	struct edit e = { .op = EDIT_DELETE, .node = node, .name = name, .why = why };

	return edits_add(&l, &e, &f);
}

static int child(int parent, const char *name)
{
	int node = -1;

	assert_int_equal(edits_child(&l, parent, name, "wanted", &node, &f), 0);
	return node;
}

static int at(const char *path)
{
	return tree_fixture_at(&t, path);
}

/* The list applied, and that as source; the blob must be as t describes it. */
static char *apply(size_t pad)
{
	void *blob;
	size_t size, text_size;
	struct tree made;
	char *text;
	FILE *out = open_memstream(&text, &text_size);

	assert_int_equal(edits_apply(&l, pad, &blob, &size, &f), 0);
	if (tree_open(blob, size, &made, &f))
		fail_msg("%s", f.text);
	assert_int_equal(size, tree_size(&made));
	dts_write_tree(out, &made);
	fclose(out);
	tree_close(&made);
	free(blob);
	return text;
}

static void assert_result(const char *expected)
{
	char *text = apply(0);

	assert_string_equal(text, expected);
	free(text);
}

static void edits_as_planned_and_keeps_the_order_of_the_rest(void **state)
{
	int new, inner;

	(void)state;
	assert_int_equal(delete (at("/first"), "clocks", "w"), 0);
	assert_int_equal(set_text(at("/first"), "status", "a longer one", "w"), 0);
	assert_int_equal(set_text(at("/first"), "dma-coherent", NULL, "w"), 0);
	assert_int_equal(set_text(at("/first/inner"), "status", "x", "w"), 0);
	assert_int_equal(delete (at("/last"), "status", "w"), 0);
	assert_int_equal(set_text(at("/empty"), "b", "1", "w"), 0);
	assert_int_equal(set_text(at("/empty"), "a", "2", "w"), 0);
	new = child(at("/first"), "new");
	inner = child(new, "inner");
	assert_int_equal(child(new, "other"), inner + 1);
	assert_int_equal(set_text(inner, "deep", "yes", "w"), 0);
	assert_int_equal(set_text(new, "name", "new", "w"), 0);
	child(0, "domu");
	assert_result("/dts-v1/;\n\n"
		      "/ {\n"
		      "\tcompatible = \"vendor,board\";\n"
		      "\t#address-cells = <0x1>;\n\n"
		      "\tdomu {\n\t};\n\n"
		      "\tfirst {\n"
		      "\t\tdma-coherent;\n"
		      "\t\treg = <0x1>;\n"
		      "\t\tstatus = \"a longer one\";\n"
		      "\t\todd = [01 02 03];\n\n"
		      "\t\tnew {\n"
		      "\t\t\tname = \"new\";\n\n"
		      "\t\t\tinner {\n\t\t\t\tdeep = \"yes\";\n\t\t\t};\n\n"
		      "\t\t\tother {\n\t\t\t};\n"
		      "\t\t};\n\n"
		      "\t\tinner {\n\t\t\tstatus = \"x\";\n\t\t};\n"
		      "\t};\n\n"
		      "\tempty {\n\t\tb = \"1\";\n\t\ta = \"2\";\n\t};\n\n"
		      "\tknown {\n\t\tphandle = <0x9>;\n\t};\n\n"
		      "\tlast {\n\t\treg = <0x2>;\n\t};\n"
		      "};\n");
}

static void keeps_the_base_its_reservations_and_boot_cpu(void **state)
{
	size_t size = tree_size(&t), made_size;
	void *base = malloc(size), *before = malloc(size), *made;
	uint64_t address, bytes;
	struct tree other;

	(void)state;
	memcpy(base, t.blob, size);
	fdt_set_boot_cpuid_phys(base, 3);
	memcpy(before, base, size);
	assert_int_equal(tree_open(base, size, &other, &f), 0);
	l.tree = &other;
	delete (at("/first"), "clocks", "w");
	set_text(child(0, "new"), "status", "okay", "w");
	assert_int_equal(edits_apply(&l, 100, &made, &made_size, &f), 0);
	assert_memory_equal(base, before, size);
	assert_int_equal(fdt_check_full(made, made_size), 0);
	assert_int_equal(fdt_boot_cpuid_phys(made), 3);
	assert_int_equal(fdt_num_mem_rsv(made), 2);
	assert_int_equal(fdt_get_mem_rsv(made, 1, &address, &bytes), 0);
	assert_true(address == 0x90000000 && bytes == 0x1000);
	l.tree = &t;
	tree_close(&other);
	free(made);
	free(base);
	free(before);
}

static void adds_no_edit_for_what_is_so_already(void **state)
{
	uint32_t phandle;

	(void)state;
	assert_int_equal(set_text(at("/first"), "status", "okay", "w"), 0);
	assert_int_equal(delete (at("/first"), "none", "w"), 0);
	assert_int_equal(child(0, "first"), at("/first"));
	assert_int_equal(edits_phandle(&l, at("/known"), "w", &phandle, &f), 0);
	assert_int_equal(phandle, 9);
	assert_int_equal(l.n, 0);
	assert_int_equal(delete (child(0, "new"), "none", "w"), 0);
	assert_int_equal(l.n, 1);
}

static void the_same_edit_twice_is_one(void **state)
{
	(void)state;
	assert_int_equal(set_text(at("/last"), "status", "okay", "one"), 0);
	assert_int_equal(set_text(at("/last"), "status", "okay", "two"), 0);
	assert_int_equal(delete (at("/first"), "clocks", "one"), 0);
	assert_int_equal(delete (at("/first"), "clocks", "two"), 0);
	assert_int_equal(child(0, "new"), t.n_nodes);
	assert_int_equal(child(0, "new"), t.n_nodes);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.n_nodes, t.n_nodes + 1);
}

static void rejects_conflicting_edits_and_names_both(void **state)
{
	(void)state;
	assert_int_equal(set_text(at("/last"), "status", "fail", "the first"), 0);
	assert_int_equal(set_text(at("/last"), "status", "okay", "the second"), -EEXIST);
	assert_string_equal(f.text,
			    "/last: conflicting edits of status: the first; the second");
	assert_int_equal(delete (at("/last"), "status", "the third"), -EEXIST);
	/* even if that is what the tree has */
	assert_int_equal(set_text(at("/last"), "status", "disabled", "the fourth"), -EEXIST);
	assert_int_equal(l.n, 1);
	assert_int_equal(set_text(at("/first"), "status", "fail", "another node"), 0);
	child(at("/last"), "status"); /* a node may be called as a property is */
	assert_int_equal(l.n, 3);
}

static void makes_phandles_that_no_node_has(void **state)
{
	uint32_t one, same, two;

	(void)state;
	assert_int_equal(edits_phandle(&l, at("/first"), "w", &one, &f), 0);
	assert_int_equal(edits_phandle(&l, at("/first"), "w", &same, &f), 0);
	assert_int_equal(edits_phandle(&l, child(0, "new"), "w", &two, &f), 0);
	assert_true(one == 10 && same == 10 && two == 11);
	assert_int_equal(l.n, 3);
}

static void rejects_a_phandle_if_none_is_left_or_it_is_deleted(void **state)
{
	uint32_t phandle;

	(void)state;
	assert_int_equal(delete (at("/known"), "phandle", "a rule"), 0);
	assert_int_equal(edits_phandle(&l, at("/known"), "another", &phandle, &f), -EEXIST);
	l.phandle = 0xfffffffd;
	assert_int_equal(edits_phandle(&l, at("/first"), "w", &phandle, &f), 0);
	assert_int_equal(phandle, 0xfffffffe);
	assert_int_equal(edits_phandle(&l, at("/last"), "w", &phandle, &f), -E2BIG);
	assert_int_equal(l.n, 2);
}

static void has_the_paths_of_new_nodes(void **state)
{
	char path[TREE_PATH_MAX];
	int a = child(0, "a"), b = child(a, "b");

	(void)state;
	assert_string_equal(edits_path(&l, 0, path), "/");
	assert_string_equal(edits_path(&l, at("/first/inner"), path), "/first/inner");
	assert_string_equal(edits_path(&l, a, path), "/a");
	assert_string_equal(edits_path(&l, b, path), "/a/b");
	assert_string_equal(edits_path(&l, child(at("/first"), "c"), path), "/first/c");
}

static void rejects_a_node_whose_path_is_too_long(void **state)
{
	char name[600];
	int node, parent;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[511] = '\0';
	parent = child(0, name);
	assert_int_equal(edits_child(&l, parent, name, "w", &node, &f), -E2BIG);
	name[510] = '\0';
	assert_int_equal(edits_child(&l, parent, name, "w", &node, &f), 0);
	free(apply(0));
}

static void pads_a_packed_tree_with_zeroes(void **state)
{
	size_t packed, padded;
	char *a, *b;

	(void)state;
	assert_int_equal(edits_apply(&l, 0, (void **)&a, &packed, &f), 0);
	assert_int_equal(edits_apply(&l, 4096, (void **)&b, &padded, &f), 0);
	assert_int_equal(padded, packed + 4096);
	assert_int_equal(fdt_totalsize(b), padded);
	for (size_t i = packed; i < padded; i++)
		assert_int_equal(b[i], 0);
	fdt_set_totalsize(b, (uint32_t)packed);
	assert_memory_equal(a, b, packed);
	assert_int_equal(edits_apply(&l, TREE_SIZE_MAX, (void **)&a, &padded, &f), -EFBIG);
	assert_memory_equal(a, b, packed); /* untouched */
	free(a);
	free(b);
}

static void applying_twice_changes_nothing_more(void **state)
{
	struct tree once;
	void *a, *b;
	size_t size, again;

	(void)state;
	set_text(at("/first"), "status", "disabled", "w");
	set_text(child(0, "domu"), "new-name", "x", "w");
	assert_int_equal(edits_apply(&l, 64, &a, &size, &f), 0);
	assert_int_equal(tree_open(a, size, &once, &f), 0);
	edits_free(&l);
	edits_start(&l, &once);
	assert_int_equal(set_text(tree_at(&once, "/domu"), "new-name", "x", "w"), 0);
	assert_int_equal(l.n, 0);
	assert_int_equal(edits_apply(&l, 64, &b, &again, &f), 0);
	assert_int_equal(again, size);
	assert_memory_equal(a, b, size);
	tree_close(&once);
	free(a);
	free(b);
}

static void of_two_properties_of_one_name_both_are_edited(void **state)
{
	static _Alignas(8) char blob[1024];
	struct tree twice;

	(void)state;
	fdt_create(blob, sizeof(blob));
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	for (uint32_t i = 0; i < 4; i++)
		fdt_property_u32(blob, i % 2 ? "set" : "gone", i);
	fdt_end_node(blob);
	fdt_finish(blob);
	assert_int_equal(tree_open(blob, fdt_totalsize(blob), &twice, &f), 0);
	l.tree = &twice;
	assert_int_equal(delete (0, "gone", "w"), 0);
	assert_int_equal(set_text(0, "set", "x", "w"), 0);
	assert_result("/dts-v1/;\n\n/ {\n\tset = \"x\";\n};\n");
	l.tree = &t;
	tree_close(&twice);
}

/* Of the names, the one that a tree has is used again, and the rest is kept as it is. */
static void uses_the_names_of_the_base_again(void **state)
{
	static _Alignas(8) char blob[1024];
	struct tree base;
	void *made;
	size_t size;

	(void)state;
	fdt_create(blob, sizeof(blob));
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	fdt_property_u32(blob, "first", 1);
	fdt_property_u32(blob, "last", 2);
	fdt_end_node(blob);
	fdt_finish(blob);
	/* a byte that ends no name */
	blob[fdt_totalsize(blob)] = 'x';
	fdt_set_size_dt_strings(blob, fdt_size_dt_strings(blob) + 1);
	fdt_set_totalsize(blob, fdt_totalsize(blob) + 1);
	assert_int_equal(tree_open(blob, fdt_totalsize(blob), &base, &f), 0);
	l.tree = &base;
	set_text(child(0, "node"), "last", "y", "w");
	set_text(child(0, "node"), "xyz", "z", "w");
	assert_int_equal(edits_apply(&l, 0, &made, &size, &f), 0);
	assert_int_equal(fdt_size_dt_strings(made),
			 sizeof("first") + sizeof("last") + 1 + sizeof("xyz"));
	assert_string_equal(fdt_getprop(made, fdt_path_offset(made, "/node"), "xyz", NULL),
			    "z");
	assert_string_equal(fdt_getprop(made, fdt_path_offset(made, "/node"), "last", NULL),
			    "y");
	free(made);
	l.tree = &t;
	tree_close(&base);
}

#define list_test(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		list_test(edits_as_planned_and_keeps_the_order_of_the_rest),
		list_test(keeps_the_base_its_reservations_and_boot_cpu),
		list_test(adds_no_edit_for_what_is_so_already),
		list_test(the_same_edit_twice_is_one),
		list_test(rejects_conflicting_edits_and_names_both),
		list_test(makes_phandles_that_no_node_has),
		list_test(rejects_a_phandle_if_none_is_left_or_it_is_deleted),
		list_test(has_the_paths_of_new_nodes),
		list_test(rejects_a_node_whose_path_is_too_long),
		list_test(pads_a_packed_tree_with_zeroes),
		list_test(applying_twice_changes_nothing_more),
		list_test(of_two_properties_of_one_name_both_are_edited),
		list_test(uses_the_names_of_the_base_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
