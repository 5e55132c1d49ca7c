/* SPDX-License-Identifier: Apache-2.0 */
/* What U-Boot does to a tree. */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "host/uboot.h"
#include "tree_fixture.h"

#define ENET_0 251
#define ENET_1 252
#define MU_2A 215
#define SDHC_0 248

static struct tree tree;
static struct uboot u; /* the prediction for it */

static int close_tree(void **state)
{
	(void)state;
	uboot_free(&u);
	fixture_close(&tree);
	return 0;
}

#define tree_test(f) cmocka_unit_test_teardown(f, close_tree)

/* Open the tree of a tree_test() and predict what U-Boot does to it. */
static void predict(void **state, const char *name)
{
	struct fault f;

	(void)state;
	fixture_open(name, &tree);
	if (uboot_predict(&tree, &u, &f))
		fail_msg("%s: %s", name, f.text);
}

static int at(const char *path)
{
	return tree_fixture_at(&tree, path);
}

static void expect_stream(size_t i, const char *path, uint32_t resource, uint32_t id)
{
	assert_in_range(i + 1, 1, u.n_streams);
	assert_int_equal(u.streams[i].node, at(path));
	assert_int_equal(u.streams[i].resource, resource);
	assert_int_equal(u.streams[i].id, id);
}

static void expect_outcome(size_t i, const char *path, enum uboot_outcome outcome)
{
	assert_in_range(i + 1, 1, u.n_partitions);
	assert_int_equal(u.partitions[i].node, at(path));
	assert_int_equal(u.partitions[i].outcome, outcome);
}

static void expect_claim(const struct uboot_assignment *c, const char *path, uint32_t id,
			 const char *owner)
{
	assert_int_equal(c->node, at(path));
	assert_int_equal(c->id, id);
	assert_int_equal(c->owner, owner ? at(owner) : -1);
}

static void expect_disabled(size_t i, const char *path, uint32_t resource)
{
	assert_in_range(i + 1, 1, u.n_disabled);
	assert_int_equal(u.disabled[i].node, at(path));
	assert_int_equal(u.disabled[i].resource, resource);
}

static void a_stock_tree_gives_nothing_away(void **state)
{
	predict(state, "uboot-stock");
	assert_false(u.has_domu);
	assert_int_equal(u.n_partitions, 0);
	assert_int_equal(u.n_resources, 0);
	assert_int_equal(u.n_disabled, 0);
	for (uint32_t id = 0; id < RESOURCE_LAST; id++)
		assert_false(uboot_bypasses(&u, id));
}

static void stream_ids_are_set_for_disabled_nodes_too(void **state)
{
	predict(state, "uboot-stock");
	expect_stream(0, "/mmc@5b010000", SDHC_0, 0x11);
	expect_stream(1, "/ethernet@5b040000", ENET_0, 0x12);
	assert_int_equal(u.stream_id[SDHC_0], 0x11);
	assert_int_equal(u.stream_id[ENET_0], 0x12);
}

static void sc_rsrc_id_goes_before_power_domains(void **state)
{
	predict(state, "uboot-stock");
	expect_stream(2, "/sata@5f020000", 170, 0x13);
	expect_stream(3, "/sata@5f020000", 171, 0x13);
	assert_int_equal(u.stream_id[152], 0);
}

static void a_node_without_a_resource_gets_nothing(void **state)
{
	predict(state, "uboot-stock");
	expect_stream(4, "/gate@5b230000", UBOOT_NO_RESOURCE, 0x12);
	assert_int_equal(u.stream_id[57], 0);
}

static void only_an_iommus_of_three_cells_is_read(void **state)
{
	predict(state, "uboot-stock");
	assert_int_equal(u.n_streams, 5);
	assert_int_equal(u.stream_id[259], 0);
	assert_int_equal(u.stream_id[262], 0);
}

