/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks find in a patched tree in which one property is not as it should be. */
#include <arpa/inet.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "check_row.h"
#include "scratch.h"
#include "tree_fixture.h"

static struct tree_fixture_board board;
static struct sysroot empty;
static struct facts facts;
static char dtb[64], home[PATH_MAX];

/* A patched tree of a board, and a root directory without one. */
static int begin(void **state)
{
	struct fault f;

	if (!getcwd(home, sizeof(home)) || scratch_enter(state) ||
	    sysroot_open(".", &empty, &f) || chdir(home))
		return -1;
	snprintf(dtb, sizeof(dtb), "%s/tree.dtb", scratch);
	tree_fixture_board(&board, "mek-like");
	tree_fixture_patch(&board, false);
	return 0;
}

static int end(void **state)
{
	facts_free(&facts);
	tree_fixture_close(&board.x);
	sysroot_close(&empty);
	return scratch_leave(state) || chdir(home);
}

/* Read the tree as it is now. */
static void read_tree(void)
{
	const struct facts_source from = { .sys = &empty,
					   .profile = &board.profile,
					   .dtb = dtb };
	struct fault f = { 0 };

	facts_free(&facts);
	assert_int_equal(scratch_file_replace(dtb, board.x.blob, board.x.size, false, &f), 0);
	assert_int_equal(facts_read_all(&from, &facts, &f), 0);
}

/* A board runs it, and has a device for each passed node, bound to vfio-platform. */
static void run_tree(void)
{
	struct snapshot *s = &facts.snapshot;

	read_tree();
	facts.tree.booted = true;
	facts.host_unseen[0] = '\0';
	*s = (struct snapshot){ .n_devices = 3, .has_driver = true, .has_iommu = true };
	s->profile = &board.profile;
	for (size_t i = 0; i < 3; i++)
		s->devices[i] = (struct device){ .wanted = "a@1",
						 .name = "dev",
						 .driver = VFIO_DRIVER,
						 .override = VFIO_DRIVER,
						 .group = 5 };
}

#define assert_found(name, v, evidence) check_row_says(&facts, name, v, evidence)

/* What the row finds in the tree as it is now. */
static void assert_row(const char *row, enum verdict v, const char *evidence)
{
	read_tree();
	assert_found(row, v, evidence);
}

