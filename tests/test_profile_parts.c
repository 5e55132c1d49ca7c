/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a profile: which there must be, which there may be, and how many. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree_fixture.h"

#define TEXT(s) s, sizeof(s)

static void only_optional_parts_may_be_missing(void **state)
{
	static const struct {
		const char *part, *text; /* NULL: it may be left out */
	} rows[] = {
		{ "/domain", NULL },
		{ "/stream", "the profile's /: stream: missing" },
		{ "/pass", "the profile's /: pass: missing" },
		{ "/host", NULL },
		{ "/host/disable", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tree_fixture x;

		tree_fixture_open_profile(&x, "ghaf-guide");
		tree_fixture_remove(&x, rows[i].part);
		tree_fixture_reads_profile(&x, rows[i].text ? -EINVAL : 0, rows[i].text ?: "");
	}
}

static void an_unknown_part_is_named(void **state)
{
	static const struct {
		const char *node, *child;
	} rows[] = {
		{ "/", "hosts" },	{ "/host", "disabled" },  { "/domain", "gpio" },
		{ "/stream", "gpios" }, { "/pass/fec1", "mdio" }, { "/pass/host", "disable" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tree_fixture x;
		char text[FAULT_TEXT_MAX];

		snprintf(text, sizeof(text), "the profile's %s: %s: not a part of a profile",
			 rows[i].node, rows[i].child);
		tree_fixture_open_profile(&x, "ghaf-guide");
		if (tree_at(&x.tree, rows[i].node) < 0)
			tree_fixture_add(&x, "/pass", "host");
		tree_fixture_add(&x, rows[i].node, rows[i].child);
		tree_fixture_reads_profile(&x, -EINVAL, text);
	}
}

static void a_label_that_qemu_does_not_take_is_named(void **state)
{
	static const char *const labels[] = { "1fec", "_fec", "fec-1" };

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		struct tree_fixture x;
		char path[32], text[FAULT_TEXT_MAX];

		snprintf(path, sizeof(path), "/pass/%s", labels[i]);
		snprintf(text, sizeof(text),
			 "the profile's %s: the node's name: not a label that starts with a "
			 "letter",
			 path);
		tree_fixture_open_profile(&x, "ghaf-guide");
		tree_fixture_add(&x, "/pass", labels[i]);
		tree_fixture_set(&x, path, "node", TEXT("a@1"));
		tree_fixture_reads_profile(&x, -EINVAL, text);
	}
}

static void a_profile_passes_at_least_one_device(void **state)
{
	struct tree_fixture x;

	(void)state;
	tree_fixture_open_profile(&x, "ghaf-guide");
	tree_fixture_remove(&x, "/pass");
	tree_fixture_add(&x, "/", "pass");
	tree_fixture_reads_profile(&x, -EINVAL, "the profile's /pass: pass: no device in it");
}

/* Put n more entries, n0@100 and so on, below the node at path. */
static void add_entries(struct tree_fixture *x, const char *path, int n)
{
	for (int i = 0; i < n; i++) {
		char label[16], name[32], child[64];

		snprintf(label, sizeof(label), "n%d", i);
		snprintf(name, sizeof(name), "n%d@%d", i, 100 + i);
		snprintf(child, sizeof(child), "%s/%s", path, label);
		tree_fixture_add(x, path, label);
		tree_fixture_set(x, child, "node", name, strlen(name) + 1);
		if (!strcmp(path, "/pass"))
			tree_fixture_set(x, child, "compatible", TEXT("a,b"));
	}
}

static void too_many_entries_are_rejected(void **state)
{
	static const struct {
		const char *path;
		int most; /* that still fit */
		const char *text;
	} rows[] = {
		{ "/pass", PROFILE_PASS_MAX - 3, "the profile passes more than 16 devices" },
		{ "/host/disable", PROFILE_DISABLE_MAX - 2,
		  "the profile disables more than 16 nodes" },
		{ "/domain/gpios", PROFILE_GPIO_MAX - 2,
		  "the profile names more than 8 GPIO controllers" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fault f = { 0 };
		struct tree_fixture x;
		struct profile p;

		tree_fixture_open_profile(&x, "ghaf-guide");
		add_entries(&x, rows[i].path, rows[i].most);
		assert_int_equal(profile_read(&x.tree, &p, &f), 0);
		add_entries(&x, rows[i].path, rows[i].most + 1);
		assert_int_equal(profile_read(&x.tree, &p, &f), -E2BIG);
		tree_fixture_says(&f, -E2BIG, rows[i].text);
		tree_fixture_close(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_optional_parts_may_be_missing),
		cmocka_unit_test(an_unknown_part_is_named),
		cmocka_unit_test(a_label_that_qemu_does_not_take_is_named),
		cmocka_unit_test(a_profile_passes_at_least_one_device),
		cmocka_unit_test(too_many_entries_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
