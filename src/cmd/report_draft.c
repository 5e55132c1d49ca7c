/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cmd/report.h"

/* Write a property that is one string. */
static void write_string(FILE *out, const char *indent, const char *name, const char *value)
{
	fprintf(out, "%s%s = ", indent, name);
	dts_write_value(out, value, strlen(value) + 1);
	fputs(";\n", out);
}

/*
 * The property of the root's child whose value is the node's path: its alias or its label.
 * NULL: there is none that a profile can have.
 */
static const char *name_in(const struct tree *t, const char *child, int node)
{
	int names = tree_child(t, 0, child);
	char path[TREE_PATH_MAX];
	struct prop p = { 0 };

	tree_path(t, node, path);
	while (names >= 0 && tree_next_prop(t, names, &p)) {
		if (profile_is_name(p.name) && (size_t)p.size == strlen(path) + 1 &&
		    !memcmp(p.value, path, (size_t)p.size))
			return p.name;
	}
	return NULL;
}

/* A label has letters, digits and '_', and begins with a letter. */
static void write_label(FILE *out, const struct tree *t, int node)
{
	const char *s = name_in(t, "__symbols__", node) ?: t->nodes[node].name;

	if (!isalpha((unsigned char)*s))
		putc('n', out);
	for (; *s; s++)
		putc(isalnum((unsigned char)*s) ? *s : '_', out);
}

/* A profile has no 0x in a name: NXP's trees have usbphy@0x5b100000. */
static void write_node_name(FILE *out, const char *name)
{
	const char *address = strchr(name, '@') + 1;
	char text[TREE_PATH_MAX];

	snprintf(text, sizeof(text), "%.*s%s", (int)(address - name), name,
		 address + (text_starts(address, "0x") ? 2 : 0));
	write_string(out, "\t\t\t", "node", text);
}

static bool is_ethernet(const struct tree *t, int node)
{
	return text_starts(t->nodes[node].name, "ethernet@");
}

static bool is_in(const struct tree *t, int device, int node)
{
	return node >= device && node < t->nodes[device].end;
}

/* What the guest misses of the device, and which devices of the host miss it. */
static void write_losses(FILE *out, const struct draft *d, int device)
{
	const struct tree *t = d->deps.tree;
	char path[TREE_PATH_MAX];
	int last = -1;

	for (size_t i = 0; i < d->deps.n_edges; i++) {
		const struct edge *e = &d->deps.edges[i];

		if (is_in(t, device, e->from) && e->loss && !deps_edge_repeats(&d->deps, e))
			fprintf(out, "\t\t// The guest does not get %s (%s): %s.\n",
				tree_path(t, e->to, path), e->property,
				drop_effect(e->property));
	}
	for (size_t i = 0; i < d->deps.refs.n; i++) {
		const struct ref *r = &d->deps.refs.v[i];
		const struct dependency *user = deps_of_node(&d->deps, r->from);

		if (r->to < 0 || !is_in(t, device, r->to) || !r->needed ||
		    !tree_is_enabled(t, r->from) || r->from == last ||
		    (user && user->disposition == DISPOSITION_PASSED))
			continue;
		last = r->from;
		fprintf(out, "\t\t// The host loses %s too: %s.\n",
			tree_path(t, r->from, path), r->property);
	}
}

/* The board's own alias; a mailbox and an Ethernet port (imxpt guest --mac) need one. */
static void write_alias(FILE *out, const struct draft *d, size_t i)
{
	const struct tree *t = d->deps.tree;
	const char *alias = name_in(t, "aliases", d->pass[i].node);
	char numbered[24] = "";
	int n = 0;

	for (size_t k = 0; k < i; k++)
		n += is_ethernet(t, d->pass[k].node);
	if (i + 1 == d->n_pass)
		snprintf(numbered, sizeof(numbered), "mu%d", d->mailbox);
	else if (!alias && is_ethernet(t, d->pass[i].node))
		snprintf(numbered, sizeof(numbered), "ethernet%d", n);
	if (*numbered || alias)
		write_string(out, "\t\t\t", "alias", *numbered ? numbered : alias);
}

