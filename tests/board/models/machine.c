/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine - the way into QEMU.
 *
 * Debian builds QEMU with loadable modules, so the program exports its functions, and a
 * file that -plugin loads can call them.  Plugins are loaded when system memory exists,
 * and before processors and interrupt controller: blocks are mapped at once, and the
 * interrupt controller is looked up when the first line changes.  No callback of the
 * plugin interface is registered, so nothing is instrumented and nothing slows down.
 *
 * Assumed: the shape that QEMU 7.2 and 10.0 give to the types below.  board.c reads
 * registers back through QEMU before it starts.
 */
#include <stdlib.h>
#include <string.h>

#include "models.h"

#define REGION_ROOM 4096 /* a MemoryRegion; 272 bytes in QEMU 7.2 */
#define TIMER_ROOM 256	 /* a QEMUTimer; 48 bytes */
#define ABOVE_RAM 10	 /* priority: over the memory that is there */
#define N_SPIS 224	 /* that QEMU's interrupt controller serves */

enum {
	DEVICE_LITTLE_ENDIAN = 2
};
enum {
	QEMU_CLOCK_VIRTUAL = 1,
	SCALE_NS = 1
};

struct memory_region_ops {
	uint64_t (*read)(void *opaque, uint64_t address, unsigned int size);
	void (*write)(void *opaque, uint64_t address, uint64_t data, unsigned int size);
	void *read_with_attrs;
	void *write_with_attrs;
	int endianness;
	struct {
		unsigned int min_access_size;
		unsigned int max_access_size;
		bool unaligned;
		void *accepts;
	} valid;
	struct {
		unsigned int min_access_size;
		unsigned int max_access_size;
		bool unaligned;
	} impl;
};

extern void *get_system_memory(void);
extern void memory_region_init_io(void *region, void *owner,
				  const struct memory_region_ops *ops, void *opaque,
				  const char *name, uint64_t size);
extern void memory_region_add_subregion_overlap(void *parent, uint64_t offset, void *region,
						int priority);
extern void cpu_physical_memory_rw(uint64_t address, void *data, uint64_t size, bool write);
extern void *object_resolve_path_type(const char *path, const char *type, bool *ambiguous);
extern void *qdev_get_gpio_in(void *device, int n);
extern void qemu_set_irq(void *irq, int level);
extern void timer_init_full(void *timer, void *group, int type, int scale, int attributes,
			    void (*callback)(void *opaque), void *opaque);
extern void timer_mod_ns(void *timer, int64_t expire);
extern int64_t qemu_clock_get_ns(int type);

static uint64_t read_block(void *opaque, uint64_t address, unsigned int size)
{
	const struct block *b = opaque;

	(void)size;
	return b->read(b->model, address & ~3u);
}

static void write_block(void *opaque, uint64_t address, uint64_t data, unsigned int size)
{
	const struct block *b = opaque;

	(void)size;
	b->write(b->model, address & ~3u, data);
}

/* QEMU cuts wider accesses into words, and gives narrower ones a bus error. */
static const struct memory_region_ops block_ops = {
	.read = read_block,
	.write = write_block,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid = { .min_access_size = 4, .max_access_size = 8 },
	.impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void *room(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

void machine_map(const struct block *b, uint64_t address)
{
	void *region = room(REGION_ROOM);

	/* QEMU hands it back as it is */
	memory_region_init_io(region, NULL, &block_ops, (void *)(uintptr_t)b, b->name,
			      b->size);
	memory_region_add_subregion_overlap(get_system_memory(), address, region, ABOVE_RAM);
}

bool machine_reads(uint64_t address, uint32_t want)
{
	uint32_t got = ~want;

	machine_read(address, &got, sizeof(got));
	return got == want;
}

void machine_read(uint64_t address, void *data, size_t size)
{
	cpu_physical_memory_rw(address, data, size, false);
}

void machine_write(uint64_t address, const void *data, size_t size)
{
	cpu_physical_memory_rw(address, (void *)(uintptr_t)data, size, true);
}

void machine_set_line(unsigned int spi, bool high)
{
	static struct {
		void *irq;
		bool high;
	} lines[N_SPIS];

	if (spi >= N_SPIS)
		abort();
	if (lines[spi].high == high)
		return;
	if (!lines[spi].irq)
		lines[spi].irq =
			qdev_get_gpio_in(object_resolve_path_type("", "arm-gicv3", NULL), spi);
	lines[spi].high = high;
	qemu_set_irq(lines[spi].irq, high);
}

struct ticker {
	void *timer;
	uint64_t period_ns;
	void (*tick)(void *model);
	void *model;
};

static void start(struct ticker *t)
{
	timer_mod_ns(t->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + t->period_ns);
}

static void ring(void *opaque)
{
	struct ticker *t = opaque;

	t->tick(t->model);
	start(t);
}

void machine_tick(uint64_t period_ns, void (*tick)(void *model), void *model)
{
	struct ticker *t = room(sizeof(*t));

	*t = (struct ticker){ room(TIMER_ROOM), period_ns, tick, model };
	timer_init_full(t->timer, NULL, QEMU_CLOCK_VIRTUAL, SCALE_NS, 0, ring, t);
	start(t);
}
