/* SPDX-License-Identifier: Apache-2.0 */
/* The warnings of a guest: each kind, its record and its text. */
#include <errno.h>
#include <string.h>

#include "guest/guest.h"
#include "host/derive.h"
#include "guest_case.h"
#include "oom.h"

static const uint8_t mac[] = { 0, 4, 0x9f, 1, 2, 3 };

/* The fixture's port has a MAC, so that it gives no warning by itself. */
static void open_case(struct guest_case *s, const char *host)
{
	guest_case_open(s, host, "virt-new");
	s->guest.mac[1] = mac;
}

static void find(struct guest_case *s, struct warnings *out)
{
	struct nodes pass = { s->guest.pass, s->host.profile.n_pass };
	struct fault f = { 0 };

	if (deps_find(s->guest.host, pass, pass, (struct nodes){ 0 }, &s->deps, &f) ||
	    pads_of_plan(&s->host.board, &s->deps.refs, s->pads, &f) ||
	    warnings_find(&s->guest, out, &f))
		fail_msg("%s", f.text);
}

/* Fail unless this is the only warning. */
static void expect(struct guest_case *s, enum warning_kind kind, const char *node,
		   const char *property, const char *text)
{
	char path[TREE_PATH_MAX], buf[WARNING_TEXT_MAX];
	struct warnings all = { 0 };
	struct warning w = { 0 };

	find(s, &all);
	if (all.n)
		w = *all.v;
	assert_int_equal(all.n, 1);
	assert_int_equal(w.kind, kind);
	assert_string_equal(tree_path(s->guest.host, w.node, path), node);
	if (property)
		assert_string_equal(w.property, property);
	else
		assert_null(w.property);
	assert_string_equal(warning_text(&w, s->guest.host, buf), text);
	warnings_free(&all);
	guest_case_close(s);
}

static void expect_none(struct guest_case *s)
{
	struct warnings all = { 0 };

	find(s, &all);
	assert_int_equal(all.n, 0);
	warnings_free(&all);
	guest_case_close(s);
}

static void a_good_board_gives_no_warning(void **state)
{
	struct guest_case s;

	(void)state;
	open_case(&s, "board-newer");
	expect_none(&s);
}

static void a_port_without_a_mac_is_reported(void **state)
{
	struct guest_case s;

	(void)state;
	open_case(&s, "board-newer");
	s.guest.mac[1] = NULL;
	expect(&s, WARNING_MAC, FEC1, "local-mac-address",
	       "no MAC (see --mac): the guest uses a random one at each boot");
	open_case(&s, "board-newer");
	s.guest.mac[1] = NULL;
	tree_fixture_set(&s.host.x, FEC1, "nvmem-cells", "", 0);
	expect(&s, WARNING_MAC, FEC1, "local-mac-address",
	       "no MAC (see --mac): the guest uses the address in the fuses if it can read "
	       "it, else a random one at each boot");
	open_case(&s, "board-newer");
	s.guest.mac[1] = NULL;
	tree_fixture_set(&s.host.x, FEC1, "mac-address", mac, sizeof(mac));
	expect_none(&s);
}

/* How many ports of a profile with that many devices have no MAC. */
static size_t count_without_mac(struct guest_case *s, size_t n_pass)
{
	struct warnings all = { 0 };
	struct fault f = { 0 };
	size_t n = 0;

	s->host.profile.n_pass = n_pass;
	assert_int_equal(warnings_find(&s->guest, &all, &f), 0);
	for (size_t i = 0; i < all.n; i++)
		n += all.v[i].kind == WARNING_MAC;
	warnings_free(&all);
	assert_null(all.v);
	return n;
}

static void only_the_profiles_ports_need_a_mac(void **state)
{
	struct warnings all = { 0 };
	struct guest_case s;

	(void)state;
	open_case(&s, "board-newer");
	find(&s, &all);
	s.guest.mac[1] = NULL;
	assert_int_equal(count_without_mac(&s, 1), 0); /* the port is the next one */
	assert_int_equal(count_without_mac(&s, 2), 1);
	s.host.profile.pass[0] = s.host.profile.pass[1];
	s.host.board.pass[0] = s.host.board.pass[1];
	assert_int_equal(count_without_mac(&s, 1), 1);
	guest_case_close(&s);
}

static void only_what_is_needed_is_reported(void **state)
{
	struct warnings all = { 0 };
	struct fault f = { 0 };
	struct guest_case s;
	size_t n = 0;

	(void)state;
	open_case(&s, "board-newer");
	find(&s, &all);
	assert_int_equal(all.n, 0);
	memset(s.pads, 0, sizeof(s.pads));
	while (s.deps.dependencies[n].node !=
	       tree_at(s.guest.host, "/system-controller/pinctrl/fec1grp"))
		n++;
	/* the group of pins is the next one */
	s.deps.n_dependencies = n;
	assert_int_equal(warnings_find(&s.guest, &all, &f), 0);
	assert_int_equal(all.n, 0);
	s.deps.n_dependencies = n + 1;
	assert_int_equal(warnings_find(&s.guest, &all, &f), 0);
	assert_int_equal(all.n, 2);
	warnings_free(&all);
	guest_case_close(&s);
}

