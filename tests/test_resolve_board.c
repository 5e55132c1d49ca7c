/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of other boards, of other kernels and for hypervisors. */
#include <errno.h>
#include <string.h>

#include "tree_fixture.h"

static void a_tree_that_does_not_fit_is_rejected_by_name(void **state)
{
	static const struct {
		const char *tree;
		int code;
		const char *text;
	} rows[] = {
		{ "board-other", -EINVAL,
		  "the tree is of an i.MX 8QXP (fsl,imx8qxp-mek), and the profile is for "
		  "fsl,imx8qm" },
		{ "board-nameless", -EINVAL,
		  "the tree is of another board: its root has no compatible, and the profile is for "
		  "fsl,imx8qm" },
		{ "board-no-fec1", -ENOENT, "the tree has no node ethernet@5b040000 (fec1)" },
		{ "board-two-fec1", -ENOTUNIQ,
		  "ethernet@5b040000: two nodes match: /bus@5b000000/ethernet@5b040000 "
		  "and /soc/ethernet@5b040000" },
		{ "board-strange-fec1", -EINVAL,
		  "/bus@5b000000/ethernet@5b040000: the profile's device is compatible with "
		  "fsl,imx8qm-fec, and this node is not" },
		{ "board-no-smmu", -ENOENT, "the tree has no SMMU (arm,mmu-500)" },
		{ "board-smmu-off", -ENODEV, "/iommu@51400000: the SMMU is disabled" },
		{ "board-smmu-one-cell", -EINVAL, "/iommu@51400000: #iommu-cells is not 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fault f = { 0 };
		struct resolved b = { .iommu = 12345 };
		struct profile p;
		struct tree_fixture x;

		tree_fixture_open(&x, rows[i].tree);
		tree_fixture_profile("imx8qm-fec1", &p);
		assert_int_equal(resolve_profile(&p, &x.tree, &b, &f), rows[i].code);
		tree_fixture_says(&f, rows[i].code, rows[i].text);
		assert_int_equal(b.iommu, 12345);
		tree_fixture_close(&x);
	}
}

#define SMMU "/iommu@51400000"

/* The tree is refused with this text, or is one of the board's for Linux; closes it. */
static void expect_kind(struct tree_fixture *x, int code, const char *text)
{
	struct fault f = { 0 };
	struct profile p;

	tree_fixture_profile("imx8qm-fec1", &p);
	assert_int_equal(resolve_board(&p, &x->tree, &f), code);
	tree_fixture_says(&f, code, text);
	tree_fixture_close(x);
}

static void a_tree_of_linux_4_is_found_by_its_power_domains(void **state)
{
	static const char text[] = "the tree is for Linux 4: its power domains (nxp,imx8-pd) "
				   "and clocks have another form";
	static const char *const domains[] = { "nxp,imx8-pd", "fsl,imx8-pd" };
	struct tree_fixture x;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		tree_fixture_open(&x, "board-newer");
		tree_fixture_set(&x, "/chosen", "compatible", domains[i], 12);
		expect_kind(&x, 0, "");
		tree_fixture_open(&x, "board-newer");
		tree_fixture_set(&x, "/chosen", "compatible", domains[i], 12);
		tree_fixture_delete(&x, "/system-controller/power-controller", "compatible");
		expect_kind(&x, -EINVAL, text);
	}
	tree_fixture_open(&x, "board-newer");
	tree_fixture_delete(&x, "/system-controller/power-controller", "compatible");
	expect_kind(&x, 0, "");
}

static void a_tree_for_xen_is_found_by_its_smmu(void **state)
{
	static const char text[] = "the tree is for Xen, which keeps the SMMU for itself "
				   "(mmu-masters, #iommu-cells 0, or xen,xen)";
	struct tree_fixture x;

	(void)state;
	tree_fixture_open(&x, "board-newer");
	tree_fixture_set(&x, "/chosen", "compatible", "xen,xen", 8);
	expect_kind(&x, -EOPNOTSUPP, text);
	tree_fixture_open(&x, "board-newer");
	tree_fixture_set(&x, SMMU, "mmu-masters", NULL, 0);
	expect_kind(&x, -EOPNOTSUPP, text);
	tree_fixture_open(&x, "board-newer");
	tree_fixture_set(&x, SMMU, "#iommu-cells", "\0\0\0", 4);
	expect_kind(&x, -EOPNOTSUPP, text);
	tree_fixture_open(&x, "board-newer");
	tree_fixture_set(&x, SMMU, "#iommu-cells", "\0\0\0\0\0\0\0", 8);
	expect_kind(&x, 0, "");
}

/* With its SMMU disabled, and with memory of that name. */
static void open_disabled(struct tree_fixture *x, const char *memory)
{
	tree_fixture_open(x, "board-newer");
	tree_fixture_set(x, SMMU, "status", "disabled", 9);
	tree_fixture_add(x, "/", "jh-after-the-memory");
	tree_fixture_add(x, "/", "reserved-memory");
	tree_fixture_add(x, "/reserved-memory", memory);
}

static void a_tree_for_jailhouse_is_found_by_its_memory(void **state)
{
	static const char text[] =
		"the tree is for Jailhouse, which keeps the SMMU for itself: it is disabled";
	struct tree_fixture x;

	(void)state;
	open_disabled(&x, "jh@fdc00000");
	expect_kind(&x, -EOPNOTSUPP, text);
	open_disabled(&x, "jh@fdc00000");
	tree_fixture_add(&x, "/reserved-memory", "first@0");
	expect_kind(&x, -EOPNOTSUPP, text);
	open_disabled(&x, "jpeg@fdc00000");
	expect_kind(&x, 0, "");
	open_disabled(&x, "jh@fdc00000");
	tree_fixture_set(&x, SMMU, "status", "okay", 5);
	expect_kind(&x, 0, "");
	tree_fixture_open(&x, "board-newer");
	tree_fixture_set(&x, SMMU, "status", "disabled", 9);
	expect_kind(&x, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_that_does_not_fit_is_rejected_by_name),
		cmocka_unit_test(a_tree_of_linux_4_is_found_by_its_power_domains),
		cmocka_unit_test(a_tree_for_xen_is_found_by_its_smmu),
		cmocka_unit_test(a_tree_for_jailhouse_is_found_by_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
