/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmd/report.h"

/* Why there is an arrow, in the order in which arrows between the same nodes are drawn. */
enum arrow_kind {
	ARROW_NEEDED,	/* a reference that the guest has, too */
	ARROW_POSITION, /* a child, or the parent */
	ARROW_LOST,	/* a reference that the guest does not have */
	ARROW_USER,	/* a reference of a node of the host */
};

struct arrow {
	int from, to;
	enum arrow_kind kind;
	const char *property;
};

struct arrows {
	struct arrow *v;
	size_t n;
};

/* Graphviz attributes of the arrows, and of the nodes. */
static const char *const arrow_styles[] = {
	[ARROW_NEEDED] = "",
	[ARROW_POSITION] = ", style=dashed",
	[ARROW_LOST] = ", color=red, fontcolor=red",
	[ARROW_USER] = ", style=dotted",
};
static const char *const node_styles[] = {
	[DISPOSITION_PASSED] = "style=filled, fillcolor=lightblue",
	[DISPOSITION_COPIED] = "style=filled, fillcolor=palegreen",
	[DISPOSITION_REPLACED] = "style=\"filled,dashed\", fillcolor=khaki",
	[DISPOSITION_DROPPED] = "style=\"filled,dashed\", fillcolor=mistyrose, color=red",
};
#define USER_STYLE "style=dotted, fontcolor=gray40"

static const char legend[] =
	"<TR><TD BGCOLOR=\"lightblue\">passed</TD><TD BGCOLOR=\"palegreen\">copied</TD>"
	"<TD BGCOLOR=\"khaki\">replaced</TD><TD BGCOLOR=\"mistyrose\">dropped</TD>"
	"<TD><FONT COLOR=\"gray40\">user on the host</FONT></TD>"
	"<TD><FONT COLOR=\"red\">red: dropped or replaced</FONT></TD></TR>";

/* A string of DOT, which ends at a '"'. */
static void write_string(FILE *out, const char *text)
{
	for (size_t n; *text; text += n ? n : 1) {
		n = text_printable(text);
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		fprintf(out, "%.*s", (int)(n ? n : 1), n ? text : "?");
	}
}

/* Text of a label like HTML. */
static void write_html(FILE *out, const char *text)
{
	for (size_t n; *text; text += n ? n : 1) {
		n = text_printable(text);
		if (strchr("<>&\"", *text))
			fprintf(out, "&#%d;", *text);
		else
			fprintf(out, "%.*s", (int)(n ? n : 1), n ? text : "?");
	}
}

static void write_head(FILE *out, const struct graph *g)
{
	const char *tree = strrchr(g->tree, '/');

	fputs("digraph deps {\n\trankdir=LR;\n\tnodesep=0.8;\n\tranksep=0.25;\n\tfontname=\"sans-serif\";\n"
	      "\tlabelloc=t;\n\tlabel=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"4\">"
	      "<TR><TD BORDER=\"0\" COLSPAN=\"6\"><B>What the devices of ",
	      out);
	write_html(out, g->profile);
	fputs(" depend on, in ", out);
	write_html(out, tree ? tree + 1 : g->tree);
	fprintf(out,
		"</B></TD></TR>%s</TABLE>>;\n"
		"\tnode [shape=box, fontname=monospace, fontsize=12, margin=\"0.1,0.03\"];\n"
		"\tedge [fontname=monospace, fontsize=10];\n",
		legend);
}

/* A path is broken after its last '/', so that the box is not wider than it must be. */
static void write_node(FILE *out, const struct tree *t, int node, const char *style)
{
	char path[TREE_PATH_MAX];
	const char *name = t->nodes[node].name;
	int parent = t->nodes[node].parent;

	fprintf(out, "\tn%d [label=\"", node);
	if (parent > 0) {
		write_string(out, tree_path(t, parent, path));
		fputs("/\\n", out);
	} else {
		putc('/', out);
	}
	write_string(out, name);
	fprintf(out, "\", %s];\n", style);
}

/* The first call for a node decides its style. */
static void write_once(FILE *out, const struct tree *t, int node, const char *style,
		       bool *is_drawn)
{
	if (!is_drawn[node])
		write_node(out, t, node, style);
	is_drawn[node] = true;
}

static void write_targets(FILE *out, const struct deps *d, enum disposition disposition,
			  bool *is_drawn)
{
	for (size_t i = 0; i < d->n_edges; i++) {
		const struct edge *e = &d->edges[i];

		if (e->to >= 0 && e->disposition == disposition)
			write_once(out, d->tree, e->to, node_styles[disposition], is_drawn);
	}
}

