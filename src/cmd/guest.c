/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt guest - make the guest's tree out of QEMU's and the board's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/sysroot.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "guest/qemu_tree.h"
#include "guest/warning.h"
#include "host/resolve.h"

#define MAC "local-mac-address"

/* The state of a run, from the two trees to the guest's. */
struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree host, virt;
	struct resolved board; /* in the tree host */
	struct deps deps;
	struct guest guest;
	struct warnings warnings;
	struct bus_layout layout;
	struct mac mac[PROFILE_PASS_MAX]; /* those read from the running host */
	struct edits edits;
	struct loaded_tree out;
	struct output output;
	bool misused; /* the command line is wrong */
};

/* A patched tree no longer has what the passed devices depend on. */
static int check_unpatched(const struct work *w, struct fault *f)
{
	const struct resolved *b = &w->board;
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < b->profile->n_pass; i++) {
		if (!tree_is_compatible(b->tree, b->pass[i], DUMMY_COMPATIBLE))
			continue;
		fault_set(f, -EINVAL,
			  "%s: this tree is already patched (compatible is \"%s\")",
			  tree_path(b->tree, b->pass[i], path), DUMMY_COMPATIBLE);
		return fault_fix(f, "give the board's original tree");
	}
	return 0;
}

/* The MAC that U-Boot gave to the port, in the tree that the host runs with. */
static const uint8_t *read_running_mac(struct work *w, size_t i)
{
	char node[TREE_PATH_MAX], path[2 * TREE_PATH_MAX];
	const uint8_t *mac = NULL;
	struct fault f = { 0 };
	struct sysroot sys;
	size_t size;
	void *v;
	int ret;

	tree_path(&w->host.tree, w->board.pass[i], node);
	snprintf(path, sizeof(path), "sys/firmware/devicetree/base%s/" MAC, node);
	if (sysroot_open(w->o->root, &sys, &f))
		return NULL;
	ret = sysroot_read_file(&sys, path, GUEST_MAC_SIZE, &v, &size, &f);
	sysroot_close(&sys);
	if (ret)
		return NULL;
	if (guest_mac_is_valid(v, size)) {
		memcpy(w->mac[i].byte, v, size);
		mac = w->mac[i].byte;
	}
	free(v);
	return mac;
}

/* The --mac options are for the Ethernet ports, in the profile's order. */
static int find_macs(struct work *w, struct fault *f)
{
	const struct profile *p = &w->profile.profile;
	size_t port = 0;

	for (size_t i = 0; i < p->n_pass; i++) {
		if (!guest_is_ethernet(&p->pass[i]))
			continue;
		w->guest.mac[i] =
			port < w->o->n_macs ? w->o->mac[port].byte : read_running_mac(w, i);
		port++;
	}
	w->misused = port < w->o->n_macs;
	if (w->misused)
		return fault_set(f, -EINVAL, "%zu --mac options for %zu Ethernet ports",
				 w->o->n_macs, port);
	return 0;
}

static int read_host(struct work *w, struct fault *f)
{
	struct nodes pass = { w->board.pass, w->profile.profile.n_pass };
	int ret = load_tree(w->o->host, &w->host, f);

	if (ret)
		return ret;
	ret = resolve_profile(&w->profile.profile, &w->host.tree, &w->board, f) ?:
		      check_unpatched(w, f)					?:
		      deps_find(&w->host.tree, pass, pass, &w->deps, f);
	if (ret)
		return fault_in(f, "%s", w->host.name);
	w->guest = (struct guest){ .profile = &w->profile.profile,
				   .host = &w->host.tree,
				   .pass = w->board.pass,
				   .deps = &w->deps };
	return 0;
}

static int read_virt(struct work *w, struct fault *f)
{
	int ret = load_tree(w->o->virt, &w->virt, f);

	if (ret)
		return ret;
	ret = bus_layout_read(&w->virt.tree, &w->layout, f);
	return ret ? fault_in(f, "%s", w->virt.name) : 0;
}

static int add_passed(struct work *w, struct fault *f)
{
	int ret = bus_layout_add(&w->layout, &w->host.tree, w->guest.pass,
				 w->profile.profile.n_pass, f);

	return ret ? fault_in(f, "%s", w->host.name) : 0;
}

/* Make the guest's tree in memory, and check it. */
static int make(struct work *w, struct fault *f)
{
	int ret = load_profile(w->o, &w->profile, f) ?:
			  read_host(w, f)	     ?:
			  read_virt(w, f)	     ?:
			  add_passed(w, f)	     ?:
			  find_macs(w, f)	     ?:
						       warnings_find(&w->guest, &w->warnings, f);

	if (ret)
		return ret;
	edits_start(&w->edits, &w->virt.tree);
	ret = qemu_tree_plan(&w->guest, &w->layout, &w->edits, f)	       ?:
		      edits_apply(&w->edits, 0, &w->out.blob, &w->out.size, f) ?:
		      tree_open(w->out.blob, w->out.size, &w->out.tree, f);
	if (ret)
		return ret;
	ret = qemu_tree_verify(&w->layout, &w->out.tree, f);
	return ret ? fault_in(f, "the guest's tree") : 0;
}

static void print_warnings(const struct work *w)
{
	char path[TREE_PATH_MAX], text[WARNING_TEXT_MAX];

	for (size_t i = 0; i < w->warnings.n; i++) {
		const struct warning *v = &w->warnings.v[i];

		print_warning(w->o, "%s: %s", tree_path(&w->host.tree, v->node, path),
			      warning_text(v, &w->host.tree, text));
	}
}

