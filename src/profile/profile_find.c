/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"

/* Former names of built-in profiles. */
static const struct {
	const char *former, *name;
} renamed[] = {
	{ "imx8qm-mek-fec1", "imx8qm-fec1" },
	{ "imx8qm-mek-fec1-fec2", "imx8qm-fec1-fec2" },
};

const struct builtin_profile *profile_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(*renamed); i++) {
		if (!strcmp(renamed[i].former, name))
			name = renamed[i].name;
	}
	for (size_t i = 0; i < n_builtin_profiles; i++) {
		if (!strcmp(builtin_profiles[i].name, name))
			return &builtin_profiles[i];
	}
	return NULL;
}

static bool is_at(const struct tree *t, int node, uint64_t address)
{
	const char *at = strchr(t->nodes[node].name, '@');
	char *end;

	return at && strtoull(at + 1, &end, 16) == address && !*end;
}

/* The only node with that name, or at that address if address is not NULL; -1: none. */
static int find_only(const struct tree *t, const struct node_name *name,
		     const uint64_t *address, int *node, struct fault *f)
{
	char path[TREE_PATH_MAX], other[TREE_PATH_MAX];

	*node = -1;
	for (int i = 1; i < t->n_nodes; i++) {
		if (address ? !is_at(t, i, *address) :
			      strcmp(t->nodes[i].name, name->name) != 0)
			continue;
		if (*node >= 0)
			return fault_set(f, -ENOTUNIQ, "%s: two nodes match: %s and %s",
					 name->name, tree_path(t, *node, path),
					 tree_path(t, i, other));
		*node = i;
	}
	return 0;
}

int profile_find_optional(const struct tree *host, const struct node_name *name, int *node,
			  struct fault *f)
{
	uint64_t address = strtoull(strchr(name->name, '@') + 1, NULL, 16);
	int ret = 0;

	*node = tree_labelled(host, name->label);
	/* the device is bound by its address, so a label elsewhere is another device's */
	if (*node < 0 || !is_at(host, *node, address))
		ret = find_only(host, name, NULL, node, f);
	if (ret == 0 && *node < 0)
		ret = find_only(host, name, &address, node, f);
	return ret;
}

int profile_find(const struct tree *host, const struct node_name *name, int *node,
		 struct fault *f)
{
	int ret = profile_find_optional(host, name, node, f);

	if (ret == 0 && *node < 0)
		return fault_set(f, -ENOENT, "the tree has no node %s (%s)", name->name,
				 name->label);
	return ret;
}
