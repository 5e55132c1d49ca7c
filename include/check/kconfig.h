/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kconfig - the configuration that a kernel was built with, and its command line.
 *
 * No I/O.
 */
#ifndef IMXPT_CHECK_KCONFIG_H
#define IMXPT_CHECK_KCONFIG_H

/* The state of an option, which is named without its CONFIG_. */
enum config_state {
	CONFIG_ABSENT, /* this kernel has no such option, or one that it depends on is off */
	CONFIG_OFF,
	CONFIG_MODULE,
	CONFIG_BUILT_IN,
};

/* The state of an option in the text of a configuration. */
enum config_state kconfig_option(const char *config, const char *option)
	__attribute__((nonnull));

/* The state of a yes-or-no argument. */
enum argument_state {
	ARGUMENT_ABSENT,
	ARGUMENT_OFF,
	ARGUMENT_ON,
};

/*
 * The state of an argument on the kernel's command line; the last one counts, and
 * '-' equals '_' (kernel/params.c, parameq()).
 */
enum argument_state cmdline_argument(const char *cmdline, const char *name)
	__attribute__((nonnull));

#endif
