/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's tree for QEMU: the dumped one with the devices and their dependencies. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <stdlib.h>

#include "oom.h"
#include "guest_case.h"

static void nothing_above_a_device_is_coherent(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.virt, BUS, "dma-coherent", NULL, 0);
	guest_case_make(&s);
	assert_false(guest_case_has(&s, "/", "dma-coherent"));
	assert_false(guest_case_has(&s, BUS, "dma-coherent"));
	assert_true(guest_case_has(&s, GUEST_FEC1, "dma-noncoherent"));
	assert_true(guest_case_has(&s, GUEST_MU2, "dma-noncoherent"));
	guest_case_close(&s);
}

static void a_device_that_is_not_coherent_on_the_host_is_copied(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.host.x, FEC1, "dma-noncoherent", "", 1);
	guest_case_make(&s);
	assert_true(guest_case_has(&s, GUEST_FEC1, "dma-noncoherent"));
	guest_case_close(&s);
}

static void chosen_loses_its_seeds(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_make_from(&s, "board-newer", "virt-new");
	assert_true(guest_case_has(&s, "/chosen", "stdout-path"));
	assert_false(guest_case_has(&s, "/chosen", "kaslr-seed"));
	assert_false(guest_case_has(&s, "/chosen", "rng-seed"));
	guest_case_close(&s);
}

static void two_nodes_of_one_name_are_refused(void **state)
{
	struct guest_case s;

	(void)state;
	guest_case_open(&s, "board-newer", "virt-new");
	tree_fixture_add(&s.virt, "/", "clock-conn-axi");
	guest_case_refused(&s, -EEXIST, "the guest would have two nodes /clock-conn-axi");
}

static const uint8_t given[] = { 0, 4, 0x9f, 1, 2, 3 };

/* The guest's port has this MAC in one property only; NULL: none. */
static void expect_mac(struct guest_case *s, const uint8_t *mac)
{
	const void *is;
	int size;

	guest_case_make(s);
	is = tree_prop(&s->made.tree, guest_case_node(s, GUEST_FEC1), "local-mac-address",
		       &size);
	if (mac) {
		assert_non_null(is);
		assert_int_equal(size, GUEST_MAC_SIZE);
		assert_memory_equal(is, mac, GUEST_MAC_SIZE);
	} else {
		assert_null(is);
	}
	assert_false(guest_case_has(s, GUEST_FEC1, "mac-address"));
	assert_false(guest_case_has(s, GUEST_FEC1, "address"));
	guest_case_close(s);
}

/* Linux reads these in this order. */
static const char *const mac_names[] = { "mac-address", "local-mac-address", "address" };

static void a_given_mac_is_used(void **state)
{
	static const uint8_t other[] = { 2, 0, 0, 0, 0, 1 };
	struct guest_case s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		guest_case_open(&s, "board-newer", "virt-new");
		tree_fixture_set(&s.host.x, FEC1, mac_names[i], other, sizeof(other));
		s.guest.mac[1] = given;
		expect_mac(&s, given);
		guest_case_open(&s, "board-newer", "virt-new");
		tree_fixture_set(&s.host.x, FEC1, mac_names[i], other, sizeof(other));
		expect_mac(&s, other);
	}
}

static void an_invalid_mac_is_not_used(void **state)
{
	static const uint8_t useless[][7] = { { 0 },
					      { 1, 0, 0x5e, 0, 0, 1 },
					      { 2, 0, 0, 0, 0, 1, 9 } };
	struct guest_case s;

	(void)state;
	for (int i = 0; i < 4; i++) {
		size_t size = i < 2 ? 6 : i == 2 ? 7 : 5;

		guest_case_open(&s, "board-newer", "virt-new");
		tree_fixture_set(&s.host.x, FEC1, "mac-address", useless[i % 3], size);
		expect_mac(&s, NULL);
		guest_case_open(&s, "board-newer", "virt-new");
		tree_fixture_set(&s.host.x, FEC1, "mac-address", useless[i % 3], size);
		tree_fixture_set(&s.host.x, FEC1, "local-mac-address", given, sizeof(given));
		expect_mac(&s, given);
	}
}

