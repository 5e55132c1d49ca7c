/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt patch - make the host tree out of the board's own. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "host/conflict.h"
#include "host/patch.h"
#include "host/rules.h"

/* What a run works on, from the board's tree to the host's. */
struct work {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree in;
	struct edits edits;
	struct loaded_tree out;
	struct resolved board; /* in the tree out */
	struct conflicts conflicts;
};

static const char *const kinds[] = {
	[CONFLICT_REFERENCE] = "reference", [CONFLICT_POWER] = "power",
	[CONFLICT_CLOCK] = "clock",	    [CONFLICT_PAD] = "pad",
	[CONFLICT_PARTITION] = "partition",
};

static void json_conflicts(struct json *j, const struct work *w)
{
	const struct tree *t = &w->out.tree;
	char path[TREE_PATH_MAX];

	json_open_list(j, "conflicts");
	for (size_t i = 0; i < w->conflicts.n; i++) {
		const struct conflict *c = &w->conflicts.v[i];

		json_open_object(j, NULL);
		json_string(j, "kind", kinds[c->kind]);
		json_string(j, "node", tree_path(t, c->node, path));
		json_flag(j, "enabled", tree_is_enabled(t, c->node));
		json_string(j, "property", c->property);
		if (c->target >= 0)
			json_string(j, "target", tree_path(t, c->target, path));
		else
			json_number(j, "id", c->id);
		json_string(j, "effect", conflict_effect(c->kind));
		json_close(j);
	}
	json_close(j);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "patch");
	json_string(&j, "profile", w->profile.name);
	json_flag(&j, "as_documented", w->o->as_documented);
	json_edits(&j, &w->edits);
	json_conflicts(&j, w);
	return json_end(&j, stdout, f);
}

static void tell_conflicts(const struct work *w)
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
				   conflict_effect(c->kind));
		else
			print_info(w->o,
				   "note: %s%s: %s names %s %" PRIu32
				   ", which is handed over: %s",
				   path, off, c->property,
				   c->kind == CONFLICT_PAD ? "pad" : "resource", c->id,
				   conflict_effect(c->kind));
	}
}

static void tell_documented(const struct work *w)
{
	print_warning(
		w->o,
		"no packet will flow with this tree: without fsl,sc_rsrc_id "
		"U-Boot gives the passed bus masters no stream id, and their DMA bypasses "
		"the SMMU");
	print_warning(w->o, "Linux 5.19 and newer do not bind its devices to "
			    "vfio-platform: they are not dma-coherent");
}

/* Plan again on the result: whatever is still wanted was not done. */
static int verify(struct work *w, struct fault *f)
{
	struct edits again;
	char path[TREE_PATH_MAX];
	int ret;

	edits_start(&again, &w->out.tree);
	ret = patch_plan(&w->board, w->o->as_documented, &again, f);
	if (ret == 0 && again.n > 0)
		ret = fault_set(f, -EIO, "%s: %s is not as planned",
				edits_path(&again, again.v[0].node, path), again.v[0].name);
	edits_free(&again);
	return ret;
}

/* Look at the result as a stranger would, before anything of it is written. */
static int examine(struct work *w, struct fault *f)
{
	const struct tree *t = &w->out.tree;
	struct uboot u = { 0 };
	struct refs refs = { 0 };
	const struct rules_input rules = { &w->board, &refs, &u };
	int ret = resolve_profile(&w->profile.profile, t, &w->board, f)	  ?:
			  verify(w, f)					  ?:
			  uboot_predict(t, &u, f)			  ?:
			  refs_collect(t, &refs, f)			  ?:
			  rules_check_all(&rules, w->o->as_documented, f) ?:
			  conflicts_find(&w->board, &refs, &u, &w->conflicts, f);

	refs_free(&refs);
	uboot_free(&u);
	return ret;
}

/* Everything that is thought out, up to the host's tree in memory. */
static int make(struct work *w, struct fault *f)
{
	struct resolved board;
	int ret =
		load_profile(w->o, &w->profile, f) ?: load_tree(w->o->operands[0], &w->in, f);

	if (ret)
		return ret;
	edits_start(&w->edits, &w->in.tree);
	ret = resolve_profile(&w->profile.profile, &w->in.tree, &board, f)	       ?:
		      patch_plan(&board, w->o->as_documented, &w->edits, f)	       ?:
		      edits_apply(&w->edits, w->o->pad, &w->out.blob, &w->out.size, f) ?:
		      tree_open(w->out.blob, w->out.size, &w->out.tree, f)	       ?:
		      examine(w, f);
	return ret ? fault_in(f, "%s", w->in.name) : 0;
}

static int report(const struct work *w, struct fault *f)
{
	tell_conflicts(w);
	if (w->o->as_documented)
		tell_documented(w);
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

static int write_out(const struct work *w, struct fault *f)
{
	const char *in = w->o->operands[0], *out = w->o->output;
	bool in_place = out && strcmp(in, "-") && strcmp(out, "-") && file_same(in, out);

	if (in_place && w->out.size == w->in.size &&
	    !memcmp(w->out.blob, w->in.blob, w->in.size))
		return 0;
	return output_write(w->o, w->out.blob, w->out.size, in_place, f);
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	int ret;

	if (output_check(o, f))
		return STATUS_USAGE;
	ret = make(&w, f) ?: report(&w, f) ?: write_out(&w, f);
	conflicts_free(&w.conflicts);
	edits_free(&w.edits);
	unload_tree(&w.out);
	unload_tree(&w.in);
	unload_profile(&w.profile);
	return ret ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = { OPT_PROFILE,	  OPT_OUTPUT,  OPT_DRY_RUN,
			       OPT_AS_DOCUMENTED, OPT_PAD,     OPT_JSON,
			       OPT_QUIET,	  OPT_VERBOSE, 0 };

const struct command cmd_patch = {
	.name = "patch",
	.usage = "-o OUT.dtb IN.dtb",
	.needs = "IN.dtb",
	.max_operands = 1,
	.summary = "Make the host tree: IN.dtb with the profile's devices handed over",
	.accepts = accepts,
	.run = run,
};
