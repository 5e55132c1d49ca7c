/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board-counters [chatter|quiet] - what the models of the emulated board have counted.
 *
 * Prints their page of text, a line for each counter: whose it is, its name, its value.
 * With a word: the peers at the other ends of the wires send frames unasked, or stop.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define COUNTERS 0x5bff0000 /* models/counters.c puts them there */
#define SIZE 0x4000

int main(int argc, char **argv)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	volatile uint32_t *page;
	char text[SIZE + 1] = "";

	if (fd < 0)
		err(1, "/dev/mem");
	page = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, COUNTERS);
	if (page == MAP_FAILED)
		err(1, "map /dev/mem");
	if (argc > 1) {
		page[0] = !strcmp(argv[1], "chatter");
		return 0;
	}
	for (int i = 0; i < SIZE / 4 - 1; i++) {
		uint32_t word = page[i];

		memcpy(text + 4 * i, &word, sizeof(word));
	}
	if (!strstr(text, "smmu "))
		errx(1, "the models are not loaded");
	fputs(text, stdout);
	return 0;
}
