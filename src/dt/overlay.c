/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "dt/overlay.h"

#define EMPTY_SIZE 128 /* bytes: more than an empty tree has */

int tree_create_empty(void **out, size_t *size, struct fault *f)
{
	void *blob = malloc(EMPTY_SIZE);

	if (!blob)
		return fault_oom(f);
	fdt_create_empty_tree(blob, EMPTY_SIZE);
	*out = blob;
	*size = EMPTY_SIZE;
	return 0;
}

/* libfdt changes both blobs, and needs room in the base for all that the overlay has. */
static int apply(const struct tree *base, const struct tree *overlay, char *made, int room,
		 struct fault *f)
{
	void *copy = malloc(tree_size(overlay));
	int ret;

	if (!copy)
		return fault_oom(f);
	memcpy(copy, overlay->blob, tree_size(overlay));
	ret = fdt_open_into(base->blob, made, room);
	if (ret == 0)
		ret = fdt_overlay_apply(made, copy);
	if (ret == 0)
		ret = fdt_pack(made);
	free(copy);
	if (ret)
		return fault_set(f, -EINVAL, "the overlay cannot be applied: %s",
				 fdt_strerror(ret));
	return 0;
}

int overlay_apply(const struct tree *base, const struct tree *overlay, void **out,
		  size_t *size, struct fault *f)
{
	size_t room = tree_size(base) + 2 * tree_size(overlay);
	char *made = malloc(room);
	int ret = made ? apply(base, overlay, made, (int)room, f) : fault_oom(f);

	if (ret) {
		free(made);
		return ret;
	}
	*out = made;
	*size = fdt_totalsize(made);
	return 0;
}
