/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the bytes are, making a host tree of them neither crashes nor hangs, and
 * planning again on what was made finds nothing to do.  For libFuzzer: "make fuzz".
 */
#include <stdlib.h>

#include "host/conflict.h"
#include "host/patch.h"
#include "host/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Look at the result as the command does. */
static void examine(const struct tree *t, const struct profile *p, bool documented)
{
	struct conflicts conflicts;
	struct board board;
	struct edits again;
	struct uboot u = { 0 };
	struct refs refs;
	struct fault f;

	edits_start(&again, t);
	if (board_find(p, t, &board, &f) || patch_plan(&board, documented, &again, &f) ||
	    again.n > 0 || refs_collect(t, &refs, &f))
		abort();
	if (!uboot_simulate(t, &u, &f) && !rules_check(&board, &refs, &u, documented, &f) &&
	    !conflicts_find(&board, &refs, &u, &conflicts, &f))
		conflicts_free(&conflicts);
	uboot_free(&u);
	refs_free(&refs);
	edits_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct builtin_profile *b = &builtin_profiles[size % n_builtin_profiles];
	struct tree profile_tree, t, made = { 0 };
	bool documented = size & 4;
	struct profile p;
	struct board board;
	struct edits l;
	struct fault f;
	void *blob = NULL;

	if (tree_open(b->blob, b->size, &profile_tree, &f) || profile_read(&profile_tree, &p, &f))
		abort();
	if (!tree_open(data, size, &t, &f)) {
		edits_start(&l, &t);
		if (!board_find(&p, &t, &board, &f) && !patch_plan(&board, documented, &l, &f) &&
		    !edits_apply(&l, 0, &blob, &size, &f) && !tree_open(blob, size, &made, &f))
			examine(&made, &p, documented);
		tree_close(&made);
		free(blob);
		edits_free(&l);
		tree_close(&t);
	}
	tree_close(&profile_tree);
	return 0;
}
