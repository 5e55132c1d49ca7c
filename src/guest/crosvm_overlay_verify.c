/* SPDX-License-Identifier: Apache-2.0 */
/* The overlay applied to a tree as crosvm makes it, and the result checked. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "guest/crosvm.h"
#include "guest/deps.h"

#define FIRST_SPI 4 /* as without a PCI function; any other number would do */

#define OVERLAY "/fragment@0/__overlay__/"

/* The highest phandles of crosvm's tree, which are those of the last CPU: of 1 and of 8. */
static const char *const cpu_phandles[] = { "\0\0\1\0", "\0\0\1\7" };

/* A tree in memory of its own. */
struct made {
	void *blob;
	size_t size;
	struct tree tree;
};

static void made_free(struct made *m)
{
	tree_close(&m->tree);
	free(m->blob);
}

static int made_apply(const struct edits *l, struct made *out, struct fault *f)
{
	int ret = edits_apply(l, 0, &out->blob, &out->size, f);

	return ret ? ret : tree_open(out->blob, out->size, &out->tree, f);
}

/* aarch64/src/fdt.rs of google/crosvm: the GIC has phandle 1, and the label intc. */
static const struct {
	const char *node; /* a child of the root; NULL: the root */
	struct prop p;
} base_nodes[] = {
	{ NULL, { "interrupt-parent", "\0\0\0\1", 4, 0 } },
	{ NULL, { "#address-cells", "\0\0\0\2", 4, 0 } },
	{ NULL, { "#size-cells", "\0\0\0\2", 4, 0 } },
	{ "intc", { "compatible", "arm,gic-v3", sizeof("arm,gic-v3"), 0 } },
	{ "intc", { "interrupt-controller", "", 0, 0 } },
	{ "intc", { "#interrupt-cells", "\0\0\0\3", 4, 0 } },
	{ "intc", { "phandle", "\0\0\0\1", 4, 0 } },
	{ "pclk@3M", { "phandle", "\0\0\0\30", 4, 0 } },
	{ "__symbols__", { "intc", "/intc", sizeof("/intc"), 0 } },
};

static int plan_base(struct edits *l, const char *cpu_phandle, struct fault *f)
{
	const struct prop phandle = { .name = "phandle",
				      .value = cpu_phandle,
				      .size = sizeof(uint32_t) };
	int cpus, node, ret = edits_child(l, 0, "cpus", "", &cpus, f);

	for (size_t i = 0; i < sizeof(base_nodes) / sizeof(*base_nodes) && ret == 0; i++) {
		node = 0;
		if (base_nodes[i].node)
			ret = edits_child(l, 0, base_nodes[i].node, "", &node, f);
		if (ret == 0)
			ret = edits_set(l, node, &base_nodes[i].p, "", f);
	}
	return ret ? ret : edits_set(l, cpus, &phandle, "", f);
}

static int make_base(const char *cpu_phandle, struct made *out, struct fault *f)
{
	struct made empty = { 0 };
	struct edits l;
	int ret = tree_create_empty(&empty.blob, &empty.size, f);

	if (ret)
		return ret;
	ret = tree_open(empty.blob, empty.size, &empty.tree, f);
	edits_start(&l, &empty.tree);
	if (ret == 0)
		ret = plan_base(&l, cpu_phandle, f) ?: made_apply(&l, out, f);
	edits_free(&l);
	made_free(&empty);
	return ret;
}

/* crosvm's GIC has no line for the interrupts after the last one (AARCH64_GIC_NR_IRQS). */
static int check_room(const struct device_regs *regs, uint32_t next_spi, struct fault *f)
{
	if (regs->n_regions > DEVICE_REGIONS_MAX)
		return fault_set(f, -EINVAL, "%s: it has too many regions", regs->name);
	if (regs->n_irqs > FIRST_SPI + CROSVM_SPIS - next_spi)
		return fault_set(f, -EINVAL, "%s: crosvm has no interrupt line left for it",
				 regs->name);
	return 0;
}

/*
 * Replace reg and interrupts of a passed device as crosvm does (patch_fdt_node()).  The
 * addresses are crosvm's own, and stay 0 here.
 */
static int set_device(struct edits *l, int node, const struct device_regs *regs,
		      uint32_t *next_spi, struct fault *f)
{
	uint32_t *reg = edits_keep(l, regs->n_regions * 4 * sizeof(*reg), f);
	uint32_t *irq = edits_keep(l, regs->n_irqs * 3 * sizeof(*irq), f);
	struct prop p = { .name = "reg", .value = reg };
	int ret = 0;

	if (!reg || !irq)
		return f->code;
	p.size = (int)(regs->n_regions * 4 * sizeof(*reg));
	for (size_t r = 0; r < regs->n_regions; r++, reg += 4)
		cells_put_number(reg + 2, regs->size[r]);
	if (p.size > 0)
		ret = edits_set(l, node, &p, "", f);
	p = (struct prop){ .name = "interrupts", .value = irq };
	p.size = (int)(regs->n_irqs * 3 * sizeof(*irq));
	for (uint32_t k = 0; k < regs->n_irqs; k++, irq += 3) {
		irq[1] = htobe32((*next_spi)++);
		irq[2] = htobe32(regs->trigger[k]);
	}
	return ret || p.size == 0 ? ret : edits_set(l, node, &p, "", f);
}

static int find_device(const struct guest *g, size_t i, const struct tree *t, struct fault *f)
{
	const char *label = g->profile->pass[i].node.label;
	int node = tree_labelled(t, label);

	return node >= 0 ? node : fault_set(f, -EINVAL, "there is no label %s", label);
}

