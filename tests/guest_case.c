/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "guest_case.h"

void guest_case_open(struct guest_case *s, const char *host, const char *virt)
{
	*s = (struct guest_case){ 0 };
	tree_fixture_board(&s->host, host);
	tree_fixture_open(&s->virt, virt);
	s->guest = (struct guest){ .profile = &s->host.profile,
				   .host = &s->host.x.tree,
				   .pass = s->host.board.pass,
				   .pads = s->pads,
				   .deps = &s->deps };
}

int guest_case_plan(struct guest_case *s, struct fault *f)
{
	struct nodes pass = { s->guest.pass, s->host.profile.n_pass };

	*f = (struct fault){ 0 };
	edits_start(&s->edits, &s->virt.tree);
	return deps_find(s->guest.host, pass, pass, s->with_mac, &s->deps, f)	    ?:
		       bus_layout_read(&s->virt.tree, &s->layout, f)		    ?:
		       bus_layout_add(&s->layout, s->guest.host, pass.v, pass.n, f) ?:
		       qemu_tree_plan(&s->guest, &s->layout, &s->edits, f);
}

void guest_case_make(struct guest_case *s)
{
	void *blob = NULL;
	struct fault f;
	size_t size = 0;

	if (guest_case_plan(s, &f) || edits_apply(&s->edits, 0, &blob, &size, &f))
		fail_msg("%s", f.text);
	tree_fixture_copy(&s->made, blob, size);
	free(blob);
	if (qemu_tree_verify(&s->layout, &s->made.tree, &f))
		fail_msg("%s", f.text);
}

void guest_case_close(struct guest_case *s)
{
	edits_free(&s->edits);
	deps_free(&s->deps);
	tree_fixture_close(&s->made);
	tree_fixture_close(&s->virt);
	tree_fixture_close(&s->host.x);
}

void guest_case_make_from(struct guest_case *s, const char *host, const char *virt)
{
	guest_case_open(s, host, virt);
	guest_case_make(s);
}

void guest_case_refused(struct guest_case *s, int code, const char *text)
{
	struct fault f;

	assert_int_equal(guest_case_plan(s, &f), code);
	tree_fixture_says(&f, code, text);
	guest_case_close(s);
}

int guest_case_node(const struct guest_case *s, const char *path)
{
	int node = tree_at(&s->made.tree, path);

	if (node < 0)
		fail_msg("the guest has no %s", path);
	return node;
}

bool guest_case_has(const struct guest_case *s, const char *path, const char *name)
{
	int size;

	return tree_prop(&s->made.tree, guest_case_node(s, path), name, &size) != NULL;
}

void guest_case_expect_n(const struct guest_case *s, const char *path, const char *name,
			 size_t n, const uint32_t *want)
{
	struct cells c = tree_cells(&s->made.tree, guest_case_node(s, path), name);

	assert_int_equal(c.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(cells_get(c, i), want[i]);
}

uint32_t guest_case_phandle(const struct guest_case *s, const char *path)
{
	uint32_t p = s->made.tree.nodes[guest_case_node(s, path)].phandle;

	assert_int_not_equal(p, 0);
	return p;
}

void guest_case_set_cells(struct guest_case *s, const char *path, const char *name, size_t n,
			  const uint32_t *cells)
{
	uint8_t v[64];

	for (size_t i = 0; i < n; i++) {
		v[4 * i] = (uint8_t)(cells[i] >> 24);
		v[4 * i + 1] = (uint8_t)(cells[i] >> 16);
		v[4 * i + 2] = (uint8_t)(cells[i] >> 8);
		v[4 * i + 3] = (uint8_t)cells[i];
	}
	tree_fixture_set(&s->host.x, path, name, v, 4 * n);
}

uint32_t guest_case_host_phandle(const struct guest_case *s, const char *path)
{
	return s->host.x.tree.nodes[tree_at(&s->host.x.tree, path)].phandle;
}
