/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "base/array.h"
#include "host/resolve.h"
#include "host/uboot.h"

#define REG_SIZE 4		      /* bytes of the partition's number */
#define PROPERTY_SIZE (12 + REG_SIZE) /* bytes of a new reg: tag, length, name's offset */

/*
 * The firmware has 32 partitions (SC_MAX_PARTS in partition.c), and U-Boot as many slots.
 * How many are in use before scu_rm depends on the firmware and on what else it boots;
 * this leaves room for four.
 */
#define FREE_PARTITIONS 28

/* The partitions of a tree, as far as they are made. */
struct allocation {
	const struct tree *t;
	struct uboot *u;
	size_t room; /* free bytes of the tree */
	bool has_reg_name;
	int n_asked; /* partitions that U-Boot asked for */
	struct fault *f;
};

struct cells uboot_cells(const struct tree *t, int node, const char *name, int *size)
{
	struct cells c = { 0 };

	*size = -1;
	c.v = tree_prop(t, node, name, size);
	if (c.v)
		c.n = (size_t)*size / sizeof(uint32_t);
	return c;
}

bool uboot_is_enabled(const struct tree *t, int node)
{
	int size;
	const char *status = tree_prop(t, node, "status", &size);

	return !status || !strcmp(status, "okay");
}

bool uboot_is_compatible(const struct tree *t, int node, const char *name)
{
	int size = 0;
	const char *s = tree_prop(t, node, "compatible", &size), *end = s ? s + size : s;

	for (; s && end - s >= (ptrdiff_t)strlen(name); s += strlen(s) + 1) {
		if (!strcmp(s, name))
			return true;
	}
	return false;
}

bool uboot_powers_mailbox(uint32_t resource)
{
	return resource >= IMX_SC_R_MU_2A && resource <= IMX_SC_R_MU_4A;
}

static int add_partition(const struct allocation *r, int node, enum uboot_outcome outcome)
{
	struct uboot *u = r->u;

	return array_add(u->partitions, u->n_partitions, r->f,
			 (struct uboot_partition){ node, outcome });
}

/* What a partition names: resources or pads. */
struct claims {
	struct uboot_assignment **v;
	size_t *n;
	int *owner; /* by number */
	uint32_t last;
};

void uboot_note_cut(struct uboot *u, int domain, uint32_t id)
{
	if (u->cut || id <= UINT16_MAX)
		return;
	u->cut = id;
	u->cut_node = domain;
}

static int add_claims(const struct allocation *r, int node, struct cells ids,
		      const struct claims *c)
{
	for (size_t i = 0; i < ids.n; i++) {
		struct uboot_assignment new = { node, -1, (uint16_t)cells_get(ids, i) };

		uboot_note_cut(r->u, node, cells_get(ids, i));
		if (new.id < c->last) {
			new.owner = c->owner[new.id];
			if (new.owner == node)
				continue;
			if (new.owner < 0)
				new.owner = c->owner[new.id] = node;
		}
		if (array_add(*c->v, *c->n, r->f, new))
			return -ENOMEM;
	}
	return 0;
}

/*
 * Is reg among the names of properties, or the end of one?  libfdt adds the name if not.  A
 * name that no property uses would also do, but dtc writes none.
 */
static bool has_reg_name(const struct tree *t)
{
	for (int i = 0; i < t->n_props; i++) {
		size_t len = strlen(t->props[i].name);

		if (len >= 3 && !strcmp(t->props[i].name + len - 3, "reg"))
			return true;
	}
	return false;
}

/* Is there a place for the partition's number?  fdt_setprop(), in place. */
static bool has_reg(struct allocation *r, int node)
{
	int size;
	size_t need = PROPERTY_SIZE + (r->has_reg_name ? 0 : sizeof("reg")), have = 0;

	uboot_cells(r->t, node, "reg", &size);
	if (size >= 0) {
		need = REG_SIZE;
		have = TREE_ALIGN((size_t)size);
	}
	if (need > have + r->room)
		return false;
	r->room += have;
	r->room -= need;
	r->has_reg_name = true;
	return true;
}

/*
 * Only here U-Boot compares the whole number, so a larger one that is cut to a mailbox's is
 * switched off.
 */
static void set_power(struct uboot *u, struct cells ids)
{
	for (size_t i = 0; i < ids.n; i++) {
		uint32_t id = cells_get(ids, i);

		if ((uint16_t)id < RESOURCE_LAST)
			u->is_on[(uint16_t)id] = uboot_powers_mailbox(id);
	}
}

/* partition_alloc(), which U-Boot does not undo if reg cannot be written */
static int alloc_partition(struct allocation *r, int node)
{
	char path[TREE_PATH_MAX];

	if (++r->n_asked <= FREE_PARTITIONS)
		return 0;
	fault_set(r->f, -E2BIG,
		  "%s: this is domain number %d, and the firmware has 32 partitions, some of "
		  "them in use before: what U-Boot does is undefined",
		  tree_path(r->t, node, path), r->n_asked);
	return fault_fix(r->f, "keep at most %d domains in /domu", FREE_PARTITIONS);
}

static int partition(struct allocation *r, int node)
{
	struct uboot *u = r->u;
	const struct claims resources = { &u->resources, &u->n_resources, u->resource_owner,
					  RESOURCE_LAST };
	const struct claims pads = { &u->pads, &u->n_pads, u->pad_owner, PAD_LAST };
	int size, pad_size;
	struct cells ids = uboot_cells(r->t, node, "rsrcs", &size);
	struct cells pad_ids = uboot_cells(r->t, node, "pads", &pad_size);

	if (!uboot_is_enabled(r->t, node))
		return add_partition(r, node, UBOOT_DISABLED);
	if (!uboot_is_compatible(r->t, node, "xen,domu"))
		return add_partition(r, node, UBOOT_INCOMPATIBLE);
	if (size <= 0 && pad_size <= 0)
		return add_partition(r, node, UBOOT_EMPTY);
	if (alloc_partition(r, node))
		return r->f->code;
	if (!has_reg(r, node))
		return add_partition(r, node, UBOOT_NO_REG);
	set_power(u, ids);
	return add_partition(r, node, UBOOT_MADE)	    ?:
		       add_claims(r, node, ids, &resources) ?:
		       add_claims(r, node, pad_ids, &pads);
}

int uboot_make_partitions(const struct tree *t, struct uboot *u, struct fault *f)
{
	struct allocation r = {
		.t = t, .u = u, .room = tree_room(t), .has_reg_name = has_reg_name(t), .f = f
	};
	int domu = resolve_domu(t), ret = 0;

	for (size_t i = 0; i < RESOURCE_LAST; i++)
		u->resource_owner[i] = -1;
	for (size_t i = 0; i < PAD_LAST; i++)
		u->pad_owner[i] = -1;
	u->has_domu = domu > 0;
	if (domu < 0)
		return 0;
	for (int i = domu + 1; ret == 0 && i < t->nodes[domu].end; i = t->nodes[i].end)
		ret = partition(&r, i);
	return ret;
}
