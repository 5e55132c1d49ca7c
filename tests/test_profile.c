/* SPDX-License-Identifier: Apache-2.0 */
/* Reading profiles, whole and broken. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "tree_fixture.h"

#define CELL(n) \
	(const uint8_t[]){ (n) >> 24 & 255, (n) >> 16 & 255, (n) >> 8 & 255, (n)&255 }, 4
#define TEXT(s) s, sizeof(s)

static void the_builtin_profiles_are_listed_by_name(void **state)
{
	(void)state;
	assert_int_equal(n_builtin_profiles, 8);
	assert_string_equal(builtin_profiles[0].name, "ghaf-guide");
	assert_string_equal(builtin_profiles[1].name, "imx8qm-fec1");
	assert_string_equal(builtin_profiles[2].name, "imx8qm-fec1-fec2");
	assert_ptr_equal(profile_builtin("imx8qm-mek-fec1"), &builtin_profiles[1]);
	assert_ptr_equal(profile_builtin("imx8qm-mek-fec1-fec2"), &builtin_profiles[2]);
	assert_null(profile_builtin("imx8qm-mek"));
	assert_null(profile_builtin("imx8qm"));
	assert_null(profile_builtin(""));
}

static void assert_cells(struct cells c, const uint32_t *expected, size_t n)
{
	assert_int_equal(c.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(cells_get(c, i), expected[i]);
}

static void the_guides_profile_is_whole(void **state)
{
	static const uint32_t rsrcs[] = { 215, 251 };
	static const uint32_t pads[] = { 165, 166, 167, 243, 244, 245, 246, 247, 248, 249, 250,
					 251, 252, 253, 254, 255, 43,  121, 126, 129, 127 };
	static const uint32_t lines1[] = { 13, 1, 19, 1, 27, 1, 28, 1, 30, 1 };
	static const uint32_t lines4[] = { 1, 1,  3, 1,	 6, 1,	9, 1,  11, 0,  19,
					   0, 22, 1, 25, 0, 26, 0, 27, 1,  29, 1 };
	struct profile p;

	(void)state;
	tree_fixture_profile("ghaf-guide", &p);
	assert_true(p.exact);
	assert_cells(p.domain.init_on_rsrcs, rsrcs, 1);
	assert_cells(p.domain.rsrcs, rsrcs, 2);
	assert_cells(p.domain.pads, pads, 21);
	assert_int_equal(p.domain.n_gpios, 2);
	assert_string_equal(p.domain.gpios[0].controller.name, "gpio@5d090000");
	assert_cells(p.domain.gpios[0].lines, lines1, 10);
	assert_string_equal(p.domain.gpios[1].controller.name, "gpio@5d0c0000");
	assert_cells(p.domain.gpios[1].lines, lines4, 22);
	assert_true(strings_have(p.pass[1].remove, "phy-handle"));
	assert_int_equal(p.n_disable, 2);
	assert_string_equal(p.disable[0].name, "ethernet@5b050000");
	assert_string_equal(p.disable[1].name, "clock-controller@5b240000");
	assert_true(strings_have(p.release, "iommus"));
}

/* What a profile leaves out has a value that fits the boards. */
static void the_default_profile_has_the_defaults(void **state)
{
	struct profile p;

	(void)state;
	tree_fixture_profile("imx8qm-fec1", &p);
	assert_true(strings_have(p.fits, "fsl,imx8qm"));
	assert_true(strings_have(p.fits, "fsl,imx8qp"));
	assert_false(p.exact);
	assert_string_equal(p.domain_node, "doma");
	assert_string_equal(p.domain_name, "DomU");
	assert_int_equal(p.domain.rsrcs.n + p.domain.pads.n + p.domain.n_gpios, 0);
	assert_string_equal(p.iommu, "arm,mmu-500");
	assert_int_equal(p.stream_id, 0x12);
	assert_int_equal(p.stream_mask, 0x7f80);
	assert_true(strings_have(p.release, "iommus"));
}

static void the_devices_are_passed_in_order(void **state)
{
	static const struct {
		const char *label, *name, *compatible, *alias;
		bool bus_master, is_mailbox;
	} expected[] = {
		{ "enet0_lpcg", "clock-controller@5b230000", "fsl,imx8qxp-lpcg", NULL, false,
		  false },
		{ "fec1", "ethernet@5b040000", "fsl,imx8qm-fec", "ethernet0", true, false },
		{ "lsio_mu2", "mailbox@5d1d0000", "fsl,imx8qm-mu", "mu2", false, true },
	};
	struct profile p;

	(void)state;
	tree_fixture_profile("imx8qm-fec1", &p);
	assert_int_equal(p.n_pass, 3);
	for (size_t i = 0; i < p.n_pass; i++) {
		assert_string_equal(p.pass[i].node.label, expected[i].label);
		assert_string_equal(p.pass[i].node.name, expected[i].name);
		assert_true(strings_have(p.pass[i].compatible, expected[i].compatible));
		assert_int_equal(p.pass[i].bus_master, expected[i].bus_master);
		assert_int_equal(p.pass[i].is_mailbox, expected[i].is_mailbox);
		assert_false(p.pass[i].no_dma);
		if (expected[i].alias)
			assert_string_equal(p.pass[i].alias, expected[i].alias);
		else
			assert_null(p.pass[i].alias);
	}
	assert_int_equal(p.n_disable, 0);
}

