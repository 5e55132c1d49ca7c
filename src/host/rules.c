/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "host/rules.h"

#define SMMU_BITS 0x7fff /* of a mask, in an MMU-500 */

/* A set of resources; U-Boot cuts each number to 16 bits. */
struct resource_set {
	uint8_t bits[0x10000 / 8];
};

static void fill(struct resource_set *s, struct cells ids)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < ids.n; i++) {
		uint16_t id = (uint16_t)cells_get(ids, i);

		s->bits[id / 8] |= (uint8_t)(1 << id % 8);
	}
}

static bool has(const struct resource_set *s, uint32_t id)
{
	return s->bits[(uint16_t)id / 8] & 1 << id % 8;
}

static struct cells iommus_of(const struct rules_input *in, size_t i)
{
	return tree_cells(in->resolved->tree, in->resolved->pass[i], "iommus");
}

static bool is_passed(const struct rules_input *in, int node)
{
	return resolved_passed(in->resolved, node) == node;
}

/* Is the node, or one below it, passed? */
static bool has_passed(const struct rules_input *in, int node)
{
	const struct resolved *r = in->resolved;

	for (size_t i = 0; i < r->profile->n_pass; i++) {
		if (r->pass[i] >= node && r->pass[i] < r->tree->nodes[node].end)
			return true;
	}
	return false;
}

static bool is_iommus(const struct ref *r)
{
	return !strcmp(r->property, "iommus");
}

int rules_check_references(const struct rules_input *in, struct fault *f)
{
	for (size_t i = 0; i < in->refs->n; i++) {
		const struct ref *r = &in->refs->v[i];

		/* neither U-Boot nor Linux reads an entry that is cut short */
		if (r->state == REF_DANGLING || is_iommus(r)) {
			int ret = ref_check(in->resolved->tree, r, f);

			if (ret)
				return ret;
		}
	}
	return 0;
}

static int check_stream_id(const struct rules_input *in, const struct ref *r, struct fault *f)
{
	uint32_t id = cells_get(r->args, 0), mask = r->args.n > 1 ? cells_get(r->args, 1) : 0;
	char path[TREE_PATH_MAX];

	tree_path(in->resolved->tree, r->from, path);
	if (!uboot_is_stream_id(id))
		return fault_set(f, -EINVAL, "%s: stream id 0x%x is not 1 to %d", path, id,
				 PROFILE_STREAM_ID_MAX);
	if (mask > SMMU_BITS)
		return fault_set(f, -EINVAL,
				 "%s: mask 0x%x of stream id 0x%x has more bits than 0x%x",
				 path, mask, id, SMMU_BITS);
	return 0;
}

int rules_check_stream_ids(const struct rules_input *in, enum rules_scope scope,
			   struct fault *f)
{
	for (size_t i = 0; i < in->refs->n; i++) {
		const struct ref *r = &in->refs->v[i];
		int ret;

		if (!is_iommus(r) || r->to != in->resolved->iommu || r->state != REF_WHOLE ||
		    (scope == RULES_PASSED && !is_passed(in, r->from)))
			continue;
		ret = check_stream_id(in, r, f);
		if (ret)
			return ret;
	}
	return 0;
}

int rules_check_master(const struct tree *t, const struct uboot *u, int node, struct fault *f)
{
	char path[TREE_PATH_MAX];

	if (uboot_has_stream(u, node))
		return 0;
	return fault_set(f, -EINVAL,
			 "%s: U-Boot sets no stream id for it, so its DMA bypasses the SMMU: "
			 "it needs iommus, and fsl,sc_rsrc_id or power-domains that starts "
			 "with an existing resource",
			 tree_path(t, node, path));
}

int rules_check_resource(const struct tree *t, const struct uboot *u, uint32_t id,
			 struct fault *f)
{
	char path[TREE_PATH_MAX], text[RESOURCE_TEXT_MAX];

	if (!uboot_bypasses(u, id))
		return 0;
	fault_set(f, -EINVAL,
		  "%s: no stream id is set for its resource %s, so DMA of this resource "
		  "bypasses the SMMU",
		  tree_path(t, u->resource_owner[id], path), resource_text(id, text));
	return fault_fix(f, "add the device of the resource to the profile's /pass, or "
			    "the resource to the rsrcs of a device there; a device "
			    "that does no DMA gets no-dma");
}

