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

static size_t compared; /* names, and bytes that were searched for one */

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b)
{
	compared++;
	return __real_strcmp(a, b);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(editing_survives_any_failed_allocation),
		cmocka_unit_test(many_edits_of_a_node_are_not_compared_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
