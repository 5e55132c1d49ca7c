/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "dt/refs.h"

/* The form of a property's entries: cells to skip, a phandle, argument cells. */
struct grammar {
	const char *name;
	const char *cells; /* the target's property that counts the arguments; or NULL */
	uint8_t fixed;	   /* how many, if that is NULL or the target lacks it */
	bool optional;	   /* the target may lack it */
	uint8_t skip;	   /* cells before the phandle */
	bool optional_use; /* the node works without the target */
};

static const struct grammar rows[] = {
	/* Whole names, in the order of strcmp(), for bsearch(). */
	{ "access-controllers", "#access-controller-cells", 0, false, 0, true },
	{ "affinity", NULL, 0, false, 0, true },
	{ "assigned-clock-parents", "#clock-cells", 0, false, 0, false },
	{ "assigned-clocks", "#clock-cells", 0, false, 0, false },
	{ "audio-asrc", NULL, 0, false, 0, false },
	{ "audio-codec", NULL, 0, false, 0, false },
	{ "audio-cpu", NULL, 0, false, 0, false },
	{ "backlight", NULL, 0, false, 0, false },
	{ "clocks", "#clock-cells", 0, false, 0, false },
	{ "cooling-device", "#cooling-cells", 0, false, 0, true },
	{ "cpu", NULL, 0, false, 0, true },
	{ "cpu-idle-states", NULL, 0, false, 0, true },
	{ "dais", NULL, 0, false, 0, false },
	{ "dmas", "#dma-cells", 0, false, 0, true },
	{ "extcon", NULL, 0, false, 0, true },
	{ "fsl,usbmisc", "#index-cells", 0, true, 0, false },
	{ "fsl,usbphy", NULL, 0, false, 0, false },
	{ "gpio", "#gpio-cells", 0, false, 0, false },
	{ "gpio-ranges", NULL, 3, false, 0, true },
	{ "gpios", "#gpio-cells", 0, false, 0, false },
	{ "hwlocks", "#hwlock-cells", 0, false, 0, false },
	{ "i2c-parent", NULL, 0, false, 0, false },
	{ "interconnects", "#interconnect-cells", 0, false, 0, true },
	{ "interrupt-map", "#interrupt-cells", 0, false, 0, false },
	{ "interrupt-parent", NULL, 0, false, 0, false },
	{ "interrupts-extended", "#interrupt-cells", 0, false, 0, false },
	{ "io-backends", "#io-backend-cells", 0, false, 0, false },
	{ "io-channels", "#io-channel-cells", 0, false, 0, false },
	{ "iommu-map", NULL, 2, false, 1, true },
	{ "iommus", "#iommu-cells", 0, false, 0, true },
	{ "leds", NULL, 0, false, 0, true },
	{ "mboxes", "#mbox-cells", 0, false, 0, false },
	{ "memory-region", NULL, 0, false, 0, true },
	{ "mmc-pwrseq", NULL, 0, false, 0, false },
	{ "mmu-masters", "#stream-id-cells", 1, true, 0, true },
	{ "msi-map", NULL, 2, false, 1, true },
	{ "msi-parent", "#msi-cells", 0, true, 0, true },
	{ "mux-controls", "#mux-control-cells", 0, false, 0, false },
	{ "mux-states", "#mux-state-cells", 0, false, 0, false },
	{ "next-level-cache", NULL, 0, false, 0, true },
	{ "nvmem", NULL, 0, false, 0, false },
	{ "nvmem-cells", "#nvmem-cell-cells", 0, true, 0, false },
	{ "operating-points-v2", NULL, 0, false, 0, true },
	{ "panel", NULL, 0, false, 0, false },
	{ "pcs-handle", NULL, 0, false, 0, false },
	{ "peer-hub", NULL, 0, false, 0, true },
	{ "phy", NULL, 0, false, 0, false },
	{ "phy-device", NULL, 0, false, 0, false },
	{ "phy-handle", NULL, 0, false, 0, false },
	{ "phys", "#phy-cells", 0, false, 0, false },
	{ "post-init-providers", NULL, 0, false, 0, true },
	{ "power-domains", "#power-domain-cells", 0, false, 0, false },
	{ "power-supplies", NULL, 0, false, 0, false },
	{ "pses", "#pse-cells", 0, false, 0, false },
	{ "pwms", "#pwm-cells", 0, false, 0, false },
	{ "remote-endpoint", NULL, 0, false, 0, true },
	{ "resets", "#reset-cells", 0, false, 0, false },
	{ "sfp", NULL, 0, false, 0, false },
	{ "simple-audio-card,bitclock-master", NULL, 0, false, 0, false },
	{ "simple-audio-card,frame-master", NULL, 0, false, 0, false },
	{ "sound-dai", "#sound-dai-cells", 0, true, 0, false },
	{ "spdif-controller", NULL, 0, false, 0, false },
	{ "ssi-controller", NULL, 0, false, 0, false },
	{ "thermal-sensors", "#thermal-sensor-cells", 0, false, 0, true },
	{ "trip", NULL, 0, false, 0, true },
	{ "wakeup-parent", NULL, 0, false, 0, true },

	/* Ends of names. */
	{ "-gpio", "#gpio-cells", 0, false, 0, false },
	{ "-gpios", "#gpio-cells", 0, false, 0, false },
	{ "-supply", NULL, 0, false, 0, false },

	/* Starts of names; digits follow. */
	{ "pinctrl-", NULL, 0, false, 0, false },
};

