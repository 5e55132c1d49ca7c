/* SPDX-License-Identifier: Apache-2.0 */
/* Edits when memory runs out, and what many of them cost, counted in comparisons. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "dt/edit.h"
#include "fixture.h"
#include "oom.h"

/* So many edits that every array of the list grows. */
static int plan_and_apply(const struct tree *t, void **out, struct fault *f)
{
	static char names[200][16];
	struct edits all;
	size_t size;
	int ret = 0;

	edits_start(&all, t);
	for (int i = 0; ret == 0 && i < 200; i++) {
		struct edit e = { .op = EDIT_SET, .name = "p", .size = 4, .why = "w" };
		uint32_t phandle;

		snprintf(names[i], sizeof(names[i]), "n%d", i);
		ret = edits_child(&all, 0, names[i], "w", &e.node, f);
		if (ret == 0)
			ret = edits_phandle(&all, e.node, "w", &phandle, f);
		e.value = ret ? NULL : edits_keep(&all, e.size, f);
		if (ret == 0)
			ret = e.value ? edits_add(&all, &e, f) : f->code;
	}
	if (ret == 0)
		ret = edits_apply(&all, 0, out, &size, f);
	edits_free(&all);
	return ret;
}

static void editing_survives_any_failed_allocation(void **state)
{
	struct fault f = { 0 };
	void *blob = NULL;
	struct tree t;
	int n = 1;

	(void)state;
	fixture_open("edit", &t);
	for (bool hit = true; hit; n++) {
		int ret;

		f.code = 0;
		oom_arm(n);
		ret = plan_and_apply(&t, &blob, &f);
		hit = oom_hit();
		assert_int_equal(ret, hit ? -ENOMEM : 0);
		assert_int_equal(f.code, ret);
		assert_true(hit == !blob);
	}
	assert_true(n > 400);
	assert_true(fdt_path_offset(blob, "/n199") > 0);
	free(blob);
	fixture_close(&t);
}

static size_t compared; /* names and records, and bytes that were searched for a name */

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b)
{
	compared++;
	return __real_strcmp(a, b);
}

int __real_strncmp(const char *a, const char *b, size_t n);
int __wrap_strncmp(const char *a, const char *b, size_t n);
int __wrap_strncmp(const char *a, const char *b, size_t n)
{
	compared++;
	return __real_strncmp(a, b, n);
}

int __real_memcmp(const void *a, const void *b, size_t n);
int __wrap_memcmp(const void *a, const void *b, size_t n);
int __wrap_memcmp(const void *a, const void *b, size_t n)
{
	compared++;
	return __real_memcmp(a, b, n);
}

void *__real_memmem(const void *in, size_t n, const void *what, size_t size);
void *__wrap_memmem(const void *in, size_t n, const void *what, size_t size);
void *__wrap_memmem(const void *in, size_t n, const void *what, size_t size)
{
	compared += n;
	return __real_memmem(in, n, what, size);
}

/* As a copy of a hostile node: no edit may be compared with every other one. */
static void many_edits_of_a_node_are_not_compared_one_by_one(void **state)
{
	enum {
		N = 20000
	};
	static char names[N][8];
	static uint64_t blob[64];
	struct fault fault = { 0 };
	struct edits list;
	struct tree base;
	void *made;
	size_t size;
	int node;

	(void)state;
	assert_int_equal(fdt_create_empty_tree(blob, sizeof(blob)), 0);
	assert_int_equal(tree_open(blob, sizeof(blob), &base, &fault), 0);
	edits_start(&list, &base);
	assert_int_equal(edits_child(&list, 0, "child", "why", &node, &fault), 0);
	compared = 0;
	for (int i = 0; i < N; i++) {
		const struct prop p = { .name = names[i], .value = names[i], .size = 8 };

		snprintf(names[i], sizeof(names[i]), "p%d", i);
		assert_int_equal(edits_set(&list, node, &p, "why", &fault), 0);
	}
	assert_int_equal(edits_apply(&list, 0, &made, &size, &fault), 0);
	assert_true(compared > N && compared < 100 * (size_t)N);
	edits_free(&list);
	tree_close(&base);
	assert_int_equal(tree_open(made, size, &base, &fault), 0);
	assert_int_equal(base.n_props, N);
	tree_close(&base);
	free(made);
}

