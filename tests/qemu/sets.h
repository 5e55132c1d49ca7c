/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sets - sets of devices to be placed: those with a name, and random ones.
 */
#ifndef IMXPT_TESTS_QEMU_SETS_H
#define IMXPT_TESTS_QEMU_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "guest/bus_layout.h"

#define SET_DEVICES_MAX 16

/* What QEMU does with a set. */
enum outcome {
	OUTCOME_PLACED,	 /* each region and interrupt as layout says */
	OUTCOME_NO_ROOM, /* refused for a region, the one that layout refuses */
	OUTCOME_NO_LINE, /* refused for an interrupt, of the device that layout refuses */
	OUTCOME_KILLED,	 /* it does not survive what layout refuses */
	OUTCOME_CLIPPED, /* it takes what layout refuses */
	OUTCOME_COUNT
};

struct set {
	const char *name;
	enum outcome outcome;
	struct request devs[SET_DEVICES_MAX]; /* in the order in which QEMU places them */
	size_t n;
	size_t n_json; /* the last so many are given in JSON, in front of the others */
};

extern const struct set named_sets[];
extern const size_t n_named_sets;

/* Make a random set and step *seed on.  Its outcome is not known. */
void make_random_set(uint64_t *seed, struct set *out);

#endif
