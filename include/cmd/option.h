/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option - the options of all commands: one table, one parser, one result.
 *
 * Parsing and help read the same rows, so they cannot drift apart.
 */
#ifndef IMXPT_CMD_OPTION_H
#define IMXPT_CMD_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"

/* The key of an option: its letter, or a number above all letters. */
enum option_key {
	OPT_HELP = 'h',
	OPT_DRY_RUN = 'n',
	OPT_OUTPUT = 'o',
	OPT_PROFILE = 'p',
	OPT_QUIET = 'q',
	OPT_VERBOSE = 'v',
	OPT_VERSION = 'V',
	OPT_AS_DOCUMENTED = 256,
	OPT_CONFIG,
	OPT_DOT,
	OPT_DTB,
	OPT_DUMP,
	OPT_EXPLAIN,
	OPT_FDT_FILE,
	OPT_FORMAT,
	OPT_HOST,
	OPT_JSON,
	OPT_MAC,
	OPT_MEMORY,
	OPT_OWNER,
	OPT_PAD,
	OPT_QEMU,
	OPT_ROOT,
	OPT_STRICT,
	OPT_TIMEOUT,
	OPT_VIRT,
};

/* How U-Boot's environment is written down. */
enum env_format {
	ENV_BOOT_SCRIPT, /* for U-Boot's own prompt */
	ENV_FW_SETENV,	 /* for fw_setenv -s of U-Boot's tools (tools/env/fw_env.c) */
	ENV_LIBUBOOTENV, /* for fw_setenv -s of libubootenv (src/uboot_env.c) */
};

#define OPTION_MACS_MAX 16

/* An Ethernet address, as it goes over the wire. */
struct mac {
	uint8_t byte[6];
};

/* What the command line said, checked; never changed afterwards. */
struct options {
	const char *profile; /* -p: a built-in profile's name or a file's path */
	const char *output;  /* -o; NULL: not given */
	const char *root; /* --root: where /sys, /proc, /dev, /boot and /run are looked for */
	const char *fdt_file; /* --fdt-file: safe in any script; NULL: not given */
	enum env_format format;
	const char *dtb, *config, *qemu; /* what check looks at instead; NULL: not given */
	const char *explain;		 /* --explain: a check's name; NULL: not given */
	uint64_t memory;		 /* --memory: bytes of the guest; 0: not given */
	const char *owner;		 /* --owner: USER[:GROUP]; NULL: not given */
	unsigned int timeout_ms;	 /* --timeout, which is in seconds */
	size_t pad;		 /* --pad: bytes of free room behind a tree that is written */
	const char *host, *virt; /* --host, --virt: trees to read; NULL: not given */
	struct mac mac[OPTION_MACS_MAX]; /* --mac, in the order given */
	size_t n_macs;
	bool as_documented, dot, dry_run, dump, json, quiet, strict, verbose;
	bool help, version;
	char **operands; /* borrowed from argv */
	size_t n_operands;
};

/* What holds where the command line is silent. */
extern const struct options option_defaults;

/*
 * Read the options that accepts lists (keys, ended by 0) from argv[1] on into
 * *o, which holds the defaults.  With leading set it stops at the first operand,
 * so that a command's own options stay unread.
 * -EINVAL: an unknown option, a missing or a wrong argument.
 */
int options_parse(int argc, char **argv, const int *accepts, bool leading, struct options *o,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Write a line for each option in accepts, as --help shows them. */
void options_help(FILE *out, const int *accepts) __attribute__((nonnull));

#endif
