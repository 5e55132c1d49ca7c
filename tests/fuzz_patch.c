/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the bytes are, making a host tree of them neither crashes nor hangs, and
 * planning again on what was made finds nothing to do; nor does making a guest's
 * tree of them and of a dump of QEMU's, or an overlay for crosvm, and what was made is a
 * tree.  For libFuzzer: "make fuzz".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "dt/edit.h"
#include "guest/crosvm.h"
#include "guest/deps.h"
#include "guest/qemu.h"
#include "guest/guest.h"
#include "host/derive.h"
#include "host/patch.h"
#include "host/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Look at the result as the command does. */
static void examine(const struct tree *t, const struct profile *p)
{
	struct conflicts conflicts;
	struct resolved board;
	struct edits again;
	struct uboot u = { 0 };
	struct refs refs;
	const struct rules_input rules = { &board, &refs, &u };
	struct fault f;

	edits_start(&again, t);
	if (resolve_profile(p, t, &board, &f) || refs_collect(t, &refs, &f) ||
	    patch_plan(&board, &refs, &again, &f) || again.n > 0)
		abort();
	if (!uboot_predict(t, &u, &f) && !rules_check_all(&rules, &f) &&
	    !conflicts_find(&board, &refs, &u, &conflicts, &f))
		conflicts_free(&conflicts);
	uboot_free(&u);
	refs_free(&refs);
	edits_free(&again);
}

/* QEMU's dump, the same for all runs. */
static const struct tree *dump(void)
{
	static _Alignas(8) char blob[65536];
	static struct tree t;
	struct fault f;

	if (!t.blob) {
		const char *build = getenv("BUILD");
		char path[1024];
		FILE *file;

		snprintf(path, sizeof(path), "%s/tests/dts/virt-tpm.dtb",
			 build ? build : "build");
		file = fopen(path, "rb");
		if (!file || tree_open(blob, fread(blob, 1, sizeof(blob), file), &t, &f))
			abort();
		fclose(file);
	}
	return &t;
}

/* The guest's tree, as the command makes it. */
static void make_guest(const struct guest *g, const struct tree *virt, struct edits *l)
{
	static struct bus_layout s;
	struct warnings warnings;
	char text[WARNING_TEXT_MAX];
	struct tree made = { 0 };
	void *blob = NULL;
	struct fault f;
	size_t size;

	if (!warnings_find(g, &warnings, &f)) {
		for (size_t i = 0; i < warnings.n; i++)
			warning_text(&warnings.v[i], g->host, text);
		warnings_free(&warnings);
	}
	if (!bus_layout_read(virt, &s, &f) &&
	    !bus_layout_add(&s, g->host, g->pass, g->profile->n_pass, &f) &&
	    !qemu_tree_plan(g, &s, l, &f) && !edits_apply(l, 0, &blob, &size, &f)) {
		/* a passed device may stand deeper than on the board */
		if (tree_open(blob, size, &made, &f) && f.code != -E2BIG)
			abort();
		if (made.blob && qemu_tree_verify(&s, &made, &f) == -ENOMEM)
			abort();
	}
	tree_close(&made);
	free(blob);
}

/* The overlay, as the command makes it. */
static void make_overlay(const struct guest *g)
{
	struct tree empty = { 0 }, made = { 0 };
	void *start = NULL, *blob = NULL;
	struct edits l = { 0 };
	struct fault f;
	size_t size;

	if (tree_create_empty(&start, &size, &f) || tree_open(start, size, &empty, &f))
		abort();
	edits_start(&l, &empty);
	if (!crosvm_overlay_plan(g, &l, &f) && !edits_apply(&l, 0, &blob, &size, &f)) {
		/* a copied node may stand deeper than on the board */
		if (tree_open(blob, size, &made, &f) && f.code != -E2BIG)
			abort();
		if (made.blob && crosvm_overlay_verify(g, &made, &f) == -ENOMEM)
			abort();
	}
	edits_free(&l);
	tree_close(&made);
	tree_close(&empty);
	free(blob);
	free(start);
}

static void try_guest(const struct resolved *b)
{
	struct deps c = { 0 };
	struct draft d;
	bool pads[PAD_LAST] = { false };
	struct guest g = { .profile = b->profile,
			   .host = b->tree,
			   .pass = b->pass,
			   .pads = pads,
			   .deps = &c };
	struct nodes pass = { b->pass, b->profile->n_pass };
	struct edits l;
	struct fault f;

	edits_start(&l, dump());
	if (!deps_find(b->tree, pass, pass, (struct nodes){ 0 }, &c, &f) &&
	    !pads_of_plan(b, &c.refs, pads, &f)) {
		make_guest(&g, dump(), &l);
		make_overlay(&g);
	}
	edits_free(&l);
	deps_free(&c);
	if (!draft_make(b->tree, pass, &d, &f))
		draft_free(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct builtin_profile *b = &builtin_profiles[size % n_builtin_profiles];
	struct tree profile_tree, t, made = { 0 };
	struct profile p;
	struct resolved board;
	struct refs refs = { 0 };
	struct edits l;
	struct fault f;
	void *blob = NULL;

	if (tree_open(b->blob, b->size, &profile_tree, &f) ||
	    profile_read(&profile_tree, &p, &f))
		abort();
	if (!tree_open(data, size, &t, &f)) {
		edits_start(&l, &t);
		if (!resolve_profile(&p, &t, &board, &f))
			try_guest(&board);
		if (!resolve_profile(&p, &t, &board, &f) && !refs_collect(&t, &refs, &f) &&
		    !patch_plan(&board, &refs, &l, &f) &&
		    !edits_apply(&l, 0, &blob, &size, &f) && !tree_open(blob, size, &made, &f))
			examine(&made, &p);
		tree_close(&made);
		free(blob);
		edits_free(&l);
		refs_free(&refs);
		tree_close(&t);
	}
	tree_close(&profile_tree);
	return 0;
}
