/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sets - sets of devices for QEMU's platform bus: named ones and random ones.
 */
#ifndef IMXPT_TESTS_QEMU_SETS_H
#define IMXPT_TESTS_QEMU_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "guest/qemu.h"

#define SET_DEVICES_MAX 16

/* What QEMU does with a set. */
enum outcome {
	OUTCOME_PLACED,	 /* assigns each region and interrupt as bus_layout does */
	OUTCOME_NO_ROOM, /* refuses the region that bus_layout refuses */
	OUTCOME_NO_LINE, /* refuses an interrupt of the device that bus_layout refuses */
	OUTCOME_KILLED,	 /* crashes where bus_layout refuses */
	OUTCOME_CLIPPED, /* accepts what bus_layout refuses */
	OUTCOME_COUNT
};

struct set {
	const char *name;
	enum outcome outcome;
	struct device_regs devs[SET_DEVICES_MAX]; /* in the order in which QEMU takes them */
	size_t n;
	size_t n_json; /* the last n_json devices are in JSON, before the others in the line */
};

extern const struct set named_sets[];
extern const size_t n_named_sets;

/* Make a random set and advance *seed.  The set has no expected outcome. */
void make_random_set(uint64_t *seed, struct set *out);

#endif
