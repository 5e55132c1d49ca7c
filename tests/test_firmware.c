/* SPDX-License-Identifier: Apache-2.0 */
/* Messages by the registers of a mailbox, with the firmware's model behind them. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "fake_mailbox.h"
#include <cmocka.h>

#include "scfw/firmware.h"

static const struct registers regs;

static int boot(void **state)
{
	(void)state;
	fake_mailbox_boot();
	return 0;
}

static int starts(struct fault *f)
{
	*f = (struct fault){ 0 };
	return mailbox_start(&regs, f);
}

/* The mailbox works: a call with a word of arguments gets its own answer. */
static void answers(void)
{
	const struct sc_call c = { SC_GET_RESOURCE_INFO, ENET_0, 0 };
	struct fault f = { 0 };
	uint32_t answer = 0;

	assert_int_equal(mailbox_call(&regs, &c, &answer, &f), 0);
	assert_int_equal(answer, 0x12);
}

static void the_firmware_answers_without_an_interrupt(void **state)
{
	struct fault f;

	(void)state;
	fake_mailbox.control = 0xffffffff;
	assert_int_equal(starts(&f), 0);
	assert_int_equal(fake_mailbox.control, 0);
	answers();
	assert_int_equal(fake_mailbox.calls, 2);
}

static void what_was_left_unread_is_dropped(void **state)
{
	struct fault f;

	(void)state;
	for (size_t n = 1; n < 8; n++) {
		fake_mailbox_boot();
		fake_mailbox_leave_answer(0x00010201, n);
		assert_int_equal(starts(&f), 0);
		answers();
		assert_int_equal(fake_mailbox.calls, 2);
	}
}

static void a_message_left_half_is_brought_to_its_end(void **state)
{
	struct fault f;

	(void)state;
	/* of two to eight words, all but one are missing */
	for (uint32_t n = 2; n <= SC_WORDS_MAX; n++) {
		fake_mailbox_boot();
		fake_mailbox_leave_message(1 | n << 8 | 99u << 16);
		assert_int_equal(starts(&f), 0);
		assert_int_equal(f.code, 0);
		answers();
	}
}

static void a_slow_mailbox_is_waited_for(void **state)
{
	struct fault f;

	(void)state;
	fake_mailbox.slow = 1000;
	assert_int_equal(starts(&f), 0);
	fake_mailbox.slow = 1000;
	answers();
	assert_int_equal(fake_mailbox.slow, 0);
	assert_int_equal(fake_mailbox.calls, 2);
}

static void a_dead_mailbox_is_an_error_in_time(void **state)
{
	struct fault f;

	(void)state;
	fake_mailbox.dead_from = 1;
	assert_int_equal(starts(&f), -ETIMEDOUT);
	assert_string_equal(f.text, "get_partition: the mailbox gave no answer within 100 ms");
	assert_non_null(strstr(f.fix, "restart the board"));
}

static void what_is_not_the_firmware_is_refused(void **state)
{
	const struct sc_call c = { SC_GET_PARTITION, 0, 0 };
	struct fault f = { 0 };
	uint32_t answer;

	(void)state;
	fake_mailbox.fail_at = 1;
	fake_mailbox.error = 4;
	assert_int_equal(mailbox_call(&regs, &c, &answer, &f), -EACCES);
	assert_string_equal(f.text,
			    "get_partition: the firmware refuses: the calling partition may "
			    "not do this (error 4)");
	fake_mailbox_boot();
	fake_mailbox.silent_at = 1;
	answer = 99;
	assert_int_equal(mailbox_call(&regs, &c, &answer, &f), -ETIMEDOUT);
	assert_int_equal(answer, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_firmware_answers_without_an_interrupt, boot),
		cmocka_unit_test_setup(what_was_left_unread_is_dropped, boot),
		cmocka_unit_test_setup(a_message_left_half_is_brought_to_its_end, boot),
		cmocka_unit_test_setup(a_slow_mailbox_is_waited_for, boot),
		cmocka_unit_test_setup(a_dead_mailbox_is_an_error_in_time, boot),
		cmocka_unit_test_setup(what_is_not_the_firmware_is_refused, boot),
	};

	return cmocka_run_group_tests_name("firmware", tests, NULL, NULL);
}
