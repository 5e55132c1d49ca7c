/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dt/edit.h"
#include "guest/crosvm.h"
#include "oom.h"
#include "tree_fixture.h"

#define OVERLAY "/fragment@0/__overlay__"

struct overlay_case {
	struct tree_fixture_board host;
	struct deps deps;
	struct guest guest;
	struct tree_fixture empty, made;
	struct edits edits;
};

static void open_case(struct overlay_case *s, const char *host)
{
	void *blob = NULL;
	struct fault f;
	size_t size = 0;

	*s = (struct overlay_case){ 0 };
	tree_fixture_board(&s->host, host);
	assert_int_equal(tree_create_empty(&blob, &size, &f), 0);
	tree_fixture_copy(&s->empty, blob, size);
	free(blob);
	s->guest = (struct guest){ .profile = &s->host.profile,
				   .host = &s->host.x.tree,
				   .pass = s->host.board.pass,
				   .deps = &s->deps };
}

static int plan(struct overlay_case *s, struct fault *f)
{
	struct nodes pass = { s->guest.pass, s->host.profile.n_pass };

	*f = (struct fault){ 0 };
	edits_start(&s->edits, &s->empty.tree);
	return deps_find(s->guest.host, pass, pass, (struct nodes){ 0 }, &s->deps, f) ?:
		       crosvm_overlay_plan(&s->guest, &s->edits, f);
}

static void make(struct overlay_case *s)
{
	struct fault f;
	void *blob = NULL;
	size_t size = 0;

	if (plan(s, &f) || edits_apply(&s->edits, 0, &blob, &size, &f))
		fail_msg("%s", f.text);
	tree_fixture_copy(&s->made, blob, size);
	free(blob);
}

static void make_case(struct overlay_case *s, const char *host)
{
	open_case(s, host);
	make(s);
}

static void close_case(struct overlay_case *s)
{
	edits_free(&s->edits);
	deps_free(&s->deps);
	tree_fixture_close(&s->made);
	tree_fixture_close(&s->empty);
	tree_fixture_close(&s->host.x);
}

static void expect_refused(struct overlay_case *s, const char *text)
{
	struct fault f = { 0 };

	assert_int_equal(crosvm_overlay_verify(&s->guest, &s->made.tree, &f), -EINVAL);
	tree_fixture_says(&f, -EINVAL, text);
	close_case(s);
}

static void each_phandle_is_listed(void **state)
{
	static const uint8_t offsets[] = { 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 24 };
	struct overlay_case s;
	const void *v;
	int size;

	(void)state;
	make_case(&s, "board-newer");
	v = tree_prop(&s.made.tree,
		      tree_at(&s.made.tree, "/__local_fixups__" OVERLAY "/system-controller"),
		      "mboxes", &size);
	assert_non_null(v);
	assert_int_equal(size, sizeof(offsets));
	assert_memory_equal(v, offsets, sizeof(offsets));
	close_case(&s);
}

/* As with an entry that is left empty. */
static void a_phandle_may_come_after_another_cell(void **state)
{
	uint8_t mboxes[16] = { 0 };
	struct overlay_case s;
	struct cells c;

	(void)state;
	open_case(&s, "board-newer");
	c = tree_cells(s.guest.host, tree_at(s.guest.host, "/system-controller"), "mboxes");
	memcpy(mboxes + 4, c.v, 12);
	tree_fixture_set(&s.host.x, "/system-controller", "mboxes", mboxes, 16);
	make(&s);
	c = tree_cells(&s.made.tree,
		       tree_at(&s.made.tree, "/__local_fixups__" OVERLAY "/system-controller"),
		       "mboxes");
	assert_true(c.n == 1 && cells_get(c, 0) == 4);
	close_case(&s);
}

/* What the port refers to, by its name: crosvm's tree has such a node, or not. */
static void a_node_that_crosvms_tree_has_too_is_refused(void **state)
{
	static const char *const names[] = { "__symbols__",   "config",	 "vmwdt@3000",
					     "U6_16550A@3f8", "dev_pd0", "pviommu1",
					     "phy",	      "xdev_pd" };
	char path[32], text[80];
	struct overlay_case s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		open_case(&s, "board-newer");
		snprintf(path, sizeof(path), "/%s", names[i]);
		tree_fixture_add(&s.host.x, "/", names[i]);
		tree_fixture_set(&s.host.x, path, "phandle", "\0\0\0\x77", 4);
		tree_fixture_set(&s.host.x, FEC1, "phy-handle", "\0\0\0\x77", 4);
		assert_int_equal(resolve_profile(&s.host.profile, &s.host.x.tree,
						 &s.host.board, &f),
				 0);
		snprintf(text, sizeof(text), "crosvm's tree already has a node %s", path);
		assert_int_equal(plan(&s, &f), i < 6 ? -EEXIST : 0);
		assert_string_equal(f.text, i < 6 ? text : "");
		close_case(&s);
	}
}