static void a_patched_tree_is_fine(void **state)
{
	static const char *const rows[][2] = {
		{ "board", "the board is fsl,imx8qm-mek" },
		{ "smmu", "iommu@51400000 is in the tree and enabled" },
		{ "nodes", "the tree has all 3 passed nodes" },
		{ "patched", "the profile's patch is complete" },
		{ "references", "all 15 references point to a node" },
		{ "enabled", "all 3 passed nodes are enabled" },
		{ "iommus", "all 3 passed nodes refer to iommu@51400000" },
		{ "stream-id", "the passed nodes have stream id 0x12, mask 0x7f80" },
		{ "resource", "every passed bus master names its resource" },
		{ "coherent", "all 3 passed nodes are dma-coherent" },
		{ "stream-owner", "no other node has the stream id of a passed node" },
		{ "stream-group",
		  "the passed nodes have one IOMMU group, without any other node" },
		{ "partition",
		  "/domu/doma: a partition is made, and its number written to reg" },
		{ "pads", "the partition gets all pads of its pin groups" },
		{ "disabled", "U-Boot will disable no node" },
		{ "stream", "U-Boot sets stream id 0x12 for ethernet@5b040000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_row(rows[i][0], VERDICT_OK, rows[i][1]);
}

/* Each of the passed nodes is looked at. */
static void a_passed_node_that_lacks_something_is_named(void **state)
{
	static const struct {
		const char *property, *row;
		enum verdict verdict;
		const char *evidence; /* after the node's name */
	} rows[] = {
		{ "iommus", "iommus", VERDICT_FAIL,
		  "it is in no IOMMU group, since its node has no iommus" },
		{ "dma-coherent", "coherent", VERDICT_WARN,
		  "its node has no dma-coherent, which VFIO requires since Linux 5.19" },
	};
	static const char *const nodes[] = { LPCG0, FEC1, MU2 };
	char evidence[FINDING_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		size_t k = i % 2;
		const char *node = nodes[i / 2];

		tree_fixture_delete(&board.x, node, rows[k].property);
		snprintf(evidence, sizeof(evidence), "%s: %s", strrchr(node, '/') + 1,
			 rows[k].evidence);
		assert_row(rows[k].row, rows[k].verdict, evidence);
		tree_fixture_close(&board.x);
		tree_fixture_board(&board, "mek-like");
		tree_fixture_patch(&board, false);
	}
}

static void a_passed_node_that_is_disabled_is_named(void **state)
{
	static const char *const nodes[] = { LPCG0, FEC1, MU2 };
	char evidence[FINDING_TEXT_MAX];

	(void)state;
	for (size_t i = 3; i-- > 0;) {
		tree_fixture_set(&board.x, nodes[i], "status", "disabled", 9);
		snprintf(evidence, sizeof(evidence),
			 "%s is disabled: its status is not \"okay\"",
			 strrchr(nodes[i], '/') + 1);
		assert_row("enabled", VERDICT_FAIL, evidence);
	}
}

static void an_edit_that_is_missing_is_named(void **state)
{
	(void)state;
	tree_fixture_delete(&board.x, MU2, "dma-coherent");
	assert_row("patched", VERDICT_NOTE,
		   "the profile's patch lacks 1 edit, such as: set " MU2 " dma-coherent");
	tree_fixture_delete(&board.x, FEC1, "dma-coherent");
	assert_row("patched", VERDICT_NOTE,
		   "the profile's patch lacks 2 edits, such as: set " FEC1 " dma-coherent");
}

static void streams_that_differ_are_several_groups(void **state)
{
	/* the SMMU's phandle, stream id, mask */
	struct cells c = tree_cells(&board.x.tree, tree_at(&board.x.tree, LPCG0), "iommus");
	uint32_t iommus[3];

	(void)state;
	assert_int_equal(c.n, 3);
	for (size_t i = 0; i < 3; i++)
		iommus[i] = htonl(cells_get(c, i));
	iommus[1] = htonl(0x13);
	tree_fixture_set(&board.x, LPCG0, "iommus", iommus, sizeof(iommus));
	assert_row("stream-id", VERDICT_OK,
		   "the passed nodes have stream id 0x13, mask 0x7f80; 0x12, mask 0x7f80");
	assert_row("stream-group", VERDICT_OK,
		   "the passed nodes have several IOMMU groups, without any other node");
}

/* A tree that lacks a node of the profile shows nothing of isolation. */
static void a_bind_is_refused_for_what_the_kernel_would_refuse(void **state)
{
	struct device *last = &facts.snapshot.devices[2];
	struct finding found;

	(void)state;
	tree_fixture_remove(&board.x, FEC1);
	run_tree();
	assert_int_equal(facts.tree.resolve_fault.code, -ENOENT);
	assert_false(checks_before_bind(&facts, true, &found)); /* all are bound */
	assert_true(checks_before_bind(&facts, false, &found));
	assert_string_equal(found.check->name, "nodes");
	last->name[0] = last->driver[0] = '\0';
	assert_true(checks_before_bind(&facts, true, &found));
	assert_string_equal(found.check->name, "devices");
	assert_string_equal(found.fix, found.check->fix);
	fault_set(&facts.tree.board_fault, -EINVAL, "another board");
	assert_true(checks_before_bind(&facts, false, &found));
	assert_string_equal(found.check->name, "board");
}

/* U-Boot has disabled a node, or something else. */
static void a_device_is_worth_more_than_its_status(void **state)
{
	static const uint32_t power[2];

	(void)state;
	tree_fixture_set(&board.x, MU2, "status", "disabled", 9);
	run_tree();
	assert_found("enabled", VERDICT_OK, "all 3 passed nodes are enabled");
	facts.snapshot.devices[2].name[0] = '\0';
	assert_found("enabled", VERDICT_FAIL,
		     "mailbox@5d1d0000 is disabled: its status is not \"okay\"");
	tree_fixture_set(&board.x, MU2, "power-domains", power, sizeof(power));
	assert_row("enabled", VERDICT_FAIL,
		   "mailbox@5d1d0000 is disabled: its status is not \"okay\"");
	run_tree();
	facts.snapshot.devices[2].name[0] = '\0';
	assert_found("enabled", VERDICT_SKIP,
		     "mailbox@5d1d0000 is disabled (see check 'disabled')");
}

#define STRANGER "ethernet@5b050000 is in the IOMMU group of the passed nodes"

/* On a board that runs, its driver decides whether VFIO can use the group. */
static void a_stranger_in_the_group_is_named(void **state)
{
	struct cells c = tree_cells(&board.x.tree, tree_at(&board.x.tree, FEC1), "iommus");
	uint32_t iommus[3];

	(void)state;
	memcpy(iommus, c.v, sizeof(iommus));
	tree_fixture_set(&board.x, FEC2, "iommus", iommus, sizeof(iommus));
	tree_fixture_set(&board.x, FEC2, "status", "okay", 5);
	assert_row("stream-group", VERDICT_FAIL, STRANGER);
	run_tree();
	assert_found("stream-group", VERDICT_FAIL, STRANGER);
	facts.snapshot.n_members = 1;
	assert_found("stream-group", VERDICT_WARN, STRANGER);
}

static void the_root_may_be_coherent_for_all(void **state)
{
	(void)state;
	tree_fixture_delete(&board.x, FEC1, "dma-coherent");
	tree_fixture_set(&board.x, "/", "dma-coherent", "", 0);
	tree_fixture_set(&board.x, "/iommu@51400000", "dma-noncoherent", "", 0);
	assert_row("coherent", VERDICT_OK, "all 3 passed nodes are dma-coherent");
}

/* Since 5.19 VFIO requires it; before 6.1 the SMMU's driver may report it for all. */
static void coherence_is_needed_by_newer_kernels(void **state)
{
	static const char none[] =
		"ethernet@5b040000: its node has no dma-coherent, which VFIO "
		"requires since Linux 5.19";
	static const struct {
		struct version version;
		enum verdict verdict;
		const char *evidence;
	} cases[] = {
		{ { 5, 18 }, VERDICT_OK, "Linux 5.18 does not need dma-coherent" },
		{ { 5, 19 }, VERDICT_WARN, none },
		{ { 6, 0 }, VERDICT_WARN, none },
		{ { 6, 1 }, VERDICT_FAIL, none },
		{ { 0, 0 }, VERDICT_WARN, none },
	};

	(void)state;
	tree_fixture_delete(&board.x, FEC1, "dma-coherent");
	run_tree();
	assert_found("coherent", VERDICT_OK,
		     "ethernet@5b040000 is not dma-coherent, but the kernel bound it");
	facts.snapshot.devices[1].driver[0] = '\0';
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		facts.kernel.version = cases[i].version;
		assert_found("coherent", cases[i].verdict, cases[i].evidence);
	}
}

static void more_groups_than_the_tree_predicts_are_reported(void **state)
{
	(void)state;
	run_tree();
	for (size_t i = 0; i < 3; i++)
		facts.snapshot.devices[i].has_compatible = true;
	assert_found("group", VERDICT_OK, "the devices are in group 5");
	facts.snapshot.devices[1].group = 6;
	assert_found("group", VERDICT_WARN,
		     "the kernel created 2 groups; the tree predicts one");
}

#define DOMA "/domu/doma"

/* By U-Boot before the boot, which writes its number to reg, or by Linux after it. */
static void a_board_that_runs_has_its_partition(void **state)
{
	static const uint32_t zero[1];
	const uint32_t two = htonl(2);

	(void)state;
	tree_fixture_set(&board.x, DOMA, "reg", &two, sizeof(two));
	run_tree();
	assert_found("partition", VERDICT_OK, DOMA " is partition 2");
	facts.tree.resolved.by_linux = true;
	assert_found("partition", VERDICT_SKIP,
		     "not seen: only the firmware knows whether Linux has made the partition: "
		     "--ask-firmware asks it");
	for (size_t i = 0; i < facts.snapshot.n_devices; i++)
		facts.snapshot.devices[i].driver[0] = '\0';
	assert_found("partition", VERDICT_NOTE,
		     "the tree leaves the partition to Linux: 'imxpt bind --partition' makes "
		     "it, and --ask-firmware shows whether it is there");
	facts.firmware.asked = true;
	assert_found("partition", VERDICT_FAIL,
		     "Linux has not made the partition: a guest would switch off resources of "
		     "the host");
	facts.firmware.state.caller = 3;
	assert_found("partition", VERDICT_OK, "Linux has made partition 3");
	tree_fixture_set(&board.x, DOMA, "reg", zero, sizeof(zero));
	run_tree();
	assert_found("partition", VERDICT_FAIL,
		     DOMA ": reg is still 0, so 'scu_rm dtb' did not run or failed: a guest "
			  "would switch off resources of the host");
	tree_fixture_delete(&board.x, DOMA, "reg");
	run_tree();
	assert_found("partition", VERDICT_FAIL,
		     DOMA ": reg is still 0, so 'scu_rm dtb' did not run or failed: a guest "
			  "would switch off resources of the host");
}

#define MU "MU_2A (215)"

static void the_mailbox_speaks_for_a_partition_of_its_own(void **state)
{
	struct firmware_facts *w = &facts.firmware;
	struct finding one = { .check = check_named("firmware-caller") };

	(void)state;
	run_tree();
	w->contents.mailbox = 215;
	w->state.caller = 2;
	w->state.host = 1;
	facts.tree.resolved.by_linux = true;
	one.check->run(&facts, &one);
	assert_string_equal(one.evidence, "calls through " MU
					  " act as partition 2, and the host is partition 1");
	assert_string_equal(one.fix, "");
	w->state.caller = 1;
	one.check->run(&facts, &one);
	assert_string_equal(
		one.evidence,
		"calls through " MU
		" act as partition 1, the host's: 'imxpt partition' made no "
		"partition for the guest, which would switch off resources of the host");
	assert_memory_equal(one.fix, "run 'imxpt partition'; ", 23);
	facts.tree.resolved.by_linux = false;
	one.fix[0] = '\0';
	one.check->run(&facts, &one);
	assert_string_equal(one.fix, "");
	facts.tree.resolved.by_linux = true;
	fault_set(&w->fault, -ETIMEDOUT, "no answer");
	one.check->run(&facts, &one);
	assert_string_equal(one.evidence, "no answer");
	assert_string_equal(one.fix, "");
}

#define patched(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		patched(a_patched_tree_is_fine),
		patched(a_passed_node_that_lacks_something_is_named),
		patched(a_passed_node_that_is_disabled_is_named),
		patched(an_edit_that_is_missing_is_named),
		patched(a_bind_is_refused_for_what_the_kernel_would_refuse),
		patched(a_device_is_worth_more_than_its_status),
		patched(a_stranger_in_the_group_is_named),
		patched(the_root_may_be_coherent_for_all),
		patched(coherence_is_needed_by_newer_kernels),
		patched(more_groups_than_the_tree_predicts_are_reported),
		patched(a_board_that_runs_has_its_partition),
		patched(the_mailbox_speaks_for_a_partition_of_its_own),
		patched(streams_that_differ_are_several_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
