/* SPDX-License-Identifier: Apache-2.0 */
/* Trees on which U-Boot would loop forever, and those whose outcome is not known. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libfdt.h>

#include "fixture.h"
#include "host/uboot.h"
#include "oom.h"
#include "tree_fixture.h"

static void expect_refused(const char *name, int code, const char *text)
{
	struct fault f = { 0 };
	struct uboot u;
	struct tree t;

	fixture_open(name, &t);
	assert_int_equal(uboot_predict(&t, &u, &f), code);
	assert_int_equal(f.code, code);
	assert_string_equal(f.text, text);
	assert_null(u.streams);
	fixture_close(&t);
}

#define NOWHERE                                                                     \
	" of power-domains is broken (no such node, or cells are missing): U-Boot " \
	"loops forever on it and does not boot"

static void a_tree_that_would_hang_uboot_is_refused(void **state)
{
	(void)state;
	expect_refused("uboot-dangling", -ELOOP, "/lcd@5a180000: entry 1" NOWHERE);
	expect_refused("uboot-cut", -ELOOP, "/lcd@5a180000: entry 0" NOWHERE);
	expect_refused("uboot-no-cells", -ELOOP, "/lcd@5a180000: entry 0" NOWHERE);
	expect_refused("uboot-dangling-stream", -ELOOP, "/mmc@5b030000: entry 0" NOWHERE);
}

static void power_domains_of_linux_4_are_refused(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture x;
	struct uboot u;

	(void)state;
	expect_refused("uboot-linux4", -EOPNOTSUPP,
		       "/ethernet@5b040000: power-domains in a tree without fsl,scu-pd: imxpt "
		       "does not know the power domains of Linux 4");
	/* whichever node has them */
	tree_fixture_open(&x, "uboot-linux4");
	tree_fixture_set(&x, "/pd-enet0", "power-domains", "\0\0\0\1", 4);
	assert_int_equal(uboot_predict(&x.tree, &u, &f), -EOPNOTSUPP);
	assert_memory_equal(f.text, "/pd-enet0: power-domains ", 25);
	tree_fixture_close(&x);
}

static void a_refused_stream_id_of_mmu_masters_ends_the_boot(void **state)
{
	(void)state;
	expect_refused(
		"uboot-masters-refused", -EINVAL,
		"/gpu@53100000: the firmware refuses stream id 0x40 for resource 144: "
		"U-Boot would end with \"system-specific fdt fixup failed\" and not boot");
}

#define UNDEFINED                                                                        \
	" of power-domains names a power controller without cells before any resource: " \
	"what U-Boot does with it is undefined"

static void a_power_domain_without_a_number_is_undefined(void **state)
{
	(void)state;
	expect_refused("uboot-undefined", -EOPNOTSUPP, "/lcd@5a180000: entry 0" UNDEFINED);
	expect_refused("uboot-undefined-stream", -EOPNOTSUPP,
		       "/mmc@5b020000: entry 0" UNDEFINED);
}

static void more_domains_than_partitions_are_refused(void **state)
{
	struct fault f = { 0 };
	struct uboot u;
	struct tree t;

	(void)state;
	expect_refused(
		"uboot-many", -E2BIG,
		"/domu/domain-38: this is domain number 29, and the firmware has 32 "
		"partitions, some of them in use before: what U-Boot does is undefined");
	fixture_open("uboot-many-fit", &t);
	assert_int_equal(uboot_predict(&t, &u, &f), 0);
	assert_int_equal(u.n_partitions, 28);
	uboot_free(&u);
	fixture_close(&t);
}

/* Whichever allocation fails, it is reported, and nothing leaks. */
static void memory_that_runs_out_is_reported(void **state)
{
	static const char *const trees[] = { "uboot-domu", "uboot-dsp", "uboot-stock" };

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		struct fault f = { 0 };
		struct uboot u;
		struct tree t;
		int n = 0, ret;

		fixture_open(trees[i], &t);
		do {
			oom_arm(++n);
			ret = uboot_predict(&t, &u, &f);
			assert_int_equal(ret, oom_hit() ? -ENOMEM : 0);
			assert_int_equal(f.code, ret);
			if (ret)
				assert_null(u.partitions);
			f = (struct fault){ 0 };
		} while (ret);
		assert_in_range(n, 2, 100);
		uboot_free(&u);
		fixture_close(&t);
	}
}

/* How many partitions uboot-no-reg has if the first has a reg of size bytes. */
static size_t made_with_reg(int reg)
{
	static const char zeros[32];
	struct fault f = { 0 };
	struct uboot u = { 0 };
	struct tree t;
	size_t size, made = 0;
	void *blob = fixture_read("uboot-no-reg", &size);
	int room = (int)size + 256;

	blob = realloc(blob, (size_t)room);
	assert_non_null(blob);
	assert_int_equal(fdt_open_into(blob, blob, room), 0);
	assert_int_equal(fdt_setprop(blob, fdt_path_offset(blob, "/domu/doma"), "reg", zeros,
				     reg),
			 0);
	assert_int_equal(fdt_pack(blob), 0);
	if (tree_open(blob, fdt_totalsize(blob), &t, &f) || uboot_predict(&t, &u, &f))
		fail_msg("%s", f.text);
	for (size_t i = 0; i < u.n_partitions; i++)
		made += u.partitions[i].outcome == UBOOT_MADE;
	uboot_free(&u);
	tree_close(&t);
	free(blob);
	return made;
}

