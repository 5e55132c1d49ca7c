/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command - what a command of imxpt is, and the rows of all of them.
 *
 * main.c reads the command line and prints the fault.  A command gets options that
 * are checked, runs its stages and writes its result to standard output.
 */
#ifndef IMXPT_CMD_COMMAND_H
#define IMXPT_CMD_COMMAND_H

#include "base/fault.h"
#include "cmd/option.h"

/* The exit status of the program. */
enum status {
	STATUS_OK = 0,	      /* done, or nothing to do */
	STATUS_FAILED = 1,    /* nothing has changed; or only the report was not written */
	STATUS_USAGE = 2,     /* the command line is wrong */
	STATUS_NOT_READY = 3, /* check: a check fails; status -q: a device is not bound */
	STATUS_STUCK = 4,     /* failed, and a device could not be put back */
};

struct command {
	const char *name;
	const char *usage; /* what follows [OPTIONS] in the usage line; "": nothing */
	const char *needs; /* the operand that must be given, as in usage; NULL: none */
	size_t max_operands;
	const char *summary;	/* one line, for the list of commands */
	const char *option_fix; /* the fix for a wrong option; NULL: the help */
	const int *accepts;	/* keys of its own options, ended by 0 */

	/* Any status but STATUS_OK and STATUS_NOT_READY comes with a fault. */
	enum status (*run)(const struct options *o, struct fault *f);
};

extern const struct command cmd_bind;
extern const struct command cmd_check;
extern const struct command cmd_crosvm;
extern const struct command cmd_deps;
extern const struct command cmd_guest;
extern const struct command cmd_overlay;
extern const struct command cmd_partition;
extern const struct command cmd_patch;
extern const struct command cmd_profiles;
extern const struct command cmd_qemu;
extern const struct command cmd_status;
extern const struct command cmd_uboot;
extern const struct command cmd_unbind;

#endif
