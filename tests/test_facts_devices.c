/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a group that the kernel has not made yet, as the running tree predicts them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/facts.h"
#include "scratch.h"
#include "tree_fixture.h"

#define BUS "bus@5b000000"
#define USDHC BUS "/mmc@5b010000"
#define PLATFORM "sys/bus/platform/devices/"

static struct tree_fixture_board b;
static struct facts facts;

static void add_device(const char *name, const char *node)
{
	struct device *d = &facts.snapshot.devices[facts.snapshot.n_devices++];

	*d = (struct device){ .group = GROUP_NONE };
	snprintf(d->name, sizeof(d->name), "%s", name);
	snprintf(d->node, sizeof(d->node), "%s", node);
}

/* One of two devices is not in the tree; the other shares its stream id with a card. */
static void members_are_predicted_for_each_device(void **state)
{
	struct sysroot root;
	const struct facts_source from = { .sys = &root };
	struct fault f = { 0 };
	uint8_t iommus[12];
	const void *ours;
	int size;

	(void)state;
	tree_fixture_patch(&b, false);
	ours = tree_prop(&b.x.tree, tree_at(&b.x.tree, FEC1), "iommus", &size);
	assert_int_equal(size, sizeof(iommus));
	memcpy(iommus, ours, sizeof(iommus));
	tree_fixture_set(&b.x, "/" USDHC, "iommus", iommus, sizeof(iommus));
	assert_int_equal(system("mkdir -p " PLATFORM "5b010000.mmc"), 0);
	assert_int_equal(symlink("../../../../firmware/devicetree/base/" USDHC,
				 PLATFORM "5b010000.mmc/of_node"),
			 0);
	assert_int_equal(sysroot_open(".", &root, &f), 0);
	facts.tree.t = b.x.tree;
	facts.tree.booted = true;
	add_device("1.lost", "/lost@1");
	add_device("5b040000.ethernet", FEC1);
	assert_int_equal(facts_read_bind_state(&from, &facts, &f), 0);
	assert_int_equal(facts.snapshot.n_members, 1);
	assert_string_equal(facts.snapshot.members[0].name, "5b010000.mmc");
	assert_true(facts.knows_members);
	sysroot_close(&root);
}

static int begin(void **state)
{
	tree_fixture_board(&b, "board-newer");
	return scratch_enter(state);
}

static int end(void **state)
{
	tree_fixture_close(&b.x);
	return scratch_leave(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(members_are_predicted_for_each_device, begin,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
