/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses and interrupts of the passed devices in the guest's tree. */
#include <errno.h>
#include <stdio.h>

#include "guest/deps.h"
#include "guest_case.h"
#include "oom.h"

static void devices_keep_their_addresses_and_get_windows(void **state)
{
	static const struct {
		const char *virt, *bus;
		uint32_t gic;
	} dumps[] = { { "virt-new", BUS, 0x8002 },
		      { "virt-old", "/platform@c000000", 0x8001 } };
	static const char *const boards[] = { "board-older", "board-newer" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct guest_case s;
		char path[64];

		guest_case_make_from(&s, boards[i / 2], dumps[i % 2].virt);
		EXPECT(&s, dumps[i % 2].bus, "ranges", WINDOW(0x5b230000, 0xc000000, 0x10000),
		       WINDOW(0x5b040000, 0xc010000, 0x10000),
		       WINDOW(0x5d1d0000, 0xc020000, 0x10000));
		EXPECT(&s, dumps[i % 2].bus, "#address-cells", 2);
		EXPECT(&s, dumps[i % 2].bus, "#size-cells", 2);
		EXPECT(&s, dumps[i % 2].bus, "interrupt-parent", dumps[i % 2].gic);
		snprintf(path, sizeof(path), "%s/ethernet@5b040000", dumps[i % 2].bus);
		EXPECT(&s, path, "reg", 0, 0x5b040000, 0, 0x10000);
		EXPECT(&s, path, "interrupts", 0, 0x70, 4, 0, 0x71, 4, 0, 0x72, 4, 0, 0x73, 4);
		assert_false(guest_case_has(&s, path, "interrupt-parent"));
		snprintf(path, sizeof(path), "%s/mailbox@5d1d0000", dumps[i % 2].bus);
		EXPECT(&s, path, "interrupts", 0, 0x74, 4);
		assert_true(tree_is_enabled(&s.made.tree, guest_case_node(&s, path)));
		guest_case_close(&s);
	}
}

static void triggers_are_the_hosts(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	SET_CELLS(&s, FEC1, "interrupts", 0, 258, 1, 0, 256, 4, 0, 257, 2, 0, 259, 8);
	guest_case_make(&s);
	EXPECT(&s, GUEST_FEC1, "interrupts", 0, 0x70, 1, 0, 0x71, 4, 0, 0x72, 1, 0, 0x73, 4);
	guest_case_close(&s);
}

static void interrupts_extended_is_read_too(void **state)
{
	struct guest_case s;
	uint32_t gic, gpio;

	(void)state;
	guest_case_open(&s, "board-needy", "virt-new");
	gic = guest_case_host_phandle(&s, "/interrupt-controller@51a00000");
	gpio = guest_case_host_phandle(&s, "/bus@5d000000/gpio@5d090000");
	SET_CELLS(&s, FEC1, "interrupts-extended", gic, 0, 258, 4, gpio, 7, 1);
	guest_case_make(&s);
	EXPECT(&s, GUEST_FEC1, "interrupts", 0, 0x70, 4, 0, 0x71, 1);
	assert_false(guest_case_has(&s, GUEST_FEC1, "interrupts-extended"));
	EXPECT(&s, GUEST_MU2, "interrupts", 0, 0x72, 4);
	guest_case_close(&s);
}

/* usb@5b110000 is a bus, and its child has registers; both are passed. */
static void a_device_below_a_device_keeps_its_parent(void **state)
{
	struct guest_case s;
	int usb[2];

	(void)state;
	guest_case_open(&s, "board-older", "virt-new");
	usb[0] = tree_at(s.guest.host, CONN "usb@5b110000");
	usb[1] = tree_at(s.guest.host, CONN "usb@5b110000/usb@5b120000");
	s.guest.pass = usb;
	s.host.profile.n_pass = 2;
	guest_case_make(&s);
	EXPECT(&s, BUS, "ranges", WINDOW(0x5b110000, 0xc000000, 0x10000),
	       WINDOW(0x5b120000, 0xc010000, 0x10000));
	EXPECT(&s, BUS "/usb@5b110000", "reg", 0, 0x5b110000, 0, 0x10000);
	EXPECT(&s, BUS "/usb@5b110000/usb@5b120000", "reg", 0x5b120000, 0x10000);
	/* the parent has other cells, so the one-to-one ranges are written out */
	EXPECT(&s, BUS "/usb@5b110000", "ranges", 0, 0, 0, 0x80000000, 0x80000000, 0,
	       0x80000000, 0x80000000);
	guest_case_close(&s);
}

/* Its parent is the same, so its ranges are. */
static void a_bus_below_a_device_keeps_its_ranges(void **state)
{
	struct guest_case s;
	int usb[2];

	(void)state;
	guest_case_open(&s, "board-older", "virt-new");
	tree_fixture_set(&s.host.x, CONN "usb@5b110000/usb@5b120000", "dma-ranges", NULL, 0);
	SET_CELLS(&s, CONN "usb@5b110000/usb@5b120000", "ranges", 0, 1, 0x5b120000, 0x8000);
	usb[0] = tree_at(s.guest.host, CONN "usb@5b110000");
	usb[1] = tree_at(s.guest.host, CONN "usb@5b110000/usb@5b120000");
	s.guest.pass = usb;
	s.host.profile.n_pass = 2;
	guest_case_make(&s);
	EXPECT(&s, BUS "/usb@5b110000/usb@5b120000", "ranges", 0, 1, 0x5b120000, 0x8000);
	assert_true(guest_case_has(&s, BUS "/usb@5b110000/usb@5b120000", "dma-ranges"));
	guest_case_close(&s);
}

