/* SPDX-License-Identifier: Apache-2.0 */
/* What each reference of a board's tree leads to, one at a time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/derive.h"
#include "tree_fixture.h"

#define PINS "/system-controller/pinctrl/fec1grp"
#define PHY FEC1 "/mdio/ethernet-phy@0"
#define USDHC1 "/bus@5b000000/mmc@5b010000"

static struct tree_fixture_board b;
static struct derived d;

static int open_it(void **state)
{
	(void)state;
	tree_fixture_board(&b, "board-newer");
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	derived_free(&d);
	assert_null(d.rsrcs.v);
	tree_fixture_close(&b.x);
	return 0;
}

static int at(const char *path)
{
	return tree_fixture_at(&b.x.tree, path);
}

/* Find the profile's nodes again: a changed tree has others. */
static void resolve_again(void)
{
	struct fault f = { 0 };

	if (resolve_profile(&b.profile, &b.x.tree, &b.board, &f))
		fail_msg("%s", f.text);
}

/* Derive from the first n references of v. */
static void derive_from(struct ref *v, size_t n)
{
	const struct refs refs = { v, n };
	struct fault f = { 0 };

	derived_free(&d);
	if (derive(&b.board, &refs, &d, &f))
		fail_msg("%s", f.text);
}

/* A needed reference from one node to another; to is NULL: it dangles. */
static struct ref refer(const char *from, const char *property, const char *to)
{
	return (struct ref){
		.from = at(from), .property = property, .needed = true, .to = to ? at(to) : -1
	};
}

static void expect_removed(const char *const *names, size_t n)
{
	assert_int_equal(d.remove.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(d.remove.v[i].node, at(FEC1));
		assert_string_equal(d.remove.v[i].property, names[i]);
		assert_int_equal(d.remove.v[i].target == -1, i > 0);
	}
}

static void references_that_still_work_are_not_removed(void **state)
{
	static const char *const kept[] = {
		"interrupt-map", "interrupt-parent", "interrupts-extended",
		"iommu-map",	 "iommus",	     "memory-region",
		"msi-map",	 "msi-parent"
	};
	static const char *const removed[] = { "interrupts" };
	struct ref v[9];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		v[i] = refer(FEC1, kept[i], "/iommu@51400000");
	v[8] = refer(FEC1, removed[0], "/iommu@51400000");
	derive_from(v, 8);
	expect_removed(NULL, 0);
	derive_from(v, 9);
	expect_removed(removed, 1);
}

static void what_names_or_numbers_the_entries_goes_with_them(void **state)
{
	static const char *const clocks[] = { "assigned-clocks", "assigned-clock-parents",
					      "assigned-clock-rates",
					      "assigned-clock-rates-u64" };
	static const char *const pins[] = { "pinctrl-1", "pinctrl-names" };
	static const char *const resets[] = { "resets", "reset-names" };
	struct ref v[2];

	(void)state;
	for (size_t i = 1; i < 4; i++)
		tree_fixture_set(&b.x, FEC1, clocks[i], NULL, 0);
	resolve_again();
	v[0] = refer(FEC1, clocks[0], "/iommu@51400000");
	derive_from(v, 1);
	expect_removed(clocks, 4);
	v[1] = refer(FEC1, clocks[1], NULL); /* it is removed once */
	derive_from(v, 2);
	expect_removed(clocks, 4);
	v[0] = refer(FEC1, pins[0], PINS);
	derive_from(v, 1);
	expect_removed(pins, 2);
	v[0] = refer(FEC1, resets[0], "/iommu@51400000");
	derive_from(v, 1);
	expect_removed(resets, 1); /* it has no names */
	tree_fixture_set(&b.x, FEC1, resets[1], NULL, 0);
	resolve_again();
	derive_from(v, 1);
	expect_removed(resets, 2);
}

static void only_pin_groups_have_pads(void **state)
{
	struct ref v[] = { refer(FEC1, "clocks", PINS), refer(FEC1, "pinctrl-0", NULL),
			   refer(FEC1, "pinctrl-1", PINS) };

	(void)state;
	derive_from(v, 2);
	assert_int_equal(d.pads.n, 0);
	derive_from(v, 3);
	assert_int_equal(d.pads.n, 2);
	assert_int_equal(d.pads.v[0].node, at(PINS));
}

