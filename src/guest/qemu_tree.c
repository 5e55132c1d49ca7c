/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "guest/copy.h"
#include "guest/qemu.h"

/* Of the bus's ranges for one region: address on the bus, the guest's, size; two each. */
#define WINDOW_CELLS 6

static int widen_bus(const struct guest_builder *b)
{
	static const uint8_t two[] = { 0, 0, 0, 2 };
	static const struct prop cells[] = {
		{ .name = "#address-cells", .value = two, .size = sizeof(two) },
		{ .name = "#size-cells", .value = two, .size = sizeof(two) },
	};
	int ret = 0;

	for (int i = 0; i < 2 && ret == 0; i++)
		ret = builder_set(b, b->devices, &cells[i],
				  "64-bit addresses, as in the root");
	return ret;
}

/*
 * On the bus each device has the address that it has on the host, so that nodes keep
 * their names and reg; ranges maps it to the slot.
 */
static int set_windows(const struct guest_builder *b, const struct bus_layout *l)
{
	struct prop p = { .name = "ranges" };
	size_t n = 0;
	uint32_t *v;

	for (size_t i = 0; i < l->n; i++)
		n += WINDOW_CELLS * l->slot[i].n_regions;
	p.size = (int)(n * sizeof(*v));
	p.value = v = builder_cells(b, n);
	if (!v)
		return b->fault->code;
	for (size_t i = 0; i < l->n; i++) {
		const struct slot *s = &l->slot[i];

		for (size_t r = 0; r < s->n_regions; r++, v += WINDOW_CELLS) {
			cells_put_number(v, l->regs[i].address[r]);
			cells_put_number(v + 2, s->region[r].addr);
			cells_put_number(v + 4, s->region[r].size);
		}
	}
	return builder_set(b, b->devices, &p, "where QEMU maps the devices");
}

static int set_interrupts(const struct guest_builder *b, const struct bus_layout *l, size_t i)
{
	struct device_regs regs = l->regs[i];

	for (uint32_t k = 0; k < regs.n_irqs; k++)
		regs.irq[k] = l->slot[i].first_spi + k;
	return builder_set_interrupts(b, b->copy[l->node[i]], &regs,
				      "QEMU's interrupt lines, with the host's triggers");
}

static int set_devices(const struct guest_builder *b, const struct bus_layout *l)
{
	int ret = 0;

	for (size_t i = 0; i < l->n_dumped && ret == 0; i++)
		ret = builder_set_reg(b, l->node[i], &l->regs[i]);
	for (size_t i = l->n_dumped; i < l->n && ret == 0; i++) {
		ret = builder_device(b, i - l->n_dumped, &l->regs[i]);
		if (ret == 0)
			ret = set_interrupts(b, l, i);
	}
	return ret;
}

/* Delete properties that hold only for QEMU's own devices, or only for one start of QEMU. */
static int delete_unfit(const struct guest_builder *b)
{
	static const char *const seeds[] = { "kaslr-seed", "rng-seed" };
	const struct tree *virt = b->edits->tree;
	int chosen = tree_child(virt, 0, "chosen"), ret = 0;

	for (int i = b->devices; i >= 0 && ret == 0; i = virt->nodes[i].parent)
		ret = edits_delete(b->edits, i, "dma-coherent",
				   "the passed devices would inherit it", b->fault);
	for (int i = 0; i < 2 && chosen > 0 && ret == 0; i++)
		ret = edits_delete(b->edits, chosen, seeds[i],
				   "it would be the same at every boot", b->fault);
	return ret;
}

int qemu_tree_plan(const struct guest *g, const struct bus_layout *l, struct edits *out,
		   struct fault *f)
{
	struct guest_builder b = {
		.guest = g,
		.edits = out,
		.root = 0,
		.devices = l->bus.node,
		.reg_why = "the same address, in the cells of the parent",
		.fault = f,
	};
	int ret = builder_copy(&b)	     ?:
			  set_devices(&b, l) ?:
			  widen_bus(&b)	     ?:
			  set_windows(&b, l) ?:
					       delete_unfit(&b);

	builder_free(&b);
	return ret;
}

/* Does a window map the address on the bus to this guest physical one? */
static bool maps(struct cells ranges, uint64_t address, uint64_t guest)
{
	for (size_t i = 0; i + WINDOW_CELLS <= ranges.n; i += WINDOW_CELLS) {
		uint64_t offset = address - cells_number(ranges, i, 2);

		if (offset < cells_number(ranges, i + 4, 2))
			return cells_number(ranges, i + 2, 2) + offset == guest;
	}
	return false;
}

/* A node with this name below the bus; -1: none. */
static int find_below(const struct tree *t, int bus, const char *name)
{
	for (int i = bus + 1; i < t->nodes[bus].end; i++) {
		if (!strcmp(t->nodes[i].name, name))
			return i;
	}
	return -1;
}

static int verify_device(const struct bus_layout *l, size_t i, const struct tree *t, int bus,
			 struct fault *f)
{
	const struct device_regs *want = &l->regs[i];
	const struct slot *s = &l->slot[i];
	struct cells ranges = tree_cells(t, bus, "ranges");
	int node = find_below(t, bus, want->name), ret;
	struct device_regs got;
	bool same;

	if (node < 0)
		return fault_set(f, -EINVAL, "%s: not on the bus", want->name);
	ret = device_regs_read(t, node, &got, f);
	if (ret)
		return ret;
	same = got.n_regions == s->n_regions &&
	       got.n_irqs == (l->unlisted_irqs[i] ? 0 : s->n_spis);
	for (size_t r = 0; same && r < s->n_regions; r++)
		same = got.size[r] == s->region[r].size &&
		       maps(ranges, got.address[r], s->region[r].addr);
	for (uint32_t k = 0; same && k < got.n_irqs; k++)
		same = got.irq[k] == s->first_spi + k && got.trigger[k] == want->trigger[k];
	if (same)
		return 0;
	return fault_set(f, -EINVAL, "%s: not where QEMU will put it", want->name);
}

int qemu_tree_verify(const struct bus_layout *l, const struct tree *made, struct fault *f)
{
	int bus = tree_compatible(made, BUS_COMPATIBLE), ret;

	if (bus < 0)
		return fault_set(f, -EINVAL, "the platform bus is missing");
	ret = guest_check_refs(made, f);
	for (size_t i = 0; i < l->n && ret == 0; i++)
		ret = verify_device(l, i, made, bus, f);
	return ret;
}
