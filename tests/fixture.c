/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
