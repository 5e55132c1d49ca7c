/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt uboot - print the commands for U-Boot, and what it does to a tree. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "host/resolve.h"
#include "host/rules.h"
#include "host/uboot.h"

/* libubootenv reads up to 1023 bytes of a line, and takes the rest for the next line. */
#define LINE_MAX_BYTES 1000

static const char *const notes[] = {
	"This is for NXP's U-Boot from imx_v2020.04_5.4.24_2.1.0 to lf_v2023.04; -v",
	"prints how others differ.  Mainline and NXP's 2024.04 and newer have no",
	"scu_rm: they make no partition, and a guest could power off what the host",
	"needs.  There Linux can make it: 'imxpt patch --partition linux'.",
	"If the environment has no boot_os (boot.scr), run this before booti, after all",
	"overlays are applied:",
	"  scu_rm dtb ${fdt_addr_r}",
};

static const char *const linux_notes[] = {
	"This tree leaves the guest's partition to Linux ('imxpt bind --partition'):",
	"U-Boot only has to boot it, and needs no scu_rm.  Where it has",
	"CONFIG_OF_SYSTEM_SETUP, booti sets the first stream id anyway: NXP's from",
	"imx_v2019.04_5.4.3 to 2024.04, and mainline's imx8qm_mek and apalis-imx8, but",
	"not its imx8qm_dmsse20a1 and imx8qm_rom7720_a1.  Linux sets it with the",
	"partition in any case.",
};

/* What other versions do: facts of their partition.c, fdt.c (before 2020.04: cpu.c), scu_api.c. */
static const struct {
	const char *version, *effect;
} generations[] = {
	{ "up to imx_v2018.03", "disables no node of a tree with fsl,scu-pd" },
	{ "up to imx_v2019.04_4.19.35", "sets no stream id of an assigned resource: its DMA" },
	{ "", "bypasses the SMMU" },
	{ "up to lf-5.4.y_v2019.04", "continues after a refused resource in fsl,sc_rsrc_id," },
	{ "", "does not loop on a dangling power-domains" },
	{ "all of v2018.03, v2019.04", "boot on after a refused stream id in mmu-masters" },
	{ "all of v2019.04", "may assign no pads, without a message, with firmware" },
	{ "", "of API 1.21 or newer; v2020.04 and newer with older" },
	{ "NXP's 2024.04", "skips entries of power-domains in dma-channel-mask" },
	{ "Toradex's 2020.04", "disables no node (CONFIG_SKIP_RESOURCE_CHECKING)" },
	{ "NXP's 2024.04, mainline", "no partition, and MU_2A stays without power; stream" },
	{ "", "ids are set, but not on mainline's imx8qm_dmsse20a1" },
	{ "", "and imx8qm_rom7720_a1.  For a partition use NXP's" },
	{ "", "lf_v2023.04, build its partition.c into yours, let the" },
	{ "", "SCFW's board_system_config make it, or Linux" },
};

/* A variable of U-Boot's environment. */
struct setting {
	const char *name;
	const char *value; /* has neither quotes nor newlines */
};

struct work {
	const struct options *o;
	struct setting settings[2];
	size_t n_settings;
	struct loaded_profile profile;
	struct loaded_tree host;
	struct uboot uboot;
	/* the tree is a hypervisor's, which U-Boot boots too, or a partition's number is cut */
	struct fault warning;
	bool by_linux; /* the tree leaves the partition to Linux */
};

/* A line that none of the three formats acts on. */
__attribute__((format(printf, 1, 2))) static void comment(const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	print_wrapped_line(stdout, "# ", "# %s", line);
}

static void make_settings(struct work *w)
{
	if (w->o->fdt_file)
		w->settings[w->n_settings++] = (struct setting){ "fdt_file", w->o->fdt_file };
	if (w->by_linux)
		return;
	w->settings[w->n_settings++] =
		(struct setting){ "boot_os",
				  "scu_rm dtb ${fdt_addr}; booti ${loadaddr} - ${fdt_addr};" };
}

static void print_setting(enum env_format format, const struct setting *s)
{
	switch (format) {
	case ENV_BOOT_SCRIPT:
		/* in quotes, else U-Boot would expand and split the value now */
		printf("setenv %s '%s'\n", s->name, s->value);
		break;
	case ENV_FW_SETENV:
		printf("%s %s\n", s->name, s->value);
		break;
	case ENV_LIBUBOOTENV:
		printf("%s=%s\n", s->name, s->value);
		break;
	}
}

/* power: a clause on its power, or "". */
static void report_assignment(const struct work *w, const char *what,
			      const struct uboot_assignment *c, const char *power)
{
	char path[TREE_PATH_MAX], owner[TREE_PATH_MAX];

	tree_path(&w->host.tree, c->node, path);
	if (c->owner == c->node)
		comment("%s: %s is assigned to the partition%s", path, what, power);
	else if (c->owner < 0)
		comment("%s: %s does not exist", path, what);
	else
		comment("%s: %s is not assigned: %s already has it", path, what,
			tree_path(&w->host.tree, c->owner, owner));
}

