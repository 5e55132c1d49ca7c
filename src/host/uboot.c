/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "host/resolve.h"
#include "host/uboot.h"

#define IOMMU_SIZE 12 /* bytes of the only iommus that U-Boot reads */

/* A simulation under way. */
struct prediction {
	const struct tree *t;
	struct uboot *u;
	struct fault *f;
};

/* The first compatible node from first on; -1: there is none. */
static int find_compatible(const struct tree *t, int first, const char *name)
{
	for (int i = first; i < t->n_nodes; i++) {
		if (uboot_is_compatible(t, i, name))
			return i;
	}
	return -1;
}

/*
 * A walk over power-domains as U-Boot reads it (lib/fdtdec.c,
 * fdtdec_parse_phandle_with_args()), which is not quite the grammar of refs.h.
 */
struct power_entries {
	struct cells c;
	size_t at;
	int n;		   /* entries that were read */
	uint32_t resource; /* of the last entry that had one, or UBOOT_NO_RESOURCE */
};

/* 1: read an entry, 0: that was the last, or U-Boot's error -EINVAL. */
static int next_power_entry(const struct tree *t, struct power_entries *d)
{
	/* an empty entry ends the list too: U-Boot gets the same -ENOENT for both */
	uint32_t phandle = d->at < d->c.n ? cells_get(d->c, d->at++) : 0;
	int provider = tree_with_phandle(t, phandle), size;
	struct cells n_args;
	uint32_t n;

	if (!phandle)
		return 0;
	if (provider < 0)
		return -EINVAL;
	n_args = uboot_cells(t, provider, "#power-domain-cells", &size);
	if (!n_args.n)
		return -EINVAL;
	n = cells_get(n_args, 0);
	if (n > d->c.n - d->at)
		return -EINVAL;
	/* without arguments U-Boot uses what it read last */
	if (n)
		d->resource = (uint16_t)cells_get(d->c, d->at);
	d->at += n;
	d->n++;
	return 1;
}

static int hangs(const struct prediction *r, int node, int index)
{
	char path[TREE_PATH_MAX];

	fault_set(r->f, -ELOOP,
		  "%s: entry %d of power-domains is broken (no such node, or cells are "
		  "missing): U-Boot loops forever on it and does not boot",
		  tree_path(r->t, node, path), index);
	return fault_fix(r->f,
			 "delete the node's power-domains, or make each entry refer to an "
			 "existing power controller, with as many cells as its "
			 "#power-domain-cells");
}

/* U-Boot's args are not initialized, and a provider without cells leaves them so. */
static int is_undefined(const struct prediction *r, int node, int index)
{
	char path[TREE_PATH_MAX];

	fault_set(
		r->f, -EOPNOTSUPP,
		"%s: entry %d of power-domains names a power controller without cells before "
		"any resource: what U-Boot does with it is undefined",
		tree_path(r->t, node, path), index);
	return fault_fix(r->f, "delete the node's power-domains");
}

/* 1: read an entry, 0: that was the last, negative: there is a fault. */
static int read_power_entry(const struct prediction *r, int node, struct power_entries *d)
{
	int got = next_power_entry(r->t, d);

	if (got < 0)
		return hangs(r, node, d->n);
	if (got && d->resource == UBOOT_NO_RESOURCE)
		return is_undefined(r, node, d->n - 1);
	return got;
}

static bool is_owned(const struct uboot *u, uint32_t resource)
{
	return resource < RESOURCE_LAST && u->resource_owner[resource] < 0;
}

static int add_disabled(const struct prediction *r, int node, uint32_t resource)
{
	struct uboot *u = r->u;

	return array_add(u->disabled, u->n_disabled, r->f,
			 (struct uboot_disabled){ node, resource });
}

/* update_fdt_with_owned_resources(): look at one node. */
static int check_owner(const struct prediction *r, int node, struct power_entries *d)
{
	int size, got;

	*d = (struct power_entries){ .resource = d->resource };
	d->c = uboot_cells(r->t, node, "power-domains", &size);
	if (size < 0 || !uboot_is_enabled(r->t, node))
		return 0;
	while ((got = read_power_entry(r, node, d)) > 0) {
		if (!is_owned(r->u, d->resource) && add_disabled(r, node, d->resource))
			return r->f->code;
	}
	return got;
}

