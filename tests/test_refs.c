/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "dt/refs.h"
#include "fixture.h"
#include "oom.h"

static struct tree t;

static int open_it(void **state)
{
	(void)state;
	fixture_open("refs", &t);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	fixture_close(&t);
	return 0;
}

/* The references of the node at path; there are n. */
static struct refs refs_at(const char *path, size_t n)
{
	struct refs refs;
	struct fault f = { 0 };

	assert_true(tree_at(&t, path) > 0);
	assert_int_equal(refs_of_node(&t, tree_at(&t, path), &refs, &f), 0);
	assert_int_equal(refs.n, n);
	return refs;
}

/* Whatever its state, the reference knows where in its property it is. */
static void assert_in_property(const struct ref *r)
{
	struct prop p = { 0 };
	const uint8_t *value;

	while (p.number < r->number)
		assert_true(tree_next_prop(&t, r->from, &p));
	value = p.value;
	assert_non_null(r->args.v);
	assert_true(r->args.v > value && r->args.v <= value + p.size);
	if (r->phandle)
		assert_int_equal(cells_get((struct cells){ r->args.v - 4, 1 }, 0), r->phandle);
}

static void assert_ref(const struct ref *r, const char *property, int index, int state)
{
	assert_string_equal(r->property, property);
	assert_int_equal(r->index, index);
	assert_int_equal(r->state, state);
	if (state != REF_WHOLE)
		assert_int_equal(r->args.n, 0);
	assert_in_property(r);
}

static void counts_empty_entries_and_leaves_them_out(void **state)
{
	struct refs refs = refs_at("/empty-entries", 2);

	(void)state;
	assert_ref(&refs.v[0], "clocks", 1, REF_WHOLE);
	assert_int_equal(refs.v[0].to, tree_at(&t, "/clock"));
	assert_int_equal(cells_get(refs.v[0].args, 0), 5);
	assert_ref(&refs.v[1], "clocks", 4, REF_WHOLE);
	assert_int_equal(cells_get(refs.v[1].args, 0), 6);
	assert_null(refs_broken(&refs));
	refs_free(&refs);
	refs_free(&refs); /* of zeroes now */
}

static void finds_dangling_references(void **state)
{
	struct refs refs = refs_at("/dangling", 4);

	(void)state;
	/* a plain list continues after one, a counted one cannot */
	assert_ref(&refs.v[0], "phy-handle", 0, REF_DANGLING);
	assert_int_equal(refs.v[0].to, -1);
	assert_int_equal(refs.v[0].phandle, 0x77);
	assert_ref(&refs.v[1], "phy-handle", 1, REF_WHOLE);
	assert_ref(&refs.v[2], "clocks", 0, REF_WHOLE);
	assert_ref(&refs.v[3], "clocks", 1, REF_DANGLING);
	assert_ptr_equal(refs_broken(&refs), &refs.v[0]);
	refs_free(&refs);
}

static void finds_references_that_are_cut_short(void **state)
{
	struct refs refs = refs_at("/cut", 6);

	(void)state;
	assert_ref(&refs.v[0], "clocks", 0, REF_WHOLE);
	assert_ref(&refs.v[1], "clocks", 1, REF_CUT);
	assert_int_equal(refs.v[1].to, tree_at(&t, "/clock"));
	assert_ref(&refs.v[2], "power-domains", 0, REF_CUT); /* unknown count */
	assert_ref(&refs.v[3], "resets", 0, REF_CUT);
	assert_ref(&refs.v[4], "iommu-map", 0, REF_WHOLE);
	assert_ref(&refs.v[5], "iommu-map", 1, REF_CUT);
	assert_ptr_equal(refs_broken(&refs), &refs.v[1]);
	refs_free(&refs);
}

static void reads_maps_after_the_childs_cells(void **state)
{
	struct refs refs = refs_at("/pcie", 4);
	int gic = tree_at(&t, "/interrupt-controller");

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_ref(&refs.v[i], "interrupt-map", i, REF_WHOLE);
		assert_int_equal(refs.v[i].to, gic);
		assert_int_equal(refs.v[i].args.n, 5);
		assert_int_equal(cells_get(refs.v[i].args, 2), 9 + 3 * i);
		assert_ref(&refs.v[2 + i], "iommu-map", i, REF_WHOLE);
		assert_int_equal(refs.v[2 + i].to, tree_at(&t, "/iommu"));
		assert_int_equal(cells_get(refs.v[2 + i].args, 1), 1 + i);
	}
	refs_free(&refs);
}

/* Two counts whose sum is small again. */
static void rejects_a_count_that_wraps_around(void **state)
{
	struct refs refs = refs_at("/pcie-strange", 1);

	(void)state;
	assert_ref(&refs.v[0], "interrupt-map", 0, REF_CUT);
	refs_free(&refs);
}

static void ignores_properties_with_similar_names(void **state)
{
	struct refs refs = refs_at("/lookalikes", 0);

	(void)state;
	refs_free(&refs);
	refs = refs_at("/gpio/led-hog", 1); /* its gpios are lines of its parent */
	assert_ref(&refs.v[0], "led-gpios", 0, REF_CUT);
	refs_free(&refs);
	refs = refs_at("/gpio", 0); /* and its children's are not its own */
	refs_free(&refs);
}

