/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scfw_rm - the firmware's resource management: partitions, and who owns what.
 *
 * Rules and errors are those of NXP's rm/api.h.  Assumed: the list of bus masters, of the
 * resources that a profile names; that each caller may ask for a resource's owner and
 * stream.
 */
#include "scfw.h"

#define STREAM_ID_MAX 63 /* SC_RM_SID_W is 6 bits */

static const uint16_t masters[] = { 248, 249, 250, 251, 252 }; /* SDHC_0 to _2, ENET_0, _1 */

static bool is_restricted(const struct sc_call *c)
{
	return c->s->partitions[c->caller].restricted;
}

static bool is_used(const struct sc_call *c, uint32_t partition)
{
	return partition < SC_PARTITIONS && c->s->partitions[partition].used;
}

static uint8_t partition_alloc(struct sc_call *c)
{
	if (is_restricted(c))
		return SC_NOACCESS;
	for (int i = SC_BOOT_PARTITION + 1; i < SC_PARTITIONS; i++) {
		struct sc_partition *p = &c->s->partitions[i];

		if (p->used)
			continue;
		p->used = true;
		p->restricted = sc_get(c, 2, 1);
		p->parent = c->caller;
		sc_put(c, 0, 1, i);
		return SC_OK;
	}
	return SC_UNAVAILABLE;
}

static uint8_t partition_free(struct sc_call *c)
{
	uint32_t gone = sc_get(c, 0, 1);

	if (!is_used(c, gone))
		return SC_PARM;
	if (c->s->partitions[gone].parent != c->caller || is_restricted(c))
		return SC_NOACCESS;
	for (int i = 0; i < SC_RESOURCES; i++)
		if (c->s->resources[i].owner == gone)
			c->s->resources[i].owner = c->caller;
	for (int i = 0; i < SC_PADS; i++)
		if (c->s->pads[i].owner == gone)
			c->s->pads[i].owner = c->caller;
	c->s->partitions[gone] = (struct sc_partition){ 0 };
	return SC_OK;
}

static uint8_t get_partition(struct sc_call *c)
{
	sc_put(c, 0, 1, c->caller);
	return SC_OK;
}

static uint8_t set_parent(struct sc_call *c)
{
	uint32_t child = sc_get(c, 0, 1), parent = sc_get(c, 1, 1);

	if (!is_used(c, child) || !is_used(c, parent))
		return SC_PARM;
	if (c->s->partitions[child].parent != c->caller || is_restricted(c))
		return SC_NOACCESS;
	c->s->partitions[child].parent = parent;
	return SC_OK;
}

/* "masters will be defaulted to SMMU bypass" */
static uint8_t assign_resource(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), to = sc_get(c, 2, 1);

	if (resource >= SC_RESOURCES || !is_used(c, to))
		return SC_PARM;
	if (!sc_may(c, c->s->resources[resource].owner) || is_restricted(c))
		return SC_NOACCESS;
	c->s->resources[resource].owner = to;
	c->s->resources[resource].stream_id = 0;
	return SC_OK;
}

static uint8_t set_master_sid(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2), id = sc_get(c, 2, 2);

	if (resource >= SC_RESOURCES || id == 0 || id > STREAM_ID_MAX)
		return SC_PARM;
	if (!sc_may(c, c->s->resources[resource].owner) || is_restricted(c))
		return SC_NOACCESS;
	c->s->resources[resource].stream_id = id;
	return SC_OK;
}

static uint8_t is_resource_owned(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2);

	return resource < SC_RESOURCES && c->s->resources[resource].owner == c->caller;
}

static uint8_t is_resource_master(struct sc_call *c)
{
	for (size_t i = 0; i < sizeof(masters) / sizeof(*masters); i++)
		if (masters[i] == sc_get(c, 0, 2))
			return 1;
	return 0;
}

static uint8_t get_resource_info(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2);

	if (resource >= SC_RESOURCES)
		return SC_PARM;
	sc_put(c, 0, 2, c->s->resources[resource].stream_id);
	return SC_OK;
}

static uint8_t assign_pad(struct sc_call *c)
{
	uint32_t pad = sc_get(c, 0, 2), to = sc_get(c, 2, 1);

	if (pad >= SC_PADS || !is_used(c, to))
		return SC_PARM;
	if (!sc_may(c, c->s->pads[pad].owner) || is_restricted(c))
		return SC_NOACCESS;
	c->s->pads[pad].owner = to;
	return SC_OK;
}

static uint8_t is_pad_owned(struct sc_call *c)
{
	uint32_t pad = sc_get(c, 0, 2);

	return pad < SC_PADS && c->s->pads[pad].owner == c->caller;
}

static uint8_t get_resource_owner(struct sc_call *c)
{
	uint32_t resource = sc_get(c, 0, 2);

	if (resource >= SC_RESOURCES)
		return SC_PARM;
	sc_put(c, 0, 1, c->s->resources[resource].owner);
	return SC_OK;
}

const struct sc_function sc_rm_functions[] = {
	{ 1, 3, 2, false, partition_alloc, 0 },
	{ 2, 2, 1, false, partition_free, 0 },
	{ 5, 1, 2, false, get_partition, 0 },
	{ 6, 2, 1, false, set_parent, 0 },
	{ 8, 2, 1, false, assign_resource, 0 },
	{ 11, 2, 1, false, set_master_sid, 0 },
	{ 13, 2, 1, true, is_resource_owned, 0 },
	{ 14, 2, 1, true, is_resource_master, 0 },
	{ 16, 2, 2, false, get_resource_info, 0 },
	{ 23, 2, 1, false, assign_pad, 0 },
	{ 25, 2, 1, true, is_pad_owned, 0 },
	{ 33, 2, 2, false, get_resource_owner, 0 },
	{ 0 },
};
