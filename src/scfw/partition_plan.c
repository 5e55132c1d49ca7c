/* SPDX-License-Identifier: Apache-2.0 */
#include "scfw/partition.h"

#define OTHERS \
	"change the bootloader or the firmware's board file so that only this domain gets it"

static void add(struct partition_plan *l, enum sc_op op, uint16_t subject, uint16_t value,
		const char *why)
{
	/* there is room for all that the longest lists lead to */
	l->v[l->n].call = (struct sc_call){ op, subject, value };
	l->v[l->n++].why = why;
}

bool partition_is_made(const struct partition_contents *c, const struct partition_state *s)
{
	if (s->caller == s->host)
		return false;
	for (size_t i = 0; i < c->n_resources; i++) {
		if (s->owners[i] != s->caller ||
		    (c->resources[i].stream_id &&
		     s->stream_ids[i] != c->resources[i].stream_id))
			return false;
	}
	for (size_t i = 0; i < c->n_pads; i++) {
		if (!s->pad_owned[i])
			return false;
	}
	return true;
}

/* Free partition p, through the mailbox that is the host's. */
static void plan_free_one(const struct partition_contents *c, const struct partition_state *s,
			  uint8_t p, struct partition_plan *out)
{
	for (size_t i = 0; i < c->n_resources; i++) {
		if (s->owners[i] == p && c->resources[i].id != c->mailbox)
			add(out, SC_SET_POWER_MODE, c->resources[i].id, SC_POWER_OFF,
			    "its guest may have left it running");
	}
	if (p == s->caller)
		add(out, SC_ASSIGN_RESOURCE, c->mailbox, s->host,
		    "the calls act as the host's from here on");
	add(out, SC_PARTITION_FREE, p, 0, "the host gets all that it has");
	for (size_t i = 0; i < c->n_resources; i++) {
		if (s->owners[i] == p && c->resources[i].stream_id)
			add(out, SC_SET_MASTER_SID, c->resources[i].id,
			    c->resources[i].stream_id, "as U-Boot had set it");
	}
}

int partition_plan_free(const struct partition_contents *c, const struct partition_state *s,
			struct partition_plan *out, struct fault *f)
{
	char text[RESOURCE_TEXT_MAX];

	out->n = 0;
	if (s->caller != s->host && !s->ours[s->caller]) {
		fault_set(
			f, -EBUSY,
			"%s is in partition %u, which also has other resources: imxpt did not "
			"make it for this profile",
			resource_text(c->mailbox, text), s->caller);
		return fault_fix(
			f, "choose the profile that it was made for with -p, or restart the "
			   "board");
	}
	/* while the calls act as a child, they cannot free others */
	if (s->caller != s->host)
		plan_free_one(c, s, s->caller, out);
	for (uint8_t p = 0; p < SC_PARTITIONS; p++) {
		if (s->ours[p] && p != s->caller)
			plan_free_one(c, s, p, out);
	}
	return 0;
}

static int check_resources(const struct partition_contents *c, const struct partition_state *s,
			   struct fault *f)
{
	char text[RESOURCE_TEXT_MAX];

	for (size_t i = 0; i < c->n_resources; i++) {
		resource_text(c->resources[i].id, text);
		if (s->owners[i] != s->host && !s->ours[s->owners[i]]) {
			fault_set(f, -EBUSY,
				  "resource %s belongs to partition %u, which is neither the "
				  "host's nor the guest's",
				  text, s->owners[i]);
			return fault_fix(f, OTHERS);
		}
		if (!s->bus_master[i] || c->resources[i].stream_id)
			continue;
		fault_set(
			f, -EINVAL,
			"the firmware reports resource %s as a bus master, but no passed bus "
			"master has it: its DMA would bypass the SMMU",
			text);
		return fault_fix(f, "let the profile pass its device, without no-dma");
	}
	return 0;
}

/* A pad's owner cannot be asked, so pads are checked only while no partition is ours. */
static int check_pads(const struct partition_contents *c, const struct partition_state *s,
		      struct fault *f)
{
	for (uint8_t p = 0; p < SC_PARTITIONS; p++) {
		if (s->ours[p])
			return 0;
	}
	for (size_t i = 0; i < c->n_pads; i++) {
		if (s->pad_owned[i])
			continue;
		fault_set(f, -EBUSY, "pad %u does not belong to the host's partition",
			  c->pads[i]);
		return fault_fix(f, OTHERS);
	}
	return 0;
}

int partition_plan_make(const struct partition_contents *c, const struct partition_state *s,
			struct partition_plan *out, struct fault *f)
{
	int ret;

	out->n = 0;
	if (partition_is_made(c, s))
		return 0;
	ret = partition_plan_free(c, s, out, f) ?:
		      check_resources(c, s, f)	?:
						  check_pads(c, s, f);
	if (ret)
		return ret;
	add(out, SC_PARTITION_ALLOC, 0, 0, "the host keeps access to it (grant)");
	add(out, SC_SET_PARENT, SC_PARTITION_NEW, s->host, "the host may free it");
	for (size_t i = 0; i < c->n_resources; i++)
		add(out, SC_SET_POWER_MODE, c->resources[i].id,
		    c->resources[i].on ? SC_POWER_ON : SC_POWER_OFF,
		    c->resources[i].on ? "the guest needs it at once" :
					 "the guest switches it on");
	for (size_t i = 0; i < c->n_resources; i++) {
		if (c->resources[i].id != c->mailbox)
			add(out, SC_ASSIGN_RESOURCE, c->resources[i].id, SC_PARTITION_NEW,
			    "a passed device has it");
	}
	for (size_t i = 0; i < c->n_pads; i++)
		add(out, SC_ASSIGN_PAD, c->pads[i], SC_PARTITION_NEW,
		    "a pin of a passed device");
	for (size_t i = 0; i < c->n_resources; i++) {
		if (c->resources[i].stream_id)
			add(out, SC_SET_MASTER_SID, c->resources[i].id,
			    c->resources[i].stream_id, "assigning it had reset it to bypass");
	}
	add(out, SC_ASSIGN_RESOURCE, c->mailbox, SC_PARTITION_NEW,
	    "last: the calls act as the guest's partition from here on");
	return 0;
}
