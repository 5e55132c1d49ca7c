/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "dt/refs.h"
#include "host/patch.h"

#define GPIO_SPECIFIER 3 /* cells: controller, line, flags */

struct planner {
	const struct resolved *resolved;
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

/* A property that is a list of records, to which missing ones are added. */
struct list {
	uint32_t *v; /* big-endian, as in the tree */
	size_t n;
};

/* Start with the node's property, and memory for more cells. */
static int start_list(const struct planner *p, int node, const char *name, size_t more,
		      struct list *out)
{
	struct cells old = { 0 };

	if (is_old(p, node))
		old = tree_cells(p->resolved->tree, node, name);
	out->v = edits_keep(p->l, (old.n + more + 1) * sizeof(*out->v), p->f);
	if (!out->v)
		return -ENOMEM;
	out->n = old.n;
	if (old.n)
		memcpy(out->v, old.v, old.n * sizeof(*out->v));
	return 0;
}

static void append_missing(struct list *l, const uint32_t *record, size_t n)
{
	for (size_t i = 0; i + n <= l->n; i += n) {
		if (!memcmp(l->v + i, record, n * sizeof(*record)))
			return;
	}
	memcpy(l->v + l->n, record, n * sizeof(*record));
	l->n += n;
}

static int set_list(const struct planner *p, int node, const char *name, const struct list *l)
{
	struct cells value = { (const uint8_t *)l->v, l->n };

	if (!l->n)
		return 0;
	return set(p, node, name, value, "assigned to the guest's partition");
}

/* Add two lists of numbers; the second may be empty. */
static int merge_ids(const struct planner *p, int node, const char *name, struct cells ids,
		     struct cells more)
{
	struct list l;
	int ret = start_list(p, node, name, ids.n + more.n, &l);

	if (ret)
		return ret;
	for (size_t i = 0; i < ids.n + more.n; i++) {
		uint32_t id = i < ids.n ? cells_get(ids, i) : cells_get(more, i - ids.n);

		id = htobe32(id);
		append_missing(&l, &id, 1);
	}
	return set_list(p, node, name, &l);
}

static int append_gpios(const struct planner *p, const struct gpio_lines *g, struct list *l)
{
	uint32_t phandle;
	int controller,
		ret = profile_find(p->resolved->tree, &g->controller, &controller, p->f);

	if (ret == 0)
		ret = edits_phandle(p->l, controller, "the domain's gpios refer to it",
				    &phandle, p->f);
	for (size_t i = 0; ret == 0 && i < g->lines.n; i += 2) {
		uint32_t record[GPIO_SPECIFIER] = { htobe32(phandle),
						    htobe32(cells_get(g->lines, i)),
						    htobe32(cells_get(g->lines, i + 1)) };

		append_missing(l, record, GPIO_SPECIFIER);
	}
	return ret;
}

static int merge_gpios(const struct planner *p, int node, const struct partition_resources *h,
		       const struct partition_resources *more)
{
	struct list l;
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < h->n_gpios + more->n_gpios; i++)
		n += i < h->n_gpios ? h->gpios[i].lines.n :
				      more->gpios[i - h->n_gpios].lines.n;
	ret = start_list(p, node, "gpios", n / 2 * GPIO_SPECIFIER, &l);
	for (size_t i = 0; ret == 0 && i < h->n_gpios; i++)
		ret = append_gpios(p, &h->gpios[i], &l);
	for (size_t i = 0; ret == 0 && i < more->n_gpios; i++)
		ret = append_gpios(p, &more->gpios[i], &l);
	if (ret)
		return ret;
	return set_list(p, node, "gpios", &l);
}

/* What scu_rm needs of a node to make a partition of it. */
static int plan_partition(const struct planner *p, int node)
{
	const struct tree *t = p->resolved->tree;
	int ret = 0;

	if (!is_old(p, node) || !tree_is_compatible(t, node, "xen,domu"))
		ret = set_string(p, node, "compatible", "xen,domu",
				 "U-Boot's scu_rm makes partitions only of such nodes");
	if (ret == 0 && is_old(p, node) && !tree_is_enabled(t, node))
		ret = set_string(p, node, "status", "okay",
				 "U-Boot skips a disabled partition");
	if (ret)
		return ret;
	return set_cell(p, node, "reg", 0, "U-Boot writes the partition's number here");
}

/* The node under /domu, with what U-Boot's scu_rm and NXP's Xen read. */
static int plan_domain(const struct planner *p, const struct partition_resources *more)
{
	const char *why = "U-Boot's scu_rm reads the partition here";
	const struct profile *profile = p->resolved->profile;
	const struct partition_resources *h = &profile->domain;
	int domu, node = resolved_domain(p->resolved);
	int ret = edits_child(p->l, 0, "domu", why, &domu, p->f)      ?:
			  set_cell(p, domu, "#address-cells", 1, why) ?:
			  set_cell(p, domu, "#size-cells", 0, why);

	if (ret == 0 && node < 0)
		ret = edits_child(p->l, domu, profile->domain_node, why, &node, p->f);
	if (ret)
		return ret;
	ret = plan_partition(p, node);
	if (ret)
		return ret;
	ret = set_string(p, node, "domain_name", profile->domain_name,
			 "the name in a virtual machine's configuration (Xen)");
	if (ret)
		return ret;
	return merge_ids(p, node, "init_on_rsrcs", h->init_on_rsrcs, more->init_on_rsrcs) ?:
		       merge_ids(p, node, "rsrcs", h->rsrcs, more->rsrcs)		  ?:
		       merge_ids(p, node, "pads", h->pads, more->pads)			  ?:
		       merge_gpios(p, node, h, more);
}

