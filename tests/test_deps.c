/* SPDX-License-Identifier: Apache-2.0 */
/* The dependencies of passed devices, and what the guest gets of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/deps.h"
#include "oom.h"
#include "tree_fixture.h"

#define CONN "/bus@5b000000/"
#define MU1 "/bus@5d000000/mailbox@5d1c0000"

static void find(const struct tree_fixture_board *b, struct deps *out)
{
	struct nodes pass = { b->board.pass, b->profile.n_pass };
	struct fault f = { 0 };

	if (deps_find(&b->x.tree, pass, pass, (struct nodes){ 0 }, out, &f))
		fail_msg("%s", f.text);
}

static void expect_fault(const struct tree_fixture_board *b, const char *text)
{
	struct nodes pass = { b->board.pass, b->profile.n_pass };
	struct fault f = { 0 };
	struct deps c;

	assert_int_equal(deps_find(&b->x.tree, pass, pass, (struct nodes){ 0 }, &c, &f),
			 -EINVAL);
	tree_fixture_says(&f, -EINVAL, text);
}

/* The dependencies as text: a line each, with the node and property that need it. */
static void expect_dependencies(const struct deps *c, const char *want)
{
	char path[TREE_PATH_MAX], *got;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	assert_non_null(out);
	for (size_t i = 0; i < c->n_dependencies; i++) {
		const struct dependency *n = &c->dependencies[i];

		fprintf(out, "%s %s", disposition_name(n->disposition),
			tree_path(c->tree, n->node, path));
		if (n->from >= 0)
			fprintf(out, " < %s %s", c->tree->nodes[n->from].name, n->property);
		fputc('\n', out);
	}
	fclose(out);
	assert_string_equal(got, want);
	free(got);
}

/* The first edge of the node's property. */
static const struct edge *edge_of(const struct deps *c, const char *path, const char *property)
{
	int node = tree_at(c->tree, path);

	for (size_t i = 0; i < c->n_edges; i++) {
		if (c->edges[i].from == node && !strcmp(c->edges[i].property, property))
			return &c->edges[i];
	}
	fail_msg("%s: no edge of %s", path, property);
	return NULL;
}

static void expect_edge(const struct deps *c, const char *path, const char *property,
			enum disposition d, const char *to)
{
	const struct edge *l = edge_of(c, path, property);

	assert_int_equal(l->disposition, d);
	assert_int_equal(l->to, to ? tree_at(c->tree, to) : -1);
}