static void a_bus_is_not_disabled_for_a_part_of_it(void **state)
{
	struct ref v[2];

	(void)state;
	tree_fixture_add(&b.x, "/bus@5b000000", "part");
	tree_fixture_add(&b.x, "/", "part");
	resolve_again();
	v[0] = refer("/bus@5b000000/part", "phy-handle", PHY);
	v[1] = refer("/part", "phy-handle", PHY);
	derive_from(v, 2);
	assert_int_equal(d.disable.n, 0);
	/* a node that a driver binds to is, for the first reference */
	tree_fixture_set(&b.x, "/part", "compatible", "vendor,switch", 14);
	tree_fixture_add(&b.x, "/part", "port");
	resolve_again();
	v[0] = refer("/part/port", "phy-handle", PHY);
	v[1] = refer("/part", "phys", PHY);
	derive_from(v, 2);
	assert_int_equal(d.disable.n, 1);
	assert_int_equal(d.disable.v[0].node, at("/part"));
	assert_string_equal(d.disable.v[0].property, "phy-handle");
	tree_fixture_set(&b.x, "/part", "compatible", "simple-mfd", 11);
	resolve_again();
	derive_from(v, 2);
	assert_int_equal(d.disable.n, 0);
}

/* A node that the patch disables uses no regulator, and the node after it does. */
static void a_regulator_of_a_node_after_a_disabled_one_is_in_use(void **state)
{
	struct ref v[4];

	(void)state;
	tree_fixture_add(&b.x, "/", "regulator");
	tree_fixture_add(&b.x, "/bus@5b000000", "user");
	tree_fixture_set(&b.x, "/bus@5b000000/user", "compatible", "vendor,user", 12);
	tree_fixture_add(&b.x, "/bus@5b000000", "needy");
	tree_fixture_set(&b.x, "/bus@5b000000/needy", "compatible", "vendor,needy", 13);
	resolve_again();
	v[0] = refer("/bus@5b000000/needy", "phy-handle", PHY);
	v[1] = refer("/bus@5b000000/needy", "phy-supply", "/regulator");
	v[2] = refer(PHY, "vddio-supply", "/regulator");
	v[3] = refer("/bus@5b000000/user", "vmmc-supply", "/regulator");
	derive_from(v, 3);
	assert_int_equal(d.disable.n, 1);
	assert_int_equal(d.keep_on.n, 1);
	assert_int_equal(d.keep_on.v[0].node, at("/regulator"));
	assert_int_equal(d.keep_on.v[0].target, at(PHY));
	derive_from(v, 4);
	assert_int_equal(d.keep_on.n, 0);
}

/* Compared with each other, they would take minutes. */
static void very_many_references_take_no_time(void **state)
{
	enum {
		N = 300000
	};
	struct ref *v = calloc(N, sizeof(*v));
	char(*names)[16] = calloc(N, sizeof(*names));

	(void)state;
	assert_non_null(v);
	assert_non_null(names);
	for (int i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "x%d-supply", i);
		v[i] = (struct ref){ .from = at(FEC1), .to = at(PINS), .property = names[i] };
	}
	alarm(20);
	derive_from(v, N);
	alarm(0);
	assert_int_equal(d.remove.n, N);
	assert_int_equal(d.keep_on.n, 1);
	free(names);
	free(v);
}

static void only_a_supply_of_a_passed_node_is_kept_on(void **state)
{
	struct ref v[] = { refer(PHY, "vddio-supply", "/iommu@51400000"),
			   refer(PHY, "vddio-supply", NULL),
			   refer(PHY, "supply", "/iommu@51400000"),
			   refer(PHY, "vddio-supplies", "/iommu@51400000"),
			   refer(USDHC1, "vmmc-supply", "/chosen") };

	(void)state;
	derive_from(v, 0);
	assert_int_equal(d.keep_on.n, 0);
	derive_from(v + 1, 4);
	assert_int_equal(d.keep_on.n, 0);
	derive_from(v, 5);
	assert_int_equal(d.keep_on.n, 1);
}

static void expect_resources(const char *text)
{
	char buf[DERIVED_TEXT_MAX] = "what was there";

	assert_string_equal(derived_ids_text(&b.board, &d.rsrcs, buf), text);
}

