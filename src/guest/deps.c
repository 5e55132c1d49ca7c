/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "guest/deps.h"
#include "host/resource.h"

/* Which side can use a node. */
struct node_owner {
	bool passed;		 /* it is a passed device, or below one */
	const char *host_reason; /* why only the host can; NULL: the guest can have a copy */
};

/* The search and its state. */
struct deps_walk {
	const struct tree *t;
	struct nodes passed, with_mac;
	struct deps *d;
	struct node_owner *owners; /* of all nodes */
	size_t ref;		   /* the next reference of the visited node */
	struct fault *f;
};

static bool is_among(struct nodes l, int node)
{
	for (size_t i = 0; i < l.n; i++) {
		if (l.v[i] == node)
			return true;
	}
	return false;
}

/* A node has the owner of its parent, unless it is passed or only for the host. */
static void find_owners(struct deps_walk *w)
{
	for (int node = 0; node < w->t->n_nodes; node++) {
		struct node_owner *o = &w->owners[node];
		const char *reason = host_only_reason(w->t, node);

		if (node > 0)
			*o = w->owners[w->t->nodes[node].parent];
		if (is_among(w->passed, node))
			*o = (struct node_owner){ .passed = true };
		else if (reason)
			*o = (struct node_owner){ .host_reason = reason };
	}
}

/* The guest gets no provider that cannot work, so its users do not wait for it. */
static void find_useless(struct deps_walk *w)
{
	for (size_t i = 0; i < w->d->refs.n; i++) {
		const struct ref *r = &w->d->refs.v[i];

		if (r->to >= 0 && w->owners[r->to].host_reason && !w->owners[r->from].passed &&
		    needs_property(w->t, r->from, r->property))
			w->owners[r->from].host_reason =
				"it does not work without a GPIO that the host has";
	}
}

/* Add the node, which a property of from needs. */
static void add_dependency(struct deps_walk *w, int node, int from, const char *property)
{
	struct deps *d = w->d;
	bool whole = strcmp(property, DEPS_PARENT) != 0;
	struct dependency *n;

	if (d->number_of_node[node] < 0) {
		d->number_of_node[node] = (int)d->n_dependencies;
		d->dependencies[d->n_dependencies++] = (struct dependency){
			.node = node,
			.disposition = w->owners[node].passed ? DISPOSITION_PASSED :
								DISPOSITION_COPIED,
			.from = from,
			.property = property,
		};
	}
	n = &d->dependencies[d->number_of_node[node]];
	if (!whole || n->whole)
		return;
	n->whole = true;
	for (int i = node + 1; i < w->t->nodes[node].end; i = w->t->nodes[i].end) {
		if (!w->owners[i].host_reason)
			add_dependency(w, i, node, DEPS_CHILD);
	}
}

/* Add the edge, and the node that it refers to in the guest. */
static int add_edge(struct deps_walk *w, const struct edge *e)
{
	struct deps *d = w->d;
	int ret = array_add(d->edges, d->n_edges, w->f, *e);

	if (ret == 0 && e->instead >= 0)
		add_dependency(w, e->instead, e->from, e->property);
	return ret;
}

static void replace(struct edge *e, int instead, const char *why)
{
	e->disposition = DISPOSITION_REPLACED;
	e->instead = instead;
	e->why = why;
}

static void drop(struct edge *e, bool loss, const char *why)
{
	e->disposition = DISPOSITION_DROPPED;
	e->instead = -1;
	e->loss = loss;
	e->why = why;
}

/* A passed node with one of the strings in the compatible of node; -1: none. */
static int find_similar(const struct deps_walk *w, int node)
{
	const struct strings kinds = tree_strings(w->t, node, "compatible");

	for (const char *s = NULL; (s = strings_next(kinds, s));) {
		for (size_t i = 0; i < w->passed.n; i++) {
			if (tree_is_compatible(w->t, w->passed.v[i], s))
				return w->passed.v[i];
		}
	}
	return -1;
}

static void replace_mailbox(const struct deps_walk *w, struct edge *e)
{
	int mailbox = find_similar(w, e->to);

	if (mailbox < 0)
		drop(e, true, "no mailbox with the same compatible is passed");
	else
		replace(e, mailbox,
			"the host keeps this mailbox, and the guest uses the passed one");
}

