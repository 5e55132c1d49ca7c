/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts of profiles: what is passed with a device, in which order, and what is refused. */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/deps.h"
#include "oom.h"
#include "tree_fixture.h"

#define NAMES_MAX 4
#define SMMU "/iommu@51400000"
#define DSP "/bus@55000000/dsp@556e8000"
#define MU3 "/bus@5d000000/mailbox@5d1e0000"

/* Each test changes it. */
static struct tree_fixture x;

static int open_board(void **state)
{
	(void)state;
	tree_fixture_open(&x, "board-devices");
	return 0;
}

static int close_board(void **state)
{
	(void)state;
	tree_fixture_close(&x);
	return 0;
}

static void set_cell(const char *path, const char *name, uint32_t v)
{
	v = htobe32(v);
	tree_fixture_set(&x, path, name, &v, sizeof(v));
}

static void set_string(const char *path, const char *name, const char *v)
{
	tree_fixture_set(&x, path, name, v, strlen(v) + 1);
}

/* Make the draft for the nodes of these names in the tree. */
static int make(const struct tree *t, const char *const *names, struct draft *d,
		struct fault *f)
{
	int nodes[NAMES_MAX];
	struct nodes devices = { nodes, 0 };

	for (; names[devices.n]; devices.n++) {
		for (nodes[devices.n] = 0; nodes[devices.n] < t->n_nodes; nodes[devices.n]++) {
			if (!strcmp(t->nodes[nodes[devices.n]].name, names[devices.n]))
				break;
		}
		assert_true(nodes[devices.n] < t->n_nodes);
	}
	return draft_make(t, devices, d, f);
}
#define MAKE(d, f, ...) make(&x.tree, (const char *const[]){ __VA_ARGS__, NULL }, d, f)

/* A line for each device: its name, who needs it, what it does. */
static void expect(const struct draft *d, const char *want)
{
	const struct tree *t = d->deps.tree;
	char *got;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	assert_non_null(out);
	for (size_t i = 0; i < d->n_pass; i++) {
		const struct draft_device *p = &d->pass[i];

		fputs(t->nodes[p->node].name, out);
		if (p->user >= 0)
			fprintf(out, " < %s %s", t->nodes[p->user].name, p->property);
		for (size_t k = 0; k < p->n_rsrcs; k++)
			fprintf(out, " rsrc %u", (unsigned int)p->rsrcs[k]);
		fprintf(out, "%s\n", p->no_dma ? " no-dma" : "");
	}
	fclose(out);
	assert_string_equal(got, want);
	free(got);
}

/* The draft for one device is this. */
static void expect_draft(const char *name, const char *want)
{
	struct fault f = { 0 };
	struct draft d;

	if (MAKE(&d, &f, name))
		fail_msg("%s", f.text);
	expect(&d, want);
	draft_free(&d);
}

static void expect_refusal(const char *name, int code, const char *text)
{
	struct fault f = { 0 };
	struct draft d;

	assert_int_equal(MAKE(&d, &f, name), code);
	tree_fixture_says(&f, code, text);
}

static void a_device_brings_its_gates_and_parts(void **state)
{
	(void)state;
	expect_draft("usb@5b0d0000", "clock-controller@5b270000 < usbphy@5b100000 clocks\n"
				     "usbphy@5b100000 < usb@5b0d0000 fsl,usbphy no-dma\n"
				     "usbmisc@5b0d0200 < usb@5b0d0000 fsl,usbmisc no-dma\n"
				     "usb@5b0d0000\n"
				     "mailbox@5d1e0000\n");
	/* not its regulator, its GPIO's controller or its pins */
	expect_draft("mmc@5b020000", "clock-controller@5b210000 < mmc@5b020000 clocks\n"
				     "mmc@5b020000\n"
				     "mailbox@5d1e0000\n");
	/* not its DMA controller */
	expect_draft("serial@5a070000", "clock-controller@5a470000 < serial@5a070000 clocks\n"
					"serial@5a070000 no-dma\n"
					"mailbox@5d1e0000\n");
	expect_draft("ethernet@5b050000",
		     "clock-controller@5b230000 < ethernet@5b040000 clocks\n"
		     "clock-controller@5b240000 < ethernet@5b050000 clocks\n"
		     "ethernet@5b040000 < ethernet@5b050000 phy-handle\n"
		     "ethernet@5b050000\n"
		     "mailbox@5d1e0000\n");
}

