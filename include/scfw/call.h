/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call - the calls of the system controller's firmware (SCFW) that this program makes, as
 * data, and their messages.
 *
 * No I/O.
 *
 * A message is words: a header (version, size in words with the header, service, function),
 * then the arguments from byte 4 on, little-endian.  The answer's header has the error in
 * place of the function, or the answer of a question.  Source: U-Boot,
 * drivers/misc/imx8/scu_api.c and arch/arm/include/asm/arch-imx8/sci/; the errors of each
 * call are those of NXP's svc/rm/api.h and svc/pm/api.h.
 */
#ifndef IMXPT_SCFW_CALL_H
#define IMXPT_SCFW_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SC_WORDS_MAX 8	      /* SC_RPC_MAX_MSG of U-Boot's rpc.h */
#define SC_PARTITIONS 32      /* SC_RM_PARTITION_W is 5 bits */
#define SC_PARTITION_NEW 0xff /* in a plan: the number that partition_alloc will return */

/* The calls, with their errors besides PARM (an argument is out of range). */
enum sc_op {
	/* The caller's partition, which the firmware knows by the mailbox.  No errors. */
	SC_GET_PARTITION,
	/*
	 * A new partition, not secure, isolated, restricted or coherent, whose parent keeps
	 * access and control (grant): as U-Boot's scu_rm makes one.  NOACCESS: the caller
	 * is restricted; LOCKED: the caller is; UNAVAILABLE: the table is full.
	 */
	SC_PARTITION_ALLOC,
	/*
	 * Free partition subject: all that it has goes to the caller.  NOACCESS: the caller
	 * is restricted, or not its parent; LOCKED.
	 */
	SC_PARTITION_FREE,
	/* Give partition subject the parent value.  Errors as PARTITION_FREE. */
	SC_SET_PARENT,
	/*
	 * Give resource subject to partition value; a bus master is reset to SMMU bypass.
	 * NOACCESS: the caller is restricted, or neither the owner nor its parent; LOCKED.
	 */
	SC_ASSIGN_RESOURCE,
	/* Set the stream id of resource subject to value, not 0.  Errors as ASSIGN_RESOURCE. */
	SC_SET_MASTER_SID,
	/* Is resource subject a bus master?  No errors. */
	SC_IS_RESOURCE_MASTER,
	/* The stream id that resource subject has now; 0: its DMA bypasses the SMMU. */
	SC_GET_RESOURCE_INFO,
	/* Give pad subject to partition value.  Errors as ASSIGN_RESOURCE. */
	SC_ASSIGN_PAD,
	/*
	 * Is pad subject the caller's?  No errors.  Firmware before API 1.21 reads a pad
	 * number of 8 bits, so pads of 256 and more are others to it.
	 */
	SC_IS_PAD_OWNED,
	/* The partition that has resource subject. */
	SC_GET_RESOURCE_OWNER,
	/* Set the power of resource subject to mode value.  NOACCESS as ASSIGN_RESOURCE. */
	SC_SET_POWER_MODE,
	/* The power mode of resource subject. */
	SC_GET_POWER_MODE,
};

/* The value of SC_SET_POWER_MODE. */
enum {
	SC_POWER_OFF,
	SC_POWER_STANDBY,
	SC_POWER_LOW,
	SC_POWER_ON,
};

struct sc_call {
	enum sc_op op;
	uint16_t subject; /* resource, pad or partition; 0 where the call has none */
	uint16_t value;	  /* 0 where the call has none */
};

/* "assign_resource", as in the firmware's headers without sc_rm_ or sc_pm_. */
const char *sc_name(enum sc_op op);

/* Write the message to words, zeroes after it.  Returns its size in words. */
size_t sc_pack(const struct sc_call *c, uint32_t words[static SC_WORDS_MAX])
	__attribute__((nonnull));

/*
 * Read the answer to a call out of its n words into *answer: the number that the call
 * returns, 0 or 1 for a question, else 0.
 * -EPROTO: the words are no answer to it.  The firmware's errors: -EINVAL (parm), -EACCES
 * (no access), -EBUSY (locked, busy), -ENOSPC (unavailable), -ENOENT (not found), -ENODEV
 * (no power), -EIO (any other).
 */
int sc_unpack(const struct sc_call *c, const uint32_t *words, size_t n, uint32_t *answer,
	      struct fault *f) __attribute__((nonnull, warn_unused_result));

#define SC_TEXT_MAX 96

/* Write "set_master_sid ENET_0 (251) 0x12" to buf; returns buf. */
const char *sc_text(const struct sc_call *c, char buf[static SC_TEXT_MAX])
	__attribute__((nonnull));

/*
 * Write the call and its result (ret and answer of sc_unpack()) as a line of a recording:
 * "get_resource_owner 251 0 = 2", or "... ! -13" for an error.  Returns buf.
 */
const char *sc_record(const struct sc_call *c, int ret, uint32_t answer,
		      char buf[static SC_TEXT_MAX]) __attribute__((nonnull));

/*
 * Find the call in a recording's lines: result and errors as sc_unpack(), where the errors
 * are those that were recorded.  -ENODATA: the recording does not have the call.
 */
int sc_replay(const struct sc_call *c, const char *lines, uint32_t *answer, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
