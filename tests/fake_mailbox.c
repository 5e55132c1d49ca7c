/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "board/models/models.h"
#include "fake_mailbox.h"

#define SR_ROOM 0x00f00000 /* there is always room for a word */

struct fake_mailbox fake_mailbox;

static struct {
	uint32_t message[SCFW_WORDS], answer[SCFW_WORDS];
	size_t n_sent, n_answer, n_read;
} words;

void fake_mailbox_restart(void)
{
	memset(&fake_mailbox, 0, sizeof(fake_mailbox));
}

uint32_t fake_mailbox_ask(unsigned int mu, enum sc_op op, uint16_t subject, uint16_t value)
{
	const struct sc_call c = { op, subject, value };
	uint32_t message[SCFW_WORDS] = { 0 }, answer;
	struct fault f = { 0 };
	size_t n;

	sc_pack(&c, message);
	n = scfw_call(mu, message);
	return sc_unpack(&c, message, n, &answer, &f) ? FAKE_REFUSED : answer;
}

void fake_mailbox_boot(void)
{
	fake_mailbox_restart();
	memset(&words, 0, sizeof(words));
	scfw_start(true);
	fake_mailbox_ask(MU_2A - 1, SC_SET_MASTER_SID, ENET_0, 0x12);
	scfw_forget_counts();
}

void fake_mailbox_leave_answer(uint32_t word, size_t n)
{
	words.n_read = 0;
	words.n_answer = n;
	for (size_t i = 0; i < n; i++)
		words.answer[i] = word;
}

static void answer(void)
{
	struct fake_mailbox *m = &fake_mailbox;

	m->calls++;
	if (m->calls == m->kill_at)
		longjmp(m->killed, 1);
	if (m->dead_from && m->calls >= m->dead_from)
		return;
	/* the firmware waits until the mailbox has room */
	if (words.n_read < words.n_answer)
		return;
	memcpy(words.answer, words.message, sizeof(words.answer));
	if (m->calls == m->fail_at) {
		words.answer[0] = 1 | 1 << 8 | 1 << 16 | (uint32_t)m->error << 24;
		words.n_answer = 1;
	} else {
		words.n_answer = scfw_call(MU_2A, words.answer);
	}
	words.n_read = 0;
	if (m->calls == m->silent_at)
		words.n_answer = 0;
}

static void take(uint32_t word)
{
	words.message[words.n_sent++] = word;
	if (words.n_sent < (words.message[0] >> 8 & 0xff) && words.n_sent < SCFW_WORDS)
		return;
	words.n_sent = 0;
	answer();
}

void fake_mailbox_leave_message(uint32_t word)
{
	take(word);
}

int registers_open(const struct sysroot *s, const struct device *d, struct registers *out,
		   struct fault *f)
{
	(void)s;
	(void)d;
	(void)f;
	*out = (struct registers){ -1, -1, -1, NULL, 0 };
	return 0;
}

int registers_map(struct registers *r, struct fault *f)
{
	(void)r;
	(void)f;
	return 0;
}

void registers_close(struct registers *r)
{
	(void)r;
}

uint32_t registers_read(const struct registers *r, unsigned int offset)
{
	bool is_full = words.n_read < words.n_answer;
	unsigned int n = (unsigned int)words.n_read % 4;

	(void)r;
	if (offset == MU_SR && fake_mailbox.slow > 0) {
		fake_mailbox.slow--;
		return 0;
	}
	if (offset == MU_SR)
		return SR_ROOM | (is_full ? MU_SR_RF(n) : 0);
	return is_full && offset == (unsigned int)MU_RR(n) ? words.answer[words.n_read++] : 0;
}

void registers_write(const struct registers *r, unsigned int offset, uint32_t value)
{
	(void)r;
	if (offset == MU_CR)
		fake_mailbox.control = value;
	else if (offset <= MU_TR(3))
		take(value);
}
