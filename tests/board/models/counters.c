/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counters - what the models have counted, for the tests.
 *
 * Text at 0x5bff0000, where the board has nothing, a line for each counter; a word written
 * to it commands the peers: 1 chatter, 0 be quiet.  Its last word is a mark, by which
 * board.c sees that QEMU understood where it is.  At its end QEMU prints the text, too.
 */
#include <string.h>

#include "models.h"

#define SIZE 0x4000

static void report(FILE *out)
{
	fec_report(out);
	board_report(out);
	peer_report(out);
	smmu_report(out);
	mu_report(out);
	scfw_report(out);
}

void counters_print(void)
{
	report(stderr);
}

/* The text is made when its first word is read, and stays for the others. */
static uint32_t counters_read(void *model, uint32_t offset)
{
	static char text[SIZE];
	uint32_t word;

	(void)model;
	if (offset == COUNTERS_MARK)
		return COUNTERS_MAGIC;
	if (offset == 0) {
		FILE *out = fmemopen(text, sizeof(text), "w");

		memset(text, 0, sizeof(text));
		if (out) {
			report(out);
			fclose(out);
		}
	}
	memcpy(&word, text + offset, sizeof(word));
	return word;
}

static void counters_write(void *model, uint32_t offset, uint32_t value)
{
	(void)model;
	if (offset == 0)
		peer_chatter(value & 1);
}

const struct block counters_block = {
	.name = "counters",
	.read = counters_read,
	.write = counters_write,
	.address = 0x5bff0000,
	.size = SIZE,
};
