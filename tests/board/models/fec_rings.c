/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fec_rings - how an Ethernet port's frames get from memory to the wire, and back.
 *
 * Modelled: short and enhanced descriptors, frames in several buffers, the wrap, the two
 * bytes before a received frame (RACC's SHIFT16), and the bus error: it is the event
 * EBERR, and the port is off after it.
 *
 * Assumed: a frame is sent at the moment of the kick; rings 1 and 2 receive nothing.  A
 * received frame's checksum (FCS) is four zeroes, which the driver takes off unread.
 */
#include <string.h>

#include "fec.h"

#define FRAME_MIN 60
#define RING_MAX 4096 /* descriptors: more in one go is a ring without an end */

#define RDSR 0x180
#define MRBR 0x188
#define RACC 0x1c4
#define RACC_SHIFT16 (1u << 7)

const uint32_t fec_tdar[FEC_RINGS] = { 0x14, 0x1e4, 0x1ec };
static const uint32_t tdsr[FEC_RINGS] = { 0x184, 0x164, 0x170 };
static const uint32_t sent_event[FEC_RINGS] = { EIR_TXF0, 0x8, 0x80 };

struct descriptor {
	uint16_t size, flags;
	uint32_t buffer;
	uint32_t control, protocol, done, time, reserved[2];
};

#define D_OWNED 0x8000 /* by the port: ready to be sent, empty to receive */
#define D_WRAP 0x2000
#define D_LAST 0x0800
#define D_KEPT 0x7000 /* wrap, and two bits of the driver's */
#define D_TX_INT 0x40000000
#define D_RX_INT 0x00800000
#define D_DONE 0x80000000

static bool dma(struct port *p, uint32_t address, void *data, size_t size, bool write)
{
	if (board_dma(p->number, address, data, size, write))
		return true;
	p->errors++;
	*fec_reg(p, ECR) &= ~ECR_ETHEREN;
	fec_raise(p, EIR_EBERR);
	return false;
}

static size_t descriptor_size(struct port *p)
{
	return *fec_reg(p, ECR) & ECR_EN1588 ? sizeof(struct descriptor) : 8;
}

static uint32_t next(struct port *p, uint32_t at, const struct descriptor *d, uint32_t start)
{
	return d->flags & D_WRAP ? start : at + descriptor_size(p);
}

static void send(struct port *p, uint8_t *frame, size_t size)
{
	p->sent++;
	if (size < FRAME_MIN) {
		memset(frame + size, 0, FRAME_MIN - size);
		size = FRAME_MIN;
	}
	if (board_port_has_wire(p->number))
		peer_receive(p->number, frame, size);
	else
		p->lost++;
}

void fec_transmit(struct port *p, unsigned int ring)
{
	size_t d_size = descriptor_size(p), filled = 0;
	uint8_t frame[FEC_FRAME_MAX];
	bool too_long = false;
	struct descriptor d;

	for (int n = 0; n < RING_MAX && *fec_reg(p, ECR) & ECR_ETHEREN; n++) {
		uint32_t at = p->tx_at[ring];

		if (!dma(p, at, &d, d_size, false) || !(d.flags & D_OWNED))
			return;
		too_long |= filled + d.size > sizeof(frame);
		if (!too_long && !dma(p, d.buffer, frame + filled, d.size, false))
			return;
		filled += d.size;
		d.flags &= ~D_OWNED;
		d.done = D_DONE;
		if (!dma(p, at, &d, d_size, true))
			return;
		p->tx_at[ring] = next(p, at, &d, *fec_reg(p, tdsr[ring]));
		if (!(d.flags & D_LAST))
			continue;
		if (!too_long)
			send(p, frame, filled);
		filled = 0;
		too_long = false;
		if (d_size == 8 || d.control & D_TX_INT)
			fec_raise(p, sent_event[ring]);
	}
}

bool fec_store(struct port *p, const uint8_t *frame, size_t size)
{
	size_t d_size = descriptor_size(p), shift = *fec_reg(p, RACC) & RACC_SHIFT16 ? 2 : 0;
	uint8_t buffer[FEC_FRAME_MAX] = { 0 };
	struct descriptor d;

	if (!dma(p, p->rx_at, &d, d_size, false) || !(d.flags & D_OWNED))
		return false;
	size += shift + FEC_FCS;
	if (size > (*fec_reg(p, MRBR) & 0x3ff0))
		return false;
	memcpy(buffer + shift, frame, size - shift - FEC_FCS);
	d.flags = (d.flags & D_KEPT) | D_LAST;
	d.size = size;
	d.done = D_DONE;
	if (!dma(p, d.buffer, buffer, size, true) || !dma(p, p->rx_at, &d, d_size, true))
		return false;
	p->rx_at = next(p, p->rx_at, &d, *fec_reg(p, RDSR));
	if (d_size == 8 || d.control & D_RX_INT)
		fec_raise(p, EIR_RXF0);
	return true;
}

void fec_start_rings(struct port *p)
{
	p->rx_at = *fec_reg(p, RDSR);
	for (unsigned int i = 0; i < FEC_RINGS; i++)
		p->tx_at[i] = *fec_reg(p, tdsr[i]);
}
