/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "base/array.h"
#include "base/text.h"
#include "guest/guest.h"
#include "host/derive.h"
#include "host/resource.h"

#define ETHERNET "ethernet" /* start of the alias of an Ethernet port */

int line_add(struct command_line *l, const char *word, struct fault *f)
{
	if (l->n == LINE_WORDS_MAX)
		return fault_set(f, -E2BIG, "more than %d arguments for %s", LINE_WORDS_MAX,
				 l->v[0]);
	l->v[l->n] = strdup(word);
	if (!l->v[l->n])
		return fault_oom(f);
	l->n++;
	return 0;
}

int line_add_two(struct command_line *l, const char *name, const char *value, struct fault *f)
{
	int ret = line_add(l, name, f);

	return ret ? ret : line_add(l, value, f);
}

void line_free(struct command_line *l)
{
	while (l->n)
		free(l->v[--l->n]);
}

bool guest_is_ethernet(const struct pass *p)
{
	return p->alias && text_starts(p->alias, ETHERNET);
}

bool guest_mac_is_valid(const void *mac, size_t size)
{
	static const uint8_t zeros[GUEST_MAC_SIZE];

	return size == sizeof(zeros) && !(*(const uint8_t *)mac & 1) &&
	       memcmp(mac, zeros, sizeof(zeros)) != 0;
}

const uint8_t *guest_mac(const struct guest *g, size_t i)
{
	static const char *const names[] = { "mac-address", "local-mac-address", "address" };
	int size;

	if (g->mac[i])
		return g->mac[i];
	for (int k = 0; k < 3; k++) {
		const void *mac = tree_prop(g->host, g->pass[i], names[k], &size);

		if (mac && guest_mac_is_valid(mac, (size_t)size))
			return mac;
	}
	return NULL;
}

int guest_check_refs(const struct tree *made, struct fault *f)
{
	const struct ref *r;
	struct refs refs;
	int ret = refs_collect(made, &refs, f);

	if (ret)
		return ret;
	r = refs_broken(&refs);
	if (r)
		ret = ref_check(made, r, f);
	refs_free(&refs);
	return ret;
}

const char *warning_kind_name(enum warning_kind kind)
{
	static const char *const names[] = {
		[WARNING_DROPPED] = "dropped",	 [WARNING_MAILBOX] = "mailbox",
		[WARNING_DISABLED] = "disabled", [WARNING_PAD] = "pad",
		[WARNING_MAC] = "mac",
	};

	return names[kind];
}

static int add(struct warnings *l, const struct warning *w, struct fault *f)
{
	return array_add(l->v, l->n, f, *w);
}

/*
 * Does the alias of a passed mailbox have the mailbox's number?  Linux
 * (drivers/firmware/imx/imx-scu-irq.c) asks the system controller for interrupts at the
 * mailbox that has the number N of the alias muN.
 */
static bool has_mailbox_alias(const struct guest *g, int mailbox)
{
	const struct profile *p = g->profile;
	const char *alias = NULL;

	for (size_t i = 0; i < p->n_pass; i++) {
		if (g->pass[i] == mailbox)
			alias = p->pass[i].alias;
	}
	return alias && text_starts(alias, "mu") && strlen(alias) == 3 &&
	       resource_of_mailbox(g->host->nodes[mailbox].name) ==
		       IMX_SC_R_MU_0A + alias[2] - '0';
}

/* The first entry of a mailbox list whose entries a passed mailbox replaces. */
static bool replaces_mailbox(const struct edge *e)
{
	return e->disposition == DISPOSITION_REPLACED && e->instead >= 0 && e->ref->index == 0;
}

