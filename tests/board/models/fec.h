/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fec - an Ethernet port's state, shared by its registers (fec.c) and its rings
 * (fec_rings.c).
 */
#ifndef FEC_H
#define FEC_H

#include "models.h"

#define FEC_REGS (0x800 / 4)
#define FEC_RINGS 3
#define FEC_FRAME_MAX 2048
#define FEC_FCS 4

#define EIR_TXF0 0x08000000
#define EIR_RXF0 0x02000000
#define EIR_MII 0x00800000
#define EIR_EBERR 0x00400000
#define EIR_TS 0x00018000
#define ECR 0x24
#define ECR_RESET (1u << 0)
#define ECR_ETHEREN (1u << 1)
#define ECR_EN1588 (1u << 4)

struct port {
	unsigned int number;
	uint32_t regs[FEC_REGS];
	uint32_t tx_at[FEC_RINGS], rx_at; /* addresses of the next descriptors */
	bool high[PORT_LINES];
	unsigned long sent, received, dropped, lost, errors, management, unanswered;
	unsigned long interrupts[PORT_LINES];
};

static inline uint32_t *fec_reg(struct port *p, uint32_t offset)
{
	return &p->regs[offset / 4];
}

/* fec.c */
void fec_raise(struct port *p, uint32_t event);

/* fec_rings.c: the register that starts a ring to send from; the rings start over. */
extern const uint32_t fec_tdar[FEC_RINGS];
void fec_start_rings(struct port *p);

/* Send what the ring has ready. */
void fec_transmit(struct port *p, unsigned int ring);

/* Put a frame of at most FEC_FRAME_MAX - 6 bytes into memory.  False: there is no room. */
bool fec_store(struct port *p, const uint8_t *frame, size_t size);

#endif
