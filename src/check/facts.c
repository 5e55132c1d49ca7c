/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "check/facts.h"

#define PREFIX "CONFIG_"
#define OFF " is not set"
#define BLANKS " \t\n\v\f\r" /* as isspace(3) in the C locale */

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

/* The first blank outside quotes; lib/cmdline.c, next_arg(). */
static const char *word_end(const char *s)
{
	bool quoted = false;

	for (; *s && (quoted || !isspace((unsigned char)*s)); s++)
		quoted ^= *s == '"';
	return s;
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* lib/kstrtox.c, kstrtobool(); PARAMETER_ABSENT: the kernel refuses it, and nothing changes. */
static enum parameter_state value_state(const char *s)
{
	bool has_o;

	s += *s == '"';
	has_o = is_one_of(*s, "oO");
	if (is_one_of(*s, "1yYtT") || (has_o && is_one_of(s[1], "nN")))
		return PARAMETER_ON;
	if (is_one_of(*s, "0nNfF") || (has_o && is_one_of(s[1], "fF")))
		return PARAMETER_OFF;
	return PARAMETER_ABSENT;
}

enum parameter_state cmdline_argument(const char *cmdline, const char *name,
				      enum parameter_state alone)
{
	enum parameter_state state = PARAMETER_ABSENT;
	const char *end;

	for (const char *s = cmdline; *s; s = end) {
		const char *value;
		enum parameter_state said;

		s += strspn(s, BLANKS);
		end = word_end(s);
		/* what follows is for init */
		if (end - s == 2 && !strncmp(s, "--", 2))
			break;
		value = after(s + (*s == '"'), name);
		if (!value)
			continue;
		said = *value == '=' ? value_state(value + 1) : alone;
		if (said != PARAMETER_ABSENT)
			state = said;
	}
	return state;
}

static bool has_group(const struct vmm_user *user, gid_t group)
{
	for (int i = 0; i < user->n_groups; i++) {
		if (user->groups[i] == group)
			return true;
	}
	return false;
}

/* As in path_resolution(7): only the first class that the user is in counts. */
enum access file_access(const struct file_facts *file, const struct vmm_user *user)
{
	unsigned int other = file->mode & 06, group = file->mode >> 3 & 06;

	if (user->id == 0)
		return ACCESS_YES;
	if (user->is_self)
		return file->denied ? ACCESS_NO : ACCESS_YES;
	if (user->id == file->user)
		return (file->mode & 0600) == 0600 ? ACCESS_YES : ACCESS_NO;
	if (user->n_groups < 0 && group != other && (group == 06 || other == 06))
		return ACCESS_UNKNOWN;
	return (has_group(user, file->group) ? group : other) == 06 ? ACCESS_YES : ACCESS_NO;
}

bool version_before(const struct version *v, int major, int minor)
{
	return v->major && (v->major < major || (v->major == major && v->minor < minor));
}

bool facts_has_device(const struct facts *facts, size_t i)
{
	return facts->tree.booted && *facts->snapshot.devices[i].name;
}

/* A yes-or-no parameter of a module is on without a value. */
enum parameter_state facts_argument(const struct facts *facts, const char *name)
{
	const char *cmdline = facts->kernel.cmdline;

	return cmdline ? cmdline_argument(cmdline, name, PARAMETER_ON) : PARAMETER_UNSEEN;
}

bool parameter_is_known(enum parameter_state s)
{
	return s == PARAMETER_ON || s == PARAMETER_OFF;
}

bool facts_have_iommufd_container(const struct facts *facts)
{
	const char *config = facts->kernel.config;

	return !parameter_is_known(facts->kernel.unsafe_interrupts) && config &&
	       kconfig_option(config, "IOMMUFD_VFIO_CONTAINER") == CONFIG_BUILT_IN;
}

bool facts_have_vmm(const struct facts *facts)
{
	for (size_t i = 0; i < facts->snapshot.n_devices; i++) {
		if (facts->devices[i].n_interrupts > 0)
			return true;
	}
	return false;
}

bool facts_has_firmware(const struct facts *facts)
{
	const struct firmware_facts *w = &facts->firmware;

	return w->asked && !*w->unseen && !w->fault.code;
}

const char *facts_name(const struct facts *facts, int node)
{
	return facts->tree.t.nodes[node].name;
}

void facts_free(struct facts *facts)
{
	struct tree_facts *t = &facts->tree;

	uboot_free(&t->uboot);
	edits_free(&t->missing);
	derived_ids_free(&t->pads);
	refs_free(&t->refs);
	tree_close(&t->t);
	free(t->blob);
	free(facts->kernel.config);
	free(facts->kernel.cmdline);
	*facts = (struct facts){ 0 };
}
