/* SPDX-License-Identifier: Apache-2.0 */
/* GPIOs that stay with the host: what the guest loses with them, and the warnings. */
#include <string.h>

#include "guest/deps.h"
#include "tree_fixture.h"

/* Their drivers fail without the line, and the port would wait for them. */
static void providers_without_their_line_are_dropped_for_their_users(void **state)
{
	static const char *const lost[] = { "/gate",   "/clock-mux", "/mux",
					    "/pwrseq", "/volts",     "/reset" };
	struct tree_fixture_board b;
	struct fault f = { 0 };
	struct nodes pass;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-providers");
	pass = (struct nodes){ b.board.pass, b.profile.n_pass };
	if (deps_find(&b.x.tree, pass, pass, (struct nodes){ 0 }, &c, &f))
		fail_msg("%s", f.text);
	for (size_t i = 0; i < sizeof(lost) / sizeof(*lost); i++) {
		int node = tree_at(&b.x.tree, lost[i]);

		assert_true(node > 0);
		if (deps_of_node(&c, node))
			fail_msg("%s is copied", lost[i]);
	}
	for (size_t i = 0; i < c.n_edges; i++) {
		if (c.edges[i].to == tree_at(&b.x.tree, "/reset"))
			assert_string_equal(
				c.edges[i].why,
				"it does not work without a GPIO that the host has");
	}
	/* its lines are optional */
	assert_non_null(deps_of_node(&c, tree_at(&b.x.tree, "/pwrseq-simple")));
	deps_free(&c);
	tree_fixture_close(&b.x);
}

/* All references of the tree's last node are looked at, and none after them. */
static void the_last_nodes_pins_are_copied(void **state)
{
	struct tree_fixture_board b;
	struct fault f = { 0 };
	const struct ref *last;
	struct nodes pass;
	struct deps c;

	(void)state;
	tree_fixture_board(&b, "board-last-pins");
	pass = (struct nodes){ b.board.pass, b.profile.n_pass };
	if (deps_find(&b.x.tree, pass, pass, (struct nodes){ 0 }, &c, &f))
		fail_msg("%s", f.text);
	last = &c.refs.v[c.refs.n - 1];
	assert_int_equal(last->from, tree_at(&b.x.tree, "/regulator-last"));
	assert_string_equal(last->property, "pinctrl-0");
	assert_int_equal(deps_of_node(&c, last->from)->disposition, DISPOSITION_COPIED);
	for (size_t i = 0; i < c.n_edges; i++) {
		if (c.edges[i].from == last->from)
			assert_int_equal(c.edges[i].disposition, DISPOSITION_COPIED);
	}
	deps_free(&c);
	tree_fixture_close(&b.x);
}

static void inputs_are_told_from_outputs(void **state)
{
	static const char *const inputs[] = { "id-gpios",  "int-gpios", "interrupt-gpios",
					      "irq-gpios", "cts-gpios", "dcd-gpios",
					      "dsr-gpios" };
	static const char *const outputs[] = { "gpios", "phy-reset-gpios", "reset-gpio",
					       "rts-gpios", "enable-gpios" };

	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++)
		assert_string_equal(drop_effect(inputs[i]),
				    "it is an input, and the guest does not see it");
	for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++)
		assert_non_null(strstr(drop_effect(outputs[i]), "(a gpio-hog with "));
	assert_string_equal(drop_effect("gpio"),
			    "the host sets the line: its patched tree keeps the regulator on");
	assert_non_null(strstr(drop_effect("cd-gpios"), "(broken-cd)"));
	assert_non_null(strstr(drop_effect("wp-gpios"), "(disable-wp)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(providers_without_their_line_are_dropped_for_their_users),
		cmocka_unit_test(the_last_nodes_pins_are_copied),
		cmocka_unit_test(inputs_are_told_from_outputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
