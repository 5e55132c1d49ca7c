/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "guest/deps.h"

#define SCU "fsl,imx-scu" /* the system controller: it is talked to through a mailbox */

/* Whose a node is. */
struct site {
	bool passed;	   /* it is in a passed device */
	const char *hosts; /* why it is the host's; NULL: it is not */
};

/* A search under way. */
struct walk {
	const struct tree *t;
	struct nodes passed;
	struct deps *c;
	struct site *sites; /* of all nodes */
	size_t ref;	    /* the next reference of the node that is visited */
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

/* A node's site is its parent's, unless it starts one of its own. */
static void find_sites(struct walk *w)
{
	for (int node = 0; node < w->t->n_nodes; node++) {
		struct site *s = &w->sites[node];
		const char *hosts = host_only_reason(w->t, node);

		if (node > 0)
			*s = w->sites[w->t->nodes[node].parent];
		if (is_among(w->passed, node))
			*s = (struct site){ .passed = true };
		else if (hosts)
			*s = (struct site){ .hosts = hosts };
	}
}

int deps_interrupt_parent(const struct tree *t, int node)
{
	int size;

	/* parents may go round in a circle */
	for (int hops = 0; node >= 0 && hops < TREE_DEPTH_MAX; hops++) {
		struct cells c = tree_cells(t, node, "interrupt-parent");

		node = c.n == 1 ? tree_with_phandle(t, cells_get(c, 0)) :
				  t->nodes[node].parent;
		if (node >= 0 && tree_prop(t, node, "#interrupt-cells", &size))
			return node;
	}
	return -1;
}

/* Note that the guest gets the node, because of a property of from. */
static void reach(struct walk *w, int node, int from, const char *property)
{
	struct deps *c = w->c;
	bool whole = strcmp(property, CLOSURE_PARENT) != 0;
	struct dependency *n;

	if (c->number_of_node[node] < 0) {
		c->number_of_node[node] = (int)c->n_dependencies;
		c->dependencies[c->n_dependencies++] = (struct dependency){
			.node = node,
			.disposition = w->sites[node].passed ? DISPOSITION_PASSED :
							       DISPOSITION_COPIED,
			.from = from,
			.property = property,
		};
	}
	n = &c->dependencies[c->number_of_node[node]];
	if (!whole || n->whole)
		return;
	n->whole = true;
	for (int i = node + 1; i < w->t->nodes[node].end; i = w->t->nodes[i].end) {
		if (!w->sites[i].hosts)
			reach(w, i, node, DEPS_CHILD);
	}
}

/* Note the link, and reach what it leads to. */
static int add(struct walk *w, const struct edge *l)
{
	struct deps *c = w->c;
	struct edge *v = array_grow(c->edges, c->n_edges, sizeof(*v), w->f);

	if (!v)
		return -ENOMEM;
	c->edges = v;
	c->edges[c->n_edges++] = *l;
	if (l->instead >= 0)
		reach(w, l->instead, l->from, l->property);
	return 0;
}

static void replace(struct edge *l, int instead, const char *why)
{
	l->disposition = DISPOSITION_REPLACED;
	l->instead = instead;
	l->why = why;
}

static void cut(struct edge *l, bool loss, const char *why)
{
	l->disposition = DISPOSITION_DROPPED;
	l->instead = -1;
	l->loss = loss;
	l->why = why;
}

/* A passed node of the same kind as node, by a string of their compatible; -1: none. */
static int stand_in(const struct walk *w, int node)
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

static void run_mailbox(const struct walk *w, struct edge *l)
{
	int mailbox = stand_in(w, l->to);

	if (mailbox < 0)
		cut(l, true, "no mailbox of its kind is passed");
	else
		replace(l, mailbox,
			"the host keeps its mailbox, the guest has the passed one");
}

/* Decide what becomes of a link that leads somewhere. */
static void judge(const struct walk *w, struct edge *l)
{
	const struct tree *t = w->t;

	l->instead = l->to;
	if (!strncmp(l->property, "interrupts", strlen("interrupts")) &&
	    is_among(w->passed, l->from))
		replace(l, -1, "its interrupts are lines of QEMU's platform bus");
	else if (w->sites[l->to].passed)
		l->disposition = DISPOSITION_PASSED;
	else if (!strcmp(l->property, "mboxes") && tree_is_compatible(t, l->from, SCU))
		run_mailbox(w, l);
	else if (!strncmp(l->property, "pinctrl-", strlen("pinctrl-")) && l->to > l->from &&
		 l->to < t->nodes[l->from].end)
		cut(l, false, "the pins that a pin controller takes itself are the host's");
	else if (w->sites[l->to].hosts)
		cut(l, true, w->sites[l->to].hosts);
	else if (l->to == 0)
		cut(l, true, "it is the whole board");
	else
		l->disposition = DISPOSITION_COPIED;
}

static int follow_interrupts(struct walk *w, const struct prop *p, int node)
{
	struct edge l = { .from = node, .property = p->name, .number = p->number };
	char path[TREE_PATH_MAX];

	l.to = deps_interrupt_parent(w->t, node);
	if (l.to < 0)
		return fault_set(w->f, -EINVAL, "%s: interrupts: no node is their parent",
				 tree_path(w->t, node, path));
	judge(w, &l);
	return add(w, &l);
}

static int follow_reference(struct walk *w, const struct ref *r)
{
	struct edge l = { .from = r->from,
			  .property = r->property,
			  .number = r->number,
			  .ref = r,
			  .to = r->to };
	char path[TREE_PATH_MAX];

	if (r->state == REF_DANGLING)
		return fault_set(w->f, -EINVAL, "%s: %s: no node has the phandle 0x%x",
				 tree_path(w->t, r->from, path), r->property, r->phandle);
	if (r->state == REF_CUT)
		return fault_set(w->f, -EINVAL, "%s: %s: entry %d is cut short",
				 tree_path(w->t, r->from, path), r->property, r->index);
	judge(w, &l);
	return add(w, &l);
}

/* The next reference if it stands in this property of the node; NULL: it does not. */
static const struct ref *next_ref(const struct walk *w, const struct prop *p, int node)
{
	const struct ref *r = w->ref < w->c->refs.n ? &w->c->refs.v[w->ref] : NULL;

	return r && r->from == node && r->number == p->number ? r : NULL;
}

static int follow_property(struct walk *w, const struct prop *p, int node)
{
	struct edge l = { .from = node, .property = p->name, .number = p->number, .to = -1 };
	const char *why = drop_reason(p->name);
	size_t first = w->ref;
	int ret = 0;

	if (why)
		cut(&l, false, why);
	else if (!strcmp(p->name, "interrupts"))
		ret = follow_interrupts(w, p, node);
	/* the references stand in the order of the properties */
	for (const struct ref *r; ret == 0 && (r = next_ref(w, p, node)); w->ref++) {
		l.ref = r;
		l.to = r->to;
		ret = why ? add(w, &l) : follow_reference(w, r);
	}
	return ret == 0 && why && w->ref == first ? add(w, &l) : ret;
}

/* Children with registers of their own do not come with their parent. */
static int leave_children(struct walk *w, int node)
{
	int ret = 0;

	for (int i = node + 1; i < w->t->nodes[node].end && ret == 0; i = w->t->nodes[i].end) {
		struct edge l = { .from = node, .property = DEPS_CHILD, .to = i };

		if (!w->sites[i].hosts)
			continue;
		cut(&l, true, w->sites[i].hosts);
		ret = add(w, &l);
	}
	return ret;
}

/* The first reference of the node or of one behind it. */
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

static int visit(struct walk *w, size_t at)
{
	const struct dependency n = w->c->dependencies[at];
	size_t first = w->c->n_edges;
	int parent = w->t->nodes[n.node].parent, ret = 0;
	struct prop p = { 0 };

	w->ref = first_ref(&w->c->refs, n.node);
	while (ret == 0 && tree_next_prop(w->t, n.node, &p))
		ret = follow_property(w, &p, n.node);
	if (ret == 0 && n.whole)
		ret = leave_children(w, n.node);
	if (ret)
		return ret;
	w->c->dependencies[at].edges = first;
	w->c->dependencies[at].n_edges = w->c->n_edges - first;
	if (n.disposition == DISPOSITION_COPIED && !is_plain_bus(w->t, parent))
		reach(w, parent, n.node, CLOSURE_PARENT);
	return 0;
}

static int search(struct walk *w, struct nodes starts)
{
	int ret = 0;

	find_sites(w);
	for (size_t i = 0; i < starts.n; i++)
		reach(w, starts.v[i], -1, "");
	for (size_t i = 0; i < w->c->n_dependencies && ret == 0; i++)
		ret = visit(w, i);
	return ret;
}

int deps_find(const struct tree *t, struct nodes passed, struct nodes starts, struct deps *out,
	      struct fault *f)
{
	size_t n = (size_t)t->n_nodes;
	struct deps c = { .tree = t };
	struct walk w = { .t = t, .passed = passed, .c = &c, .f = f };
	int ret = refs_collect(t, &c.refs, f);

	if (ret)
		return ret;
	c.dependencies = calloc(n, sizeof(*c.dependencies));
	/* there is an array even if nothing is in it */
	c.edges = array_grow(NULL, 0, sizeof(*c.edges), f);
	c.number_of_node = malloc(n * sizeof(*c.number_of_node));
	w.sites = calloc(n, sizeof(*w.sites));
	if (!c.dependencies || !c.edges || !c.number_of_node || !w.sites) {
		ret = fault_oom(f);
	} else {
		memset(c.number_of_node, -1, n * sizeof(*c.number_of_node));
		ret = search(&w, starts);
	}
	free(w.sites);
	if (ret)
		deps_free(&c);
	else
		*out = c;
	return ret;
}

void deps_free(struct deps *c)
{
	refs_free(&c->refs);
	free(c->dependencies);
	free(c->edges);
	free(c->number_of_node);
	*c = (struct deps){ 0 };
}

const struct dependency *deps_of_node(const struct deps *c, int node)
{
	int at = c->number_of_node ? c->number_of_node[node] : -1;

	return at < 0 ? NULL : &c->dependencies[at];
}
