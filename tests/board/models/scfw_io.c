/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scfw_io - the firmware's pads, controls, fuses and interrupts.
 *
 * Assumed: what the fuses hold, which is two addresses of NXP's range and else zeroes; the
 * chip's number; that a caller may enable interrupts for its own mailbox only.  No
 * interrupt of the firmware's ever comes.
 */
#include "scfw.h"

#define SC_R_SYSTEM 355
#define SC_C_ID 14	/* the control that has the number of the chip */
#define CHIP_8QM 0x81	/* chip 1, its second revision */
#define FUSE_MAC0 0x1c4 /* two words each: 00:04:9f:0e:00:01 and :02 */
#define FUSE_MAC1 0x1c6
#define FUSES 800

static uint8_t pad_set(struct sc_call *c)
{
	uint32_t pad = sc_get(c, 4, 2);

	if (pad >= SC_PADS)
		return SC_PARM;
	if (!sc_may(c, c->s->pads[pad].owner))
		return SC_NOACCESS;
	c->s->pads[pad].set = true;
	c->s->pads[pad].value = sc_get(c, 0, 4);
	return SC_OK;
}

static uint8_t pad_get(struct sc_call *c)
{
	uint32_t pad = sc_get(c, 0, 2);

	if (pad >= SC_PADS)
		return SC_PARM;
	if (!sc_may(c, c->s->pads[pad].owner))
		return SC_NOACCESS;
	sc_put(c, 0, 4, c->s->pads[pad].value);
	return SC_OK;
}

/* Nothing sleeps here. */
static uint8_t pad_set_wakeup(struct sc_call *c)
{
	uint32_t pad = sc_get(c, 0, 2);

	if (pad >= SC_PADS)
		return SC_PARM;
	return sc_may(c, c->s->pads[pad].owner) ? SC_OK : SC_NOACCESS;
}

const struct sc_function sc_pad_functions[] = {
	{ 4, 2, 1, false, pad_set_wakeup, 0 },
	{ 15, 3, 1, false, pad_set, 4 },
	{ 16, 2, 2, false, pad_get, 0 },
	{ 0 },
};

static uint8_t set_control(struct sc_call *c)
{
	uint32_t control = sc_get(c, 0, 4), resource = sc_get(c, 8, 2);

	if (control >= SC_CONTROLS || resource >= SC_RESOURCES)
		return SC_PARM;
	if (!sc_may(c, c->s->resources[resource].owner))
		return SC_NOACCESS;
	c->s->resources[resource].controls[control] = sc_get(c, 4, 4);
	return SC_OK;
}

static uint8_t get_control(struct sc_call *c)
{
	uint32_t control = sc_get(c, 0, 4), resource = sc_get(c, 4, 2);

	if (control >= SC_CONTROLS || resource >= SC_RESOURCES)
		return SC_PARM;
	if (resource == SC_R_SYSTEM && control == SC_C_ID) {
		sc_put(c, 0, 4, CHIP_8QM);
		return SC_OK;
	}
	if (!sc_may(c, c->s->resources[resource].owner))
		return SC_NOACCESS;
	sc_put(c, 0, 4, c->s->resources[resource].controls[control]);
	return SC_OK;
}

static uint8_t otp_fuse_read(struct sc_call *c)
{
	static const uint32_t words[] = { 0x0e9f0400, 0x0100, 0x0e9f0400, 0x0200 };
	uint32_t word = sc_get(c, 0, 4);

	if (word >= FUSES)
		return SC_PARM;
	sc_put(c, 0, 4,
	       word >= FUSE_MAC0 && word < FUSE_MAC1 + 2 ? words[word - FUSE_MAC0] : 0);
	return SC_OK;
}

static uint8_t unique_id(struct sc_call *c)
{
	sc_put(c, 0, 4, 0x8c0de);
	sc_put(c, 4, 4, 0);
	return SC_OK;
}

const struct sc_function sc_misc_functions[] = {
	{ 1, 4, 1, false, set_control, 8 },
	{ 2, 3, 2, false, get_control, 4 },
	{ 11, 2, 2, false, otp_fuse_read, 0 },
	{ 19, 1, 3, false, unique_id, 0 },
	{ 0 },
};

static uint8_t irq_enable(struct sc_call *c)
{
	return sc_get(c, 4, 2) == c->mu ? SC_OK : SC_PARM;
}

static uint8_t irq_status(struct sc_call *c)
{
	if (sc_get(c, 0, 2) != c->mu)
		return SC_PARM;
	sc_put(c, 0, 4, 0);
	return SC_OK;
}

const struct sc_function sc_irq_functions[] = {
	{ 1, 3, 1, false, irq_enable, 4 },
	{ 2, 2, 2, false, irq_status, 0 },
	{ 0 },
};