#define USB "/bus@5b000000/usb@5b110000"
#define CHILD USB "/usb@5b120000"
/* USB is a bus, and its child has registers; both are passed. */
static void a_device_below_a_device_needs_crosvms_cells(void **state)
{
	const uint32_t cells[] = { htobe32(1), htobe32(2) }, reg[4] = { 0 };
	struct overlay_case s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		open_case(&s, "board-older");
		tree_fixture_set(&s.host.x, USB, "#address-cells", &cells[i % 2], 4);
		tree_fixture_set(&s.host.x, USB, "#size-cells", &cells[i / 2], 4);
		tree_fixture_delete(&s.host.x, USB, "ranges");
		tree_fixture_set(&s.host.x, CHILD, "reg", reg, (2 + i % 2 + i / 2) * 4);
		s.guest.pass =
			(int[]){ tree_at(s.guest.host, USB), tree_at(s.guest.host, CHILD) };
		s.host.profile.n_pass = 2;
		plan(&s, &f);
		tree_fixture_says(
			&f, -ENOTSUP,
			i < 3 ? CHILD ": its parent is passed and does not have the "
				      "two address and two size cells that crosvm writes" :
				CHILD
				": it is below a passed device that translates addresses");
		close_case(&s);
	}
}

static void a_made_overlay_is_right(void **state)
{
	static const char *const boards[] = { "board-newer", "board-older", "board-needy",
					      "board-losses" };
	struct overlay_case s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		make_case(&s, boards[i]);
		if (crosvm_overlay_verify(&s.guest, &s.made.tree, &f))
			fail_msg("%s: %s", boards[i], f.text);
		close_case(&s);
	}
}

static void an_overlay_without_a_label_or_a_target_is_refused(void **state)
{
	struct overlay_case s;

	(void)state;
	make_case(&s, "board-newer");
	tree_fixture_delete(&s.made, "/__symbols__", "fec1");
	expect_refused(&s, "there is no label fec1");
	make_case(&s, "board-newer");
	tree_fixture_set(&s.made, "/fragment@0", "target-path", "/nowhere", 9);
	expect_refused(&s, "the overlay cannot be applied: FDT_ERR_NOTFOUND");
}

static void a_phandle_that_is_not_listed_is_found(void **state)
{
	struct overlay_case s;

	(void)state;
	make_case(&s, "board-newer");
	tree_fixture_delete(&s.made, "/__local_fixups__" OVERLAY "/system-controller",
			    "mboxes");
	expect_refused(&s, "/system-controller: mboxes: no node has phandle 0x7");
}

/*
 * 0x105 is a node of the overlay if crosvm's tree has one CPU, but not if it has eight; the
 * overlay's last one then has a number that is too high with one.
 */
static void a_phandle_that_is_right_by_chance_is_found(void **state)
{
	uint32_t strays[] = { 0x1c, 0x105, 0x107 }, value;
	struct overlay_case s;
	char text[128];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct tree *t = &s.made.tree;

		make_case(&s, "board-newer");
		if (i == 2)
			strays[i] += t->nodes[t->by_phandle[t->n_by_phandle - 1]].phandle;
		value = htobe32(strays[i]);
		tree_fixture_set(&s.made, OVERLAY "/mailbox@5d1d0000", "phy-handle", &value,
				 4);
		snprintf(text, sizeof(text),
			 "/mailbox@5d1d0000: phy-handle: no node has phandle 0x%x", strays[i]);
		expect_refused(&s, text);
	}
}

static void what_is_the_hosts_is_found(void **state)
{
	static const char *const names[] = { "iommus", "interrupts-extended",
					     "interrupt-parent", "dma-coherent",
					     "msi-parent" };
	struct overlay_case s;
	char text[128];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		make_case(&s, "board-newer");
		tree_fixture_set(&s.made, OVERLAY "/mailbox@5d1d0000", names[i], NULL, 0);
		snprintf(text, sizeof(text), "/mailbox@5d1d0000: %s is the host's", names[i]);
		expect_refused(&s, text);
	}
	make_case(&s, "board-newer");
	tree_fixture_set(&s.made, OVERLAY "/mailbox@5d1d0000", "status", "disabled", 9);
	expect_refused(&s, "/mailbox@5d1d0000: it is disabled");
}

