/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "host/derive.h"
#include "host/uboot.h"
#include "host/patch.h"

#define GPIO_SPECIFIER 3 /* cells: controller, line, flags */

struct planner {
	const struct resolved *resolved;
	const struct derived *derived;
	struct edits *l;
	struct fault *f;
};

/* Is the node in the tree, not one that the list adds? */
static bool is_old(const struct planner *p, int node)
{
	return node < p->resolved->tree->n_nodes;
}

static int set(const struct planner *p, int node, const char *name, struct cells value,
	       const char *why)
{
	struct prop v = { name, value.v, (int)(value.n * sizeof(uint32_t)), 0 };

	return edits_set(p->l, node, &v, why, p->f);
}

static int set_string(const struct planner *p, int node, const char *name, const char *value,
		      const char *why)
{
	struct prop v = { name, value, (int)strlen(value) + 1, 0 };

	return edits_set(p->l, node, &v, why, p->f);
}

static int set_cell(const struct planner *p, int node, const char *name, uint32_t value,
		    const char *why)
{
	uint32_t *v = edits_keep(p->l, sizeof(*v), p->f);

	if (!v)
		return -ENOMEM;
	*v = htobe32(value);
	return set(p, node, name, (struct cells){ (const uint8_t *)v, 1 }, why);
}

/* Records that are added to a property; big-endian, as in the tree. */
struct records {
	uint32_t *v;
	size_t n; /* cells */
};

/* An empty list with memory for max cells. */
static int start_list(const struct planner *p, size_t max, struct records *out)
{
	out->v = edits_keep(p->l, max * sizeof(*out->v), p->f);
	out->n = 0;
	return out->v ? 0 : -ENOMEM;
}

static void append(struct records *l, uint32_t cell)
{
	l->v[l->n++] = htobe32(cell);
}

/* Add the records, each of record cells, that the property lacks. */
static int merge(const struct planner *p, int node, const char *name, const struct records *l,
		 size_t record, const char *why)
{
	struct prop added = { name, l->v, (int)(l->n * sizeof(*l->v)), 0 };

	return edits_merge(p->l, node, &added, record, why, p->f);
}

/* Memory for a reason; NULL, with a fault: out of memory. */
static char *keep_text(const struct planner *p)
{
	return edits_keep(p->l, DERIVED_TEXT_MAX, p->f);
}

/* Add the derived ids that the property lacks; the reason is the property that names them. */
static int merge_ids(const struct planner *p, int node, const char *name,
		     const struct derived_ids *ids)
{
	char *why = keep_text(p);
	struct records l;
	int ret = why ? start_list(p, ids->n, &l) : -ENOMEM;

	if (ret)
		return ret;
	for (size_t i = 0; i < ids->n; i++)
		append(&l, ids->v[i].id);
	return merge(p, node, name, &l, 1, derived_ids_text(p->resolved, ids, why));
}

static int append_gpios(const struct planner *p, const struct gpio_lines *g, struct records *l)
{
	uint32_t phandle;
	int controller;
	int ret = profile_find(p->resolved->tree, &g->controller, &controller, p->f) ?:
			  edits_phandle(p->l, controller, "the domain's gpios refer to it",
					&phandle, p->f);
	for (size_t i = 0; ret == 0 && i < g->lines.n; i += 2) {
		append(l, phandle);
		append(l, cells_get(g->lines, i));
		append(l, cells_get(g->lines, i + 1));
	}
	return ret;
}

static int merge_gpios(const struct planner *p, int node)
{
	const struct partition_resources *h = &p->resolved->profile->domain;
	struct records l;
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < h->n_gpios; i++)
		n += h->gpios[i].lines.n;
	ret = start_list(p, n / 2 * GPIO_SPECIFIER, &l);
	for (size_t i = 0; ret == 0 && i < h->n_gpios; i++)
		ret = append_gpios(p, &h->gpios[i], &l);
	if (ret)
		return ret;
	return merge(p, node, "gpios", &l, GPIO_SPECIFIER,
		     "Xen assigns these GPIO lines to "
		     "the guest");
}

/* Set what scu_rm needs in a node to make a partition of it. */
static int plan_partition(const struct planner *p, int node)
{
	const struct tree *t = p->resolved->tree;
	int ret = 0;

	if (!is_old(p, node) || !tree_is_compatible(t, node, "xen,domu"))
		ret = set_string(p, node, "compatible", "xen,domu",
				 "U-Boot's scu_rm makes partitions only of such nodes");
	if (ret == 0 && p->resolved->by_linux)
		ret = patch_linux(p->resolved, node, p->l, p->f);
	else if (ret == 0 && is_old(p, node) && !uboot_is_enabled(t, node))
		ret = set_string(p, node, "status", "okay",
				 "U-Boot skips a disabled partition");
	if (ret)
		return ret;
	return set_cell(p, node, "reg", 0, "U-Boot writes the partition's number here");
}

