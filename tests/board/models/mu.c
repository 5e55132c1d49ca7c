/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mu - the mailboxes MU_1A, which Linux has, and MU_2A, which is passed through, and the
 * system controller at their other ends.
 *
 * Modelled: four words to send, four to receive, their status and interrupts, general
 * purpose interrupts (none comes), and messages of more than four words.  The controller
 * takes a word at once, and answers when the message is whole; what is left of an unfinished
 * message stays, as the registers of a mailbox do.
 *
 * Assumed: without power the mailbox reads zeroes and takes nothing, where a board's bus
 * hangs.  Source: Linux, drivers/mailbox/imx-mailbox.c.
 */
#include <string.h>

#include "models.h"

#define SIZE 0x10000
#define N_WORDS 4
#define TR 0x00
#define RR 0x10
#define SR 0x20
#define CR 0x24

/* Bits of SR and CR fall with the number of the word. */
#define GIP(n) (1u << (31 - (n)))
#define RF(n) (1u << (27 - (n)))
#define TE(n) (1u << (23 - (n)))
#define GIR(n) (1u << (19 - (n)))
#define STATUS_BITS 0xfff00000

static struct mu {
	unsigned int resource;
	uint32_t control, pending;
	uint32_t message[SCFW_WORDS], answer[SCFW_WORDS];
	unsigned int n_sent, n_answer, n_read;
	unsigned long n_messages, n_interrupts, n_unanswered, n_unread;
	bool was_high;
} mus[N_MAILBOXES] = {
	[MAILBOX_HOST] = { .resource = HOST_MU },
	[MAILBOX_PASSED] = { .resource = MU_RESOURCE },
};

static bool is_full(const struct mu *m, unsigned int n)
{
	return m->n_read < m->n_answer && m->n_read % N_WORDS == n;
}

/* Words of an answer are there one after the other: the next when one is read. */
static uint32_t status(const struct mu *m)
{
	uint32_t bits = m->pending;

	for (unsigned int n = 0; n < N_WORDS; n++)
		bits |= TE(n) | (is_full(m, n) ? RF(n) : 0);
	return bits;
}

static void update_line(struct mu *m)
{
	bool high = status(m) & m->control & STATUS_BITS;

	m->n_interrupts += high && !m->was_high;
	m->was_high = high;
	board_set_mailbox_line((enum mailbox)(m - mus), high);
}

static unsigned int message_size(const struct mu *m)
{
	unsigned int size = m->message[0] >> 8 & 0xff;

	return size < 1 ? 1 : size > SCFW_WORDS ? SCFW_WORDS : size;
}

static void take(struct mu *m, uint32_t word)
{
	m->message[m->n_sent++] = word;
	if (m->n_sent < message_size(m))
		return;
	m->n_messages++;
	m->n_unread += m->n_read < m->n_answer;
	memcpy(m->answer, m->message, sizeof(m->answer));
	m->n_answer = scfw_call(m->resource, m->answer);
	m->n_sent = m->n_read = 0;
}

static uint32_t mu_read(void *model, uint32_t offset)
{
	struct mu *m = model;
	uint32_t word = 0;

	if (!scfw_is_on(m->resource)) {
		m->n_unanswered++;
		return 0;
	}
	if (offset == SR)
		return status(m);
	if (offset == CR)
		return m->control;
	if (offset >= RR && offset < RR + 4 * N_WORDS && is_full(m, (offset - RR) / 4)) {
		word = m->answer[m->n_read++];
		update_line(m);
	}
	return word;
}

static void mu_write(void *model, uint32_t offset, uint32_t value)
{
	struct mu *m = model;

	if (!scfw_is_on(m->resource)) {
		m->n_unanswered++;
		return;
	}
	if (offset < TR + 4 * N_WORDS)
		take(m, value);
	else if (offset == SR)
		m->pending &= ~value;
	else if (offset == CR)
		m->control = value & ~(GIR(0) | GIR(1) | GIR(2) | GIR(3));
	update_line(m);
}

#define BLOCK(which, name_, address_) \
	[which] = { name_, mu_read, mu_write, &mus[which], address_, SIZE }

const struct block mu_blocks[N_MAILBOXES] = {
	BLOCK(MAILBOX_HOST, "mu1", 0x5d1c0000),
	BLOCK(MAILBOX_PASSED, "mu", 0x5d1d0000),
};

void mu_report(FILE *out)
{
	const struct mu *m = &mus[MAILBOX_PASSED];

	fprintf(out, "mu messages %lu\nmu interrupts %lu\n", m->n_messages, m->n_interrupts);
	fprintf(out, "mu unanswered %lu\nmu unread %lu\nmu half %u\n", m->n_unanswered,
		m->n_unread, m->n_sent);
	fprintf(out, "mu1 messages %lu\n", mus[MAILBOX_HOST].n_messages);
}
