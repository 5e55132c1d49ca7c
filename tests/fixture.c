/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "fixture.h"

void *fixture_read(const char *name, size_t *size)
{
	const char *build = getenv("BUILD");
	struct fault f = { 0 };
	char path[256];
	void *blob;

	snprintf(path, sizeof(path), "%s/tests/dts/%s.dtb", build ? build : "build", name);
	if (file_read(path, TREE_SIZE_MAX, &blob, size, &f))
		fail_msg("%s", f.text);
	return blob;
}

void fixture_open(const char *name, struct tree *t)
{
	struct fault f = { 0 };
	size_t size;
	void *blob = fixture_read(name, &size);

	if (tree_open(blob, size, t, &f))
		fail_msg("%s: %s", name, f.text);
}

void fixture_close(struct tree *t)
{
	union {
		const void *borrowed;
		void *owned;
	} blob = { t->blob };

	tree_close(t);
	free(blob.owned);
}

int fixture_open_copy(const void *from, size_t size, struct fault *f)
{
	struct tree t = { .n_nodes = -1 };
	void *copy = malloc(size ? size : 1);
	int ret;

	*f = (struct fault){ 0 };
	memcpy(copy, from, size);
	ret = tree_open(copy, size, &t, f);
	assert_int_equal(f->code, ret);
	if (ret)
		assert_int_equal(t.n_nodes, -1);
	else
		tree_close(&t);
	free(copy);
	return ret;
}