static void only_enabled_compatible_nodes_become_partitions(void **state)
{
	predict(state, "uboot-domu");
	assert_true(u.has_domu);
	assert_int_equal(u.n_partitions, 8);
	expect_outcome(0, "/domu/first", UBOOT_MADE);
	expect_outcome(1, "/domu/second", UBOOT_MADE);
	expect_outcome(2, "/domu/off", UBOOT_DISABLED);
	expect_outcome(3, "/domu/ok", UBOOT_DISABLED);
	expect_outcome(4, "/domu/other", UBOOT_INCOMPATIBLE);
	expect_outcome(5, "/domu/empty", UBOOT_EMPTY);
	expect_outcome(6, "/domu/only-pads", UBOOT_MADE);
	expect_outcome(7, "/domu/other-level", UBOOT_INCOMPATIBLE);
}

static void the_first_partition_to_name_a_resource_gets_it(void **state)
{
	predict(state, "uboot-domu");
	assert_int_equal(u.n_resources, 5);
	expect_claim(&u.resources[0], "/domu/first", MU_2A, "/domu/first");
	expect_claim(&u.resources[1], "/domu/first", ENET_0, "/domu/first");
	expect_claim(&u.resources[2], "/domu/second", ENET_0, "/domu/first");
	expect_claim(&u.resources[3], "/domu/second", 217, "/domu/second");
	expect_claim(&u.resources[4], "/domu/second", RESOURCE_LAST, NULL);
	assert_int_equal(u.resource_owner[ENET_0], at("/domu/first"));
	assert_int_equal(u.resource_owner[57], -1);
}

static void the_same_goes_for_pads(void **state)
{
	predict(state, "uboot-domu");
	assert_int_equal(u.n_pads, 6);
	expect_claim(&u.pads[0], "/domu/first", 165, "/domu/first");
	expect_claim(&u.pads[1], "/domu/first", 166, "/domu/first");
	expect_claim(&u.pads[2], "/domu/second", 166, "/domu/first");
	expect_claim(&u.pads[3], "/domu/second", 167, "/domu/second");
	expect_claim(&u.pads[4], "/domu/second", PAD_LAST, NULL);
	expect_claim(&u.pads[5], "/domu/only-pads", 0, "/domu/only-pads");
	assert_int_equal(u.pad_owner[0], at("/domu/only-pads"));
	assert_int_equal(u.pad_owner[1], -1);
}

static void only_three_mailboxes_are_switched_on(void **state)
{
	predict(state, "uboot-mailboxes");
	assert_int_equal(u.n_resources, 6);
	assert_false(uboot_powers(&u, 214));
	assert_true(uboot_powers(&u, 215));
	assert_true(uboot_powers(&u, 216));
	assert_true(uboot_powers(&u, 217));
	assert_false(uboot_powers(&u, 218));
	assert_false(uboot_powers(&u, ENET_0));
	assert_false(uboot_powers(&u, RESOURCE_LAST));
}

static void resources_and_pads_are_cut_to_16_bits(void **state)
{
	predict(state, "uboot-cut-numbers");
	assert_int_equal(u.n_resources, 3);
	expect_claim(&u.resources[0], "/domu/doma", MU_2A, "/domu/doma");
	expect_claim(&u.resources[1], "/domu/doma", ENET_0, "/domu/doma");
	expect_claim(&u.resources[2], "/domu/doma", 216, "/domu/doma");
	expect_claim(&u.pads[0], "/domu/doma", 165, "/domu/doma");
	assert_int_equal(u.cut, 0x100d7);
	assert_int_equal(u.cut_node, u.partitions[0].node);
	u.cut = 0;
	uboot_note_cut(&u, 1, UINT16_MAX);
	assert_int_equal(u.cut, 0);
	uboot_note_cut(&u, 2, UINT16_MAX + 1);
	uboot_note_cut(&u, 3, UINT32_MAX);
	assert_int_equal(u.cut, UINT16_MAX + 1);
	assert_int_equal(u.cut_node, 2);
}

static void a_mailbox_is_switched_on_by_its_whole_number(void **state)
{
	predict(state, "uboot-cut-numbers");
	assert_false(uboot_powers(&u, MU_2A));
	assert_false(uboot_powers(&u, 216));
}

static void power_domains_and_stream_ids_are_cut_to_16_bits(void **state)
{
	predict(state, "uboot-cut-numbers");
	expect_disabled(0, "/mailbox", MU_2A);
	expect_disabled(1, "/last", 0xffff);
	assert_int_equal(u.n_disabled, 2);
	expect_stream(0, "/mmc@5b010000", SDHC_0, 0x11);
	assert_int_equal(u.stream_id[SDHC_0], 0x11);
}

