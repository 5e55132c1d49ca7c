/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "guest/qemu.h"

#define BASE 0xc000000ULL
#define MIB 0x100000ULL
#define DEVICES_MAX 70

static const struct bus bus = {
	.base = BASE, .size = 32 * MIB, .first_spi = BUS_FIRST_SPI, .n_spis = BUS_SPIS
};

static struct slot at[DEVICES_MAX];
static struct fault fault;

#define DEVICE(label, irqs, regions, ...)                                                    \
	{                                                                                    \
		.name = label, .size = { __VA_ARGS__ }, .n_regions = regions, .n_irqs = irqs \
	}
#define LPCG DEVICE("lpcg", 0, 1, 0x10000)
#define FEC DEVICE("fec", 4, 1, 0x10000)
#define MU DEVICE("mu", 1, 1, 0x10000)
#define BLOCK(bytes) DEVICE("block", 0, 1, bytes)
#define LINES(irqs) DEVICE("lines", irqs, 0, 0)

/* Returns the result of slots_assign(); the rest is in at and fault. */
#define ASSIGN(...)                                                  \
	assign((const struct device_regs[]){ __VA_ARGS__ },          \
	       sizeof((const struct device_regs[]){ __VA_ARGS__ }) / \
		       sizeof(struct device_regs))

static int assign(const struct device_regs *devs, size_t n)
{
	memset(at, 0xff, sizeof(at));
	memset(&fault, 0, sizeof(fault));
	return slots_assign(&bus, devs, n, at, &fault);
}

/* Region r of device d is at this offset of the bus. */
#define assert_offset(d, r, offset)                                      \
	do {                                                             \
		assert_true((size_t)(r) < at[d].n_regions);              \
		assert_int_equal(at[d].region[r].addr, BASE + (offset)); \
	} while (0)

#define assert_spis(d, first, n)                          \
	do {                                              \
		assert_int_equal(at[d].n_spis, n);        \
		assert_int_equal(at[d].first_spi, first); \
	} while (0)

#define assert_refused(why, says)                      \
	do {                                           \
		assert_int_equal(fault.code, why);     \
		assert_string_equal(fault.text, says); \
	} while (0)

/* The table of the Ghaf guide. */
static void the_default_profile_has_the_documented_layout(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(LPCG, FEC, MU), 0);
	assert_offset(0, 0, 0);
	assert_offset(1, 0, 0x10000);
	assert_offset(2, 0, 0x20000);
	assert_spis(0, 0x70, 0);
	assert_spis(1, 0x70, 4);
	assert_spis(2, 0x74, 1);
	assert_int_equal(at[1].region[0].size, 0x10000);
}

static void the_order_of_devices_decides(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(MU, FEC, LPCG), 0);
	assert_offset(0, 0, 0);
	assert_offset(1, 0, 0x10000);
	assert_offset(2, 0, 0x20000);
	assert_spis(0, 0x70, 1);
	assert_spis(1, 0x71, 4);
	assert_spis(2, 0x75, 0);
}

static void two_ports_follow_each_other(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(LPCG, FEC, LPCG, FEC, MU), 0);
	for (int i = 0; i < 5; i++)
		assert_offset(i, 0, i * 0x10000);
	assert_spis(1, 0x70, 4);
	assert_spis(3, 0x74, 4);
	assert_spis(4, 0x78, 1);
}

static void no_device_takes_nothing(void **state)
{
	(void)state;
	assert_int_equal(slots_assign(&bus, (const struct device_regs[]){ MU }, 0, at, &fault),
			 0);
}

static void gaps_are_filled_again(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(BLOCK(0x10000), BLOCK(0x100000), BLOCK(0x4000)), 0);
	assert_offset(0, 0, 0);
	assert_offset(1, 0, 0x100000);
	assert_offset(2, 0, 0x10000);

	assert_int_equal(ASSIGN(BLOCK(0x1000), BLOCK(16 * MIB), LPCG), 0);
	assert_offset(1, 0, 0x1000000);
	assert_offset(2, 0, 0x10000);

	/* as large as the gap */
	assert_int_equal(ASSIGN(BLOCK(0x10000), BLOCK(0x20000), BLOCK(0x10000)), 0);
	assert_offset(1, 0, 0x20000);
	assert_offset(2, 0, 0x10000);
}

