/* SPDX-License-Identifier: Apache-2.0 */
/* The copies of the host's nodes: their properties and references. */
#include <errno.h>

#include "guest_case.h"

static void references_lead_to_copies(void **state)
{
	struct guest_case s;
	uint32_t gate, clk, pd;

	(void)state;
	guest_case_make_from(&s, "board-needy", "virt-new");
	gate = guest_case_phandle(&s, GUEST_LPCG0);
	clk = guest_case_phandle(&s, "/scu/clock-controller");
	pd = guest_case_phandle(&s, "/scu/imx8qx-pd");
	assert_true(gate > 0x8002 && clk > 0x8002 && pd > 0x8002);
	EXPECT(&s, GUEST_FEC1, "clocks", gate, 4, gate, 2, gate, 3, gate, 0, gate, 1);
	EXPECT(&s, GUEST_FEC1, "assigned-clocks", clk, 251, 2, clk, 251, 25);
	EXPECT(&s, GUEST_FEC1, "assigned-clock-rates", 250000000, 125000000);
	EXPECT(&s, GUEST_FEC1, "power-domains", pd, 251);
	EXPECT(&s, GUEST_FEC1, "pinctrl-0", guest_case_phandle(&s, "/scu/pinctrl/fec1grp"));
	EXPECT(&s, GUEST_FEC1, "nvmem-cells",
	       guest_case_phandle(&s, "/scu/imx8qm-ocotp/mac@1c4"));
	EXPECT(&s, GUEST_FEC1, "phy-handle",
	       guest_case_phandle(&s, GUEST_FEC1 "/mdio/ethernet-phy@0"));
	EXPECT(&s, GUEST_LPCG0, "clocks", clk, 251, 2,
	       guest_case_phandle(&s, "/clock-conn-ipg"));
	EXPECT(&s, GUEST_LPCG0, "bit-offset", 0, 4);
	EXPECT(&s, "/scu/imx8qm-ocotp/mac@1c4", "reg", 0x1c4, 6);
	EXPECT(&s, "/scu/clock-controller", "clocks",
	       guest_case_phandle(&s, "/clock-xtal24m"));
	guest_case_close(&s);
}

/* The old name of a phandle, which dtc no longer writes, must not be copied either. */
static void copies_get_new_phandles(void **state)
{
	static const char clk[] = "/system-controller/clock-controller";
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	SET_CELLS(&s, clk, "linux,phandle", guest_case_host_phandle(&s, clk));
	guest_case_make(&s);
	assert_true(guest_case_phandle(&s, clk) > 0x8002);
	assert_false(guest_case_has(&s, clk, "linux,phandle"));
	guest_case_close(&s);
}

static void the_system_controller_has_the_passed_mailbox(void **state)
{
	struct guest_case s;
	uint32_t mu;

	(void)state;
	guest_case_make_from(&s, "board-newer", "virt-new");
	mu = guest_case_phandle(&s, GUEST_MU2);
	EXPECT(&s, "/system-controller", "mboxes", mu, 0, 0, mu, 1, 0, mu, 3, 3);
	assert_string_equal(tree_string(&s.made.tree, guest_case_node(&s, "/aliases"), "mu2"),
			    GUEST_MU2);
	assert_string_equal(tree_string(&s.made.tree, guest_case_node(&s, "/aliases"),
					"ethernet0"),
			    GUEST_FEC1);
	assert_string_equal(tree_string(&s.made.tree, guest_case_node(&s, "/aliases"),
					"serial0"),
			    "/pl011@9000000");
	guest_case_close(&s);
}

/* The passed mailbox is only for the guest's system controller. */
static void another_devices_mailbox_is_not_replaced(void **state)
{
	struct guest_case s;
	struct cells mboxes;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	mboxes = tree_cells(s.guest.host, tree_at(s.guest.host, "/system-controller"),
			    "mboxes");
	SET_CELLS(&s, FEC1, "mboxes", cells_get(mboxes, 0), 0, 0);
	guest_case_make(&s);
	assert_false(guest_case_has(&s, GUEST_FEC1, "mboxes"));
	assert_true(guest_case_has(&s, "/system-controller", "mboxes"));
	guest_case_close(&s);
}

