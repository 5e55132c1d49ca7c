/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt deps - what the devices depend on, what depends on them, and why. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "guest/deps.h"
#include "host/derive.h"
#include "host/resolve.h"

#define LINE_MARGIN "         " /* as wide as a disposition */

/* The state of a run. */
struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree host;
	int *nodes; /* the passed ones: the profile's devices, then the operands' */
	size_t n_nodes;
	struct nodes starts;
	struct deps deps;
	const struct ref **users; /* the host's references to a start */
	size_t n_users;
};

static void add_node(struct work *w, int node)
{
	for (size_t i = 0; i < w->n_nodes; i++) {
		if (w->nodes[i] == node)
			return;
	}
	w->nodes[w->n_nodes++] = node;
}

/* Find the profile's devices; with operands, the tree need not have all of them. */
static int find_passed(struct work *w, struct fault *f)
{
	const struct profile *p = &w->profile.profile;
	int node, ret;

	for (size_t i = 0; i < p->n_pass; i++) {
		ret = profile_find(&w->host.tree, &p->pass[i].node, &node, f);
		if (ret == 0)
			add_node(w, node);
		else if (ret != -ENOENT || w->o->n_operands == 1)
			return ret;
	}
	*f = (struct fault){ 0 };
	return 0;
}

static int find_starts(struct work *w, struct fault *f)
{
	size_t n = w->o->n_operands - 1, passed = w->n_nodes;
	int *starts = w->nodes + PROFILE_PASS_MAX + n, ret;

	w->starts = (struct nodes){ w->nodes, passed };
	if (n == 0)
		return 0;
	w->starts = (struct nodes){ starts, n };
	for (size_t i = 0; i < n; i++) {
		ret = profile_find_named(&w->profile.profile, &w->host.tree,
					 w->o->operands[i + 1], &starts[i], f);
		if (ret)
			return ret;
		add_node(w, starts[i]);
	}
	return 0;
}

static int find_all(struct work *w, struct fault *f)
{
	struct nodes passed;
	int ret;

	w->nodes = calloc(PROFILE_PASS_MAX + 2 * w->o->n_operands, sizeof(*w->nodes));
	if (!w->nodes)
		return fault_oom(f);
	ret = resolve_board(&w->profile.profile, &w->host.tree, f) ?:
		      find_passed(w, f)				   ?:
								     find_starts(w, f);
	passed = (struct nodes){ w->nodes, w->n_nodes };
	return ret   ?:
		       deps_find(&w->host.tree, passed, w->starts, (struct nodes){ 0 },
				 &w->deps, f);
}

/* A patched device no longer has all the properties that refer to its dependencies. */
static void warn_patched(const struct work *w)
{
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < w->starts.n; i++) {
		if (tree_is_compatible(&w->host.tree, w->starts.v[i], DUMMY_COMPATIBLE))
			print_info(w->o,
				   "note: " ALREADY_PATCHED
				   ", so dependencies of the device may be missing",
				   tree_path(&w->host.tree, w->starts.v[i], path));
	}
}

/* Which pads the guest gets is known only for the profile's devices. */
static int warn_pads(const struct work *w, struct fault *f)
{
	char line[DERIVED_LINE_MAX];
	bool assigned[PAD_LAST] = { false };
	struct derived_ids pads = { 0 };
	struct resolved board;
	int ret;

	/* deps needs less of a tree than the patch does */
	if (w->o->n_operands > 1 ||
	    resolve_profile(&w->profile.profile, &w->host.tree, &board, &(struct fault){ 0 }))
		return 0;
	ret = pads_of_plan(&board, &w->deps.refs, assigned, f) ?:
		      pads_find_all_unassigned(&board, &w->deps.refs, assigned, &pads, f);
	for (size_t i = 0; ret == 0 && i < pads.n; i++)
		print_info(w->o, "note: %s",
			   unassigned_pad_line(&w->host.tree, &pads.v[i], line));
	derived_ids_free(&pads);
	return ret;
}

/* Is the node one of the starts, or below one? */
static bool starts_at(const struct work *w, int node)
{
	for (size_t i = 0; i < w->starts.n; i++) {
		int start = w->starts.v[i];

		if (node >= start && node < w->host.tree.nodes[start].end)
			return true;
	}
	return false;
}

