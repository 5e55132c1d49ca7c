/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "base/text.h"
#include "guest/deps.h"
#include "host/resolve.h"
#include "host/resource.h"
#include "host/rules.h"
#include "host/uboot.h"

#define STREAM_FIRST 32 /* above the ids that NXP's trees use */

struct maker {
	const struct tree *t;
	struct draft *d;
	int mailbox;
	struct fault *f;
};

/* Kinds of devices without DMA of their own, by their drivers in Linux. */
static const char *const no_dma_kinds[] = { "-adc",	"-flexcan", "-gpio", "-lpi2c",
					    "-lpspi",	"-lpuart",  "-mu",   "-pwm",
					    "-usbmisc", "-usbphy" };

static bool is_gate(const struct tree *t, int node)
{
	return compatible_ends(t, node, "-lpcg");
}

static bool is_mailbox(const struct tree *t, int node)
{
	int resource = resource_of_mailbox(t->nodes[node].name);

	return resource >= 0 && uboot_powers_mailbox((uint32_t)resource) &&
	       compatible_ends(t, node, "-mu");
}

/* Does the node itself name a resource? */
static bool has_resource(const struct tree *t, int node)
{
	int size;

	return tree_prop(t, node, "power-domains", &size) ||
	       tree_prop(t, node, "fsl,sc_rsrc_id", &size);
}

static const char *no_dma_reason(const struct tree *t, int node, const struct edge *e)
{
	int size;

	/* for these the profile need not say it */
	if (is_gate(t, node) || is_mailbox(t, node))
		return NULL;
	if (e && !strcmp(e->property, DEPS_CHILD) && !has_resource(t, node))
		return "the device that it is a part of has the resource";
	if (tree_prop(t, node, "iommus", &size))
		return NULL;
	for (size_t i = 0; i < sizeof(no_dma_kinds) / sizeof(*no_dma_kinds); i++) {
		if (compatible_ends(t, node, no_dma_kinds[i]))
			return "such devices do no DMA";
	}
	return tree_prop(t, node, "dmas", &size) ?
		       "a DMA controller of the host moves its data" :
		       NULL;
}

/* The device of the SoC that node is, or belongs to; -1: none. */
static int soc_device(const struct tree *t, int node)
{
	int size;

	for (; node > 0; node = t->nodes[node].parent) {
		int parent = t->nodes[node].parent;

		/* an address of PCI has three cells */
		if (is_plain_bus(t, parent) && strchr(t->nodes[node].name, '@') &&
		    strcmp(t->nodes[parent].name, "reserved-memory") != 0 &&
		    tree_cell_count(t, parent, "#address-cells", 2) <= 2 &&
		    tree_prop(t, node, "reg", &size) &&
		    tree_prop(t, node, "compatible", &size))
			return node;
	}
	return -1;
}

/* Does the host need the device? */
static bool is_the_hosts(const struct maker *m, int node)
{
	return rules_is_essential(m->t, node) ||
	       rules_essential_user(m->t, &m->d->deps.refs, node);
}

static int check_device(const struct maker *m, int node)
{
	int device = soc_device(m->t, node);
	int ret = resolve_check_unpatched(m->t, node, m->f);
	char path[TREE_PATH_MAX], whole[TREE_PATH_MAX];

	if (ret)
		return ret;
	tree_path(m->t, node, path);
	if (device < 0)
		return fault_set(
			m->f, -EINVAL,
			"%s: VFIO cannot pass it: it is not a device on a bus of the SoC",
			path);
	if (is_the_hosts(m, device))
		return fault_set(m->f, -EINVAL, "%s: the host does not work without %s", path,
				 device == node ? "it" : tree_path(m->t, device, whole));
	if (device == node)
		return 0;
	fault_set(m->f, -EINVAL, "%s: VFIO cannot pass it without %s", path,
		  tree_path(m->t, device, whole));
	return fault_fix(m->f, "name that node, which contains this one");
}

static bool is_passed(const struct maker *m, int node)
{
	for (size_t i = 0; i < m->d->n_pass; i++) {
		if (m->d->pass[i].node == node)
			return true;
	}
	return node == m->mailbox;
}

