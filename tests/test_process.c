/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "base/process.h"
#include "scratch.h"

#define LIMIT_MS 200

static char answer[64];
static int status;
static struct fault f;

/* Ask a shell, with a time limit that only one that hangs will feel. */
static int ask(const char *script, unsigned int timeout_ms)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	memset(answer, '?', sizeof(answer));
	status = -1;
	return process_run(argv, timeout_ms, answer, sizeof(answer), &status, &f);
}

static void no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void returns_output_and_exit_status(void **state)
{
	(void)state;
	assert_int_equal(ask("echo out; echo err >&2; exit 3", 10000), 0);
	assert_string_equal(answer, "out\nerr\n");
	assert_int_equal(status, 3);
	assert_string_equal(f.text, "");
	assert_int_equal(ask("cat", 10000), 0); /* it has no input */
	assert_string_equal(answer, "");
	assert_int_equal(status, 0);
	no_child_is_left();
}

static void an_answer_that_is_too_long_is_cut(void **state)
{
	(void)state;
	assert_int_equal(ask("head -c 300000 /dev/zero | tr '\\0' x", 10000), 0);
	assert_int_equal(strlen(answer), sizeof(answer) - 1);
	assert_int_equal(answer[0], 'x');
	no_child_is_left();
}

static void one_that_hangs_is_killed(void **state)
{
	static const char *const scripts[] = {
		"sleep 60",
		"exec >&- 2>&-; exec sleep 60", /* its output has an end, but it has none */
		"sleep 60 & sleep 60",		/* nor has what it started */
		"while :; do echo; done",
	};
	struct timespec a, b;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		assert_int_equal(ask(scripts[i], LIMIT_MS), -ETIMEDOUT);
		assert_string_equal(f.text, "sh: it does not answer");
		no_child_is_left();
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true(b.tv_sec - a.tv_sec < 30);
}

static void waiting_takes_no_processor_time(void **state)
{
	clock_t start = clock();

	(void)state;
	assert_int_equal(ask("exec >&- 2>&-; exec sleep 60", LIMIT_MS), -ETIMEDOUT);
	assert_true(clock() - start < CLOCKS_PER_SEC / 1000 * (LIMIT_MS / 4));
}

static void a_program_that_dies_or_does_not_exist_is_an_error(void **state)
{
	const char *const argv[] = { "imxpt-no-such-program", NULL };

	(void)state;
	assert_int_equal(ask("kill -9 $$", 10000), -ECHILD);
	assert_int_equal(process_run(argv, 10000, answer, sizeof(answer), &status, &f),
			 -ENOENT);
	assert_string_equal(f.text, "imxpt-no-such-program: No such file or directory");
	no_child_is_left();
}

static void blocks_what_asks_to_stop_and_a_broken_pipe(void **state)
{
	static const int asks[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	sigset_t first, before, stop, now;

	(void)state;
	sigemptyset(&first);
	sigaddset(&first, SIGUSR1);
	sigprocmask(SIG_SETMASK, &first, NULL);
	signals_block(&before);
	sigprocmask(SIG_SETMASK, NULL, &now);
	signals_stop(&stop);
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		assert_int_equal(sigismember(&stop, asks[i]), 1);
		assert_int_equal(sigismember(&now, asks[i]), 1);
		assert_int_equal(sigismember(&before, asks[i]), 0);
	}
	assert_int_equal(sigismember(&stop, SIGPIPE), 0);
	assert_int_equal(sigismember(&now, SIGPIPE), 1);
	assert_int_equal(sigismember(&now, SIGUSR1), 1);
	assert_int_equal(sigismember(&before, SIGUSR1), 1);
	signals_block(NULL);
	sigemptyset(&first);
	sigprocmask(SIG_SETMASK, &first, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(returns_output_and_exit_status),
		scratch_test(an_answer_that_is_too_long_is_cut),
		scratch_test(one_that_hangs_is_killed),
		scratch_test(waiting_takes_no_processor_time),
		cmocka_unit_test(blocks_what_asks_to_stop_and_a_broken_pipe),
		scratch_test(a_program_that_dies_or_does_not_exist_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
