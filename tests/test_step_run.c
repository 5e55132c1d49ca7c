/* SPDX-License-Identifier: Apache-2.0 */
/* run, snapshot, group_device: single steps, on different kernels. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"
#include "vfio/snapshot.h"

static int boot(void **state)
{
	(void)state;
	fake_boot();
	return 0;
}

static void a_group_that_turns_out_not_viable_is_undone(void **state)
{
	struct fault f;

	(void)state;
	boot_with_drivers();
	fake_add("5b050000.ethernet", "/bus@5b000000/ethernet@5b050000", "");
	strcpy(fake.devices[4].match, "fec");
	fake.steal_write = 2;
	fake.rival = 4;
	at_start = fake;
	strcpy(at_start.devices[4].driver, "fec");
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_int_equal(f.code, -EBUSY);
	assert_non_null(strstr(f.text,
			       "5b050000.ethernet is in the IOMMU group of a passed device "
			       "and bound to the driver fec"));
	assert_true(is_as_booted());
	/* seen after the first bind already: the next device was not touched */
	assert_int_equal(fake.writes, 3 + 3);
}

static void loads_the_module_as_the_devices_need_it(void **state)
{
	struct fault f;

	(void)state;
	fake.loaded = false;
	assert_int_equal(bind_all(&f), RUN_DONE);
	assert_false(fake.reset_required);

	fake_boot();
	fake.loaded = false;
	fake.load_ignores_option = true;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_non_null(strstr(f.text, "reset_required=Y"));
	assert_false(fake.loaded);

	fake_boot();
	fake.loaded = false;
	fake.no_module = true;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_non_null(strstr(f.fix, "CONFIG_VFIO_PLATFORM"));
}

static void a_recording_loads_nothing_and_waits_for_nothing(void **state)
{
	struct fault f;

	(void)state;
	fake.live = false;
	fake.no_node = true;
	assert_int_equal(bind_all(&f), RUN_DONE);
	assert_int_equal(fake.writes, 6);

	fake_boot();
	fake.live = fake.loaded = false;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_false(fake.loaded);
}

static void a_node_that_does_not_come_is_a_failure(void **state)
{
	struct fault f;

	(void)state;
	at_start = fake;
	fake.no_node = true;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_int_equal(f.code, -ETIMEDOUT);
	assert_true(is_as_booted());
}

static void gives_the_node_to_its_owner_once(void **state)
{
	const struct owner kvm = { 107, (gid_t)-1 };
	struct fault f;

	(void)state;
	assert_int_equal(bind_for(&kvm, &f), RUN_DONE);
	assert_int_equal(fake.owner, 107);
	fake_calm();
	assert_int_equal(bind_for(&kvm, &f), RUN_DONE);
	assert_int_equal(fake.writes, 1);
}

static void a_device_that_the_kernel_bound_itself_is_bound(void **state)
{
	struct fault f;

	(void)state;
	/* Linux 5.10 answers ENODEV, later ones EBUSY, to a bind that comes too late */
	strcpy(fake.devices[2].override, VFIO_DRIVER);
	strcpy(fake.devices[2].match, VFIO_DRIVER);
	fake.steal_write = 2;
	fake.rival = 2;
	assert_int_equal(bind_all(&f), RUN_DONE);
	assert_true(is_bound());
}

static void a_device_that_is_lost_again_is_noticed(void **state)
{
	struct fault f;

	(void)state;
	at_start = fake;
	fake.steal_write = 6; /* after the last bind the first device is free again */
	fake.rival = 1;
	assert_int_equal(bind_all(&f), RUN_UNDONE);
	assert_non_null(
		strstr(f.text,
		       "all steps succeeded, but this one is needed again: echo 5b230000"));
	assert_true(is_as_booted());
}

static void a_device_that_is_free_already_is_unbound(void **state)
{
	struct fault f;

	(void)state;
	boot_with_drivers();
	strcpy(fake.devices[2].match, "");
	fake.steal_write = 4; /* its override: now the unbind answers ENODEV */
	fake.rival = 2;
	assert_int_equal(bind_all(&f), RUN_DONE);
	assert_true(is_bound());
}