static void report_partitions(const struct work *w)
{
	const struct uboot *u = &w->uboot;
	char path[TREE_PATH_MAX], what[48], name[RESOURCE_TEXT_MAX];

	if (!u->has_domu)
		comment("the tree has no /domu node, so scu_rm makes no partition and prints no error");
	for (size_t i = 0; i < u->n_partitions; i++)
		comment("%s%s: %s",
			u->partitions[i].outcome == UBOOT_NO_REG ? "warning: " : "",
			tree_path(&w->host.tree, u->partitions[i].node, path),
			uboot_outcome_text(u->partitions[i].outcome));
	for (size_t i = 0; i < u->n_resources; i++) {
		uint32_t id = u->resources[i].id;

		snprintf(what, sizeof(what), "resource %s", resource_text(id, name));
		report_assignment(w, what, &u->resources[i],
				  uboot_powers(u, id) ? ", its power is on" :
							", its power is off");
	}
	for (size_t i = 0; i < u->n_pads; i++) {
		snprintf(what, sizeof(what), "pad %" PRIu32, u->pads[i].id);
		report_assignment(w, what, &u->pads[i], "");
	}
}

static void report_boot(const struct work *w)
{
	const struct uboot *u = &w->uboot;
	char path[TREE_PATH_MAX], name[RESOURCE_TEXT_MAX];

	for (size_t i = 0; i < u->n_disabled; i++)
		comment("warning: %s becomes disabled: resource %s is not the host's",
			tree_path(&w->host.tree, u->disabled[i].node, path),
			resource_text(u->disabled[i].resource, name));
	for (size_t i = 0; i < u->n_streams; i++) {
		const struct uboot_stream *s = &u->streams[i];

		tree_path(&w->host.tree, s->node, path);
		if (s->resource == UBOOT_NO_RESOURCE)
			comment("%s: stream id 0x%" PRIx32 " is not set: the node has neither "
				"fsl,sc_rsrc_id nor power-domains (expected for a clock gate or a mailbox)",
				path, s->id);
		else
			comment("%s: stream id 0x%" PRIx32 " is %s for resource %s", path,
				s->id,
				uboot_sets_stream(s->resource, s->id) ? "set" : "refused",
				resource_text(s->resource, name));
	}
}

/* A bus master of the profile that the tree passes without a stream id; -1: it is none. */
static int unset_master(const struct work *w, size_t pass, struct fault *f)
{
	const struct pass *p = &w->profile.profile.pass[pass];
	const struct tree *t = &w->host.tree;
	int node, size;

	/* in a tree that is patched for other devices the host keeps the profile's */
	if (!p->bus_master || profile_find(t, &p->node, &node, f) ||
	    !(tree_prop(t, node, "iommus", &size) ||
	      tree_is_compatible(t, node, DUMMY_COMPATIBLE)))
		return -1;
	return rules_check_master(t, &w->uboot, node, f) ? node : -1;
}

static void report_bypass(const struct work *w)
{
	struct fault f;

	for (size_t i = 0; i < w->profile.profile.n_pass; i++) {
		if (unset_master(w, i, &f) >= 0)
			comment("warning: %s", f.text);
	}
	for (uint32_t id = 0; id < RESOURCE_LAST; id++) {
		if (rules_check_resource(&w->host.tree, &w->uboot, id, &f))
			comment("warning: %s", f.text);
	}
}

static void print_notes(const struct work *w)
{
	const char *const *lines = w->by_linux ? linux_notes : notes;
	size_t n = (w->by_linux ? sizeof(linux_notes) : sizeof(notes)) / sizeof(*notes);

	for (size_t i = 0; i < n; i++)
		comment("%s", lines[i]);
}

static void print_report(const struct work *w)
{
	if (w->warning.code)
		comment("warning: %s: %s", w->warning.text, w->warning.fix);
	if (w->o->n_operands) {
		report_partitions(w);
		report_boot(w);
		report_bypass(w);
		putchar('\n');
	}
	print_notes(w);
	for (size_t i = 0; w->o->verbose && i < sizeof(generations) / sizeof(*generations);
	     i++)
		comment("  %-27s %s", generations[i].version, generations[i].effect);
	for (size_t i = 0; i < w->n_settings; i++)
		print_setting(w->o->format, &w->settings[i]);
	if (w->n_settings && w->o->format == ENV_BOOT_SCRIPT)
		puts("saveenv");
}

