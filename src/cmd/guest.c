/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt guest - make the guest's tree out of QEMU's and the board's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "guest/guest.h"
#include "host/resolve.h"
#include "host/resource.h"
#include "base/sysroot.h"

#define ETHERNET "ethernet" /* start of the aliases of Ethernet ports */
#define MAC "local-mac-address"

/* What a run works on, from the two trees to the guest's. */
struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree host, virt;
	struct resolved board; /* in the tree host */
	struct deps deps;
	struct guest guest;
	struct bus_layout layout;
	struct mac mac[PROFILE_PASS_MAX]; /* those that the running host told */
	struct edits edits;
	struct loaded_tree out;
	bool misused; /* the fault is the command line's */
};

/* Of a tree that imxpt patched, what the guest's devices need is gone. */
static int check_stock(const struct work *w, struct fault *f)
{
	const struct resolved *b = &w->board;
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < b->profile->n_pass; i++) {
		if (!tree_is_compatible(b->tree, b->pass[i], DUMMY_COMPATIBLE))
			continue;
		fault_set(f, -EINVAL,
			  "%s: it is a dummy: the tree is patched, and says no more "
			  "what the device is and needs",
			  tree_path(b->tree, b->pass[i], path));
		return fault_fix(f, "give the board's tree as it was shipped");
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
	ret = file_read(sys.root, path, GUEST_MAC_SIZE, &v, &size, &f);
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

static bool is_ethernet(const struct pass *p)
{
	return p->alias && !strncmp(p->alias, ETHERNET, strlen(ETHERNET));
}

static int find_macs(struct work *w, struct fault *f)
{
	const struct profile *p = &w->profile.profile;
	size_t port = 0;

	for (size_t i = 0; i < p->n_pass; i++) {
		if (!is_ethernet(&p->pass[i]))
			continue;
		w->guest.mac[i] =
			port < w->o->n_macs ? w->o->mac[port].byte : read_running_mac(w, i);
		port++;
	}
	w->misused = port < w->o->n_macs;
	if (w->misused)
		return fault_set(f, -EINVAL,
				 "--mac was given %zu times for %zu Ethernet ports",
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
		      check_stock(w, f)						?:
		      deps_find(&w->host.tree, pass, pass, &w->deps, f);
	return ret ? fault_in(f, "%s", w->host.name) : 0;
}

static int read_virt(struct work *w, struct fault *f)
{
	int ret = load_tree(w->o->virt, &w->virt, f);

	if (ret)
		return ret;
	w->guest = (struct guest){ .profile = &w->profile.profile,
				   .host = &w->host.tree,
				   .virt = &w->virt.tree,
				   .pass = w->board.pass,
				   .deps = &w->deps };
	return bus_layout_read(&w->guest, &w->layout, f) ? fault_in(f, "%s", w->virt.name) : 0;
}

static int seat_devices(struct work *w, struct fault *f)
{
	return bus_layout_add_passed(&w->guest, &w->layout, f) ?
		       fault_in(f, "%s", w->host.name) :
		       0;
}

/* Everything that is thought out, up to the guest's tree in memory. */
static int make(struct work *w, struct fault *f)
{
	int ret = load_profile(w->o, &w->profile, f) ?:
			  read_host(w, f)	     ?:
			  read_virt(w, f)	     ?:
			  seat_devices(w, f)	     ?:
						       find_macs(w, f);

	if (ret)
		return ret;
	edits_start(&w->edits, &w->virt.tree);
	ret = guest_plan(&w->guest, &w->layout, &w->edits, f)		       ?:
		      edits_apply(&w->edits, 0, &w->out.blob, &w->out.size, f) ?:
		      tree_open(w->out.blob, w->out.size, &w->out.tree, f);
	if (ret)
		return ret;
	return guest_verify(&w->layout, &w->out.tree, f) ? fault_in(f, "the guest's tree") : 0;
}

static bool is_cut(const struct edge *l)
{
	return l->disposition == DISPOSITION_DROPPED;
}

static void tell_losses(const struct work *w)
{
	const struct deps *c = &w->deps;
	char path[TREE_PATH_MAX], to[TREE_PATH_MAX];

	for (const struct edge *l = c->edges; l < c->edges + c->n_edges; l++) {
		if (is_cut(l) && l->loss && !link_repeats(c, l))
			print_info(w->o, "guest: warning: %s: %s: %s cannot come: %s: %s",
				   tree_path(c->tree, l->from, path), l->property,
				   tree_path(c->tree, l->to, to), l->why,
				   drop_effect(l->property));
		if (!guest_hears(&w->guest, l))
			print_info(
				w->o,
				"guest: warning: %s: its alias is not mu with the number of "
				"a mailbox that is handed over: the system controller will "
				"interrupt at another one",
				tree_path(c->tree, l->instead, path));
	}
}

/* What is disabled on the host is so in the guest, and pads may not be the guest's to set. */
static void tell_copies(const struct work *w)
{
	const struct deps *c = &w->deps;
	char path[TREE_PATH_MAX];

	for (const struct dependency *n = c->dependencies;
	     n < c->dependencies + c->n_dependencies; n++) {
		struct cells pins = tree_cells(c->tree, n->node, "fsl,pins");

		tree_path(c->tree, n->node, path);
		if (n->disposition == DISPOSITION_COPIED &&
		    strcmp(n->property, DEPS_CHILD) != 0 && !tree_is_enabled(c->tree, n->node))
			print_info(w->o,
				   "guest: warning: %s: disabled, as on the host: what needs "
				   "it waits for it",
				   path);
		for (size_t k = 0; k < pins.n; k += PIN_CELLS) {
			uint32_t pad = cells_get(pins, k);

			if (!cells_have(w->profile.profile.domain.pads, pad))
				print_info(
					w->o,
					"guest: warning: %s: pad %" PRIu32
					" is not handed over: the system controller refuses it",
					path, pad);
		}
	}
}

static void tell_macs(const struct work *w)
{
	const struct profile *p = &w->profile.profile;
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < p->n_pass; i++) {
		int node = w->board.pass[i];

		if (is_ethernet(&p->pass[i]) && !w->guest.mac[i] &&
		    !guest_mac(&w->host.tree, node))
			print_info(w->o,
				   "guest: warning: %s: no --mac: the guest takes the fuses' "
				   "address if it can read them, else another at each boot",
				   tree_path(&w->host.tree, node, path));
	}
}

/* What the host's nodes have and their twins do not. */
static void print_cuts(FILE *out, const struct deps *c)
{
	char path[TREE_PATH_MAX];

	for (const struct edge *l = c->edges; l < c->edges + c->n_edges; l++) {
		if (!is_cut(l))
			continue;
		fprintf(out, "leave %s %s", tree_path(c->tree, l->from, path), l->property);
		if (l->to >= 0)
			fprintf(out, " > %s", tree_path(c->tree, l->to, path));
		fprintf(out, "  # %s\n", l->why);
	}
}

static void json_cuts(struct json *j, const struct deps *c)
{
	char path[TREE_PATH_MAX];

	json_open_list(j, "cuts");
	for (const struct edge *l = c->edges; l < c->edges + c->n_edges; l++) {
		if (!is_cut(l))
			continue;
		json_open_object(j, NULL);
		json_string(j, "node", tree_path(c->tree, l->from, path));
		json_string(j, "property", l->property);
		if (l->to >= 0)
			json_string(j, "target", tree_path(c->tree, l->to, path));
		json_string(j, "why", l->why);
		if (l->loss)
			json_string(j, "loss", drop_effect(l->property));
		json_close(j);
	}
	json_close(j);
}

static void json_device(struct json *j, const struct work *w, size_t i)
{
	const struct bus_layout *s = &w->layout;
	const struct tree *t = i < s->n_dumped ? &w->virt.tree : &w->host.tree;
	char path[TREE_PATH_MAX];

	json_open_object(j, NULL);
	json_string(j, "from", i < s->n_dumped ? "virt" : "host");
	json_string(j, "node", tree_path(t, s->node[i], path));
	json_open_list(j, "windows");
	for (size_t r = 0; r < s->slot[i].n_regions; r++) {
		json_open_object(j, NULL);
		json_address(j, "own", s->dev[i].address[r]);
		json_address(j, "guest", s->slot[i].region[r].addr);
		json_address(j, "size", s->slot[i].region[r].size);
		json_close(j);
	}
	json_close(j);
	json_open_list(j, "spis");
	for (uint32_t k = 0; k < s->slot[i].n_spis; k++)
		json_number(j, NULL, s->slot[i].first_spi + k);
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
	plan_json(&j, &w->edits);
	json_cuts(&j, &w->deps);
	return json_end(&j, stdout, f);
}

static void print_plan(FILE *out, const struct work *w)
{
	plan_print(out, &w->edits);
	print_cuts(out, &w->deps);
}

static int report(const struct work *w, struct fault *f)
{
	tell_losses(w);
	tell_copies(w);
	tell_macs(w);
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
			  "say with --host which tree the board has, and with --virt "
			  "which one QEMU dumped");
		return fault_fix(f, "'imxpt qemu --dump' prints the command that dumps it");
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
	ret = make(&w, f)	    ?:
		      report(&w, f) ?:
				      output_write(o, w.out.blob, w.out.size, false, f);
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