static void what_the_host_serves_is_not_passed(void **state)
{
	static const char *const properties[] = { "vmmc-supply", "nvmem-cells",
						  "pinctrl-0",	 "interrupts-extended",
						  "dmas",	 "reset-gpios" };
	const char *sd = "/bus@5b000000/mmc@5b020000";
	const char *sensor = "/bus@5a000000/i2c@5a800000/light-sensor@44";

	(void)state;
	tree_fixture_delete(&x, sd, "clocks");
	set_cell(sensor, "phandle", 0x77);
	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++)
		set_cell(sd, properties[i], 0x77);
	set_cell(sensor, "#gpio-cells", 0);
	set_cell(sensor, "#dma-cells", 0);
	set_cell(sensor, "#interrupt-cells", 0);
	expect_draft("mmc@5b020000", "mmc@5b020000\nmailbox@5d1e0000\n");
	set_cell(FEC1 "/mdio/ethernet-phy@0", "interrupts-extended", 0x77);
	expect_draft("ethernet@5b040000",
		     "clock-controller@5b230000 < ethernet@5b040000 clocks\n"
		     "ethernet@5b040000\n"
		     "mailbox@5d1e0000\n");
	set_cell(sd, "phys", 0x77);
	set_cell(sensor, "#phy-cells", 0);
	expect_draft("mmc@5b020000", "i2c@5a800000 < mmc@5b020000 phys no-dma\n"
				     "mmc@5b020000\n"
				     "mailbox@5d1e0000\n");
}

/* Even where the guest's system controller cannot have the mailbox instead. */
static void the_hosts_mailbox_is_not_passed(void **state)
{
	(void)state;
	set_string("/bus@5d000000/mailbox@5d1c0000", "compatible", "other-mu");
	expect_draft("serial@5a070000", "clock-controller@5a470000 < serial@5a070000 clocks\n"
					"serial@5a070000 no-dma\n"
					"mailbox@5d1e0000\n");
}

static void several_devices_are_passed_in_their_order(void **state)
{
	struct fault f = { 0 };
	struct draft d;

	(void)state;
	assert_int_equal(MAKE(&d, &f, "can@5a8e0000", "mailbox@5d1d0000", "can@5a8d0000",
			      "can@5a8e0000"),
			 0);
	expect(&d, "clock-controller@5ace0000 < can@5a8e0000 clocks\n"
		   "can@5a8e0000 no-dma\n"
		   "clock-controller@5acd0000 < can@5a8d0000 clocks\n"
		   "can@5a8d0000 no-dma\n"
		   "mailbox@5d1d0000\n");
	assert_int_equal(d.mailbox, 2);
	draft_free(&d);
}

static void the_mailbox_is_one_that_the_host_does_not_use(void **state)
{
	(void)state;
	expect_draft("gpio@5d090000", "gpio@5d090000 no-dma\nmailbox@5d1e0000\n");
	/* a disabled node uses nothing */
	set_string(DSP, "status", "disabled");
	expect_draft("gpio@5d090000", "gpio@5d090000 no-dma\nmailbox@5d1d0000\n");
	set_cell(MU2, "phandle", 0x77);
	/* of the root, it is the first reference of the tree */
	tree_fixture_set(&x, "/", "mboxes", "\0\0\0\x77\0\0\0\0\0\0\0\0", 12);
	expect_draft("gpio@5d090000", "gpio@5d090000 no-dma\nmailbox@5d1e0000\n");
	tree_fixture_remove(&x, MU3);
	expect_refusal(
		"gpio@5d090000", -ENOENT,
		"no mailbox is free: the tree has none of MU_2A to MU_4A, or the host uses them");
}

static uint32_t stream_for(const char *name)
{
	struct fault f = { 0 };
	struct draft d;
	uint32_t id;

	if (MAKE(&d, &f, name))
		fail_msg("%s", f.text);
	id = d.stream_id;
	draft_free(&d);
	return id;
}