/* Set the disposition of an edge that has a target. */
static void set_disposition(const struct deps_walk *w, struct edge *e)
{
	const struct tree *t = w->t;

	e->instead = e->to;
	if (text_starts(e->property, "interrupts") && is_among(w->passed, e->from))
		replace(e, -1, "the guest has the VMM's interrupt lines");
	else if (w->owners[e->to].passed)
		e->disposition = DISPOSITION_PASSED;
	else if (resource_is_scu_mailbox(t, e->from, e->property))
		replace_mailbox(w, e);
	else if (ref_is_pinctrl(e->property) && e->to > e->from &&
		 e->to < t->nodes[e->from].end)
		drop(e, false,
		     "the pin controller claims these pins itself, and the host sets them");
	else if (w->owners[e->to].host_reason)
		drop(e, true, w->owners[e->to].host_reason);
	else if (e->to == 0)
		drop(e, true, "it is the root node");
	else
		e->disposition = DISPOSITION_COPIED;
}

static int follow_interrupts(struct deps_walk *w, const struct prop *p, int node)
{
	struct edge e = { .from = node, .property = p->name, .number = p->number };
	char path[TREE_PATH_MAX];

	e.to = device_interrupt_parent(w->t, node);
	if (e.to < 0)
		return fault_set(w->f, -EINVAL, "%s: interrupts: no interrupt parent",
				 tree_path(w->t, node, path));
	set_disposition(w, &e);
	return add_edge(w, &e);
}

static int follow_reference(struct deps_walk *w, const struct ref *r)
{
	struct edge e = { .from = r->from,
			  .property = r->property,
			  .number = r->number,
			  .ref = r,
			  .to = r->to };
	int ret = ref_check(w->t, r, w->f);

	if (ret)
		return ret;
	set_disposition(w, &e);
	return add_edge(w, &e);
}

/* The next reference if it is in this property of the node; NULL: it is not. */
static const struct ref *next_ref(const struct deps_walk *w, const struct prop *p, int node)
{
	const struct ref *r = w->ref < w->d->refs.n ? &w->d->refs.v[w->ref] : NULL;

	return r && r->from == node && r->number == p->number ? r : NULL;
}

