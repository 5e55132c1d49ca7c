/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "story.h"

void story_open(struct story *s, const char *host, const char *virt)
{
	*s = (struct story){ 0 };
	sample_board(&s->host, host);
	sample_open(&s->virt, virt);
	s->guest = (struct guest){ .profile = &s->host.profile,
				   .host = &s->host.x.tree,
				   .virt = &s->virt.tree,
				   .pass = s->host.board.pass,
				   .closure = &s->closure };
}

int story_plan(struct story *s, struct fault *f)
{
	struct nodes pass = { s->guest.pass, s->host.profile.n_pass };

	*f = (struct fault){ 0 };
	edits_start(&s->edits, &s->virt.tree);
	return closure_find(s->guest.host, pass, pass, &s->closure, f) ?:
		       guest_seat_dumped(&s->guest, &s->seating, f)    ?:
		       guest_seat_passed(&s->guest, &s->seating, f)    ?:
		       guest_plan(&s->guest, &s->seating, &s->edits, f);
}

void story_make(struct story *s)
{
	void *blob = NULL;
	struct fault f;
	size_t size = 0;

	if (story_plan(s, &f) || edits_apply(&s->edits, 0, &blob, &size, &f))
		fail_msg("%s", f.text);
	sample_copy(&s->made, blob, size);
	free(blob);
	if (guest_verify(&s->seating, &s->made.tree, &f))
		fail_msg("%s", f.text);
}

void story_close(struct story *s)
{
	edits_free(&s->edits);
	closure_free(&s->closure);
	sample_close(&s->made);
	sample_close(&s->virt);
	sample_close(&s->host.x);
}

void story_make_from(struct story *s, const char *host, const char *virt)
{
	story_open(s, host, virt);
	story_make(s);
}

void story_refused(struct story *s, int code, const char *text)
{
	struct fault f;

	assert_int_equal(story_plan(s, &f), code);
	sample_says(&f, code, text);
	story_close(s);
}

int story_node(const struct story *s, const char *path)
{
	int node = tree_at(&s->made.tree, path);

	if (node < 0)
		fail_msg("the guest has no %s", path);
	return node;
}

bool story_has(const struct story *s, const char *path, const char *name)
{
	int size;

	return tree_prop(&s->made.tree, story_node(s, path), name, &size) != NULL;
}

void story_expect_n(const struct story *s, const char *path, const char *name, size_t n,
		    const uint32_t *want)
{
	struct cells c = tree_cells(&s->made.tree, story_node(s, path), name);

	assert_int_equal(c.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(cells_get(c, i), want[i]);
}

uint32_t story_phandle(const struct story *s, const char *path)
{
	uint32_t p = s->made.tree.nodes[story_node(s, path)].phandle;

	assert_int_not_equal(p, 0);
	return p;
}

void story_set_cells(struct story *s, const char *path, const char *name, size_t n,
		     const uint32_t *cells)
{
	uint8_t v[64];

	for (size_t i = 0; i < n; i++) {
		v[4 * i] = (uint8_t)(cells[i] >> 24);
		v[4 * i + 1] = (uint8_t)(cells[i] >> 16);
		v[4 * i + 2] = (uint8_t)(cells[i] >> 8);
		v[4 * i + 3] = (uint8_t)cells[i];
	}
	sample_set(&s->host.x, path, name, v, 4 * n);
}

uint32_t story_host_phandle(const struct story *s, const char *path)
{
	return s->host.x.tree.nodes[tree_at(&s->host.x.tree, path)].phandle;
}