static int insert(const struct maker *m, size_t at, int node, const struct edge *e)
{
	struct draft *d = m->d;
	char path[TREE_PATH_MAX];

	if (d->n_pass == PROFILE_PASS_MAX - (m->mailbox >= 0)) {
		fault_set(m->f, -E2BIG,
			  "%s is needed too, and a profile has at most %d devices",
			  tree_path(m->t, node, path), PROFILE_PASS_MAX);
		return fault_fix(m->f, "'imxpt deps BOARD.dtb NODE' shows what needs it");
	}
	memmove(&d->pass[at + 1], &d->pass[at], (d->n_pass - at) * sizeof(*d->pass));
	d->pass[at] = (struct draft_device){ .node = node,
					     .user = e ? e->from : -1,
					     .property = e ? e->property : NULL,
					     .no_dma = no_dma_reason(m->t, node, e) };
	d->n_pass++;
	return 0;
}

/* Find what the guest gets if all devices so far are passed. */
static int find_deps(const struct maker *m)
{
	struct draft *d = m->d;
	int passed[PROFILE_PASS_MAX + 1];
	struct nodes all = { passed, d->n_pass };

	for (size_t i = 0; i < d->n_pass; i++)
		passed[i] = d->pass[i].node;
	if (m->mailbox >= 0)
		passed[all.n++] = m->mailbox;
	deps_free(&d->deps);
	return deps_find(m->t, all, all, (struct nodes){ 0 }, &d->deps, m->f);
}

/* Is it a reference that the guest's driver does not need, or that the host serves? */
static bool is_spared(const char *property)
{
	static const char *const starts[] = { "interrupt", "nvmem", "pinctrl-" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		if (text_starts(property, starts[i]))
			return true;
	}
	return is_gpio_list(property) || text_ends(property, "-supply");
}

/* The device that must be passed for this edge; -1: none. */
static int needed_device(const struct maker *m, const struct edge *e)
{
	int device;

	if (e->disposition != DISPOSITION_DROPPED || !e->loss)
		return -1;
	if (e->ref ? !e->ref->needed || is_spared(e->property) :
		     strcmp(e->property, DEPS_CHILD) != 0)
		return -1;
	device = soc_device(m->t, e->to);
	return device < 0 || is_passed(m, device) || is_the_hosts(m, device) ? -1 : device;
}

/* Add what the devices from first on need before the last one: gates, then others. */
static int add_needed(const struct maker *m, size_t first)
{
	struct draft *d = m->d;
	size_t gates = first;
	int ret = find_deps(m);

	for (size_t i = 0; ret == 0 && i < d->deps.n_edges;) {
		const struct edge *e = &d->deps.edges[i++];
		int device = needed_device(m, e);

		if (device < 0)
			continue;
		ret = insert(m, is_gate(m->t, device) ? gates++ : d->n_pass - 1, device, e) ?:
			      find_deps(m);
		i = 0;
	}
	return ret;
}

static int add_devices(const struct maker *m, struct nodes devices)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < devices.n; i++) {
		size_t first = m->d->n_pass;

		ret = check_device(m, devices.v[i]);
		if (ret == 0 && !is_passed(m, devices.v[i]))
			ret = insert(m, first, devices.v[i], NULL) ?: add_needed(m, first);
	}
	return ret;
}

/* Does no enabled node use the mailbox, or its resource? */
static bool is_free_mailbox(const struct maker *m, int node)
{
	const struct refs *refs = &m->d->deps.refs;
	uint32_t id, resource = (uint32_t)resource_of_mailbox(m->t->nodes[node].name);

	for (size_t i = 0; i < refs->n; i++) {
		const struct ref *r = &refs->v[i];
		bool uses = resource_of_ref(r, &id) ?
				    id == resource :
				    r->to == node && !strcmp(r->property, "mboxes");

		if (uses && tree_is_enabled(m->t, r->from))
			return false;
	}
	return true;
}

/* Use a mailbox among the devices that were asked for, else the first free one. */
static int choose_mailbox(struct maker *m, struct nodes devices)
{
	for (size_t i = 0; i < devices.n && m->mailbox < 0; i++) {
		if (is_mailbox(m->t, devices.v[i]))
			m->mailbox = devices.v[i];
	}
	for (int node = 1; node < m->t->n_nodes && m->mailbox < 0; node++) {
		if (is_mailbox(m->t, node) && is_free_mailbox(m, node))
			m->mailbox = node;
	}
	if (m->mailbox < 0)
		return fault_set(
			m->f, -ENOENT,
			"no mailbox is free: the tree has none of MU_2A to MU_4A, or the host "
			"uses them");
	m->d->mailbox = resource_of_mailbox(m->t->nodes[m->mailbox].name) - IMX_SC_R_MU_0A;
	return 0;
}