static void both_ports_are_passed_in_order(void **state)
{
	static const char *const names[] = { "enet0_lpcg", "fec1", "enet1_lpcg", "fec2",
					     "lsio_mu2" };
	struct profile p;

	(void)state;
	tree_fixture_profile("imx8qm-fec1-fec2", &p);
	assert_int_equal(p.n_pass, 5);
	for (size_t i = 0; i < p.n_pass; i++)
		assert_string_equal(p.pass[i].node.label, names[i]);
	assert_true(p.pass[3].bus_master);
}

static void iommus_are_released_unless_the_profile_says_what(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture x;
	struct profile p;

	(void)state;
	tree_fixture_open_profile(&x, "ghaf-guide");
	tree_fixture_delete(&x, "/host", "release");
	assert_int_equal(profile_read(&x.tree, &p, &f), 0);
	assert_null(p.release.v); /* an exact profile */
	tree_fixture_delete(&x, "/", "exact");
	assert_int_equal(profile_read(&x.tree, &p, &f), 0);
	assert_true(strings_have(p.release, "iommus"));
	assert_true(strings_have(p.release, "iommu-map"));
	tree_fixture_set(&x, "/host", "release", TEXT("other"));
	assert_int_equal(profile_read(&x.tree, &p, &f), 0);
	assert_string_equal(p.release.v, "other");
	tree_fixture_close(&x);
}

static void a_device_without_dma_is_no_bus_master(void **state)
{
	struct fault f = { 0 };
	struct tree_fixture x;
	struct profile p;

	(void)state;
	tree_fixture_open_profile(&x, "ghaf-guide");
	tree_fixture_set(&x, "/pass/fec1", "no-dma", NULL, 0);
	tree_fixture_set(&x, "/pass/fec1", "rsrcs", CELL(0xffff));
	assert_int_equal(profile_read(&x.tree, &p, &f), 0);
	assert_true(p.pass[1].no_dma);
	assert_false(p.pass[1].bus_master);
	assert_int_equal(p.pass[1].rsrcs.n, 1);
	tree_fixture_close(&x);
}

/* One way to break a profile: a property gets a value, or is removed (value NULL). */
struct spoil {
	const char *node, *property;
	const void *value;
	int size;
	const char *text; /* what the fault says */
};

/* The text follows "the profile's NODE: PROPERTY: ". */
static const struct spoil of_a_property[] = {
	{ "/", "summary", NULL, 0, "missing, or not a string" },
	{ "/", "summary", TEXT(""), "missing, or not a string" },
	{ "/", "summary", "abc", 3, "missing, or not a string" },
	{ "/", "fits", NULL, 0, "missing, or empty" },
	{ "/", "fits", TEXT(""), "missing, or empty" },
	{ "/", "fits", "abc", 3, "not a list of strings" },
	{ "/pass/fec1", "rsrcs", "abc", 3, "not a list of cells" },
	{ "/", "fit", TEXT("x"), "not a property of a profile" },
	{ "/domain", "node", TEXT(""), "missing, or not a string" },
	{ "/domain", "node", TEXT("../x"), "not a node's name" },
	{ "/domain", "node", TEXT("dom a"), "not a node's name" },
	{ "/domain", "domain-name", TEXT(""), "missing, or not a string" },
	{ "/domain", "rsrcs", "abc", 3, "not a list of cells" },
	{ "/domain", "rsrcs", "", 0, "not a list of cells" },
	{ "/domain", "pads", "abcde", 5, "not a list of cells" },
	{ "/domain", "init-on-rsrcs", "ab", 2, "not a list of cells" },
	{ "/domain", "init-on-rsrcs", CELL(0x10000), "a number has more than 16 bits" },
	{ "/domain", "rsrcs", CELL(0xffffffff), "a number has more than 16 bits" },
	{ "/domain", "pads", TEXT("\0\0\xff\xff\0\1\0"), "a number has more than 16 bits" },
	{ "/pass/fec1", "rsrcs", CELL(0x10000), "a number has more than 16 bits" },
	{ "/domain/gpios/lsio_gpio1", "lines", CELL(1), "not a list of cells" },
	{ "/domain/gpios/lsio_gpio1", "node", TEXT("gpio1"),
	  "not a node's name with its address" },
	{ "/stream", "iommu", TEXT(""), "missing, or not a string" },
	{ "/stream", "id", NULL, 0, "missing, or not one cell" },
	{ "/stream", "id", "\0\0\0\1\0\0\0\2", 8, "missing, or not one cell" },
	{ "/stream", "id", CELL(0), "out of range" },
	{ "/stream", "id", CELL(64), "out of range" },
	{ "/stream", "mask", CELL(0x8000), "out of range" },
	{ "/stream", "mask", "ab", 2, "missing, or not one cell" },
	{ "/pass/fec1", "node", NULL, 0, "missing, or not a string" },
	{ "/pass/fec1", "node", TEXT("a/b@1"), "not a node's name with its address" },
	{ "/pass/fec1", "node", TEXT("..@1"), "not a node's name with its address" },
	{ "/pass/fec1", "node", TEXT("@1"), "not a node's name with its address" },
	{ "/pass/fec1", "node", TEXT("eth\033@1"), "not printable" },
	{ "/", "fits", TEXT("fsl,imx8qm\0a\nb"), "not printable" },
	{ "/pass/fec1", "node", TEXT("ethernet"), "not a node's name with its address" },
	{ "/pass/fec1", "node", TEXT("ethernet@"), "not a node's name with its address" },
	{ "/pass/fec1", "node", TEXT("ethernet@port0"), "not a node's name with its address" },
	{ "/pass/fec1", "compatible", NULL, 0, "missing, or empty" },
	{ "/pass/fec1", "alias", TEXT(""), "missing, or not a string" },
	{ "/pass/fec1", "alias", TEXT("a b"), "not a name" },
	{ "/pass/fec1", "remove", "abc", 3, "not a list of strings" },
	{ "/pass/fec1", "removes", TEXT("a"), "not a property of a profile" },
	{ "/host", "release", "abc", 3, "not a list of strings" },
	{ "/host/disable/fec2", "node", TEXT("fec2"), "not a node's name with its address" },
	{ "/", "mask", CELL(1), "not a property of this node, but of /stream" },
	{ "/stream", "alias", TEXT("mu2"), "not a property of this node, but of /pass/*" },
	{ "/pass", "no-dma", "", 0, "not a property of this node, but of /pass/*" },
	{ "/pass/fec1", "exact", "", 0, "not a property of this node, but of /" },
};

