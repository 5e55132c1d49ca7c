/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of dependencies that are made by hand, on the tree edit.dts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/report.h"
#include "fixture.h"
#include "oom.h"

/* The nodes of the tree. */
enum {
	ROOT,
	FIRST,
	INNER,
	EMPTY,
	KNOWN,
	LAST,
	N_NODES
};

static struct tree tree;
static struct dependency dependencies[] = {
	{ .node = INNER,
	  .disposition = DISPOSITION_PASSED,
	  .from = FIRST,
	  .property = DEPS_CHILD },
	{ .node = FIRST, .disposition = DISPOSITION_PASSED, .from = -1, .property = "" },
	{ .node = EMPTY,
	  .disposition = DISPOSITION_COPIED,
	  .from = FIRST,
	  .property = "clocks" },
};
static struct edge edges[] = {
	{ FIRST, "mboxes", 5, NULL, KNOWN, INNER, DISPOSITION_REPLACED, "why", false },
	{ FIRST, "b-gpios", 1, NULL, LAST, -1, DISPOSITION_DROPPED, "why", false },
	{ FIRST, "iommus", 2, NULL, -1, -1, DISPOSITION_DROPPED, "why", false },
	{ FIRST, "clocks", 3, NULL, EMPTY, EMPTY, DISPOSITION_COPIED, NULL, false },
	{ FIRST, "a-gpios", 4, NULL, LAST, -1, DISPOSITION_DROPPED, "why", false },
	{ FIRST, "a-gpios", 4, NULL, LAST, -1, DISPOSITION_DROPPED, "why", false },
	{ EMPTY, "lost", 6, NULL, LAST, -1, DISPOSITION_DROPPED, "why", false },
};
static int number_of_node[N_NODES] = { -1, 1, 0, 2, -1, -1 };

static struct deps deps = {
	.tree = &tree,
	.dependencies = dependencies,
	.n_dependencies = sizeof(dependencies) / sizeof(dependencies[0]),
	.edges = edges,
	.n_edges = sizeof(edges) / sizeof(edges[0]),
	.number_of_node = number_of_node,
};

static const struct ref by_root = { .from = ROOT,
				    .to = FIRST,
				    .property = "a\"\xff"
						"b" };
static const struct ref by_last = { .from = LAST, .to = FIRST, .property = "user" };

static int open_tree(void **state)
{
	(void)state;
	fixture_open("edit", &tree);
	return 0;
}

static int close_tree(void **state)
{
	(void)state;
	fixture_close(&tree);
	return 0;
}

/* What is written; to be freed. */
static char *draw(int *ret)
{
	const struct ref *const users[] = { &by_root, &by_last };
	struct graph g = { &deps, users, 2, "a\x80<b", "dir/tree&1" };
	struct fault f = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	*ret = dot_write_graph(out, &g, &f);
	fclose(out);
	assert_int_equal(f.code, *ret);
	return text;
}

#define PASSED "style=filled, fillcolor=lightblue"
#define DASHED "style=\"filled,dashed\", "

static void draws_each_node_once_and_each_kind_of_arrow(void **state)
{
	int ret;
	char *text = draw(&ret);
	const char *nodes = strstr(text, "fontsize=10];\n");

	(void)state;
	assert_int_equal(ret, 0);
	assert_non_null(strstr(text, "<B>What the devices of a?&#60;b depend on, in "
				     "tree&#38;1</B>"));
	assert_non_null(nodes);
	assert_string_equal(
		nodes + strlen("fontsize=10];\n"),
		"\tn2 [label=\"/first/\\ninner\", " PASSED "];\n"
		"\tn1 [label=\"/first\", " PASSED "];\n"
		"\tn3 [label=\"/empty\", style=filled, fillcolor=palegreen];\n"
		"\tn4 [label=\"/known\", " DASHED "fillcolor=khaki];\n"
		"\tn5 [label=\"/last\", " DASHED "fillcolor=mistyrose, color=red];\n"
		"\tn0 [label=\"/\", style=dotted, fontcolor=gray40];\n"
		"\tn0 -> n1 [label=\"a\\\"?b\", style=dotted];\n"
		"\tn1 -> n2 [label=\"mboxes\\n(child)\"];\n"
		"\tn1 -> n3 [label=\"clocks\"];\n"
		"\tn1 -> n4 [label=\"mboxes\", color=red, fontcolor=red];\n"
		"\tn1 -> n5 [label=\"a-gpios\\nb-gpios\", color=red, fontcolor=red];\n"
		"\tn3 -> n5 [label=\"lost\", color=red, fontcolor=red];\n"
		"\tn5 -> n1 [label=\"user\", style=dotted];\n"
		"}\n");
	free(text);
}

/* A copy below another one, as pinctrl's groups are. */
static void an_arrow_leads_from_a_copy_to_its_parent(void **state)
{
	int ret;
	char *text;

	(void)state;
	dependencies[0].disposition = DISPOSITION_COPIED;
	dependencies[0].property = "pinctrl-0";
	text = draw(&ret);
	assert_int_equal(ret, 0);
	assert_non_null(strstr(text, "\tn2 -> n1 [label=\"(parent)\", style=dashed];\n"));
	assert_null(strstr(text, "\tn3 -> n0")); /* the guest has a root of its own */
	free(text);
	dependencies[0].disposition = DISPOSITION_PASSED;
	dependencies[0].property = DEPS_CHILD;
}

static void the_root_may_be_what_a_property_names(void **state)
{
	struct edge *last = &edges[sizeof(edges) / sizeof(edges[0]) - 1];
	int ret;
	char *text;

	(void)state;
	last->to = ROOT;
	text = draw(&ret);
	assert_int_equal(ret, 0);
	assert_non_null(strstr(text, "\tn0 [label=\"/\", " DASHED "fillcolor=mistyrose"));
	assert_non_null(strstr(text, "\tn3 -> n0 [label=\"lost\", color=red"));
	free(text);
	last->to = LAST;
}

static void draws_nothing_without_memory(void **state)
{
	bool hit = true;

	(void)state;
	for (int n = 1; hit; n++) {
		int ret;
		char *text;

		oom_arm(n);
		text = draw(&ret);
		hit = oom_hit();
		assert_int_equal(ret, hit ? -ENOMEM : 0);
		assert_int_equal(strlen(text) == 0, hit);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_each_node_once_and_each_kind_of_arrow),
		cmocka_unit_test(an_arrow_leads_from_a_copy_to_its_parent),
		cmocka_unit_test(the_root_may_be_what_a_property_names),
		cmocka_unit_test(draws_nothing_without_memory),
	};

	return cmocka_run_group_tests(tests, open_tree, close_tree);
}
