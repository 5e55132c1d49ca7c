/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command - what a command of imxpt is, and the rows of all of them.
 *
 * A command parses nothing itself; it gets its options checked, runs
 * its stages and writes its result to standard output.  It tells faults by its
 * last argument, and main.c prints them.
 */
#ifndef IMXPT_CMD_COMMAND_H
#define IMXPT_CMD_COMMAND_H

#include "base/fault.h"
#include "cmd/option.h"

/* The exit status of the program. */
enum status {
	STATUS_OK = 0, /* done, or nothing to do */
	STATUS_FAILED =
		1, /* failed, and all is as it was; or only the report was not written */
	STATUS_USAGE = 2,     /* the command line was wrong */
	STATUS_NOT_READY = 3, /* check: something fails; status -q: not bound */
	STATUS_STUCK = 4,     /* failed, and could not be put back: a person must look */
};

struct command {
	const char *name;
	const char *operands; /* as the usage line shows them; "": none */
	size_t min_operands, max_operands;
	const char *summary; /* one line, for the list of commands */
	const int *accepts;  /* keys of the options it takes, ended by 0 */

	/* Do it.  What is not STATUS_OK or STATUS_NOT_READY comes with a fault. */
	enum status (*run)(const struct options *o, struct fault *f);
};

extern const struct command cmd_bind;
extern const struct command cmd_check;
extern const struct command cmd_deps;
extern const struct command cmd_guest;
extern const struct command cmd_patch;
extern const struct command cmd_profiles;
extern const struct command cmd_qemu;
extern const struct command cmd_status;
extern const struct command cmd_uboot;
extern const struct command cmd_unbind;

#endif