static void json_warnings(struct json *j, const struct work *w)
{
	const struct tree *t = &w->host.tree;
	char path[TREE_PATH_MAX], text[WARNING_TEXT_MAX];

	json_open_list(j, "warnings");
	for (size_t i = 0; i < w->warnings.n; i++) {
		const struct warning *v = &w->warnings.v[i];

		json_open_object(j, NULL);
		json_string(j, "kind", warning_kind_name(v->kind));
		json_string(j, "node", tree_path(t, v->node, path));
		if (v->property)
			json_string(j, "property", v->property);
		if (v->target >= 0)
			json_string(j, "target", tree_path(t, v->target, path));
		if (v->kind == WARNING_PAD)
			json_number(j, "pad", v->pad);
		json_string(j, "text", warning_text(v, t, text));
		json_close(j);
	}
	json_close(j);
}

/* What the host's nodes have and their copies do not. */
static void print_dropped(FILE *out, const struct deps *d)
{
	char path[TREE_PATH_MAX];

	for (const struct edge *e = d->edges; e < d->edges + d->n_edges; e++) {
		if (e->disposition != DISPOSITION_DROPPED)
			continue;
		fprintf(out, "drop %s %s", tree_path(d->tree, e->from, path), e->property);
		if (e->to >= 0)
			fprintf(out, " > %s", tree_path(d->tree, e->to, path));
		fprintf(out, "  # %s\n", e->why);
	}
}

static void json_dropped(struct json *j, const struct deps *d)
{
	char path[TREE_PATH_MAX];

	json_open_list(j, "dropped");
	for (const struct edge *e = d->edges; e < d->edges + d->n_edges; e++) {
		if (e->disposition != DISPOSITION_DROPPED)
			continue;
		json_open_object(j, NULL);
		json_string(j, "node", tree_path(d->tree, e->from, path));
		json_string(j, "property", e->property);
		if (e->to >= 0)
			json_string(j, "target", tree_path(d->tree, e->to, path));
		json_string(j, "why", e->why);
		if (e->loss)
			json_string(j, "effect", drop_effect(e->property));
		json_close(j);
	}
	json_close(j);
}

static void json_device(struct json *j, const struct work *w, size_t i)
{
	const struct bus_layout *l = &w->layout;
	const struct tree *t = i < l->n_dumped ? &w->virt.tree : &w->host.tree;
	char path[TREE_PATH_MAX];

	json_open_object(j, NULL);
	json_string(j, "from", i < l->n_dumped ? "virt" : "host");
	json_string(j, "node", tree_path(t, l->node[i], path));
	json_open_list(j, "windows");
	for (size_t r = 0; r < l->slot[i].n_regions; r++) {
		json_open_object(j, NULL);
		json_address(j, "bus", l->regs[i].address[r]);
		json_address(j, "guest", l->slot[i].region[r].addr);
		json_address(j, "size", l->slot[i].region[r].size);
		json_close(j);
	}
	json_close(j);
	json_open_list(j, "spis");
	for (uint32_t k = 0; k < l->slot[i].n_spis; k++)
		json_number(j, NULL, l->slot[i].first_spi + k);
	json_close(j);
	json_close(j);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "guest");
	json_string(&j, "profile", w->profile.name);
	json_open_list(&j, "devices");
	for (size_t i = 0; i < w->layout.n; i++)
		json_device(&j, w, i);
	json_close(&j);
	json_edits(&j, &w->edits);
	json_dropped(&j, &w->deps);
	json_warnings(&j, w);
	return json_end(&j, stdout, f);
}

static void print_plan(FILE *out, const struct work *w)
{
	print_edits(out, &w->edits);
	print_dropped(out, &w->deps);
}

static int report(const struct work *w, struct fault *f)
{
	print_warnings(w);
	if (w->o->json)
		return print_json(w, f);
	if (w->o->dry_run)
		print_plan(stdout, w);
	else if (w->o->verbose)
		print_plan(stderr, w);
	return 0;
}

static int check_options(const struct options *o, struct fault *f)
{
	if (!o->host || !o->virt) {
		fault_set(f, -EINVAL,
			  o->host ? "--virt, the tree that QEMU dumped, is missing" :
				    "--host, the board's tree, is missing");
		return fault_fix(f, "'imxpt qemu --dump' prints the line that dumps QEMU's "
				    "tree");
	}
	if (!strcmp(o->host, "-") && !strcmp(o->virt, "-"))
		return fault_set(f, -EINVAL,
				 "--host and --virt cannot both be standard input");
	return output_check(o, f);
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	int ret;

	if (check_options(o, f))
		return STATUS_USAGE;
	ret = make(&w, f);
	if (ret == 0) {
		w.output = (struct output){ .o = o, .blob = w.out.blob, .size = w.out.size };
		ret = output_prepare(&w.output, false, f) ?:
			      report(&w, f)		  ?:
							    output_commit(&w.output, f);
	}
	output_discard(&w.output);
	warnings_free(&w.warnings);
	edits_free(&w.edits);
	deps_free(&w.deps);
	unload_tree(&w.out);
	unload_tree(&w.virt);
	unload_tree(&w.host);
	unload_profile(&w.profile);
	if (w.misused)
		return STATUS_USAGE;
	return ret ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = { OPT_PROFILE, OPT_HOST, OPT_VIRT,	 OPT_MAC,     OPT_OUTPUT,
			       OPT_DRY_RUN, OPT_JSON, OPT_QUIET, OPT_VERBOSE, 0 };

const struct command cmd_guest = {
	.name = "guest",
	.usage = "--host HOST.dtb --virt VIRT.dtb -o GUEST.dtb",
	.summary = "Make the guest's tree: QEMU's, with the devices and all they need",
	.accepts = accepts,
	.run = run,
};