/* crosvm: "cannot find symbol other in base fdt". */
static void a_label_of_another_tree_is_refused(void **state)
{
	static const char where[] = "/fragment@0/__overlay__/mailbox@5d1d0000:clocks:0";
	struct overlay_case s;

	(void)state;
	make_case(&s, "board-newer");
	tree_fixture_add(&s.made, "/", "__fixups__");
	tree_fixture_set(&s.made, "/__fixups__", "other", where, sizeof(where));
	expect_refused(&s, "the overlay has a node /__fixups__");
}

/* crosvm: "symbol path /fragment@0/__overlay__ too short". */
static void a_label_that_crosvm_cannot_rewrite_is_refused(void **state)
{
	static const char *const paths[] = { "/fragment@0/__overlay__", "/host/pmu", "" };
	struct overlay_case s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		make_case(&s, "board-newer");
		tree_fixture_set(&s.made, "/__symbols__", "top", paths[i],
				 strlen(paths[i]) + 1);
		expect_refused(&s, "the label top is not below " OVERLAY "/");
	}
}

/* Change the board after the overlay was made, so that its plan does not refuse it. */
static void set_interrupts(struct overlay_case *s, uint32_t n, uint32_t trigger)
{
	uint32_t cells[3 * 100] = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		cells[3 * i + 1] = htobe32(i);
		cells[3 * i + 2] = htobe32(trigger);
	}
	tree_fixture_set(&s->host.x, FEC1, "interrupts", cells, 3 * n * sizeof(*cells));
}

/* The mailbox has one. */
static void an_interrupt_without_a_line_is_refused(void **state)
{
	struct overlay_case s;
	struct fault f;

	(void)state;
	open_case(&s, "board-newer");
	set_interrupts(&s, 27, 4);
	make(&s);
	assert_int_equal(crosvm_overlay_verify(&s.guest, &s.made.tree, &f), 0);
	set_interrupts(&s, 28, 4);
	expect_refused(&s, "mailbox@5d1d0000: crosvm has no interrupt line left for it");
	make_case(&s, "board-newer");
	set_interrupts(&s, 100, 4);
	expect_refused(&s, "ethernet@5b040000: crosvm has no interrupt line left for it");
	open_case(&s, "board-newer");
	set_interrupts(&s, 33, 4);
	assert_int_equal(plan(&s, &f), -E2BIG);
	close_case(&s);
}

/* Readers see the host's, and crosvm gets the same from VFIO; the device has two regions. */
static void the_trigger_is_the_hosts(void **state)
{
	static const uint8_t reg[] = {
		0x5b, 4, 0, 0, 0, 1, 0, 0, 0x5b, 7, 0, 0, 0, 0, 0x20, 0
	};
	static const uint32_t triggers[] = { 1, 4 };
	struct overlay_case s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		open_case(&s, "board-newer");
		set_interrupts(&s, 4, triggers[i]);
		tree_fixture_set(&s.host.x, FEC1, "reg", reg, sizeof(reg));
		make(&s);
		assert_int_equal(crosvm_overlay_verify(&s.guest, &s.made.tree, &f), 0);
		set_interrupts(&s, 4, triggers[1 - i]);
		expect_refused(&s, "/ethernet@5b040000: its registers or interrupts are not "
				   "the device's");
	}
}

static void memory_may_run_out_anywhere(void **state)
{
	struct overlay_case s;
	bool failed = true;

	(void)state;
	for (int n = 1; failed; n++) {
		struct tree made = { 0 };
		void *blob = NULL;
		struct fault f;
		size_t size;
		int ret;

		open_case(&s, "board-newer");
		oom_arm(n);
		ret = plan(&s, &f)					 ?:
			      edits_apply(&s.edits, 0, &blob, &size, &f) ?:
			      tree_open(blob, size, &made, &f)		 ?:
			      crosvm_overlay_verify(&s.guest, &made, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(failed || n > 50);
		tree_close(&made);
		free(blob);
		close_case(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_phandle_is_listed),
		cmocka_unit_test(a_phandle_may_come_after_another_cell),
		cmocka_unit_test(a_node_that_crosvms_tree_has_too_is_refused),
		cmocka_unit_test(a_device_below_a_device_needs_crosvms_cells),
		cmocka_unit_test(a_made_overlay_is_right),
		cmocka_unit_test(an_overlay_without_a_label_or_a_target_is_refused),
		cmocka_unit_test(a_phandle_that_is_not_listed_is_found),
		cmocka_unit_test(a_phandle_that_is_right_by_chance_is_found),
		cmocka_unit_test(what_is_the_hosts_is_found),
		cmocka_unit_test(a_label_of_another_tree_is_refused),
		cmocka_unit_test(a_label_that_crosvm_cannot_rewrite_is_refused),
		cmocka_unit_test(an_interrupt_without_a_line_is_refused),
		cmocka_unit_test(the_trigger_is_the_hosts),
		cmocka_unit_test(memory_may_run_out_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