/* Has a node that is not passed this stream id? */
static bool is_taken(const struct maker *m, uint32_t id)
{
	const struct refs *refs = &m->d->deps.refs;

	for (size_t i = 0; i < refs->n; i++) {
		const struct ref *r = &refs->v[i];

		if (!is_passed(m, r->from) && (rules_maps_stream(r, id) ||
					       (!strcmp(r->property, "iommus") &&
						r->args.n > 0 && cells_get(r->args, 0) == id)))
			return true;
	}
	return false;
}

static int choose_stream(const struct maker *m)
{
	for (uint32_t i = 0; i < PROFILE_STREAM_ID_MAX; i++) {
		uint32_t id = 1 + (STREAM_FIRST - 1 + i) % PROFILE_STREAM_ID_MAX;

		if (is_taken(m, id))
			continue;
		m->d->stream_id = id;
		return 0;
	}
	return fault_set(m->f, -ENOENT, "no stream id is free: devices have all from 1 to %d",
			 PROFILE_STREAM_ID_MAX);
}

/* The resources that the devices name, or the draft for them; a hostile tree has very many. */
struct resources {
	bool gate[PROFILE_PASS_MAX]; /* the device is one, so what it names does not count */
	bool named[RESOURCE_LAST];
};

static void add_name(struct resources *s, uint32_t id)
{
	if (id < RESOURCE_LAST)
		s->named[id] = true;
}

static void find_named(const struct maker *m, size_t i, struct resources *s)
{
	const struct refs *refs = &m->d->deps.refs;
	int node = m->d->pass[i].node;
	struct cells ids = tree_cells(m->t, node, "fsl,sc_rsrc_id");
	uint32_t id;

	s->gate[i] = is_gate(m->t, node);
	for (size_t k = 0; k < ids.n && !s->gate[i]; k++)
		add_name(s, cells_get(ids, k));
	for (size_t k = 0; k < refs->n && !s->gate[i]; k++) {
		if (refs->v[k].from == node && resource_of_ref(&refs->v[k], &id))
			add_name(s, id);
	}
}

/* A resource that only a clock gate names belongs to the device that the gate is for. */
static void add_resource(struct draft *d, struct resources *s, size_t gate, uint32_t id)
{
	size_t at = gate;

	while (at < d->n_pass && s->gate[at])
		at++;
	if (id >= RESOURCE_LAST || s->named[id] || at == d->n_pass ||
	    d->pass[at].n_rsrcs == DRAFT_RSRCS_MAX)
		return;
	d->pass[at].rsrcs[d->pass[at].n_rsrcs++] = id;
	add_name(s, id);
}

static void add_resources(const struct maker *m)
{
	const struct refs *refs = &m->d->deps.refs;
	struct resources s = { .named = { false } };
	uint32_t id;

	for (size_t i = 0; i < m->d->n_pass; i++)
		find_named(m, i, &s);
	for (size_t i = 0; i < refs->n; i++) {
		const struct ref *r = &refs->v[i];

		for (size_t k = 0; k < m->d->n_pass; k++) {
			if (r->from == m->d->pass[k].node && s.gate[k] &&
			    resource_of_ref(r, &id))
				add_resource(m->d, &s, k, id);
		}
	}
}

int draft_make(const struct tree *t, struct nodes devices, struct draft *out, struct fault *f)
{
	struct draft d = { 0 };
	struct maker m = { t, &d, -1, f };
	int ret = find_deps(&m)			      ?:
			  choose_mailbox(&m, devices) ?:
			  add_devices(&m, devices)    ?:
							choose_stream(&m);

	if (ret == 0) {
		int mailbox = m.mailbox;

		add_resources(&m);
		m.mailbox = -1;
		ret = insert(&m, d.n_pass, mailbox, NULL) ?: find_deps(&m);
	}
	if (ret)
		draft_free(&d);
	else
		*out = d;
	return ret;
}

void draft_free(struct draft *d)
{
	deps_free(&d->deps);
	*d = (struct draft){ 0 };
}
