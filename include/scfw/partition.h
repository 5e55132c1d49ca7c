/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partition - the guest's partition in the firmware: what it must have, what the firmware
 * has now, and the calls that lead from one to the other.
 *
 * Planning does no I/O.  The rest asks the firmware through firmware.h.
 *
 * The order of calls is U-Boot's (NXP, lf_v2023.04, arch/arm/mach-imx/imx8/partition.c,
 * do_part_dtb()), with two differences: the passed mailbox is assigned last, since the calls
 * act as the guest's partition after that; and the stream ids are set here, not later.
 * U-Boot cannot undo this.  The firmware's headers allow it (rm/api.h): an owner may assign
 * a resource to any partition, and a parent may free its child.
 */
#ifndef IMXPT_SCFW_PARTITION_H
#define IMXPT_SCFW_PARTITION_H

#include "dt/refs.h"
#include "host/resource.h"
#include "scfw/firmware.h"

#define PARTITION_RESOURCES_MAX 64

/* What the partition must have; pads and resources are those of the tree's domain. */
struct partition_contents {
	struct {
		uint16_t id;
		uint16_t stream_id; /* of the passed bus master that has it; 0: none */
		bool on;	    /* it is switched on before it is assigned; else off */
	} resources[PARTITION_RESOURCES_MAX];
	size_t n_resources;
	uint16_t pads[PAD_LAST];
	size_t n_pads;
	uint16_t mailbox;      /* resource of the passed mailbox */
	uint16_t host_mailbox; /* of the one that Linux uses */
};

/*
 * Read them from r's tree, whose references are refs.
 * -ENOENT: no domain, no mailbox of the host's; -EINVAL: a number that does not exist, or
 * the mailbox is not among the rsrcs; -E2BIG: too many.
 */
int partition_contents(const struct resolved *r, const struct refs *refs,
		       struct partition_contents *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* What the firmware has now; the arrays are in the order of the contents. */
struct partition_state {
	uint8_t caller; /* the partition that calls through the passed mailbox act as */
	uint8_t host;	/* the one that has Linux's mailbox */
	uint8_t owners[PARTITION_RESOURCES_MAX];
	uint8_t modes[PARTITION_RESOURCES_MAX]; /* SC_POWER_* */
	uint16_t stream_ids[PARTITION_RESOURCES_MAX];
	bool bus_master[PARTITION_RESOURCES_MAX];
	bool pad_owned[PAD_LAST]; /* by the caller */
	bool ours[SC_PARTITIONS]; /* by partition_plan(): those that may be freed */
};

/* Ask the firmware.  Errors of firmware_call(); -EPROTO: no partition has such a number. */
int partition_read_state(const struct firmware *w, const struct partition_contents *c,
			 struct partition_state *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Of each resource at most: off, assign, stream id, twice; of each pad one; 64 others. */
#define PARTITION_STEPS_MAX (6 * PARTITION_RESOURCES_MAX + PAD_LAST + 64)

struct partition_plan {
	struct {
		struct sc_call call;
		const char *why; /* for people */
	} v[PARTITION_STEPS_MAX];
	size_t n;
};

/* Does the guest's partition have all, with the stream ids that it must have? */
bool partition_is_made(const struct partition_contents *c, const struct partition_state *s)
	__attribute__((nonnull));

/*
 * Plan the calls that make it; none if it is made.  What an earlier run has left is freed
 * before.
 * -EINVAL: the firmware says that a resource is a bus master, and no passed one has it, so
 * it would get no stream id; -EBUSY: a resource or a pad belongs to a partition that is
 * not ours.
 */
int partition_plan_make(const struct partition_contents *c, const struct partition_state *s,
			struct partition_plan *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Plan the calls that give all back to the host; none if there is nothing of ours.  The
 * devices are switched off first, since a port that its guest has left running would write
 * to the host's memory; and bus masters get their stream ids again, as U-Boot had set them.
 * -EBUSY: the calls act as a partition that is not ours.
 */
int partition_plan_free(const struct partition_contents *c, const struct partition_state *s,
			struct partition_plan *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Ask the firmware and plan to make the partition, or to free it.  *s is what it has.
 * Errors as above.
 */
int partition_plan(const struct firmware *w, const struct partition_contents *c, bool free,
		   struct partition_state *s, struct partition_plan *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Run a plan to make the partition, and ask whether it is made: *s is then what the
 * firmware has.  All or nothing: what fails is undone, and the power modes are as before.
 * Signals that would end the process are blocked meanwhile.
 * -ENOTRECOVERABLE: it failed, and could not be undone.
 */
int partition_make(const struct firmware *w, const struct partition_contents *c,
		   const struct partition_plan *plan, struct partition_state *s,
		   struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Run a plan to free it.
 * -ENOTRECOVERABLE: a call failed, and what was done is left: the next plan continues from
 * there.
 */
int partition_free(const struct firmware *w, const struct partition_contents *c,
		   const struct partition_plan *plan, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