/* NXP's Xen powers these on for the domain: the mailboxes, and what the profile adds. */
static int merge_init_on(const struct planner *p, int node)
{
	struct cells more = p->resolved->profile->domain.init_on_rsrcs;
	const struct derived_ids *ids = &p->derived->rsrcs;
	struct records l;
	int ret = start_list(p, ids->n + more.n, &l);

	if (ret)
		return ret;
	for (size_t i = 0; i < ids->n; i++) {
		if (ids->v[i].property && !strcmp(ids->v[i].property, "reg"))
			append(&l, ids->v[i].id);
	}
	for (size_t i = 0; i < more.n; i++)
		append(&l, cells_get(more, i));
	return merge(p, node, "init_on_rsrcs", &l, 1,
		     "Xen turns these on: the guest needs its mailbox at once");
}

/* Make the node under /domu, with what U-Boot's scu_rm and NXP's Xen read. */
static int plan_domain(const struct planner *p)
{
	const char *why = p->resolved->by_linux ? "'imxpt partition' reads what it gets here" :
						  "U-Boot's scu_rm reads the partition here";
	const char *config = "Xen's configuration of the guest has this name";
	const struct profile *profile = p->resolved->profile;
	int domu = resolve_domu(p->resolved->tree), node = resolved_domain(p->resolved);
	int ret = domu < 0 ? edits_child(p->l, 0, "domu", why, &domu, p->f) : 0;

	ret = ret						  ?:
		      set_cell(p, domu, "#address-cells", 1, why) ?:
		      set_cell(p, domu, "#size-cells", 0, why);
	if (ret == 0 && node < 0)
		ret = edits_child(p->l, domu, profile->domain_node, why, &node, p->f);
	if (ret)
		return ret;
	return plan_partition(p, node)							?:
		       set_string(p, node, "domain_name", profile->domain_name, config) ?:
		       merge_init_on(p, node)						?:
		       merge_ids(p, node, "rsrcs", &p->derived->rsrcs)			?:
		       merge_ids(p, node, "pads", &p->derived->pads)			?:
		       merge_gpios(p, node);
}

/* Add the resources of passed node i to the property that fits the device. */
static int plan_resource(const struct planner *p, size_t i)
{
	bool bus_master = p->resolved->profile->pass[i].bus_master;
	const char *name = bus_master ? "fsl,sc_rsrc_id" : NO_DMA_RESOURCES;
	const char *why = bus_master ? "U-Boot gives these resources the stream id in iommus" :
				       "no-dma in the profile: these resources need no stream "
				       "id";
	const struct derived_ids *ids = &p->derived->rsrcs;
	int node = p->resolved->pass[i];
	char path[TREE_PATH_MAX];
	struct records l;
	int ret = start_list(p, ids->n, &l);

	if (ret)
		return ret;
	for (size_t k = 0; k < ids->n; k++) {
		if (ids->v[k].node == node)
			append(&l, ids->v[k].id);
	}
	if (l.n)
		return merge(p, node, name, &l, 1, why);
	if (!bus_master)
		return 0;
	fault_set(p->f, -ENOENT,
		  "%s: neither power-domains nor fsl,sc_rsrc_id names its resource",
		  tree_path(p->resolved->tree, node, path));
	return fault_fix(p->f, ORIGINAL_TREE ", not one made with --as-documented");
}

static int plan_iommus(const struct planner *p, int node)
{
	const struct profile *profile = p->resolved->profile;
	const char *why = "vfio needs an IOMMU group: same id and mask, same group";
	uint32_t phandle, *v = edits_keep(p->l, 3 * sizeof(*v), p->f);

	if (!v ||
	    edits_phandle(p->l, p->resolved->iommu, "iommus refers to it", &phandle, p->f))
		return p->f->code;
	v[0] = htobe32(phandle);
	v[1] = htobe32(profile->stream_id);
	v[2] = htobe32(profile->stream_mask);
	return set(p, node, "iommus", (struct cells){ (const uint8_t *)v, 3 }, why);
}