/* A passed node's resources: those of its power-domains, until that is deleted. */
static int plan_resource(const struct planner *p, int node)
{
	const char *why = "U-Boot sets the stream id of iommus for this resource";
	const struct tree *t = p->resolved->tree;
	struct cells named = tree_cells(t, node, "fsl,sc_rsrc_id");
	char path[TREE_PATH_MAX];
	struct list l = { 0 };
	struct refs refs;
	int ret = refs_of_node(t, node, &refs, p->f);

	if (ret)
		return ret;
	l.v = edits_keep(p->l, (refs.n + 1) * sizeof(*l.v), p->f);
	ret = l.v ? 0 : -ENOMEM;
	for (size_t i = 0; ret == 0 && i < refs.n; i++) {
		if (!strcmp(refs.v[i].property, "power-domains") && refs.v[i].args.n > 0)
			memcpy(&l.v[l.n++], refs.v[i].args.v, sizeof(*l.v));
	}
	refs_free(&refs);
	if (ret == 0 && l.n > 0)
		return set(p, node, "fsl,sc_rsrc_id",
			   (struct cells){ (const uint8_t *)l.v, l.n }, why);
	if (ret || named.n)
		return ret;
	fault_set(p->f, -ENOENT,
		  "%s: neither power-domains nor fsl,sc_rsrc_id names its resource",
		  tree_path(t, node, path));
	return fault_fix(p->f,
			 "patch the board's original tree, not one made with --as-documented");
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

/* What both the guide's tree and ours have of passed node i. */
static int plan_guide(const struct planner *p, size_t i)
{
	const char *name = NULL;
	int node = p->resolved->pass[i];
	int ret = plan_iommus(p, node);

	if (ret)
		return ret;
	ret = set_string(p, node, "compatible", DUMMY_COMPATIBLE,
			 "keeps the host's drivers away");
	if (ret)
		return ret;
	ret = set_string(p, node, "status", "okay",
			 "Linux creates a device only for an enabled node");
	while (ret == 0 && (name = strings_next(p->resolved->profile->pass[i].remove, name)))
		ret = edits_delete(p->l, node, name, "only the guest may use it", p->f);
	return ret;
}

static int plan_passed(const struct planner *p, size_t i, bool as_documented)
{
	const char *undocumented = "the Ghaf guide's tree does not have it";
	int node = p->resolved->pass[i];
	int ret = plan_guide(p, i);

	if (ret)
		return ret;
	if (as_documented)
		return edits_delete(p->l, node, "fsl,sc_rsrc_id", undocumented, p->f) ?:
			       edits_delete(p->l, node, "dma-coherent", undocumented, p->f);
	if (p->resolved->profile->pass[i].bus_master)
		ret = plan_resource(p, node);
	if (ret)
		return ret;
	return set(p, node, "dma-coherent", (struct cells){ 0 },
		   "Linux 5.19 and newer bind only coherent devices to VFIO");
}

static int plan_host(const struct planner *p)
{
	const struct profile *profile = p->resolved->profile;
	const struct tree *t = p->resolved->tree;
	const char *name = NULL;
	int size, ret = 0;

	for (size_t i = 0; ret == 0 && i < profile->n_disable; i++) {
		if (p->resolved->disable[i] >= 0)
			ret = set_string(p, p->resolved->disable[i], "status", "disabled",
					 "it depends on a passed device");
	}
	while ((name = strings_next(profile->release, name))) {
		for (int node = 0; ret == 0 && node < t->n_nodes; node++) {
			if (resolved_passed(p->resolved, node) != node &&
			    tree_prop(t, node, name, &size))
				ret = edits_delete(
					p->l, node, name,
					"not passed through, so it needs no IOMMU group",
					p->f);
		}
	}
	return ret;
}

/* Neither the host nor the guest would use the nodes that another profile passes. */
static int check_others(const struct resolved *r, struct fault *f)
{
	char path[TREE_PATH_MAX];
	int size;

	for (int node = 0; node < r->tree->n_nodes; node++) {
		if (!tree_is_compatible(r->tree, node, DUMMY_COMPATIBLE) ||
		    !tree_prop(r->tree, node, "iommus", &size) ||
		    resolved_passed(r, node) == node)
			continue;
		fault_set(f, -EINVAL,
			  "%s: this tree was already patched for other devices "
			  "(compatible is \"" DUMMY_COMPATIBLE "\")",
			  tree_path(r->tree, node, path));
		return fault_fix(f, "patch the board's original tree");
	}
	return 0;
}

int patch_plan(const struct resolved *r, bool as_documented, struct edits *out,
	       struct fault *f)
{
	static const struct partition_resources nothing;
	const struct planner p = { r, out, f };
	int ret = check_others(r, f) ?:
			  plan_domain(&p, as_documented ? &r->profile->documented : &nothing);

	for (size_t i = 0; ret == 0 && i < r->profile->n_pass; i++)
		ret = plan_passed(&p, i, as_documented);
	if (ret)
		return ret;
	return plan_host(&p);
}
