/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare - compare the regions and interrupts that a real QEMU assigns with those of
 * bus_layout.  Writes TAP.
 *
 *	compare QEMU VFIO.so [SEED]
 */
#include <err.h>
#include <errno.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "emulator.h"
#include "rig.h"
#include "sets.h"

#define RANDOM_SETS 500

static const char *const outcomes[OUTCOME_COUNT + 1] = {
	[OUTCOME_PLACED] = "placed",   [OUTCOME_NO_ROOM] = "no room",
	[OUTCOME_NO_LINE] = "no line", [OUTCOME_KILLED] = "killed",
	[OUTCOME_CLIPPED] = "clipped", [OUTCOME_COUNT] = "something else",
};

/* A set of devices, and what bus_layout and QEMU do with it. */
struct trial {
	const struct rig *rig;
	const struct set *set;
	struct slot ours[SET_DEVICES_MAX];
	struct fault refusal; /* bus_layout's */
	struct ending ending; /* QEMU's */
	bool differs;
};

/* Record and print a difference. */
static void differ(struct trial *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void differ(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	t->differs = true;
	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/*
 * The name of the device's region of that number among its properties, with a
 * line feed in it; NULL: there is none.
 */
static const char *region_property(struct json_object *list, const char *device, size_t region)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "VFIO %s region %zu\n", device, region);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *name =
			json_object_object_get(json_object_array_get_idx(list, i), "name");
		const char *s = json_object_get_string(name);

		if (starts(s, wanted) && !strstr(s, "mmaps"))
			return s;
	}
	return NULL;
}

static size_t count_properties(struct json_object *list, const char *start)
{
	size_t n = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *name =
			json_object_object_get(json_object_array_get_idx(list, i), "name");
		const char *s = json_object_get_string(name);

		n += starts(s, start) && !strstr(s, "mmaps");
	}
	return n;
}

static void compare_region(struct trial *t, struct emulator *e, struct json_object *list,
			   size_t d, size_t r)
{
	const struct region *ours = &t->ours[d].region[r];
	const char *device = t->set->devs[d].name, *name = region_property(list, device, r);
	struct json_object *addr, *size;
	char path[128];
	uint64_t at;

	snprintf(path, sizeof(path), "/machine/peripheral/%s/%s", device, name ? name : "?");
	addr = emulator_get(e, path, "addr"); /* counted from the bus's base */
	size = emulator_get(e, path, "size");
	at = t->rig->bus.base + json_object_get_uint64(addr);
	if (!addr || at != ours->addr)
		differ(t, "%s region %zu: QEMU 0x%llx, bus_layout 0x%llx", device, r,
		       (unsigned long long)at, (unsigned long long)ours->addr);
	if (!size || json_object_get_uint64(size) != ours->size)
		differ(t, "%s region %zu: sizes differ", device, r);
	json_object_put(addr);
	json_object_put(size);
}

/* QEMU links a device's interrupt to ".../unnamed-gpio-in[SPI]" of the GIC. */
static void compare_irq(struct trial *t, struct emulator *e, const char *path, size_t i,
			uint32_t ours)
{
	char property[32];
	struct json_object *link;
	const char *line;

	snprintf(property, sizeof(property), "sysbus-irq[%zu]", i);
	link = emulator_get(e, path, property);
	line = link ? strrchr(json_object_get_string(link), '[') : NULL;
	if (!line || strtoul(line + 1, NULL, 10) != ours)
		differ(t, "%s %s: QEMU %s, bus_layout %u", path, property,
		       line ? line : "none", ours);
	json_object_put(link);
}

static void compare_device(struct trial *t, struct emulator *e, size_t d)
{
	const struct device_regs *dev = &t->set->devs[d];
	const struct slot *ours = &t->ours[d];
	char path[64];
	struct json_object *list;

	snprintf(path, sizeof(path), "/machine/peripheral/%s", dev->name);
	list = emulator_list(e, path);
	if (!list) {
		differ(t, "%s: QEMU does not have it", path);
		return;
	}
	if (count_properties(list, "VFIO ") != dev->n_regions ||
	    count_properties(list, "sysbus-irq[") != dev->n_irqs)
		differ(t, "%s: QEMU has another number of regions or interrupts", path);

	for (size_t r = 0; r < ours->n_regions; r++)
		compare_region(t, e, list, d, r);
	for (size_t i = 0; i < ours->n_spis; i++)
		compare_irq(t, e, path, i, ours->first_spi + i);
	json_object_put(list);
}

/* The outcome in QEMU that fits the result of bus_layout. */
static enum outcome expected_outcome(int code)
{
	switch (code) {
	case 0:
		return OUTCOME_PLACED;
	case -ENOSPC:
		return OUTCOME_NO_ROOM;
	case -E2BIG:
		return OUTCOME_NO_LINE;
	case -EINVAL:
		return OUTCOME_KILLED;
	case -EFBIG:
		return OUTCOME_CLIPPED;
	}
	return OUTCOME_COUNT;
}