static void a_device_below_one_that_translates_is_refused(void **state)
{
	struct fault f;
	struct guest_case s;
	int usb[2];

	(void)state;
	guest_case_open(&s, "board-older", "virt-new");
	SET_CELLS(&s, CONN "usb@5b110000", "ranges", 0, 0x5b110000, 0x20000);
	usb[0] = tree_at(s.guest.host, CONN "usb@5b110000");
	usb[1] = tree_at(s.guest.host, CONN "usb@5b110000/usb@5b120000");
	s.guest.pass = usb;
	s.host.profile.n_pass = 2;
	assert_int_equal(guest_case_plan(&s, &f), -ENOTSUP);
	tree_fixture_says(&f, -ENOTSUP,
			  CONN "usb@5b110000/usb@5b120000: it is below a passed device "
			       "that translates addresses");
	guest_case_close(&s);
}

/* One byte of ranges is no entry, but not empty. */
static void a_device_below_a_part_that_translates_is_refused(void **state)
{
	struct guest_case s;
	struct fault f;
	int nodes[2];

	(void)state;
	guest_case_open(&s, "board-older", "virt-new");
	tree_fixture_add(&s.host.x, CONN "usb@5b110000", "part");
	tree_fixture_set(&s.host.x, CONN "usb@5b110000/part", "ranges", "", 1);
	tree_fixture_add(&s.host.x, CONN "usb@5b110000/part", "device@0");
	SET_CELLS(&s, CONN "usb@5b110000/part/device@0", "reg", 0, 0, 0x1000);
	nodes[0] = tree_at(s.guest.host, CONN "usb@5b110000");
	nodes[1] = tree_at(s.guest.host, CONN "usb@5b110000/part/device@0");
	s.guest.pass = nodes;
	s.host.profile.n_pass = 2;
	assert_int_equal(guest_case_plan(&s, &f), -ENOTSUP);
	guest_case_close(&s);
}

