/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_mailbox - the registers of MU_2A, with the emulated board's model of the firmware
 * behind them (board/models/); linked in place of scfw/firmware_registers.
 */
#ifndef IMXPT_TESTS_FAKE_MAILBOX_H
#define IMXPT_TESTS_FAKE_MAILBOX_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "scfw/partition.h"

#define ENET_0 251
#define MU_2A 215
#define UART_0 57
#define HOST 1 /* the boot partition's number in the model */

/* What happens at a call, counted from 1 on. */
struct fake_mailbox {
	int fail_at; /* the firmware answers with error; 0: never */
	uint8_t error;
	int silent_at; /* it is done, and no answer comes */
	int dead_from; /* no answer comes from this call on */
	int kill_at;   /* before it the process is killed: longjmp() */
	jmp_buf killed;
	int calls;
	int slow;	  /* reads of the status that show neither room nor a word */
	uint32_t control; /* the register */
};

extern struct fake_mailbox fake_mailbox;

/* A new start of the board: the host has all, the mailbox is on, ENET_0 has id 0x12. */
void fake_mailbox_boot(void);

/* A new start of the program only. */
void fake_mailbox_restart(void);

/* Leave words in the mailbox: an unread answer, or a part of a message. */
void fake_mailbox_leave_answer(uint32_t word, size_t n);
void fake_mailbox_leave_message(uint32_t word);

#define FAKE_REFUSED 0xffffffff

/* One call by a mailbox, MU_1A's partition being the host: its answer, or FAKE_REFUSED. */
uint32_t fake_mailbox_ask(unsigned int mu, enum sc_op op, uint16_t subject, uint16_t value);

#endif