static int check_resources(const struct rules_input *in, int node, struct fault *f)
{
	const struct resolved *r = in->resolved;
	struct cells ids = tree_cells(r->tree, node, "fsl,sc_rsrc_id");
	struct cells rsrcs = resolved_rsrcs(r);
	char path[TREE_PATH_MAX], text[RESOURCE_TEXT_MAX];
	struct resource_set domain;
	int ret = rules_check_master(r->tree, in->uboot, node, f);

	fill(&domain, rsrcs);
	for (size_t i = 0; ret == 0 && rsrcs.v && i < ids.n; i++) {
		uint32_t id = cells_get(ids, i);

		if (has(&domain, id))
			continue;
		ret = fault_set(f, -EINVAL, "%s: its resource %s is not in rsrcs of /domu/%s",
				tree_path(r->tree, node, path), resource_text(id, text),
				r->profile->domain_node);
		fault_fix(f, "add %u to rsrcs of %s, or correct fsl,sc_rsrc_id of the node",
			  id, tree_path(r->tree, resolved_domain(r), path));
	}
	return ret;
}

/* Without a stream id there is no isolation, whatever the domain gets. */
static int check_bypass(const struct rules_input *in, struct fault *f)
{
	int domain = resolved_domain(in->resolved), ret = 0;

	for (uint32_t id = 0; ret == 0 && domain >= 0 && id < RESOURCE_LAST; id++) {
		if (in->uboot->resource_owner[id] == domain)
			ret = rules_check_resource(in->resolved->tree, in->uboot, id, f);
	}
	return ret;
}

int rules_check_resources(const struct rules_input *in, struct fault *f)
{
	const struct profile *p = in->resolved->profile;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < p->n_pass; i++) {
		if (p->pass[i].bus_master)
			ret = check_resources(in, in->resolved->pass[i], f);
	}
	return ret ? ret : check_bypass(in, f);
}

static int check_streams(const struct rules_input *in, size_t i, struct fault *f)
{
	const struct uboot *u = in->uboot;
	int node = in->resolved->pass[i];
	struct cells iommus = iommus_of(in, i);
	char path[TREE_PATH_MAX], text[RESOURCE_TEXT_MAX];

	for (size_t k = 0; iommus.n > 1 && k < u->n_streams; k++) {
		const struct uboot_stream *s = &u->streams[k];

		if (s->node != node || s->resource >= RESOURCE_LAST ||
		    u->stream_id[s->resource] == cells_get(iommus, 1))
			continue;
		return fault_set(
			f, -EINVAL,
			"%s: the last stream id that U-Boot sets for its resource %s is 0x%x, "
			"but its iommus has 0x%x",
			tree_path(in->resolved->tree, node, path),
			resource_text(s->resource, text), u->stream_id[s->resource],
			cells_get(iommus, 1));
	}
	return 0;
}

int rules_check_streams(const struct rules_input *in, struct fault *f)
{
	const struct profile *p = in->resolved->profile;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < p->n_pass; i++) {
		if (p->pass[i].bus_master)
			ret = check_streams(in, i, f);
	}
	return ret;
}

/* Does U-Boot set the stream id for a node that is not passed, or does iommu-map use it? */
static int find_owner(const struct rules_input *in, uint32_t id, bool enabled)
{
	const struct resolved *r = in->resolved;

	for (size_t i = 0; i < in->uboot->n_streams; i++) {
		const struct uboot_stream *s = &in->uboot->streams[i];

		if (s->id == id && resolved_passed(r, s->node) < 0 &&
		    tree_is_enabled(r->tree, s->node) == enabled)
			return s->node;
	}
	for (size_t i = 0; i < in->refs->n; i++) {
		const struct ref *ref = &in->refs->v[i];

		if (rules_maps_stream(ref, id) && ref->to == r->iommu &&
		    resolved_passed(r, ref->from) < 0 &&
		    tree_is_enabled(r->tree, ref->from) == enabled)
			return ref->from;
	}
	return -1;
}

