/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "host/rules.h"

static int broken(const struct resolved *b, int node, struct fault *f, const char *what)
{
	char path[TREE_PATH_MAX];

	return fault_set(f, -EINVAL, "%s: %s", tree_path(b->tree, node, path), what);
}

/* A reference that U-Boot or Linux would stumble over. */
static int check_ref(const struct resolved *b, const struct ref *r, struct fault *f)
{
	char path[TREE_PATH_MAX];
	bool is_iommu = !strcmp(r->property, "iommus");

	tree_path(b->tree, r->from, path);
	if (r->state == REF_DANGLING)
		return fault_set(f, -EINVAL, "%s: %s: phandle 0x%x belongs to no node", path,
				 r->property, r->phandle);
	if (r->state == REF_CUT && is_iommu)
		return fault_set(f, -EINVAL, "%s: iommus: wrong number of cells", path);
	if (is_iommu && r->to == b->iommu && !uboot_is_stream_id(cells_get(r->args, 0)))
		return fault_set(f, -EINVAL, "%s: stream id 0x%x is not 1 to %d", path,
				 cells_get(r->args, 0), PROFILE_STREAM_ID_MAX);
	return 0;
}

/* A passed node that is switched off before Linux sees it. */
static int check_disabled(const struct resolved *b, const struct uboot_disabled *d,
			  struct fault *f)
{
	char path[TREE_PATH_MAX];

	if (resolved_passed(b, d->node) != d->node)
		return 0;
	return fault_set(f, -EINVAL,
			 "%s: power-domains names resource %u, which is not the "
			 "host's: U-Boot would disable the node",
			 tree_path(b->tree, d->node, path), d->resource);
}

int rules_check_master(const struct resolved *b, size_t i, const struct uboot *u,
		       struct fault *f)
{
	struct cells ids = tree_cells(b->tree, b->pass[i], "fsl,sc_rsrc_id");

	if (!uboot_has_stream(u, b->pass[i]))
		return broken(b, b->pass[i], f,
			      "U-Boot gives it no stream id, so its DMA is not "
			      "isolated: it needs iommus, and fsl,sc_rsrc_id or "
			      "power-domains");
	for (size_t k = 0; k < ids.n; k++) {
		if (!cells_have(b->profile->domain.rsrcs, cells_get(ids, k)))
			return broken(b, b->pass[i], f,
				      "its resource is not among the profile's rsrcs");
	}
	return 0;
}

int rules_check(const struct resolved *b, const struct refs *refs, const struct uboot *u,
		bool as_documented, struct fault *f)
{
	int domain = resolved_domain(b), ret = 0;
	struct cells reg = { 0 };

	for (size_t i = 0; ret == 0 && i < refs->n; i++)
		ret = check_ref(b, &refs->v[i], f);
	for (size_t i = 0; ret == 0 && i < u->n_disabled; i++)
		ret = check_disabled(b, &u->disabled[i], f);
	for (size_t i = 0; ret == 0 && !as_documented && i < b->profile->n_pass; i++) {
		if (b->profile->pass[i].bus_master)
			ret = rules_check_master(b, i, u, f);
	}
	if (ret == 0 && domain >= 0)
		reg = tree_cells(b->tree, domain, "reg");
	if (ret == 0 && (reg.n != 1 || cells_get(reg, 0) != 0))
		ret = broken(b, domain < 0 ? 0 : domain, f, "the domain has no reg of 0");
	return ret;
}
