/* SPDX-License-Identifier: Apache-2.0 */
/* Signals wait while the partition is made or freed, and no longer. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include "fake_mailbox.h"
#include <cmocka.h>

static const struct partition_contents contents = {
	.resources = { { .id = MU_2A, .on = true }, { .id = ENET_0, .stream_id = 0x12 } },
	.n_resources = 2,
	.mailbox = MU_2A,
	.host_mailbox = 214, /* MU_1A */
};
static const struct firmware mailbox; /* its registers are fake_mailbox's */

static void assert_signals_end(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE };
	sigset_t now;

	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &now), 0);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		assert_false(sigismember(&now, ends[i]));
}

static void signals_end_the_program_again(void **state)
{
	static struct partition_plan plan;
	struct partition_state s;
	struct fault f = { 0 };

	(void)state;
	fake_mailbox_boot();
	assert_int_equal(partition_plan(&mailbox, &contents, false, &s, &plan, &f), 0);
	assert_int_equal(partition_make(&mailbox, &contents, &plan, &s, &f), 0);
	assert_signals_end();
	assert_int_equal(partition_plan(&mailbox, &contents, true, &s, &plan, &f), 0);
	assert_true(plan.n > 0);
	assert_int_equal(partition_free(&mailbox, &contents, &plan, &f), 0);
	assert_signals_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_end_the_program_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
