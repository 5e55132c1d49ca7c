/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "guest/qemu.h"

#define CELLS_MAX 8

/* The bus in a tree; a count of 0: the property is missing. */
struct bus_case {
	const char *name;	/* NULL: there is no bus */
	const char *above;	/* its parent, if that is not the root */
	uint32_t root_address;	/* #address-cells of the root */
	uint32_t address, size; /* cells of the bus */
	uint32_t ranges[CELLS_MAX];
	size_t n_ranges;
	int n_buses;
};

/* As QEMU 7.2 writes it. */
static const struct bus_case usual = { .name = "platform-bus@c000000",
				       .root_address = 2,
				       .address = 1,
				       .size = 1,
				       .ranges = { 0, 0, 0xc000000, 0x2000000 },
				       .n_ranges = 4,
				       .n_buses = 1 };

static char blob[4096];
static struct bus bus;
static struct fault fault;

static void put_cells(const char *name, uint32_t n)
{
	if (n)
		assert_int_equal(fdt_property_u32(blob, name, n), 0);
}

static void put_bus(const struct bus_case *s, const char *name)
{
	static const char compatible[] = "qemu,platform\0simple-bus";
	uint32_t ranges[CELLS_MAX];

	assert_int_equal(fdt_begin_node(blob, name), 0);
	assert_int_equal(fdt_property(blob, "compatible", compatible, sizeof(compatible)), 0);
	put_cells("#address-cells", s->address);
	put_cells("#size-cells", s->size);
	for (size_t i = 0; i < s->n_ranges; i++)
		ranges[i] = cpu_to_fdt32(s->ranges[i]);
	if (s->n_ranges)
		assert_int_equal(fdt_property(blob, "ranges", ranges, (int)s->n_ranges * 4),
				 0);
	assert_int_equal(fdt_end_node(blob), 0);
}

/* The result of bus_read() for a tree with this bus. */
static int read_case(const struct bus_case *s)
{
	struct tree tree;
	int ret;

	assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
	assert_int_equal(fdt_finish_reservemap(blob), 0);
	assert_int_equal(fdt_begin_node(blob, ""), 0);
	put_cells("#address-cells", s->root_address);
	if (s->above)
		assert_int_equal(fdt_begin_node(blob, s->above), 0);
	if (s->n_buses > 0)
		put_bus(s, s->name);
	if (s->above)
		assert_int_equal(fdt_end_node(blob), 0);
	if (s->n_buses > 1)
		put_bus(s, "platform@d000000");
	assert_int_equal(fdt_end_node(blob), 0);
	assert_int_equal(fdt_finish(blob), 0);

	memset(&bus, 0, sizeof(bus));
	memset(&fault, 0, sizeof(fault));
	assert_int_equal(tree_open(blob, sizeof(blob), &tree, &fault), 0);
	ret = bus_read(&tree, &bus, &fault);
	tree_close(&tree);
	return ret;
}

static void the_bus_of_qemu_7_2_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_case(&usual), 0);
	assert_int_equal(bus.node, 1);
	assert_int_equal(bus.base, 0xc000000);
	assert_int_equal(bus.size, 0x2000000);
	assert_int_equal(bus.first_spi, 112);
	assert_int_equal(bus.n_spis, 64);
}

static void the_old_name_is_known(void **state)
{
	struct bus_case s = usual;

	(void)state;
	s.name = "platform@c000000";
	assert_int_equal(read_case(&s), 0);
	assert_int_equal(bus.base, 0xc000000);
}

static void other_cells_are_read(void **state)
{
	struct bus_case wide = { .name = "platform@c000000",
				 .root_address = 2,
				 .address = 2,
				 .size = 2,
				 .ranges = { 0, 0, 0, 0x10000000, 1, 0 },
				 .n_ranges = 6,
				 .n_buses = 1 };
	struct bus_case silent = { .name = "platform@c000000",
				   .ranges = { 0, 0, 1, 0x20000000, 0x1000000 },
				   .n_ranges = 5,
				   .n_buses = 1 };

	(void)state;
	assert_int_equal(read_case(&wide), 0);
	assert_int_equal(bus.base, 0x10000000);
	assert_int_equal(bus.size, 0x100000000);

	/* the default is two cells for an address, one for a size */
	assert_int_equal(read_case(&silent), 0);
	assert_int_equal(bus.base, 0x120000000);
	assert_int_equal(bus.size, 0x1000000);
}

