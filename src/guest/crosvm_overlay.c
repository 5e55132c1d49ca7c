/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "guest/copy.h"
#include "guest/crosvm.h"

#define FRAGMENT "fragment@0"
#define CELLS 2 /* of an address and of a size, as crosvm writes them */

/* Does crosvm's tree have a child of the root of this name? */
static bool is_base_name(const char *name)
{
	static const char *const names[] = {
		"__symbols__",
		"chosen",
		"config",
		"cpufreq",
		"cpus",
		"goldfish_battery",
		"intc",
		"memory",
		"pci",
		"pclk@3M",
		"pmu",
		"psci",
		"reserved-memory",
		"rtc@2000",
		"timer",
		"vmwdt@3000",
	};
	static const char *const starts[] = { "U6_16550A@", "dev_pd", "pviommu" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		if (text_starts(name, starts[i]))
			return true;
	}
	return false;
}

/* Add the one fragment; its __overlay__ is the guest's root. */
static int add_fragment(struct guest_builder *b)
{
	static const struct prop target = { .name = "target-path", .value = "/", .size = 2 };
	const char *why = "what follows is added to the root of crosvm's tree";
	int fragment, ret;

	ret = edits_child(b->edits, 0, FRAGMENT, why, &fragment, b->fault);
	if (ret)
		return ret;
	ret = builder_set(b, fragment, &target, why);
	if (ret)
		return ret;
	ret = edits_child(b->edits, fragment, "__overlay__", why, &b->root, b->fault);
	b->devices = b->root;
	return ret;
}

/* crosvm would merge the copy into its own node. */
static int check_names(const struct guest_builder *b)
{
	for (int node = 0; node < b->guest->host->n_nodes; node++) {
		const char *name = b->guest->host->nodes[node].name;

		if (deps_of_node(b->guest->deps, node) &&
		    edits_maker(b->edits, b->copy[node])->node == b->root &&
		    is_base_name(name))
			return fault_set(b->fault, -EEXIST,
					 "crosvm's tree already has a node /%s", name);
	}
	return 0;
}

/* crosvm writes reg for a parent of CELLS cells, as the guest's root is. */
static int check_parent(const struct guest_builder *b, int node)
{
	const struct tree *t = b->guest->host;
	int parent = t->nodes[node].parent;
	const struct dependency *above = deps_of_node(b->guest->deps, parent);
	char path[TREE_PATH_MAX];

	if (!above || above->disposition != DISPOSITION_PASSED ||
	    (tree_cell_count(t, parent, "#address-cells", 2) == CELLS &&
	     tree_cell_count(t, parent, "#size-cells", 1) == CELLS))
		return 0;
	return fault_set(b->fault, -ENOTSUP,
			 "%s: its parent is passed and does not have the two address and two "
			 "size cells that crosvm writes",
			 tree_path(t, node, path));
}

static int set_symbol(const struct guest_builder *b, size_t i, int node)
{
	struct prop p = { .name = b->guest->profile->pass[i].node.label };
	const char *why = "'--vfio ...,dt-symbol=' of crosvm names it";
	char path[TREE_PATH_MAX];
	int symbols, ret;

	ret = edits_child(b->edits, 0, "__symbols__", why, &symbols, b->fault);
	if (ret)
		return ret;
	p.value = builder_text(b, "%s", edits_path(b->edits, node, path));
	if (!p.value)
		return b->fault->code;
	p.size = (int)strlen(p.value) + 1;
	return builder_set(b, symbols, &p, why);
}

static int set_device(const struct guest_builder *b, size_t i, uint32_t *n_irqs)
{
	int node = b->guest->pass[i], copy = b->copy[node], ret;
	struct device_regs regs;
	char path[TREE_PATH_MAX];

	ret = device_regs_read(b->guest->host, node, &regs, b->fault);
	if (ret)
		return ret;
	*n_irqs += regs.n_irqs;
	if (regs.n_regions > DEVICE_REGIONS_MAX || *n_irqs > CROSVM_SPIS)
		return fault_set(b->fault, -E2BIG,
				 "%s: more than %d regions, or more than %d interrupts with "
				 "those of the devices before it",
				 tree_path(b->guest->host, node, path), DEVICE_REGIONS_MAX,
				 CROSVM_SPIS);
	ret = check_parent(b, node);
	if (ret)
		return ret;
	ret = builder_device(b, i, &regs);
	if (ret)
		return ret;
	ret = builder_set_interrupts(b, copy, &regs,
				     "the host's, for readers: crosvm replaces them");
	return ret ? ret : set_symbol(b, i, copy);
}

static int set_devices(const struct guest_builder *b)
{
	uint32_t n_irqs = 0;
	int ret = 0;

	for (size_t i = 0; i < b->guest->profile->n_pass && ret == 0; i++)
		ret = set_device(b, i, &n_irqs);
	return ret;
}

/* The node below /__local_fixups__ that has the path of this one. */
static int mirror(const struct guest_builder *b, int node, int *out)
{
	const char *why = "the phandles that crosvm must change";
	const struct edit *maker = edits_maker(b->edits, node);
	const char *name = "__local_fixups__";
	int parent = 0, ret = 0;

	/* as deep as the tree, so at most TREE_DEPTH_MAX */
	if (maker) {
		name = maker->name;
		ret = mirror(b, maker->node, &parent);
	}
	return ret ? ret : edits_child(b->edits, parent, name, why, out, b->fault);
}

/* Note where the n phandles of a property are, as "dtc -@" does. */
static int set_fixup(const struct guest_builder *b, const struct fixup *first, size_t n)
{
	uint32_t *v = builder_cells(b, n);
	struct prop p = { .name = first->property, .value = v, .size = (int)(n * sizeof(*v)) };
	int node, ret;

	if (!v)
		return b->fault->code;
	for (size_t i = 0; i < n; i++)
		v[i] = htobe32((uint32_t)first[i].offset);
	ret = mirror(b, first->node, &node);
	return ret ? ret : builder_set(b, node, &p, "offsets of its phandles");
}

static int set_fixups(const struct guest_builder *b)
{
	const struct fixups *l = b->fixups;
	size_t end;
	int ret = 0;

	for (size_t i = 0; i < l->n && ret == 0; i = end) {
		for (end = i + 1; end < l->n && l->v[end].node == l->v[i].node &&
				  !strcmp(l->v[end].property, l->v[i].property);
		     end++)
			;
		ret = set_fixup(b, &l->v[i], end - i);
	}
	return ret;
}

int crosvm_overlay_plan(const struct guest *g, struct edits *out, struct fault *f)
{
	struct fixups fixups = { 0 };
	struct guest_builder b = {
		.guest = g,
		.edits = out,
		.reg_why = "the host's, for readers: crosvm replaces it",
		.fixups = &fixups,
		.fault = f,
	};
	int ret = add_fragment(&b)	   ?:
			  builder_copy(&b) ?:
			  check_names(&b)  ?:
			  set_devices(&b)  ?:
					     set_fixups(&b);

	builder_free(&b);
	free(fixups.v);
	return ret;
}