static void explains_why_a_bind_failed(void **state)
{
	static const struct {
		enum fake_kernel kernel;
		bool no_smmu, no_iommus, not_coherent;
		int probe_err;
		const char *text;
	} cases[] = {
		{ FAKE_6_12, false, false, true, 0, "Invalid argument: its node has no dma" },
		{ FAKE_6_12, false, true, false, 0, "since its node has no iommus" },
		{ FAKE_6_12, true, false, false, 0, "since no IOMMU driver is active" },
		{ FAKE_5_10, true, false, false, 0,
		  "No such device: it is in no IOMMU group" },
		{ FAKE_6_1, false, false, false, 0,
		  "Linux 6.1 and 6.2 require a reset driver" },
		{ FAKE_6_12, false, false, false, EAGAIN, "it waits for a power domain" },
		{ FAKE_6_12, false, false, false, EIO, "vfio-platform: Input/output error" },
	};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		boot_with_drivers();
		fake.kernel = cases[i].kernel;
		fake.no_smmu = cases[i].no_smmu;
		fake.devices[3].no_iommus = cases[i].no_iommus;
		fake.devices[3].not_coherent = cases[i].not_coherent;
		fake.devices[3].probe_err = cases[i].probe_err;
		at_start = fake;
		assert_int_equal(bind_all(&f), RUN_UNDONE);
		assert_non_null(strstr(f.text, cases[i].text));
		assert_true(is_as_booted());
	}
}

static void reads_why_a_bind_may_have_failed(void **state)
{
	static const struct sysroot sys = { .root = -1, .live = true };
	static const struct profile p = {
		.pass = { { .node.name = "ethernet@5b040000" }, { .node.name = "none@1" } },
		.n_pass = 2,
	};
	struct snapshot s;
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(snapshot_take(&sys, &p, &s, &f), 0);
	assert_int_equal(snapshot_read_causes(&sys, &s, &f), 0);
	assert_true(s.has_iommu && s.devices[0].has_compatible && s.devices[0].has_iommus);
	assert_false(s.devices[1].has_compatible || s.devices[1].has_iommus);
	fake.no_smmu = fake.devices[2].no_compatible = fake.devices[2].no_iommus = true;
	assert_int_equal(snapshot_read_causes(&sys, &s, &f), 0);
	assert_false(s.has_iommu || s.devices[0].has_compatible || s.devices[0].has_iommus);
	/* what cannot be read may be there */
	fake_boot();
	fake.fail_call = 1;
	fake.fail_err = EACCES;
	fake.fail_on = true;
	assert_int_equal(snapshot_read_causes(&sys, &s, &f), -EACCES);
	assert_true(s.has_iommu && s.iommu_err == -EACCES);
	fake_boot();
	fake.fail_call = 1;
	fake.fail_err = ENFILE;
	assert_int_equal(snapshot_read_causes(&sys, &s, &f), -ENFILE);
	fake_boot();
	fake.fail_call = 1;
	fake.fail_err = EACCES;
	fake.fail_on = true;
	assert_int_equal(snapshot_add_predicted(&sys, &s, "/bus@5b000000/other@1", &f),
			 -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_group_that_turns_out_not_viable_is_undone, boot),
		cmocka_unit_test_setup(loads_the_module_as_the_devices_need_it, boot),
		cmocka_unit_test_setup(a_recording_loads_nothing_and_waits_for_nothing, boot),
		cmocka_unit_test_setup(a_node_that_does_not_come_is_a_failure, boot),
		cmocka_unit_test_setup(gives_the_node_to_its_owner_once, boot),
		cmocka_unit_test_setup(a_device_that_the_kernel_bound_itself_is_bound, boot),
		cmocka_unit_test_setup(a_device_that_is_lost_again_is_noticed, boot),
		cmocka_unit_test_setup(a_device_that_is_free_already_is_unbound, boot),
		cmocka_unit_test_setup(explains_why_a_bind_failed, boot),
		cmocka_unit_test_setup(reads_why_a_bind_may_have_failed, boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