/* Does a node of the host refer to a start, or to a node below one? */
static bool is_use(const struct work *w, const struct ref *r)
{
	const struct dependency *n = deps_of_node(&w->deps, r->from);

	return r->state == REF_WHOLE && starts_at(w, r->to) &&
	       !(n && n->disposition == DISPOSITION_PASSED);
}

static int find_users(struct work *w, struct fault *f)
{
	const struct refs *l = &w->deps.refs;

	w->users = calloc(l->n + 1, sizeof(*w->users));
	if (!w->users)
		return fault_oom(f);
	for (size_t i = 0; i < l->n; i++) {
		if (is_use(w, &l->v[i]))
			w->users[w->n_users++] = &l->v[i];
	}
	return 0;
}

static bool is_lost(const struct edge *e)
{
	return e->disposition == DISPOSITION_REPLACED || e->disposition == DISPOSITION_DROPPED;
}

static void print_chain(FILE *out, const struct deps *d, int from, const char *property)
{
	while (from >= 0) {
		const struct dependency *n = deps_of_node(d, from);

		fprintf(out, "  < %s %s", from ? d->tree->nodes[from].name : "/", property);
		from = n->from;
		property = n->property;
	}
}

static void print_dependency(FILE *out, const struct deps *d, const struct dependency *n)
{
	char path[TREE_PATH_MAX];

	fprintf(out, "%-8s %s", disposition_name(n->disposition),
		tree_path(d->tree, n->node, path));
	print_chain(out, d, n->from, n->property);
}

static void print_edge(FILE *out, const struct deps *d, const struct edge *e)
{
	char path[TREE_PATH_MAX];

	fprintf(out, "%-8s %s", disposition_name(e->disposition),
		tree_path(d->tree, e->to, path));
	print_chain(out, d, e->from, e->property);
	fprintf(out, "  # %s%s%s", e->why, e->loss ? ": " : "",
		e->loss ? drop_effect(e->property) : "");
}

static void print_lines(const struct work *w)
{
	const struct deps *d = &w->deps;
	char path[TREE_PATH_MAX], to[TREE_PATH_MAX];
	struct line line;

	for (size_t i = 0; i < d->n_dependencies; i++) {
		if (line_begin(&line))
			print_dependency(line.stream, d, &d->dependencies[i]);
		line_end(&line, stdout, LINE_MARGIN);
	}
	for (size_t i = 0; i < d->n_edges; i++) {
		const struct edge *e = &d->edges[i];

		if (!is_lost(e) || deps_edge_repeats(d, e))
			continue;
		if (line_begin(&line))
			print_edge(line.stream, d, e);
		line_end(&line, stdout, LINE_MARGIN);
	}
	for (size_t i = 0; i < w->n_users; i++) {
		const struct ref *r = w->users[i];

		print_wrapped_line(stdout, LINE_MARGIN, "%-8s %s  > %s %s%s", "user",
				   tree_path(d->tree, r->from, path), r->property,
				   tree_path(d->tree, r->to, to),
				   tree_is_enabled(d->tree, r->from) ? "" : "  # disabled");
	}
}

static void json_chain(struct json *j, const struct deps *d, int from, const char *property)
{
	json_open_list(j, "chain");
	while (from >= 0) {
		const struct dependency *n = deps_of_node(d, from);

		json_open_object(j, NULL);
		json_node(j, "node", d->tree, from);
		json_string(j, "property", property);
		json_close(j);
		from = n->from;
		property = n->property;
	}
	json_close(j);
}

static void json_dependencies(struct json *j, const struct deps *d)
{
	json_open_list(j, "dependencies");
	for (size_t i = 0; i < d->n_dependencies; i++) {
		const struct dependency *n = &d->dependencies[i];

		json_open_object(j, NULL);
		json_string(j, "disposition", disposition_name(n->disposition));
		json_node(j, "node", d->tree, n->node);
		json_chain(j, d, n->from, n->property);
		json_close(j);
	}
	for (size_t i = 0; i < d->n_edges; i++) {
		const struct edge *e = &d->edges[i];

		if (!is_lost(e) || deps_edge_repeats(d, e))
			continue;
		json_open_object(j, NULL);
		json_string(j, "disposition", disposition_name(e->disposition));
		json_node(j, "node", d->tree, e->to);
		json_chain(j, d, e->from, e->property);
		json_string(j, "why", e->why);
		if (e->loss)
			json_string(j, "effect", drop_effect(e->property));
		json_close(j);
	}
	json_close(j);
}