/* The first reference of the node or of a later one. */
static size_t first_ref(const struct refs *refs, int node)
{
	size_t low = 0, high = refs->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (refs->v[mid].from < node)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Does the host keep a GPIO that the node uses? */
static bool has_lost_line(const struct deps_walk *w, int node)
{
	const struct refs *refs = &w->d->refs;

	for (size_t i = first_ref(refs, node); i < refs->n && refs->v[i].from == node; i++) {
		const struct ref *r = &refs->v[i];

		if (r->to >= 0 && w->owners[r->to].host_reason && is_gpio_list(r->property))
			return true;
	}
	return false;
}

/* The pins of a node that is no device of the SoC are those of its GPIOs. */
static const char *pins_drop_reason(const struct deps_walk *w, const char *property, int node)
{
	if (!ref_is_pinctrl(property) || !strcmp(property, "pinctrl-names") ||
	    is_among(w->passed, node) || !has_lost_line(w, node))
		return NULL;
	return "these are pins of a GPIO line that the host keeps";
}

/*
 * Without a driver for the fuses, Linux waits for it forever, even if the node has a MAC
 * (drivers/of/property.c, of_supplier_bindings).
 */
static const char *fuses_drop_reason(const struct deps_walk *w, const char *property, int node)
{
	struct strings names;

	if (strcmp(property, "nvmem-cells") != 0 && strcmp(property, "nvmem-cell-names") != 0)
		return NULL;
	names = tree_strings(w->t, node, "nvmem-cell-names");
	if (!is_among(w->with_mac, node) || names.size != sizeof("mac-address") ||
	    !strings_have(names, "mac-address"))
		return NULL;
	return "the guest's tree has the MAC of the port";
}

static int follow_property(struct deps_walk *w, const struct prop *p, int node)
{
	struct edge e = { .from = node, .property = p->name, .number = p->number, .to = -1 };
	const char *why = drop_reason(p->name)			      ?:
				  fuses_drop_reason(w, p->name, node) ?:
				  pins_drop_reason(w, p->name, node);
	size_t first = w->ref;
	int ret = 0;

	if (why)
		drop(&e, false, why);
	else if (!strcmp(p->name, "interrupts"))
		ret = follow_interrupts(w, p, node);
	/* the references are in the order of the properties */
	for (const struct ref *r; ret == 0 && (r = next_ref(w, p, node)); w->ref++) {
		e.ref = r;
		e.to = r->to;
		ret = why ? add_edge(w, &e) : follow_reference(w, r);
	}
	if (ret == 0 && why && w->ref == first)
		ret = add_edge(w, &e);
	return ret;
}

/* A child that is a device of the host is not passed with its parent. */
static int drop_children(struct deps_walk *w, int node)
{
	int ret = 0;

	for (int i = node + 1; i < w->t->nodes[node].end && ret == 0; i = w->t->nodes[i].end) {
		struct edge e = { .from = node, .property = DEPS_CHILD, .to = i };

		if (!w->owners[i].host_reason)
			continue;
		drop(&e, true, w->owners[i].host_reason);
		ret = add_edge(w, &e);
	}
	return ret;
}

static int visit(struct deps_walk *w, size_t at)
{
	const struct dependency n = w->d->dependencies[at];
	size_t first = w->d->n_edges;
	int parent = w->t->nodes[n.node].parent, ret = 0;
	struct prop p = { .number = 0 };

	w->ref = first_ref(&w->d->refs, n.node);
	while (ret == 0 && tree_next_prop(w->t, n.node, &p))
		ret = follow_property(w, &p, n.node);
	if (ret == 0 && n.whole)
		ret = drop_children(w, n.node);
	if (ret)
		return ret;
	w->d->dependencies[at].edges = first;
	w->d->dependencies[at].n_edges = w->d->n_edges - first;
	if (n.disposition == DISPOSITION_COPIED && !is_plain_bus(w->t, parent))
		add_dependency(w, parent, n.node, DEPS_PARENT);
	return 0;
}

static int search(struct deps_walk *w, struct nodes starts)
{
	int ret = 0;

	find_owners(w);
	find_useless(w);
	for (size_t i = 0; i < starts.n; i++)
		add_dependency(w, starts.v[i], -1, "");
	for (size_t i = 0; i < w->d->n_dependencies && ret == 0; i++)
		ret = visit(w, i);
	return ret;
}

int deps_find(const struct tree *t, struct nodes passed, struct nodes starts,
	      struct nodes with_mac, struct deps *out, struct fault *f)
{
	size_t n = (size_t)t->n_nodes;
	struct deps d = { .tree = t };
	struct deps_walk w = {
		.t = t, .passed = passed, .with_mac = with_mac, .d = &d, .f = f
	};
	int ret = refs_collect(t, &d.refs, f);

	if (ret)
		return ret;
	d.dependencies = calloc(n, sizeof(*d.dependencies));
	/* not NULL, even if there are no edges */
	d.edges = array_grow(NULL, 0, sizeof(*d.edges), f);
	d.number_of_node = malloc(n * sizeof(*d.number_of_node));
	w.owners = calloc(n, sizeof(*w.owners));
	if (!d.dependencies || !d.edges || !d.number_of_node || !w.owners) {
		ret = fault_oom(f);
	} else {
		memset(d.number_of_node, -1, n * sizeof(*d.number_of_node));
		ret = search(&w, starts);
	}
	free(w.owners);
	if (ret)
		deps_free(&d);
	else
		*out = d;
	return ret;
}

void deps_free(struct deps *d)
{
	refs_free(&d->refs);
	free(d->dependencies);
	free(d->edges);
	free(d->number_of_node);
	*d = (struct deps){ 0 };
}

const struct dependency *deps_of_node(const struct deps *d, int node)
{
	int at = d->number_of_node ? d->number_of_node[node] : -1;

	return at < 0 ? NULL : &d->dependencies[at];
}

bool deps_edge_repeats(const struct deps *d, const struct edge *e)
{
	if (e->to < 0)
		return true;
	if (e == d->edges)
		return false;
	return e[-1].from == e->from && e[-1].to == e->to && e[-1].property == e->property;
}