/* A property needs most besides its name and value if both are of one byte. */
static void the_shortest_properties_have_room(void **state)
{
	char names[26][2];
	struct fault f = { 0 };
	struct tree t, made;
	struct edits all;
	size_t size;
	void *out;

	(void)state;
	fixture_open("edit", &t);
	edits_start(&all, &t);
	for (size_t i = 0; i < 26; i++) {
		const struct prop p = { .name = names[i], .value = "x", .size = 1 };

		snprintf(names[i], sizeof(names[i]), "%c", (char)('a' + i));
		assert_int_equal(edits_set(&all, 0, &p, "w", &f), 0);
	}
	assert_int_equal(edits_apply(&all, 0, &out, &size, &f), 0);
	assert_int_equal(tree_open(out, size, &made, &f), 0);
	assert_int_equal(edits_hold(&all, &made, &f), 0);
	tree_close(&made);
	edits_free(&all);
	free(out);
	fixture_close(&t);
}

enum {
	MANY = 20000
};

/* A tree that is only a root, which has as many properties and children. */
static void *make_wide(size_t *size)
{
	static char names[MANY][8];
	static uint64_t blob[64];
	struct fault f = { 0 };
	struct edits all;
	struct tree empty;
	void *made;
	int node;

	assert_int_equal(fdt_create_empty_tree(blob, sizeof(blob)), 0);
	assert_int_equal(tree_open(blob, sizeof(blob), &empty, &f), 0);
	edits_start(&all, &empty);
	for (int i = 0; i < MANY; i++) {
		const struct prop p = { .name = names[i], .value = names[i], .size = 8 };

		snprintf(names[i], sizeof(names[i]), "p%d", i);
		assert_int_equal(edits_set(&all, 0, &p, "why", &f), 0);
		assert_int_equal(edits_new_child(&all, 0, names[i], "why", &node, &f), 0);
	}
	assert_int_equal(edits_apply(&all, 0, &made, size, &f), 0);
	edits_free(&all);
	tree_close(&empty);
	return made;
}

static void delete_and_set_all(struct edits *all, struct fault *f)
{
	const struct prop set = { .name = "set", .value = "x", .size = 2 };
	struct prop p = { .number = 0 };
	const struct tree *t = all->tree;

	while (tree_next_prop(t, 0, &p))
		assert_int_equal(edits_delete(all, 0, p.name, "why", f), 0);
	for (int i = 1; i < t->n_nodes; i++)
		assert_int_equal(edits_set(all, i, &set, "why", f), 0);
}

/* As in a hostile tree: no name may be compared with every other one. */
static void many_names_are_not_searched_one_by_one(void **state)
{
	struct fault f = { 0 };
	struct tree before, after;
	struct edits all;
	void *wide, *made;
	size_t size;

	(void)state;
	wide = make_wide(&size);
	compared = 0;
	assert_int_equal(tree_open(wide, size, &before, &f), 0);
	edits_start(&all, &before);
	delete_and_set_all(&all, &f);
	assert_int_equal(all.n, 2 * MANY);
	assert_int_equal(edits_apply(&all, 0, &made, &size, &f), 0);
	assert_int_equal(tree_open(made, size, &after, &f), 0);
	assert_int_equal(edits_hold(&all, &after, &f), 0);
	assert_true(compared > MANY && compared < 500 * (size_t)MANY);
	assert_int_equal(after.n_props, MANY);
	edits_free(&all);
	tree_close(&after);
	tree_close(&before);
	free(made);
	free(wide);
}

static void a_wide_tree_survives_any_failed_allocation(void **state)
{
	struct fault f = { 0 };
	size_t size;
	void *wide = make_wide(&size);
	int n = 1;

	(void)state;
	for (bool hit = true; hit; n++) {
		struct tree t = { 0 };

		oom_arm(n);
		f.code = tree_open(wide, size, &t, &f);
		hit = oom_hit();
		assert_int_equal(f.code, hit ? -ENOMEM : 0);
		tree_close(&t);
	}
	assert_true(n > 6);
	free(wide);
}

/* Readers use only the first of two properties with one name, also among many. */
static void the_first_of_many_properties_is_found(void **state)
{
	struct fault f = { 0 };
	struct tree t;
	size_t n_size;
	char *wide = make_wide(&n_size), *second;
	int size = 0;

	(void)state;
	/* p777 becomes p10, after the one that is there */
	second = memmem(wide, n_size, "p777", sizeof("p777"));
	while (second < wide + fdt_off_dt_strings(wide))
		second = memmem(second + 1, n_size - (size_t)(second + 1 - wide), "p777", 5);
	memcpy(second, "p10", sizeof("p10"));
	assert_int_equal(tree_open(wide, n_size, &t, &f), 0);
	assert_string_equal(tree_prop(&t, 0, "p10", &size), "p10");
	assert_int_equal(size, 8);
	assert_string_equal(tree_prop(&t, 0, "p0", &size), "p0");
	assert_string_equal(tree_prop(&t, 0, "p9999", &size), "p9999");
	assert_null(tree_prop(&t, 0, "p777", &size));
	assert_null(tree_prop(&t, 0, "a", &size));
	assert_null(tree_prop(&t, 0, "q", &size));
	tree_close(&t);
	free(wide);
}

