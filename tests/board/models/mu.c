/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mu - the mailbox MU_2A, and the system controller at its other end.
 *
 * Modelled: four words to send, four to receive, their status and interrupts, general
 * purpose interrupts (none comes), and messages of more than four words.  The controller
 * takes a word at once, and answers when the message is whole; what is left of a message
 * that nobody finished stays, as the registers of a mailbox do.
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

static uint32_t control, pending;
static uint32_t message[SCFW_WORDS], answer[SCFW_WORDS];
static unsigned int n_sent, n_answer, n_read;
static unsigned long n_messages, n_interrupts, n_unanswered, n_unread;
static bool was_high;

static bool is_full(unsigned int n)
{
	return n_read < n_answer && n_read % N_WORDS == n;
}

/* Words of an answer are there one after the other: the next when one is read. */
static uint32_t status(void)
{
	uint32_t bits = pending;

	for (unsigned int n = 0; n < N_WORDS; n++)
		bits |= TE(n) | (is_full(n) ? RF(n) : 0);
	return bits;
}

static void update_line(void)
{
	bool high = status() & control & STATUS_BITS;

	n_interrupts += high && !was_high;
	was_high = high;
	board_set_mailbox_line(high);
}

static unsigned int message_size(void)
{
	unsigned int size = message[0] >> 8 & 0xff;

	return size < 1 ? 1 : size > SCFW_WORDS ? SCFW_WORDS : size;
}

static void take(uint32_t word)
{
	message[n_sent++] = word;
	if (n_sent < message_size())
		return;
	n_messages++;
	n_unread += n_read < n_answer;
	memcpy(answer, message, sizeof(answer));
	n_answer = scfw_call(MU_RESOURCE, answer);
	n_sent = n_read = 0;
}

static uint32_t mu_read(void *model, uint32_t offset)
{
	uint32_t word = 0;

	(void)model;
	if (!scfw_is_on(MU_RESOURCE)) {
		n_unanswered++;
		return 0;
	}
	if (offset == SR)
		return status();
	if (offset == CR)
		return control;
	if (offset >= RR && offset < RR + 4 * N_WORDS && is_full((offset - RR) / 4)) {
		word = answer[n_read++];
		update_line();
	}
	return word;
}

static void mu_write(void *model, uint32_t offset, uint32_t value)
{
	(void)model;
	if (!scfw_is_on(MU_RESOURCE)) {
		n_unanswered++;
		return;
	}
	if (offset < TR + 4 * N_WORDS)
		take(value);
	else if (offset == SR)
		pending &= ~value;
	else if (offset == CR)
		control = value & ~(GIR(0) | GIR(1) | GIR(2) | GIR(3));
	update_line();
}

const struct block mu_block = {
	.name = "mu",
	.read = mu_read,
	.write = mu_write,
	.address = 0x5d1d0000,
	.size = SIZE,
};

void mu_report(FILE *out)
{
	fprintf(out, "mu messages %lu\nmu interrupts %lu\n", n_messages, n_interrupts);
	fprintf(out, "mu unanswered %lu\nmu unread %lu\nmu half %u\n", n_unanswered, n_unread,
		n_sent);
}
