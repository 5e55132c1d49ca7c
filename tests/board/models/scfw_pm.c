/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scfw_pm - the firmware's power management: the power and the clocks of a resource.
 *
 * Assumed: a clock's rate is what it is set to, 24 MHz before; a resource that is off has no
 * clocks to be asked for; each caller may ask for a resource's power.
 */
#include "scfw.h"

static uint8_t set_resource_power_mode(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), mode = sc_get(c, 2, 1);

	if (resource >= SC_RESOURCES || mode > SC_ON)
		return SC_PARM;
	if (!sc_may(c, c->s->resources[resource].owner))
		return SC_NOACCESS;
	if (mode < c->s->resources[resource].mode && c->mu != HOST_MU &&
	    c->s->resources[resource].owner == SC_BOOT_PARTITION)
		c->s->lowered[resource] = true;
	c->s->resources[resource].mode = mode;
	return SC_OK;
}

static uint8_t get_resource_power_mode(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2);

	if (resource >= SC_RESOURCES)
		return SC_PARM;
	sc_put(c, 0, 1, c->s->resources[resource].mode);
	return SC_OK;
}

static uint8_t check_clock(const struct sc_call *c, uint32_t resource, uint32_t clock)
{
	if (resource >= SC_RESOURCES || clock >= SC_CLOCKS)
		return SC_PARM;
	if (!sc_may(c, c->s->resources[resource].owner))
		return SC_NOACCESS;
	if (c->s->resources[resource].mode == SC_OFF)
		return SC_NOPOWER;
	return SC_OK;
}

/* The answer is the rate that the clock has now. */
static uint8_t set_clock_rate(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 4, 2), clock = sc_get(c, 6, 1);
	uint8_t error = check_clock(c, resource, clock);

	if (!error)
		c->s->resources[resource].clocks[clock].rate = sc_get(c, 0, 4);
	return error;
}

static uint8_t get_clock_rate(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), clock = sc_get(c, 2, 1);
	uint8_t error = check_clock(c, resource, clock);

	if (!error)
		sc_put(c, 0, 4, c->s->resources[resource].clocks[clock].rate);
	return error;
}

static uint8_t clock_enable(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), clock = sc_get(c, 2, 1);
	uint8_t error = check_clock(c, resource, clock);

	if (!error)
		c->s->resources[resource].clocks[clock].on = sc_get(c, 3, 1);
	return error;
}

static uint8_t set_clock_parent(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), clock = sc_get(c, 2, 1);
	uint8_t error = check_clock(c, resource, clock);

	if (!error)
		c->s->resources[resource].clocks[clock].parent = sc_get(c, 3, 1);
	return error;
}

static uint8_t get_clock_parent(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), clock = sc_get(c, 2, 1);
	uint8_t error = check_clock(c, resource, clock);

	if (!error)
		sc_put(c, 0, 1, c->s->resources[resource].clocks[clock].parent);
	return error;
}

const struct sc_function sc_pm_functions[] = {
	{ 3, 2, 1, false, set_resource_power_mode, 0 },
	{ 4, 2, 2, false, get_resource_power_mode, 0 },
	{ 5, 3, 2, false, set_clock_rate, 4 },
	{ 6, 2, 2, false, get_clock_rate, 0 },
	{ 7, 3, 1, false, clock_enable, 0 },
	{ 14, 2, 1, false, set_clock_parent, 0 },
	{ 15, 2, 2, false, get_clock_parent, 0 },
	{ 0 },
};
