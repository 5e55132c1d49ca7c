/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
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

int profile_device_name(const char *node, char *buf, size_t size)
{
	const char *at = strchr(node, '@');

	return snprintf(buf, size, "%" PRIx64 ".%.*s", (uint64_t)strtoull(at + 1, NULL, 16),
			(int)(at - node), node);
}

/* The name of the profile's device, in a tree with or without labels. */
static int find_by_label(const struct profile *p, const struct tree *host, const char *label,
			 int *node, struct fault *f)
{
	*node = tree_labelled(host, label);
	for (size_t i = 0; *node < 0 && i < p->n_pass + p->n_disable; i++) {
		const struct node_name *n =
			i < p->n_pass ? &p->pass[i].node : &p->disable[i - p->n_pass];

		if (!strcmp(n->label, label))
			return profile_find_optional(host, n, node, f);
	}
	return 0;
}

/* Is name the node's, the address in it, or what sysfs makes of both? */
static bool has_name(const struct tree *t, int node, const char *name)
{
	const char *own = t->nodes[node].name, *at = strchr(own, '@');
	const char *dot = strchr(name, '.');
	char *end;

	if (!strcmp(own, name) || (at && !strcmp(at + 1, name)))
		return true;
	/* strtoull(3) skips blanks and a sign */
	if (!at || !dot || !isxdigit((unsigned char)*name) ||
	    strlen(dot + 1) != (size_t)(at - own) ||
	    strncmp(dot + 1, own, (size_t)(at - own)) != 0)
		return false;
	return is_at(t, node, strtoull(name, &end, 16)) && end == dot;
}

int profile_find_named(const struct profile *p, const struct tree *host, const char *name,
		       int *node, struct fault *f)
{
	char path[TREE_PATH_MAX], other[TREE_PATH_MAX];
	int ret = 0;

	*node = -1;
	if (*name == '/')
		*node = tree_at(host, name);
	else
		ret = find_by_label(p, host, name, node, f);
	if (ret || *node >= 0)
		return ret;
	for (int i = 1; i < host->n_nodes; i++) {
		if (!has_name(host, i, name))
			continue;
		if (*node >= 0)
			return fault_set(f, -ENOTUNIQ, "two nodes have the name %s: %s and %s",
					 name, tree_path(host, *node, path),
					 tree_path(host, i, other));
		*node = i;
	}
	if (*node >= 0)
		return 0;
	fault_set(f, -ENOENT, "no node has the name '%s'", name);
	return fault_fix(f,
			 "name it by path, node name (ethernet@5b040000), address (5b040000), "
			 "sysfs name (5b040000.ethernet) or the profile's name (fec1)%s",
			 tree_child(host, 0, "__symbols__") < 0 ?
				 "; this tree has no labels" :
				 ", or by a label of the tree");
}