static void memory_may_run_out_for_a_device_below_a_device(void **state)
{
	bool failed = true;

	(void)state;
	for (int n = 1; failed; n++) {
		struct guest_case s;
		struct fault f;
		int usb[2], ret;

		guest_case_open(&s, "board-older", "virt-new");
		usb[0] = tree_at(s.guest.host, CONN "usb@5b110000");
		usb[1] = tree_at(s.guest.host, CONN "usb@5b110000/usb@5b120000");
		s.guest.pass = usb;
		s.host.profile.n_pass = 2;
		oom_arm(n);
		ret = guest_case_plan(&s, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		guest_case_close(&s);
	}
}

static void ranges_of_a_passed_bus_get_the_cells_above_it(void **state)
{
	struct guest_case s;
	int usb;

	(void)state;
	guest_case_open(&s, "board-older", "virt-new");
	SET_CELLS(&s, CONN "usb@5b110000", "ranges", 0, 0x5b110000, 0x8000, 0x8000, 0x5b118000,
		  0x8000);
	SET_CELLS(&s, CONN "usb@5b110000", "dma-ranges", 0, 0x80000000, 0x40000000);
	usb = tree_at(s.guest.host, CONN "usb@5b110000");
	s.guest.pass = &usb;
	s.host.profile.n_pass = 1;
	guest_case_make(&s);
	EXPECT(&s, BUS "/usb@5b110000", "ranges", 0, 0, 0x5b110000, 0x8000, 0x8000, 0,
	       0x5b118000, 0x8000);
	EXPECT(&s, BUS "/usb@5b110000", "dma-ranges", 0, 0, 0x80000000, 0x40000000);
	guest_case_close(&s);
}

/* A passed bus whose parent has this count of address cells; NULL: it does not say. */
static void open_usb(struct guest_case *s, int *usb, const uint32_t *above)
{
	guest_case_open(s, "board-older", "virt-new");
	if (above)
		guest_case_set_cells(s, "/bus@5b000000", "#address-cells", 1, above);
	else
		tree_fixture_delete(&s->host.x, "/bus@5b000000", "#address-cells");
	tree_fixture_delete(&s->host.x, CONN "usb@5b110000", "reg");
	*usb = tree_at(s->guest.host, CONN "usb@5b110000");
	s->guest.pass = usb;
	s->host.profile.n_pass = 1;
}

static void the_parent_has_two_address_cells_at_most(void **state)
{
	static const uint32_t two = 2, three = 3;
	struct guest_case s;
	int usb;

	(void)state;
	open_usb(&s, &usb, NULL); /* as two */
	SET_CELLS(&s, CONN "usb@5b110000", "ranges", 0, 1, 0x5b110000, 0x8000);
	guest_case_make(&s);
	EXPECT(&s, BUS "/usb@5b110000", "ranges", 0, 1, 0x5b110000, 0x8000);
	guest_case_close(&s);
	open_usb(&s, &usb, &two);
	SET_CELLS(&s, CONN "usb@5b110000", "ranges", 0, 1, 0x5b110000, 0x8000);
	guest_case_make(&s);
	EXPECT(&s, BUS "/usb@5b110000", "ranges", 0, 1, 0x5b110000, 0x8000);
	guest_case_close(&s);
	open_usb(&s, &usb, &three);
	SET_CELLS(&s, CONN "usb@5b110000", "ranges", 0, 0, 1, 0x5b110000, 0x8000);
	guest_case_refused(&s, -EINVAL, CONN "usb@5b110000: ranges does not fit its cells");
}

/* Nothing is translated, with each number of cells. */
static void empty_ranges_keep_their_meaning(void **state)
{
	struct guest_case s;
	int usb;

	(void)state;
	for (uint32_t cells = 1; cells <= 3; cells++) {
		guest_case_open(&s, "board-older", "virt-new");
		tree_fixture_set(&s.host.x, CONN "usb@5b110000", "dma-ranges", NULL, 0);
		SET_CELLS(&s, CONN "usb@5b110000", "#address-cells", cells);
		SET_CELLS(&s, CONN "usb@5b110000", "#size-cells", cells);
		usb = tree_at(s.guest.host, CONN "usb@5b110000");
		s.guest.pass = &usb;
		s.host.profile.n_pass = 1;
		if (cells == 3) {
			guest_case_refused(&s, -EINVAL,
					   CONN "usb@5b110000: ranges does not "
						"fit its cells");
			break;
		}
		guest_case_make(&s);
		EXPECT(&s, BUS "/usb@5b110000", "#address-cells", cells);
		assert_int_equal(tree_cells(&s.made.tree,
					    guest_case_node(&s, BUS "/usb@5b110000"), "ranges")
					 .n,
				 cells == 1 ? 8 : 0);
		assert_true(guest_case_has(&s, BUS "/usb@5b110000", "dma-ranges"));
		guest_case_close(&s);
	}
}

/* Cells that no real tree has, and whose sum overflows or is 0. */
static void ranges_of_strange_cells_are_refused(void **state)
{
	static const uint32_t strange[] = { 0xffffffff, 5, 0 };

	(void)state;
	for (int i = 0; i < 2 * 3; i++) {
		struct guest_case s;
		int usb;

		guest_case_open(&s, "board-older", "virt-new");
		SET_CELLS(&s, CONN "usb@5b110000", "#size-cells", 0);
		SET_CELLS(&s, CONN "usb@5b110000", i % 2 ? "#address-cells" : "#size-cells",
			  strange[i / 2]);
		SET_CELLS(&s, CONN "usb@5b110000", "ranges", 0, 0x5b110000, 0x8000);
		usb = tree_at(s.guest.host, CONN "usb@5b110000");
		s.guest.pass = &usb;
		s.host.profile.n_pass = 1;
		guest_case_refused(&s, -EINVAL,
				   CONN "usb@5b110000: ranges does not fit its cells");
	}
}

static void more_regions_than_any_device_has_are_not_read(void **state)
{
	static const uint8_t reg[(DEVICE_REGIONS_MAX + 2) * 8] = { 0 };
	struct device_regs regs;
	struct fault f = { 0 };
	struct tree_fixture x;

	(void)state;
	tree_fixture_open(&x, "board-newer");
	for (size_t n = DEVICE_REGIONS_MAX - 1; n <= DEVICE_REGIONS_MAX + 2; n++) {
		tree_fixture_set(&x, FEC1, "reg", reg, n * 8);
		assert_int_equal(device_regs_read(&x.tree, tree_at(&x.tree, FEC1), &regs, &f),
				 0);
		assert_int_equal(regs.n_regions > DEVICE_REGIONS_MAX, n > DEVICE_REGIONS_MAX);
		assert_int_equal(regs.n_irqs, 4);
	}
	tree_fixture_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_keep_their_addresses_and_get_windows),
		cmocka_unit_test(triggers_are_the_hosts),
		cmocka_unit_test(interrupts_extended_is_read_too),
		cmocka_unit_test(a_device_below_a_device_keeps_its_parent),
		cmocka_unit_test(a_bus_below_a_device_keeps_its_ranges),
		cmocka_unit_test(a_device_below_one_that_translates_is_refused),
		cmocka_unit_test(a_device_below_a_part_that_translates_is_refused),
		cmocka_unit_test(memory_may_run_out_for_a_device_below_a_device),
		cmocka_unit_test(ranges_of_a_passed_bus_get_the_cells_above_it),
		cmocka_unit_test(the_parent_has_two_address_cells_at_most),
		cmocka_unit_test(empty_ranges_keep_their_meaning),
		cmocka_unit_test(ranges_of_strange_cells_are_refused),
		cmocka_unit_test(more_regions_than_any_device_has_are_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
