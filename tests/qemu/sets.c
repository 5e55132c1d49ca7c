/* SPDX-License-Identifier: Apache-2.0 */
#include "sets.h"

#define KIB 0x400ULL
#define MIB 0x100000ULL

#define DEVICE(irqs, regions, ...)                                            \
	{                                                                     \
		.size = { __VA_ARGS__ }, .n_regions = regions, .n_irqs = irqs \
	}
#define LPCG DEVICE(0, 1, 64 * KIB)
#define FEC DEVICE(4, 1, 64 * KIB)
#define MU DEVICE(1, 1, 64 * KIB)
#define BLOCK(bytes) DEVICE(0, 1, bytes)
#define LINES(irqs) DEVICE(irqs, 0, 0)

#define COUNT(...) \
	(sizeof((const struct device_regs[]){ __VA_ARGS__ }) / sizeof(struct device_regs))
#define SET_JSON(outcome, name, n_json, ...)                               \
	{                                                                  \
		name, outcome, { __VA_ARGS__ }, COUNT(__VA_ARGS__), n_json \
	}
#define SET(outcome, name, ...) SET_JSON(outcome, name, 0, __VA_ARGS__)

const struct set named_sets[] = {
	SET(OUTCOME_PLACED, "one port: lpcg, fec1, mu2", LPCG, FEC, MU),
	SET(OUTCOME_PLACED, "two ports", LPCG, FEC, LPCG, FEC, MU),
	SET(OUTCOME_PLACED, "another order", MU, FEC, LPCG),
	SET(OUTCOME_PLACED, "a gap after a small region", LPCG, BLOCK(MIB), BLOCK(16 * KIB)),
	SET(OUTCOME_PLACED, "a gap that a large region leaves", BLOCK(4 * KIB),
	    BLOCK(16 * MIB), LPCG),
	SET(OUTCOME_PLACED, "a gap after an odd size", LPCG, BLOCK(12 * KIB), BLOCK(4 * KIB),
	    FEC),
	SET(OUTCOME_PLACED, "an odd size is aligned", BLOCK(4 * KIB), BLOCK(12 * KIB)),
	SET(OUTCOME_PLACED, "several regions", DEVICE(0, 3, 4 * KIB, 2 * MIB, 2 * KIB)),
	SET(OUTCOME_PLACED, "several regions between others", DEVICE(2, 2, 64 * KIB, 4 * KIB),
	    FEC, DEVICE(1, 1, 4 * KIB)),
	SET(OUTCOME_PLACED, "regions in one page", BLOCK(KIB), BLOCK(KIB), BLOCK(1), BLOCK(1),
	    BLOCK(4 * KIB)),
	SET(OUTCOME_PLACED, "interrupts without regions", LINES(1), MU),
	SET(OUTCOME_PLACED, "neither regions nor interrupts", FEC, LINES(0), MU),
	SET(OUTCOME_PLACED, "the whole bus", BLOCK(32 * MIB)),
	SET(OUTCOME_PLACED, "the last byte of the bus", BLOCK(32 * MIB - 1), BLOCK(1)),
	SET(OUTCOME_PLACED, "64 interrupts", LINES(60), FEC, LPCG),
	SET(OUTCOME_PLACED, "32 regions",
	    DEVICE(0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
		   20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32)),
	SET_JSON(OUTCOME_PLACED, "JSON comes last", 2, FEC, MU, BLOCK(4 * KIB), FEC),
	SET(OUTCOME_NO_ROOM, "no room after the whole bus", BLOCK(32 * MIB), LPCG),
	SET(OUTCOME_NO_ROOM, "no aligned room", BLOCK(1), BLOCK(16 * MIB), BLOCK(8 * MIB + 1)),
	SET(OUTCOME_NO_LINE, "65 interrupts of one device", LINES(65)),
	SET(OUTCOME_NO_LINE, "65 interrupts together", LINES(63), FEC),
	SET(OUTCOME_NO_LINE, "interrupts are refused first", BLOCK(32 * MIB),
	    DEVICE(65, 1, 1)),
	SET(OUTCOME_KILLED, "33 regions", DEVICE(0, 33, 1)),
	SET(OUTCOME_KILLED, "a region of no bytes", MU, BLOCK(0)),
	SET(OUTCOME_CLIPPED, "a region larger than the bus", BLOCK(64 * MIB)),
};
const size_t n_named_sets = sizeof(named_sets) / sizeof(named_sets[0]);

/* splitmix64: the same sets for the same seed on every machine. */
static uint64_t random_below(uint64_t *seed, uint64_t limit)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % limit;
}

/* Half of all sizes are a power of two, at most 1 << log2. */
static uint64_t random_size(uint64_t *seed, unsigned int log2_min, unsigned int log2_max)
{
	uint64_t size = 1ULL << (log2_min + random_below(seed, log2_max - log2_min + 1));

	return random_below(seed, 2) ? size : size - random_below(seed, size / 2 + 1);
}

/*
 * QEMU searches in steps of the region's size.  One byte after 16 MiB takes it seconds,
 * so the sizes in a set differ less.
 */
void make_random_set(uint64_t *seed, struct set *out)
{
	unsigned int log2_min = random_below(seed, 14);
	unsigned int log2_max = log2_min + 5 + random_below(seed, 8);

	*out = (struct set){ .name = "random", .n = 1 + random_below(seed, SET_DEVICES_MAX) };
	out->n_json = random_below(seed, 4) ? 0 : random_below(seed, out->n + 1);
	for (struct device_regs *d = out->devs; d < out->devs + out->n; d++) {
		d->n_irqs = random_below(seed, random_below(seed, 8) ? 6 : 30);
		d->n_regions = random_below(seed, random_below(seed, 8) ? 5 : 33);
		for (size_t i = 0; i < d->n_regions; i++)
			d->size[i] = random_size(seed, log2_min, log2_max);
	}
}