static void dropped_properties_are_not_copied(void **state)
{
	static const char *const gone[][2] = {
		{ GUEST_FEC1, "iommus" },
		{ GUEST_FEC1, "dma-coherent" },
		{ GUEST_FEC1, "fsl,sc_rsrc_id" },
		{ GUEST_FEC1, "memory-region" },
		{ GUEST_FEC1, "phy-reset-gpios" },
		{ GUEST_FEC1 "/mdio/ethernet-phy@0", "interrupts" },
		{ GUEST_FEC1 "/mdio/ethernet-phy@0", "interrupt-parent" },
		{ "/regulator-phy", "gpio" },
		{ "/scu/imx8qx-pd", "wakeup-irq" },
		{ "/scu/pinctrl", "pinctrl-0" },
	};
	static const char *const nodes[] = { "rtc", "watchdog", "thermal-sensor" };
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-needy", "virt-new");
	/* a reference to the system controller copies it with its children */
	SET_CELLS(&s, "/scu", "phandle", 0x7777);
	SET_CELLS(&s, FEC1, "extcon", 0x7777);
	guest_case_make(&s);
	EXPECT(&s, GUEST_FEC1, "extcon", guest_case_phandle(&s, "/scu"));
	for (size_t i = 0; i < sizeof(gone) / sizeof(*gone); i++)
		assert_false(guest_case_has(&s, gone[i][0], gone[i][1]));
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
		assert_int_equal(tree_child(&s.made.tree, guest_case_node(&s, "/scu"),
					    nodes[i]),
				 -1);
	guest_case_close(&s);
}

/* enet1_lpcg is not passed: its clock is dropped, and later ones keep their numbers. */
static void a_dropped_entry_becomes_an_empty_one(void **state)
{
	struct guest_case s;
	uint32_t clk, axi;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	clk = guest_case_host_phandle(&s, "/system-controller/clock-controller");
	axi = guest_case_host_phandle(&s, "/clock-conn-axi");
	SET_CELLS(&s, LPCG0, "clocks", clk, 251, 2,
		  guest_case_host_phandle(&s, CONN "clock-controller@5b240000"), 4, 0, axi);
	guest_case_make(&s);
	EXPECT(&s, GUEST_LPCG0, "clocks",
	       guest_case_phandle(&s, "/system-controller/clock-controller"), 251, 2, 0, 0,
	       guest_case_phandle(&s, "/clock-conn-axi"));
	guest_case_close(&s);
}

/* Linux rejects the whole device if one group of pins is missing. */
static void a_dropped_group_of_pins_leaves_no_entry(void **state)
{
	struct guest_case s;
	uint32_t group, expander;

	(void)state;
	for (int i = 0; i < 3; i++) {
		guest_case_open(&s, "board-needy", "virt-new");
		group = guest_case_host_phandle(&s, "/scu/pinctrl/fec1grp");
		expander = guest_case_host_phandle(&s, "/bus@5a000000/i2c@5a800000/gpio@68");
		if (i == 0)
			SET_CELLS(&s, FEC1, "pinctrl-0", group, expander);
		else if (i == 1)
			SET_CELLS(&s, FEC1, "pinctrl-0", expander, group);
		else
			SET_CELLS(&s, FEC1, "pinctrl-0", expander);
		guest_case_make(&s);
		if (i < 2)
			EXPECT(&s, GUEST_FEC1, "pinctrl-0",
			       guest_case_phandle(&s, "/scu/pinctrl/fec1grp"));
		else
			assert_false(guest_case_has(&s, GUEST_FEC1, "pinctrl-0"));
		guest_case_close(&s);
	}
}

/* Linux searches the map and stops at an empty entry. */
static void an_interrupt_map_gets_no_empty_entry(void **state)
{
	struct guest_case s;
	uint32_t gic, gpio;
	int pass[2];

	(void)state;
	guest_case_open(&s, "board-needy", "virt-new");
	gic = guest_case_host_phandle(&s, "/interrupt-controller@51a00000");
	gpio = guest_case_host_phandle(&s, "/bus@5d000000/gpio@5d090000");
	SET_CELLS(&s, FEC1, "#interrupt-cells", 1);
	SET_CELLS(&s, FEC1, "interrupt-map", 1, gic, 0, 9, 4, 2, gpio, 7, 1);
	pass[0] = tree_at(s.guest.host, FEC1);
	pass[1] = tree_at(s.guest.host, "/bus@5d000000/gpio@5d090000");
	s.guest.pass = pass;
	s.host.profile.n_pass = 2;
	guest_case_make(&s);
	EXPECT(&s, GUEST_FEC1, "interrupt-map", 2,
	       guest_case_phandle(&s, BUS "/gpio@5d090000"), 7, 1);
	guest_case_close(&s);
}

/* Properties for the host's IOMMU are dropped without a check. */
static void a_dropped_property_may_dangle(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	SET_CELLS(&s, FEC1, "iommus", 0xdead, 18, 0x7f80);
	SET_CELLS(&s, FEC1, "msi-parent", 0xdead);
	guest_case_make(&s);
	assert_false(guest_case_has(&s, GUEST_FEC1, "iommus"));
	assert_false(guest_case_has(&s, GUEST_FEC1, "msi-parent"));
	guest_case_close(&s);
}