static void each_resource_of_a_node_is_listed_once_with_its_source(void **state)
{
	static const uint8_t resource[] = { 0, 0, 0, 251 },
			     own[] = { 0, 0, 0, 7, 0, 0, 0, 251 };
	struct ref v[] = { refer(FEC1, "power-domains", "/chosen"),
			   refer(FEC1, "power-domains", "/chosen") };

	(void)state;
	v[0].args = (struct cells){ resource, 1 };
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "\0\0\0\x90\0\0\0\xfb", 8);
	tree_fixture_set(&b.x, MU2, "fsl,sc_rsrc_id", "\0\0\0\xd7", 4);
	tree_fixture_set(&b.x, LPCG0, "imxpt,no-dma-rsrcs", "\0\0\0\x91", 4);
	resolve_again();
	b.profile.pass[1].rsrcs = (struct cells){ own, 2 };
	b.profile.domain.rsrcs = (struct cells){ own, 1 };
	derive_from(v, 2);
	expect_resources("215 from reg of mailbox@5d1d0000, "
			 "145 from imxpt,no-dma-rsrcs of clock-controller@5b230000, "
			 "144 251 from fsl,sc_rsrc_id of ethernet@5b040000, "
			 "7 from the profile, for ethernet@5b040000, 7 from the profile");
	/* a reference without arguments names no resource */
	tree_fixture_delete(&b.x, FEC1, "fsl,sc_rsrc_id");
	resolve_again();
	b.profile.pass[1].rsrcs.n = 0;
	derive_from(v + 1, 1);
	expect_resources("215 from reg of mailbox@5d1d0000, "
			 "145 from imxpt,no-dma-rsrcs of clock-controller@5b230000, "
			 "7 from the profile");
	derive_from(v, 0);
	expect_resources("215 from reg of mailbox@5d1d0000, "
			 "145 from imxpt,no-dma-rsrcs of clock-controller@5b230000, "
			 "7 from the profile");
	b.profile.domain.rsrcs.n = 0;
	derive_from(v, 1);
	expect_resources("215 from reg of mailbox@5d1d0000, "
			 "145 from imxpt,no-dma-rsrcs of clock-controller@5b230000, "
			 "251 from power-domains of ethernet@5b040000");
}

/* The devices after the profile's last one are not its own. */
static void only_the_profiles_devices_have_resources(void **state)
{
	struct pass mailbox = b.profile.pass[2];

	(void)state;
	tree_fixture_set(&b.x, FEC1, "fsl,sc_rsrc_id", "\0\0\0\xfb", 4);
	resolve_again();
	b.profile.n_pass = 2;
	derive_from(NULL, 0);
	expect_resources("251 from fsl,sc_rsrc_id of ethernet@5b040000");
	b.profile.pass[2] = b.profile.pass[1];
	b.profile.pass[1] = b.profile.pass[0];
	b.profile.pass[0] = mailbox;
	b.profile.n_pass = 3;
	resolve_again();
	derive_from(NULL, 0);
	expect_resources("215 from reg of mailbox@5d1d0000, "
			 "251 from fsl,sc_rsrc_id of ethernet@5b040000");
	b.profile.n_pass = 2;
	derive_from(NULL, 0);
	expect_resources("215 from reg of mailbox@5d1d0000");
}

static void the_reason_of_a_removal_names_the_target(void **state)
{
	static const struct {
		const char *target, *text;
	} rows[] = {
		{ NULL, "it belongs to a reference that is removed" },
		{ USDHC1, "only the guest may use it: it refers to " USDHC1 },
		{ LPCG0, "only the guest may use it: it refers to " LPCG0
			 ", which is passed through" },
		{ "/", "only the guest may use it: it refers to /" },
	};
	char buf[DERIVED_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct derived_ref ref = { .node = at(FEC1),
					   .property = "x",
					   .target =
						   rows[i].target ? at(rows[i].target) : -1 };

		assert_string_equal(derived_removal_text(&b.board, &ref, buf), rows[i].text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(references_that_still_work_are_not_removed),
		TEST(what_names_or_numbers_the_entries_goes_with_them),
		TEST(only_pin_groups_have_pads),
		TEST(a_bus_is_not_disabled_for_a_part_of_it),
		TEST(a_regulator_of_a_node_after_a_disabled_one_is_in_use),
		TEST(very_many_references_take_no_time),
		TEST(only_a_supply_of_a_passed_node_is_kept_on),
		TEST(each_resource_of_a_node_is_listed_once_with_its_source),
		TEST(only_the_profiles_devices_have_resources),
		TEST(the_reason_of_a_removal_names_the_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
