/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest's partition must have, as a patched tree says. */
#include <endian.h>

#include "scfw/partition.h"
#include "tree_fixture.h"

#define ENET_0 251
#define MU_1A 214
#define MU_2A 215
#define DOMAIN "/domu/doma"

static void open_board(struct tree_fixture_board *b)
{
	tree_fixture_board(b, "mek-like");
	tree_fixture_patch(b, false);
}

static int reads(const struct tree_fixture_board *b, struct partition_contents *c,
		 struct fault *f)
{
	struct refs refs;
	int ret;

	*f = (struct fault){ 0 };
	assert_int_equal(refs_collect(&b->x.tree, &refs, f), 0);
	ret = partition_contents(&b->board, &refs, c, f);
	refs_free(&refs);
	return ret;
}

static void the_contents_are_the_trees_domain(void **state)
{
	struct tree_fixture_board b;
	struct partition_contents c;
	struct fault f;

	(void)state;
	open_board(&b);
	assert_int_equal(reads(&b, &c, &f), 0);
	assert_int_equal(c.n_resources, 2);
	assert_int_equal(c.resources[0].id, MU_2A);
	assert_true(c.resources[0].on);
	assert_int_equal(c.resources[0].stream_id, 0);
	assert_int_equal(c.resources[1].id, ENET_0);
	assert_false(c.resources[1].on);
	assert_int_equal(c.resources[1].stream_id, 0x12);
	assert_int_equal(c.n_pads, 2);
	assert_int_equal(c.pads[0], 166);
	assert_int_equal(c.pads[1], 165);
	assert_int_equal(c.mailbox, MU_2A);
	assert_int_equal(c.host_mailbox, MU_1A);
	tree_fixture_close(&b.x);
}

static void a_pad_that_is_named_twice_is_there_once(void **state)
{
	const uint32_t pads[] = { htobe32(7), htobe32(9), htobe32(7), htobe32(9) };
	struct tree_fixture_board b;
	struct partition_contents c;
	struct fault f;

	(void)state;
	open_board(&b);
	tree_fixture_set(&b.x, DOMAIN, "pads", pads, sizeof(pads));
	assert_int_equal(reads(&b, &c, &f), 0);
	assert_int_equal(c.n_pads, 2);
	assert_int_equal(c.pads[0], 7);
	assert_int_equal(c.pads[1], 9);
	tree_fixture_close(&b.x);
}

/* The domain's property is that one number, and the contents are refused. */
static void refused(const char *property, uint32_t number, int code, const char *text)
{
	const uint32_t value = htobe32(number);
	struct tree_fixture_board b;
	struct partition_contents c;
	struct fault f;

	open_board(&b);
	tree_fixture_set(&b.x, DOMAIN, property, &value, sizeof(value));
	assert_int_equal(reads(&b, &c, &f), code);
	assert_string_equal(f.text, text);
	tree_fixture_close(&b.x);
}

static void wrong_contents_are_refused(void **state)
{
	struct tree_fixture_board b;
	uint32_t many[80];
	struct partition_contents c;
	struct fault f;

	(void)state;
	refused("pads", 269, -EINVAL, "pad 269 in pads of the domain does not exist");
	refused("rsrcs", ENET_0, -EINVAL, "the passed mailbox is not in rsrcs of /domu/doma");
	open_board(&b);
	for (uint32_t i = 0; i < 80; i++)
		many[i] = htobe32(MU_2A + i);
	tree_fixture_set(&b.x, DOMAIN, "rsrcs", many, sizeof(many));
	assert_int_equal(reads(&b, &c, &f), -E2BIG);
	many[1] = htobe32(546);
	tree_fixture_set(&b.x, DOMAIN, "rsrcs", many, sizeof(many));
	assert_int_equal(reads(&b, &c, &f), -EINVAL);
	assert_string_equal(f.text, "resource 546 in rsrcs of the domain does not exist");
	tree_fixture_delete(&b.x, "/system-controller", "mboxes");
	assert_int_equal(reads(&b, &c, &f), -ENOENT);
	tree_fixture_remove(&b.x, "/domu");
	assert_int_equal(reads(&b, &c, &f), -ENOENT);
	assert_string_equal(f.text, "the tree has no /domu/doma");
	tree_fixture_close(&b.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_contents_are_the_trees_domain),
		cmocka_unit_test(a_pad_that_is_named_twice_is_there_once),
		cmocka_unit_test(wrong_contents_are_refused),
	};

	return cmocka_run_group_tests_name("partition_contents", tests, NULL, NULL);
}