/* The guest has the MAC, and not the line that the pins are for: both are dropped. */
static void what_a_copy_does_without_may_dangle_or_be_cut(void **state)
{
	static const char phy[] = FEC1 "/mdio/ethernet-phy@0";
	struct guest_case s;
	int fec1;

	(void)state;
	for (int cut = 0; cut < 2; cut++) {
		guest_case_open(&s, "board-needy", "virt-new");
		SET_CELLS(&s, FEC1, "nvmem-cells", 0xdead);
		SET_CELLS(&s, phy, "reset-gpios",
			  guest_case_host_phandle(&s, "/bus@5d000000/gpio@5d090000"), 1, 0);
		SET_CELLS(&s, phy, "pinctrl-0", 0xdead);
		if (cut) {
			tree_fixture_set(&s.host.x, FEC1, "nvmem-cells", "", 1);
			tree_fixture_set(&s.host.x, phy, "pinctrl-0", "", 1);
		}
		fec1 = tree_at(s.guest.host, FEC1);
		s.with_mac = (struct nodes){ &fec1, 1 };
		guest_case_make(&s);
		assert_false(guest_case_has(&s, GUEST_FEC1, "nvmem-cells"));
		assert_false(
			guest_case_has(&s, GUEST_FEC1 "/mdio/ethernet-phy@0", "pinctrl-0"));
		guest_case_close(&s);
	}
}

/* dtc does not make such a tree. */
static void two_properties_of_one_name_are_refused(void **state)
{
	struct guest_case s;
	uint32_t axi;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	axi = guest_case_host_phandle(&s, "/clock-conn-axi");
	tree_fixture_delete(&s.host.x, FEC1, "clocks");
	SET_CELLS(&s, FEC1, "clocks", axi);
	SET_CELLS(&s, FEC1, "clockz", axi, axi);
	tree_fixture_rename(&s.host.x, FEC1, "clockz", "clocks");
	guest_case_refused(&s, -EEXIST,
			   GUEST_FEC1 ": conflicting edits of clocks: as in " FEC1
				      "; as in " FEC1);
}

/* The PHY's interrupt goes to a GPIO controller, which is passed here. */
static void an_interrupt_to_a_passed_device_keeps_its_parent(void **state)
{
	struct guest_case s;
	int pass[2];

	(void)state;
	guest_case_open(&s, "board-needy", "virt-new");
	pass[0] = s.host.board.pass[1];
	pass[1] = tree_at(s.guest.host, "/bus@5d000000/gpio@5d090000");
	s.guest.pass = pass;
	s.host.profile.n_pass = 2;
	guest_case_make(&s);
	EXPECT(&s, GUEST_FEC1 "/mdio/ethernet-phy@0", "interrupts", 5, 8);
	EXPECT(&s, GUEST_FEC1 "/mdio/ethernet-phy@0", "interrupt-parent",
	       guest_case_phandle(&s, BUS "/gpio@5d090000"));
	guest_case_close(&s);
}

/* The lists of references and edges are empty. */
static void a_board_without_references_is_accepted(void **state)
{
	static const char *const left[] = { "interrupts", "dma-coherent", "interrupt-parent" };
	const char *const passed[] = { LPCG0, FEC1, MU2 };
	struct guest_case s;
	struct refs refs;
	struct fault f;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	for (size_t n = 1; n > 0; refs_free(&refs)) {
		char path[TREE_PATH_MAX];

		assert_int_equal(refs_collect(s.guest.host, &refs, &f), 0);
		n = refs.n;
		if (n > 0)
			tree_fixture_delete(&s.host.x,
					    tree_path(s.guest.host, refs.v->from, path),
					    refs.v->property);
	}
	for (int i = 0; i < 9; i++) {
		int size, node = tree_at(s.guest.host, passed[i / 3]);

		if (tree_prop(s.guest.host, node, left[i % 3], &size))
			tree_fixture_delete(&s.host.x, passed[i / 3], left[i % 3]);
	}
	guest_case_make(&s);
	assert_int_equal(s.deps.n_edges, 0);
	guest_case_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_lead_to_copies),
		cmocka_unit_test(copies_get_new_phandles),
		cmocka_unit_test(the_system_controller_has_the_passed_mailbox),
		cmocka_unit_test(another_devices_mailbox_is_not_replaced),
		cmocka_unit_test(dropped_properties_are_not_copied),
		cmocka_unit_test(a_dropped_entry_becomes_an_empty_one),
		cmocka_unit_test(a_dropped_group_of_pins_leaves_no_entry),
		cmocka_unit_test(an_interrupt_map_gets_no_empty_entry),
		cmocka_unit_test(a_dropped_property_may_dangle),
		cmocka_unit_test(what_a_copy_does_without_may_dangle_or_be_cut),
		cmocka_unit_test(two_properties_of_one_name_are_refused),
		cmocka_unit_test(an_interrupt_to_a_passed_device_keeps_its_parent),
		cmocka_unit_test(a_board_without_references_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