static enum outcome seen_outcome(const struct ending *e)
{
	if (e->killed && e->status != SIGALRM)
		return OUTCOME_KILLED;
	if (strstr(e->talk, "Platform Bus: Can not fit MMIO region of size "))
		return OUTCOME_NO_ROOM;
	if (strstr(e->talk, "Platform Bus: Can not fit IRQ line"))
		return OUTCOME_NO_LINE;
	return e->status ? OUTCOME_COUNT : OUTCOME_PLACED;
}

/* Both refuse: compare the device and, without room, the size. */
static void compare_refusals(struct trial *t, enum outcome outcome)
{
	const char *why = strstr(t->ending.talk, "Platform Bus: ");
	const char *line = memrchr(t->ending.talk, '\n', why - t->ending.talk);
	const char *size = strstr(t->refusal.text, "0x");
	char device[32];

	snprintf(device, sizeof(device), "/%.*s", (int)strcspn(t->refusal.text, ":"),
		 t->refusal.text);
	line = strstr(line ? line : t->ending.talk, device);
	if (!line || line > why)
		differ(t, "bus_layout refuses another device");
	if (outcome == OUTCOME_NO_ROOM &&
	    (!size || strtoull(size, NULL, 16) != strtoull(strrchr(why, ' '), NULL, 16)))
		differ(t, "bus_layout refuses another size");
}

/* Try both.  Returns the outcome in QEMU. */
static enum outcome try_set(struct trial *t)
{
	enum outcome expected, seen;
	struct emulator e;
	int code = slots_assign(&t->rig->bus, t->set->devs, t->set->n, t->ours, &t->refusal);

	expected = expected_outcome(code);
	rig_start(t->rig, t->set, &e);
	for (size_t d = 0; d < t->set->n && expected == OUTCOME_PLACED; d++)
		compare_device(t, &e, d);
	emulator_end(&e, &t->ending);

	seen = seen_outcome(&t->ending);
	if (seen == OUTCOME_PLACED && expected == OUTCOME_CLIPPED)
		seen = OUTCOME_CLIPPED;
	if (seen != expected)
		differ(t, "QEMU: %s, bus_layout: %s", outcomes[seen], outcomes[expected]);
	else if (seen == OUTCOME_NO_ROOM || seen == OUTCOME_NO_LINE)
		compare_refusals(t, seen);
	return seen;
}

/* Print what can explain a difference. */
static void explain(const struct trial *t)
{
	char *talk = strdup(t->ending.talk), *rest = talk, *line;

	printf("# VFIO_DEVICES=%s\n", getenv("VFIO_DEVICES"));
	if (t->set->n_json)
		printf("# the last %zu in JSON\n", t->set->n_json);
	if (t->refusal.code)
		printf("# bus_layout: %s\n", t->refusal.text);
	while ((line = strsep(&rest, "\n")) && *line)
		printf("# QEMU: %s\n", line);
	free(talk);
}

static bool compare_named(const struct rig *rig, size_t number)
{
	struct set set = named_sets[number];
	struct trial t = { .rig = rig, .set = &set };
	enum outcome outcome;

	rig_name_devices(&set);
	outcome = try_set(&t);
	if (outcome != set.outcome)
		differ(&t, "expected: %s", outcomes[set.outcome]);
	if (t.differs)
		explain(&t);
	printf("%sok %zu - %s (%s)\n", t.differs ? "not " : "", number + 1, set.name,
	       outcomes[outcome]);
	return !t.differs;
}

static bool compare_random(const struct rig *rig, uint64_t seed, size_t number)
{
	size_t differences = 0, count[OUTCOME_COUNT + 1] = { 0 };
	uint64_t next = seed;

	for (size_t i = 0; i < RANDOM_SETS; i++) {
		struct set set;
		struct trial t = { .rig = rig, .set = &set };

		make_random_set(&next, &set);
		rig_name_devices(&set);
		count[try_set(&t)]++;
		if (t.differs)
			explain(&t);
		differences += t.differs;
	}
	printf("%sok %zu - %d random sets from seed %llu: %zu placed, %zu without room, "
	       "%zu without a line, %zu differ\n",
	       differences ? "not " : "", number, RANDOM_SETS, (unsigned long long)seed,
	       count[OUTCOME_PLACED], count[OUTCOME_NO_ROOM], count[OUTCOME_NO_LINE],
	       differences);
	return !differences;
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = { 0, 0 };
	struct rig rig;
	bool passed = true;
	uint64_t seed;

	if (argc < 3 || argc > 4)
		errx(EXIT_FAILURE, "usage: compare QEMU VFIO.so [SEED]");
	seed = argc > 3 ? strtoull(argv[3], NULL, 0) : (uint64_t)time(NULL);
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_CORE, &no_core);
	setlinebuf(stdout);

	if (!rig_make(argv[1], argv[2], &rig))
		errx(EXIT_FAILURE, "%s does not answer", argv[1]);
	printf("# %s, bus at 0x%llx, seed %llu\n", argv[1], (unsigned long long)rig.bus.base,
	       (unsigned long long)seed);
	for (size_t i = 0; i < n_named_sets; i++)
		passed &= compare_named(&rig, i);
	passed &= compare_random(&rig, seed, n_named_sets + 1);
	printf("1..%zu\n", n_named_sets + 1);
	rig_remove(&rig);
	return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