static void collects_all_in_the_order_of_the_tree(void **state)
{
	struct fault f = { 0 };
	struct refs all;
	size_t n = 0;

	(void)state;
	assert_int_equal(refs_collect(&t, &all, &f), 0);
	for (int node = 0; node < t.n_nodes; node++) {
		struct refs own;

		assert_int_equal(refs_of_node(&t, node, &own, &f), 0);
		for (size_t i = 0; i < own.n; i++, n++) {
			assert_int_equal(all.v[n].from, node);
			assert_string_equal(all.v[n].property, own.v[i].property);
			assert_int_equal(all.v[n].index, own.v[i].index);
		}
		refs_free(&own);
	}
	assert_int_equal(n, all.n);
	assert_int_equal(n, 20);
	refs_free(&all);
}

/* A property and, after a phandle, what the target counts or a fixed number of cells. */
static const struct {
	const char *name, *counter;
	unsigned int fixed, skip;
	bool may_lack;
} grammar[] = {
	{ "access-controllers", "#access-controller-cells", 0, 0, false },
	{ "assigned-clock-parents", "#clock-cells", 0, 0, false },
	{ "assigned-clocks", "#clock-cells", 0, 0, false },
	{ "clocks", "#clock-cells", 0, 0, false },
	{ "cooling-device", "#cooling-cells", 0, 0, false },
	{ "dmas", "#dma-cells", 0, 0, false },
	{ "fsl,usbmisc", "#index-cells", 0, 0, true },
	{ "gpio", "#gpio-cells", 0, 0, false },
	{ "gpios", "#gpio-cells", 0, 0, false },
	{ "reset-gpio", "#gpio-cells", 0, 0, false },
	{ "cd-gpios", "#gpio-cells", 0, 0, false },
	{ "hwlocks", "#hwlock-cells", 0, 0, false },
	{ "interconnects", "#interconnect-cells", 0, 0, false },
	{ "interrupts-extended", "#interrupt-cells", 0, 0, false },
	{ "io-backends", "#io-backend-cells", 0, 0, false },
	{ "io-channels", "#io-channel-cells", 0, 0, false },
	{ "iommus", "#iommu-cells", 0, 0, false },
	{ "mboxes", "#mbox-cells", 0, 0, false },
	{ "mmu-masters", "#stream-id-cells", 1, 0, true },
	{ "msi-parent", "#msi-cells", 0, 0, true },
	{ "mux-controls", "#mux-control-cells", 0, 0, false },
	{ "mux-states", "#mux-state-cells", 0, 0, false },
	{ "nvmem-cells", "#nvmem-cell-cells", 0, 0, true },
	{ "phys", "#phy-cells", 0, 0, false },
	{ "power-domains", "#power-domain-cells", 0, 0, false },
	{ "pses", "#pse-cells", 0, 0, false },
	{ "pwms", "#pwm-cells", 0, 0, false },
	{ "resets", "#reset-cells", 0, 0, false },
	{ "sound-dai", "#sound-dai-cells", 0, 0, true },
	{ "thermal-sensors", "#thermal-sensor-cells", 0, 0, false },
	{ "gpio-ranges", NULL, 3, 0, false },
	{ "iommu-map", NULL, 2, 1, false },
	{ "msi-map", NULL, 2, 1, false },
	{ "affinity", NULL, 0, 0, false },
	{ "audio-asrc", NULL, 0, 0, false },
	{ "audio-codec", NULL, 0, 0, false },
	{ "audio-cpu", NULL, 0, 0, false },
	{ "backlight", NULL, 0, 0, false },
	{ "cpu", NULL, 0, 0, false },
	{ "cpu-idle-states", NULL, 0, 0, false },
	{ "dais", NULL, 0, 0, false },
	{ "extcon", NULL, 0, 0, false },
	{ "fsl,usbphy", NULL, 0, 0, false },
	{ "i2c-parent", NULL, 0, 0, false },
	{ "interrupt-parent", NULL, 0, 0, false },
	{ "leds", NULL, 0, 0, false },
	{ "memory-region", NULL, 0, 0, false },
	{ "mmc-pwrseq", NULL, 0, 0, false },
	{ "next-level-cache", NULL, 0, 0, false },
	{ "nvmem", NULL, 0, 0, false },
	{ "operating-points-v2", NULL, 0, 0, false },
	{ "panel", NULL, 0, 0, false },
	{ "pcs-handle", NULL, 0, 0, false },
	{ "peer-hub", NULL, 0, 0, false },
	{ "phy", NULL, 0, 0, false },
	{ "phy-device", NULL, 0, 0, false },
	{ "phy-handle", NULL, 0, 0, false },
	{ "post-init-providers", NULL, 0, 0, false },
	{ "power-supplies", NULL, 0, 0, false },
	{ "remote-endpoint", NULL, 0, 0, false },
	{ "sfp", NULL, 0, 0, false },
	{ "simple-audio-card,bitclock-master", NULL, 0, 0, false },
	{ "simple-audio-card,frame-master", NULL, 0, 0, false },
	{ "spdif-controller", NULL, 0, 0, false },
	{ "ssi-controller", NULL, 0, 0, false },
	{ "trip", NULL, 0, 0, false },
	{ "wakeup-parent", NULL, 0, 0, false },
	{ "vmmc-supply", NULL, 0, 0, false },
	{ "pinctrl-0", NULL, 0, 0, false },
	{ "pinctrl-12", NULL, 0, 0, false },
};

