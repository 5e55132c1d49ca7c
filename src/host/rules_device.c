/* SPDX-License-Identifier: Apache-2.0 */
/* May the devices be taken from the host, and does the kernel create them? */
#include <errno.h>
#include <string.h>

#include "host/rules.h"

bool rules_is_essential(const struct tree *t, int node)
{
	struct cells gic = tree_cells(t, 0, "interrupt-parent");
	int parent = t->nodes[node].parent, size;

	if (tree_prop(t, node, "#iommu-cells", &size) ||
	    tree_is_compatible(t, node, "fsl,imx-scu") ||
	    (gic.n == 1 && node == tree_with_phandle(t, cells_get(gic, 0))))
		return true;
	return parent >= 0 && tree_is_compatible(t, parent, "fsl,imx-scu") &&
	       (tree_prop(t, node, "#power-domain-cells", &size) ||
		tree_prop(t, node, "#clock-cells", &size));
}

/* The patch disables a node that refers to a passed one, whatever its status is. */
const struct ref *rules_essential_user(const struct tree *t, const struct refs *refs, int node)
{
	for (size_t i = 0; i < refs->n; i++) {
		const struct ref *r = &refs->v[i];

		if (r->needed && r->to >= node && r->to < t->nodes[node].end &&
		    rules_is_essential(t, r->from))
			return r;
	}
	return NULL;
}

static int check_essential(const struct rules_input *in, int node, struct fault *f)
{
	const struct tree *t = in->resolved->tree;
	char path[TREE_PATH_MAX], user[TREE_PATH_MAX];
	const struct ref *r;

	if (rules_is_essential(t, node))
		return fault_set(f, -EINVAL, "%s: the host does not work without it",
				 tree_path(t, node, path));
	r = rules_essential_user(t, in->refs, node);
	if (!r)
		return 0;
	fault_set(f, -EINVAL, "%s: the host does not work without it: %s of %s refers to it",
		  tree_path(t, r->to, path), r->property, tree_path(t, r->from, user));
	if (!resource_is_scu_mailbox(t, r->from, r->property))
		return f->code;
	return fault_fix(f, "choose a profile with another mailbox, such as imx8qm-fec1-mu3; "
			    "'imxpt deps --profile' drafts one with a mailbox that is free");
}

int rules_check_essentials(const struct rules_input *in, struct fault *f)
{
	const struct resolved *r = in->resolved;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < r->profile->n_pass; i++)
		ret = check_essential(in, r->pass[i], f);
	for (size_t i = 0; ret == 0 && i < r->profile->n_disable; i++) {
		if (r->disable[i] >= 0)
			ret = check_essential(in, r->disable[i], f);
	}
	return ret;
}

/* Why the kernel creates no device below the node; NULL: it may. */
static const char *why_no_child(const struct resolved *r, int node)
{
	if (resolved_disabled(r, node) == node)
		return "the profile disables it";
	return tree_is_enabled(r->tree, node) ? NULL : "it is disabled";
}

int rules_check_parent(const struct rules_input *in, size_t i, struct fault *f)
{
	const struct tree *t = in->resolved->tree;
	char path[TREE_PATH_MAX], parent[TREE_PATH_MAX];
	int node = in->resolved->pass[i];

	for (int above = t->nodes[node].parent; above > 0; above = t->nodes[above].parent) {
		const char *why = why_no_child(in->resolved, above);

		if (!why)
			continue;
		fault_set(f, -EINVAL, "%s: the kernel creates no device below %s: %s",
			  tree_path(t, node, path), tree_path(t, above, parent), why);
		return fault_fix(f, "use a tree in which it is enabled, or a profile without "
				    "one of both");
	}
	return 0;
}

int rules_check_parents(const struct rules_input *in, struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < in->resolved->profile->n_pass; i++)
		ret = rules_check_parent(in, i, f);
	return ret;
}
