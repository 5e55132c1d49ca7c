/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fec - an Ethernet port of an i.MX 8QM, as Linux's fec driver uses it: its registers.
 *
 * Modelled: events and their masks, reset and enable, the kicks of three rings, and
 * management frames to the PHYs.  Descriptors and frames are fec_rings.c's.
 *
 * Assumed: which event is on which of the four lines, from what the driver's comments and
 * NXP's trees say; reset keeps the station's address.  Left out: address filter, insertion
 * of checksums, coalescing, time stamps, speeds, counters of the hardware.
 *
 * Source: Linux, drivers/net/ethernet/freescale/fec.h and fec_main.c.
 */
#include <string.h>

#include "fec.h"

#define SIZE 0x10000
#define EIR 0x4
#define EIMR 0x8
#define MMFR 0x40
#define MSCR 0x44
#define PALR 0xe4
#define PAUR 0xe8

/* The events of ring 1, of ring 2 and of the clock have their own lines. */
static const uint32_t line_events[PORT_LINES] = { ~(0xfu | 0xf0u | EIR_TS), 0xf, 0xf0,
						  EIR_TS };

static struct port ports[N_PORTS] = { { .number = 0 }, { .number = 1 } };

static void update_lines(struct port *p)
{
	uint32_t events = *fec_reg(p, EIR) & *fec_reg(p, EIMR);

	for (unsigned int i = 0; i < PORT_LINES; i++) {
		bool high = events & line_events[i];

		if (high && !p->high[i])
			p->interrupts[i]++;
		p->high[i] = high;
		board_set_port_line(p->number, i, high);
	}
}

void fec_raise(struct port *p, uint32_t event)
{
	*fec_reg(p, EIR) |= event;
	update_lines(p);
}

void fec_receive(unsigned int port, const uint8_t *frame, size_t size)
{
	struct port *p = &ports[port];

	if (!(*fec_reg(p, ECR) & ECR_ETHEREN) || !board_port_has_clocks(port) ||
	    !board_port_has_wire(port) || size > FEC_FRAME_MAX - 2 - FEC_FCS ||
	    !fec_store(p, frame, size)) {
		p->dropped++;
		return;
	}
	p->received++;
}

/* A frame starts with 01 and then says 10 to read, 01 to write. */
static void manage(struct port *p, uint32_t frame)
{
	unsigned int phy = frame >> 23 & 0x1f, which = frame >> 18 & 0x1f;
	bool reachable = board_port_has_mdio(p->number);

	if (!*fec_reg(p, MSCR))
		return;
	p->management++;
	if (frame >> 28 == 6)
		frame = (frame & 0xffff0000) |
			(reachable ? phy_read(p->number, phy, which) : 0xffff);
	else if (frame >> 28 == 5 && reachable)
		phy_write(p->number, phy, which, frame);
	*fec_reg(p, MMFR) = frame;
	fec_raise(p, EIR_MII);
}

/* The station's address is what the bootloader wrote, and stays. */
static void reset(struct port *p)
{
	uint32_t low = *fec_reg(p, PALR), high = *fec_reg(p, PAUR);

	memset(p->regs, 0, sizeof(p->regs));
	*fec_reg(p, PALR) = low;
	*fec_reg(p, PAUR) = high;
	update_lines(p);
}

static void control(struct port *p, uint32_t value)
{
	bool was_on = *fec_reg(p, ECR) & ECR_ETHEREN;

	if (value & ECR_RESET) {
		reset(p);
		return;
	}
	*fec_reg(p, ECR) = value;
	if (!was_on && value & ECR_ETHEREN)
		fec_start_rings(p);
}

static uint32_t fec_read(void *model, uint32_t offset)
{
	struct port *p = model;

	if (!board_port_has_clocks(p->number)) {
		p->unanswered++;
		return 0;
	}
	return offset / 4 < FEC_REGS ? *fec_reg(p, offset) : 0;
}

static void fec_write(void *model, uint32_t offset, uint32_t value)
{
	struct port *p = model;

	if (!board_port_has_clocks(p->number)) {
		p->unanswered++;
		return;
	}
	for (unsigned int i = 0; i < FEC_RINGS; i++)
		if (offset == fec_tdar[i])
			fec_transmit(p, i);
	if (offset == EIR)
		*fec_reg(p, EIR) &= ~value;
	else if (offset == ECR)
		control(p, value);
	else if (offset == MMFR)
		manage(p, value);
	else if (offset / 4 < FEC_REGS)
		*fec_reg(p, offset) = value;
	update_lines(p);
}

#define BLOCK(number, at)                                                                     \
	{                                                                                     \
		.name = "fec", .read = fec_read, .write = fec_write, .model = &ports[number], \
		.address = at, .size = SIZE,                                                  \
	}
const struct block fec_blocks[N_PORTS] = { BLOCK(0, 0x5b040000), BLOCK(1, 0x5b050000) };

void fec_report(FILE *out)
{
	for (const struct port *p = ports; p < ports + N_PORTS; p++) {
		const struct {
			const char *name;
			unsigned long value;
		} counts[] = {
			{ "sent", p->sent },
			{ "received", p->received },
			{ "dropped", p->dropped },
			{ "lost", p->lost },
			{ "bus-errors", p->errors },
			{ "mdio", p->management },
			{ "unanswered", p->unanswered },
			{ "clocked", board_port_has_clocks(p->number) },
			{ "wired",
			  board_port_has_clocks(p->number) && board_port_has_wire(p->number) },
			{ "enabled", p->regs[ECR / 4] & ECR_ETHEREN ? 1 : 0 },
			{ "interrupts-0", p->interrupts[0] },
			{ "interrupts-1", p->interrupts[1] },
			{ "interrupts-2", p->interrupts[2] },
			{ "interrupts-3", p->interrupts[3] },
		};

		for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
			fprintf(out, "fec%u %s %lu\n", p->number + 1, counts[i].name,
				counts[i].value);
	}
}