static int find_in_edges(const struct guest *g, struct warnings *out, struct fault *f)
{
	const struct deps *d = g->deps;
	int ret = 0;

	for (const struct edge *e = d->edges; e < d->edges + d->n_edges && ret == 0; e++) {
		struct warning dropped = { WARNING_DROPPED, e->from, e->property,
					   e->to,	    e->why,  0 };
		struct warning mailbox = { WARNING_MAILBOX, e->instead, NULL, -1, NULL, 0 };

		if (e->disposition == DISPOSITION_DROPPED && e->loss &&
		    !deps_edge_repeats(d, e))
			ret = add(out, &dropped, f);
		else if (replaces_mailbox(e) && !has_mailbox_alias(g, e->instead))
			ret = add(out, &mailbox, f);
	}
	return ret;
}

/* Warn of the pads of a group of pins. */
static int find_in_pads(const struct guest *g, int node, struct warnings *out, struct fault *f)
{
	struct warning w = { WARNING_PAD, node, "fsl,pins", -1, NULL, 0 };
	struct derived_ids pads = { 0 };
	int ret = pads_find_unassigned(g->host, node, g->pads, &pads, f);

	for (size_t i = 0; i < pads.n && ret == 0; i++) {
		w.pad = pads.v[i].id;
		ret = add(out, &w, f);
	}
	derived_ids_free(&pads);
	return ret;
}

static int find_in_nodes(const struct guest *g, struct warnings *out, struct fault *f)
{
	const struct deps *d = g->deps;
	int ret = 0;

	for (size_t i = 0; i < d->n_dependencies && ret == 0; i++) {
		const struct dependency *n = &d->dependencies[i];
		struct warning w = { WARNING_DISABLED, n->node, "status", -1, NULL, 0 };

		/* no driver needs a node that is copied only with its parent */
		if (n->disposition == DISPOSITION_COPIED &&
		    strcmp(n->property, DEPS_CHILD) != 0 && !tree_is_enabled(g->host, n->node))
			ret = add(out, &w, f);
		if (ret == 0)
			ret = find_in_pads(g, n->node, out, f);
	}
	return ret;
}

static int find_in_ports(const struct guest *g, struct warnings *out, struct fault *f)
{
	int ret = 0;

	for (size_t i = 0; i < g->profile->n_pass && ret == 0; i++) {
		struct warning w = {
			WARNING_MAC, g->pass[i], "local-mac-address", -1, NULL, 0
		};

		if (guest_is_ethernet(&g->profile->pass[i]) && !guest_mac(g, i))
			ret = add(out, &w, f);
	}
	return ret;
}

int warnings_find(const struct guest *g, struct warnings *out, struct fault *f)
{
	struct warnings all = { 0 };
	int ret = find_in_edges(g, &all, f);

	if (ret == 0)
		ret = find_in_nodes(g, &all, f);
	if (ret == 0)
		ret = find_in_ports(g, &all, f);
	if (ret)
		warnings_free(&all);
	else
		*out = all;
	return ret;
}

void warnings_free(struct warnings *w)
{
	free(w->v);
	*w = (struct warnings){ 0 };
}

const char *warning_text(const struct warning *w, const struct tree *host,
			 char buf[static WARNING_TEXT_MAX])
{
	char path[TREE_PATH_MAX];
	int size;

	switch (w->kind) {
	case WARNING_DROPPED:
		snprintf(buf, WARNING_TEXT_MAX, "%s: the guest does not get %s (%s): %s",
			 w->property, tree_path(host, w->target, path), w->reason,
			 drop_effect(w->property));
		break;
	case WARNING_MAILBOX:
		return "its alias is not 'mu' and its own number, so the guest's kernel asks "
		       "for interrupts at another mailbox";
	case WARNING_DISABLED:
		return "disabled, as on the host, so the drivers that need it wait";
	case WARNING_PAD:
		unassigned_pad_text(w->pad, buf);
		break;
	case WARNING_MAC:
		snprintf(buf, WARNING_TEXT_MAX,
			 "no MAC (see --mac): the guest uses %sa random one at each boot",
			 tree_prop(host, w->node, "nvmem-cells", &size) ?
				 "the address in the fuses if it can read it, else " :
				 "");
		break;
	}
	return buf;
}
