/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest/deps.h"
#include "oom.h"
#include "tree_fixture.h"

static struct tree_fixture x;

static int open_it(void **state)
{
	(void)state;
	tree_fixture_open(&x, "device-regs");
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	tree_fixture_close(&x);
	return 0;
}

/* Set the property to n cells, of which the first are given. */
static void set_cells(const char *path, const char *name, size_t n, uint32_t first)
{
	uint8_t value[4 * 256] = { 0 };

	assert_true(4 * n <= sizeof(value));
	for (size_t i = 0; i < n; i++)
		value[4 * i + 3] = (uint8_t)(first + i);
	tree_fixture_set(&x, path, name, value, 4 * n);
}

static struct device_regs read_device(const char *path)
{
	struct fault f = { 0 };
	struct device_regs d;

	if (device_regs_read(&x.tree, tree_at(&x.tree, path), &d, &f))
		fail_msg("%s", f.text);
	return d;
}

/* The device is refused, with the text after its path, and out keeps what it had. */
static void assert_refused(const char *path, const char *why)
{
	struct device_regs d = { .n_irqs = 99 };
	struct fault f = { 0 };
	char text[FAULT_TEXT_MAX];

	assert_int_equal(device_regs_read(&x.tree, tree_at(&x.tree, path), &d, &f), -EINVAL);
	snprintf(text, sizeof(text), "%s: %s", path, why);
	assert_string_equal(f.text, text);
	assert_int_equal(d.n_irqs, 99);
}

static void reads_registers_and_interrupts_in_their_order(void **state)
{
	struct device_regs d = read_device("/bus/plain");

	(void)state;
	assert_string_equal(d.name, "plain");
	assert_int_equal(d.n_regions, 2);
	assert_true(d.address[0] == 0x1000 && d.size[0] == 0x10);
	assert_true(d.address[1] == 0x2000 && d.size[1] == 0x20);
	assert_int_equal(d.n_irqs, 3);
	assert_true(d.irq[0] == 5 && d.trigger[0] == TRIGGER_LEVEL);
	assert_true(d.irq[1] == 6 && d.trigger[1] == TRIGGER_EDGE);
	assert_true(d.irq[2] == 7 && d.trigger[2] == TRIGGER_LEVEL);
	d = read_device("/bus/bare");
	assert_true(d.n_regions == 0 && d.n_irqs == 0);
}

static void reads_two_cells_as_one_number(void **state)
{
	struct device_regs d = read_device("/wide");

	(void)state;
	assert_int_equal(d.n_regions, 1);
	assert_true(d.address[0] == 0x100000002 && d.size[0] == 0x300000004);
	assert_true(d.n_irqs == 1 && d.irq[0] == 3 && d.trigger[0] == TRIGGER_EDGE);
}

static void counts_cells_as_the_specification_where_the_parent_does_not(void **state)
{
	struct device_regs d;

	(void)state;
	tree_fixture_delete(&x, "/bus", "#address-cells");
	tree_fixture_delete(&x, "/bus", "#size-cells");
	set_cells("/bus/plain", "reg", 3, 1);
	d = read_device("/bus/plain");
	assert_true(d.n_regions == 1 && d.address[0] == 0x100000002 && d.size[0] == 3);
}

static void reads_extended_interrupts_of_several_controllers(void **state)
{
	struct device_regs d = read_device("/bus/extended");

	(void)state;
	assert_int_equal(d.n_irqs, 3);
	assert_true(d.irq[0] == 9 && d.trigger[0] == TRIGGER_LEVEL); /* without a type */
	assert_true(d.irq[1] == 8 && d.trigger[1] == TRIGGER_LEVEL);
	assert_true(d.irq[2] == 7 && d.trigger[2] == TRIGGER_EDGE);
}

static void takes_one_or_two_cells_for_address_and_size(void **state)
{
	(void)state;
	for (uint32_t address = 0; address <= 3; address++) {
		for (uint32_t size = 0; size <= 3; size++) {
			set_cells("/bus", "#address-cells", 1, address);
			set_cells("/bus", "#size-cells", 1, size);
			set_cells("/bus/plain", "reg", 12 * (address + size), 0);
			if (address < 1 || address > 2 || size < 1 || size > 2)
				assert_refused("/bus/plain",
					       "reg does not fit the cells of its parent");
			else
				assert_int_equal(read_device("/bus/plain").n_regions, 12);
		}
	}
}

static void refuses_registers_that_are_cut_or_empty(void **state)
{
	(void)state;
	set_cells("/bus/plain", "reg", 3, 1);
	assert_refused("/bus/plain", "reg does not fit the cells of its parent");
	set_cells("/bus/plain", "reg", 0, 0);
	assert_refused("/bus/plain", "reg does not fit the cells of its parent");
}