static void a_tree_without_the_bus_is_refused(void **state)
{
	struct bus_case s = usual;

	(void)state;
	s.n_buses = 0;
	assert_int_equal(read_case(&s), -ENOENT);
	assert_string_equal(
		fault.text,
		"no node is compatible with qemu,platform, so QEMU's virt machine did not "
		"dump this tree");
	s.n_buses = 2;
	assert_int_equal(read_case(&s), -ENOTUNIQ);
}

#define assert_malformed(bus_case, says)                                         \
	do {                                                                     \
		assert_int_equal(read_case(bus_case), -EINVAL);                  \
		assert_string_equal(fault.text, "/platform-bus@c000000: " says); \
		assert_int_equal(bus.size, 0);                                   \
	} while (0)

static void odd_cells_are_refused(void **state)
{
	struct bus_case s = usual;

	(void)state;
	s.address = 3;
	assert_malformed(&s, "#address-cells and #size-cells must be 1 or 2");
	s = usual;
	s.size = 3;
	assert_malformed(&s, "#address-cells and #size-cells must be 1 or 2");
	s = usual;
}

/* The guest's windows have two cells for an address in the root. */
static void a_bus_elsewhere_is_refused(void **state)
{
	static const uint32_t widths[] = { 1, 3, UINT32_MAX };
	struct bus_case s = usual;

	(void)state;
	for (int i = 0; i < 3; i++) {
		s.root_address = widths[i];
		s.n_ranges = 3;
		assert_malformed(&s, "not a child of a root with two #address-cells");
	}
	s = usual;
	s.above = "soc";
	assert_int_equal(read_case(&s), -EINVAL);
	assert_string_equal(fault.text,
			    "/soc/platform-bus@c000000: not a child of a root with "
			    "two #address-cells");
}

/* A guest tree has a window for each device. */
static void anything_but_one_window_is_refused(void **state)
{
	struct bus_case s = usual;

	(void)state;
	s.n_ranges = 0;
	assert_malformed(&s, "ranges does not have one window");
	s.n_ranges = 3;
	assert_malformed(&s, "ranges does not have one window");
	s.n_ranges = 8;
	assert_malformed(&s, "ranges does not have one window");
	s.address = 2;
	s.n_ranges = 4;
	assert_malformed(&s, "ranges does not have one window");
	s = usual;
	s.ranges[0] = 0x5b040000;
	assert_malformed(&s, "ranges does not start at 0");
}

static void an_impossible_window_is_refused(void **state)
{
	struct bus_case s = usual;

	(void)state;
	s.ranges[3] = 0;
	assert_malformed(&s, "the window in ranges is outside the addresses of arm64");
	s = usual;
	s.ranges[1] = 0x100000;
	assert_malformed(&s, "the window in ranges is outside the addresses of arm64");
	s.ranges[1] = UINT32_MAX;
	s.ranges[2] = UINT32_MAX;
	assert_malformed(&s, "the window in ranges is outside the addresses of arm64");
	s.ranges[1] = 0xfffff;
	s.ranges[2] = 0xfe000000;
	assert_int_equal(read_case(&s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bus_of_qemu_7_2_is_read),
		cmocka_unit_test(the_old_name_is_known),
		cmocka_unit_test(other_cells_are_read),
		cmocka_unit_test(a_tree_without_the_bus_is_refused),
		cmocka_unit_test(odd_cells_are_refused),
		cmocka_unit_test(a_bus_elsewhere_is_refused),
		cmocka_unit_test(anything_but_one_window_is_refused),
		cmocka_unit_test(an_impossible_window_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
