/* SPDX-License-Identifier: Apache-2.0 */
#include "check/foretell.h"
#include "host/group.h"
#include "vfio/snapshot.h"

static bool lacks_group(const struct device *d)
{
	return *d->name && d->group == GROUP_NONE;
}

static int foretell_device(const struct sysfs *s, const struct tree *t, struct snapshot *snap,
			   const struct device *d, struct fault *f)
{
	int node = tree_at(t, d->node);
	struct group_nodes g = { .n = 0 };
	char path[TREE_PATH_MAX];
	int ret = node < 0 ? 0 : group_find(t, node, &g, f);

	for (size_t i = 1; ret == 0 && i < g.n; i++)
		ret = snapshot_foretell(s, snap, tree_path(t, g.v[i], path), f);
	return ret;
}

int foretell(const struct sysfs *s, const struct tree *t, struct snapshot *snap,
	     struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < snap->n_devices; i++) {
		if (lacks_group(&snap->devices[i]))
			ret = foretell_device(s, t, snap, &snap->devices[i], f);
	}
	return ret;
}
