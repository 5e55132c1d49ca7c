/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * board - which models are where, and what connects them.
 *
 *	-plugin file=models.so,uboot=FILE[,scfw=on][,mailbox=on][,phy=N...][,guest=FILE]
 *
 * uboot    what "imxpt uboot --json" prints for the tree that the bootloader got
 * scfw     the mailbox and the clock gates are there, and the port depends on them
 * mailbox  the mailbox has power whatever the bootloader did
 * phy      the address of a PHY on the first port's MDIO bus; 0 and 1 where none is named
 * guest    what "imxpt guest --json" prints: the devices are there, and there is no SMMU; to
 *          boot a guest's tree without a host
 *
 * A port's access to memory goes by its stream id through the SMMU.  Without an id it goes
 * past the SMMU, to the address as it is: an assumption, as is that nothing answers below
 * 2 GiB, where an i.MX 8QM has no memory and a guest of QEMU's has its own.
 */
#include <stdlib.h>
#include <string.h>

#include "models.h"

#define BOARD_RAM 0x80000000
#define PAGE 4096
#define N_BLOCKS 6

/* The functions that QEMU looks for. */
#define EXPORTED __attribute__((visibility("default")))
typedef struct qemu_info qemu_info_t;
extern EXPORTED int qemu_plugin_version;
EXPORTED int qemu_plugin_install(uint64_t id, const qemu_info_t *info, int argc, char **argv);

/* Only QEMU 9.0 and later have it, and only they have version 2, and no version 1. */
extern void *qemu_plugin_scoreboard_new(size_t size) __attribute__((weak));

int qemu_plugin_version = 1;

static __attribute__((constructor)) void choose_version(void)
{
	if (qemu_plugin_scoreboard_new)
		qemu_plugin_version = 2;
}

/*
 * What a port needs: its resource; pads, by their numbers, with function 0; a reference
 * clock of 125 MHz, which is the PER clock and the control that halves it; and gates.
 */
static const struct {
	unsigned int resource, first_pad, last_pad;
} needs[N_PORTS] = { { 251, 243, 254 }, { 252, 256, 267 } };

enum {
	PAD_MDIO = 165,
	PAD_MDC = 166
};
enum {
	CLOCK_PER = 2,
	CONTROL_CLKDIV = 25
};
enum {
	GATE_AHB = 8,
	GATE_REFERENCE = 12,
	GATE_IPG = 16
};
#define REFERENCE_HZ 125000000

/* Where the blocks are; the lines are those of the board, 46 lower (see host.dts). */
static struct place {
	const struct block *block;
	unsigned int spis[PORT_LINES];
} places[N_BLOCKS] = {
	{ &fec_blocks[0], { 212, 210, 211, 213 } },
	{ &fec_blocks[1], { 216, 214, 215, 217 } },
	{ &mu_blocks[MAILBOX_HOST], { 177 } },
	{ &mu_blocks[MAILBOX_PASSED], { 178 } },
	{ &lpcg_blocks[0], { 0 } },
	{ &lpcg_blocks[1], { 0 } },
};

static struct {
	const char *uboot, *guest;
	bool scfw, mailbox, phys;
} options;

static struct {
	unsigned long translated, past, errors;
} accesses[N_PORTS];

void board_set_port_line(unsigned int port, unsigned int line, bool high)
{
	machine_set_line(places[port].spis[line], high);
}

void board_set_mailbox_line(enum mailbox which, bool high)
{
	machine_set_line(places[N_PORTS + which].spis[0], high);
}

bool board_port_has_power(unsigned int port)
{
	return !options.scfw || scfw_is_on(needs[port].resource);
}

bool board_port_has_clocks(unsigned int port)
{
	return !options.scfw || (board_port_has_power(port) && lpcg_is_open(port, GATE_IPG) &&
				 lpcg_is_open(port, GATE_AHB));
}