static void the_stream_id_is_of_no_other_device(void **state)
{
	uint32_t iommus[3 * 63];
	const uint32_t *smmu;
	struct fault f = { 0 };
	struct draft d;
	int size;

	(void)state;
	assert_int_equal(stream_for("can@5a8d0000"), 0x20);
	smmu = tree_prop(&x.tree, tree_at(&x.tree, SMMU), "phandle", &size);
	/* each id but one is of the DSP */
	for (uint32_t id = 1; id <= 63; id++) {
		iommus[3 * id - 3] = *smmu;
		iommus[3 * id - 2] = htobe32(id == 5 ? 6 : id);
		iommus[3 * id - 1] = 0;
	}
	tree_fixture_set(&x, DSP, "iommus", iommus, sizeof(iommus));
	assert_int_equal(stream_for("can@5a8d0000"), 5);
	iommus[3 * 5 - 2] = htobe32(5);
	tree_fixture_set(&x, DSP, "iommus", iommus, sizeof(iommus));
	assert_int_equal(MAKE(&d, &f, "can@5a8d0000"), -ENOENT);
	tree_fixture_says(&f, -ENOENT, "no stream id is free: devices have all from 1 to 63");
	assert_int_equal(stream_for("dsp@556e8000"), 0x20);
}

static void a_resource_that_only_the_gate_names_is_the_devices(void **state)
{
	uint32_t domains[2 * (DRAFT_RSRCS_MAX + 1)];
	struct fault f = { 0 };
	struct draft d;
	uint32_t pd;

	(void)state;
	pd = cells_get(tree_cells(&x.tree, tree_at(&x.tree, FEC1), "power-domains"), 0);
	tree_fixture_delete(&x, "/bus@5a000000/can@5a8d0000", "power-domains");
	expect_draft("can@5a8d0000", "clock-controller@5acd0000 < can@5a8d0000 clocks\n"
				     "can@5a8d0000 rsrc 105 no-dma\n"
				     "mailbox@5d1e0000\n");
	/* named twice, it is there once */
	domains[0] = domains[2] = htobe32(pd);
	domains[1] = domains[3] = htobe32(105);
	tree_fixture_set(&x, "/bus@5a000000/clock-controller@5acd0000", "power-domains",
			 domains, 16);
	expect_draft("can@5a8d0000", "clock-controller@5acd0000 < can@5a8d0000 clocks\n"
				     "can@5a8d0000 rsrc 105 no-dma\n"
				     "mailbox@5d1e0000\n");
	/* more than a draft has room for: patch refuses what is missing */
	for (uint32_t i = 0; i < 2 * (DRAFT_RSRCS_MAX + 1); i += 2) {
		domains[i] = htobe32(pd);
		domains[i + 1] = htobe32(300 + i);
	}
	tree_fixture_set(&x, "/bus@5a000000/clock-controller@5acd0000", "power-domains",
			 domains, sizeof(domains));
	assert_int_equal(MAKE(&d, &f, "can@5a8d0000"), 0);
	assert_int_equal(d.pass[1].n_rsrcs, DRAFT_RSRCS_MAX);
	draft_free(&d);
	/* no device needs it, so none has the resource */
	expect_draft("clock-controller@5acd0000",
		     "clock-controller@5acd0000\nmailbox@5d1e0000\n");
}

static void a_part_with_registers_of_its_own_is_passed_too(void **state)
{
	(void)state;
	tree_fixture_set(&x, DSP, "ranges", "", 0);
	tree_fixture_add(&x, DSP, "core@1000");
	tree_fixture_set(&x, DSP "/core@1000", "reg", "\0\0\x10\0\0\0\x10\0", 8);
	set_string(DSP "/core@1000", "compatible", "core");
	expect_draft("dsp@556e8000", "core@1000 < dsp@556e8000 (child) no-dma\n"
				     "dsp@556e8000\n"
				     "mailbox@5d1e0000\n");
	set_cell(DSP "/core@1000", "fsl,sc_rsrc_id", 0x40);
	expect_draft("dsp@556e8000", "core@1000 < dsp@556e8000 (child)\n"
				     "dsp@556e8000\n"
				     "mailbox@5d1e0000\n");
}

