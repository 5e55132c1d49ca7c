/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sysroot.h"
#include "cmd/guest_tree.h"
#include "cmd/report.h"
#include "host/derive.h"

#define MAC "local-mac-address"

static int check_unpatched(const struct guest_tree *g, struct fault *f)
{
	const struct resolved *b = &g->board;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < b->profile->n_pass; i++)
		ret = resolve_check_unpatched(b->tree, b->pass[i], f);
	return ret;
}

/* The MAC that U-Boot gave to the port, in the tree that the host runs with. */
static const uint8_t *read_running_mac(struct guest_tree *g, size_t i)
{
	char node[TREE_PATH_MAX], path[2 * TREE_PATH_MAX];
	const uint8_t *mac = NULL;
	struct fault f = { 0 };
	struct sysroot sys;
	size_t size;
	void *v;
	int ret;

	tree_path(&g->host.tree, g->board.pass[i], node);
	snprintf(path, sizeof(path), "sys/firmware/devicetree/base%s/" MAC, node);
	if (sysroot_open(g->o->root, &sys, &f))
		return NULL;
	ret = sysroot_read_file(&sys, path, GUEST_MAC_SIZE, &v, &size, &f);
	sysroot_close(&sys);
	if (ret)
		return NULL;
	if (guest_mac_is_valid(v, size)) {
		memcpy(g->mac[i], v, size);
		mac = g->mac[i];
	}
	free(v);
	return mac;
}

/* The --mac options are for the Ethernet ports, in the profile's order. */
static int find_macs(struct guest_tree *g, struct fault *f)
{
	const struct profile *p = &g->profile.profile;
	size_t port = 0;

	for (size_t i = 0; i < p->n_pass; i++) {
		if (!guest_is_ethernet(&p->pass[i]))
			continue;
		g->guest.mac[i] =
			port < g->o->n_macs ? g->o->mac[port] : read_running_mac(g, i);
		port++;
	}
	g->misused = port < g->o->n_macs;
	if (g->misused)
		return fault_set(f, -EINVAL, "%zu --mac options for %zu Ethernet ports",
				 g->o->n_macs, port);
	return 0;
}

static int read_host(struct guest_tree *g, struct fault *f)
{
	int ret = load_tree(g->o->host, &g->host, f);

	if (ret)
		return ret;
	ret = resolve_profile(&g->profile.profile, &g->host.tree, &g->board, f) ?:
		      check_unpatched(g, f);
	if (ret)
		return fault_in(f, "%s", g->host.name);
	g->guest = (struct guest){ .profile = &g->profile.profile,
				   .host = &g->host.tree,
				   .pass = g->board.pass,
				   .pads = g->pads,
				   .deps = &g->deps };
	return 0;
}

static int find_deps(struct guest_tree *g, struct fault *f)
{
	struct nodes pass = { g->board.pass, g->profile.profile.n_pass };
	int with_mac[PROFILE_PASS_MAX], ret;
	struct nodes macs = { with_mac, 0 };

	for (size_t i = 0; i < pass.n; i++) {
		if (guest_mac(&g->guest, i))
			with_mac[macs.n++] = pass.v[i];
	}
	ret = deps_find(&g->host.tree, pass, pass, macs, &g->deps, f) ?:
		      pads_of_plan(&g->board, &g->deps.refs, g->pads, f);
	return ret ? fault_in(f, "%s", g->host.name) : 0;
}

int guest_tree_open(struct guest_tree *g, struct fault *f)
{
	int ret = load_profile(g->o, &g->profile, f);

	if (ret)
		return ret;
	return read_host(g, f)	       ?:
		       find_macs(g, f) ?:
		       find_deps(g, f) ?:
					 warnings_find(&g->guest, &g->warnings, f);
}

int guest_tree_make(struct guest_tree *g, struct fault *f)
{
	struct loaded_tree *m = &g->made;
	int ret = edits_apply(&g->edits, 0, &m->blob, &m->size, f);

	return ret ? ret : tree_open(m->blob, m->size, &m->tree, f);
}

enum status guest_tree_end(struct guest_tree *g, int ret,
			   int (*report)(const void *work, struct fault *f), const void *work,
			   struct fault *f)
{
	const struct output out = { .o = g->o,
				    .blob = g->made.blob,
				    .size = g->made.size,
				    .report = report,
				    .work = work };

	if (ret == 0)
		ret = output_write(&out, f);
	edits_free(&g->edits);
	unload_tree(&g->made);
	warnings_free(&g->warnings);
	deps_free(&g->deps);
	unload_tree(&g->host);
	unload_profile(&g->profile);
	if (g->misused)
		return STATUS_USAGE;
	return ret ? STATUS_FAILED : STATUS_OK;
}

static void json_warnings(struct json *j, const struct guest_tree *g)
{
	const struct tree *t = &g->host.tree;
	char text[WARNING_TEXT_MAX];

	json_open_list(j, "warnings");
	for (size_t i = 0; i < g->warnings.n; i++) {
		const struct warning *v = &g->warnings.v[i];

		json_open_object(j, NULL);
		json_string(j, "kind", warning_kind_name(v->kind));
		json_node(j, "node", t, v->node);
		if (v->property)
			json_string(j, "property", v->property);
		if (v->target >= 0)
			json_node(j, "target", t, v->target);
		if (v->kind == WARNING_PAD)
			json_number(j, "pad", v->pad);
		json_string(j, "text", warning_text(v, t, text));
		json_close(j);
	}
	json_close(j);
}

/* Print what the host's nodes have and their copies do not. */
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
	json_open_list(j, "dropped");
	for (const struct edge *e = d->edges; e < d->edges + d->n_edges; e++) {
		if (e->disposition != DISPOSITION_DROPPED)
			continue;
		json_open_object(j, NULL);
		json_node(j, "node", d->tree, e->from);
		json_string(j, "property", e->property);
		if (e->to >= 0)
			json_node(j, "target", d->tree, e->to);
		json_string(j, "why", e->why);
		if (e->loss)
			json_string(j, "effect", drop_effect(e->property));
		json_close(j);
	}
	json_close(j);
}

static void print_warnings(const struct guest_tree *g)
{
	char path[TREE_PATH_MAX], text[WARNING_TEXT_MAX];

	for (size_t i = 0; i < g->warnings.n; i++) {
		const struct warning *v = &g->warnings.v[i];

		print_warning(g->o, "%s: %s", tree_path(&g->host.tree, v->node, path),
			      warning_text(v, &g->host.tree, text));
	}
}

void print_guest_report(const struct guest_tree *g)
{
	FILE *out = g->o->dry_run ? stdout : stderr;

	print_warnings(g);
	if (g->o->json || !(g->o->dry_run || g->o->verbose))
		return;
	print_edits(out, &g->edits);
	print_dropped(out, &g->deps);
}

void json_guest_plan(struct json *j, const struct guest_tree *g)
{
	json_edits(j, &g->edits);
	json_dropped(j, &g->deps);
	json_warnings(j, g);
}