/* update_fdt_with_owned_resources_legacy() is not followed: its trees are of Linux 4. */
static int refuse_legacy(const struct prediction *r)
{
	char path[TREE_PATH_MAX];
	int size;

	for (int i = 1; i < r->t->n_nodes; i++) {
		uboot_cells(r->t, i, "power-domains", &size);
		if (size >= 0 && uboot_is_enabled(r->t, i))
			return fault_set(
				r->f, -EOPNOTSUPP,
				"%s: power-domains in a tree without fsl,scu-pd: imxpt does "
				"not know the power domains of Linux 4",
				tree_path(r->t, i, path));
	}
	return 0;
}

static int disable_nodes(const struct prediction *r)
{
	struct power_entries d = { .resource = UBOOT_NO_RESOURCE };
	int ret = 0;

	if (find_compatible(r->t, 0, "fsl,scu-pd") < 0)
		return refuse_legacy(r);
	for (int i = 1; ret == 0 && i < r->t->n_nodes; i++)
		ret = check_owner(r, i, &d);
	return ret;
}

bool uboot_sets_stream(uint32_t resource, uint32_t id)
{
	return resource < RESOURCE_LAST && uboot_is_stream_id(id);
}

static int add_stream(const struct prediction *r, int node, uint32_t resource, uint32_t id)
{
	struct uboot *u = r->u;
	int ret = array_add(u->streams, u->n_streams, r->f,
			    (struct uboot_stream){ node, resource, id });

	if (ret == 0 && uboot_sets_stream(resource, id))
		u->stream_id[resource] = id;
	return ret;
}

/* config_smmu_fdt_device_sid(), which stops at the first resource that is refused */
static int set_stream(const struct prediction *r, int node, uint32_t id)
{
	struct power_entries d = { .resource = UBOOT_NO_RESOURCE };
	int size, got, ret = 0;
	struct cells ids = uboot_cells(r->t, node, "fsl,sc_rsrc_id", &size);

	id = (uint16_t)id;
	for (size_t i = 0; ret == 0 && i < ids.n; i++) {
		uint32_t resource = (uint16_t)cells_get(ids, i);

		ret = add_stream(r, node, resource, id);
		if (ret == 0 && !uboot_sets_stream(resource, id))
			return 0;
	}
	if (ret || ids.n)
		return ret;
	/* one that is there and empty is looked at, and power-domains is not */
	if (size < 0)
		d.c = uboot_cells(r->t, node, "power-domains", &size);
	while ((got = read_power_entry(r, node, &d)) > 0) {
		ret = add_stream(r, node, d.resource, id);
		if (ret || !uboot_sets_stream(d.resource, id))
			return ret;
	}
	return got || d.n ? got : add_stream(r, node, UBOOT_NO_RESOURCE, id);
}

/* The last stream id that U-Boot asks for ends the boot if the firmware refuses it. */
static int check_last_stream(const struct prediction *r)
{
	const struct uboot_stream *s = &r->u->streams[r->u->n_streams - 1];
	char path[TREE_PATH_MAX], name[RESOURCE_TEXT_MAX];

	if (s->resource == UBOOT_NO_RESOURCE || uboot_sets_stream(s->resource, s->id))
		return 0;
	fault_set(r->f, -EINVAL,
		  "%s: the firmware refuses stream id 0x%" PRIx32 " for resource %s: U-Boot "
		  "would end with \"system-specific fdt fixup failed\" and not boot",
		  tree_path(r->t, s->node, path), s->id, resource_text(s->resource, name));
	return fault_fix(r->f,
			 "give the node a stream id from 1 to %d in mmu-masters, and "
			 "resources that exist",
			 PROFILE_STREAM_ID_MAX);
}

/* The old binding, which Xen's trees have: pairs of a phandle and a stream id. */
static int set_masters(const struct prediction *r, struct cells masters)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i + 2 <= masters.n; i += 2) {
		int node = tree_with_phandle(r->t, cells_get(masters, i));

		if (node >= 0)
			ret = set_stream(r, node, cells_get(masters, i + 1)) ?:
				      check_last_stream(r);
	}
	return ret;
}