static int check_owners(const struct rules_input *in, bool enabled, struct fault *f)
{
	char path[TREE_PATH_MAX];

	for (size_t i = 0; i < in->resolved->profile->n_pass; i++) {
		struct cells iommus = iommus_of(in, i);
		uint32_t id = iommus.n > 1 ? cells_get(iommus, 1) : 0;
		int owner = find_owner(in, id, enabled);

		if (id && owner >= 0)
			return fault_set(
				f, -EINVAL,
				"%s: its stream id 0x%x is also that of a passed device: its "
				"DMA would go to the guest's memory",
				tree_path(in->resolved->tree, owner, path), id);
	}
	return 0;
}

int rules_check_stream_owners(const struct rules_input *in, struct fault *f)
{
	return check_owners(in, true, f);
}

int rules_check_disabled_owners(const struct rules_input *in, struct fault *f)
{
	return check_owners(in, false, f);
}

static int report_disabled(const struct rules_input *in, const struct uboot_disabled *d,
			   const char *verb, struct fault *f)
{
	char path[TREE_PATH_MAX], text[RESOURCE_TEXT_MAX];

	return fault_set(f, -EINVAL,
			 "%s: U-Boot %s the node: its power-domains names resource %s, which "
			 "is not the host's",
			 tree_path(in->resolved->tree, d->node, path), verb,
			 resource_text(d->resource, text));
}

int rules_check_stay_enabled(const struct rules_input *in, enum rules_scope scope,
			     struct fault *f)
{
	for (size_t i = 0; i < in->uboot->n_disabled; i++) {
		const struct uboot_disabled *d = &in->uboot->disabled[i];

		if (scope == RULES_ALL || has_passed(in, d->node))
			return report_disabled(in, d, "disables", f);
	}
	return 0;
}

int rules_check_was_enabled(const struct rules_input *in, size_t i, struct fault *f)
{
	const struct resolved *r = in->resolved;
	struct resource_set domain;

	if (tree_is_enabled(r->tree, r->pass[i]))
		return 0;
	fill(&domain, resolved_rsrcs(r));
	for (size_t k = 0; k < in->refs->n; k++) {
		const struct ref *ref = &in->refs->v[k];
		struct uboot_disabled d = { .node = ref->from };

		if (ref->from == r->pass[i] && resource_of_ref(ref, &d.resource) &&
		    has(&domain, d.resource))
			return report_disabled(in, &d, "disabled", f);
	}
	return 0;
}

int rules_check_domain(const struct rules_input *in, struct fault *f)
{
	const struct resolved *r = in->resolved;
	int domain = resolved_domain(r);
	struct cells reg;
	char path[TREE_PATH_MAX];

	if (domain < 0)
		return fault_set(f, -EINVAL,
				 "the tree has no /domu/%s, so U-Boot makes no partition",
				 r->profile->domain_node);
	reg = tree_cells(r->tree, domain, "reg");
	if (reg.n == 1 && cells_get(reg, 0) == 0)
		return 0;
	return fault_set(f, -EINVAL,
			 "%s: reg is not <0>, so U-Boot's scu_rm may assign nothing to the "
			 "partition and report no error",
			 tree_path(r->tree, domain, path));
}

int rules_check_numbers(const struct tree *t, const struct uboot *u, struct fault *f)
{
	char path[TREE_PATH_MAX];

	if (!u->cut)
		return 0;
	fault_set(
		f, -EINVAL,
		"%s: %u in rsrcs or pads has more than 16 bits: the firmware would take it for %u",
		tree_path(t, u->cut_node, path), u->cut, (uint16_t)u->cut);
	return fault_fix(f, "correct it in the board's tree (power-domains, fsl,pins), and "
			    "patch that");
}

int rules_check_all(const struct rules_input *in, struct fault *f)
{
	int ret = rules_check_essentials(in, f)				?:
			  rules_check_parents(in, f)			?:
			  rules_check_references(in, f)			?:
			  rules_check_stream_ids(in, RULES_ALL, f)	?:
			  rules_check_stay_enabled(in, RULES_PASSED, f) ?:
			  rules_check_stream_owners(in, f)		?:
			  rules_check_domain(in, f)			?:
			  rules_check_numbers(in->resolved->tree, in->uboot, f);

	if (ret || in->resolved->profile->exact)
		return ret;
	return rules_check_resources(in, f) ?: rules_check_streams(in, f);
}