static void finds_each_dependency_of_a_port_once(void **state)
{
	struct tree_fixture_board b;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	find(&b, &c);
	expect_dependencies(&c, "passed " LPCG0 "\n"
				"passed " FEC1 "\n"
				"passed " FEC1 "/mdio < ethernet@5b040000 (child)\n"
				"passed " FEC1 "/mdio/ethernet-phy@0 < mdio (child)\n"
				"passed " FEC1 "/mdio/ethernet-phy@1 < mdio (child)\n"
				"passed " MU2 "\n"
				"copied /system-controller/clock-controller < "
				"clock-controller@5b230000 clocks\n"
				"copied /clock-conn-axi < clock-controller@5b230000 clocks\n"
				"copied /system-controller/power-controller < "
				"clock-controller@5b230000 power-domains\n"
				"copied /system-controller/pinctrl/fec1grp < "
				"ethernet@5b040000 pinctrl-0\n"
				"copied /system-controller < clock-controller (parent)\n"
				"copied /system-controller/pinctrl < fec1grp (parent)\n");
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void dropped_edges_have_their_reason(void **state)
{
	struct tree_fixture_board b;
	struct deps c;
	const struct edge *l;

	(void)state;
	tree_fixture_board(&b, "board-needy");
	find(&b, &c);
	expect_edge(&c, FEC1, "iommus", DISPOSITION_DROPPED, "/iommu@51400000");
	assert_false(edge_of(&c, FEC1, "iommus")->loss);
	expect_edge(&c, FEC1, "dma-coherent", DISPOSITION_DROPPED, NULL);
	expect_edge(&c, FEC1, "fsl,sc_rsrc_id", DISPOSITION_DROPPED, NULL);
	expect_edge(&c, "/scu/imx8qx-pd", "wakeup-irq", DISPOSITION_DROPPED, NULL);
	expect_edge(&c, "/scu/pinctrl", "pinctrl-0", DISPOSITION_DROPPED,
		    "/scu/pinctrl/hoggrp");
	assert_false(edge_of(&c, "/scu/pinctrl", "pinctrl-0")->loss);
	expect_edge(&c, FEC1, "phy-supply", DISPOSITION_COPIED, "/regulator-phy");
	expect_edge(&c, "/regulator-phy", "gpio", DISPOSITION_DROPPED,
		    "/bus@5a000000/i2c@5a800000/gpio@68");
	expect_edge(&c, FEC1, "memory-region", DISPOSITION_DROPPED, "/reserved-memory/pool");
	assert_string_equal(edge_of(&c, FEC1, "memory-region")->why,
			    "it describes the host's memory");
	l = edge_of(&c, FEC1, "phy-reset-gpios");
	assert_int_equal(l->disposition, DISPOSITION_DROPPED);
	assert_true(l->loss);
	assert_string_equal(drop_effect(l->property),
			    "the host has the line and must set it as the device "
			    "needs it (a gpio-hog with output-high or output-low)");
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void copies_of_a_controller_only_what_is_used(void **state)
{
	static const char *const left[] = { "/scu/imx8qm-ocotp/mac@1c6",
					    "/scu/pinctrl/hoggrp",
					    "/scu/rtc",
					    "/scu/watchdog",
					    "/scu/thermal-sensor",
					    "/bus@5b000000" };
	struct tree_fixture_board b;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-needy");
	find(&b, &c);
	for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++) {
		assert_true(tree_at(&b.x.tree, left[i]) > 0);
		assert_null(deps_of_node(&c, tree_at(&b.x.tree, left[i])));
	}
	assert_non_null(deps_of_node(&c, tree_at(&b.x.tree, "/scu/imx8qm-ocotp/mac@1c4")));
	assert_non_null(deps_of_node(&c, tree_at(&b.x.tree, "/bus@5b000000/clock-conn-ipg")));
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void children_of_a_passed_device_are_passed(void **state)
{
	struct tree_fixture_board b;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-needy");
	find(&b, &c);
	expect_edge(&c, FEC1 "/mdio/ethernet-phy@0", "vddio-supply", DISPOSITION_PASSED,
		    FEC1 "/mdio/ethernet-phy@0/vddio-regulator");
	expect_edge(&c, FEC1 "/mdio/ethernet-phy@0", "interrupts", DISPOSITION_DROPPED,
		    "/bus@5d000000/gpio@5d090000");
	assert_true(edge_of(&c, FEC1 "/mdio/ethernet-phy@0", "interrupts")->loss);
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void the_gic_and_the_mailbox_are_replaced(void **state)
{
	struct tree_fixture_board b;
	struct deps c;
	const struct edge *l;

	(void)state;
	tree_fixture_board(&b, "board-older");
	find(&b, &c);
	expect_edge(&c, FEC1, "interrupts", DISPOSITION_REPLACED,
		    "/interrupt-controller@51a00000");
	assert_int_equal(edge_of(&c, FEC1, "interrupts")->instead, -1);
	expect_edge(&c, "/scu", "mboxes", DISPOSITION_REPLACED, MU1);
	l = edge_of(&c, "/scu", "mboxes");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(l[i].ref->index, i);
		assert_int_equal(l[i].instead, tree_at(&b.x.tree, MU2));
	}
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void without_a_mailbox_the_system_controller_has_none(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-older");
	/* the mailbox is the last one passed */
	assert_int_equal(deps_find(&b.x.tree, (struct nodes){ b.board.pass, 2 },
				   (struct nodes){ b.board.pass, 2 }, (struct nodes){ 0 }, &c,
				   &f),
			 0);
	expect_edge(&c, "/scu", "mboxes", DISPOSITION_DROPPED, MU1);
	assert_true(edge_of(&c, "/scu", "mboxes")->loss);
	assert_string_equal(drop_effect("mboxes"),
			    "the guest cannot reach the system controller");
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void starts_at_the_given_nodes(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-older");
	/* the gate does not depend on the port, which is passed anyway */
	assert_int_equal(deps_find(&b.x.tree, (struct nodes){ b.board.pass, 3 },
				   (struct nodes){ b.board.pass, 1 }, (struct nodes){ 0 }, &c,
				   &f),
			 0);
	assert_null(deps_of_node(&c, b.board.pass[1]));
	assert_non_null(deps_of_node(&c, b.board.pass[2]));
	deps_free(&c);
	tree_fixture_close(&b.x);
}

/* usb@5b110000 has a child with registers of its own. */
static void a_child_with_registers_is_not_passed_with_its_parent(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct deps c;
	int usb[2];

	(void)state;
	tree_fixture_board(&b, "board-older");
	usb[0] = tree_at(&b.x.tree, CONN "usb@5b110000");
	usb[1] = tree_at(&b.x.tree, CONN "usb@5b110000/usb@5b120000");
	assert_int_equal(deps_find(&b.x.tree, (struct nodes){ usb, 1 },
				   (struct nodes){ usb, 1 }, (struct nodes){ 0 }, &c, &f),
			 0);
	assert_null(deps_of_node(&c, usb[1]));
	expect_edge(&c, CONN "usb@5b110000", DEPS_CHILD, DISPOSITION_DROPPED,
		    CONN "usb@5b110000/usb@5b120000");
	deps_free(&c);
	assert_int_equal(deps_find(&b.x.tree, (struct nodes){ usb, 2 },
				   (struct nodes){ usb, 1 }, (struct nodes){ 0 }, &c, &f),
			 0);
	assert_int_equal(deps_of_node(&c, usb[1])->disposition, DISPOSITION_PASSED);
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void a_reference_to_the_root_is_dropped(void **state)
{
	static const uint8_t root[] = { 0, 0, 0x7f, 1 };
	struct tree_fixture_board b;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_set(&b.x, "/", "phandle", root, sizeof(root));
	tree_fixture_set(&b.x, FEC1, "extcon", root, sizeof(root));
	find(&b, &c);
	expect_edge(&c, FEC1, "extcon", DISPOSITION_DROPPED, "/");
	assert_null(deps_of_node(&c, 0));
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void a_loop_ends(void **state)
{
	struct tree_fixture_board b;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-loop");
	find(&b, &c);
	expect_edge(&c, "/clock-ring-a", "clocks", DISPOSITION_COPIED, "/clock-ring-b");
	expect_edge(&c, "/clock-ring-b", "clocks", DISPOSITION_COPIED, "/clock-ring-a");
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void a_cycle_of_interrupt_parents_ends(void **state)
{
	struct tree_fixture_board b;
	uint8_t ring[4], self[4] = { 0, 0, 0x7f, 1 };

	(void)state;
	tree_fixture_board(&b, "board-newer");
	tree_fixture_set(&b.x, LPCG0, "phandle", self, sizeof(self));
	memcpy(ring, self, sizeof(ring));
	tree_fixture_set(&b.x, LPCG0, "interrupt-parent", ring, sizeof(ring));
	tree_fixture_set(&b.x, FEC1, "interrupt-parent", ring, sizeof(ring));
	assert_int_equal(device_interrupt_parent(&b.x.tree, tree_at(&b.x.tree, FEC1)), -1);
	tree_fixture_close(&b.x);
}

static void a_broken_reference_of_a_dependency_is_an_error(void **state)
{
	struct tree_fixture_board b;

	(void)state;
	tree_fixture_board(&b, "board-dangling-clock");
	expect_fault(&b, "/system-controller/clock-controller: clocks: no node has phandle "
			 "0xdead");
	tree_fixture_close(&b.x);
	tree_fixture_board(&b, "board-no-provider");
	expect_fault(&b, FEC1 ": clocks: entry 0 has the wrong number of cells");
	tree_fixture_close(&b.x);
	tree_fixture_board(&b, "board-newer");
	tree_fixture_delete(&b.x, "/", "interrupt-parent");
	expect_fault(&b, FEC1 ": interrupts: no interrupt parent");
	tree_fixture_close(&b.x);
}

static void a_broken_reference_elsewhere_is_ignored(void **state)
{
	struct tree_fixture_board b;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-dangling-foreign");
	find(&b, &c);
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void out_of_memory_is_reported_and_nothing_leaks(void **state)
{
	struct tree_fixture_board b;
	bool failed = true;

	(void)state;
	tree_fixture_board(&b, "board-needy");
	for (int n = 1; failed; n++) {
		struct nodes pass = { b.board.pass, b.profile.n_pass };
		struct deps c = { 0 };
		struct fault f = { 0 };
		int ret;

		oom_arm(n);
		ret = deps_find(&b.x.tree, pass, pass, (struct nodes){ 0 }, &c, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(n > 1 || failed);
		deps_free(&c);
	}
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_dependency_of_a_port_once),
		cmocka_unit_test(dropped_edges_have_their_reason),
		cmocka_unit_test(copies_of_a_controller_only_what_is_used),
		cmocka_unit_test(children_of_a_passed_device_are_passed),
		cmocka_unit_test(the_gic_and_the_mailbox_are_replaced),
		cmocka_unit_test(without_a_mailbox_the_system_controller_has_none),
		cmocka_unit_test(starts_at_the_given_nodes),
		cmocka_unit_test(a_child_with_registers_is_not_passed_with_its_parent),
		cmocka_unit_test(a_reference_to_the_root_is_dropped),
		cmocka_unit_test(a_loop_ends),
		cmocka_unit_test(a_cycle_of_interrupt_parents_ends),
		cmocka_unit_test(a_broken_reference_of_a_dependency_is_an_error),
		cmocka_unit_test(a_broken_reference_elsewhere_is_ignored),
		cmocka_unit_test(out_of_memory_is_reported_and_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
