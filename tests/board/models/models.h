/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * models - the devices of an i.MX 8QM that QEMU does not have, and what they ask of each
 * other.
 *
 * One shared object, loaded by an unmodified qemu-system-aarch64 with -plugin:
 *
 *	machine.c  the way into QEMU: register blocks, memory, interrupt lines, timers
 *	board.c    where the blocks are, what the arguments say; what each device may do
 *	counters.c what they have counted, for the tests
 *	imxpt_json.c  what U-Boot did, and where a guest has the devices, as imxpt prints it
 *	fec.c, fec_rings.c  an Ethernet port; phy.c  the MDIO bus and its PHYs
 *	peer.c     who answers at the other end of a port's wire
 *	smmu.c     the MMU-500
 *	lpcg.c     the clock gates
 *	mu.c       the mailboxes, and behind them scfw*.c, the system controller's firmware
 *
 * All of it runs with QEMU's lock held, so nothing here locks.
 */
#ifndef MODELS_H
#define MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define N_PORTS 2
#define PORT_LINES 4

enum mailbox {
	MAILBOX_HOST,
	MAILBOX_PASSED,
	N_MAILBOXES
};

/* machine.c */

/* A block of 32-bit registers; offsets are below its size, and multiples of 4. */
struct block {
	const char *name;
	uint32_t (*read)(void *model, uint32_t offset);
	void (*write)(void *model, uint32_t offset, uint32_t value);
	void *model;
	uint64_t address; /* where the board has it */
	uint64_t size;	  /* bytes */
};

/* Put a block over what is at an address; it has to live as long as QEMU. */
void machine_map(const struct block *b, uint64_t address);

/* Is QEMU's idea of a block ours?  Reads one of its registers through QEMU. */
bool machine_reads(uint64_t address, uint32_t want);

/* Physical memory, as a bus master sees it. */
void machine_read(uint64_t address, void *data, size_t size);
void machine_write(uint64_t address, const void *data, size_t size);

/* The interrupt controller's line of a shared peripheral interrupt. */
void machine_set_line(unsigned int spi, bool high);

/* Call tick(model) each period_ns of the machine's time, from now on. */
void machine_tick(uint64_t period_ns, void (*tick)(void *model), void *model);

/* board.c: what the port's power, clocks, pads and wire let it do */
bool board_port_has_power(unsigned int port);
bool board_port_has_clocks(unsigned int port);
bool board_port_has_mdio(unsigned int port);
bool board_port_has_wire(unsigned int port);
void board_set_port_line(unsigned int port, unsigned int line, bool high);
void board_set_mailbox_line(enum mailbox which, bool high);

/*
 * Move data between a port and memory, as the SMMU and the port's stream id let it.
 * False: the bus answered with an error.
 */
bool board_dma(unsigned int port, uint64_t address, void *data, size_t size, bool write);

void board_report(FILE *out);

/* counters.c */
#define COUNTERS_MARK 0x3ffc
#define COUNTERS_MAGIC 0x0c0ffee0
extern const struct block counters_block;
void counters_print(void);

/* imxpt_json.c: both print a line and exit if the file is not what imxpt prints. */
void uboot_replay(const char *file);

/* Where a guest has the device that the board has at own; false: the guest does not have it. */
bool guest_window(const char *file, uint64_t own, uint64_t *address,
		  unsigned int spis[PORT_LINES]);

/* fec.c */
extern const struct block fec_blocks[N_PORTS];
void fec_receive(unsigned int port, const uint8_t *frame, size_t size);
void fec_report(FILE *out);

/* phy.c: there is a PHY at an address of a port's bus, 0 to 31. */
void phy_add(unsigned int bus, unsigned int address);
uint16_t phy_read(unsigned int bus, unsigned int address, unsigned int reg);
void phy_write(unsigned int bus, unsigned int address, unsigned int reg, uint16_t value);

/* peer.c: the other end of a port's wire gets a frame; chatter: it sends unasked. */
void peer_receive(unsigned int port, const uint8_t *frame, size_t size);
void peer_chatter(bool on);
void peer_report(FILE *out);

/* smmu.c */
extern const struct block smmu_block;

/*
 * Where a bus master's access goes.  False: the SMMU has blocked it, and reported it.
 * *translated is false for one that passes as it is.
 */
bool smmu_translate(uint16_t stream_id, uint64_t address, bool write, uint64_t *physical,
		    bool *translated);
void smmu_report(FILE *out);

/* lpcg.c: is a port's clock of that index (of clock-indices) let through? */
extern const struct block lpcg_blocks[N_PORTS];
bool lpcg_is_open(unsigned int port, unsigned int index);

/* mu.c */
#define HOST_MU 214	/* MU_1A, which the bootloader and the host have */
#define MU_RESOURCE 215 /* MU_2A */
extern const struct block mu_blocks[N_MAILBOXES];
void mu_report(FILE *out);

/* scfw.c: numbers are those of Linux's include/dt-bindings/firmware/imx/rsrc.h */
#define SCFW_WORDS 32 /* of a message at most */

/* The boot partition has all.  mailbox_on: MU_2A is on already. */
void scfw_start(bool mailbox_on);

/* A message that came by a mailbox becomes its answer; returns the answer's words. */
unsigned int scfw_call(unsigned int mu, uint32_t words[SCFW_WORDS]);

/* What was asked up to now is not counted. */
void scfw_forget_counts(void);

bool scfw_is_on(unsigned int resource);
uint16_t scfw_stream_id(unsigned int resource);
bool scfw_pad_is(unsigned int pad, unsigned int function);
uint32_t scfw_clock(unsigned int resource, unsigned int clock); /* Hz; 0: off */
uint32_t scfw_control(unsigned int resource, unsigned int control);
void scfw_report(FILE *out);

#endif