/* It is a number like others, not "no resource". */
static void a_resource_of_all_ones_is_asked_for(void **state)
{
	predict(state, "uboot-cut-numbers");
	assert_int_equal(u.n_streams, 2);
	expect_stream(1, "/last", 0xffff, 0x12);
}

static void domu_may_have_a_unit_address(void **state)
{
	predict(state, "uboot-domu-unit");
	assert_true(u.has_domu);
	assert_int_equal(u.n_partitions, 1);
	expect_outcome(0, "/domu@0/doma", UBOOT_MADE);
	expect_disabled(0, "/ethernet@5b040000", ENET_0);
}

static void strings_may_lack_their_final_nul(void **state)
{
	predict(state, "uboot-unterminated");
	assert_int_equal(u.n_partitions, 3);
	expect_outcome(0, "/domu/doma", UBOOT_MADE);
	expect_outcome(1, "/domu/domb", UBOOT_INCOMPATIBLE);
	expect_outcome(2, "/domu/domc", UBOOT_DISABLED);
	expect_disabled(0, "/ethernet@5b040000", ENET_0);
	expect_stream(0, "/mmc@5b010000", SDHC_0, 0x10);
}

static void without_reg_and_room_nothing_is_handed_over(void **state)
{
	predict(state, "uboot-no-reg");
	assert_int_equal(u.n_partitions, 2);
	expect_outcome(0, "/domu/doma", UBOOT_NO_REG);
	expect_outcome(1, "/domu/domb", UBOOT_NO_REG);
	assert_int_equal(u.n_resources, 0);
	assert_int_equal(u.n_pads, 0);
	assert_int_equal(u.n_disabled, 0);
}

/* How many partitions the tree has if it ends in so many free bytes. */
static size_t made_with(const char *name, size_t room)
{
	struct fault f = { 0 };
	struct tree t;
	size_t size, made = 0;
	void *blob = fixture_read(name, &size);
	uint32_t total;

	blob = realloc(blob, size + room);
	assert_non_null(blob);
	memset((char *)blob + size, 0, room);
	total = htobe32((uint32_t)(size + room));
	memcpy((char *)blob + sizeof(total), &total, sizeof(total));
	if (tree_open(blob, size + room, &t, &f) || uboot_predict(&t, &u, &f))
		fail_msg("%s", f.text);
	for (size_t i = 0; i < u.n_partitions; i++)
		made += u.partitions[i].outcome == UBOOT_MADE;
	assert_int_equal(u.n_partitions, 2);
	assert_int_equal(u.n_resources, made);
	assert_int_equal(u.n_disabled, made > 0);
	uboot_free(&u);
	tree_close(&t);
	free(blob);
	return made;
}

static void room_for_a_reg_does_instead_of_one(void **state)
{
	(void)state;
	assert_int_equal(made_with("uboot-no-reg", 0), 0);
	assert_int_equal(made_with("uboot-no-reg", 12), 0);
	assert_int_equal(made_with("uboot-no-reg", 16), 1);
	assert_int_equal(made_with("uboot-no-reg", 28), 1);
	assert_int_equal(made_with("uboot-no-reg", 32), 2);
}

static void room_for_a_new_name_is_needed_too(void **state)
{
	(void)state;
	assert_int_equal(made_with("uboot-no-reg-name", 16), 0);
	assert_int_equal(made_with("uboot-no-reg-name", 19), 0);
	assert_int_equal(made_with("uboot-no-reg-name", 20), 1);
	assert_int_equal(made_with("uboot-no-reg-name", 35), 1);
	assert_int_equal(made_with("uboot-no-reg-name", 36), 2);
	assert_int_equal(made_with("uboot-no-reg-suffix", 15), 0);
	assert_int_equal(made_with("uboot-no-reg-suffix", 16), 1);
}

static void whoever_needs_what_is_given_away_is_disabled(void **state)
{
	predict(state, "uboot-dsp");
	expect_disabled(0, "/dsp@556e8000", MU_2A);
	expect_disabled(1, "/both", ENET_0);
	expect_disabled(2, "/both", MU_2A);
	expect_disabled(3, "/no-such-resource", RESOURCE_LAST);
	expect_disabled(4, "/before-last", MU_2A);
	expect_disabled(5, "/last-number", MU_2A);
	assert_int_equal(u.n_disabled, 6);
}

