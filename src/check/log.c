/* SPDX-License-Identifier: Apache-2.0 */
/* The check of what the SMMU's driver wrote to the kernel log. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

/* Does a node of the tree have the stream id, by its mask? */
static bool is_known(const struct facts *facts, uint32_t id)
{
	const struct refs *refs = &facts->tree.refs;

	for (size_t i = 0; i < refs->n; i++) {
		const struct cells args = refs->v[i].args;
		uint32_t mask = args.n > 1 ? cells_get(args, 1) : 0;

		if (rules_maps_stream(&refs->v[i], id) ||
		    (!strcmp(refs->v[i].property, "iommus") && args.n > 0 &&
		     !((id ^ cells_get(args, 0)) & ~mask & (STREAM_IDS - 1))))
			return true;
	}
	return false;
}

/*
 * Was DMA blocked with an id that no node has?  Without the tree this is certain only for id
 * 0.
 */
static bool find_unknown(const struct facts *facts, struct finding *out)
{
	const struct smmu_messages *m = facts->log.blocked;

	if (m[0].n) {
		finding_set(out, VERDICT_WARN,
			    "the SMMU blocked DMA with stream id 0 (seen as 0x%" PRIx32
			    "): U-Boot set no stream id",
			    m[0].last);
		return true;
	}
	for (uint32_t id = 1; !*facts->tree.unseen && id < STREAM_IDS; id++) {
		if (!m[id].n || is_known(facts, id))
			continue;
		finding_set(out, VERDICT_WARN,
			    "the SMMU blocked DMA with stream id 0x%" PRIx32
			    " (seen as 0x%" PRIx32 "), which no node of the tree has",
			    id, m[id].last);
		return true;
	}
	return false;
}

struct stream {
	uint32_t id, mask;
};

/* The stream of passed node i; the profile's, where the tree has none. */
static struct stream stream_of(const struct facts *facts, size_t i)
{
	const struct tree_facts *t = &facts->tree;
	struct cells c = { 0 };

	if (!*t->unseen && !t->resolve_fault.code)
		c = tree_cells(&t->t, t->resolved.pass[i], "iommus");
	if (c.n != 3)
		return (struct stream){ facts->profile->stream_id,
					facts->profile->stream_mask };
	return (struct stream){ cells_get(c, 1), cells_get(c, 2) };
}

/* Report that DMA with the id of the passed devices was blocked. */
static void check_blocked(const struct stream *s, uint32_t seen, struct finding *out)
{
	if ((seen & ~s->mask) == s->id) {
		finding_set(out, VERDICT_NOTE,
			    "the SMMU blocked DMA of the passed devices (stream id 0x%" PRIx32
			    ") while no guest had them",
			    s->id);
		return;
	}
	finding_set(out, VERDICT_WARN,
		    "the SMMU blocked DMA with stream id 0x%" PRIx32 " (seen as 0x%" PRIx32
		    "): the mask in iommus does not cover the other bits",
		    s->id, seen);
	finding_fix(out,
		    "give the profile a mask that covers these bits, and patch the board's "
		    "tree again");
}

/* Report DMA of the passed devices to an address that is not mapped. */
static void check_faults(const struct facts *facts, uint32_t id, struct finding *out)
{
	const struct smmu_messages *m = &facts->log.faults[id];
	/* when a guest ends, its device still does DMA for a moment */
	bool runs = facts->in_use.code == -EBUSY;
	char when[48] = "";

	if (m->last_at)
		snprintf(when, sizeof(when), ", the last %lu s after boot", m->last_at);
	finding_set(out, runs ? VERDICT_WARN : VERDICT_NOTE,
		    "%lu context fault%s with stream id 0x%" PRIx32 " (seen as 0x%" PRIx32
		    "%s): a passed device accessed memory that its guest does not have",
		    m->n, m->n == 1 ? "" : "s", id, m->last, when);
	if (runs)
		finding_fix(out,
			    "if the faults are older than this guest, do nothing; else "
			    "restart the guest with the -m that its tree was dumped with; if "
			    "the faults continue, give the guest a kernel with commit "
			    "5e3448077350");
}

static void run_log(const struct facts *facts, struct finding *out)
{
	const struct log_facts *log = &facts->log;
	struct stream blocked = { 0 }, faulty = { 0 };

	finding_set(out, VERDICT_OK,
		    "the kernel log has no SMMU message about the passed devices");
	if (find_unknown(facts, out))
		return;
	for (size_t i = facts->profile->n_pass; i-- > 0;) {
		const struct stream s = stream_of(facts, i);

		if (s.id < STREAM_IDS && log->faults[s.id].n)
			faulty = s;
		if (s.id < STREAM_IDS && log->blocked[s.id].n)
			blocked = s;
	}
	if (faulty.id)
		check_faults(facts, faulty.id, out);
	else if (blocked.id)
		check_blocked(&blocked, log->blocked[blocked.id].last, out);
}

const struct check checks_of_log[] = {
	{ .name = "kernel-log",
	  .stage = CHECK_DEVICES,
	  .input = INPUT_LOG,
	  .run = run_log,
	  .what = "the SMMU lets the DMA of the passed devices through",
	  .cause =
		  "DMA with a stream id that the SMMU does not know is blocked: U-Boot set "
		  "another id than the one in iommus. A context fault is DMA with the right "
		  "id to an address that the guest's memory does not have: another -m than "
		  "the guest's tree says, or a fault of the guest's driver. After a guest has "
		  "ended, its device continues for a moment: its DMA is blocked, or a context "
		  "fault, with the right id",
	  .see = "dmesg | grep arm-smmu: 'GFSR 0x00000002 ... GFSYNR1 0x...' for an unknown "
		 "id, 'GFSR 0x00000001 ...' where no guest has the device, 'Unhandled context "
		 "fault: ... cbfrsynra=0x...'; the low six bits of the number are the id",
	  .source = "Linux, drivers/iommu/arm/arm-smmu/arm-smmu.c, arm_smmu_global_fault(), "
		    "arm_smmu_context_fault(); commit 5e3448077350",
	  .fix = "boot the tree of 'imxpt patch' without --as-documented, and let "
		 "U-Boot's booti "
		 "set the stream ids: see the checks resource and stream" },
	{ .name = NULL },
};