static int merge(struct edits *all, const void *cells, size_t n, size_t record,
		 struct fault *f)
{
	const struct prop p = { .name = "list", .value = cells, .size = (int)(n * 4) };

	return edits_merge(all, 0, &p, record, "why", f);
}

/* A tree whose root has the n cells as its list, with some room. */
static void *make_list(const uint32_t *cells, int n)
{
	int room = 512 + 4 * n;
	void *blob = malloc((size_t)room);

	assert_non_null(blob);
	assert_int_equal(fdt_create_empty_tree(blob, room), 0);
	assert_int_equal(fdt_setprop(blob, 0, "list", cells, 4 * n), 0);
	return blob;
}

/* Cells of a list, in the order of the machine. */
struct list {
	const uint32_t *v;
	size_t n;
};

#define LIST(...)                                          \
	((struct list){ (const uint32_t[]){ __VA_ARGS__ }, \
			sizeof((uint32_t[]){ __VA_ARGS__ }) / 4 })
#define NO_LIST ((struct list){ NULL, 0 })

/* The list that the only edit sets. */
static void assert_merged(struct list old, struct list added, size_t record,
			  struct list wanted)
{
	void *blob = make_list(old.v, (int)old.n);
	struct fault f = { 0 };
	struct edits all;
	struct tree t;
	int k = 1, ret;

	assert_int_equal(tree_open(blob, 512 + 4 * old.n, &t, &f), 0);
	do {
		edits_start(&all, &t);
		oom_arm(k++);
		ret = merge(&all, added.v, added.n, record, &f);
		if (oom_hit()) {
			assert_int_equal(ret, -ENOMEM);
			assert_int_equal(all.n, 0);
			edits_free(&all);
		} else {
			assert_int_equal(ret, 0);
			break;
		}
	} while (true);
	assert_int_equal(all.n, wanted.n > 0);
	if (wanted.n) {
		assert_int_equal(all.v[0].size, 4 * wanted.n);
		assert_memory_equal(all.v[0].value, wanted.v, all.v[0].size);
	}
	edits_free(&all);
	tree_close(&t);
	free(blob);
}

static void what_a_list_lacks_is_appended_once(void **state)
{
	const struct list old = LIST(1, 2, 2, 3, 1);

	(void)state;
	assert_merged(old, LIST(4, 2, 4, 1, 5), 1, LIST(1, 2, 2, 3, 1, 4, 5));
	assert_merged(old, old, 1, NO_LIST);
	assert_merged(old, NO_LIST, 1, NO_LIST);
	/* records of two cells: 1 2 and 2 3 are there, 2 2 is not */
	assert_merged(old, LIST(2, 3, 1, 2), 2, NO_LIST);
	assert_merged(old, LIST(2, 2, 2, 2, 1, 2), 2, LIST(1, 2, 2, 3, 1, 2, 2));
}

static void many_records_are_not_searched_one_by_one(void **state)
{
	static uint32_t v[2 * MANY], wanted[2 * MANY];

	(void)state;
	for (int i = 0; i < 2 * MANY; i++)
		wanted[i] = v[i] = (uint32_t)i;
	compared = 0;
	assert_merged((struct list){ v, MANY }, (struct list){ v, 2 * MANY }, 1,
		      (struct list){ wanted, 2 * MANY });
	assert_true(compared > MANY && compared < 500 * (size_t)MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(editing_survives_any_failed_allocation),
		cmocka_unit_test(the_shortest_properties_have_room),
		cmocka_unit_test(many_edits_of_a_node_are_not_compared_one_by_one),
		cmocka_unit_test(many_names_are_not_searched_one_by_one),
		cmocka_unit_test(a_wide_tree_survives_any_failed_allocation),
		cmocka_unit_test(the_first_of_many_properties_is_found),
		cmocka_unit_test(what_a_list_lacks_is_appended_once),
		cmocka_unit_test(many_records_are_not_searched_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