static int set_devices(const struct guest *g, struct edits *l, struct fault *f)
{
	uint32_t next_spi = FIRST_SPI;
	struct device_regs regs;
	int ret = 0;

	for (size_t i = 0; i < g->profile->n_pass && ret == 0; i++) {
		int node = find_device(g, i, l->tree, f);

		if (node < 0)
			return node;
		ret = device_regs_read(g->host, g->pass[i], &regs, f);
		if (ret == 0)
			ret = check_room(&regs, next_spi, f) ?:
				      set_device(l, node, &regs, &next_spi, f);
	}
	return ret;
}

/*
 * Has the device properties that crosvm does not replace and that are true only on the host?
 */
static int check_left(const struct tree *t, int node, struct fault *f)
{
	static const char *const names[] = { "iommus", "interrupts-extended",
					     "interrupt-parent", "dma-coherent",
					     "msi-parent" };
	char path[TREE_PATH_MAX];
	int size;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (tree_prop(t, node, names[i], &size))
			return fault_set(f, -EINVAL, "%s: %s is the host's",
					 tree_path(t, node, path), names[i]);
	}
	if (!tree_is_enabled(t, node))
		return fault_set(f, -EINVAL, "%s: it is disabled", tree_path(t, node, path));
	return 0;
}

/* Has the node in crosvm's tree as many registers and interrupts as the host's? */
static int check_device(const struct guest *g, size_t i, const struct tree *t, struct fault *f)
{
	int node = find_device(g, i, t, f), ret;
	struct device_regs want, got;
	char path[TREE_PATH_MAX];
	bool same;

	if (node < 0)
		return node;
	ret = device_regs_read(g->host, g->pass[i], &want, f) ?:
		      device_regs_read(t, node, &got, f)      ?:
								check_left(t, node, f);
	if (ret)
		return ret;
	same = got.n_regions == want.n_regions && got.n_irqs == want.n_irqs;
	for (size_t r = 0; same && r < got.n_regions; r++)
		same = got.size[r] == want.size[r];
	for (uint32_t k = 0; same && k < got.n_irqs; k++)
		same = got.trigger[k] == want.trigger[k];
	if (same)
		return 0;
	return fault_set(f, -EINVAL, "%s: its registers or interrupts are not the device's",
			 tree_path(t, node, path));
}

/* crosvm looks for a device among the labels, and libfdt accepts more than it does. */
static int check_labels(const struct tree *t, struct fault *f)
{
	int symbols = tree_child(t, 0, "__symbols__");
	struct prop p = { .number = 0 };

	while (symbols > 0 && tree_next_prop(t, symbols, &p)) {
		const char *path = tree_string(t, symbols, p.name);

		if (!path || !text_starts(path, OVERLAY))
			return fault_set(f, -EINVAL, "the label %s is not below " OVERLAY,
					 p.name);
	}
	return 0;
}

/* Are the overlay's nodes those that crosvm reads, without a label of its tree? */
static int check_shape(const struct tree *t, struct fault *f)
{
	static const char *const names[] = { "fragment@0", "__symbols__", "__local_fixups__" };

	for (int i = 1; i < t->n_nodes; i = t->nodes[i].end) {
		size_t k = 0;

		while (k < 3 && strcmp(t->nodes[i].name, names[k]) != 0)
			k++;
		if (k == 3)
			return fault_set(f, -EINVAL, "the overlay has a node /%s",
					 t->nodes[i].name);
	}
	return check_labels(t, f);
}

static int check_devices(const struct guest *g, const struct tree *t, struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; i < g->profile->n_pass && ret == 0; i++)
		ret = check_device(g, i, t, f);
	return ret;
}

/* Check the devices twice: as the overlay has them, and as crosvm changes them. */
static int check_merged(const struct guest *g, const struct tree *merged, struct fault *f)
{
	struct made made = { 0 };
	struct edits l;
	int ret;

	edits_start(&l, merged);
	ret = set_devices(g, &l, f)		      ?:
		      check_devices(g, merged, f)     ?:
		      made_apply(&l, &made, f)	      ?:
		      guest_check_refs(&made.tree, f) ?:
							check_devices(g, &made.tree, f);
	edits_free(&l);
	made_free(&made);
	return ret;
}

static int check_on_base(const struct guest *g, const struct tree *overlay,
			 const char *cpu_phandle, struct fault *f)
{
	struct made base = { 0 }, merged = { 0 };
	int ret = make_base(cpu_phandle, &base, f);

	if (ret == 0)
		ret = overlay_apply(&base.tree, overlay, &merged.blob, &merged.size, f) ?:
			      tree_open(merged.blob, merged.size, &merged.tree, f)	?:
			      check_merged(g, &merged.tree, f);
	made_free(&merged);
	made_free(&base);
	return ret;
}

static int check_size(const struct tree *t, struct fault *f)
{
	int n = t->n_nodes + t->n_props;

	if (tree_size(t) > CROSVM_TREE_SIZE)
		fault_set(f, -E2BIG, "the overlay has %zu bytes, crosvm's tree at most %d",
			  tree_size(t), CROSVM_TREE_SIZE);
	else if (n > CROSVM_OVERLAY_ITEMS)
		fault_set(f, -E2BIG,
			  "the overlay has %d nodes and properties, at most %d "
			  "are supported",
			  n, CROSVM_OVERLAY_ITEMS);
	else
		return 0;
	return fault_fix(f, "pass fewer devices, or remove from the board's tree what the "
			    "guest does not need: 'imxpt deps' lists what it gets");
}

int crosvm_overlay_verify(const struct guest *g, const struct tree *overlay, struct fault *f)
{
	int ret = check_size(overlay, f) ?: check_shape(overlay, f);

	for (size_t i = 0; i < sizeof(cpu_phandles) / sizeof(*cpu_phandles) && ret == 0; i++)
		ret = check_on_base(g, overlay, cpu_phandles[i], f);
	return ret;
}
