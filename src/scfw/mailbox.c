/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "scfw/mailbox.h"

#define DRAIN_MAX 64 /* words; a message has SC_WORDS_MAX at most */
#define SETTLE_MS 1  /* an answer to an earlier user may be on its way */
#define RESYNC_MS 10 /* for an answer that a half message may keep back */

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool wait_for(const struct registers *r, uint32_t bit, unsigned int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	bool late;

	/* once more after the end: this process may have been stopped in between */
	do {
		late = now_ms() > end;
		if (registers_read(r, MU_SR) & bit)
			return true;
	} while (!late);
	return false;
}

/* Drop the words that are there. */
static void drain(const struct registers *r)
{
	bool found = true;

	for (int i = 0; i < DRAIN_MAX && found; i++) {
		uint32_t status = registers_read(r, MU_SR);

		found = false;
		for (unsigned int n = 0; n < 4; n++) {
			if (!(status & MU_SR_RF(n)))
				continue;
			(void)registers_read(r, MU_RR(n));
			found = true;
		}
	}
}

static bool send(const struct registers *r, const uint32_t *words, size_t n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!wait_for(r, MU_SR_TE(i), MAILBOX_TIMEOUT_MS))
			return false;
		registers_write(r, MU_TR(i), words[i]);
	}
	return true;
}

/* Returns the words of the answer, cut to SC_WORDS_MAX; 0: there was none in time. */
static size_t receive(const struct registers *r, uint32_t words[static SC_WORDS_MAX],
		      unsigned int timeout_ms)
{
	size_t n = 1;

	for (unsigned int i = 0; i < n && i < SC_WORDS_MAX; i++) {
		if (!wait_for(r, MU_SR_RF(i), timeout_ms))
			return 0;
		words[i] = registers_read(r, MU_RR(i));
		if (i == 0)
			n = words[0] >> 8 & 0xff;
	}
	return n > SC_WORDS_MAX ? SC_WORDS_MAX : n ?: 1;
}

static int no_answer(const struct sc_call *c, struct fault *f)
{
	char text[SC_TEXT_MAX];

	fault_set(f, -ETIMEDOUT, "%s: the mailbox gave no answer within %d ms",
		  sc_text(c, text), MAILBOX_TIMEOUT_MS);
	return fault_fix(f, "restart the board: the firmware or the mailbox does not work");
}

static int call(const struct registers *r, const struct sc_call *c, unsigned int timeout_ms,
		uint32_t *answer, struct fault *f)
{
	uint32_t words[SC_WORDS_MAX];
	size_t n = sc_pack(c, words);

	*answer = 0;
	drain(r);
	n = send(r, words, n) ? receive(r, words, timeout_ms) : 0;
	return n ? sc_unpack(c, words, n, answer, f) : no_answer(c, f);
}

int mailbox_call(const struct registers *r, const struct sc_call *c, uint32_t *answer,
		 struct fault *f)
{
	return call(r, c, MAILBOX_TIMEOUT_MS, answer, f);
}

int mailbox_start(const struct registers *r, struct fault *f)
{
	const struct sc_call ask = { .op = SC_GET_PARTITION };
	const struct timespec settle = { .tv_nsec = SETTLE_MS * 1000000 };
	uint32_t answer;
	int ret = -ETIMEDOUT;

	registers_write(r, MU_CR, 0);
	nanosleep(&settle, NULL);
	/* each word of these may be taken as one that an unfinished message lacks */
	for (int i = 0; i < SC_WORDS_MAX && ret; i++)
		ret = call(r, &ask, i < SC_WORDS_MAX - 1 ? RESYNC_MS : MAILBOX_TIMEOUT_MS,
			   &answer, f);
	if (ret == 0)
		*f = (struct fault){ 0 };
	return ret;
}
