/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of the system controller's firmware.  tests/uboot has them from U-Boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scfw/call.h"

#define HEADER(words, service, result) \
	(1u | (words) << 8 | (service) << 16 | (uint32_t)(result) << 24)

static void packs(enum sc_op op, uint16_t subject, uint16_t value, const uint32_t *want,
		  size_t n)
{
	const struct sc_call c = { op, subject, value };
	uint32_t words[SC_WORDS_MAX], zeroes[SC_WORDS_MAX] = { 0 };

	memset(words, 0xee, sizeof(words));
	assert_int_equal(sc_pack(&c, words), n);
	assert_memory_equal(words, want, n * sizeof(*words));
	assert_memory_equal(words + n, zeroes, (SC_WORDS_MAX - n) * sizeof(*words));
}
#define PACKS(op, subject, value, ...)                               \
	packs(op, subject, value, (const uint32_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void messages_are_as_the_headers_say(void **state)
{
	(void)state;
	PACKS(SC_GET_PARTITION, 0, 0, HEADER(1, 3, 5));
	PACKS(SC_PARTITION_ALLOC, 0, 0, HEADER(3, 3, 1), 0x01000000, 0);
	PACKS(SC_PARTITION_FREE, 2, 0, HEADER(2, 3, 2), 2);
	PACKS(SC_SET_PARENT, 2, 1, HEADER(2, 3, 6), 0x0102);
	PACKS(SC_ASSIGN_RESOURCE, 251, 2, HEADER(2, 3, 8), 0x200fb);
	PACKS(SC_SET_MASTER_SID, 251, 0x12, HEADER(2, 3, 11), 0x1200fb);
	PACKS(SC_IS_RESOURCE_MASTER, 251, 0, HEADER(2, 3, 14), 251);
	PACKS(SC_GET_RESOURCE_INFO, 251, 0, HEADER(2, 3, 16), 251);
	PACKS(SC_ASSIGN_PAD, 268, 2, HEADER(2, 3, 23), 0x2010c);
	PACKS(SC_IS_PAD_OWNED, 268, 0, HEADER(2, 3, 25), 268);
	PACKS(SC_GET_RESOURCE_OWNER, 545, 0, HEADER(2, 3, 33), 545);
	PACKS(SC_SET_POWER_MODE, 215, SC_POWER_ON, HEADER(2, 2, 3), 0x300d7);
	PACKS(SC_GET_POWER_MODE, 215, 0, HEADER(2, 2, 4), 215);
}

/* Unpack one answer, which must have that code. */
static uint32_t unpacks(enum sc_op op, uint32_t header, uint32_t word, size_t n, int code)
{
	const struct sc_call c = { op, 251, 0 };
	const uint32_t words[] = { header, word };
	struct fault f = { 0 };
	uint32_t answer = 99;

	assert_int_equal(sc_unpack(&c, words, n, &answer, &f), code);
	assert_int_equal(f.code, code);
	if (code == -EPROTO) {
		char why[64];

		snprintf(why, sizeof(why), ": 0x%08x is not an answer of the firmware",
			 n ? header : 0);
		assert_non_null(strstr(f.text, why));
	}
	return answer;
}

static void answers_are_read(void **state)
{
	(void)state;
	assert_int_equal(unpacks(SC_GET_RESOURCE_INFO, HEADER(2, 1, 0), 0xffff0012, 2, 0),
			 0x12);
	assert_int_equal(unpacks(SC_GET_RESOURCE_OWNER, HEADER(2, 1, 0), 0xffffff02, 2, 0), 2);
	assert_int_equal(unpacks(SC_IS_PAD_OWNED, HEADER(1, 1, 1), 0, 1, 0), 1);
	assert_int_equal(unpacks(SC_IS_PAD_OWNED, HEADER(1, 1, 0), 0, 1, 0), 0);
	assert_int_equal(unpacks(SC_ASSIGN_PAD, HEADER(1, 1, 0), 0, 1, 0), 0);
}

static void each_error_has_a_code(void **state)
{
	static const int codes[] = { 0,	      -EIO,    -EIO, -EINVAL, -EACCES, -EBUSY, -ENOSPC,
				     -ENOENT, -ENODEV, -EIO, -EBUSY,  -EIO,    -EIO,   -EIO };

	(void)state;
	for (uint32_t error = 1; error < sizeof(codes) / sizeof(*codes); error++)
		assert_int_equal(unpacks(SC_PARTITION_ALLOC, HEADER(1, 1, error), 0, 1,
					 codes[error]),
				 0);
}

static void what_is_no_answer_is_refused(void **state)
{
	(void)state;
	/* no words; another version; a question; more or fewer words than it says */
	unpacks(SC_GET_PARTITION, 0, 0, 0, -EPROTO);
	unpacks(SC_GET_PARTITION, HEADER(2, 1, 0) + 1, 1, 2, -EPROTO);
	unpacks(SC_GET_PARTITION, HEADER(2, 3, 0), 1, 2, -EPROTO);
	unpacks(SC_GET_PARTITION, HEADER(3, 1, 0), 1, 2, -EPROTO);
	unpacks(SC_GET_PARTITION, HEADER(1, 1, 0), 0, 1, -EPROTO);
	unpacks(SC_IS_PAD_OWNED, HEADER(1, 1, 2), 0, 1, -EPROTO);
}

static void says(enum sc_op op, uint16_t subject, uint16_t value, const char *want)
{
	const struct sc_call c = { op, subject, value };
	char text[SC_TEXT_MAX];

	assert_string_equal(sc_text(&c, text), want);
}

static void calls_are_named(void **state)
{
	(void)state;
	says(SC_GET_PARTITION, 0, 0, "get_partition");
	says(SC_SET_MASTER_SID, 251, 0x12, "set_master_sid ENET_0 (251) 0x12");
	says(SC_ASSIGN_RESOURCE, 215, SC_PARTITION_NEW, "assign_resource MU_2A (215) new");
	says(SC_SET_PARENT, SC_PARTITION_NEW, 1, "set_parent new 1");
	says(SC_ASSIGN_PAD, 255, 2, "assign_pad 255 2");
	says(SC_SET_POWER_MODE, 544, 3, "set_resource_power_mode 544 3");
}

static int replays(const char *lines, uint32_t *answer)
{
	const struct sc_call c = { SC_GET_RESOURCE_INFO, 251, 0 };
	struct fault f = { 0 };
	int ret;

	*answer = 99;
	ret = sc_replay(&c, lines, answer, &f);
	assert_int_equal(f.code, ret);
	if (ret)
		assert_int_equal(*answer, 0);
	return ret;
}

static void a_recording_answers_as_the_firmware_did(void **state)
{
	const struct sc_call c = { SC_GET_RESOURCE_INFO, 251, 0 };
	char text[SC_TEXT_MAX];
	uint32_t answer;

	(void)state;
	assert_string_equal(sc_record(&c, 0, 18, text), "get_resource_info 251 0 = 18");
	assert_int_equal(replays(text, &answer), 0);
	assert_int_equal(answer, 18);
	sc_record(&c, -EACCES, 0, text);
	assert_int_equal(replays(text, &answer), -EACCES);
	assert_int_equal(replays("get_partition 0 0 = 2\nget_resource_info 251 0 = 7\n",
				 &answer),
			 0);
	assert_int_equal(answer, 7);
}

static void a_damaged_recording_is_no_answer(void **state)
{
	uint32_t answer;

	(void)state;
	assert_int_equal(replays("", &answer), -ENODATA);
	assert_int_equal(replays("get_resource_info 2510 = 1", &answer), -ENODATA);
	assert_int_equal(replays("xget_resource_info 251 0 = 1", &answer), -ENODATA);
	/* a recorded error of 0 is an error */
	assert_int_equal(replays("get_resource_info 251 0 ! 0", &answer), -EIO);
	assert_int_equal(replays("get_resource_info 251 0 ! 7", &answer), -EIO);
	assert_int_equal(replays("get_resource_info 251 0 ! -99999", &answer), -EIO);
	/* -ENOMEM would be the program's own */
	assert_int_equal(replays("get_resource_info 251 0 ! -12", &answer), -EIO);
	assert_int_equal(replays("get_resource_info 251 0 ! \n-13", &answer), -EIO);
	/* nothing is read after the NUL */
	assert_int_equal(replays("get_resource_info 251 0 \0 7", &answer), -ENODATA);
	assert_int_equal(replays("get_resource_info 251 0 =\0 7", &answer), -ENODATA);
	assert_int_equal(replays("get_resource_info 251 0 =\n7", &answer), -ENODATA);
	assert_int_equal(replays("get_resource_info 251 0 7", &answer), -ENODATA);
	assert_int_equal(answer, 0);
}

/* One of each: the firmware refuses, its answer is none, it does not answer. */
static void a_recording_fails_as_the_firmware_did(void **state)
{
	static const int codes[] = { -EIO,    -EINVAL, -EACCES, -EBUSY,	   -ENOSPC,
				     -ENOENT, -ENODEV, -EPROTO, -ETIMEDOUT };
	const struct sc_call c = { SC_GET_RESOURCE_INFO, 251, 0 };
	char text[SC_TEXT_MAX];
	uint32_t answer;

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		sc_record(&c, codes[i], 0, text);
		assert_int_equal(replays(text, &answer), codes[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_as_the_headers_say),
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(each_error_has_a_code),
		cmocka_unit_test(what_is_no_answer_is_refused),
		cmocka_unit_test(calls_are_named),
		cmocka_unit_test(a_recording_answers_as_the_firmware_did),
		cmocka_unit_test(a_recording_fails_as_the_firmware_did),
		cmocka_unit_test(a_damaged_recording_is_no_answer),
	};

	return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
