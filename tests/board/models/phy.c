/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * phy - the two MDIO buses and the PHYs on them.
 *
 * A PHY's link is always up, at a gigabit, full duplex.  Modelled are the registers that
 * IEEE 802.3 clause 22 defines, which is all that Linux's generic driver reads; the others
 * keep what is written.  The identity is the one of the AR8031 that a MEK has.
 */
#include "models.h"

#define N_PHYS 32
#define N_REGS 32

enum {
	BMCR,
	BMSR,
	PHYSID1,
	PHYSID2,
	ANAR,
	ANLPAR,
	ANER,
	GBSR = 10,
	ESR = 15
};

#define BMCR_RESET 0x8000
#define BMCR_RESTART 0x0200
#define NO_PHY 0xffff

static const uint16_t start[N_REGS] = {
	[BMCR] = 0x1140, /* negotiates, a gigabit, full duplex */
	[BMSR] = 0x796d, /* negotiated, link up */
	[PHYSID1] = 0x004d, [PHYSID2] = 0xd074, [ANAR] = 0x01e1, [ANLPAR] = 0xc1e1,
	[ANER] = 0x0005,    [9] = 0x0200,	[GBSR] = 0x3c00, [ESR] = 0x2000,
};

static struct {
	bool there;
	uint16_t regs[N_REGS];
} phys[N_PORTS][N_PHYS];

static void reset(uint16_t *regs)
{
	for (int i = 0; i < N_REGS; i++)
		regs[i] = start[i];
}

void phy_add(unsigned int bus, unsigned int address)
{
	phys[bus][address].there = true;
	reset(phys[bus][address].regs);
}

uint16_t phy_read(unsigned int bus, unsigned int address, unsigned int reg)
{
	return phys[bus][address].there ? phys[bus][address].regs[reg] : NO_PHY;
}

static bool is_read_only(unsigned int reg)
{
	return (reg >= BMSR && reg <= PHYSID2) || reg == ANLPAR || reg == ANER ||
	       reg == GBSR || reg == ESR;
}

void phy_write(unsigned int bus, unsigned int address, unsigned int reg, uint16_t value)
{
	uint16_t *regs = phys[bus][address].regs;

	if (!phys[bus][address].there || is_read_only(reg))
		return;
	if (reg == BMCR && value & BMCR_RESET)
		reset(regs);
	else
		regs[reg] = reg == BMCR ? value & ~BMCR_RESTART : value;
}
