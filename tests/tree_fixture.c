/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "fixture.h"
#include "host/patch.h"
#include "tree_fixture.h"

#define ROOM 4096 /* bytes for changes */

static void index_again(struct tree_fixture *x)
{
	struct fault f = { 0 };

	tree_close(&x->tree);
	if (tree_open(x->blob, x->size, &x->tree, &f))
		fail_msg("%s", f.text);
}

void tree_fixture_copy(struct tree_fixture *x, const void *blob, size_t size)
{
	*x = (struct tree_fixture){ .blob = malloc(size + ROOM), .size = size + ROOM };
	assert_non_null(x->blob);
	assert_int_equal(fdt_open_into(blob, x->blob, (int)x->size), 0);
	index_again(x);
}

void tree_fixture_open(struct tree_fixture *x, const char *name)
{
	size_t size;
	void *blob = fixture_read(name, &size);

	tree_fixture_copy(x, blob, size);
	free(blob);
}

int tree_fixture_at(const struct tree *t, const char *path)
{
	int node = tree_at(t, path);

	if (node < 0)
		fail_msg("no node %s", path);
	return node;
}

void tree_fixture_close(struct tree_fixture *x)
{
	tree_close(&x->tree);
	free(x->blob);
}

void tree_fixture_set(struct tree_fixture *x, const char *path, const char *name,
		      const void *value, size_t size)
{
	int node = fdt_path_offset(x->blob, path);

	if (node < 0 || fdt_setprop(x->blob, node, name, value, (int)size))
		fail_msg("%s: cannot set %s", path, name);
	index_again(x);
}

void tree_fixture_delete(struct tree_fixture *x, const char *path, const char *name)
{
	assert_int_equal(fdt_delprop(x->blob, fdt_path_offset(x->blob, path), name), 0);
	index_again(x);
}

void tree_fixture_rename(struct tree_fixture *x, const char *path, const char *name,
			 const char *other)
{
	int node = fdt_path_offset(x->blob, path);
	struct fdt_property *p = fdt_get_property_w(x->blob, node, name, NULL);

	assert_non_null(p);
	p->nameoff = fdt_get_property(x->blob, node, other, NULL)->nameoff;
	index_again(x);
}

void tree_fixture_add(struct tree_fixture *x, const char *path, const char *child)
{
	int ret = fdt_add_subnode(x->blob, fdt_path_offset(x->blob, path), child);

	assert_true(ret > 0 || ret == -FDT_ERR_EXISTS);
	index_again(x);
}

void tree_fixture_remove(struct tree_fixture *x, const char *path)
{
	assert_int_equal(fdt_del_node(x->blob, fdt_path_offset(x->blob, path)), 0);
	index_again(x);
}

void tree_fixture_open_profile(struct tree_fixture *x, const char *name)
{
	const struct builtin_profile *b = profile_builtin(name);

	assert_non_null(b);
	tree_fixture_copy(x, b->blob, b->size);
}

void tree_fixture_profile(const char *name, struct profile *out)
{
	const struct builtin_profile *b = profile_builtin(name);
	struct fault f = { 0 };
	struct tree t;

	assert_non_null(b);
	if (tree_open(b->blob, b->size, &t, &f) || profile_read(&t, out, &f))
		fail_msg("%s", f.text);
	tree_close(&t);
}

void tree_fixture_reads_profile(struct tree_fixture *x, int code, const char *text)
{
	struct fault f = { 0 };
	struct profile p;

	assert_int_equal(profile_read(&x->tree, &p, &f), code);
	tree_fixture_says(&f, code, text);
	tree_fixture_close(x);
}

void tree_fixture_board(struct tree_fixture_board *b, const char *name)
{
	struct fault f = { 0 };

	tree_fixture_open(&b->x, name);
	tree_fixture_profile("imx8qm-fec1", &b->profile);
	if (resolve_profile(&b->profile, &b->x.tree, &b->board, &f))
		fail_msg("%s", f.text);
}

int tree_fixture_edits(const struct tree_fixture_board *b, bool as_documented, struct edits *l,
		       struct fault *f)
{
	struct resolved board = b->board;
	static struct profile guide;
	struct refs refs;
	int ret = 0;

	/* read once: a test may let an allocation fail */
	if (!guide.summary)
		tree_fixture_profile("ghaf-guide", &guide);
	if (as_documented)
		ret = resolve_profile(&guide, &b->x.tree, &board, f);
	if (ret == 0)
		ret = refs_collect(&b->x.tree, &refs, f);
	if (ret)
		return ret;
	ret = patch_plan(&board, &refs, l, f);
	refs_free(&refs);
	return ret;
}

void tree_fixture_patch(struct tree_fixture_board *b, bool as_documented)
{
	struct fault f = { 0 };
	struct edits l;
	struct tree_fixture old = b->x;
	void *blob = NULL;
	size_t size = 0;

	edits_start(&l, &b->x.tree);
	if (tree_fixture_edits(b, as_documented, &l, &f) ||
	    edits_apply(&l, 0, &blob, &size, &f))
		fail_msg("%s", f.text);
	edits_free(&l);
	tree_fixture_copy(&b->x, blob, size);
	tree_fixture_close(&old);
	free(blob);
	if (resolve_profile(&b->profile, &b->x.tree, &b->board, &f))
		fail_msg("%s", f.text);
}

/* The list as text: one line an edit, values in hexadecimal. */
static char *describe(const struct edits *l)
{
	static const char *const ops[] = { "set", "delete", "add" };
	char path[TREE_PATH_MAX], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t i = 0; i < l->n; i++) {
		const struct edit *e = &l->v[i];
		const uint8_t *v = e->value;

		fprintf(out, "%s %s %s", ops[e->op], edits_path(l, e->node, path), e->name);
		for (size_t k = 0; k < e->size; k++)
			fprintf(out, "%s%02x", k % 4 ? "" : " ", v[k]);
		fputc('\n', out);
		assert_true(e->why && *e->why);
	}
	fclose(out);
	return text;
}

char *tree_fixture_plan(const struct tree_fixture_board *b, bool as_documented)
{
	struct fault f = { 0 };
	struct edits l;
	char *text;

	edits_start(&l, &b->x.tree);
	if (tree_fixture_edits(b, as_documented, &l, &f))
		fail_msg("%s", f.text);
	text = describe(&l);
	edits_free(&l);
	return text;
}

void tree_fixture_expect_plan(const struct tree_fixture_board *b, bool as_documented,
			      const char *expected)
{
	char *text = tree_fixture_plan(b, as_documented);

	assert_string_equal(text, expected);
	free(text);
}

void tree_fixture_expect_lines(const char *text, const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(text, lines[i]);

		if (!at || (at > text && at[-1] != '\n') || at[strlen(lines[i])] != '\n')
			fail_msg("no line '%s' in:\n%s", lines[i], text);
	}
}

void tree_fixture_says(const struct fault *f, int code, const char *text)
{
	assert_string_equal(f->text, text);
	assert_int_equal(f->code, code);
}
