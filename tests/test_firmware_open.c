/* SPDX-License-Identifier: Apache-2.0 */
/* When the firmware is asked: only through a mailbox that is bound and has power. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_mailbox.h"
#include "scfw/firmware.h"
#include "scratch.h"
#include "tree_fixture.h"

#define STATUS "sys/bus/platform/devices/5d1d0000.mailbox/power/runtime_status"
#define HUNG                                                                            \
	"5d1d0000.mailbox: not accessed: nothing shows that it has power (%s), and an " \
	"access without power hangs the board"

static struct tree_fixture_board board;
static struct snapshot snap;
static struct sysroot sys;
static int home = -1; /* the directory of the fixtures, which scratch_enter() leaves */

/* A board whose mailbox is bound; the program takes the scratch directory for /. */
static void open_board(void)
{
	tree_fixture_board(&board, "board-newer");
	snap = (struct snapshot){ .profile = &board.profile, .n_devices = 3 };
	for (size_t i = 0; i < 3; i++)
		snap.devices[i].wanted = board.profile.pass[i].node.name;
	strcpy(snap.devices[2].name, "5d1d0000.mailbox");
	strcpy(snap.devices[2].driver, VFIO_DRIVER);
}

static int boot(void **state)
{
	const char *slash = STATUS;
	char path[] = STATUS;

	fake_mailbox_boot();
	home = open(".", O_PATH);
	open_board();
	if (scratch_enter(state))
		return -1;
	while ((slash = strchr(slash, '/'))) {
		path[slash - STATUS] = '\0';
		if (mkdir(path, 0700))
			return -1;
		path[slash++ - STATUS] = '/';
	}
	sys = (struct sysroot){ .root = open(scratch, O_PATH), .live = true };
	return 0;
}

static int shut_down(void **state)
{
	close(sys.root);
	tree_fixture_close(&board.x);
	return scratch_leave(state) || fchdir(home) || close(home);
}

static int opens(struct firmware *w, struct fault *f)
{
	*f = (struct fault){ 0 };
	return firmware_open(&sys, &board.board, &snap, w, f);
}

static void refused(int code, const char *text, const char *fix)
{
	struct firmware w;
	struct fault f;

	assert_int_equal(opens(&w, &f), code);
	tree_fixture_says(&f, code, text);
	if (fix)
		assert_string_equal(f.fix, fix);
	firmware_close(&w);
	assert_int_equal(fake_mailbox.calls, 0);
}

/* The first device and device i change their places. */
static void passes_as_first(size_t i)
{
	const struct pass first = board.profile.pass[0];
	const struct device d = snap.devices[0];
	struct fault f = { 0 };

	board.profile.pass[0] = board.profile.pass[i];
	board.profile.pass[i] = first;
	snap.devices[0] = snap.devices[i];
	snap.devices[i] = d;
	assert_int_equal(resolve_profile(&board.profile, &board.x.tree, &board.board, &f), 0);
}

static void a_mailbox_is_passed_and_bound(void **state)
{
	(void)state;
	strcpy(snap.devices[2].driver, "imx-mu");
	refused(-ENODEV, "mailbox@5d1d0000 is not bound to vfio-platform", "run 'imxpt bind'");
	/* it may be the first device */
	passes_as_first(2);
	refused(-ENODEV, "mailbox@5d1d0000 is not bound to vfio-platform", "run 'imxpt bind'");
	passes_as_first(2);
	board.profile.n_pass = 2;
	refused(-ENODEV, "the profile passes no mailbox", NULL);
}

/* The patched tree has no power-domains there, and U-Boot has not made the partition. */
static void without_a_partition_and_power_domains_it_is_not_touched(void **state)
{
	char text[200];

	(void)state;
	tree_fixture_patch(&board, false);
	snprintf(text, sizeof(text), HUNG,
		 "scu_rm made no partition, and its node has no power-domains");
	refused(-EPERM, text,
		"boot a tree made by 'imxpt patch --partition linux', or let U-Boot run "
		"'scu_rm dtb'");
}

static void it_answers(void)
{
	const struct sc_call c = { SC_GET_RESOURCE_INFO, ENET_0, 0 };
	struct firmware w;
	struct fault f;
	uint32_t answer = 0;
	char *log = NULL;
	size_t size;

	assert_int_equal(opens(&w, &f), 0);
	assert_null(w.recorded);
	w.log = open_memstream(&log, &size);
	assert_int_equal(firmware_call(&w, &c, &answer, &f), 0);
	assert_int_equal(answer, 0x12);
	fclose(w.log);
	assert_string_equal(log, "get_resource_info 251 0 = 18\n");
	free(log);
	firmware_close(&w);
}

static void a_partition_of_uboot_has_switched_it_on(void **state)
{
	const uint8_t two[] = { 0, 0, 0, 2 };

	(void)state;
	tree_fixture_patch(&board, false);
	tree_fixture_set(&board.x, "/domu/doma", "reg", two, sizeof(two));
	it_answers();
}

static void else_the_kernel_says_that_it_is_on(void **state)
{
	const uint8_t domain[] = { 0, 0, 0, 1, 0, 0, 0, 215 };
	char text[200];

	(void)state;
	tree_fixture_set(&board.x, MU2, "power-domains", domain, sizeof(domain));
	snprintf(text, sizeof(text), HUNG, "the kernel's runtime_status is 'unknown'");
	refused(-EPERM, text, NULL);
	scratch_write(STATUS, "suspended\n");
	snprintf(text, sizeof(text), HUNG, "the kernel's runtime_status is 'suspended'");
	refused(-EPERM, text, NULL);
	scratch_write(STATUS, "active\n");
	it_answers();
}

static void a_recording_answers_instead(void **state)
{
	const struct sc_call c = { SC_GET_RESOURCE_INFO, ENET_0, 0 };
	struct firmware w;
	struct fault f = { 0 };
	uint32_t answer = 0;

	(void)state;
	sys.live = false;
	refused(-ENOENT, "cannot open /firmware: No such file or directory", NULL);
	scratch_write("firmware", "get_resource_info 251 0 = 5\n");
	assert_int_equal(opens(&w, &f), 0);
	assert_int_equal(firmware_call(&w, &c, &answer, &f), 0);
	assert_int_equal(answer, 5);
	firmware_close(&w);
	assert_null(w.recorded);
	assert_int_equal(fake_mailbox.calls, 0);
}

#define board_test(test) cmocka_unit_test_setup_teardown(test, boot, shut_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_test(a_mailbox_is_passed_and_bound),
		board_test(without_a_partition_and_power_domains_it_is_not_touched),
		board_test(a_partition_of_uboot_has_switched_it_on),
		board_test(else_the_kernel_says_that_it_is_on),
		board_test(a_recording_answers_instead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
