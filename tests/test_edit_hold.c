/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a tree has all edits of a list. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dt/edit.h"
#include "fixture.h"

static struct fault f;

static void set(struct edits *l, int node, const char *name, const char *value)
{
	struct prop p = { name, value, (int)strlen(value) + 1, 0 };

	assert_int_equal(edits_set(l, node, &p, "w", &f), 0);
}

/* A list with every kind of edit, the last one on a node that it adds. */
static void plan(struct edits *l, const struct tree *t, const char *value)
{
	int new;

	edits_start(l, t);
	set(l, tree_at(t, "/first"), "status", value);
	assert_int_equal(edits_delete(l, tree_at(t, "/last"), "status", "w", &f), 0);
	assert_int_equal(edits_child(l, tree_at(t, "/empty"), "new", "w", &new, &f), 0);
	set(l, new, "name", "new");
}

struct made {
	void *blob;
	struct tree tree;
};

static struct made apply(const struct edits *l)
{
	struct made m = { 0 };
	size_t size;

	if (edits_apply(l, 0, &m.blob, &size, &f) || tree_open(m.blob, size, &m.tree, &f))
		fail_msg("%s", f.text);
	return m;
}

static void discard(struct made *m)
{
	tree_close(&m->tree);
	free(m->blob);
}

static void the_result_has_all_edits(void **state)
{
	struct made made;
	struct tree t;
	struct edits l;

	(void)state;
	fixture_open("edit", &t);
	plan(&l, &t, "a value");
	made = apply(&l);
	assert_int_equal(edits_hold(&l, &made.tree, &f), 0);
	discard(&made);
	edits_free(&l);
	fixture_close(&t);
}

static bool no_search;

void *__real_tsearch(const void *key, void **root, int (*compare)(const void *, const void *));
void *__wrap_tsearch(const void *key, void **root, int (*compare)(const void *, const void *));

void *__wrap_tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
	return no_search ? NULL : __real_tsearch(key, root, compare);
}

/* The C library allocates for a search, too. */
static void a_search_without_memory_makes_no_tree(void **state)
{
	struct edits l;
	struct tree t;
	size_t size;
	void *blob;

	(void)state;
	fixture_open("edit", &t);
	plan(&l, &t, "a value");
	no_search = true;
	for (size_t pad = 0; pad < 100; pad += 50)
		assert_int_equal(edits_apply(&l, pad, &blob, &size, &f), -ENOMEM);
	no_search = false;
	edits_free(&l);
	fixture_close(&t);
}

static void expect_missing(const struct edits *l, const struct tree *made, const char *text)
{
	assert_int_equal(edits_hold(l, made, &f), -EIO);
	assert_string_equal(f.text, text);
}

/* What another list made: each kind of edit is found missing. */
static void a_missing_edit_is_named(void **state)
{
	struct made made;
	struct tree t;
	struct edits l, other;
	int new;

	(void)state;
	fixture_open("edit", &t);
	plan(&l, &t, "a value");
	expect_missing(&l, &t, "/first: status is not as planned");

	edits_start(&other, &t);
	set(&other, tree_at(&t, "/first"), "status", "a value");
	made = apply(&other);
	expect_missing(&l, &made.tree, "/last: status is not as planned");
	discard(&made);

	assert_int_equal(edits_delete(&other, tree_at(&t, "/last"), "status", "w", &f), 0);
	made = apply(&other);
	expect_missing(&l, &made.tree, "/empty: new is not as planned");
	discard(&made);

	assert_int_equal(edits_child(&other, tree_at(&t, "/empty"), "new", "w", &new, &f), 0);
	made = apply(&other);
	expect_missing(&l, &made.tree, "/empty/new: name is not as planned");
	discard(&made);
	edits_free(&other);
	edits_free(&l);

	/* one byte less, one byte other */
	plan(&l, &t, "a value");
	plan(&other, &t, "a valuE");
	made = apply(&other);
	expect_missing(&l, &made.tree, "/first: status is not as planned");
	discard(&made);
	edits_free(&other);
	plan(&other, &t, "a valu");
	made = apply(&other);
	expect_missing(&l, &made.tree, "/first: status is not as planned");
	discard(&made);
	edits_free(&other);
	edits_free(&l);
	fixture_close(&t);
}

static void a_tree_without_the_node_does_not_have_its_edit(void **state)
{
	struct tree t, other;
	struct edits l;

	(void)state;
	fixture_open("edit", &t);
	fixture_open("small-board", &other);
	plan(&l, &t, "a value");
	expect_missing(&l, &other, "/first: status is not as planned");
	edits_free(&l);
	fixture_close(&other);
	fixture_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_result_has_all_edits),
		cmocka_unit_test(a_search_without_memory_makes_no_tree),
		cmocka_unit_test(a_missing_edit_is_named),
		cmocka_unit_test(a_tree_without_the_node_does_not_have_its_edit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
