/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lpcg - the two clock gates of the Ethernet ports.
 *
 * Each is one register with four bits for a clock, of which either of the lowest two opens
 * it: by software, or when it is asked for.  Without the port's power it reads zeroes and
 * takes nothing, where a board's bus hangs.
 *
 * Source: Linux, drivers/clk/imx/clk-lpcg-scu.c.
 */
#include "models.h"

#define SIZE 0x10000
#define OPEN 3u

static struct gate {
	unsigned int port;
	uint32_t value;
} gates[N_PORTS] = { { .port = 0 }, { .port = 1 } };

bool lpcg_is_open(unsigned int port, unsigned int index)
{
	return gates[port].value >> index & OPEN;
}

static uint32_t lpcg_read(void *model, uint32_t offset)
{
	const struct gate *g = model;

	return offset == 0 && board_port_has_power(g->port) ? g->value : 0;
}

static void lpcg_write(void *model, uint32_t offset, uint32_t value)
{
	struct gate *g = model;

	if (offset == 0 && board_port_has_power(g->port))
		g->value = value;
}

#define BLOCK(number, at)                                               \
	{                                                               \
		.name = "lpcg", .read = lpcg_read, .write = lpcg_write, \
		.model = &gates[number], .address = at, .size = SIZE,   \
	}
const struct block lpcg_blocks[N_PORTS] = { BLOCK(0, 0x5b230000), BLOCK(1, 0x5b240000) };
