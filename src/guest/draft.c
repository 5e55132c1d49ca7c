/* SPDX-License-Identifier: Apache-2.0 */
/* What all parts of a draft use, and its nodes. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "guest/draft.h"

int draft_set(const struct draft *d, int twin, const struct prop *p, const char *why)
{
	return edits_set(d->edits, twin, p, why, d->fault);
}

uint32_t *draft_cells(const struct draft *d, size_t n)
{
	return edits_keep(d->edits, n * sizeof(uint32_t), d->fault);
}

const char *draft_why(const struct draft *d, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	text = edits_keep(d->edits, (size_t)len + 1, d->fault);
	if (text)
		vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return text;
}

bool draft_is_device(const struct draft *d, int node)
{
	for (size_t i = 0; i < d->guest->profile->n_pass; i++) {
		if (d->guest->pass[i] == node)
			return true;
	}
	return false;
}

/* The guest's node that gets the twin of node below it. */
static int home_of(const struct draft *d, const struct need *n)
{
	int parent = d->guest->host->nodes[n->node].parent;
	const struct need *above = closure_need(d->guest->closure, parent);

	if (n->fate == FATE_PASSED && !(above && above->fate == FATE_PASSED))
		return d->seating->bus.node;
	return above ? d->twin[parent] : 0;
}

static const char *why_node(const struct draft *d, const struct need *n)
{
	const struct tree *t = d->guest->host;
	char path[TREE_PATH_MAX], from[TREE_PATH_MAX];

	tree_path(t, n->node, path);
	if (n->from < 0)
		return draft_why(d, "the passed device %s", path);
	return draft_why(d, "%s of the host: for %s %s", path, tree_path(t, n->from, from),
			 n->property);
}

static int make_twin(struct draft *d, const struct need *n)
{
	const char *name = d->guest->host->nodes[n->node].name;
	int before = d->edits->n_nodes, home = home_of(d, n), ret;
	const char *why = why_node(d, n);
	char path[TREE_PATH_MAX];

	if (!why)
		return d->fault->code;
	/* in a twin stand the children of one node of the host's, each name once */
	if (home >= d->guest->virt->n_nodes)
		return edits_new_child(d->edits, home, name, why, &d->twin[n->node], d->fault);
	ret = edits_child(d->edits, home, name, why, &d->twin[n->node], d->fault);
	if (ret == 0 && d->edits->n_nodes == before)
		return fault_set(d->fault, -EEXIST, "the guest would have two nodes %s",
				 edits_path(d->edits, d->twin[n->node], path));
	return ret;
}

int draft_nodes(struct draft *d)
{
	int ret = 0;

	/* in the order of the tree, so that a parent's twin is there before its child's */
	for (int node = 0; node < d->guest->host->n_nodes && ret == 0; node++) {
		const struct need *n = closure_need(d->guest->closure, node);

		if (n)
			ret = make_twin(d, n);
	}
	return ret;
}