/* Remove properties of passed node i. */
static int plan_removals(const struct planner *p, size_t i)
{
	const struct derived_refs *l = &p->derived->remove;
	int node = p->resolved->pass[i], ret = 0;
	const char *name = NULL;

	for (size_t k = 0; ret == 0 && k < l->n; k++) {
		char *why;

		if (l->v[k].node != node ||
		    patch_linux_keeps(p->resolved, i, l->v[k].property))
			continue;
		why = keep_text(p);
		if (!why)
			return -ENOMEM;
		ret = edits_delete(p->l, node, l->v[k].property,
				   derived_removal_text(p->resolved, &l->v[k], why), p->f);
	}
	while (ret == 0 && (name = strings_next(p->resolved->profile->pass[i].remove, name)))
		ret = edits_delete(p->l, node, name, "the profile removes it", p->f);
	return ret;
}

static int plan_passed(const struct planner *p, size_t i)
{
	const char *undocumented = "the Ghaf guide's tree does not have it";
	const char *keeps_away = "keeps the host's drivers away";
	const char *creates = "Linux creates a device only for an enabled node";
	const struct profile *profile = p->resolved->profile;
	const struct pass *pass = &profile->pass[i];
	int node = p->resolved->pass[i];
	int ret = plan_iommus(p, node)							  ?:
			  set_string(p, node, "compatible", DUMMY_COMPATIBLE, keeps_away) ?:
			  set_string(p, node, "status", "okay", creates)		  ?:
			  plan_removals(p, i);

	if (ret)
		return ret;
	if (profile->exact)
		return edits_delete(p->l, node, "fsl,sc_rsrc_id", undocumented, p->f) ?:
			       edits_delete(p->l, node, "dma-coherent", undocumented, p->f);
	if (pass->bus_master || pass->no_dma)
		ret = plan_resource(p, i);
	if (ret)
		return ret;
	return set(p, node, "dma-coherent", (struct cells){ .n = 0 },
		   "Linux 5.19 and newer bind only coherent devices to VFIO");
}

/* Set a property of each node in l, for the reason that text writes. */
static int plan_host_nodes(const struct planner *p, const struct derived_refs *l,
			   const struct prop *value, derived_text *text)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < l->n; i++) {
		char *why = keep_text(p);

		if (!why)
			return -ENOMEM;
		ret = edits_set(p->l, l->v[i].node, value, text(p->resolved, &l->v[i], why),
				p->f);
	}
	return ret;
}

/* Delete a property from all nodes that are not passed. */
static int plan_release(const struct planner *p, const char *name)
{
	const struct tree *t = p->resolved->tree;
	const char *why = text_starts(name, "iommu") ?
				  "not passed through, so it needs no IOMMU group" :
				  "the profile removes it";
	int size, ret = 0;

	for (int node = 0; ret == 0 && node < t->n_nodes; node++) {
		if (resolved_passed(p->resolved, node) != node &&
		    tree_prop(t, node, name, &size))
			ret = edits_delete(p->l, node, name, why, p->f);
	}
	return ret;
}

static int plan_host(const struct planner *p)
{
	const struct profile *profile = p->resolved->profile;
	const struct prop disabled = { "status", "disabled", sizeof("disabled"), 0 };
	const struct prop always_on = { "regulator-always-on", "", 0, 0 };
	const char *name = NULL;
	int ret = plan_host_nodes(p, &p->derived->disable, &disabled, derived_disable_text);

	for (size_t i = 0; ret == 0 && i < profile->n_disable; i++) {
		if (p->resolved->disable[i] >= 0)
			ret = set_string(p, p->resolved->disable[i], "status", "disabled",
					 "the profile disables it");
	}
	if (ret == 0)
		ret = plan_host_nodes(p, &p->derived->keep_on, &always_on,
				      derived_keep_on_text);
	while (ret == 0 && (name = strings_next(profile->release, name)))
		ret = plan_release(p, name);
	return ret;
}

/* Neither the host nor the guest would use the nodes that another profile passes. */
static int check_others(const struct resolved *r, struct fault *f)
{
	int size, ret = 0;

	for (int node = 0; ret == 0 && node < r->tree->n_nodes; node++) {
		if (tree_prop(r->tree, node, "iommus", &size) &&
		    resolved_passed(r, node) != node)
			ret = resolve_check_unpatched(r->tree, node, f);
	}
	return ret;
}

int patch_plan(const struct resolved *r, const struct refs *refs, struct edits *out,
	       struct fault *f)
{
	struct derived derived = { 0 };
	const struct planner p = { r, &derived, out, f };
	int ret = check_others(r, f) ?: derive(r, refs, &derived, f) ?: plan_domain(&p);

	for (size_t i = 0; ret == 0 && i < r->profile->n_pass; i++)
		ret = plan_passed(&p, i);
	if (ret == 0)
		ret = plan_host(&p);
	derived_free(&derived);
	return ret;
}
