/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board-mu SERVICE FUNCTION [WORD...] - one call of the system controller's firmware.
 *
 * By the registers of MU_2A, from user space and without an interrupt, as any program could
 * that has the mailbox mapped.  Words are the message after its header.  Prints the answer:
 * the header's error, which is the answer itself of some calls, and the words after it.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MU_2A 0x5d1d0000
#define SIZE 0x10000
#define WORDS_MAX 32
#define TR(n) ((n) % 4)
#define RR(n) (4 + (n) % 4)
#define SR 8
#define RF(n) (1u << (27 - (n) % 4))
#define TE(n) (1u << (23 - (n) % 4))
#define TRIES 100000

static volatile uint32_t *map_mailbox(void)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	volatile uint32_t *regs;

	if (fd < 0)
		err(1, "/dev/mem");
	regs = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, MU_2A);
	if (regs == MAP_FAILED)
		err(1, "map /dev/mem");
	return regs;
}

static void wait_for(volatile uint32_t *regs, uint32_t bit)
{
	for (int i = 0; i < TRIES; i++)
		if (regs[SR] & bit)
			return;
	errx(1, "the mailbox does not answer");
}

int main(int argc, char **argv)
{
	volatile uint32_t *regs = map_mailbox();
	uint32_t words[WORDS_MAX], size = argc - 2;

	if (argc < 3 || size > WORDS_MAX)
		errx(2, "usage: board-mu SERVICE FUNCTION [WORD...]");
	words[0] = 1 | size << 8 | strtoul(argv[1], NULL, 0) << 16 |
		   strtoul(argv[2], NULL, 0) << 24;
	for (uint32_t i = 1; i < size; i++)
		words[i] = strtoul(argv[2 + i], NULL, 0);
	for (uint32_t i = 0; i < size; i++) {
		wait_for(regs, TE(i));
		regs[TR(i)] = words[i];
	}
	wait_for(regs, RF(0));
	words[0] = regs[RR(0)];
	printf("%u", words[0] >> 24);
	for (uint32_t i = 1; i < (words[0] >> 8 & 0xff); i++) {
		wait_for(regs, RF(i));
		printf(" %#x", regs[RR(i)]);
	}
	putchar('\n');
	return 0;
}