/* A new reg takes 16 bytes, and a property ends at a multiple of four. */
static void what_a_longer_reg_leaves_is_room(void **state)
{
	(void)state;
	assert_int_equal(made_with_reg(1), 1);
	assert_int_equal(made_with_reg(4), 1);
	assert_int_equal(made_with_reg(16), 1);
	assert_int_equal(made_with_reg(17), 2);
	assert_int_equal(made_with_reg(20), 2);
}

static void domu_may_be_the_first_node(void **state)
{
	_Alignas(8) char blob[512];
	struct fault f = { 0 };
	struct uboot u = { 0 };
	struct tree t;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(fdt_create_empty_tree(blob, sizeof(blob)), 0);
		assert_true(fdt_add_subnode(blob, 0, i ? "domu" : "other") > 0);
		assert_int_equal(tree_open(blob, sizeof(blob), &t, &f), 0);
		assert_int_equal(uboot_predict(&t, &u, &f), 0);
		assert_int_equal(u.has_domu, i);
		uboot_free(&u);
		tree_close(&t);
	}
}

static void a_list_of_one_byte_is_not_empty(void **state)
{
	static const char *const lists[] = { "rsrcs", "pads" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fault f = { 0 };
		struct tree_fixture x;
		struct uboot u;

		tree_fixture_open(&x, "uboot-domu");
		for (size_t size = 0; size <= 1; size++) {
			tree_fixture_set(&x, "/domu/empty", lists[i], "x", size);
			assert_int_equal(uboot_predict(&x.tree, &u, &f), 0);
			assert_int_equal(u.partitions[5].node,
					 tree_at(&x.tree, "/domu/empty"));
			assert_int_equal(u.partitions[5].outcome,
					 size ? UBOOT_MADE : UBOOT_EMPTY);
			uboot_free(&u);
		}
		tree_fixture_close(&x);
	}
}

static void an_empty_property_is_one_too(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture x;
	struct uboot u;

	(void)state;
	/* without mmu-masters the ids would be those of iommus */
	tree_fixture_open(&x, "uboot-stock");
	tree_fixture_set(&x,
			 tree_path(&x.tree, tree_compatible(&x.tree, "arm,mmu-500"),
				   (char[TREE_PATH_MAX]){ "" }),
			 "mmu-masters", NULL, 0);
	assert_int_equal(uboot_predict(&x.tree, &u, &f), 0);
	assert_int_equal(u.n_streams, 0);
	uboot_free(&u);
	tree_fixture_close(&x);
	tree_fixture_open(&x, "uboot-linux4");
	tree_fixture_set(&x, "/ethernet@5b040000", "power-domains", NULL, 0);
	assert_int_equal(uboot_predict(&x.tree, &u, &f), -EOPNOTSUPP);
	tree_fixture_close(&x);
}

/* There is room for the property, and not for its name, which the first one ends with. */
static void the_name_of_any_property_may_end_in_reg(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture x;
	struct uboot u;
	struct tree t;
	uint32_t size;

	(void)state;
	tree_fixture_open(&x, "uboot-no-reg");
	tree_fixture_delete(&x, "/ethernet@5b040000", "reg");
	tree_fixture_set(&x, "/", "my-reg", "", 0);
	fdt_pack(x.blob);
	size = fdt_totalsize(x.blob) + 16;
	fdt_set_totalsize(x.blob, size);
	assert_int_equal(tree_open(x.blob, size, &t, &f), 0);
	assert_int_equal(uboot_predict(&t, &u, &f), 0);
	assert_int_equal(u.partitions[0].outcome, UBOOT_MADE);
	assert_int_equal(u.partitions[1].outcome, UBOOT_NO_REG);
	uboot_free(&u);
	tree_close(&t);
	tree_fixture_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_that_would_hang_uboot_is_refused),
		cmocka_unit_test(power_domains_of_linux_4_are_refused),
		cmocka_unit_test(a_refused_stream_id_of_mmu_masters_ends_the_boot),
		cmocka_unit_test(more_domains_than_partitions_are_refused),
		cmocka_unit_test(a_power_domain_without_a_number_is_undefined),
		cmocka_unit_test(memory_that_runs_out_is_reported),
		cmocka_unit_test(what_a_longer_reg_leaves_is_room),
		cmocka_unit_test(a_list_of_one_byte_is_not_empty),
		cmocka_unit_test(an_empty_property_is_one_too),
		cmocka_unit_test(the_name_of_any_property_may_end_in_reg),
		cmocka_unit_test(domu_may_be_the_first_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