/* The bytes between its size and the power of two are free. */
static void an_odd_size_is_rounded_for_its_start_only(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(LPCG, BLOCK(0x3000), BLOCK(0x1000), FEC), 0);
	assert_offset(1, 0, 0x10000);
	assert_int_equal(at[1].region[0].size, 0x3000);
	assert_offset(2, 0, 0x13000);
	assert_offset(3, 0, 0x20000);

	assert_int_equal(ASSIGN(BLOCK(0x1000), BLOCK(0x3000)), 0);
	assert_offset(1, 0, 0x4000);
}

static void each_region_of_a_device_has_its_own_alignment(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(DEVICE("three", 0, 3, 0x1000, 0x200000, 0x800)), 0);
	assert_offset(0, 0, 0);
	assert_offset(0, 1, 0x200000);
	assert_offset(0, 2, 0x1000);

	assert_int_equal(ASSIGN(DEVICE("two", 2, 2, 0x10000, 0x1000), FEC, BLOCK(0x1000)), 0);
	assert_offset(0, 1, 0x10000);
	assert_offset(1, 0, 0x20000);
	assert_offset(2, 0, 0x11000);
	assert_spis(0, 0x70, 2);
	assert_spis(1, 0x72, 4);
}

static void small_regions_share_a_page(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(BLOCK(0x400), BLOCK(0x400), BLOCK(1), BLOCK(1)), 0);
	assert_offset(1, 0, 0x400);
	assert_offset(2, 0, 0x800);
	assert_offset(3, 0, 0x801);
}

/* Steps of one byte over a large region must not take long. */
static void a_full_bus_is_searched_quickly(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(BLOCK(32 * MIB - 1), BLOCK(1)), 0);
	assert_offset(1, 0, 32 * MIB - 1);
}

static void a_device_without_regions_takes_interrupts(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(LINES(1), MU), 0);
	assert_int_equal(at[0].n_regions, 0);
	assert_spis(0, 0x70, 1);
	assert_offset(1, 0, 0);
	assert_spis(1, 0x71, 1);
}

/* The slots in QEMU 7.2, with tpm-tis-device, which is QEMU's own. */
static void a_device_of_qemu_has_its_slot_in_the_same_order(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(DEVICE("tpm-tis-device", 1, 1, 0x5000),
				DEVICE("fec", 4, 2, 0x4000, 0x200)),
			 0);
	assert_offset(1, 0, 0x8000);
	assert_offset(1, 1, 0x5000);
	assert_spis(0, 112, 1);
	assert_spis(1, 113, 4);
}

static void the_whole_bus_may_be_one_region(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(BLOCK(32 * MIB)), 0);
	assert_offset(0, 0, 0);

	assert_int_equal(ASSIGN(BLOCK(32 * MIB), LPCG), -ENOSPC);
	assert_refused(-ENOSPC,
		       "lpcg: QEMU's platform bus has no room for region 0, 0x10000 bytes");
}

/* Half the bus is free, but not at a multiple of 16 MiB. */
static void free_bytes_that_are_not_aligned_are_not_used(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(BLOCK(1), BLOCK(16 * MIB)), 0);
	assert_int_equal(ASSIGN(BLOCK(1), BLOCK(16 * MIB), BLOCK(8 * MIB + 1)), -ENOSPC);
}

static void a_region_above_the_bus_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(MU, BLOCK(32 * MIB + 1)), -EFBIG);
	assert_refused(-EFBIG,
		       "block: region 0 has 0x2000001 bytes, QEMU's platform bus 0x2000000");
	assert_int_equal(ASSIGN(BLOCK(UINT64_MAX)), -EFBIG);
}

static void a_region_of_no_bytes_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(BLOCK(0)), -EINVAL);
	assert_refused(-EINVAL, "block: region 0 has no bytes");
}