#define N_ROWS (sizeof(rows) / sizeof(*rows))
#define N_ENDS 3
#define PINCTRL (&rows[N_ROWS - 1])
#define ENDS (PINCTRL - N_ENDS)
#define N_WHOLE (N_ROWS - N_ENDS - 1)

bool ref_is_pinctrl(const char *property)
{
	return text_starts(property, PINCTRL->name);
}

static int by_name(const void *name, const void *row)
{
	return strcmp(name, ((const struct grammar *)row)->name);
}

static const struct grammar *find_grammar(const char *name)
{
	const struct grammar *g = bsearch(name, rows, N_WHOLE, sizeof(*rows), by_name);
	size_t start = strlen(PINCTRL->name);

	if (g)
		return g;
	if (ref_is_pinctrl(name) && name[start] &&
	    !name[start + strspn(name + start, "0123456789")])
		return PINCTRL;
	for (const struct grammar *e = ENDS; e < PINCTRL; e++) {
		/* nr-gpios and snps,nr-gpios are numbers */
		if (text_ends(name, e->name) && strcmp(name, e->name) &&
		    !text_ends(name, "nr-gpios"))
			return e;
	}
	return NULL;
}

#define NO_COUNT 254 /* of cells: more than any binding has */

#define N_KNOWN 251

struct collector {
	const struct tree *t;
	uint8_t *counts; /* by node and row: argument cells + 1; 0: not counted yet */
	struct {
		const char *name;
		const struct grammar *g;
	} known[N_KNOWN]; /* the last grammars found, by the address of the name */
	struct refs *out;
	struct fault *f;
};

static int add(const struct collector *col, const struct ref *r)
{
	return array_add(col->out->v, col->out->n, col->f, *r);
}

/*
 * The node's one-cell property, at most NO_COUNT, so that two can be added; absent if
 * it has no such property.
 */
static uint32_t count_cells(const struct tree *t, int node, const char *name, uint32_t absent)
{
	struct cells c = tree_cells(t, node, name);

	if (c.n != 1)
		return absent;
	return cells_get(c, 0) < NO_COUNT ? cells_get(c, 0) : NO_COUNT;
}

static bool is_interrupt_map(const struct grammar *g)
{
	return !strcmp(g->name, "interrupt-map");
}

/* How many argument cells follow a phandle of target; NO_COUNT: not known. */
static uint32_t count_args(const struct tree *t, int target, const struct grammar *g)
{
	uint32_t n;

	if (!g->cells)
		return g->fixed;
	n = count_cells(t, target, g->cells, g->optional ? g->fixed : NO_COUNT);
	if (is_interrupt_map(g))
		n += count_cells(t, target, "#address-cells", 0);
	return n;
}

/* The same, counted once for each target, since many properties may refer to it. */
static uint32_t args_of(const struct collector *col, int target, const struct grammar *g)
{
	uint8_t *known = &col->counts[(size_t)target * N_ROWS + (size_t)(g - rows)];

	if (!*known) {
		uint32_t n = count_args(col->t, target, g);

		*known = (uint8_t)(n < NO_COUNT ? n + 1 : NO_COUNT + 1);
	}
	return *known - 1;
}

