/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imxpt - pass platform devices of an i.MX 8QM through to a KVM guest.
 *
 * Finds the command, reads the command line and runs the command.  The only place
 * that prints a fault and chooses the exit status.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/report.h"

#ifndef IMXPT_VERSION
#define IMXPT_VERSION "0"
#endif

static const struct command cmd_help;

static const struct command *const commands[] = {
	&cmd_patch,   &cmd_bind,   &cmd_unbind,	  &cmd_status, &cmd_partition,
	&cmd_check,   &cmd_uboot,  &cmd_deps,	  &cmd_guest,  &cmd_qemu,
	&cmd_overlay, &cmd_crosvm, &cmd_profiles, &cmd_help,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name, struct fault *f)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	fault_set(f, -ENOENT, "unknown command '%s'", name);
	fault_fix(f, "'imxpt help' lists the commands");
	return NULL;
}

static void print_help(void)
{
	puts("Usage: imxpt COMMAND [OPTIONS] [OPERANDS]");
	print_wrapped_line(stdout, "",
			   "Pass platform devices of an i.MX 8QM through to a KVM guest.");
	puts("\nCommands:");
	for (size_t i = 0; i < N_COMMANDS; i++)
		print_wrapped_line(stdout, "             ", "  %-10s %s", commands[i]->name,
				   commands[i]->summary);
	puts("\nGlobal options:");
	options_help(stdout, NULL);
	puts("\nSee 'imxpt help COMMAND' and imxpt(8).");
}

static void print_command_help(const struct command *c)
{
	printf("Usage: imxpt %s [OPTIONS]%s%s\n", c->name, *c->usage ? " " : "", c->usage);
	print_wrapped_line(stdout, "", "%s.", c->summary);
	if (*c->accepts) {
		puts("\nOptions:");
		options_help(stdout, c->accepts);
	}
	puts("\nGlobal options:");
	options_help(stdout, NULL);
}

static enum status run_help(const struct options *o, struct fault *f)
{
	const struct command *c = o->n_operands ? find_command(o->operands[0], f) : NULL;

	if (f->code)
		return STATUS_USAGE;
	if (c)
		print_command_help(c);
	else
		print_help();
	return STATUS_OK;
}

static const struct command cmd_help = {
	.name = "help",
	.usage = "[COMMAND]",
	.max_operands = 1,
	.summary = "Show this help, or the options of a command",
	.accepts = (const int[]){ 0 },
	.run = run_help,
};

static void print_version(void)
{
	puts("imxpt " IMXPT_VERSION);
}

static void print_fault(const struct command *c, const struct fault *f, bool json)
{
	struct fault ignored;
	struct json j;

	fprintf(stderr, "imxpt: %s%s%s\n", c ? c->name : "", c ? ": " : "", f->text);
	if (*f->fix)
		fprintf(stderr, "  fix: %s\n", f->fix);
	if (!json)
		return;
	json_begin(&j, c ? c->name : NULL);
	json_string(&j, "error", f->text);
	json_text(&j, "fix", f->fix);
	(void)!json_print(&j, &ignored);
}

/* A wrong option may end the parsing before --json is read. */
static bool asks_for_json(char *const *argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++) {
		size_t n = strcspn(*argv, "=");

		/* getopt_long(3) accepts abbreviations */
		if (n > strlen("--") && !strncmp(*argv, "--json", n))
			return true;
	}
	return false;
}

static enum status usage_error(const struct command *c, char *const *argv, struct fault *f)
{
	if (!*f->fix)
		fault_fix(f, "'imxpt help%s%s' shows the usage", c ? " " : "",
			  c ? c->name : "");
	print_fault(c, f, asks_for_json(argv));
	return STATUS_USAGE;
}

static int check_operands(const struct command *c, const struct options *o, struct fault *f)
{
	if (c->needs && o->n_operands == 0)
		return fault_set(f, -EINVAL, "%s is missing", c->needs);
	if (o->n_operands > c->max_operands)
		return fault_set(f, -EINVAL, "unexpected operand '%s'",
				 o->operands[c->max_operands]);
	if (c->option_fix && o->n_operands && strcmp(o->operands[-1], "--") != 0) {
		fault_set(f, -EINVAL, "unexpected operand '%s'", o->operands[0]);
		return fault_fix(f, "%s", c->option_fix);
	}
	return 0;
}

static enum status run_command(const struct command *c, int argc, char **argv,
			       struct options *o)
{
	struct fault f = { 0 };
	enum status status;

	o->command = c->name;
	if (options_parse(argc, argv, c->accepts, c->option_fix, o, &f)) {
		if (c->option_fix)
			fault_fix(&f, "%s", c->option_fix);
		return usage_error(c, argv, &f);
	}
	if (o->version) {
		print_version();
		return STATUS_OK;
	}
	if (o->help) {
		print_command_help(c);
		return STATUS_OK;
	}
	if (check_operands(c, o, &f))
		return usage_error(c, argv, &f);
	status = c->run(o, &f);
	if (status == STATUS_USAGE)
		return usage_error(c, argv, &f);
	if (status == STATUS_FAILED || status == STATUS_STUCK)
		print_fault(c, &f, o->json);
	return status;
}

static enum status run(int argc, char **argv)
{
	struct options o = option_defaults;
	const char *profile = getenv("IMXPT_PROFILE");
	const struct command *c;
	struct fault f = { 0 };

	if (profile && *profile)
		o.profile = o.env_profile = profile;
	if (options_parse(argc, argv, NULL, true, &o, &f)) {
		fault_fix(&f, "'imxpt help' lists the global options; a command's options "
			      "follow its name");
		return usage_error(NULL, argv, &f);
	}
	if (o.version) {
		print_version();
		return STATUS_OK;
	}
	if (o.help) {
		print_help();
		return STATUS_OK;
	}
	if (o.n_operands == 0) {
		fault_set(&f, -EINVAL, "no command given; 'imxpt help' lists them");
		print_fault(NULL, &f, asks_for_json(argv));
		return STATUS_USAGE;
	}
	c = find_command(o.operands[0], &f);
	if (!c)
		return usage_error(NULL, argv, &f);
	return run_command(c, (int)o.n_operands, o.operands, &o);
}

/*
 * A file that is opened must not get the number of a standard descriptor that the caller
 * has closed: messages would go into it.  Reading and writing O_PATH fail as before.
 */
static void reserve_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/", O_PATH);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	enum status status;
	bool cut;

	reserve_standard_descriptors();
	/* a file that gets too large is an error like others */
	signal(SIGXFSZ, SIG_IGN);
	/* one write for each line, not for each part of it */
	setvbuf(stderr, NULL, _IOLBF, 0);
	status = run(argc, argv);
	cut = fflush(stdout) != 0;

	if (!cut && !ferror(stdout))
		return status;
	/* errno is that of the last write only */
	fprintf(stderr, "imxpt: cannot write standard output%s%s\n", cut ? ": " : "",
		cut ? strerror(errno) : "");
	/* the result was not written, so the command failed */
	if (status == STATUS_OK || status == STATUS_NOT_READY)
		status = STATUS_FAILED;
	return (int)status;
}