/* The comments before a device. */
static void write_remarks(FILE *out, const struct draft *d, size_t i)
{
	const struct draft_device *p = &d->pass[i];
	const struct tree *t = d->deps.tree;

	if (p->user >= 0)
		fprintf(out, "\t\t// Needed by %s: %s.\n", t->nodes[p->user].name,
			p->property);
	if (i + 1 == d->n_pass)
		fputs("\t\t// U-Boot turns MU_2A to MU_4A on.  The host must not use this one.\n",
		      out);
	else if (!p->no_dma && !compatible_ends(t, p->node, "-lpcg"))
		fputs("\t\t// It may do DMA, so it gets the stream id.\n", out);
	write_losses(out, d, p->node);
}

static void write_device(FILE *out, const struct draft *d, size_t i)
{
	const struct draft_device *p = &d->pass[i];
	const struct tree *t = d->deps.tree;
	const struct strings compatible = tree_strings(t, p->node, "compatible");

	if (i)
		putc('\n', out);
	write_remarks(out, d, i);
	fputs("\t\t", out);
	write_label(out, t, p->node);
	fputs(" {\n", out);
	write_node_name(out, t->nodes[p->node].name);
	fputs("\t\t\tcompatible = ", out);
	dts_write_value(out, compatible.v, compatible.size);
	fputs(";\n", out);
	write_alias(out, d, i);
	for (size_t k = 0; k < p->n_rsrcs; k++)
		fprintf(out, "%s0x%" PRIx32 "%s", k ? " " : "\t\t\trsrcs = <", p->rsrcs[k],
			k + 1 == p->n_rsrcs ? ">; // only its clock gates name them\n" : "");
	if (p->no_dma)
		fprintf(out, "\t\t\tno-dma; // %s\n", p->no_dma);
	fputs("\t\t};\n", out);
}

/* Name the devices that were asked for. */
static void write_summary(FILE *out, const struct draft *d)
{
	char text[256] = "";

	for (size_t i = 0; i + 1 < d->n_pass; i++) {
		size_t len = strlen(text);

		if (d->pass[i].user < 0)
			snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "",
				 d->deps.tree->nodes[d->pass[i].node].name);
	}
	write_string(out, "\t", "summary", *text ? text : "a mailbox");
}

static void write_draft(FILE *out, const struct draft *d)
{
	const struct strings boards = tree_strings(d->deps.tree, 0, "compatible");
	const char *soc = "";

	/* the last one is the least special */
	for (const char *s = NULL; (s = strings_next(boards, s));)
		soc = s;
	fputs("/dts-v1/;\n\n"
	      "// A draft, made by imxpt deps --profile.  Look at what the comments say, and at\n"
	      "// what 'imxpt patch -n' and 'imxpt guest -n' print; imxpt-profile(5) describes\n"
	      "// each property.\n"
	      "/ {\n"
	      "\tcompatible = \"" PROFILE_COMPATIBLE "\";\n",
	      out);
	write_summary(out, d);
	write_string(out, "\t", "fits", soc);
	fprintf(out,
		"\n\t// No other node of the board's tree has this stream id.\n"
		"\tstream {\n\t\tid = <0x%x>;\n\t};\n\n\tpass {\n",
		(unsigned int)d->stream_id);
	for (size_t i = 0; i < d->n_pass; i++)
		write_device(out, d, i);
	fputs("\t};\n};\n", out);
}

int dts_write_draft(FILE *out, const struct tree *t, struct nodes devices, struct fault *f)
{
	struct draft d;
	int ret = draft_make(t, devices, &d, f);

	if (ret)
		return ret;
	write_draft(out, &d);
	draft_free(&d);
	return 0;
}