static void refuses_interrupts_that_do_not_fit_their_parent(void **state)
{
	static const char why[] = "interrupts does not fit the cells of its parent";

	(void)state;
	set_cells("/bus/plain", "interrupts", 4, 1);
	assert_refused("/bus/plain", why);
	set_cells("/bus/plain", "interrupts", 0, 0);
	assert_refused("/bus/plain", why);
	set_cells("/bus/plain", "interrupts", 3, 1);
	set_cells("/gic", "#interrupt-cells", 1, 0);
	assert_refused("/bus/plain", why);
	tree_fixture_delete(&x, "/", "interrupt-parent");
	assert_refused("/bus/plain", why);
}

static void refuses_extended_interrupts_without_a_number(void **state)
{
	static const char why[] = "interrupts-extended does not fit the cells of its parent";

	(void)state;
	/* a whole one after it does not make up for it */
	set_cells("/line", "#interrupt-cells", 1, 0);
	assert_refused("/bus/extended", why);
	set_cells("/line", "#interrupt-cells", 1, 1);
	set_cells("/gic", "#interrupt-cells", 1, 4);
	assert_refused("/bus/extended", why);
}

/* Its reader sees that the device has more, and gets as many as there is room for. */
static void counts_what_it_has_no_room_for(void **state)
{
	struct device_regs d;

	(void)state;
	set_cells("/bus/plain", "reg", 2 * DEVICE_REGIONS_MAX, 1);
	set_cells("/wide", "interrupts", 2 * DEVICE_IRQS_MAX, 1);
	d = read_device("/bus/plain");
	assert_int_equal(d.n_regions, DEVICE_REGIONS_MAX);
	assert_true(d.size[DEVICE_REGIONS_MAX - 1] == 2 * DEVICE_REGIONS_MAX);
	d = read_device("/wide");
	assert_int_equal(d.n_irqs, DEVICE_IRQS_MAX);
	assert_int_equal(d.irq[DEVICE_IRQS_MAX - 1], 2 * DEVICE_IRQS_MAX - 1);

	set_cells("/bus/plain", "reg", 2 * DEVICE_REGIONS_MAX + 2, 1);
	set_cells("/wide", "interrupts", 2 * DEVICE_IRQS_MAX + 2, 1);
	assert_true(read_device("/bus/plain").n_regions > DEVICE_REGIONS_MAX);
	d = read_device("/wide");
	assert_int_equal(d.n_irqs, DEVICE_IRQS_MAX + 1);
	assert_int_equal(d.trigger[0], TRIGGER_EDGE);
}

static void finds_the_interrupt_parent_as_linux_does(void **state)
{
	const struct tree *t = &x.tree;

	(void)state;
	assert_int_equal(device_interrupt_parent(t, tree_at(t, "/bus/plain")),
			 tree_at(t, "/gic"));
	assert_int_equal(device_interrupt_parent(t, tree_at(t, "/wide")), tree_at(t, "/pic"));
	/* a cycle leads to none */
	assert_int_equal(device_interrupt_parent(t, tree_at(t, "/first")), -1);
	tree_fixture_delete(&x, "/", "interrupt-parent");
	assert_int_equal(device_interrupt_parent(t, tree_at(t, "/bus/plain")), -1);
	/* the root may be one itself */
	set_cells("/", "#interrupt-cells", 1, 1);
	assert_int_equal(device_interrupt_parent(t, tree_at(t, "/bus/plain")), 0);
	assert_int_equal(read_device("/bus/plain").n_irqs, 9);
}

static void survives_a_failed_allocation(void **state)
{
	struct device_regs d = { .n_irqs = 99 };
	struct fault f = { 0 };
	int node = tree_at(&x.tree, "/bus/extended");

	(void)state;
	oom_arm(1);
	assert_int_equal(device_regs_read(&x.tree, node, &d, &f), -ENOMEM);
	assert_true(oom_hit());
	assert_int_equal(d.n_irqs, 99);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_registers_and_interrupts_in_their_order),
		TEST(reads_two_cells_as_one_number),
		TEST(counts_cells_as_the_specification_where_the_parent_does_not),
		TEST(reads_extended_interrupts_of_several_controllers),
		TEST(takes_one_or_two_cells_for_address_and_size),
		TEST(refuses_registers_that_are_cut_or_empty),
		TEST(refuses_interrupts_that_do_not_fit_their_parent),
		TEST(refuses_extended_interrupts_without_a_number),
		TEST(counts_what_it_has_no_room_for),
		TEST(finds_the_interrupt_parent_as_linux_does),
		TEST(survives_a_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