static int print_json(const struct work *w, struct fault *f)
{
	const struct deps *d = &w->deps;
	struct json j;

	json_begin(&j, "deps");
	json_string(&j, "profile", w->profile.name);
	json_dependencies(&j, d);
	json_open_list(&j, "users");
	for (size_t i = 0; i < w->n_users; i++) {
		const struct ref *r = w->users[i];

		json_open_object(&j, NULL);
		json_node(&j, "node", d->tree, r->from);
		json_flag(&j, "enabled", tree_is_enabled(d->tree, r->from));
		json_string(&j, "property", r->property);
		json_node(&j, "target", d->tree, r->to);
		json_close(&j);
	}
	json_close(&j);
	return json_print(&j, f);
}

static int print_graph(const struct work *w, struct fault *f)
{
	const struct graph g = { .deps = &w->deps,
				 .users = w->users,
				 .n_users = w->n_users,
				 .profile = w->profile.name,
				 .tree = w->host.name };

	return dot_write_graph(stdout, &g, f);
}

/* Print the draft of a profile that passes the operands. */
static int print_draft(struct work *w, struct fault *f)
{
	struct options named = *w->o;
	int ret;

	named.profile = option_defaults.profile; /* for its names of devices */
	w->nodes = calloc(w->o->n_operands, sizeof(*w->nodes));
	ret = w->nodes ? load_profile(&named, &w->profile, f) : fault_oom(f);
	if (ret == 0)
		ret = resolve_board(&w->profile.profile, &w->host.tree, f);
	for (; ret == 0 && w->n_nodes < w->o->n_operands; w->n_nodes++)
		ret = profile_find_named(&w->profile.profile, &w->host.tree,
					 w->o->operands[w->n_nodes], &w->nodes[w->n_nodes], f);
	w->starts = (struct nodes){ w->nodes, w->n_nodes };
	if (ret == 0)
		ret = dts_write_draft(stdout, &w->host.tree, w->starts, f);
	return ret ? fault_in(f, "%s", w->host.name) : 0;
}

static int print_deps(struct work *w, struct fault *f)
{
	int ret = load_tree(w->o->operands[0], &w->host, f);

	if (ret)
		return ret;
	if (find_all(w, f) || find_users(w, f))
		return fault_in(f, "%s", w->host.name);
	warn_patched(w);
	ret = warn_pads(w, f);
	if (ret)
		return ret;
	if (w->o->json)
		return print_json(w, f);
	if (w->o->dot)
		return print_graph(w, f);
	print_lines(w);
	return 0;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	int ret = load_profile_or_tree(o, &w.profile, &w.host, f);
	bool draft = w.host.blob != NULL;
	bool misused = ret == 0 && (o->n_operands == 0 || o->dot + o->json + draft > 1);

	if (misused && o->n_operands)
		fault_set(f, -EINVAL, "only one of --dot, --json and a draft can be printed");
	else if (misused)
		fault_set(f, -EINVAL, "%s is missing", draft ? "NODE" : "BOARD.dtb");
	else if (ret == 0)
		ret = draft ? print_draft(&w, f) : print_deps(&w, f);
	free(w.users);
	deps_free(&w.deps);
	free(w.nodes);
	unload_tree(&w.host);
	unload_profile(&w.profile);
	return misused ? STATUS_USAGE : ret ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = { OPT_PROFILE, OPT_DOT, OPT_JSON, 0 };

const struct command cmd_deps = {
	.name = "deps",
	.usage = "BOARD.dtb [NODE...]\n"
		 "       imxpt deps --profile BOARD.dtb NODE...",
	.max_operands = SIZE_MAX,
	.summary = "Show what the devices depend on, what depends on them, and why",
	.accepts = accepts,
	.run = run,
};
