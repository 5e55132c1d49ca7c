/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt patch - make the host tree from the board's tree. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "host/derive.h"
#include "host/patch.h"
#include "host/rules.h"

struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree in;
	struct refs refs; /* of the tree in */
	struct derived_ids pads;
	struct edits edits;
	struct loaded_tree out;
	struct resolved board; /* the profile, resolved on the tree out */
	struct conflicts conflicts;
};

/* What a tree with --as-documented cannot do. */
static const char *const documented_warnings[] = {
	"no packet will flow with this tree: without fsl,sc_rsrc_id U-Boot gives the passed "
	"bus masters no stream id, and their DMA bypasses the SMMU",
	"Linux 5.19 and newer do not bind its devices to vfio-platform: they are not "
	"dma-coherent",
};

#define N_DOCUMENTED_WARNINGS (sizeof(documented_warnings) / sizeof(*documented_warnings))

static void json_conflicts(struct json *j, const struct work *w)
{
	const struct tree *t = &w->out.tree;

	json_open_list(j, "conflicts");
	for (size_t i = 0; i < w->conflicts.n; i++) {
		const struct conflict *c = &w->conflicts.v[i];

		json_open_object(j, NULL);
		json_string(j, "kind", conflict_kind_name(c->kind));
		json_node(j, "node", t, c->node);
		json_flag(j, "enabled", tree_is_enabled(t, c->node));
		json_string(j, "property", c->property);
		if (c->target >= 0)
			json_node(j, "target", t, c->target);
		else
			json_number(j, "id", c->id);
		json_string(j, "effect", conflict_effect(c));
		json_close(j);
	}
	json_close(j);
}

static void json_warnings(struct json *j, const struct work *w)
{
	char line[DERIVED_LINE_MAX];

	json_open_list(j, "warnings");
	for (size_t i = 0; i < w->pads.n; i++)
		json_string(j, NULL, unassigned_pad_line(&w->in.tree, &w->pads.v[i], line));
	for (size_t i = 0; w->profile.profile.exact && i < N_DOCUMENTED_WARNINGS; i++)
		json_string(j, NULL, documented_warnings[i]);
	json_close(j);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "patch");
	json_string(&j, "profile", w->profile.name);
	json_flag(&j, "as_documented", w->profile.profile.exact);
	json_edits(&j, &w->edits);
	json_conflicts(&j, w);
	json_warnings(&j, w);
	return json_print(&j, f);
}

static void print_conflicts(const struct work *w)
{
	const struct tree *t = &w->out.tree;
	char path[TREE_PATH_MAX], target[TREE_PATH_MAX];

	for (size_t i = 0; i < w->conflicts.n; i++) {
		const struct conflict *c = &w->conflicts.v[i];
		const char *off = tree_is_enabled(t, c->node) ? "" : " (disabled)";

		tree_path(t, c->node, path);
		if (c->target >= 0)
			print_info(w->o, "note: %s%s: %s refers to %s: %s", path, off,
				   c->property, tree_path(t, c->target, target),
				   conflict_effect(c));
		else
			print_info(w->o,
				   "note: %s%s: %s names %s %" PRIu32
				   ", which is assigned to the domain: %s",
				   path, off, c->property,
				   c->kind == CONFLICT_PAD ? "pad" : "resource", c->id,
				   conflict_effect(c));
	}
}

/* Check that the result has all edits, and that a plan for it has none. */
static int verify(struct work *w, const struct refs *refs, struct fault *f)
{
	struct edits again;
	char path[TREE_PATH_MAX];
	int ret = edits_hold(&w->edits, &w->out.tree, f);

	if (ret)
		return ret;
	edits_start(&again, &w->out.tree);
	ret = patch_plan(&w->board, refs, &again, f);
	if (ret == 0 && again.n > 0)
		ret = fault_set(f, -EIO, "%s: %s is not as planned",
				edits_path(&again, again.v[0].node, path), again.v[0].name);
	edits_free(&again);
	return ret;
}

/* Check the result like a tree that another program made. */
static int check_result(struct work *w, struct fault *f)
{
	const struct tree *t = &w->out.tree;
	struct uboot u = { 0 };
	struct refs refs = { 0 };
	const struct rules_input rules = { &w->board, &refs, &u };
	int ret = resolve_profile(&w->profile.profile, t, &w->board, f) ?:
			  refs_collect(t, &refs, f)			?:
			  verify(w, &refs, f)				?:
			  uboot_predict(t, &u, f);

	if (ret == 0 && w->board.by_linux)
		uboot_add_linux_partition(&u, t, resolved_domain(&w->board));
	if (ret == 0)
		ret = rules_check_all(&rules, f) ?:
			      conflicts_find(&w->board, &refs, &u, &w->conflicts, f);

	refs_free(&refs);
	uboot_free(&u);
	return ret;
}

