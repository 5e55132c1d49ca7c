/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scfw - what the parts of the firmware's model share: its state, and one call.
 */
#ifndef SCFW_H
#define SCFW_H

#include "models.h"

#define SC_RESOURCES 546 /* of Linux's include/dt-bindings/firmware/imx/rsrc.h */
#define SC_PADS 269	 /* of its pads-imx8qm.h */
#define SC_PARTITIONS 32
#define SC_CLOCKS 5    /* of a resource */
#define SC_CONTROLS 66 /* of a resource */

/* The partition that has all until U-Boot makes another; 0 is the firmware's own. */
#define SC_BOOT_PARTITION 1

enum sc_error {
	SC_OK,
	SC_PARM = 3,
	SC_NOACCESS = 4,
	SC_UNAVAILABLE = 6,
	SC_NOTFOUND = 7,
	SC_NOPOWER = 8,
};

enum sc_mode {
	SC_OFF,
	SC_STANDBY,
	SC_LOW_POWER,
	SC_ON
};

enum sc_service {
	SC_PM = 2,
	SC_RM = 3,
	SC_PAD = 6,
	SC_MISC = 7,
	SC_IRQ = 8
};

struct sc_resource {
	uint8_t owner, mode;
	uint16_t stream_id;
	struct {
		uint32_t rate; /* Hz */
		uint8_t parent;
		bool on;
	} clocks[SC_CLOCKS];
	uint32_t controls[SC_CONTROLS];
};

struct sc_pad {
	uint8_t owner;
	bool set;
	uint32_t value;
};

struct sc_partition {
	bool used, restricted;
	uint8_t parent;
};

struct scfw {
	struct sc_resource resources[SC_RESOURCES];
	struct sc_pad pads[SC_PADS];
	struct sc_partition partitions[SC_PARTITIONS];
	/* of the boot partition, that a call by another mailbox than Linux's gave less power */
	bool lowered[SC_RESOURCES];
};

/* One call: the message after its header, which the answer replaces. */
struct sc_call {
	struct scfw *s;
	uint8_t caller;	   /* the partition */
	unsigned int mu;   /* the resource of the mailbox it came by */
	uint8_t data[124]; /* bytes */
};

/* What a service can be asked.  run() returns an error, or 0 or 1 where it is a question. */
struct sc_function {
	uint8_t number;
	uint8_t words;	/* of the message, with its header, at least */
	uint8_t answer; /* words of the answer, with its header */
	bool is_question;
	uint8_t (*run)(struct sc_call *c);
	uint8_t subject; /* offset of the resource or pad that it is about */
};

/* scfw_rm.c, scfw_pm.c, scfw_io.c: each ends with one whose number is 0 */
extern const struct sc_function sc_rm_functions[], sc_pm_functions[], sc_pad_functions[],
	sc_misc_functions[], sc_irq_functions[];

/* scfw.c: little-endian values at offsets of the message after its header */
uint32_t sc_get(const struct sc_call *c, unsigned int offset, unsigned int bytes);
void sc_put(struct sc_call *c, unsigned int offset, unsigned int bytes, uint32_t value);

/* May the caller dispose of what a partition has?  It or its parent may. */
bool sc_may(const struct sc_call *c, uint8_t owner);

#endif