static void thirty_two_regions_are_the_most(void **state)
{
	struct device_regs d = { .name = "many", .n_regions = BUS_REGIONS_MAX };

	(void)state;
	for (size_t i = 0; i < BUS_REGIONS_MAX; i++)
		d.size[i] = 0x1000;
	assert_int_equal(ASSIGN(d), 0);
	assert_offset(0, 31, 0x1f000);

	d.n_regions++;
	assert_int_equal(ASSIGN(MU, d), -EINVAL);
	assert_refused(-EINVAL, "many: has 33 regions, QEMU supports 32");
}

static void sixty_four_interrupts_are_the_most(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(LINES(64), LPCG), 0);
	assert_spis(0, 112, 64);
	assert_int_equal(ASSIGN(LINES(63), MU), 0);
	assert_spis(1, 175, 1);

	assert_int_equal(ASSIGN(LINES(63), FEC), -E2BIG);
	assert_refused(-E2BIG, "fec: has 4 interrupts, QEMU's platform bus has 1 left");
	assert_int_equal(ASSIGN(LINES(64), MU), -E2BIG);
	assert_int_equal(ASSIGN(MU, LINES(UINT32_MAX)), -E2BIG);
}

/* QEMU takes a device's interrupt lines first, so it reports these. */
static void interrupts_are_refused_before_regions(void **state)
{
	(void)state;
	assert_int_equal(ASSIGN(DEVICE("both", 65, 1, 64 * MIB)), -E2BIG);
}

static void a_device_for_each_line_fits(void **state)
{
	static struct device_regs devs[64];

	(void)state;
	for (size_t i = 0; i < 64; i++)
		devs[i] = (struct device_regs)MU;
	assert_int_equal(assign(devs, 64), 0);
	assert_offset(63, 0, 63 * 0x10000);
	assert_spis(63, 175, 1);
}

/* A window that is not aligned: offsets count from its base. */
static void another_window_is_used(void **state)
{
	static const struct bus odd = {
		.base = 0x123456000, .size = 0x30000, .first_spi = 40, .n_spis = 4
	};
	static const struct device_regs fit[] = { BLOCK(0x1000), LPCG, LPCG };
	static const struct device_regs clipped[] = { BLOCK(0x1000), BLOCK(0x20000) };

	(void)state;
	assert_int_equal(slots_assign(&odd, fit, 3, at, &fault), 0);
	assert_int_equal(at[1].region[0].addr, 0x123466000);
	assert_int_equal(at[2].region[0].addr, 0x123476000);
	assert_int_equal(at[0].first_spi, 40);

	/* the only free step of 0x20000 would end outside the bus */
	assert_int_equal(slots_assign(&odd, clipped, 2, at, &fault), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_profile_has_the_documented_layout),
		cmocka_unit_test(the_order_of_devices_decides),
		cmocka_unit_test(two_ports_follow_each_other),
		cmocka_unit_test(no_device_takes_nothing),
		cmocka_unit_test(gaps_are_filled_again),
		cmocka_unit_test(an_odd_size_is_rounded_for_its_start_only),
		cmocka_unit_test(each_region_of_a_device_has_its_own_alignment),
		cmocka_unit_test(small_regions_share_a_page),
		cmocka_unit_test(a_full_bus_is_searched_quickly),
		cmocka_unit_test(a_device_without_regions_takes_interrupts),
		cmocka_unit_test(a_device_of_qemu_has_its_slot_in_the_same_order),
		cmocka_unit_test(the_whole_bus_may_be_one_region),
		cmocka_unit_test(free_bytes_that_are_not_aligned_are_not_used),
		cmocka_unit_test(a_region_above_the_bus_is_refused),
		cmocka_unit_test(a_region_of_no_bytes_is_refused),
		cmocka_unit_test(thirty_two_regions_are_the_most),
		cmocka_unit_test(sixty_four_interrupts_are_the_most),
		cmocka_unit_test(interrupts_are_refused_before_regions),
		cmocka_unit_test(a_device_for_each_line_fits),
		cmocka_unit_test(another_window_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