static void a_pad_that_is_not_assigned_is_reported(void **state)
{
	static const char group[] = "/system-controller/pinctrl/fec1grp";
	struct guest_case s;

	(void)state;
	open_case(&s, "board-newer");
	SET_CELLS(&s, group, "fsl,pins", 166, 0, 32, 268, 0, 32);
	expect_none(&s); /* it is the port's own group */
	open_case(&s, "board-newer");
	tree_fixture_profile("ghaf-guide", &s.host.profile);
	SET_CELLS(&s, group, "fsl,pins", 166, 0, 32, 268, 0, 32);
	expect(&s, WARNING_PAD, group, "fsl,pins",
	       "pad 268 is not assigned to the guest: the system controller refuses it, and "
	       "the guest's kernel then sets no pad of the group");
}

static void a_disabled_dependency_is_reported(void **state)
{
	struct guest_case s;

	(void)state;
	open_case(&s, "board-newer");
	tree_fixture_set(&s.host.x, "/clock-conn-axi", "status", "disabled",
			 sizeof("disabled"));
	/* no driver needs a child that comes with its parent */
	tree_fixture_set(&s.host.x, FEC1 "/mdio/ethernet-phy@1", "status", "disabled",
			 sizeof("disabled"));
	tree_fixture_add(&s.host.x, "/system-controller/power-controller", "child");
	tree_fixture_set(&s.host.x, "/system-controller/power-controller/child", "status",
			 "disabled", sizeof("disabled"));
	expect(&s, WARNING_DISABLED, "/clock-conn-axi", "status",
	       "disabled, as on the host, so the drivers that need it wait");
}

static void a_mailbox_needs_the_alias_of_an_assigned_one(void **state)
{
	static const char *const wrong[] = { NULL, "mu1", "mu3", "mux2", "mu", "mu2x" };
	struct guest_case s;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		open_case(&s, "board-newer");
		s.host.profile.pass[2].alias = wrong[i];
		expect(&s, WARNING_MAILBOX, MU2, NULL,
		       "its alias is not 'mu' and its own number, so the guest's kernel "
		       "asks for interrupts at another mailbox");
	}
	/* with one entry only, too */
	open_case(&s, "board-newer");
	s.host.profile.pass[2].alias = NULL;
	tree_fixture_set(&s.host.x, "/system-controller", "mboxes",
			 tree_cells(s.guest.host, tree_at(s.guest.host, "/system-controller"),
				    "mboxes")
				 .v,
			 12);
	expect(&s, WARNING_MAILBOX, MU2, NULL,
	       "its alias is not 'mu' and its own number, so the guest's kernel asks for "
	       "interrupts at another mailbox");
}

static void a_dropped_reference_is_reported_once(void **state)
{
	struct guest_case s;
	static const char gpio[] = "/bus@5d000000/gpio@5d0f0000";

	(void)state;
	open_case(&s, "board-newer");
	tree_fixture_add(&s.host.x, "/bus@5d000000", "gpio@5d0f0000");
	SET_CELLS(&s, gpio, "reg", 0x5d0f0000, 0x10000);
	SET_CELLS(&s, gpio, "#gpio-cells", 2);
	SET_CELLS(&s, gpio, "phandle", 0x7777);
	SET_CELLS(&s, FEC1, "phy-reset-gpios", 0x7777, 3, 1, 0x7777, 4, 1);
	expect(&s, WARNING_DROPPED, FEC1, "phy-reset-gpios",
	       "phy-reset-gpios: the guest does not get /bus@5d000000/gpio@5d0f0000 (it is, or "
	       "belongs to, a device that is not passed): the host has the line and must set "
	       "it as the device needs it (a gpio-hog with output-high or output-low)");
}

static void out_of_memory_is_reported_and_nothing_leaks(void **state)
{
	static struct guest_case s; /* too large for the stack, with a fault's texts */
	bool failed = true;

	(void)state;
	guest_case_open(&s, "board-losses", "virt-new");
	assert_int_equal(deps_find(s.guest.host,
				   (struct nodes){ s.guest.pass, s.host.profile.n_pass },
				   (struct nodes){ s.guest.pass, s.host.profile.n_pass },
				   (struct nodes){ 0 }, &s.deps, &(struct fault){ 0 }),
			 0);
	for (int n = 1; failed; n++) {
		struct warnings all = { 0 };
		struct fault f = { 0 };
		int ret;

		oom_arm(n);
		ret = warnings_find(&s.guest, &all, &f);
		failed = oom_hit();
		assert_int_equal(ret, failed ? -ENOMEM : 0);
		assert_true(failed || n > 1);
		assert_int_equal(all.n > 0, !failed);
		warnings_free(&all);
	}
	guest_case_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_board_gives_no_warning),
		cmocka_unit_test(a_port_without_a_mac_is_reported),
		cmocka_unit_test(only_the_profiles_ports_need_a_mac),
		cmocka_unit_test(only_what_is_needed_is_reported),
		cmocka_unit_test(a_pad_that_is_not_assigned_is_reported),
		cmocka_unit_test(a_disabled_dependency_is_reported),
		cmocka_unit_test(a_mailbox_needs_the_alias_of_an_assigned_one),
		cmocka_unit_test(a_dropped_reference_is_reported_once),
		cmocka_unit_test(out_of_memory_is_reported_and_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