/* A tree of two entries of that property, each with n_args cells, which the target counts. */
static void make_entries(char *blob, int size, size_t row, unsigned int n_args, bool counts)
{
	fdt32_t cells[16] = { 0 };
	unsigned int at = 0;

	for (unsigned int i = 0; i < 2; i++) {
		at += grammar[row].skip;
		cells[at++] = cpu_to_fdt32(1);
		for (unsigned int k = 0; k < n_args; k++)
			cells[at++] = cpu_to_fdt32(0x50 + i);
	}
	fdt_create(blob, size);
	fdt_finish_reservemap(blob);
	fdt_begin_node(blob, "");
	fdt_property(blob, grammar[row].name, cells, (int)(at * sizeof(*cells)));
	fdt_begin_node(blob, "target");
	fdt_property_u32(blob, "phandle", 1);
	if (counts)
		fdt_property_u32(blob, grammar[row].counter, n_args);
	fdt_end_node(blob);
	fdt_end_node(blob);
	assert_int_equal(fdt_finish(blob), 0);
}

/* Both entries are whole, or the first one is cut. */
static void assert_entries(const char *blob, unsigned int n_args, bool whole)
{
	struct fault f = { 0 };
	struct tree small;
	struct refs refs;

	assert_int_equal(tree_open(blob, fdt_totalsize(blob), &small, &f), 0);
	assert_int_equal(refs_collect(&small, &refs, &f), 0);
	assert_int_equal(refs.n, whole ? 2 : 1);
	for (size_t i = 0; i < refs.n; i++) {
		assert_int_equal(refs.v[i].to, 1);
		assert_int_equal(refs.v[i].state, whole ? REF_WHOLE : REF_CUT);
		assert_int_equal(refs.v[i].args.n, whole ? n_args : 0);
		if (refs.v[i].args.n)
			assert_int_equal(cells_get(refs.v[i].args, 0), 0x50 + i);
	}
	refs_free(&refs);
	tree_close(&small);
}

static void knows_every_row_of_the_grammar(void **state)
{
	static _Alignas(8) char blob[4096];

	(void)state;
	for (size_t row = 0; row < sizeof(grammar) / sizeof(*grammar); row++) {
		unsigned int fixed = grammar[row].fixed;

		if (grammar[row].counter) {
			make_entries(blob, sizeof(blob), row, 2, true);
			assert_entries(blob, 2, true);
			make_entries(blob, sizeof(blob), row, 0, true);
			assert_entries(blob, 0, true);
		}
		make_entries(blob, sizeof(blob), row, fixed, false);
		assert_entries(blob, fixed, !grammar[row].counter || grammar[row].may_lack);
	}
}

static void knows_what_a_node_works_without(void **state)
{
	struct refs refs = refs_at("/cut", 6);

	(void)state;
	for (size_t i = 0; i < refs.n; i++)
		assert_int_equal(refs.v[i].needed,
				 strcmp(refs.v[i].property, "iommu-map") != 0);
	refs_free(&refs);
	refs = refs_at("/hub", 2);
	assert_ref(&refs.v[0], "i2c-parent", 0, REF_WHOLE);
	assert_true(refs.v[0].needed);
	assert_ref(&refs.v[1], "peer-hub", 0, REF_WHOLE);
	assert_false(refs.v[1].needed);
	refs_free(&refs);
}

static void collecting_survives_any_failed_allocation(void **state)
{
	int n = 1;

	(void)state;
	for (bool hit = true; hit; n++) {
		struct refs refs = { .n = 99 };
		struct fault f = { 0 };
		int ret;

		oom_arm(n);
		ret = refs_collect(&t, &refs, &f);
		hit = oom_hit();
		assert_int_equal(ret, hit ? -ENOMEM : 0);
		assert_int_equal(f.code, ret);
		if (hit)
			assert_int_equal(refs.n, 99);
		else
			refs_free(&refs);
	}
	assert_true(n > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_empty_entries_and_leaves_them_out),
		cmocka_unit_test(finds_dangling_references),
		cmocka_unit_test(finds_references_that_are_cut_short),
		cmocka_unit_test(reads_maps_after_the_childs_cells),
		cmocka_unit_test(rejects_a_count_that_wraps_around),
		cmocka_unit_test(ignores_properties_with_similar_names),
		cmocka_unit_test(collects_all_in_the_order_of_the_tree),
		cmocka_unit_test(knows_every_row_of_the_grammar),
		cmocka_unit_test(knows_what_a_node_works_without),
		cmocka_unit_test(collecting_survives_any_failed_allocation),
	};

	return cmocka_run_group_tests(tests, open_it, close_it);
}
