/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "check/facts.h"

#define PREFIX "CONFIG_"
#define OFF " is not set"

/* The line after the one at s; NULL: that was the last. */
static const char *next_line(const char *s)
{
	s = strchr(s, '\n');
	return s ? s + 1 : NULL;
}

enum config_state kconfig_option(const char *config, const char *option)
{
	size_t len = strlen(option);

	for (const char *line = config; line; line = next_line(line)) {
		bool comment = !strncmp(line, "# ", 2);
		const char *s = comment ? line + 2 : line;

		if (strncmp(s, PREFIX, strlen(PREFIX)) ||
		    strncmp(s + strlen(PREFIX), option, len))
			continue;
		s += strlen(PREFIX) + len;
		if (comment && !strncmp(s, OFF, strlen(OFF)))
			return CONFIG_OFF;
		if (comment || *s != '=')
			continue;
		return s[1] == 'm' ? CONFIG_MODULE :
		       s[1] == 'n' ? CONFIG_OFF :
				     CONFIG_BUILT_IN;
	}
	return CONFIG_ABSENT;
}

static int underscored(int c)
{
	return c == '-' ? '_' : c;
}

/* The text after name, where the word at s begins with it; NULL: it does not. */
static const char *after(const char *s, const char *name)
{
	while (*name && underscored(*s) == underscored(*name)) {
		s++;
		name++;
	}
	return *name || (*s && *s != '=' && !isspace((unsigned char)*s)) ? NULL : s;
}

enum argument_state cmdline_argument(const char *cmdline, const char *name)
{
	enum argument_state state = ARGUMENT_ABSENT;

	for (const char *s = cmdline; *s; s += strcspn(s, " \t\n")) {
		const char *value;

		s += strspn(s, " \t\n");
		value = after(s, name);
		if (!value)
			continue;
		/* lib/kstrtox.c, kstrtobool(): "of..." is off, "on..." is on */
		if (*value == '=' &&
		    (strchr("0nNfF", value[1]) || !strncmp(value + 1, "of", 2)))
			state = ARGUMENT_OFF;
		else
			state = ARGUMENT_ON;
	}
	return state;
}
