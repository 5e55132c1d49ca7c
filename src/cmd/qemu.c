/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt qemu - the command line that runs the guest, or that dumps QEMU's tree. */
#include <errno.h>
#include <stdint.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "guest/guest.h"
#include "guest/qemu.h"

static int print_json(const struct options *o, const char *profile, const struct qemu_line *l,
		      struct fault *f)
{
	struct json j;

	json_begin(&j, "qemu");
	json_string(&j, "profile", profile);
	json_string(&j, "purpose", o->dump ? "dump" : "run");
	json_command_line(&j, &l->words);
	return json_print(&j, f);
}

static void print_notes(const struct options *o, const struct qemu_line *l)
{
	print_info(o, "note: QEMU 10.1 is the last version with vfio-platform; 10.0 and "
		      "10.1 mark it deprecated");
	if (!l->has_gicv2)
		print_info(o, "note: with GICv3, QEMU has no irqfd for these devices, so "
			      "interrupts are slow; -M virt,gic-version=2 may be faster");
	if (l->has_kernel)
		print_info(o, "note: -append has " GUEST_KERNEL_ARGUMENTS
			      ", which the guest needs");
	else
		print_info(o, "note: the guest's kernel needs " GUEST_KERNEL_ARGUMENTS
			      " on its command line");
}

static int report(const struct options *o, const char *profile, const struct qemu_line *l,
		  struct fault *f)
{
	if (!o->dump)
		print_notes(o, l);
	if (o->json)
		return print_json(o, profile, l, f);
	return print_command(stdout, (const char *const *)l->words.v, l->words.n, f);
}

static enum status run(const struct options *o, struct fault *f)
{
	struct loaded_profile profile;
	struct qemu_line line;
	enum status status = STATUS_OK;

	if (operands_check(o, f))
		return STATUS_USAGE;
	if (load_profile(o, &profile, f))
		return STATUS_FAILED;
	if (qemu_line_make(&profile.profile, o->dump, o->operands, o->n_operands, &line, f))
		status = f->code == -ENOMEM ? STATUS_FAILED : STATUS_USAGE;
	else if (report(o, profile.name, &line, f))
		status = STATUS_FAILED;
	line_free(&line.words);
	unload_profile(&profile);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_DUMP, OPT_JSON, OPT_QUIET, 0 };

const struct command cmd_qemu = {
	.name = "qemu",
	.usage = "[-- QEMU ARGUMENTS]",
	.max_operands = SIZE_MAX,
	.option_fix = "options for QEMU stand after '--'",
	.summary = "Print the command line that runs the guest, or dumps QEMU's tree",
	.accepts = accepts,
	.run = run,
};