static void expect_unverified(struct guest_case *s, const char *text)
{
	struct fault f = { 0 };

	assert_int_equal(qemu_tree_verify(&s->layout, &s->made.tree, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, text);
	guest_case_close(s);
}

static void a_tree_that_is_not_as_planned_is_refused(void **state)
{
	static const uint8_t wrong[12] = { 0, 0, 0, 0, 0, 0, 0, 0x75, 0, 0, 0, 4 };
	uint8_t edge[12];
	int size;
	struct guest_case s;

	(void)state;
	guest_case_make_from(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.made, GUEST_MU2, "interrupts", wrong, sizeof(wrong));
	expect_unverified(&s, "mailbox@5d1d0000: not where QEMU will put it");
	guest_case_make_from(&s, "board-newer", "virt-new");
	memcpy(edge,
	       tree_prop(&s.made.tree, guest_case_node(&s, GUEST_MU2), "interrupts", &size),
	       sizeof(edge));
	assert_int_equal(edge[11], 4);
	edge[11] = 1; /* the line is right, its trigger is not */
	tree_fixture_set(&s.made, GUEST_MU2, "interrupts", edge, sizeof(edge));
	expect_unverified(&s, "mailbox@5d1d0000: not where QEMU will put it");
	guest_case_make_from(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.made, GUEST_MU2, "interrupts", wrong, 8);
	expect_unverified(&s, GUEST_MU2 ": interrupts does not fit the cells of its parent");
	guest_case_make_from(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.made, BUS, "ranges", wrong, 0);
	expect_unverified(&s, "clock-controller@5b230000: not where QEMU will put it");
	guest_case_make_from(&s, "board-newer", "virt-new");
	tree_fixture_set(&s.made, GUEST_FEC1, "phy-handle", wrong + 8, 4);
	expect_unverified(&s, GUEST_FEC1 ": phy-handle: no node has phandle 0x4");
	guest_case_make_from(&s, "board-newer", "virt-new");
	tree_fixture_remove(&s.made, GUEST_MU2);
	expect_unverified(&s, "/system-controller: mboxes: no node has phandle 0x8009");
	guest_case_make_from(&s, "board-newer", "virt-new");
	tree_fixture_remove(&s.made, BUS);
	expect_unverified(&s, "the platform bus is missing");
}

static void a_window_may_begin_before_the_device(void **state)
{
	struct guest_case s;
	struct fault f = { 0 };
	struct cells old;
	uint32_t ranges[6 * 3];

	(void)state;
	guest_case_make_from(&s, "board-newer", "virt-new");
	old = tree_cells(&s.made.tree, guest_case_node(&s, BUS), "ranges");
	assert_int_equal(old.n, sizeof(ranges) / sizeof(*ranges));
	memcpy(ranges, old.v, sizeof(ranges));
	ranges[1] = htobe32(cells_get(old, 1) - 0x1000);
	ranges[3] = htobe32(cells_get(old, 3) - 0x1000);
	ranges[5] = htobe32(cells_get(old, 5) + 0x1000);
	tree_fixture_set(&s.made, BUS, "ranges", ranges, sizeof(ranges));
	assert_int_equal(qemu_tree_verify(&s.layout, &s.made.tree, &f), 0);
	ranges[5] = htobe32(0x1000); /* it ends where the device begins */
	tree_fixture_set(&s.made, BUS, "ranges", ranges, sizeof(ranges));
	expect_unverified(&s, "clock-controller@5b230000: not where QEMU will put it");
}

static void the_same_trees_give_the_same_bytes(void **state)
{
	struct fault f;
	size_t size[2];
	void *blob[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct guest_case s;

		guest_case_open(&s, "board-needy", "virt-new");
		assert_int_equal(guest_case_plan(&s, &f), 0);
		assert_int_equal(edits_apply(&s.edits, 0, &blob[i], &size[i], &f), 0);
		guest_case_close(&s);
	}
	assert_int_equal(size[0], size[1]);
	assert_memory_equal(blob[0], blob[1], size[0]);
	free(blob[0]);
	free(blob[1]);
}

static void out_of_memory_is_reported_and_nothing_leaks(void **state)
{
	bool failed = true;

	(void)state;
	for (int n = 1; failed; n++) {
		void *blob = NULL;
		struct guest_case s;
		struct fault f;
		size_t size;
		int ret;

		guest_case_open(&s, "board-needy", "virt-tpm");
		oom_arm(n);
		ret = guest_case_plan(&s, &f) ?: edits_apply(&s.edits, 0, &blob, &size, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(failed || n > 50);
		free(blob);
		guest_case_close(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_above_a_device_is_coherent),
		cmocka_unit_test(a_device_that_is_not_coherent_on_the_host_is_copied),
		cmocka_unit_test(chosen_loses_its_seeds),
		cmocka_unit_test(two_nodes_of_one_name_are_refused),
		cmocka_unit_test(a_given_mac_is_used),
		cmocka_unit_test(an_invalid_mac_is_not_used),
		cmocka_unit_test(a_tree_that_is_not_as_planned_is_refused),
		cmocka_unit_test(a_window_may_begin_before_the_device),
		cmocka_unit_test(the_same_trees_give_the_same_bytes),
		cmocka_unit_test(out_of_memory_is_reported_and_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
