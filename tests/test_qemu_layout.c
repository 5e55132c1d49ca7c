/* SPDX-License-Identifier: Apache-2.0 */
/* The devices of a dumped tree and the passed ones on QEMU's platform bus. */
#include <errno.h>
#include <stdio.h>

#include "guest_case.h"

#define MOVED "the dumped tree has it at another address or interrupt than QEMU assigns"

static void a_dumped_device_keeps_its_slot_before_the_passed_ones(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_make_from(&s, "board-newer", "virt-tpm");
	EXPECT(&s, BUS, "ranges", WINDOW(0, 0xc000000, 0x5000),
	       WINDOW(0x5b230000, 0xc010000, 0x10000), WINDOW(0x5b040000, 0xc020000, 0x10000),
	       WINDOW(0x5d1d0000, 0xc030000, 0x10000));
	EXPECT(&s, BUS "/tpm_tis@0", "reg", 0, 0, 0, 0x5000);
	EXPECT(&s, GUEST_FEC1, "interrupts", 0, 0x71, 4, 0, 0x72, 4, 0, 0x73, 4, 0, 0x74, 4);
	guest_case_close(&s);
}

/* QEMU writes the device that it takes last first. */
static void the_order_in_the_dump_does_not_matter(void **state)
{
	static const uint8_t reg[] = { 0, 0, 0x80, 0, 0, 0, 0x40, 0 };
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-tpm");
	tree_fixture_add(&s.virt, BUS, "vars@8000");
	tree_fixture_set(&s.virt, BUS "/vars@8000", "reg", reg, sizeof(reg));
	assert_true(tree_at(&s.virt.tree, BUS "/vars@8000") <
		    tree_at(&s.virt.tree, BUS "/tpm_tis@0"));
	guest_case_make(&s);
	EXPECT(&s, BUS "/vars@8000", "reg", 0, 0x8000, 0, 0x4000);
	EXPECT(&s, GUEST_FEC1, "interrupts", 0, 0x71, 4, 0, 0x72, 4, 0, 0x73, 4, 0, 0x74, 4);
	guest_case_close(&s);
}

static void a_dumped_device_at_another_address_is_refused(void **state)
{
	static const uint8_t reg[] = { 0, 1, 0, 0, 0, 0, 0x50, 0 };
	struct guest_case s;
	struct fault f;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-tpm");
	tree_fixture_set(&s.virt, BUS "/tpm_tis@0", "reg", reg, sizeof(reg));
	assert_int_equal(guest_case_plan(&s, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, "tpm_tis@0: " MOVED);
	assert_string_equal(f.fix, "dump the tree again with the line of 'imxpt qemu --dump'");
	guest_case_close(&s);
}

static void a_dumped_device_has_its_interrupts_in_a_row(void **state)
{
	uint8_t irqs[] = { 0, 0, 0, 0, 0, 0, 0, 112, 0, 0, 0, 4,
			   0, 0, 0, 0, 0, 0, 0, 113, 0, 0, 0, 4 };
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	tree_fixture_add(&s.virt, BUS, "lines");
	tree_fixture_set(&s.virt, BUS "/lines", "interrupts", irqs, sizeof(irqs));
	guest_case_make(&s);
	EXPECT(&s, GUEST_FEC1, "interrupts", 0, 114, 4, 0, 115, 4, 0, 116, 4, 0, 117, 4);
	guest_case_close(&s);

	guest_case_open(&s, "board-newer", "virt-new");
	tree_fixture_add(&s.virt, BUS, "lines");
	irqs[19]++;
	tree_fixture_set(&s.virt, BUS "/lines", "interrupts", irqs, sizeof(irqs));
	guest_case_refused(&s, -EINVAL, "lines: " MOVED);
}

static void the_controller_of_the_bus_must_be_a_gic(void **state)
{
	static const uint8_t one[] = { 0, 0, 0, 1 };
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.virt, "/intc@8000000", "#interrupt-cells", one, sizeof(one));
	guest_case_refused(&s, -EINVAL, BUS ": its interrupt parent is not a GIC");
}

static void two_devices_of_one_address_are_refused(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	SET_CELLS(&s, LPCG0, "reg", 0x5b04f000, 0x10000);
	guest_case_refused(
		&s, -EINVAL,
		"clock-controller@5b230000 and ethernet@5b040000 have the same address");
}

static void too_many_devices_are_refused(void **state)
{
	struct guest_case s;
	char name[16];

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	for (int i = 0; i < BUS_DEVICES_MAX - 3; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		tree_fixture_add(&s.virt, BUS, name);
	}
	guest_case_make(&s);
	guest_case_close(&s);

	guest_case_open(&s, "board-newer", "virt-new");
	for (int i = 0; i < BUS_DEVICES_MAX - 2; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		tree_fixture_add(&s.virt, BUS, name);
	}
	guest_case_refused(&s, -E2BIG, "more than 32 devices on the platform bus");
}

static void cells_that_do_not_fit_are_refused(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-wrong-cells", "virt-new");
	guest_case_refused(&s, -EINVAL,
			   FEC1 ": interrupts does not fit the cells of its parent");
	guest_case_open(&s, "board-newer", "virt-new");
	SET_CELLS(&s, FEC1, "reg", 0x5b040000, 0x10000, 0);
	guest_case_refused(&s, -EINVAL, FEC1 ": reg does not fit the cells of its parent");
}

static void a_guests_tree_is_not_a_dump(void **state)
{
	static struct bus_layout again;
	struct guest_case s;
	struct fault f = { 0 };

	(void)state;
	guest_case_make_from(&s, "board-newer", "virt-new");
	assert_int_equal(bus_layout_read(&s.made.tree, &again, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, BUS ": ranges does not have one window");
	assert_string_equal(f.fix,
			    "give the tree that QEMU dumped, not one that was made for a "
			    "guest");
	guest_case_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dumped_device_keeps_its_slot_before_the_passed_ones),
		cmocka_unit_test(the_order_in_the_dump_does_not_matter),
		cmocka_unit_test(a_dumped_device_at_another_address_is_refused),
		cmocka_unit_test(a_dumped_device_has_its_interrupts_in_a_row),
		cmocka_unit_test(the_controller_of_the_bus_must_be_a_gic),
		cmocka_unit_test(two_devices_of_one_address_are_refused),
		cmocka_unit_test(too_many_devices_are_refused),
		cmocka_unit_test(cells_that_do_not_fit_are_refused),
		cmocka_unit_test(a_guests_tree_is_not_a_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