/* config_smmu_fdt(): whether a node is enabled does not matter here. */
static int set_streams(const struct prediction *r)
{
	int smmu = find_compatible(r->t, 1, "arm,mmu-500"), size = -1, ret = 0;
	struct cells c;

	if (smmu > 0) {
		c = uboot_cells(r->t, smmu, "mmu-masters", &size);
		if (size >= 0)
			return set_masters(r, c);
	}
	for (int i = 1; ret == 0 && i < r->t->n_nodes; i++) {
		c = uboot_cells(r->t, i, "iommus", &size);
		if (size == IOMMU_SIZE)
			ret = set_stream(r, i, cells_get(c, 1));
	}
	return ret;
}

static void mark_no_dma(const struct tree *t, struct uboot *out)
{
	for (int node = 0; node < t->n_nodes; node++) {
		struct cells ids = tree_cells(t, node, NO_DMA_RESOURCES);

		if (!tree_is_compatible(t, node, DUMMY_COMPATIBLE))
			continue;
		for (size_t i = 0; i < ids.n; i++) {
			if (cells_get(ids, i) < RESOURCE_LAST)
				out->no_dma[cells_get(ids, i)] = true;
		}
	}
}

int uboot_predict(const struct tree *t, struct uboot *out, struct fault *f)
{
	struct prediction r = { t, out, f };
	int ret;

	*out = (struct uboot){ 0 };
	ret = uboot_make_partitions(t, out, f) ?: disable_nodes(&r) ?: set_streams(&r);
	mark_no_dma(t, out);
	if (ret)
		uboot_free(out);
	return ret;
}

static void assign(struct uboot *u, int *owners, uint32_t last, struct cells ids, int domain)
{
	for (size_t i = 0; i < ids.n; i++) {
		uint32_t id = cells_get(ids, i);

		uboot_note_cut(u, domain, id);
		if (id < last && owners[id] < 0)
			owners[id] = domain;
	}
}

void uboot_add_linux_partition(struct uboot *u, const struct tree *t, int domain)
{
	assign(u, u->resource_owner, RESOURCE_LAST, tree_cells(t, domain, "rsrcs"), domain);
	assign(u, u->pad_owner, PAD_LAST, tree_cells(t, domain, "pads"), domain);
}

void uboot_free(struct uboot *u)
{
	free(u->partitions);
	free(u->resources);
	free(u->pads);
	free(u->disabled);
	free(u->streams);
	*u = (struct uboot){ 0 };
}

bool uboot_is_stream_id(uint32_t id)
{
	return id > 0 && id <= PROFILE_STREAM_ID_MAX;
}

bool uboot_has_stream(const struct uboot *u, int node)
{
	for (size_t i = 0; i < u->n_streams; i++) {
		const struct uboot_stream *s = &u->streams[i];

		if (s->node == node && uboot_sets_stream(s->resource, s->id))
			return true;
	}
	return false;
}

bool uboot_powers(const struct uboot *u, uint32_t resource)
{
	return resource < RESOURCE_LAST && u->is_on[resource];
}

bool uboot_bypasses(const struct uboot *u, uint32_t resource)
{
	return resource < RESOURCE_LAST && u->resource_owner[resource] >= 0 &&
	       !u->stream_id[resource] && !u->no_dma[resource] &&
	       !uboot_powers_mailbox(resource);
}

const char *uboot_outcome_text(enum uboot_outcome outcome)
{
	switch (outcome) {
	case UBOOT_MADE:
		return "a partition is made, and its number written to reg";
	case UBOOT_DISABLED:
		return "no partition: its status is not \"okay\"";
	case UBOOT_INCOMPATIBLE:
		return "no partition: it is not compatible with xen,domu";
	case UBOOT_EMPTY:
		return "no partition: it names neither rsrcs nor pads";
	case UBOOT_NO_REG:
		return "no partition, and no error: it has no reg, and the tree has no free "
		       "space for one";
	}
	return NULL;
}
