/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt qemu - the command line that dumps QEMU's tree, and the one that runs the guest. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "guest/qemu_line.h"

/* The word as a shell reads it back. */
static void print_word(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789%+,-./:=@_";

	if (*word && !word[strspn(word, plain)]) {
		fputs(word, stdout);
		return;
	}
	putchar('\'');
	for (const char *s = word; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	}
	putchar('\'');
}

static void print_line(const struct command_line *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			putchar(' ');
		print_word(l->v[i]);
	}
	putchar('\n');
}

static void json_line(struct json *j, const char *key, const struct command_line *l)
{
	json_open_list(j, key);
	for (size_t i = 0; i < l->n; i++)
		json_string(j, NULL, l->v[i]);
	json_close(j);
}

static int print_json(const struct options *o, const char *profile, const struct qemu_lines *l,
		      struct fault *f)
{
	struct json j;

	json_begin(&j, "qemu");
	json_string(&j, "profile", profile);
	json_line(&j, "dump", &l->dump);
	if (!o->dump)
		json_line(&j, "run", &l->run);
	return json_end(&j, stdout, f);
}

static void tell(const struct options *o, const struct qemu_lines *l)
{
	print_info(
		o,
		"qemu: note: QEMU 10.1 is the last one that has vfio-platform; 10.0 and 10.1 call it "
		"deprecated");
	if (!l->has_gicv2)
		print_info(
			o,
			"qemu: note: with GICv3 QEMU has no irqfd for these devices: interrupts "
			"arrive, but slowly; -M virt,gic-version=2 may do better");
	if (l->has_kernel)
		print_info(o, "qemu: note: -append has " GUEST_KERNEL_ARGUMENTS
			      ", which the guest needs");
	else
		print_info(o, "qemu: note: the guest's kernel needs " GUEST_KERNEL_ARGUMENTS
			      " on its command line");
}

static int report(const struct options *o, const char *profile, const struct qemu_lines *l,
		  struct fault *f)
{
	if (!o->dump)
		tell(o, l);
	if (o->json)
		return print_json(o, profile, l, f);
	print_line(&l->dump);
	if (!o->dump)
		print_line(&l->run);
	return 0;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct loaded_profile profile;
	struct qemu_lines lines;
	enum status status = STATUS_OK;

	if (load_profile(o, &profile, f))
		return STATUS_FAILED;
	if (qemu_lines_make(&profile.profile, o->operands, o->n_operands, &lines, f))
		status = f->code == -ENOMEM ? STATUS_FAILED : STATUS_USAGE;
	else if (report(o, profile.name, &lines, f))
		status = STATUS_FAILED;
	qemu_lines_free(&lines);
	unload_profile(&profile);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_DUMP, OPT_JSON, OPT_QUIET, OPT_HELP, 0 };

const struct command cmd_qemu = {
	.name = "qemu",
	.operands = "[-- QEMU ARGUMENTS]",
	.max_operands = SIZE_MAX,
	.summary = "Print the command lines that dump QEMU's tree and run the guest",
	.accepts = accepts,
	.run = run,
};