static int plan(struct work *w, const struct resolved *board, struct fault *f)
{
	return refs_collect(board->tree, &w->refs, f) ?:
		       patch_plan(board, &w->refs, &w->edits, f);
}

/* The pin groups are those of the tree in, and the assigned pads those of the tree out. */
static int find_pads(struct work *w, const struct resolved *board, struct fault *f)
{
	bool assigned[PAD_LAST] = { false };

	pads_of_domain(&w->board, assigned);
	return pads_find_all_unassigned(board, &w->refs, assigned, &w->pads, f);
}

/* Make the host tree in memory. */
static int make(struct work *w, struct fault *f)
{
	struct resolved board;
	int ret =
		load_profile(w->o, &w->profile, f) ?: load_tree(w->o->operands[0], &w->in, f);

	if (ret)
		return ret;
	if (w->o->by_linux && w->profile.profile.exact) {
		fault_set(f, -EINVAL, "the profile %s leaves the partition to U-Boot",
			  w->profile.name);
		return fault_fix(f, "choose another profile with -p");
	}
	edits_start(&w->edits, &w->in.tree);
	ret = resolve_profile(&w->profile.profile, &w->in.tree, &board, f);
	board.by_linux = w->o->by_linux;
	ret = ret								       ?:
		      plan(w, &board, f)					       ?:
		      edits_apply(&w->edits, w->o->pad, &w->out.blob, &w->out.size, f) ?:
		      tree_open(w->out.blob, w->out.size, &w->out.tree, f)	       ?:
		      check_result(w, f)					       ?:
		      find_pads(w, &board, f);
	return ret ? fault_in(f, "%s", w->in.name) : 0;
}

static void print_pads(const struct work *w)
{
	char line[DERIVED_LINE_MAX];

	for (size_t i = 0; i < w->pads.n; i++)
		print_warning(w->o, "%s",
			      unassigned_pad_line(&w->in.tree, &w->pads.v[i], line));
}

static int report(const void *work, struct fault *f)
{
	const struct work *w = work;

	print_conflicts(w);
	print_pads(w);
	for (size_t i = 0; w->profile.profile.exact && i < N_DOCUMENTED_WARNINGS; i++)
		print_warning(w->o, "%s", documented_warnings[i]);
	if (w->edits.n == 0)
		print_info(w->o, "nothing to do");
	if (w->o->json)
		return print_json(w, f);
	if (w->o->dry_run)
		print_edits(stdout, &w->edits);
	else if (w->o->verbose)
		print_edits(stderr, &w->edits);
	return 0;
}

/* A tree that is already as planned is not written again. */
static int write_output(const struct work *w, struct fault *f)
{
	const char *in = w->o->operands[0], *out = w->o->output;
	struct output output = {
		.o = w->o,
		.blob = w->out.blob,
		.size = w->out.size,
		.report = report,
		.work = w,
	};
	int ret = 0;

	if (out && strcmp(out, "-") != 0)
		ret = file_same(in, out, &output.keep_orig, f);
	if (ret)
		return ret;
	output.unchanged = output.keep_orig && w->out.size == w->in.size &&
			   !memcmp(w->out.blob, w->in.blob, w->in.size);
	return output_write(&output, f);
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	enum status status = output_check(o, f);
	int ret;

	if (status)
		return status;
	ret = make(&w, f) ?: write_output(&w, f);
	conflicts_free(&w.conflicts);
	derived_ids_free(&w.pads);
	refs_free(&w.refs);
	edits_free(&w.edits);
	unload_tree(&w.out);
	unload_tree(&w.in);
	unload_profile(&w.profile);
	return ret ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = { OPT_PROFILE,   OPT_OUTPUT, OPT_DRY_RUN, OPT_AS_DOCUMENTED,
			       OPT_PARTITION, OPT_PAD,	  OPT_JSON,    OPT_QUIET,
			       OPT_VERBOSE,   0 };

const struct command cmd_patch = {
	.name = "patch",
	.usage = "{-n | -o OUT.dtb} IN.dtb",
	.needs = "IN.dtb",
	.max_operands = 1,
	.summary = "Make the host's tree from IN.dtb, the board's original tree",
	.accepts = accepts,
	.run = run,
};