/* The PHYs of both ports are at the pads of the first. */
bool board_port_has_mdio(unsigned int port)
{
	return !options.scfw ||
	       (port == 0 && scfw_pad_is(PAD_MDIO, 0) && scfw_pad_is(PAD_MDC, 0));
}

bool board_port_has_wire(unsigned int port)
{
	unsigned int resource = needs[port].resource;

	if (!options.scfw)
		return true;
	for (unsigned int pad = needs[port].first_pad; pad <= needs[port].last_pad; pad++)
		if (!scfw_pad_is(pad, 0))
			return false;
	return lpcg_is_open(port, GATE_REFERENCE) &&
	       scfw_clock(resource, CLOCK_PER) >> !!scfw_control(resource, CONTROL_CLKDIV) ==
		       REFERENCE_HZ;
}

/* Where one access goes, that crosses no page. */
static bool find(unsigned int port, uint64_t address, bool write, uint64_t *physical)
{
	uint16_t id = scfw_stream_id(needs[port].resource);
	bool translated = false;

	*physical = address;
	if (options.guest)
		return true;
	if (id && !smmu_translate(id, address, write, physical, &translated))
		return false;
	if (translated) {
		accesses[port].translated++;
		return true;
	}
	accesses[port].past++;
	return address >= BOARD_RAM;
}

bool board_dma(unsigned int port, uint64_t address, void *data, size_t size, bool write)
{
	uint64_t physical;

	for (size_t n; size > 0; size -= n, address += n, data = (char *)data + n) {
		n = PAGE - address % PAGE;
		if (n > size)
			n = size;
		if (!find(port, address, write, &physical)) {
			accesses[port].errors++;
			return false;
		}
		if (write)
			machine_write(physical, data, n);
		else
			machine_read(physical, data, n);
	}
	return true;
}

void board_report(FILE *out)
{
	for (int i = 0; i < N_PORTS; i++) {
		fprintf(out, "dma%d translated %lu\n", i + 1, accesses[i].translated);
		fprintf(out, "dma%d past-the-smmu %lu\n", i + 1, accesses[i].past);
		fprintf(out, "dma%d errors %lu\n", i + 1, accesses[i].errors);
	}
}

static void set(const char *argument)
{
	const char *value = strchr(argument, '=');

	if (value && !strncmp(argument, "uboot=", 6))
		options.uboot = value + 1;
	else if (value && !strncmp(argument, "guest=", 6))
		options.guest = value + 1;
	else if (!strcmp(argument, "scfw=on"))
		options.scfw = true;
	else if (!strcmp(argument, "mailbox=on"))
		options.mailbox = true;
	else if (!strncmp(argument, "phy=", 4)) {
		phy_add(0, strtoul(value + 1, NULL, 0) % 32);
		options.phys = true;
	} else {
		fprintf(stderr, "models: there is no argument '%s'\n", argument);
		exit(1);
	}
}

static void map_blocks(void)
{
	for (struct place *p = places; p < places + N_BLOCKS; p++) {
		uint64_t address = p->block->address;

		if (!options.scfw && p->block != &fec_blocks[0] && p->block != &fec_blocks[1])
			continue;
		if (!options.guest || guest_window(options.guest, address, &address, p->spis))
			machine_map(p->block, address);
	}
	if (!options.guest)
		machine_map(&smmu_block, smmu_block.address);
	machine_map(&counters_block, counters_block.address);
}

int qemu_plugin_install(uint64_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)id;
	(void)info;
	for (int i = 0; i < argc; i++)
		set(argv[i]);
	if (!options.phys) {
		phy_add(0, 0);
		phy_add(0, 1);
	}
	scfw_start(options.mailbox);
	if (options.uboot)
		uboot_replay(options.uboot);
	scfw_forget_counts();
	map_blocks();
	/* another QEMU than this was written for does not find it */
	if (!machine_reads(counters_block.address + COUNTERS_MARK, COUNTERS_MAGIC)) {
		fprintf(stderr, "models: this QEMU is not one that they can be loaded into\n");
		return -1;
	}
	atexit(counters_print);
	return 0;
}
