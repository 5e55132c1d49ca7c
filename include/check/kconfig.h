/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setting - what a kernel was built with and started with.
 *
 * No I/O.
 */
#ifndef IMXPT_CHECK_KCONFIG_H
#define IMXPT_CHECK_KCONFIG_H

/* An option of the configuration, named without its CONFIG_. */
enum config_state {
	CONFIG_ABSENT, /* this kernel has none of that name, or what it depends on is off */
	CONFIG_OFF,
	CONFIG_MODULE,
	CONFIG_BUILT_IN,
};

/* What the text of a configuration says of an option. */
enum config_state kconfig_option(const char *config, const char *option)
	__attribute__((nonnull));

/* A yes-or-no argument of the kernel. */
enum argument_state {
	ARGUMENT_ABSENT,
	ARGUMENT_OFF,
	ARGUMENT_ON,
};

/*
 * What the kernel's command line says of an argument; the last one counts, and
 * '-' is '_' (kernel/params.c, parameq()).
 */
enum argument_state cmdline_argument(const char *cmdline, const char *name)
	__attribute__((nonnull));

#endif
