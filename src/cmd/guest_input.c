/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sysroot.h"
#include "cmd/guest_input.h"
#include "cmd/report.h"
#include "host/derive.h"

#define MAC "local-mac-address"

/* A patched tree no longer has what the passed devices depend on. */
static int check_unpatched(const struct guest_input *w, struct fault *f)
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
static const uint8_t *read_running_mac(struct guest_input *w, size_t i)
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
static int find_macs(struct guest_input *w, struct fault *f)
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

static int read_host(struct guest_input *w, struct fault *f)
{
	int ret = load_tree(w->o->host, &w->host, f);

	if (ret)
		return ret;
	ret = resolve_profile(&w->profile.profile, &w->host.tree, &w->board, f) ?:
		      check_unpatched(w, f);
	if (ret)
		return fault_in(f, "%s", w->host.name);
	w->guest = (struct guest){ .profile = &w->profile.profile,
				   .host = &w->host.tree,
				   .pass = w->board.pass,
				   .pads = w->pads,
				   .deps = &w->deps };
	return 0;
}

static int find_deps(struct guest_input *w, struct fault *f)
{
	struct nodes pass = { w->board.pass, w->profile.profile.n_pass };
	int with_mac[PROFILE_PASS_MAX], ret;
	struct nodes macs = { with_mac, 0 };

	for (size_t i = 0; i < pass.n; i++) {
		if (guest_mac(&w->guest, i))
			with_mac[macs.n++] = pass.v[i];
	}
	ret = deps_find(&w->host.tree, pass, pass, macs, &w->deps, f) ?:
		      pads_of_plan(&w->board, &w->deps.refs, w->pads, f);
	return ret ? fault_in(f, "%s", w->host.name) : 0;
}

int guest_input_open(struct guest_input *w, const struct options *o, struct fault *f)
{
	int ret;

	*w = (struct guest_input){ .o = o };
	ret = load_profile(o, &w->profile, f);
	if (ret)
		return ret;
	return read_host(w, f)	       ?:
		       find_macs(w, f) ?:
		       find_deps(w, f) ?:
					 warnings_find(&w->guest, &w->warnings, f);
}

void guest_input_close(struct guest_input *w)
{
	warnings_free(&w->warnings);
	deps_free(&w->deps);
	unload_tree(&w->host);
	unload_profile(&w->profile);
}

static void json_warnings(struct json *j, const struct guest_input *w)
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

static void print_warnings(const struct guest_input *w)
{
	char path[TREE_PATH_MAX], text[WARNING_TEXT_MAX];

	for (size_t i = 0; i < w->warnings.n; i++) {
		const struct warning *v = &w->warnings.v[i];

		print_warning(w->o, "%s: %s", tree_path(&w->host.tree, v->node, path),
			      warning_text(v, &w->host.tree, text));
	}
}

void print_guest_report(const struct guest_input *w, const struct edits *l)
{
	FILE *out = w->o->dry_run ? stdout : stderr;

	print_warnings(w);
	if (w->o->json || !(w->o->dry_run || w->o->verbose))
		return;
	print_edits(out, l);
	print_dropped(out, &w->deps);
}

void json_guest_plan(struct json *j, const struct guest_input *w, const struct edits *l)
{
	json_edits(j, l);
	json_dropped(j, &w->deps);
	json_warnings(j, w);
}