static void json_assignments(struct json *j, const struct work *w, const char *key,
			     const struct uboot_assignment *v, size_t n)
{
	json_open_list(j, key);
	for (size_t i = 0; i < n; i++) {
		json_open_object(j, NULL);
		json_number(j, "id", v[i].id);
		json_node(j, "partition", &w->host.tree, v[i].node);
		json_node(j, "holder", &w->host.tree, v[i].owner);
		if (v == w->uboot.resources) {
			json_string(j, "name", resource_name(v[i].id));
			json_string(j, "power",
				    uboot_powers(&w->uboot, v[i].id) ? "on" : "off");
			json_flag(j, "bypass", uboot_bypasses(&w->uboot, v[i].id));
		}
		json_close(j);
	}
	json_close(j);
}

static void json_partitions(struct json *j, const struct work *w)
{
	const struct uboot *u = &w->uboot;

	json_open_list(j, "partitions");
	for (size_t i = 0; i < u->n_partitions; i++) {
		json_open_object(j, NULL);
		json_node(j, "node", &w->host.tree, u->partitions[i].node);
		json_flag(j, "made", u->partitions[i].outcome == UBOOT_MADE);
		json_string(j, "effect", uboot_outcome_text(u->partitions[i].outcome));
		json_close(j);
	}
	json_close(j);
	json_assignments(j, w, "resources", u->resources, u->n_resources);
	json_assignments(j, w, "pads", u->pads, u->n_pads);
}

static void json_boot(struct json *j, const struct work *w)
{
	const struct uboot *u = &w->uboot;
	struct fault none;

	json_open_list(j, "disabled");
	for (size_t i = 0; i < u->n_disabled; i++) {
		json_open_object(j, NULL);
		json_node(j, "node", &w->host.tree, u->disabled[i].node);
		json_number(j, "resource", u->disabled[i].resource);
		json_string(j, "name", resource_name(u->disabled[i].resource));
		json_close(j);
	}
	json_close(j);
	json_open_list(j, "streams");
	for (size_t i = 0; i < u->n_streams; i++) {
		const struct uboot_stream *s = &u->streams[i];

		json_open_object(j, NULL);
		json_node(j, "node", &w->host.tree, s->node);
		json_address(j, "stream_id", s->id);
		if (s->resource != UBOOT_NO_RESOURCE) {
			json_number(j, "resource", s->resource);
			json_string(j, "name", resource_name(s->resource));
		}
		json_flag(j, "set", uboot_sets_stream(s->resource, s->id));
		json_close(j);
	}
	json_close(j);
	json_open_list(j, "bypassing");
	for (size_t i = 0; i < w->profile.profile.n_pass; i++) {
		int node = unset_master(w, i, &none);

		if (node >= 0)
			json_node(j, NULL, &w->host.tree, node);
	}
	json_close(j);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "uboot");
	if (w->o->n_operands) {
		json_open_list(&j, "warnings");
		if (w->warning.code)
			json_string(&j, NULL, w->warning.text);
		json_close(&j);
		json_partitions(&j, w);
		json_boot(&j, w);
	}
	json_flag(&j, "partition_by_linux", w->by_linux);
	json_open_object(&j, "environment");
	for (size_t i = 0; i < w->n_settings; i++)
		json_string(&j, w->settings[i].name, w->settings[i].value);
	json_close(&j);
	return json_print(&j, f);
}

static int predict(struct work *w, struct fault *f)
{
	int ret = load_tree(w->o->operands[0], &w->host, f);
	struct fault none = { 0 };
	struct resolved board;

	if (ret)
		return ret;
	ret = resolve_board(&w->profile.profile, &w->host.tree, f);
	if (ret == -EOPNOTSUPP) {
		w->warning = *f;
		*f = (struct fault){ 0 };
		ret = 0;
	}
	w->by_linux = !resolve_profile(&w->profile.profile, &w->host.tree, &board, &none) &&
		      board.by_linux;
	ret = ret ?: uboot_predict(&w->host.tree, &w->uboot, f);
	if (!w->warning.code)
		(void)!rules_check_numbers(&w->host.tree, &w->uboot, &w->warning);
	return ret ? fault_in(f, "%s", w->host.name) : 0;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	int ret = load_profile(o, &w.profile, f);

	if (ret == 0 && o->n_operands)
		ret = predict(&w, f);
	make_settings(&w);
	if (ret == 0 && o->json)
		ret = print_json(&w, f);
	else if (ret == 0)
		print_report(&w);
	uboot_free(&w.uboot);
	unload_tree(&w.host);
	unload_profile(&w.profile);
	return ret ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = {
	OPT_PROFILE, OPT_VERBOSE, OPT_FORMAT, OPT_FDT_FILE, OPT_JSON, 0
};

const struct command cmd_uboot = {
	.name = "uboot",
	.usage = "[HOST.dtb]",
	.max_operands = 1,
	.summary = "Print the commands for U-Boot, and what it does to HOST.dtb",
	.accepts = accepts,
	.run = run,
};