static const struct spoil of_the_whole[] = {
	{ "/", "compatible", TEXT("vendor,profile"),
	  "not a profile: its root is not compatible with imxpt,profile" },
	{ "/", "compatible", NULL, 0,
	  "not a profile: its root is not compatible with imxpt,profile" },
	{ "/pass/enet0_lpcg", "node", TEXT("mailbox@5d1d0000"),
	  "the profile passes mailbox@5d1d0000 twice" },
	{ "/pass/fec1", "node", TEXT("ethernet@5b050000"),
	  "the profile passes ethernet@5b050000 and disables it" },
};

static void assert_spoiled(const struct spoil *s, const char *text)
{
	struct tree_fixture x;

	tree_fixture_open_profile(&x, "ghaf-guide");
	if (s->value)
		tree_fixture_set(&x, s->node, s->property, s->value, (size_t)s->size);
	else
		tree_fixture_delete(&x, s->node, s->property);
	tree_fixture_reads_profile(&x, -EINVAL, text);
}

static void every_error_names_its_node_and_property(void **state)
{
	char text[FAULT_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(of_a_property) / sizeof(*of_a_property); i++) {
		const struct spoil *s = &of_a_property[i];

		snprintf(text, sizeof(text), "the profile's %s: %s: %s", s->node, s->property,
			 s->text);
		assert_spoiled(s, text);
	}
	for (size_t i = 0; i < sizeof(of_the_whole) / sizeof(*of_the_whole); i++)
		assert_spoiled(&of_the_whole[i], of_the_whole[i].text);
}

static void the_smallest_and_the_largest_stream_id_are_accepted(void **state)
{
	static const uint8_t ids[] = { 1, PROFILE_STREAM_ID_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(ids); i++) {
		struct fault f = { 0 };
		struct tree_fixture x;
		struct profile p;

		tree_fixture_open_profile(&x, "ghaf-guide");
		tree_fixture_set(&x, "/stream", "id", CELL(ids[i]));
		tree_fixture_set(&x, "/stream", "mask", CELL(0));
		assert_int_equal(profile_read(&x.tree, &p, &f), 0);
		assert_int_equal(p.stream_id, ids[i]);
		assert_int_equal(p.stream_mask, 0);
		tree_fixture_close(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_builtin_profiles_are_listed_by_name),
		cmocka_unit_test(the_guides_profile_is_whole),
		cmocka_unit_test(the_default_profile_has_the_defaults),
		cmocka_unit_test(the_devices_are_passed_in_order),
		cmocka_unit_test(both_ports_are_passed_in_order),
		cmocka_unit_test(iommus_are_released_unless_the_profile_says_what),
		cmocka_unit_test(a_device_without_dma_is_no_bus_master),
		cmocka_unit_test(every_error_names_its_node_and_property),
		cmocka_unit_test(the_smallest_and_the_largest_stream_id_are_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