static void what_vfio_cannot_pass_is_refused(void **state)
{
	(void)state;
	expect_refusal(
		"regulator-sd", -EINVAL,
		"/regulator-sd: VFIO cannot pass it: it is not a device on a bus of the SoC");
	expect_refusal(
		"bus@5b000000", -EINVAL,
		"/bus@5b000000: VFIO cannot pass it: it is not a device on a bus of the SoC");
	expect_refusal(
		"light-sensor@44", -EINVAL,
		"/bus@5a000000/i2c@5a800000/light-sensor@44: VFIO cannot pass it without "
		"/bus@5a000000/i2c@5a800000");
	expect_refusal("iommu@51400000", -EINVAL, SMMU ": the host does not work without it");
	expect_refusal("interrupt-controller@51a00000", -EINVAL,
		       "/interrupt-controller@51a00000: the host does not work without it");
	expect_refusal("mailbox@5d1c0000", -EINVAL,
		       "/bus@5d000000/mailbox@5d1c0000: the host does not work without it");
	tree_fixture_add(&x, "/bus@5d000000/mailbox@5d1c0000", "part");
	expect_refusal(
		"part", -EINVAL,
		"/bus@5d000000/mailbox@5d1c0000/part: the host does not work without /bus@5d000000/mailbox@5d1c0000");
	tree_fixture_set(&x, DSP, "ranges", "", 0);
	set_cell(DSP, "#address-cells", 3);
	tree_fixture_add(&x, DSP, "pcie@0");
	tree_fixture_set(&x, DSP "/pcie@0", "reg", "", 0);
	set_string(DSP "/pcie@0", "compatible", "pci");
	expect_refusal("pcie@0", -EINVAL, DSP "/pcie@0: VFIO cannot pass it without " DSP);
	tree_fixture_add(&x, "/", "reserved-memory");
	tree_fixture_set(&x, "/reserved-memory", "ranges", "", 0);
	tree_fixture_add(&x, "/reserved-memory", "pool@0");
	tree_fixture_set(&x, "/reserved-memory/pool@0", "reg", "", 0);
	set_string("/reserved-memory/pool@0", "compatible", "pool");
	expect_refusal(
		"pool@0", -EINVAL,
		"/reserved-memory/pool@0: VFIO cannot pass it: it is not a device on a bus "
		"of the SoC");
	set_string(FEC1, "compatible", "fsl,dummy");
	expect_refusal("ethernet@5b040000", -EINVAL,
		       FEC1 ": this tree is already patched (compatible is \"fsl,dummy\")");
}

static void more_devices_than_a_profile_can_have_are_refused(void **state)
{
	char name[32], path[64];

	(void)state;
	tree_fixture_set(&x, DSP, "ranges", "", 0);
	for (int i = 0; i < PROFILE_PASS_MAX - 1; i++) {
		snprintf(name, sizeof(name), "core@%x", i);
		snprintf(path, sizeof(path), DSP "/%s", name);
		tree_fixture_add(&x, DSP, name);
		tree_fixture_set(&x, path, "reg", "\0\0\x10\0\0\0\x10\0", 8);
		set_string(path, "compatible", "core");
	}
	expect_refusal("dsp@556e8000", -E2BIG,
		       DSP "/core@0 is needed too, and a profile has at most 16 devices");
	tree_fixture_remove(&x, DSP "/core@0");
	assert_int_equal(stream_for("dsp@556e8000"), 0x20);
}

static void any_failed_allocation_is_reported(void **state)
{
	bool failed = true;

	(void)state;
	for (int n = 1; failed; n++) {
		struct fault f = { 0 };
		struct draft d = { 0 };
		int ret;

		oom_arm(n);
		ret = MAKE(&d, &f, "usb@5b0d0000");
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(failed || n > 5);
		assert_true(!failed || !d.deps.edges);
		draft_free(&d);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_board, close_board)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_brings_its_gates_and_parts),
		TEST(what_the_host_serves_is_not_passed),
		TEST(the_hosts_mailbox_is_not_passed),
		TEST(several_devices_are_passed_in_their_order),
		TEST(the_mailbox_is_one_that_the_host_does_not_use),
		TEST(the_stream_id_is_of_no_other_device),
		TEST(a_resource_that_only_the_gate_names_is_the_devices),
		TEST(a_part_with_registers_of_its_own_is_passed_too),
		TEST(what_vfio_cannot_pass_is_refused),
		TEST(more_devices_than_a_profile_can_have_are_refused),
		TEST(any_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