/* Read the phandle at cell at of c and what follows it into r; returns the cell after it. */
static size_t read_entry(const struct collector *col, const struct grammar *g, struct cells c,
			 size_t at, struct ref *r)
{
	uint32_t n_args;

	r->phandle = cells_get(c, at++);
	r->args.v = c.v + at * sizeof(uint32_t);
	r->to = tree_with_phandle(col->t, r->phandle);
	if (r->to < 0) {
		r->state = REF_DANGLING;
		return g->cells ? c.n : at + g->fixed;
	}
	n_args = args_of(col, r->to, g);
	if (n_args == NO_COUNT || n_args > c.n - at) {
		r->state = REF_CUT;
		return c.n;
	}
	r->args.n = n_args;
	return at + n_args;
}

static int collect_property(const struct collector *col, int node, const struct prop *p,
			    const struct grammar *g)
{
	struct cells c = { p->value, (size_t)p->size / sizeof(uint32_t) };
	/* an interrupt map has the child's address and interrupt before the phandle */
	uint32_t skip = is_interrupt_map(g) ? args_of(col, node, g) : g->skip;
	bool is_whole = p->size % (int)sizeof(uint32_t) == 0;
	size_t at = 0;

	for (int index = 0; at < c.n || !is_whole; index++) {
		struct ref r = { .from = node,
				 .property = p->name,
				 .number = p->number,
				 .index = index,
				 .needed = !g->optional_use,
				 .to = -1,
				 .args.v = c.v + p->size };
		int ret;

		if (!is_whole || skip == NO_COUNT || skip >= c.n - at) {
			r.state = REF_CUT;
			return add(col, &r);
		}
		at += skip;
		if (cells_get(c, at) == 0) { /* an entry may be left empty */
			at++;
			continue;
		}
		at = read_entry(col, g, c, at, &r);
		ret = add(col, &r);
		if (ret)
			return ret;
	}
	return 0;
}

/* As find_grammar(), but searches once for each address of a name. */
static const struct grammar *grammar_of(struct collector *col, const char *name)
{
	size_t i = (uintptr_t)name % N_KNOWN;

	if (col->known[i].name != name) {
		col->known[i].name = name;
		col->known[i].g = find_grammar(name);
	}
	return col->known[i].g;
}

static int collect_node(struct collector *col, int node)
{
	struct prop p = { .number = 0 };
	int size, ret = 0;
	/* the gpios of a hog are lines of its parent, without a phandle */
	bool hogs = tree_prop(col->t, node, "gpio-hog", &size) != NULL;

	while (ret == 0 && tree_next_prop(col->t, node, &p)) {
		const struct grammar *g = grammar_of(col, p.name);

		if (g && !(hogs && !strcmp(p.name, "gpios")))
			ret = collect_property(col, node, &p, g);
	}
	return ret;
}

/* Collect the references of n nodes from first on. */
static int collect(const struct tree *t, int first, int n, struct refs *out, struct fault *f)
{
	struct refs all = { 0 };
	struct collector col = { .t = t,
				 .out = &all,
				 .f = f,
				 .counts = calloc((size_t)t->n_nodes * N_ROWS,
						  sizeof(*col.counts)) };
	int ret = col.counts ? 0 : fault_oom(f);

	for (int node = first; ret == 0 && node < first + n; node++)
		ret = collect_node(&col, node);
	free(col.counts);
	if (ret)
		refs_free(&all);
	else
		*out = all;
	return ret;
}

int refs_collect(const struct tree *t, struct refs *out, struct fault *f)
{
	return collect(t, 0, t->n_nodes, out, f);
}

int refs_of_node(const struct tree *t, int node, struct refs *out, struct fault *f)
{
	return collect(t, node, 1, out, f);
}

void refs_free(struct refs *r)
{
	free(r->v);
	*r = (struct refs){ 0 };
}

int ref_check(const struct tree *t, const struct ref *r, struct fault *f)
{
	char path[TREE_PATH_MAX];

	switch (r->state) {
	case REF_WHOLE:
		return 0;
	case REF_DANGLING:
		return fault_set(f, -EINVAL, "%s: %s: no node has phandle 0x%x",
				 tree_path(t, r->from, path), r->property, r->phandle);
	case REF_CUT:
		return fault_set(f, -EINVAL, "%s: %s: entry %d has the wrong number of cells",
				 tree_path(t, r->from, path), r->property, r->index);
	}
	return 0;
}

const struct ref *refs_broken(const struct refs *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].state != REF_WHOLE)
			return &r->v[i];
	}
	return NULL;
}
