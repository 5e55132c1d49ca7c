/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command - what a command of imxpt is, the rows of all of them, and their options.
 *
 * main.c reads the command line and prints the fault.  A command gets options that
 * are checked, runs its stages and writes its result to standard output.
 */
#ifndef IMXPT_CMD_COMMAND_H
#define IMXPT_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"
#include "guest/guest.h"

/*
 * The options of all commands: one table, from which they are parsed and their help is
 * printed.
 */

/* The key of an option: its letter, or a number above all letters. */
enum {
	OPT_HELP = 'h',
	OPT_DRY_RUN = 'n',
	OPT_OUTPUT = 'o',
	OPT_PROFILE = 'p',
	OPT_QUIET = 'q',
	OPT_VERBOSE = 'v',
	OPT_VERSION = 'V',
	OPT_AS_DOCUMENTED = 256,
	OPT_ASK_FIRMWARE,
	OPT_CONFIG,
	OPT_DOT,
	OPT_DTB,
	OPT_DUMP,
	OPT_EXPLAIN,
	OPT_FDT_FILE,
	OPT_FORMAT,
	OPT_FREE,
	OPT_HOST,
	OPT_JSON,
	OPT_MAC,
	OPT_MEMORY,
	OPT_OWNER,
	OPT_PAD,
	OPT_PARTITION,	    /* patch: who makes the partition */
	OPT_MAKE_PARTITION, /* bind: make it */
	OPT_QEMU,
	OPT_ROOT,
	OPT_STRICT,
	OPT_FORCE,
	OPT_TIMEOUT,
	OPT_USER,
	OPT_VIRT,
	OPT_VMM,
};

/* The format in which changes to U-Boot's environment are printed. */
enum env_format {
	ENV_BOOT_SCRIPT, /* for U-Boot's own prompt */
	ENV_FW_SETENV,	 /* for fw_setenv -s of U-Boot's tools (tools/env/fw_env.c) */
	ENV_LIBUBOOTENV, /* for fw_setenv -s of libubootenv (src/uboot_env.c) */
};

#define OPTION_MACS_MAX 16

/* The command line, checked.  Its strings are borrowed from argv. */
struct options {
	const char *command;	 /* name of the command that runs */
	const char *profile;	 /* -p: see load_profile() */
	const char *env_profile; /* its default, where IMXPT_PROFILE has one; else NULL */
	const char *output;	 /* -o; NULL: not given */
	const char *root;	 /* --root: the directory that holds /sys, /proc, /etc, ... */
	const char *fdt_file;	 /* --fdt-file: only FDT_FILE_CHARS; NULL: not given */
	enum env_format format;
	const char *dtb, *config, *qemu; /* what check reads instead; NULL: not given */
	const char *vmm;		 /* --vmm: a name, not checked yet; NULL: not given */
	const char *explain;	 /* --explain: a check's name, "": all; NULL: not given */
	uint64_t memory;	 /* --memory: bytes; 0: not given */
	const char *owner;	 /* --owner: USER[:GROUP]; NULL: not given */
	const char *user;	 /* --user: who runs the VMM; NULL: not given */
	unsigned int timeout_ms; /* --timeout, given in seconds */
	size_t pad;		 /* --pad: free bytes at the end of the tree */
	const char *host, *virt; /* --host, --virt: trees to read; NULL: not given */
	uint8_t mac[OPTION_MACS_MAX][GUEST_MAC_SIZE]; /* --mac, in the order given */
	size_t n_macs;
	bool by_linux; /* --partition linux */
	bool as_documented, ask_firmware, dot, dry_run, dump, force, free, partition, json,
		quiet, strict, verbose;
	bool help, version;
	char **operands; /* in argv, after "--" if it is given */
	size_t n_operands;
};

extern const struct options option_defaults;

/*
 * Read the options in argv[1] and after it into *o, which holds the defaults.
 * accepts: keys of the options that are accepted besides the global ones, ended by 0;
 * NULL: only global ones are.  in_order: the first operand ends the options.
 * -EINVAL: an unknown option, a missing or a wrong argument.
 */
int options_parse(int argc, char **argv, const int *accepts, bool in_order, struct options *o,
		  struct fault *f) __attribute__((nonnull(2, 5, 6), warn_unused_result));

/* Print a line for each option in accepts; NULL: for each global option. */
void options_help(FILE *out, const int *accepts) __attribute__((nonnull(1)));

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
	const char *summary; /* one line, for the list of commands */
	/*
	 * The fix for a word before "--", where another program's arguments follow it;
	 * NULL: the operands are the command's own.
	 */
	const char *option_fix;
	const int *accepts; /* keys of its own options, ended by 0 */

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
