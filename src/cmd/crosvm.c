/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt crosvm - the command line that runs the guest with crosvm. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "guest/crosvm.h"
#include "guest/guest.h"
#include "vfio/snapshot.h"

/* Bytes of an entry of interrupts and interrupts-extended, if a GIC is the parent. */
#define INTERRUPT_SIZE 12
#define EXTENDED_SIZE 16
#define N_WARNINGS_MAX 2
#define TEXT_SIZE 256

struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct snapshot snapshot;
	const char *names[PROFILE_PASS_MAX]; /* of the devices in sysfs */
	char predicted[PROFILE_PASS_MAX][NAME_SIZE];
	size_t n_interrupts; /* of the devices, as far as this host has them */
	struct crosvm_line line;
	char warnings[N_WARNINGS_MAX][TEXT_SIZE];
	size_t n_warnings;
};

static size_t count_entries(const struct sysroot *sys, const char *name, const char *property,
			    size_t size)
{
	char path[PATH_SIZE];
	struct stat st;

	path_format(path, PATH_DEVICES "/%s/of_node/%s", name, property);
	return sysroot_stat(sys, path, &st) ? 0 : (size_t)st.st_size / size;
}

/* The kernel reads interrupts only if there is no interrupts-extended. */
static size_t count_interrupts(const struct sysroot *sys, const char *name)
{
	size_t n = count_entries(sys, name, "interrupts-extended", EXTENDED_SIZE);

	return n ? n : count_entries(sys, name, "interrupts", INTERRUPT_SIZE);
}

/* The name on this host, else the one that the kernel will give to the device. */
static int find_name(struct work *w, const struct sysroot *sys, size_t i, struct fault *f)
{
	const struct pass *p = &w->profile.profile.pass[i];
	const char *name = w->snapshot.devices[i].name;

	w->names[i] = name;
	if (*name) {
		w->n_interrupts += count_interrupts(sys, name);
		return 0;
	}
	if (profile_device_name(p->node.name, w->predicted[i], NAME_SIZE) >= NAME_SIZE)
		return fault_set(f, -E2BIG, "%s: its name is too long for sysfs",
				 p->node.name);
	w->names[i] = w->predicted[i];
	print_info(w->o, "note: this host has no device %s; the kernel will name it %s",
		   p->node.name, w->names[i]);
	return 0;
}

static int find_names(struct work *w, struct fault *f)
{
	struct sysroot sys;
	int ret = sysroot_open(w->o->root, &sys, f);

	if (ret)
		return ret;
	ret = snapshot_take(&sys, &w->profile.profile, &w->snapshot, f);
	for (size_t i = 0; ret == 0 && i < w->profile.profile.n_pass; i++)
		ret = find_name(w, &sys, i, f);
	sysroot_close(&sys);
	return ret;
}

static void find_warnings(struct work *w)
{
	const struct profile *p = &w->profile.profile;
	size_t n_spis = w->n_interrupts + w->line.n_functions;
	bool dma = false;

	for (size_t i = 0; i < p->n_pass; i++)
		dma |= p->pass[i].bus_master;
	if (dma && w->line.memory > CROSVM_MEMORY_32BIT)
		snprintf(w->warnings[w->n_warnings++], TEXT_SIZE,
			 "with more than %d MiB, some memory is above 4 GiB: a device with "
			 "32-bit addresses reaches it only through copies",
			 CROSVM_MEMORY_32BIT);
	if (n_spis > CROSVM_SPIS)
		snprintf(w->warnings[w->n_warnings++], TEXT_SIZE,
			 "%zu interrupts of PCI functions and %zu of the passed devices: "
			 "crosvm's guest has %d lines, and the others do not work",
			 w->line.n_functions, w->n_interrupts, CROSVM_SPIS);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "crosvm");
	json_string(&j, "profile", w->profile.name);
	json_command_line(&j, &w->line.words);
	json_open_list(&j, "warnings");
	for (size_t i = 0; i < w->n_warnings; i++)
		json_string(&j, NULL, w->warnings[i]);
	json_close(&j);
	return json_print(&j, f);
}

static int report(const struct work *w, struct fault *f)
{
	print_info(w->o, "note: crosvm runs without its sandbox, which has no policy for "
			 "platform devices");
	for (size_t i = 0; i < w->n_warnings; i++)
		print_warning(w->o, "%s", w->warnings[i]);
	if (w->o->json)
		return print_json(w, f);
	return print_command(stdout, (const char *const *)w->line.words.v, w->line.words.n, f);
}

static enum status make(struct work *w, struct fault *f)
{
	const struct options *o = w->o;

	if (operands_check(o, f))
		return STATUS_USAGE;
	if (find_names(w, f))
		return STATUS_FAILED;
	if (crosvm_line_make(&w->profile.profile, w->names, o->operands, o->n_operands,
			     &w->line, f))
		return f->code == -ENOMEM ? STATUS_FAILED : STATUS_USAGE;
	find_warnings(w);
	return report(w, f) ? STATUS_FAILED : STATUS_OK;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	enum status status;

	if (load_profile(o, &w.profile, f))
		return STATUS_FAILED;
	status = make(&w, f);
	line_free(&w.line.words);
	unload_profile(&w.profile);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_JSON, OPT_QUIET, 0 };

const struct command cmd_crosvm = {
	.name = "crosvm",
	.usage = "[-- CROSVM ARGUMENTS]",
	.max_operands = SIZE_MAX,
	.option_fix = "options for crosvm stand after '--'",
	.summary = "Print the command line that runs the guest with crosvm",
	.accepts = accepts,
	.run = run,
};