static void a_port_that_names_no_resource_ends_in_bypass(void **state)
{
	predict(state, "uboot-bypass");
	expect_stream(0, "/ethernet@5b040000", UBOOT_NO_RESOURCE, 0x12);
	expect_stream(1, "/ethernet@5b050000", ENET_1, 0x20);
	assert_true(uboot_bypasses(&u, ENET_0));
	assert_false(uboot_bypasses(&u, ENET_1));
	assert_false(uboot_bypasses(&u, MU_2A));
	assert_false(uboot_bypasses(&u, SDHC_0));
	assert_false(uboot_bypasses(&u, RESOURCE_LAST));
}

static void stream_ids_are_1_to_63_and_the_last_one_holds(void **state)
{
	predict(state, "uboot-wide");
	assert_int_equal(u.n_streams, 4);
	assert_true(uboot_bypasses(&u, 248));
	assert_true(uboot_bypasses(&u, 249));
	assert_false(uboot_bypasses(&u, 250));
	assert_int_equal(u.stream_id[250], 63);
}

static void what_is_refused_ends_the_node(void **state)
{
	predict(state, "uboot-refused");
	assert_int_equal(u.n_streams, 3);
	expect_stream(0, "/sata@5f020000", 170, 0x13);
	expect_stream(1, "/sata@5f020000", 600, 0x13);
	expect_stream(2, "/ethernet@5b040000", ENET_0, 0x40);
	assert_int_equal(u.stream_id[171], 0);
}

static void mmu_masters_goes_before_iommus(void **state)
{
	predict(state, "uboot-masters");
	assert_int_equal(u.n_streams, 4);
	expect_stream(0, "/mmc@5b010000", SDHC_0, 0x10);
	expect_stream(1, "/gpu@53100000", 144, 0x15);
	expect_stream(2, "/gpu@53100000", 145, 0x15);
	expect_stream(3, "/gate@5b200000", UBOOT_NO_RESOURCE, 0x12);
	assert_int_equal(u.stream_id[ENET_0], 0);
	close_tree(state);
	predict(state, "uboot-masters-odd");
	assert_int_equal(u.n_streams, 1);
}

static void what_nobody_reads_may_dangle(void **state)
{
	predict(state, "uboot-dangling-off");
	assert_int_equal(u.n_streams, 1);
	expect_stream(0, "/sata@5f020000", 170, 0x13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(a_stock_tree_gives_nothing_away),
		tree_test(stream_ids_are_set_for_disabled_nodes_too),
		tree_test(sc_rsrc_id_goes_before_power_domains),
		tree_test(a_node_without_a_resource_gets_nothing),
		tree_test(only_an_iommus_of_three_cells_is_read),
		tree_test(only_enabled_compatible_nodes_become_partitions),
		tree_test(the_first_partition_to_name_a_resource_gets_it),
		tree_test(the_same_goes_for_pads),
		tree_test(only_three_mailboxes_are_switched_on),
		tree_test(resources_and_pads_are_cut_to_16_bits),
		tree_test(a_mailbox_is_switched_on_by_its_whole_number),
		tree_test(power_domains_and_stream_ids_are_cut_to_16_bits),
		tree_test(a_resource_of_all_ones_is_asked_for),
		tree_test(domu_may_have_a_unit_address),
		tree_test(strings_may_lack_their_final_nul),
		tree_test(without_reg_and_room_nothing_is_handed_over),
		cmocka_unit_test(room_for_a_reg_does_instead_of_one),
		cmocka_unit_test(room_for_a_new_name_is_needed_too),
		tree_test(whoever_needs_what_is_given_away_is_disabled),
		tree_test(a_port_that_names_no_resource_ends_in_bypass),
		tree_test(stream_ids_are_1_to_63_and_the_last_one_holds),
		tree_test(what_is_refused_ends_the_node),
		tree_test(mmu_masters_goes_before_iommus),
		tree_test(what_nobody_reads_may_dangle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
