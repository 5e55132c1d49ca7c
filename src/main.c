/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imxpt - hand platform devices of an i.MX 8QM to a KVM guest.
 *
 * Finds the command, reads the command line, runs it.  The only place that
 * prints a fault and that decides the exit status.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"

#ifndef IMXPT_VERSION
#define IMXPT_VERSION "0"
#endif

static const struct command *const commands[] = {
	&cmd_patch, &cmd_bind, &cmd_unbind, &cmd_status, &cmd_check,
	&cmd_uboot, &cmd_deps, &cmd_guest,  &cmd_qemu,	 &cmd_profiles,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const int global_options[] = { OPT_ROOT, OPT_HELP, OPT_VERSION, 0 };

static void print_help(void)
{
	puts("Usage: imxpt [--root DIR] COMMAND [OPTIONS] [OPERANDS]\n"
	     "Hand platform devices of an i.MX 8QM to a KVM guest.\n\n"
	     "Commands:");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	puts("\nOptions:");
	options_help(stdout, global_options);
	puts("\n'imxpt COMMAND --help' tells more; so does imxpt(8).");
}

static void print_command_help(const struct command *c)
{
	printf("Usage: imxpt %s [OPTIONS]%s%s\n%s.\n\nOptions:\n", c->name,
	       *c->operands ? " " : "", c->operands, c->summary);
	options_help(stdout, c->accepts);
}

static void print_fault(const struct command *c, const struct fault *f)
{
	fprintf(stderr, "imxpt: %s%s%s\n", c ? c->name : "", c ? ": " : "", f->text);
	if (*f->fix)
		fprintf(stderr, "  fix: %s\n", f->fix);
}

static enum status usage_error(const struct command *c, const struct fault *f)
{
	print_fault(c, f);
	fprintf(stderr, "Try 'imxpt%s%s --help' for more information.\n", c ? " " : "",
		c ? c->name : "");
	return STATUS_USAGE;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

static enum status run_command(const struct command *c, int argc, char **argv,
			       struct options *o)
{
	struct fault f = { 0 };
	enum status status;

	if (options_parse(argc, argv, c->accepts, false, o, &f))
		return usage_error(c, &f);
	if (o->help) {
		print_command_help(c);
		return STATUS_OK;
	}
	if (o->n_operands < c->min_operands || o->n_operands > c->max_operands) {
		fault_set(&f, -EINVAL, "%s",
			  o->n_operands < c->min_operands ? "an operand is missing" :
							    "too many operands");
		return usage_error(c, &f);
	}
	status = c->run(o, &f);
	if (status == STATUS_USAGE)
		return usage_error(c, &f);
	if (f.code)
		print_fault(c, &f);
	return status;
}

static enum status run(int argc, char **argv)
{
	struct options o = option_defaults;
	const struct command *c;
	struct fault f = { 0 };

	if (options_parse(argc, argv, global_options, true, &o, &f))
		return usage_error(NULL, &f);
	if (o.version) {
		puts("imxpt " IMXPT_VERSION);
		return STATUS_OK;
	}
	if (o.help) {
		print_help();
		return STATUS_OK;
	}
	if (o.n_operands == 0) {
		fault_set(&f, -EINVAL, "a command is missing");
		return usage_error(NULL, &f);
	}
	c = find_command(o.operands[0]);
	if (!c) {
		fault_set(&f, -EINVAL, "unknown command '%s'", o.operands[0]);
		return usage_error(NULL, &f);
	}
	return run_command(c, (int)o.n_operands, o.operands, &o);
}

int main(int argc, char **argv)
{
	enum status status = run(argc, argv);
	bool cut = fflush(stdout) != 0;

	/* a result that did not reach the reader is no result; errno is the last write's only */
	if (cut || ferror(stdout)) {
		fprintf(stderr, "imxpt: cannot write standard output%s%s\n", cut ? ": " : "",
			cut ? strerror(errno) : "");
		if (status == STATUS_OK)
			status = STATUS_FAILED;
	}
	return status;
}