/* What the guest gets, what it does not get, and users on the host. */
static void write_nodes(FILE *out, const struct graph *g, bool *is_drawn)
{
	const struct deps *d = g->deps;

	for (size_t i = 0; i < d->n_dependencies; i++) {
		const struct dependency *n = &d->dependencies[i];

		write_once(out, d->tree, n->node, node_styles[n->disposition], is_drawn);
	}
	write_targets(out, d, DISPOSITION_REPLACED, is_drawn);
	write_targets(out, d, DISPOSITION_DROPPED, is_drawn);
	for (size_t i = 0; i < g->n_users; i++)
		write_once(out, d->tree, g->users[i]->from, USER_STYLE, is_drawn);
}

static void add(struct arrows *l, int from, int to, enum arrow_kind kind, const char *property)
{
	l->v[l->n++] = (struct arrow){ from, to, kind, property };
}

static void add_positions(struct arrows *l, const struct deps *d)
{
	for (size_t i = 0; i < d->n_dependencies; i++) {
		const struct dependency *n = &d->dependencies[i];
		int parent = d->tree->nodes[n->node].parent;

		if (!strcmp(n->property, DEPS_CHILD))
			add(l, parent, n->node, ARROW_POSITION, DEPS_CHILD);
		else if (n->disposition == DISPOSITION_COPIED && deps_of_node(d, parent))
			add(l, n->node, parent, ARROW_POSITION, DEPS_PARENT);
	}
}

static void add_references(struct arrows *l, const struct graph *g)
{
	const struct deps *d = g->deps;

	for (size_t i = 0; i < d->n_edges; i++) {
		const struct edge *e = &d->edges[i];
		bool is_lost = e->disposition == DISPOSITION_REPLACED ||
			       e->disposition == DISPOSITION_DROPPED;

		if (e->to < 0)
			continue;
		add(l, e->from, e->to, is_lost ? ARROW_LOST : ARROW_NEEDED, e->property);
		if (e->instead >= 0 && e->instead != e->to)
			add(l, e->from, e->instead, ARROW_NEEDED, e->property);
	}
	for (size_t i = 0; i < g->n_users; i++)
		add(l, g->users[i]->from, g->users[i]->to, ARROW_USER, g->users[i]->property);
}

static int compare(const void *a, const void *b)
{
	const struct arrow *x = a, *y = b;

	return x->from != y->from ? x->from - y->from :
	       x->to != y->to	  ? x->to - y->to :
	       x->kind != y->kind ? (int)x->kind - (int)y->kind :
				    strcmp(x->property, y->property);
}

/* Can b be part of the arrow a? */
static bool is_same(const struct arrow *a, const struct arrow *b)
{
	return a->from == b->from && a->to == b->to &&
	       (a->kind == b->kind || (a->kind == ARROW_NEEDED && b->kind == ARROW_POSITION));
}

/* Write sorted arrows: those that differ in the property only are one. */
static void write_arrows(FILE *out, const struct arrows *l)
{
	for (size_t i = 0; i < l->n;) {
		const struct arrow *a = &l->v[i], *last = a;

		fprintf(out, "\tn%d -> n%d [label=\"", a->from, a->to);
		write_string(out, a->property);
		for (i++; i < l->n && is_same(a, &l->v[i]); i++) {
			if (!strcmp(l->v[i].property, last->property))
				continue;
			last = &l->v[i];
			fputs("\\n", out);
			write_string(out, last->property);
		}
		fprintf(out, "\"%s];\n", arrow_styles[a->kind]);
	}
}

int dot_write_graph(FILE *out, const struct graph *g, struct fault *f)
{
	const struct deps *d = g->deps;
	size_t n = d->n_dependencies + 2 * d->n_edges + g->n_users;
	struct arrows arrows = { calloc(n + 1, sizeof(*arrows.v)), 0 };
	bool *is_drawn = calloc((size_t)d->tree->n_nodes, sizeof(*is_drawn));
	int ret;

	if (arrows.v && is_drawn) {
		add_references(&arrows, g);
		add_positions(&arrows, d);
		qsort(arrows.v, arrows.n, sizeof(*arrows.v), compare);
		write_head(out, g);
		write_nodes(out, g, is_drawn);
		write_arrows(out, &arrows);
		fputs("}\n", out);
	}
	ret = arrows.v && is_drawn ? 0 : fault_oom(f);
	free(is_drawn);
	free(arrows.v);
	return ret;
}
